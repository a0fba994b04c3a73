import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entityTitle } from "@/design/entity-words";
import type { Names } from "@/design/value-text";
import { entitiesQuery } from "./workspace";

/** What ids stand for: things of the workspace by title, steps by their number. */
export function useNames(steps: { id: string }[] = []): Names {
  const { data } = useQuery(entitiesQuery({ archived: true }));
  return useMemo(() => {
    const titles = new Map(data?.items.map((entity) => [entity.id, entityTitle(entity)]));
    const numbers = new Map(steps.map((step, index) => [step.id, `step ${index + 1}`]));
    const kinds = new Map(data?.items.map((entity) => [entity.id, entity.kind]));
    return { entity: (id) => titles.get(id), step: (id) => numbers.get(id), kind: (id) => kinds.get(id) };
  }, [data, steps]);
}
