import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entityTitle } from "@/design/entity-words";
import { ENTITY_ID, type Names } from "@/design/value-text";
import { entitiesQuery } from "./workspace";

type Step = { id: string; result?: unknown };

const NO_STEPS: Step[] = [];

/** How many things are asked for by their ids at a time. */
const AT_ONCE = 100;

/**
 * What ids stand for: things of the workspace by title, steps by their number.
 *
 * Things that the steps or `about` speak of and that are not in the workspace's list (what was taken back, or what lies
 * far behind in a large workspace) are asked for by their ids.
 */
export function useNames(steps: Step[] = NO_STEPS, about?: unknown): Names {
  const { data } = useQuery(entitiesQuery({ archived: true }));
  const spoken = useMemo(() => idsIn([steps, about]), [steps, about]);
  const listed = useMemo(() => new Set(data?.items.map(({ id }) => id)), [data]);
  const others = data === undefined ? [] : spoken.filter((id) => !listed.has(id));
  const found = useQueries({
    queries: chunks(others, AT_ONCE).map((ids) => entitiesQuery({ ids: ids.join(",") })),
    combine: (results) => results.flatMap((result) => result.data?.items ?? []),
  });
  return useMemo(() => {
    const things = [...(data?.items ?? []), ...found];
    const titles = new Map(things.map((entity) => [entity.id, entityTitle(entity)]));
    const numbers = new Map(steps.map((step, index) => [step.id, `step ${index + 1}`]));
    const kinds = new Map(things.map((entity) => [entity.id, entity.kind]));
    const results = new Map(steps.map((step) => [step.id, step.result ?? undefined]));
    return {
      entity: (id) => titles.get(id),
      step: (id) => numbers.get(id),
      kind: (id) => kinds.get(id),
      result: (step) => results.get(step),
    };
  }, [data, found, steps]);
}

/** The ids of things in a value, wherever they stand, each once. Plans are no things. */
export function idsIn(value: unknown): string[] {
  const found = new Set<string>();
  const look = (at: unknown) => {
    if (typeof at === "string") {
      const id = at.replace(/^entity-/, "");
      if (ENTITY_ID.test(id) && !id.startsWith("pln_") && !id.startsWith("run_")) {
        found.add(id);
      }
    } else if (typeof at === "object" && at !== null) {
      Object.values(at).forEach(look);
    }
  };
  look(value);
  return [...found].sort();
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
