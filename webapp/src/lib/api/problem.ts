/** Why a request failed, as RFC 9457 says it, or as the browser noticed it. */
import { refusal, said } from "@/lib/i18n/said";

export interface FieldProblem {
  /** JSON pointer into the body that was sent, such as `/lines/2/debit`. */
  pointer: string;
  code: string;
  detail: string;
}

interface ProblemBody {
  title: string;
  status: number;
  code: string;
  detail: string;
  errors: FieldProblem[];
  request_id: string;
}

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldProblem[];
  readonly requestId: string;

  constructor(body: Partial<ProblemBody> & { code: string }) {
    const detail = refusal(body.code, body.detail ?? "");
    super(detail || body.title || body.code);
    this.code = body.code;
    this.status = body.status ?? 0;
    this.title = said(body.title ?? "");
    this.detail = detail;
    this.errors = (body.errors ?? []).map((error) => ({ ...error, detail: refusal(error.code, error.detail) }));
    this.requestId = body.request_id ?? "";
  }

  /** No answer at all: the connection, not the request, is the trouble. */
  get isNetwork(): boolean {
    return this.status === 0;
  }

  /** Trying the same again may help. */
  get mayPass(): boolean {
    return this.isNetwork || this.status === 429 || this.status >= 500;
  }

}

export const noAnswer = () => new ApiProblem({ code: "network" });

/** Anything thrown -> a problem that can be shown. A fault in our own code is shown too, never swallowed. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({ code: "web_app_fault", status: -1, detail: error instanceof Error ? error.message : String(error) });
}

/** The problem in a failed response; a proxy's HTML page counts as an answer without details. */
export function problemFrom(response: Response, body: unknown): ApiProblem {
  const requestId = response.headers.get("X-Request-Id") ?? "";
  if (isProblemBody(body)) return new ApiProblem({ ...body, status: response.status, request_id: body.request_id || requestId });
  return new ApiProblem({ code: "unexpected_answer", status: response.status, request_id: requestId });
}

function isProblemBody(body: unknown): body is ProblemBody {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
