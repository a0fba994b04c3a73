import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, idempotencyKey, ifMatch } from "./client";
import { Intent } from "./intent";
import { keys } from "./keys";
import { useWritten as usePlanWritten } from "./plans";
import { knownPosition, notePosition } from "./position";
import type { Fields, MarkedParameter, NewTemplateContent, TemplateShare } from "./types";

/** A page is at most this long. */
const PAGE = 200;

export type TemplateFilter = { q?: string; tag?: string; retired?: boolean };

/** The templates that may be used, the newest first. */
export function templatesQuery(filter: TemplateFilter = {}) {
  return queryOptions({
    queryKey: keys.templateList(filter),
    queryFn: ({ signal }) => {
      const query = { ...filter, limit: PAGE, min_position: knownPosition() };
      return body(api.GET("/api/v1/templates", { params: { query }, signal }));
    },
  });
}

export function templateQuery(id: string) {
  return queryOptions({
    queryKey: keys.template(id),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/templates/{id}", {
          params: { path: { id }, query: { min_position: knownPosition() } },
          signal,
        }),
      ),
  });
}

export function templateVersionsQuery(id: string) {
  return queryOptions({
    queryKey: keys.templateVersions(id),
    queryFn: ({ signal }) => body(api.GET("/api/v1/templates/{id}/versions", { params: { path: { id } }, signal })),
  });
}

/** What one version holds; it never changes. */
export function templateVersionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: keys.templateVersion(id, version),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/templates/{id}/versions/{version}", { params: { path: { id, version } }, signal })),
  });
}

/** How two versions differ; versions never change, and neither does this. */
export function templateDiffQuery(id: string, from: number, to: number) {
  return queryOptions({
    queryKey: keys.templateDiff(id, from, to),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      body(api.GET("/api/v1/templates/{id}/diff", { params: { path: { id }, query: { from, to } }, signal })),
  });
}

/** What in a plan may be a parameter. */
export function proposalQuery(plan: string) {
  return queryOptions({
    queryKey: [...keys.plan(plan), "template"],
    queryFn: ({ signal }) => body(api.GET("/api/v1/plans/{id}/template", { params: { path: { id: plan } }, signal })),
  });
}

export type RunTemplate = { arguments: Fields; today: string };

/** Shows the plan as it would be; nothing is made. */
export function usePreviewTemplate(id: string) {
  return useMutation({
    mutationFn: (run: RunTemplate) =>
      body(api.POST("/api/v1/templates/{id}/preview", { params: { path: { id } }, body: run })),
  });
}

/** Makes the plan. */
export function useRunTemplate(id: string) {
  const queries = useQueryClient();
  const written = usePlanWritten();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async (run: RunTemplate) => {
      const params = { path: { id }, header: { "Idempotency-Key": intent.keyFor(run) } };
      const accepted = await body(api.POST("/api/v1/templates/{id}/plans", { params, body: run }));
      intent.answered();
      await queries.invalidateQueries({ queryKey: keys.templates });
      return written(accepted);
    },
  });
}

export type SaveTemplate = {
  plan_id: string;
  name: string;
  description: string;
  tags: string[];
  parameters: MarkedParameter[];
};

export function useSaveTemplate() {
  const written = useWritten();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async ({ into, ...saved }: SaveTemplate & { into?: string }) => {
      const header = { "Idempotency-Key": intent.keyFor({ into, ...saved }) };
      const { plan_id, parameters } = saved;
      const sent =
        into === undefined
          ? api.POST("/api/v1/templates", { params: { header }, body: saved })
          : api.POST("/api/v1/templates/{id}/versions", {
              params: { path: { id: into }, header },
              body: { plan_id, parameters },
            });
      const answer = await body(sent);
      intent.answered();
      return written(answer);
    },
  });
}

/** Saves the next version, on exactly the revision that was shown. */
export function useAddVersion(id: string) {
  const written = useWritten();
  return useMutation({
    mutationFn: async (version: { revision: number; content: NewTemplateContent; note: string }) => {
      const { revision, ...sent } = version;
      const header = { "Idempotency-Key": idempotencyKey(), "If-Match": ifMatch(revision) };
      const params = { path: { id }, header };
      return written(await body(api.POST("/api/v1/templates/{id}/versions", { params, body: sent })));
    },
  });
}

export type TemplateVerb =
  | { verb: "restore"; version: number }
  | { verb: "share"; shares: TemplateShare[] }
  | { verb: "retire"; reason: string }
  | { verb: "bring-back" }
  | { verb: "pre-approve"; version: number }
  | { verb: "withdraw"; reason: string };

export function useTemplateVerb(id: string) {
  const written = useWritten();
  return useMutation({ mutationFn: async (told: TemplateVerb) => written(await body(send(id, told))) });
}

function send(id: string, told: TemplateVerb) {
  const header = { "Idempotency-Key": idempotencyKey() };
  const params = { path: { id }, header };
  switch (told.verb) {
    case "restore": {
      const path = { id, version: told.version };
      return api.POST("/api/v1/templates/{id}/versions/{version}/restore", { params: { path, header }, body: {} });
    }
    case "pre-approve": {
      const path = { id, version: told.version };
      return api.POST("/api/v1/templates/{id}/versions/{version}/pre-approve", { params: { path, header }, body: {} });
    }
    case "withdraw":
      return api.POST("/api/v1/templates/{id}/withdraw-pre-approval", { params, body: { reason: told.reason } });
    case "share":
      return api.POST("/api/v1/templates/{id}/share", { params, body: { shares: told.shares } });
    case "retire":
      return api.POST("/api/v1/templates/{id}/retire", { params, body: { reason: told.reason } });
    case "bring-back":
      return api.POST("/api/v1/templates/{id}/bring-back", { params });
  }
}

/** Puts the templates that come with Cairn into the library. */
export function useAddStarter() {
  const written = useWritten();
  return useMutation({
    mutationFn: async () => {
      const params = { header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/templates/starter", { params })));
    },
  });
}

/** Makes a template of what a file holds. */
export function useImportTemplate() {
  const written = useWritten();
  return useMutation({
    mutationFn: async (file: string) => {
      const params = { header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/templates/import", { params, body: { file } })));
    },
  });
}

function useWritten() {
  const queries = useQueryClient();
  return async <T extends { position: number }>(answer: T): Promise<T> => {
    notePosition(answer.position);
    await queries.invalidateQueries({ queryKey: keys.templates });
    return answer;
  };
}
