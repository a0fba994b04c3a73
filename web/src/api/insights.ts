import { queryOptions } from "@tanstack/react-query";
import { api, body } from "./client";
import { keys } from "./keys";
import { knownPosition } from "./position";

/** How good drafts are, over the plans that were made since a moment. */
export function insightsQuery(since: string | undefined) {
  return queryOptions({
    queryKey: [...keys.insights, since ?? "ever"],
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/insights", { params: { query: { since, min_position: knownPosition() } }, signal })),
  });
}
