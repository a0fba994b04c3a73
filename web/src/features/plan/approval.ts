import type { Plan, Step, Warning } from "@/api/types";
import { count } from "@/design/impact-words";

/** Why a plan cannot be approved as it is shown, in words; nothing when it can. */
export function approvalObstacles(plan: Pick<Plan, "status" | "steps">, pending: number): string[] {
  const obstacles: string[] = [];
  if (plan.status !== "draft") {
    obstacles.push(`Only a draft can be approved; this plan is ${plan.status.replaceAll("_", " ")}`);
  }
  if (plan.steps.length === 0) {
    obstacles.push("The plan has no steps");
  }
  if (pending > 0) {
    obstacles.push(`${count(pending, "change is", "changes are")} not applied yet`);
  }
  return obstacles;
}

/** What is left before the approval can be given: every loud warning and every step that cannot be undone is looked at. */
export function approvalReasons(irreversible: Step[], loud: Warning[], seen: Set<string>): string[] {
  const warnings = loud.filter((warning) => !seen.has(warning.id)).length;
  const steps = irreversible.filter((step) => !seen.has(step.id)).length;
  return [
    ...(warnings > 0 ? [`Tick ${count(warnings, "warning", "warnings")}`] : []),
    ...(steps > 0 ? [`Tick ${count(steps, "step", "steps")} that cannot be undone`] : []),
  ];
}

/** The steps of a plan by what they risk, in the plan's order. */
export function byRisk(steps: Step[]): { irreversible: Step[]; outside: Step[]; rest: Step[] } {
  const irreversible = steps.filter((step) => step.impact.reversibility === "irreversible");
  const outside = steps.filter((step) => step.impact.outside && !irreversible.includes(step));
  const rest = steps.filter((step) => !irreversible.includes(step) && !outside.includes(step));
  return { irreversible, outside, rest };
}
