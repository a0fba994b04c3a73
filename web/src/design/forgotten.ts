/** What is shown where a value was about somebody who was forgotten. */
export const FORGOTTEN = "forgotten";

/** Whether a value is gone: the key that sealed it was destroyed, and only the seal is left. */
export function isForgotten(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === "(forgotten)";
  }
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[0] === "$sealed" && typeof entries[0][1] === "string";
}
