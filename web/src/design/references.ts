/** A value that uses what an earlier step made: `{{steps.STEP.result.PATH}}`. */
export type Reference = { step: string; path: string };

const WHOLE = /^\{\{\s*steps\.([a-z0-9_-]+)\.result(?:\.([^}\s]+))?\s*\}\}$/;
const ANYWHERE = /\{\{\s*steps\.([a-z0-9_-]+)\.result[^}]*\}\}/g;

/** Reads a text that is one reference and nothing else. */
export function parseReference(value: unknown): Reference | undefined {
  const found = typeof value === "string" ? WHOLE.exec(value) : null;
  return found?.[1] === undefined ? undefined : { step: found[1], path: found[2] ?? "" };
}

/** Writes the reference to what a step made. */
export function resultOf(step: string, path = "id"): string {
  return `{{steps.${step}.result.${path}}}`;
}

/** Names the steps a step's params refer to, each once. */
export function referredSteps(params: unknown): string[] {
  const found = new Set<string>();
  for (const match of JSON.stringify(params ?? null).matchAll(ANYWHERE)) {
    if (match[1] !== undefined) {
      found.add(match[1]);
    }
  }
  return [...found];
}
