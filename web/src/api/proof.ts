import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body, idempotencyKey } from "./client";
import { keys } from "./keys";

/** Whether a plan's history is as it was written, and how far it is signed for. */
export function planProofQuery(id: string) {
  return queryOptions({
    queryKey: keys.planProof(id),
    retry: false,
    queryFn: ({ signal }) => body(api.GET("/api/v1/plans/{id}/proof", { params: { path: { id } }, signal })),
  });
}

/** Signs for everything that has happened until now. */
export function useSign() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": idempotencyKey() } };
      return body(api.POST("/api/v1/proof/checkpoints", { params }));
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: keys.planEvents() }),
        queries.invalidateQueries({ queryKey: keys.proof }),
      ]),
  });
}

/** Where the file is that proves a plan's history elsewhere. */
export function evidenceUrl(id: string): string {
  return `/api/v1/plans/${encodeURIComponent(id)}/evidence`;
}

/** How far the whole log is signed for, and with which key. */
export const proofQuery = queryOptions({
  queryKey: keys.proof,
  retry: false,
  queryFn: ({ signal }) => body(api.GET("/api/v1/proof", { signal })),
});

/** Where the file is that `cairn audit verify --checkpoint` reads. */
export const checkpointsUrl = "/api/v1/proof/checkpoints";
