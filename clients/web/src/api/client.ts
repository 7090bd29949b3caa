// The typed client: paths, bodies and answers are those of the OpenAPI document (schema.ts).
// One small wrapper around fetch; every failure is an ApiError.
import { ApiError, OFFLINE, SLOW, readProblem } from "./problem";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "delete";

/** Paths that have the method. */
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, infer O> ? (O extends undefined ? never : P) : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Good<O> = O extends { responses: infer R } ? (200 extends keyof R ? R[200] : 201 extends keyof R ? R[201] : never) : never;
type Content<R> = R extends { content: infer C } ? ("application/json" extends keyof C ? C["application/json"] : C[keyof C]) : undefined;
export type Answer<P extends keyof paths, M extends Method> = Content<Good<Operation<P, M>>>;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B : undefined;

export interface CallOptions {
  /** What stands for `{name}` in the path. */
  path?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  token?: string;
  signal?: AbortSignal;
  /** After this many milliseconds without an answer the call fails as `slow`. */
  patience?: number;
}

/** Ten seconds are the server's own limit; a slow network gets a little more. */
const PATIENCE_MS = 15_000;

/** Calls any address of our own server. Throws an ApiError unless the answer is good. */
export async function request(method: string, address: string, body: unknown, options: CallOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (options.token) headers["Authorization"] = `Bearer ${options.token}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.patience ?? PATIENCE_MS);
  const forward = (): void => stop.abort();
  options.signal?.addEventListener("abort", forward);
  let response: Response;
  try {
    response = await fetch(address, {
      method: method.toUpperCase(),
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: stop.signal,
      cache: "no-store",
      credentials: "same-origin",
    });
  } catch {
    const slow = stop.signal.aborted;
    throw new ApiError(slow ? "slow" : "offline", 0, slow ? SLOW : OFFLINE);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", forward);
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

function fill(path: string, options: CallOptions): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(options.path?.[name] ?? ""));
  const query = Object.entries(options.query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return query.length ? `${filled}?${new URLSearchParams(query).toString()}` : filled;
}

/** Calls a described path and reads its JSON. */
export async function call<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  body: Body<Operation<P, M>>,
  options: CallOptions = {},
): Promise<Answer<P, M>> {
  const response = await request(method, fill(path as string, options), body, options);
  if (response.status === 204) return undefined as Answer<P, M>;
  try {
    return (await response.json()) as Answer<P, M>;
  } catch {
    throw new ApiError("unreadable", response.status, OFFLINE);
  }
}
