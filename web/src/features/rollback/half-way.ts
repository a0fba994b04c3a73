import type { Plan, Rollback } from "@/api/types";
import { openRollback } from "@/design/rollback-words";

/** Whether the rollback can be left where it is: it is stuck or paused, nothing is under way, and it takes back. */
export function canStop(plan: Plan): boolean {
  const open = openRollback(plan);
  if (open === undefined || open.scope === "rollback") {
    return false;
  }
  const held = open.paused !== null && open.paused !== undefined;
  const waits = (step: Plan["steps"][number]) => step.waiting_for.length > 0;
  const busy = plan.steps.some((step) => step.status === "undoing" && !waits(step));
  return (plan.status === "rollback_stuck" || held) && !busy;
}

/** What stays taken back and what stays done when the rollback stops now, in a sentence. */
export function halfWay(plan: Plan, rollback: Pick<Rollback, "steps">): string {
  const ids = new Set(rollback.steps);
  const undone = plan.steps.filter((step) => ids.has(step.id) && step.status === "undone").length;
  const left = ids.size - undone;
  const taken =
    undone === 0 ? "Nothing is taken back yet" : `${steps(undone)} ${undone === 1 ? "stays" : "stay"} taken back`;
  return `${taken}, and ${steps(left).toLowerCase()} ${left === 1 ? "stays" : "stay"} done.`;
}

function steps(count: number): string {
  return count === 1 ? "1 step" : `${count} steps`;
}
