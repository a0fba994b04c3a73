import { queryOptions } from "@tanstack/react-query";
import { api, body } from "./client";
import { keys } from "./keys";

/** The catalogue of actions; it changes only with the server's build. */
export const actionsQuery = queryOptions({
  queryKey: keys.actions,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => body(api.GET("/api/v1/actions", { signal })),
});
