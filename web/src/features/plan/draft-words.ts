import type { EditChange, FieldProblem, Plan } from "@/api/types";
import type { Problems } from "@/design/schema-form/problems";
import { sentence } from "@/design/sentence";

/** One change in words, for the list in the draft bar. */
export function changeWords(change: EditChange, titleOf: (step: string) => string): string {
  switch (change.op) {
    case "add_step":
      return `Add “${change.step.title ?? change.step.action_type}”`;
    case "edit_step":
      return `Change ${Object.keys(change.set).map(fieldWord).join(", ")} of “${titleOf(change.step_id)}”`;
    case "remove_step":
      return `Remove “${titleOf(change.step_id)}”`;
    case "move_step":
      return change.after
        ? `Move “${titleOf(change.step_id)}” after “${titleOf(change.after)}”`
        : `Move “${titleOf(change.step_id)}” to the top`;
    case "edit_details":
      return "Change the plan's name or description";
    case "set_policy":
      return "Change the plan's policy";
  }
}

function fieldWord(field: string): string {
  switch (field) {
    case "params":
      return "the values";
    case "depends_on":
      return "the dependencies";
    case "requires_approval":
      return "the approval";
    case "on_failure":
      return "what happens on failure";
    case "timeout_seconds":
      return "the time limit";
    case "retry":
      return "the attempts";
    default:
      return `the ${field}`;
  }
}

/** The server's problems, each where a person can mend it. */
export type PlacedProblems = {
  /** By step id, then by JSON pointer into its params. */
  params: Record<string, Problems>;
  /** By step id: what is wrong with a step outside its params. */
  steps: Record<string, string[]>;
  /** What belongs to no step. */
  plan: string[];
};

/** Puts each problem to the step and field its pointer names: into the changes that were sent, or into the plan. */
export function placeProblems(
  errors: FieldProblem[],
  changes: EditChange[],
  plan: Pick<Plan, "steps">,
): PlacedProblems {
  const placed: PlacedProblems = { params: {}, steps: {}, plan: [] };
  for (const { pointer, detail: said } of errors) {
    const detail = sentence(said);
    const [list, index, ...rest] = pointer.replace(/^\//, "").split("/");
    const change = list === "changes" ? changes[Number(index)] : undefined;
    const step = list === "steps" ? plan.steps[Number(index)]?.id : change && stepOf(change);
    if (step === undefined) {
      placed.plan.push(detail);
      continue;
    }
    const inner = rest[0] === "step" || rest[0] === "set" ? rest.slice(1) : rest;
    if (inner[0] === "params" && inner.length > 1) {
      const fields = placed.params[step] ?? {};
      fields[`/${inner.slice(1).join("/")}`] = detail;
      placed.params[step] = fields;
    } else {
      placed.steps[step] = [...(placed.steps[step] ?? []), detail];
    }
  }
  return placed;
}

function stepOf(change: EditChange): string | undefined {
  switch (change.op) {
    case "add_step":
      return change.step.id ?? undefined;
    case "edit_step":
    case "remove_step":
    case "move_step":
      return change.step_id;
    case "edit_details":
    case "set_policy":
      return undefined;
  }
}
