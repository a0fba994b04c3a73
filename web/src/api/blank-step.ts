import type { Step, StepInput } from "./types";

/** A step as its input says, before the server has seen it: nothing is known of its impact, nothing has happened. */
export function blankStep(input: StepInput): Step {
  return {
    id: input.id ?? "",
    title: input.title ?? "",
    description: input.description ?? "",
    action_type: input.action_type ?? "",
    params: input.params ?? {},
    sources: [],
    depends_on: input.depends_on ?? [],
    requires_approval: input.requires_approval ?? false,
    approved: false,
    on_failure: input.on_failure ?? null,
    retry: input.retry ?? null,
    timeout_seconds: input.timeout_seconds ?? null,
    impact: {
      level: "none",
      reversibility: "reversible",
      outside: false,
      summary: "",
      changes: [],
      unknown: [],
      problems: [],
    },
    status: "pending",
    attempts: 0,
    attempt_log: [],
    waiting_for: [],
    effects: [],
    undone: [],
    result: null,
    error: null,
    started_at: null,
    completed_at: null,
  };
}
