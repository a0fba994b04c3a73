import { expect, it } from "vitest";
import type { Plan } from "@/api/types";
import { aPlan, aStep } from "@/testing/plan";
import { canStop, halfWay } from "./half-way";

const open = { id: "rbk_1", scope: "plan", steps: ["a", "b", "c"], ended_at: null, paused: null };

function rolling(status: Plan["status"], changes: object = {}): Plan {
  const steps = [
    aStep("a", {}, { status: "undone" }),
    aStep("b", {}, { status: "undo_failed" }),
    aStep("c", {}, { status: "completed" }),
  ];
  return aPlan(steps, { status, rollbacks: [{ ...open, ...changes }] } as unknown as Partial<Plan>);
}

it("says what stays taken back and what stays done", () => {
  expect(halfWay(rolling("rollback_stuck"), open)).toBe("1 step stays taken back, and 2 steps stay done.");
  expect(halfWay(aPlan([aStep("a")]), { steps: ["a"] })).toBe("Nothing is taken back yet, and 1 step stays done.");
});

it("only a rollback that is stuck or paused, with nothing under way, can be stopped", () => {
  expect(canStop(rolling("rollback_stuck"))).toBe(true);
  expect(canStop(rolling("rolling_back"))).toBe(false);
  expect(canStop(rolling("rolling_back", { paused: "look" }))).toBe(true);
  expect(canStop(rolling("rollback_stuck", { scope: "rollback" }))).toBe(false);
  const busy = rolling("rollback_stuck");
  busy.steps[2] = { ...aStep("c"), status: "undoing" };
  expect(canStop(busy)).toBe(false);
});
