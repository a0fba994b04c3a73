import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, body } from "./client";
import { keys } from "./keys";
import { knownPosition } from "./position";

const PAGE = 100;

/** One plan's events, oldest first as the log has them. */
export function planEventsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: keys.planEvents(id),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET("/api/v1/plans/{id}/events", {
          params: { path: { id }, query: { limit: PAGE, cursor: pageParam, min_position: knownPosition() } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Everybody's events. */
export function eventsQuery(filter: { type?: string; actor?: string }) {
  return infiniteQueryOptions({
    queryKey: keys.eventList(filter),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET("/api/v1/events", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam, min_position: knownPosition() } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
