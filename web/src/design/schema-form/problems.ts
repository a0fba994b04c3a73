import type { Fields } from "@/api/types";
import type { Field } from "./schema";

/** Problems by JSON pointer into the value the form shows: `/milestones/0/title`. */
export type Problems = Record<string, string>;

/** What a person can be told before the server is asked: what is needed and not there. */
export function missing(fields: Field[], value: Fields, at = ""): Problems {
  const found: Problems = {};
  for (const field of fields) {
    const given = value[field.name];
    const pointer = `${at}/${field.name}`;
    if (field.required && isBlank(given)) {
      found[pointer] = `${field.label} is needed`;
    } else if (field.kind === "rows" && Array.isArray(given)) {
      given.forEach((row: unknown, index) => {
        Object.assign(found, missing(field.fields, (row ?? {}) as Fields, `${pointer}/${index}`));
      });
    }
  }
  return found;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** The problems below `pointer`, with the pointer taken off. */
export function below(problems: Problems, pointer: string): Problems {
  const inside = Object.entries(problems).filter(([at]) => at.startsWith(`${pointer}/`));
  return Object.fromEntries(inside.map(([at, text]) => [at.slice(pointer.length), text]));
}
