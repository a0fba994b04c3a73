import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
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

/** Which events are wanted: those that fit everything that is given. */
export type EventSearch = {
  type?: string;
  actor?: string;
  /** Words in the reason. */
  q?: string;
  /** Days, such as `2026-11-23`, in the reader's zone; both count. */
  since?: string;
  until?: string;
  plan?: string;
  /** A step of that plan. */
  step?: string;
  /** A thing in the workspace. */
  entity?: string;
  correlation_id?: string;
};

/** Everybody's events. */
export function eventsQuery(filter: EventSearch) {
  const { since, until, ...rest } = filter;
  const query = { ...rest, since: since && dayBegins(since), until: until && dayBegins(until, 1) };
  return infiniteQueryOptions({
    queryKey: keys.eventList(filter),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET("/api/v1/events", {
          params: { query: { ...query, limit: PAGE, cursor: pageParam, min_position: knownPosition() } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** One event among what led to it and what followed from it. */
export function causationQuery(id: string) {
  return queryOptions({
    queryKey: keys.causation(id),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/events/{id}/causation", {
          params: { path: { id }, query: { min_position: knownPosition() } },
          signal,
        }),
      ),
  });
}

/** When a day begins in the reader's zone, or the day `later` days after it; nothing for a text that is no day. */
export function dayBegins(day: string, later = 0): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  const begin = new Date(year ?? Number.NaN, (month ?? Number.NaN) - 1, (date ?? Number.NaN) + later);
  return Number.isNaN(begin.getTime()) ? undefined : begin.toISOString();
}
