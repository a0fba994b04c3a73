import type { Actor, Entity, Plan, Step } from "../../api/types";
import { refresh, type Store } from "./store";

const executor: Actor = { kind: "executor", id: "executor" };
const STEP_MS = 900;

/** Moves an executing plan on: starts what is ready, ends what ran long enough, until nothing is left to do. */
export function drive(store: Store, plan: Plan): void {
  const tick = () => {
    if (plan.status !== "executing") {
      return;
    }
    for (const step of plan.steps.filter((step) => step.status === "pending" && isReady(plan, step))) {
      start(store, plan, step);
    }
    const open = plan.steps.some((step) => step.status === "executing" || step.status === "waiting_approval");
    if (!open) {
      const failed = plan.steps.some((step) => step.status === "failed");
      plan.status = failed ? "failed" : "completed";
      store.record(plan.id, failed ? "PlanFailed" : "PlanCompleted", {}, executor);
    }
    refresh(plan);
  };
  const start = (store: Store, plan: Plan, step: Step) => {
    if (step.requires_approval && step.waiting_for.length === 0) {
      step.status = "waiting_approval";
      step.waiting_for = [{ kind: "approval", text: "Waits for somebody to approve this step" }];
      return;
    }
    step.status = "executing";
    step.attempts += 1;
    step.started_at = new Date().toISOString();
    store.record(plan.id, "StepStarted", { step_id: step.id, attempt: step.attempts, params: step.params }, executor);
    if (step.action_type === "manual.step") {
      step.waiting_for = [{ kind: "person", text: "Waits for a person to do it and mark it done" }];
      return;
    }
    setTimeout(() => {
      const fails = step.action_type === "http.request" && step.attempts < 2;
      end(store, plan, step, fails);
      tick();
    }, STEP_MS);
  };
  tick();
}

/** Ends a step, well or not. */
export function end(store: Store, plan: Plan, step: Step, fails: boolean): void {
  step.completed_at = new Date().toISOString();
  step.waiting_for = [];
  if (fails) {
    step.status = "failed";
    step.error = {
      code: "http.status",
      message: "status.example.org answered 503 Service Unavailable",
      at: step.completed_at,
    };
    store.record(plan.id, "StepFailed", { step_id: step.id, error: step.error }, executor);
  } else {
    step.status = "completed";
    step.error = null;
    const [kind = "thing", verb = ""] = step.action_type.split(".");
    if (verb === "create") {
      const made = store.addEntity(kind as Entity["kind"], kind.slice(0, 3), { ...step.params }, undefined, Date.now());
      step.result = { id: made.id };
      step.effects = [{ kind: "entity_created", entity: made.id, event: "evt" }];
    } else {
      step.result = { id: `${kind.slice(0, 3)}_1` };
    }
    store.record(plan.id, "StepCompleted", { step_id: step.id, result: step.result, effects: step.effects }, executor);
  }
  refresh(plan);
}

function isReady(plan: Plan, step: Step): boolean {
  const done = (id: string) => {
    const status = plan.steps.find((other) => other.id === id)?.status;
    return status === "completed" || status === "skipped";
  };
  return step.depends_on.every(done);
}
