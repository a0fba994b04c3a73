import { queryOptions } from "@tanstack/react-query";
import { type AsOf, asOfParam } from "./as-of";
import { api, body } from "./client";
import { keys } from "./keys";
import { knownPosition } from "./position";
import type { TimelineEvent } from "./types";

/** What is over never changes: it is read once, and no live update touches it. */
const over = { staleTime: Number.POSITIVE_INFINITY };

/** A plan as it stood. */
export function planAtQuery(id: string, asOf: AsOf) {
  return queryOptions({
    ...over,
    queryKey: keys.pastPlan(id, asOf),
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/plans/{id}", { params: { path: { id }, query: { as_of: asOfParam(asOf) } }, signal })),
  });
}

/** Every event of a plan in short, oldest first. */
export function timelineQuery(id: string) {
  return queryOptions({
    queryKey: keys.planTimeline(id),
    queryFn: async ({ signal }) => {
      const events: TimelineEvent[] = [];
      let cursor: string | undefined;
      do {
        const query = { cursor, min_position: knownPosition() };
        const page = await body(api.GET("/api/v1/plans/{id}/timeline", { params: { path: { id }, query }, signal }));
        events.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return events;
    },
  });
}

/** How a plan differs from what it was at a moment, or from another plan. */
export function planDiffQuery(id: string, { from, other }: { from?: AsOf; other?: string }) {
  return queryOptions({
    queryKey: keys.planDiff(id, from, other),
    queryFn: ({ signal }) => {
      const query = { from: from === undefined ? undefined : asOfParam(from), with: other };
      return body(api.GET("/api/v1/plans/{id}/diff", { params: { path: { id }, query }, signal }));
    },
  });
}

/** The end of the log, as a place. */
export const headQuery = queryOptions({
  queryKey: keys.head,
  queryFn: async ({ signal }) => {
    const query = { limit: 1, min_position: knownPosition() };
    return (await body(api.GET("/api/v1/events", { params: { query }, signal }))).position;
  },
});
