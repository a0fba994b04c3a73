import type { Step } from "@/api/types";
import { parseReference } from "@/design/references";

/** How many values a row shows. */
const SHOWN = 2;

/**
 * What a step acts on, in a few words: the values that its title does not say already. References to earlier steps
 * are left out; the list says them by number.
 */
export function paramsInShort(step: Pick<Step, "title" | "params">, text: (value: unknown) => string): string {
  const said = step.title.toLowerCase();
  return Object.values(step.params)
    .filter((value) => value !== null && value !== "" && typeof value !== "boolean" && !parseReference(value))
    .map((value) => text(value).split("\n")[0] ?? "")
    .filter((words) => words !== "" && !said.includes(words.toLowerCase()))
    .slice(0, SHOWN)
    .join(" · ");
}
