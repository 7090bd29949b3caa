// Everything that can go wrong with a call, as one error whose message a patient can act on.
import type { ProblemBody } from "./types";

/** What a call failed with. `message` is a Chinese sentence that says what to do next. */
export class ApiError extends Error {
  /** Stable code of the problem, or `offline`, `slow`, `unreadable` when no problem came. */
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly body: Partial<ProblemBody>;

  constructor(code: string, status: number, message: string, body: Partial<ProblemBody> = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.body = body;
  }

  /** The same call may succeed later: no answer, a fault of the server, or too many calls. */
  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }

  /** The server does not know this call (yet). */
  get isMissing(): boolean {
    return this.code === "not-found" || this.status === 405 || this.status === 501;
  }

  /** The visit can no longer be reached with what this browser holds. */
  get isGone(): boolean {
    return ["token-invalid", "token-missing", "session-not-found", "session-erased"].includes(this.code);
  }
}

/** Without words of a server, what to do next. */
export const OFFLINE = "网络断了,没连上医院的机器。请看看手机有没有信号,再点一次。";
export const SLOW = "网络很慢,还没等到回音。请再点一次,不会重复记。";
const UNREADABLE = "机器出了点问题,请再点一次。还不行,请到导诊台找护士。";

/** The error that an answer of the server stands for. */
export async function readProblem(response: Response): Promise<ApiError> {
  const body: Partial<ProblemBody> = await response.json().catch(() => ({}));
  return new ApiError(body.code ?? "unreadable", response.status, body.detail ?? UNREADABLE, body);
}
