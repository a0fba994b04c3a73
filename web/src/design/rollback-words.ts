/** What parts of the page read out of a plan's rollbacks. */
import type { Plan, Rollback } from "@/api/types";

/** The rollback that has not come to its end. */
export function openRollback(plan: Plan): Rollback | undefined {
  return plan.rollbacks.find((rollback) => !rollback.ended_at);
}

/** Whether the rollback stands still until somebody resumes it. */
export function isHeld(plan: Plan): boolean {
  return openRollback(plan)?.paused !== null && openRollback(plan)?.paused !== undefined;
}

/** The latest rollback that can be undone: it has ended, it took something back, and nobody has undone it. */
export function undoable(plan: Plan): string | undefined {
  const taken = new Set(plan.steps.flatMap((step) => (step.status === "undone" ? [step.rollback_id] : [])));
  const found = plan.rollbacks.filter(({ id, ended_at, undone_by }) => ended_at && !undone_by && taken.has(id));
  return found.at(-1)?.id;
}
