import { expect, it } from "vitest";
import type { StepStatus } from "@/api/types";
import { hasRun, isEditable, planLook, planStatuses, stepLook } from "./status";

const stepStatuses: StepStatus[] = [
  "pending",
  "waiting_approval",
  "executing",
  "retrying",
  "completed",
  "failed",
  "skipped",
  "outcome_unknown",
  "undoing",
  "undone",
  "undo_failed",
];

it("no two statuses share their word", () => {
  const words = stepStatuses.map((status) => stepLook(status).word);
  expect(new Set(words).size).toBe(words.length);
});

it("statuses of one colour differ in shape or word", () => {
  const looks = planStatuses.map((status) => planLook(status));
  const seen = looks.map((look) => `${look.shape}/${look.word}`);
  expect(new Set(seen).size).toBe(looks.length);
});

it("a plan that was started is no longer edited", () => {
  for (const status of planStatuses) {
    expect(isEditable(status) && hasRun(status)).toBe(false);
  }
});
