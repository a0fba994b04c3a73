import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entityTitle } from "@/design/entity-words";
import type { Names } from "@/design/value-text";
import { entitiesQuery } from "./workspace";

/** What ids stand for: things of the workspace by title, steps by their number. */
export function useNames(steps: { id: string; result?: unknown }[] = []): Names {
  const { data } = useQuery(entitiesQuery({ archived: true }));
  return useMemo(() => {
    const titles = new Map(data?.items.map((entity) => [entity.id, entityTitle(entity)]));
    const numbers = new Map(steps.map((step, index) => [step.id, `step ${index + 1}`]));
    const kinds = new Map(data?.items.map((entity) => [entity.id, entity.kind]));
    const results = new Map(steps.map((step) => [step.id, step.result ?? undefined]));
    return {
      entity: (id) => titles.get(id),
      step: (id) => numbers.get(id),
      kind: (id) => kinds.get(id),
      result: (step) => results.get(step),
    };
  }, [data, steps]);
}
