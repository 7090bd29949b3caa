// The calls of clinicians. The session is a cookie that no script can read; every call that changes
// something carries a header that a foreign page cannot send.
import { call, request, type CallOptions } from "./client";
import { ApiError } from "./problem";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type Worklist = Schemas["Worklist"];
export type ListedVisit = Schemas["ListedVisit"];
export type OpenedRecord = Schemas["OpenedRecord"];
export type SimilarVisits = Schemas["SimilarVisits"];
export type SimilarVisit = Schemas["SimilarVisit"];
export type RecordLine = Schemas["RecordLine"];
export type Quote = Schemas["ShownQuote"];
export type Reason = Schemas["ShownReason"];
export type Flag = Schemas["ShownFlag"];
export type Turn = Schemas["ShownTurn"];
export type NewReview = Schemas["NewReview"];
export type LineEdit = Schemas["NewLineEdit"];
export type Summary = Schemas["Summary"];
export type Phrase = Schemas["PhraseItem"];
export type Audit = Schemas["Audit"];
export type AuditItem = Schemas["AuditItem"];
export type WorklistState = "waiting" | "confirmed" | "handed_over" | "all";

const OFFLINE = "连不上服务器。请看看网络,过一会儿再试。";

/** A call that a screen makes by itself, such as after an event: it does not keep the session alive. */
export interface Quietly {
  background?: boolean;
}

function options({ background = false }: Quietly, more: CallOptions = {}): CallOptions {
  const headers: Record<string, string> = { "X-Requested-With": "jiwen" };
  if (background) headers["X-Background"] = "1";
  return { ...more, headers };
}

/** The words for patients about their phone are not for clinicians. */
async function staff<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) throw new ApiError(error.code, 0, OFFLINE);
    throw error;
  }
}

export const signIn = (name: string, password: string, code: string): Promise<Me> =>
  staff(call("post", "/v1/staff/sign-in", { name, password, code }, options({})));

export const readMe = (how: Quietly = {}): Promise<Me> => staff(call("get", "/v1/staff/me", undefined, options(how)));

export const signOut = (): Promise<unknown> => staff(call("post", "/v1/staff/sign-out", undefined, options({})));

export const listVisits = (state: WorklistState, query: string, how: Quietly = {}): Promise<Worklist> =>
  staff(call("get", "/v1/worklist", undefined, options(how, { query: { state, query: query || undefined } })));

export const openRecord = (id: string, how: Quietly = {}): Promise<OpenedRecord> =>
  staff(call("get", "/v1/staff/sessions/{id}", undefined, options(how, { path: { id } })));

export const findSimilar = (id: string): Promise<SimilarVisits> =>
  staff(call("get", "/v1/staff/sessions/{id}/similar", undefined, options({}, { path: { id } })));

export const review = (id: string, body: NewReview): Promise<OpenedRecord> =>
  staff(call("post", "/v1/staff/sessions/{id}/review", body, options({}, { path: { id } })));

export interface Misunderstood {
  turn: number;
  start: number;
  end: number;
  note: string;
}

export const markMisunderstood = (id: string, body: Misunderstood): Promise<{ queued: boolean }> =>
  staff(call("post", "/v1/staff/sessions/{id}/misunderstood", body, options({}, { path: { id } })));

export const keepDesk = (id: string, state: "taken" | "done", note: string): Promise<ListedVisit> =>
  staff(call("post", "/v1/staff/sessions/{id}/desk", { state, note: note || null }, options({}, { path: { id } })));

export const readSummary = (from: string, to: string): Promise<Summary> =>
  staff(call("get", "/v1/management/summary", undefined, options({}, { query: { from, to } })));

/** Words that were understood wrongly, oldest first. */
export const listPhrases = async (): Promise<Phrase[]> => (await staff(call("get", "/v1/phrases", undefined, options({})))).phrases;

/** What staff did, oldest first; `after`: entries after this position. */
export const readAudit = (from: string, to: string, after?: number): Promise<Audit> =>
  staff(call("get", "/v1/audit", undefined, options({}, { query: { from, to, after } })));

/** The figures as a file. */
export async function readCsv(from: string, to: string): Promise<Blob> {
  const days = new URLSearchParams({ from, to }).toString();
  return staff(request("get", `/v1/management/summary.csv?${days}`, undefined, { headers: { Accept: "text/csv" } }).then((response) => response.blob()));
}
