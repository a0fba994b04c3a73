import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "./client";
import { keys } from "./keys";

/** How often the page looks while work is under way or a model catches up, and how often otherwise, in milliseconds. */
const busy = 700;
const calm = 5_000;

/** The read models and how they are. They change without an event of the log, so this is asked for again and again. */
export const projectionsQuery = queryOptions({
  queryKey: keys.projections,
  queryFn: ({ signal }) => body(api.GET("/api/v1/ops/projections", { signal })),
  refetchInterval: ({ state }) => {
    const moving = state.data?.items.some((model) => model.rebuild || model.lag_events > 0);
    return moving ? busy : calm;
  },
});

/** The long work that is under way, and the last that was. */
export const operationsQuery = queryOptions({
  queryKey: keys.operations,
  queryFn: ({ signal }) => body(api.GET("/api/v1/ops/operations", { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === "running") ? busy : calm),
});

/** Events that could not be applied. */
export const parkedQuery = queryOptions({
  queryKey: keys.parked,
  queryFn: ({ signal }) => body(api.GET("/api/v1/ops/parked", { signal })),
  refetchInterval: calm,
});

/** Events that are passed over. */
export const skippedQuery = queryOptions({
  queryKey: keys.skipped,
  queryFn: ({ signal }) => body(api.GET("/api/v1/ops/skipped", { signal })),
});

export type LogSearch = { stream?: string; type?: string; correlation_id?: string; position?: number };

/** The log as it is stored, page by page. */
export function logQuery(search: LogSearch) {
  return infiniteQueryOptions({
    queryKey: keys.log(search),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { ...search, cursor: pageParam, limit: 50 };
      return body(api.GET("/api/v1/ops/log", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next ?? undefined,
    retry: false,
  });
}

/** What can be done with a read model by name alone. */
export type ModelVerb = "rebuild" | "verify" | "swap-back" | "discard" | "pause" | "resume" | "replay";

type Asked = { name: string; verb: ModelVerb; note?: string; position?: number };

/** Does something with a read model. */
export function useModel() {
  const settled = useOpsChanged();
  return useMutation({
    mutationFn: async ({ name, verb, note = "", position = 1 }: Asked): Promise<void> => {
      const params = { path: { name } };
      switch (verb) {
        case "rebuild":
          await body(api.POST("/api/v1/ops/projections/{name}/rebuild", { params }));
          return;
        case "verify":
          await body(api.POST("/api/v1/ops/projections/{name}/verify", { params, body: { background: true } }));
          return;
        case "swap-back":
          await body(api.POST("/api/v1/ops/projections/{name}/swap-back", { params }));
          return;
        case "discard":
          await body(api.POST("/api/v1/ops/projections/{name}/discard", { params }));
          return;
        case "pause":
          await body(api.POST("/api/v1/ops/projections/{name}/pause", { params, body: { note } }));
          return;
        case "resume":
          await body(api.POST("/api/v1/ops/projections/{name}/resume", { params }));
          return;
        case "replay":
          await body(api.POST("/api/v1/ops/projections/{name}/replay", { params, body: { position } }));
      }
    },
    onSettled: settled,
  });
}

/** Ends long work before it is done. */
export function useCancelOperation() {
  const settled = useOpsChanged();
  return useMutation({
    mutationFn: (id: string) => {
      const params = { path: { id } };
      return body(api.POST("/api/v1/ops/operations/{id}/cancel", { params }));
    },
    onSettled: settled,
  });
}

/** Tries a parked event again, or passes over it when there is a note. The id may be a position, for all models. */
export function useParked() {
  const settled = useOpsChanged();
  return useMutation({
    mutationFn: ({ id, note }: { id: string; note?: string }) => {
      const params = { path: { id } };
      return note === undefined
        ? body(api.POST("/api/v1/ops/parked/{id}/retry", { params }))
        : body(api.POST("/api/v1/ops/parked/{id}/skip", { params, body: { note } }));
    },
    onSettled: settled,
  });
}

function useOpsChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: keys.ops });
}
