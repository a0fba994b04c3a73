import { expect, it } from "vitest";
import { blankStep } from "@/api/blank-step";
import type { Step } from "@/api/types";
import { bar, doneCount, foldable, forPeople, madeThings, parts, skippedAlong, span, troubled } from "./run";

const step = (id: string, more: Partial<Step> = {}): Step => ({
  ...blankStep({ id, title: id, action_type: "task.create" }),
  ...more,
});
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds)).toISOString();

const steps = [
  step("a", { status: "completed", started_at: at(0), completed_at: at(10) }),
  step("b", { status: "skipped", depends_on: ["a"] }),
  step("c", { status: "failed", depends_on: ["a"], started_at: at(10), completed_at: at(20) }),
  step("d", { status: "executing", action_type: "manual.step", started_at: at(20) }),
  step("e", { depends_on: ["c"] }),
  step("f", { depends_on: ["e"] }),
];

it("the bar has a part for each state there is, and they add up", () => {
  expect(parts(steps).map(({ name, count }) => [name, count])).toEqual([
    ["completed", 1],
    ["skipped", 1],
    ["failed", 1],
    ["running", 1],
    ["to come", 2],
  ]);
  expect(parts(steps).reduce((sum, part) => sum + part.count, 0)).toBe(steps.length);
});

it("skipped steps count as done", () => {
  expect(doneCount(steps)).toBe(2);
});

it("failed steps and steps for people are found", () => {
  expect(troubled(steps).map(({ id }) => id)).toEqual(["c"]);
  expect(forPeople(steps).map(({ id }) => id)).toEqual(["d"]);
});

it("a run goes on until its plan is over", () => {
  const now = Date.parse(at(40));
  expect(span({ run: null, steps, status: "executing" }, now)).toEqual({ from: Date.parse(at(0)), to: now });
  expect(span({ run: null, steps, status: "failed" }, now)?.to).toBe(Date.parse(at(20)));
  expect(span({ run: null, steps: [], status: "paused" }, now)).toBeUndefined();
});

it("a bar stays inside the run, one that goes on ends now", () => {
  const run = { from: Date.parse(at(0)), to: Date.parse(at(40)) };
  const [a, , , d, e] = steps as [Step, Step, Step, Step, Step];
  expect(bar(a, run, run.to)).toEqual({ left: 0, width: 25 });
  expect(bar(d, run, run.to)).toEqual({ left: 50, width: 50 });
  expect(bar(e, run, run.to)).toBeUndefined();
});

it("what a run made is listed once", () => {
  const created = { kind: "entity_created", entity: "tsk_1" };
  const made = [step("a", { effects: [created] }), step("b", { effects: [created, { kind: "entity_changed" }] })];
  expect(madeThings(made)).toEqual(["tsk_1"]);
  expect(madeThings([...made, step("c", { status: "undone", effects: [{ ...created, entity: "tsk_2" }] })])).toEqual([
    "tsk_1",
  ]);
});

it("a long plan folds the done steps at its top, all but the last two", () => {
  const long = Array.from({ length: 40 }, (_, i) => step(`s${i}`, { status: i < 20 ? "completed" : "pending" }));
  expect(foldable(long)).toBe(18);
  expect(foldable(long.slice(0, 22))).toBe(0);
  expect(foldable(long.map((one) => ({ ...one, status: "completed" })))).toBe(0);
});

it("skipping takes along what depends on it and has not begun", () => {
  expect(skippedAlong(steps, "c").map(({ id }) => id)).toEqual(["e", "f"]);
});
