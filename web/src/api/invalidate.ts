import type { QueryClient } from "@tanstack/react-query";
import type { Touched } from "./changes";
import { keys } from "./keys";
import { forgetPosition, notePosition } from "./position";

/** Reads again what a burst of changes touched, and only that. */
export function invalidate(queries: QueryClient, touched: Touched): void {
  if (touched.anew) {
    forgetPosition();
  }
  notePosition(touched.position);
  if (touched.anew) {
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.actions[0] });
    return;
  }
  const again = (queryKey: readonly unknown[]) => void queries.invalidateQueries({ queryKey });
  again(keys.events);
  if (touched.plans.size > 0) {
    again(keys.plans);
  }
  for (const plan of touched.plans) {
    again(keys.plan(plan));
    again(keys.planEvents(plan));
  }
  if (touched.entities.size > 0) {
    again(keys.entities);
  }
  for (const entity of touched.entities) {
    again(keys.entity(entity));
    again(keys.entityHistory(entity));
  }
}
