import type { QueryClient } from "@tanstack/react-query";
import type { Touched } from "./changes";
import { keys } from "./keys";
import { forgetPosition, notePosition } from "./position";

/** Reads again what a burst of changes touched, and only that; ends when what is on the page was read. */
export async function invalidate(queries: QueryClient, touched: Touched): Promise<void> {
  if (touched.anew) {
    forgetPosition();
  }
  notePosition(touched.position);
  if (touched.anew) {
    await queries.invalidateQueries({
      predicate: ({ queryKey: [family] }) => family !== keys.actions[0] && family !== keys.me[0],
    });
    return;
  }
  await Promise.all(staleKeys(touched).map((queryKey) => queries.invalidateQueries({ queryKey })));
}

function staleKeys({ plans, entities, templates }: Touched): (readonly unknown[])[] {
  return [
    keys.events,
    ...(plans.size > 0 ? [keys.plans, keys.insights, ["plan-diff"] as const] : []),
    ...[...plans].flatMap((plan) => [keys.plan(plan), keys.planEvents(plan)]),
    // what a rollback would do depends on the plan and on every thing
    ...(plans.size + entities.size > 0 ? [["rollback"] as const] : []),
    // how well a template works follows from its plans
    ...(plans.size + templates.size > 0 ? [keys.templates] : []),
    ...(entities.size > 0 ? [keys.entities] : []),
    ...[...entities].flatMap((entity) => [keys.entity(entity), keys.entityHistory(entity)]),
  ];
}
