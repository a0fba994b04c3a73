import type { ImpactLevel, OnFailure, Plan, Reversibility } from "@/api/types";
import { assertNever } from "./assert-never";

export function impactWord(level: ImpactLevel): string {
  switch (level) {
    case "none":
      return "None";
    case "low":
      return "Low";
    case "medium":
      return "Medium";
    case "high":
      return "High";
    default:
      return assertNever(level);
  }
}

export function reversibilityWords(kind: Reversibility): string {
  switch (kind) {
    case "reversible":
      return "Can be undone exactly";
    case "compensatable":
      return "Can be made up for, not taken back";
    case "irreversible":
      return "Cannot be undone";
    default:
      return assertNever(kind);
  }
}

export function onFailureWords(policy: OnFailure): string {
  switch (policy) {
    case "stop":
      return "Stop the plan";
    case "continue":
      return "Go on with what does not depend on it";
    case "ask":
      return "Ask a person";
    case "rollback":
      return "Roll everything back";
    default:
      return assertNever(policy);
  }
}

/** "8 steps, 2 reach outside, 1 cannot be undone". */
export function summaryLine(plan: Pick<Plan, "impact" | "progress">): string {
  const { outside, irreversible } = plan.impact;
  const parts = [count(plan.progress.total, "step", "steps")];
  if (outside > 0) {
    parts.push(`${outside} ${outside === 1 ? "reaches" : "reach"} outside`);
  }
  parts.push(irreversible > 0 ? `${irreversible} cannot be undone` : "all can be undone");
  return plan.progress.total === 0 ? "No steps yet" : parts.join(", ");
}

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
