import type { Step, ValueSource } from "@/api/types";
import { actorName } from "@/design/actor-words";
import { words } from "@/design/entity-words";
import type { Names } from "@/design/value-text";

type Me = Parameters<typeof actorName>[1];

/** Where a value came from, in a few words. A source that is not known yet is said by its name. */
export function originWords(source: ValueSource, names: Names, me: Me): string {
  switch (source.from) {
    case "request":
      return `request: “${source.words}”`;
    case "feedback":
      return `feedback: “${source.words}”`;
    case "answer":
      return "an answer to the planner";
    case "workspace": {
      const thing = names.entity(source.entity_id ?? "") ?? "a thing";
      return source.field ? `workspace: ${words(source.field).toLowerCase()} of ${thing}` : `workspace: ${thing}`;
    }
    case "step_result":
      return `result of ${names.step(source.step_id ?? "") ?? source.step_id}`;
    case "template":
      return `template: ${source.name}`;
    case "model":
      return `model: ${source.name}`;
    case "planner":
      return `the ${source.name} planner's own choice`;
    case "person":
      return source.actor ? actorName(source.actor, me) : "a person";
    case "default":
      return "nobody said; the usual";
    default:
      return words(source.from).toLowerCase();
  }
}

/** Where the values at and below a pointer came from, each origin once. */
export function originsUnder(sources: ValueSource[], pointer: string): ValueSource[] {
  const found = sources.filter((source) => source.pointer === pointer || source.pointer.startsWith(`${pointer}/`));
  const seen = new Set<string>();
  return found.filter((source) => {
    const { pointer: _, ...origin } = source;
    const key = JSON.stringify(origin);
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a value is no longer the one that its source is known of. */
export function isTouched(shown: Step, known: Step | undefined, pointer: string): boolean {
  return known === undefined || JSON.stringify(at(shown, pointer)) !== JSON.stringify(at(known, pointer));
}

function at(step: Step, pointer: string): unknown {
  const names = pointer.split("/").slice(1);
  return names.reduce<unknown>(
    (value, name) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : null),
    step,
  );
}
