import type { PlanStatus, StepStatus } from "@/api/types";
import { assertNever } from "./assert-never";

/** The five hues a status can have; colour comes last, after the word and the shape. */
export type Tone = "neutral" | "active" | "done" | "warn" | "fail";

/** The nine outlines a status can have. */
export type Shape = "hollow" | "pencil" | "half" | "check" | "cross" | "dash" | "pause" | "diamond" | "back";

export type StatusLook = { word: string; tone: Tone; shape: Shape };

export function planLook(status: PlanStatus): StatusLook {
  switch (status) {
    case "drafting":
      return { word: "Drafting", tone: "active", shape: "half" };
    case "needs_answer":
      return { word: "Needs an answer", tone: "warn", shape: "diamond" };
    case "draft":
      return { word: "Draft", tone: "neutral", shape: "pencil" };
    case "approved":
      return { word: "Approved", tone: "active", shape: "hollow" };
    case "executing":
      return { word: "Executing", tone: "active", shape: "half" };
    case "paused":
      return { word: "Paused", tone: "warn", shape: "pause" };
    case "completed":
      return { word: "Completed", tone: "done", shape: "check" };
    case "failed":
      return { word: "Failed", tone: "fail", shape: "cross" };
    case "cancelled":
      return { word: "Cancelled", tone: "neutral", shape: "dash" };
    case "rejected":
      return { word: "Rejected", tone: "neutral", shape: "cross" };
    case "rolling_back":
      return { word: "Rolling back", tone: "warn", shape: "back" };
    case "rolled_back":
      return { word: "Rolled back", tone: "neutral", shape: "back" };
    case "rollback_stuck":
      return { word: "Rollback stuck", tone: "fail", shape: "diamond" };
    default:
      return assertNever(status);
  }
}

export function stepLook(status: StepStatus): StatusLook {
  switch (status) {
    case "pending":
      return { word: "Pending", tone: "neutral", shape: "hollow" };
    case "waiting_approval":
      return { word: "Waits for approval", tone: "warn", shape: "diamond" };
    case "executing":
      return { word: "Executing", tone: "active", shape: "half" };
    case "retrying":
      return { word: "Retrying", tone: "warn", shape: "half" };
    case "completed":
      return { word: "Completed", tone: "done", shape: "check" };
    case "failed":
      return { word: "Failed", tone: "fail", shape: "cross" };
    case "skipped":
      return { word: "Skipped", tone: "neutral", shape: "dash" };
    case "outcome_unknown":
      return { word: "Outcome unknown", tone: "fail", shape: "diamond" };
    case "undoing":
      return { word: "Undoing", tone: "warn", shape: "back" };
    case "undone":
      return { word: "Undone", tone: "neutral", shape: "back" };
    case "undo_failed":
      return { word: "Undo failed", tone: "fail", shape: "back" };
    default:
      return assertNever(status);
  }
}

/** Statuses a list of plans can be narrowed to, in the order of a plan's life. */
export const planStatuses: PlanStatus[] = [
  "drafting",
  "needs_answer",
  "draft",
  "approved",
  "executing",
  "paused",
  "failed",
  "completed",
  "rolling_back",
  "rollback_stuck",
  "rolled_back",
  "cancelled",
];

/** Whether the content of a plan may still be changed. */
export function isEditable(status: PlanStatus): boolean {
  return status === "draft" || status === "approved";
}

/** Whether a plan has been started, so that there is a run to look at. */
export function hasRun(status: PlanStatus): boolean {
  switch (status) {
    case "executing":
    case "paused":
    case "completed":
    case "failed":
    case "cancelled":
    case "rolling_back":
    case "rolled_back":
    case "rollback_stuck":
      return true;
    case "drafting":
    case "needs_answer":
    case "draft":
    case "approved":
    case "rejected":
      return false;
    default:
      return assertNever(status);
  }
}
