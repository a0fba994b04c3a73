/** What the execution page reads out of a plan; pure, so that it can be tested without a page. */
import type { Plan, PlanStatus, Step, StepStatus } from "@/api/types";
import { assertNever } from "@/design/assert-never";
import type { Tone } from "@/design/status";

/** What a step's state means for the progress of the plan. */
export type Stand = "done" | "running" | "waiting" | "trouble" | "open";

export function standOf(status: StepStatus): Stand {
  switch (status) {
    case "completed":
    case "skipped":
    case "undone":
      return "done";
    case "executing":
    case "undoing":
      return "running";
    case "retrying":
    case "waiting_approval":
      return "waiting";
    case "failed":
    case "outcome_unknown":
    case "undo_failed":
      return "trouble";
    case "pending":
      return "open";
    default:
      return assertNever(status);
  }
}

/** The parts of the progress bar, in the order they are drawn; empty ones are left out. */
export type Part = { name: string; count: number; tone: Tone | "empty" };

export function parts(steps: Step[]): Part[] {
  const count = (...statuses: StepStatus[]) => steps.filter((step) => statuses.includes(step.status)).length;
  const all: Part[] = [
    { name: "completed", count: count("completed"), tone: "done" },
    { name: "undone", count: count("undone"), tone: "neutral" },
    { name: "skipped", count: count("skipped"), tone: "neutral" },
    { name: "failed", count: count("failed", "outcome_unknown", "undo_failed"), tone: "fail" },
    { name: "being undone", count: count("undoing"), tone: "warn" },
    { name: "waiting", count: count("retrying", "waiting_approval"), tone: "warn" },
    { name: "running", count: count("executing"), tone: "active" },
    { name: "to come", count: count("pending"), tone: "empty" },
  ];
  return all.filter((part) => part.count > 0);
}

/** How many steps need no more doing. */
export function doneCount(steps: Step[]): number {
  return steps.filter((step) => standOf(step.status) === "done").length;
}

/** The steps somebody has to decide about; one that cannot be taken back has a card of its own. */
export function troubled(steps: Step[]): Step[] {
  return steps.filter((step) => standOf(step.status) === "trouble" && step.status !== "undo_failed");
}

/** The steps that wait for a person: to be let start, or to be done by hand. */
export function forPeople(steps: Step[]): Step[] {
  return steps.filter((step) => step.status === "waiting_approval" || isManual(step));
}

/** A step a person carries out and marks done. */
export function isManual(step: Step): boolean {
  return step.status === "executing" && step.action_type.startsWith("manual.");
}

/** Whether failed steps can still be retried or skipped. */
export function canSteer(status: PlanStatus): boolean {
  return status === "executing" || status === "paused" || status === "failed";
}

/** Whether a step of the plan can be rolled back now. */
export function canRollBack(status: PlanStatus): boolean {
  switch (status) {
    case "executing":
    case "paused":
    case "completed":
    case "failed":
    case "cancelled":
    case "rolled_back":
      return true;
    case "drafting":
    case "needs_answer":
    case "draft":
    case "approved":
    case "rejected":
    case "rolling_back":
    case "rollback_stuck":
      return false;
    default:
      return assertNever(status);
  }
}

/** Whether the whole plan goes back or has gone back. */
export function hasGoneBack(status: PlanStatus): boolean {
  return status === "rolling_back" || status === "rolled_back" || status === "rollback_stuck";
}

/** When the run began and ended, in milliseconds; `now` while it goes on. */
export function span(
  plan: Pick<Plan, "run" | "steps" | "status">,
  now: number,
): { from: number; to: number } | undefined {
  const starts = plan.steps.flatMap((step) => (step.started_at ? [Date.parse(step.started_at)] : []));
  const from = plan.run?.started_at ? Date.parse(plan.run.started_at) : Math.min(...starts);
  if (!Number.isFinite(from)) {
    return undefined;
  }
  const ends = plan.steps.flatMap((step) => (step.completed_at ? [Date.parse(step.completed_at)] : []));
  const over = ["completed", "cancelled", "failed"].includes(plan.status) || hasGoneBack(plan.status);
  const ended = plan.run?.ended_at ? Date.parse(plan.run.ended_at) : Math.max(from, ...ends);
  return { from, to: over ? ended : Math.max(now, from + 1) };
}

/** A step's bar in the timeline, in hundredths of the run's length. */
export function bar(
  step: Step,
  run: { from: number; to: number },
  now: number,
): { left: number; width: number } | undefined {
  if (!step.started_at) {
    return undefined;
  }
  const length = Math.max(1, run.to - run.from);
  const start = Date.parse(step.started_at);
  const end = step.completed_at ? Date.parse(step.completed_at) : Math.min(now, run.to);
  const left = clamp(((start - run.from) / length) * 100);
  return { left, width: Math.max(0.8, clamp(((end - start) / length) * 100, 100 - left)) };
}

/** The things a run made and that were not taken back, each once, in the order they were made. */
export function madeThings(steps: Step[]): string[] {
  const stands = steps.filter(({ status }) => status !== "undone");
  const made = stands.flatMap((step) => step.effects.filter((effect) => effect.kind === "entity_created"));
  return [...new Set(made.flatMap((effect) => (effect.entity ? [effect.entity] : [])))];
}

/** From how many steps on the done ones at the top are folded away, and how many of them there must be. */
const LONG_PLAN = 24;
const WORTH_FOLDING = 8;

/** How many steps at the top of a long plan are done and can be folded away, so that what happens now is in sight. */
export function foldable(steps: Step[]): number {
  const first = steps.findIndex((step) => standOf(step.status) !== "done");
  const leading = first < 0 ? 0 : first;
  return steps.length >= LONG_PLAN && leading >= WORTH_FOLDING ? leading - 2 : 0;
}

/** The steps that are skipped along with one that is skipped without a stand-in: what depends on it and is not begun. */
export function skippedAlong(steps: Step[], id: string): Step[] {
  const gone = new Set([id]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const step of steps) {
      const follows = step.status === "pending" && step.depends_on.some((parent) => gone.has(parent));
      if (follows && !gone.has(step.id)) {
        gone.add(step.id);
        grew = true;
      }
    }
  }
  return steps.filter((step) => step.id !== id && gone.has(step.id));
}

function clamp(value: number, most = 100): number {
  return Math.min(most, Math.max(0, value));
}
