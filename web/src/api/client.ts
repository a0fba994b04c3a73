import createClient from "openapi-fetch";
import { problemFrom, unreachable } from "./problem";
import type { paths } from "./schema";

/** The typed client; paths and bodies are checked against openapi.json. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "http://127.0.0.1:7400",
  // Looked up at each call, so that a test can answer in the server's place.
  fetch: (request) => globalThis.fetch(request),
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Waits for an answer and gives its body; a refusal or a broken connection is thrown as an `ApiProblem`. */
export async function body<T>(answering: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await answering;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "AbortError") {
      throw thrown;
    }
    throw unreachable();
  }
  if (answer.error !== undefined || !answer.response.ok) {
    throw problemFrom(answer.error, answer.response.status);
  }
  return answer.data as T;
}

/** Names one intent: a repeat with the same key does nothing twice. */
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The If-Match header for a revision. */
export function ifMatch(revision: number): string {
  return `"${revision}"`;
}
