import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, body, idempotencyKey, ifMatch } from "./client";
import { keys } from "./keys";
import { useWritten } from "./plans";
import { ApiProblem } from "./problem";
import type { RollbackChoiceFor, RollbackPreview, RollbackScope } from "./types";

/** What a rollback would do now, under the choices made so far. */
export function rollbackQuery(id: string, scope: RollbackScope) {
  return queryOptions({
    queryKey: keys.rollback(id, scope),
    staleTime: 0,
    queryFn: ({ signal }) =>
      body(api.POST("/api/v1/plans/{id}/rollback/preview", { params: { path: { id } }, body: scope, signal })),
  });
}

export type Confirmation = {
  revision: number;
  preview_hash: string;
  reason: string;
  choices: RollbackChoiceFor[];
  name?: string;
};

/** Confirms exactly what was seen. */
export function useRollBack(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async ({ revision, ...confirmed }: Confirmation) => {
      const header = { "Idempotency-Key": idempotencyKey(), "If-Match": ifMatch(revision) };
      const sent = api.POST("/api/v1/plans/{id}/rollback", { params: { path: { id }, header }, body: confirmed });
      return written(await body(sent));
    },
  });
}

/** What can be told to a step that could not be taken back, or that waits for a person to take it back. */
export type UndoVerb = { verb: "retry"; step: string } | { verb: "resolve"; step: string; reason: string };

export function useUndoVerb(id: string) {
  const written = useWritten(id);
  return useMutation({ mutationFn: async (told: UndoVerb) => written(await body(send(id, told))) });
}

function send(id: string, told: UndoVerb) {
  const params = { path: { id, step: told.step }, header: { "Idempotency-Key": idempotencyKey() } };
  switch (told.verb) {
    case "retry":
      return api.POST("/api/v1/plans/{id}/rollback/steps/{step}/retry", { params });
    case "resolve":
      return api.POST("/api/v1/plans/{id}/rollback/steps/{step}/resolve", { params, body: { reason: told.reason } });
  }
}

/** Leaves a rollback half-way. */
export function useStopRollback(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (reason: string) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/plans/{id}/rollback/stop", { params, body: { reason } })));
    },
  });
}

/** The new preview that a refusal brings when things have moved. */
export function newPreview(thrown: unknown): RollbackPreview | undefined {
  const found = thrown instanceof ApiProblem ? thrown.body.preview : undefined;
  return typeof found === "object" && found !== null ? (found as RollbackPreview) : undefined;
}
