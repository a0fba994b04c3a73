/**
 * Changes to a plan that were made on the page and are not applied yet. They are kept as the edits the server will be
 * asked for, shown on top of the plan as it stands, and applied as one.
 */
import { blankStep } from "@/api/blank-step";
import type { EditChange, Plan, Step, StepInput, StepPatch } from "@/api/types";
import { referredSteps } from "@/design/references";

/** A step as the page shows it: the server's, with what is not applied yet on top. */
export type DraftStep = Step & { pending?: "added" | "changed" | "moved" };

/** The plan's steps with the changes on top. */
export function stepsWith(plan: Pick<Plan, "steps">, changes: EditChange[]): DraftStep[] {
  return changes.reduce<DraftStep[]>(applyOne, plan.steps);
}

function applyOne(steps: DraftStep[], change: EditChange): DraftStep[] {
  switch (change.op) {
    case "add_step":
      return placed(steps, { ...blankStep(change.step), pending: "added" }, change.after ?? null);
    case "edit_step":
      return steps.map((step) =>
        step.id === change.step_id
          ? { ...step, ...given(change.set), pending: step.pending === "added" ? "added" : "changed" }
          : step,
      );
    case "remove_step": {
      const parents = steps.find((step) => step.id === change.step_id)?.depends_on ?? [];
      return steps
        .filter((step) => step.id !== change.step_id)
        .map((step) => ({ ...step, depends_on: rewired(step.depends_on, change.step_id, parents) }));
    }
    case "move_step": {
      const moved = steps.find((step) => step.id === change.step_id);
      const rest = steps.filter((step) => step !== moved);
      return moved === undefined
        ? steps
        : placed(rest, { ...moved, pending: moved.pending ?? "moved" }, change.after ?? null);
    }
    case "edit_details":
    case "set_policy":
      return steps;
  }
}

function placed(steps: DraftStep[], step: DraftStep, after: string | null): DraftStep[] {
  const index = after === null ? 0 : steps.findIndex((other) => other.id === after) + 1;
  const at = after !== null && index === 0 ? steps.length : index;
  return [...steps.slice(0, at), step, ...steps.slice(at)];
}

function rewired(dependsOn: string[], gone: string, parents: string[]): string[] {
  if (!dependsOn.includes(gone)) {
    return dependsOn;
  }
  return [...new Set(dependsOn.flatMap((id) => (id === gone ? parents : [id])))];
}

function given<T extends object>(patch: T): Partial<Step> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

/** Adds a change; one that goes on where an earlier one stopped is merged into it, one that undoes it removes it. */
export function withChange(plan: Pick<Plan, "steps">, changes: EditChange[], change: EditChange): EditChange[] {
  switch (change.op) {
    case "edit_step":
      return withEdit(plan, changes, change.step_id, change.set);
    case "remove_step":
      return withRemoval(changes, change);
    case "move_step": {
      const rest = changes.filter((other) => !(other.op === "move_step" && other.step_id === change.step_id));
      const before = stepsWith(plan, rest).map((step) => step.id);
      const after = stepsWith(plan, [...rest, change]).map((step) => step.id);
      return before.join() === after.join() ? rest : [...rest, change];
    }
    case "edit_details":
    case "set_policy":
      return [...changes.filter((other) => other.op !== change.op), change];
    case "add_step":
      return [...changes, change];
  }
}

function withEdit(plan: Pick<Plan, "steps">, changes: EditChange[], id: string, set: StepPatch): EditChange[] {
  const added = changes.findIndex((other) => other.op === "add_step" && other.step.id === id);
  if (added >= 0) {
    return changes.map((other, index) =>
      index === added && other.op === "add_step" ? { ...other, step: { ...other.step, ...set } as StepInput } : other,
    );
  }
  const earlier = changes.find((other) => other.op === "edit_step" && other.step_id === id);
  const merged: StepPatch = { ...(earlier?.op === "edit_step" ? earlier.set : {}), ...set };
  const original = plan.steps.find((step) => step.id === id);
  const kept = Object.entries(merged).filter(([field, value]) => !same(value, original?.[field as keyof Step]));
  const change: EditChange = { op: "edit_step", step_id: id, set: Object.fromEntries(kept) };
  const place = earlier === undefined ? changes.length : changes.indexOf(earlier);
  const rest = changes.filter((other) => other !== earlier);
  return kept.length === 0 ? rest : [...rest.slice(0, place), change, ...rest.slice(place)];
}

function withRemoval(changes: EditChange[], change: Extract<EditChange, { op: "remove_step" }>): EditChange[] {
  const wasAdded = changes.some((other) => other.op === "add_step" && other.step.id === change.step_id);
  const aboutIt = (other: EditChange) =>
    ("step_id" in other && other.step_id === change.step_id) ||
    (other.op === "add_step" && other.step.id === change.step_id);
  const rest = changes.filter((other) => !aboutIt(other));
  return wasAdded ? rest.map((other) => forgotten(other, change.step_id)) : [...rest, change];
}

/** Takes a step that was never applied out of what else was said. */
function forgotten(change: EditChange, id: string): EditChange {
  const without = (ids: string[] | null | undefined) => ids?.filter((other) => other !== id);
  switch (change.op) {
    case "add_step":
      return { ...change, step: { ...change.step, depends_on: without(change.step.depends_on) } };
    case "edit_step":
      return change.set.depends_on === undefined
        ? change
        : { ...change, set: { ...change.set, depends_on: without(change.set.depends_on) } };
    case "remove_step":
    case "move_step":
    case "edit_details":
    case "set_policy":
      return change;
  }
}

/** The steps a step must depend on so that its params may use their results. */
export function withReferred(dependsOn: string[], params: unknown, ancestors: Set<string>): string[] {
  const needed = referredSteps(params).filter((step) => !ancestors.has(step));
  return [...new Set([...dependsOn, ...needed])];
}

/** A new step's id: readable, and never one that was used before. */
export function newStepId(title: string, random: () => number = Math.random): string {
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  const suffix = Math.floor(random() * 46_655)
    .toString(36)
    .padStart(3, "0");
  return `${slug || "step"}-${suffix}`;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
