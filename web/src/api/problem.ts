import type { FieldProblem, Problem } from "./types";

/** What the server refused, or why it could not be reached; `message` is a sentence for people. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly errors: FieldProblem[];
  readonly traceId: string | undefined;
  /** The whole body, for the members that only some codes have. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.errors = problem.errors ?? [];
    this.traceId = problem.trace_id ?? undefined;
    this.body = { ...problem };
  }

  /** The revision named in If-Match is no longer the current one. */
  get isStale(): boolean {
    return this.status === 412;
  }

  get isMissing(): boolean {
    return this.status === 404;
  }
}

/** Reads a failed answer's body, whatever it is, as a problem. */
export function problemFrom(body: unknown, status: number): ApiProblem {
  if (isProblem(body)) {
    return new ApiProblem({ ...body, status: body.status || status });
  }
  const title = status >= 500 ? "The server could not answer" : "The request was refused";
  return new ApiProblem({ type: "about:blank", code: `http.${status}`, title, status });
}

/** The server could not be reached at all: nothing was done. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    type: "about:blank",
    code: "client.unreachable",
    title: "The server cannot be reached",
    detail: "The server cannot be reached. Nothing was changed; try again when the connection is back.",
    status: 0,
  });
}

/** Makes whatever was thrown a problem that can be shown. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) {
    return thrown;
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiProblem({
    type: "about:blank",
    code: "client.fault",
    title: "Something went wrong",
    detail,
    status: 0,
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "title" in body && "code" in body;
}
