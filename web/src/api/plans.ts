import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AsOf, asOfParam } from "./as-of";
import { api, body, idempotencyKey, ifMatch } from "./client";
import { Intent } from "./intent";
import { keys } from "./keys";
import { knownPosition, notePosition } from "./position";
import type { Accepted, EditChange, Fields, NewPlan } from "./types";

const PAGE = 50;

export function planQuery(id: string) {
  return queryOptions({
    queryKey: keys.plan(id),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/plans/{id}", { params: { path: { id }, query: { min_position: knownPosition() } }, signal }),
      ),
  });
}

export function plansQuery({ as_of, ...filter }: { status?: string; q?: string; as_of?: AsOf }) {
  const past = as_of === undefined ? {} : { staleTime: Number.POSITIVE_INFINITY };
  const moment = as_of === undefined ? { min_position: knownPosition() } : { as_of: asOfParam(as_of) };
  return infiniteQueryOptions({
    ...past,
    queryKey: as_of === undefined ? keys.planList(filter) : keys.pastPlans({ ...filter, as_of }),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET("/api/v1/plans", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam, ...moment } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Sends a request, or a plan written by hand, and answers with the new plan's id. */
export function useCreatePlan() {
  const written = useWritten();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async (plan: NewPlan) => {
      const params = { header: { "Idempotency-Key": intent.keyFor(plan) } };
      const accepted = await body(api.POST("/api/v1/plans", { params, body: plan }));
      intent.answered();
      return written(accepted);
    },
  });
}

/** Applies changes as one edit, on exactly the revision they were made on. */
export function useEditPlan(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async ({ revision, changes }: { revision: number; changes: EditChange[] }) => {
      const header = { "Idempotency-Key": idempotencyKey(), "If-Match": ifMatch(revision) };
      const sent = api.POST("/api/v1/plans/{id}/edits", { params: { path: { id }, header }, body: { changes } });
      return written(await body(sent));
    },
  });
}

type Approval = {
  revision: number;
  content_hash: string;
  note?: string;
  /** The ids of the loud warnings that were ticked. */
  acknowledged?: string[];
};

export function useApprovePlan(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (approval: Approval) => {
      const { revision, ...seen } = approval;
      const header = { "Idempotency-Key": idempotencyKey(), "If-Match": ifMatch(revision) };
      const sent = api.POST("/api/v1/plans/{id}/approve", { params: { path: { id }, header }, body: seen });
      return written(await body(sent));
    },
  });
}

/** Answers what the planner asks, by the ids of its questions. */
export function useAnswerQuestions(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (answers: Fields) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/plans/{id}/answer", { params, body: { answers } })));
    },
  });
}

/** Asks for another draft of the plan. */
export function useRevisePlan(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (feedback: string) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/plans/{id}/revise", { params, body: { feedback } })));
    },
  });
}

/** Keeps the draft instead of the other one that was asked for. */
export function useKeepDraft(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async () => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/plans/{id}/keep", { params })));
    },
  });
}

/** Judges a plan, 1 (poor) to 5 (excellent). */
export function useRatePlan(id: string) {
  const written = useWritten(id);
  return useMutation({
    mutationFn: async (rating: { score: number; comment?: string }) => {
      const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
      return written(await body(api.POST("/api/v1/plans/{id}/rate", { params, body: rating })));
    },
  });
}

/** What can be told to a plan as a whole. */
export type PlanVerb =
  | { verb: "start" }
  | { verb: "pause"; reason: string }
  | { verb: "resume" }
  | { verb: "cancel"; reason: string };

export function usePlanVerb(id: string) {
  const written = useWritten(id);
  return useMutation({ mutationFn: async (verb: PlanVerb) => written(await body(sendPlanVerb(id, verb))) });
}

/** What can be told to one step of a running plan. */
export type StepVerb =
  | { verb: "approve"; step: string }
  | { verb: "skip"; step: string; reason: string }
  | { verb: "retry"; step: string; params?: Fields }
  | { verb: "complete"; step: string; note?: string }
  | { verb: "resolve"; step: string; outcome: "happened" | "did_not_happen"; reason: string };

export function useStepVerb(id: string) {
  const written = useWritten(id);
  return useMutation({ mutationFn: async (verb: StepVerb) => written(await body(sendStepVerb(id, verb))) });
}

function sendPlanVerb(id: string, told: PlanVerb) {
  const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
  switch (told.verb) {
    case "start":
      return api.POST("/api/v1/plans/{id}/start", { params });
    case "pause":
      return api.POST("/api/v1/plans/{id}/pause", { params, body: { reason: told.reason } });
    case "resume":
      return api.POST("/api/v1/plans/{id}/resume", { params });
    case "cancel":
      return api.POST("/api/v1/plans/{id}/cancel", { params, body: { reason: told.reason } });
  }
}

function sendStepVerb(id: string, told: StepVerb) {
  const params = { path: { id, step: told.step }, header: { "Idempotency-Key": idempotencyKey() } };
  switch (told.verb) {
    case "approve":
      return api.POST("/api/v1/plans/{id}/steps/{step}/approve", { params });
    case "skip":
      return api.POST("/api/v1/plans/{id}/steps/{step}/skip", { params, body: { reason: told.reason } });
    case "retry":
      return api.POST("/api/v1/plans/{id}/steps/{step}/retry", { params, body: { params: told.params } });
    case "complete":
      return api.POST("/api/v1/plans/{id}/steps/{step}/complete", { params, body: { note: told.note } });
    case "resolve": {
      const { outcome, reason } = told;
      return api.POST("/api/v1/plans/{id}/steps/{step}/resolve", { params, body: { outcome, reason } });
    }
  }
}

/** After a write: remember its position, and read again what it touched. */
export function useWritten(plan?: string) {
  const queries = useQueryClient();
  return async (accepted: Accepted): Promise<Accepted> => {
    notePosition(accepted.position);
    const touched = [queries.invalidateQueries({ queryKey: keys.plans })];
    if (plan !== undefined) {
      touched.push(queries.invalidateQueries({ queryKey: keys.plan(plan) }));
      touched.push(queries.invalidateQueries({ queryKey: keys.planEvents(plan) }));
    }
    await Promise.all(touched);
    return accepted;
  };
}
