import type { Difference, FieldDifference, StepDifference } from "@/api/types";
import { assertNever } from "./assert-never";
import { words } from "./entity-words";

/** "1 added, 2 changed": what became of the steps; nothing when all are the same. */
export function differenceLine({ added, removed, changed, moved, details }: Difference): string {
  const parts = [
    part(added, "added"),
    part(removed, "removed"),
    part(changed, "changed"),
    part(moved, "moved"),
    details.length > 0 ? "the plan's own words or rules changed" : "",
  ].filter((text) => text !== "");
  return parts.length === 0 ? "Nothing differs" : parts.join(", ");
}

function part(number: number, word: string): string {
  return number === 0 ? "" : `${number} ${number === 1 ? "step" : "steps"} ${word}`;
}

/** The word for what became of a step. */
export function changeWord(step: StepDifference): string {
  switch (step.change) {
    case "added":
      return "added";
    case "removed":
      return "removed";
    case "changed":
      return step.moved ? "changed, moved" : "changed";
    case "moved":
      return `moved from ${step.before} to ${step.after}`;
    case "kept":
      return "kept";
    default:
      return assertNever(step.change);
  }
}

/** A field's name for people: the last names of its pointer. */
export function fieldWords({ pointer }: Pick<FieldDifference, "pointer">): string {
  const names = pointer
    .replace(/^\/params/, "")
    .split("/")
    .filter((name) => name !== "")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const said = names.map((name) => (/^\d+$/.test(name) ? String(Number(name) + 1) : words(name)));
  return said[0] === "Depends on" ? "Starts after" : said.join(" ") || "Values";
}
