import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AsOf, asOfParam } from "./as-of";
import { api, body, idempotencyKey, ifMatch } from "./client";
import { Intent } from "./intent";
import { keys } from "./keys";
import { knownPosition, notePosition } from "./position";
import type { Entity, EntityKind, EntityPage, Fields } from "./types";

/** A page is at most this long. */
const PAGE = 200;

/** More things than this are found by searching only. */
const MOST = 1000;

type EntityFilter = { kind?: EntityKind; q?: string; archived?: boolean; ids?: string; as_of?: AsOf };

export function entitiesQuery({ as_of, ...filter }: EntityFilter = {}) {
  return queryOptions({
    ...over(as_of),
    queryKey: as_of === undefined ? keys.entityList(filter) : keys.pastEntities({ ...filter, as_of }),
    queryFn: async ({ signal }) => {
      const items: Entity[] = [];
      let cursor: string | undefined;
      let shown: EntityPage["as_of"];
      do {
        const query = { ...filter, limit: PAGE, cursor, ...moment(as_of) };
        const page = await body(api.GET("/api/v1/workspace/entities", { params: { query }, signal }));
        items.push(...page.items);
        shown = page.as_of;
        cursor = page.next ?? undefined;
      } while (cursor !== undefined && items.length < MOST);
      return { items, complete: cursor === undefined, as_of: shown };
    },
  });
}

export function entityQuery(id: string, asOf?: AsOf) {
  return queryOptions({
    ...over(asOf),
    queryKey: asOf === undefined ? keys.entity(id) : keys.pastEntity(id, asOf),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspace/entities/{id}", {
          params: { path: { id }, query: moment(asOf) },
          signal,
        }),
      ),
  });
}

/** What is over never changes: it is read once. */
function over(asOf: AsOf | undefined) {
  return asOf === undefined ? {} : { staleTime: Number.POSITIVE_INFINITY };
}

function moment(asOf: AsOf | undefined): { as_of?: string; min_position?: number } {
  return asOf === undefined ? { min_position: knownPosition() } : { as_of: asOfParam(asOf) };
}

export function entityHistoryQuery(id: string) {
  return queryOptions({
    queryKey: keys.entityHistory(id),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspace/entities/{id}/history", {
          params: { path: { id }, query: { limit: PAGE, min_position: knownPosition() } },
          signal,
        }),
      ),
  });
}

/** Fills an empty workspace with people, ideas, projects and tasks to try things on. */
export function useLoadSample() {
  const written = useWritten();
  return useMutation({
    mutationFn: async () => {
      const params = { header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/workspace/sample", { params })));
    },
  });
}

export function useCreateEntity() {
  const written = useWritten();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async (entity: { kind: EntityKind; fields: Fields }) => {
      const params = { header: { "Idempotency-Key": intent.keyFor(entity) } };
      const made = await body(api.POST("/api/v1/workspace/entities", { params, body: entity }));
      intent.answered();
      return written(made);
    },
  });
}

/** Changes fields of a thing, on exactly the revision that was shown. */
export function useChangeEntity(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async ({ revision, fields }: { revision: number; fields: Fields }) => {
      const params = { path: { id }, header: { "If-Match": ifMatch(revision) } };
      return written(await body(api.PATCH("/api/v1/workspace/entities/{id}", { params, body: { fields } })));
    },
  });
}

export function useArchiveEntity(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (verb: "archive" | "restore") => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      const sent =
        verb === "archive"
          ? api.POST("/api/v1/workspace/entities/{id}/archive", { params })
          : api.POST("/api/v1/workspace/entities/{id}/restore", { params });
      return written(await body(sent));
    },
  });
}

/** Forgets a person for good; afterwards everything that was read may look different. */
export function useForgetPerson(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (asked: { reason: string; name: string }) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      const forgotten = await body(api.POST("/api/v1/workspace/entities/{id}/forget", { params, body: asked }));
      notePosition(forgotten.position);
      return forgotten;
    },
    onSuccess: () => queries.invalidateQueries(),
  });
}

function useWritten(entity?: string) {
  const queries = useQueryClient();
  return async <T extends { position: number }>(accepted: T): Promise<T> => {
    notePosition(accepted.position);
    const touched = [queries.invalidateQueries({ queryKey: keys.entities })];
    if (entity !== undefined) {
      touched.push(queries.invalidateQueries({ queryKey: keys.entity(entity) }));
      touched.push(queries.invalidateQueries({ queryKey: keys.entityHistory(entity) }));
    }
    await Promise.all(touched);
    return accepted;
  };
}
