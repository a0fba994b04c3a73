/** A moment that is over: a place in the log, or a time such as `2026-11-23T14:00:00Z`. The URL carries it. */
export type AsOf = number | string;

/** Reads what the URL says; anything that is no moment is left out. */
export function readAsOf(raw: unknown): AsOf | undefined {
  if (typeof raw === "number" && Number.isSafeInteger(raw) && raw >= 0) {
    return raw;
  }
  if (typeof raw === "string" && /^\d{4}-\d{2}-\d{2}T/.test(raw) && !Number.isNaN(Date.parse(raw))) {
    return raw;
  }
  return undefined;
}

/** The moment as the API takes it. */
export function asOfParam(asOf: AsOf): string {
  return typeof asOf === "number" ? `position:${asOf}` : asOf;
}
