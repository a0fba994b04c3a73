import { blankStep } from "@/api/blank-step";
import type { Plan, Step, StepInput } from "@/api/types";

/** A step for tests: an input, and what differs from a step nothing has happened to. */
export function aStep(id: string, input: Partial<StepInput> = {}, more: Partial<Step> = {}): Step {
  return { ...blankStep({ id, title: `Do ${id}`, action_type: "task.create", ...input }), ...more };
}

/** A draft of these steps, and what differs from one. */
export function aPlan(steps: Step[], more: Partial<Plan> = {}): Plan {
  const count = (status: Step["status"]) => steps.filter((step) => step.status === status).length;
  return {
    id: "pln_1",
    name: "Launch",
    description: "",
    request: "Plan a launch",
    status: "draft",
    revision: 3,
    position: 9,
    content_hash: "abc123",
    origin: { assumptions: [] },
    effort: { askings: 0, tokens: 0 },
    policy: { on_failure: "stop", max_parallel: 4, approvals_required: 1, self_approval: true },
    steps,
    progress: {
      total: steps.length,
      completed: count("completed"),
      failed: count("failed"),
      skipped: count("skipped"),
      current: [],
    },
    impact: { outside: 0, irreversible: 0, summary: "" },
    warnings: [],
    approvals: [],
    questions: [],
    answers: {},
    revising: null,
    revised: null,
    declined: null,
    message: "",
    comments: [],
    rollbacks: [],
    created_at: "2026-11-23T09:00:00Z",
    updated_at: "2026-11-23T09:00:00Z",
    created_by: { kind: "person", id: "maya" },
    ...more,
  };
}
