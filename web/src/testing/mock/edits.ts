import type { EditChange, FieldProblem, Plan } from "../../api/types";
import { actionNamed } from "./catalogue";
import { refresh, type Store, stepFrom } from "./store";

/** Applies edits all or nothing; gives back what stands in the way. */
export function edit(store: Store, plan: Plan, changes: EditChange[]): FieldProblem[] {
  const before = structuredClone(plan.steps);
  const problems: FieldProblem[] = [];
  changes.forEach((change, index) => {
    const at = (pointer: string, code: string, detail: string) =>
      problems.push({ pointer: `/changes/${index}${pointer}`, code, detail });
    applyOne(plan, change, at);
  });
  if (problems.length > 0) {
    plan.steps = before;
    return problems;
  }
  if (plan.status === "approved") {
    plan.status = "draft";
    plan.approvals = [];
  }
  for (const change of changes) {
    const names: Record<EditChange["op"], string> = {
      add_step: "StepAdded",
      edit_step: "StepEdited",
      remove_step: "StepRemoved",
      move_step: "StepsReordered",
      edit_details: "PlanDetailsEdited",
      set_policy: "PlanDetailsEdited",
    };
    const step_id = "step_id" in change ? change.step_id : "step" in change ? change.step.id : undefined;
    store.record(plan.id, names[change.op], { ...change, step_id });
  }
  refresh(plan);
  return [];
}

type Report = (pointer: string, code: string, detail: string) => void;

function applyOne(plan: Plan, change: EditChange, report: Report): void {
  switch (change.op) {
    case "add_step": {
      const id = change.step.id ?? `step-${plan.steps.length + 1}`;
      const required =
        (actionNamed(change.step.action_type ?? "")?.params_schema as { required?: string[] })?.required ?? [];
      for (const field of required) {
        if (change.step.params?.[field] === undefined || change.step.params?.[field] === "") {
          report(`/step/params/${field}`, "param.missing", `${field} is needed`);
        }
      }
      place(plan, stepFrom({ ...change.step, id }), change.after ?? null);
      return;
    }
    case "edit_step": {
      const index = plan.steps.findIndex((step) => step.id === change.step_id);
      const step = plan.steps[index];
      if (step) {
        plan.steps[index] = stepFrom({ ...step, ...change.set } as Parameters<typeof stepFrom>[0]);
        if (change.set.params && (change.set.params as { title?: unknown }).title === "") {
          report("/set/params/title", "param.too_short", "The title may not be empty");
        }
      }
      return;
    }
    case "remove_step": {
      const gone = plan.steps.find((step) => step.id === change.step_id);
      plan.steps = plan.steps.filter((step) => step.id !== change.step_id);
      for (const step of plan.steps) {
        if (step.depends_on.includes(change.step_id)) {
          const rewired = step.depends_on.flatMap((id) => (id === change.step_id ? (gone?.depends_on ?? []) : [id]));
          step.depends_on = [...new Set(rewired)];
        }
      }
      return;
    }
    case "move_step": {
      const step = plan.steps.find((step) => step.id === change.step_id);
      if (step) {
        plan.steps = plan.steps.filter((other) => other !== step);
        place(plan, step, change.after ?? null);
      }
      return;
    }
    case "edit_details":
      plan.name = change.name ?? plan.name;
      plan.description = change.description ?? plan.description;
      return;
    case "set_policy":
      plan.policy = { ...plan.policy, ...change.policy } as Plan["policy"];
  }
}

function place(plan: Plan, step: Plan["steps"][number], after: string | null): void {
  const index = after === null ? 0 : plan.steps.findIndex((other) => other.id === after) + 1;
  plan.steps.splice(index, 0, step);
}
