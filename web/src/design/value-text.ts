import { FORGOTTEN, isForgotten } from "./forgotten";
import { visible } from "./hidden";
import { parseReference } from "./references";
import { shortId } from "./short-id";
import { isDate, readableDate } from "./time";

/** Who knows what ids stand for. */
export type Names = {
  entity: (id: string) => string | undefined;
  step: (id: string) => string | undefined;
  kind: (id: string) => string | undefined;
  /** What a step gave, once it is done. */
  result?: (step: string) => unknown;
};

/** How ids of things look. */
export const ENTITY_ID = /^[a-z]{3}_[A-Za-z0-9-]{1,64}$/;

/** A value of a step's params in words: names for ids, dates for reading, lists by their parts. */
export function valueText(value: unknown, names: Names): string {
  if (value === null || value === undefined || value === "") {
    return "–";
  }
  if (isForgotten(value)) {
    return FORGOTTEN;
  }
  if (typeof value === "boolean") {
    return value ? "Yes" : "No";
  }
  if (typeof value === "string") {
    return stringText(value, names);
  }
  if (Array.isArray(value)) {
    return value.map((item) => valueText(item, names)).join(", ");
  }
  if (typeof value === "object") {
    const parts = Object.entries(value).filter(([, part]) => part !== null);
    const [first, second] = [parts[0]?.[1], parts[1]?.[1]];
    const named = parts.length <= 2 && typeof first === "string";
    if (named) {
      return second === undefined
        ? valueText(first, names)
        : `${valueText(first, names)} (${valueText(second, names)})`;
    }
    return parts.map(([field, part]) => `${field}: ${valueText(part, names)}`).join(", ");
  }
  return String(value);
}

function stringText(value: string, names: Names): string {
  const reference = parseReference(value);
  if (reference !== undefined) {
    const given = inside(names.result?.(reference.step), reference.path);
    return given === undefined ? `result of ${names.step(reference.step) ?? reference.step}` : valueText(given, names);
  }
  if (value === "me") {
    return "Me";
  }
  if (isDate(value)) {
    return readableDate(value);
  }
  return ENTITY_ID.test(value) ? (names.entity(value) ?? shortId(value)) : visible(value);
}

/** The value at a path of names, `id` or `entry.id`. */
function inside(value: unknown, path: string): unknown {
  const names = path === "" ? [] : path.split(".");
  return names.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    value,
  );
}
