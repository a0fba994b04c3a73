/** What the rollback dialog reads out of a preview; pure, so that it can be tested without a page. */
import type { Plan, RollbackChange, RollbackChoice, RollbackPreview, RollbackScope, RollbackStep } from "@/api/types";

/** Reads a scope as the URL has it: `plan`, `step:ID`, `from_step:ID`, `rollback:ID`. */
export function readScope(text: string): RollbackScope {
  const [kind, id] = [text.split(":")[0], text.slice(text.indexOf(":") + 1)];
  const nothing = { step_id: null, rollback_id: null, choices: [] };
  switch (kind) {
    case "step":
      return { ...nothing, scope: "step", step_id: id };
    case "from_step":
      return { ...nothing, scope: "from_step", step_id: id };
    case "rollback":
      return { ...nothing, scope: "rollback", rollback_id: id };
    default:
      return { ...nothing, scope: "plan" };
  }
}

/** The scopes that can be looked at instead, in words. */
export function otherScopes(plan: Plan, text: string): { value: string; label: string }[] {
  const { step_id: step } = readScope(text);
  if (!step) {
    return [];
  }
  const number = plan.steps.findIndex((one) => one.id === step) + 1;
  return [
    { value: `step:${step}`, label: `Only step ${number}` },
    { value: `from_step:${step}`, label: `From step ${number} on` },
    { value: "plan", label: "The whole plan" },
  ];
}

export function isRedo(text: string): boolean {
  return text.startsWith("rollback:");
}

/** A thing that somebody changed later, and what can be chosen about it. */
export type Clash = { entity: string; changes: RollbackChange[]; choices: RollbackChoice[] };

/** The clash of each thing, where it is met first in the order of the undo. */
export function clashes(steps: RollbackStep[]): Map<string, Clash> {
  const found = new Map<string, Clash>();
  for (const change of steps.flatMap((step) => step.changes)) {
    if (!change.conflict) {
      continue;
    }
    const known = found.get(change.entity);
    if (known === undefined) {
      found.set(change.entity, { entity: change.entity, changes: [change], choices: [...change.choices] });
    } else {
      // what one of the rows does not offer cannot be chosen for the thing
      known.choices = known.choices.filter((choice) => change.choices.includes(choice));
      if (!known.changes.some((other) => other.field === change.field)) {
        known.changes.push(change);
      }
    }
  }
  return found;
}

/** Whether to offer merging: pointless when every field that was written was changed later. */
export function offered(clash: Clash, steps: RollbackStep[]): RollbackChoice[] {
  const rows = steps.flatMap((step) => step.changes).filter((change) => change.entity === clash.entity);
  const others = rows.some((row) => !row.conflict);
  return clash.choices.filter((choice) => choice !== "stop" && (choice !== "merge" || others));
}

/** What is said in the dialog's head: how much is restored, how many conflicts, what is lost. */
export function headline({ coverage, undecided, lost }: RollbackPreview): string {
  const parts = [`${coverage.restored} of ${counted(coverage.total, "effect")} restored`];
  if (undecided.length > 0) {
    parts.push(`${counted(undecided.length, "conflict")} to decide`);
  }
  if (lost.length > 0) {
    parts.push(`${counted(lost.length, "thing")} lost for good`);
  }
  return parts.join(", ");
}

/** Why the rollback cannot be confirmed yet, in words; empty when it can. */
export function obstacles(
  preview: RollbackPreview,
  given: { reason: string; name: string; planName: string },
): string[] {
  const found: string[] = [];
  if (preview.blocked_by.length > 0) {
    found.push("Something stands in the way");
  } else if (preview.undecided.length > 0) {
    found.push(`Decide about ${counted(preview.undecided.length, "conflict")}`);
  } else if (!preview.steps.some((step) => step.takes_part)) {
    found.push("Nothing is left to take back");
  }
  if (preview.lost.length > 0 && given.name.trim() !== given.planName.trim()) {
    found.push("Type the plan’s name");
  }
  if (given.reason.trim() === "") {
    found.push("Say why");
  }
  return found;
}

/** How well a step can be taken back, in words. */
export function classWord(step: RollbackStep): string {
  if (step.class === "impossible") {
    return "Cannot be undone";
  }
  if (!step.takes_part) {
    return step.changes.some((change) => change.conflict) ? "Decide" : "Stays";
  }
  return step.class === "best_effort" ? "As well as it can be" : "Exactly as before";
}

export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
