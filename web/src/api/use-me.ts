import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, body } from "./client";
import { keys } from "./keys";
import type { Actor, PlannerOption } from "./types";

const meQuery = queryOptions({
  queryKey: keys.me,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => body(api.GET("/api/v1/me", { signal })),
});

/** Who the reader is to the server. */
export function useMe(): Actor | undefined {
  return useQuery(meQuery).data?.actor;
}

/** The planners that there are; nothing until the server said it. */
export function usePlanners(): PlannerOption[] {
  return useQuery(meQuery).data?.planners ?? [];
}
