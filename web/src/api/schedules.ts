import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, idempotencyKey } from "./client";
import { Intent } from "./intent";
import { keys } from "./keys";
import { knownPosition, notePosition } from "./position";
import type { NewSchedule } from "./types";

/** The schedules of a template, the newest first. */
export function schedulesQuery(template: string) {
  return queryOptions({
    queryKey: keys.templateSchedules(template),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/templates/{id}/schedules", {
          params: { path: { id: template }, query: { min_position: knownPosition() } },
          signal,
        }),
      ),
  });
}

/** Says when a schedule would be due and what its first plan would be called; nothing is made. */
export function usePreviewSchedule(template: string) {
  return useMutation({
    mutationFn: (schedule: NewSchedule) =>
      body(
        api.POST("/api/v1/templates/{id}/schedules/preview", { params: { path: { id: template } }, body: schedule }),
      ),
  });
}

export function useAddSchedule(template: string) {
  const written = useWritten();
  const [intent] = useState(() => new Intent());
  return useMutation({
    mutationFn: async (schedule: NewSchedule) => {
      const params = { path: { id: template }, header: { "Idempotency-Key": intent.keyFor(schedule) } };
      const answer = await body(api.POST("/api/v1/templates/{id}/schedules", { params, body: schedule }));
      intent.answered();
      return written(answer);
    },
  });
}

export type ScheduleVerb = "pause" | "resume" | "remove";

export function useScheduleVerb(schedule: string) {
  const written = useWritten();
  return useMutation({ mutationFn: async (verb: ScheduleVerb) => written(await body(send(schedule, verb))) });
}

function send(id: string, verb: ScheduleVerb) {
  const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey() } };
  switch (verb) {
    case "pause":
      return api.POST("/api/v1/schedules/{id}/pause", { params, body: {} });
    case "resume":
      return api.POST("/api/v1/schedules/{id}/resume", { params });
    case "remove":
      return api.POST("/api/v1/schedules/{id}/remove", { params, body: {} });
  }
}

function useWritten() {
  const queries = useQueryClient();
  return async <T extends { position: number }>(answer: T): Promise<T> => {
    notePosition(answer.position);
    await queries.invalidateQueries({ queryKey: keys.templates });
    return answer;
  };
}
