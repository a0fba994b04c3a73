import { expect, it } from "vitest";
import { type LiveChange, nothingTouched, parseChange, touch } from "./changes";

const change: LiveChange = {
  position: 7,
  stream: "plan-1",
  type: "StepCompleted",
  plan_id: "pln_1",
  at: "2026-11-23T09:00:00Z",
  revision: 3,
};

it("a burst touches each plan and thing once and keeps the furthest position", () => {
  const touched = nothingTouched();
  touch(touched, change);
  touch(touched, { ...change, position: 9, entity_id: "tsk_1" });
  touch(touched, { ...change, position: 8 });
  expect(touched.position).toBe(9);
  expect([...touched.plans]).toEqual(["pln_1"]);
  expect([...touched.entities]).toEqual(["tsk_1"]);
});

it.each(["template-tpl_1", "schedule-sch_1"])("a change of %s touches the library", (stream) => {
  const touched = touch(nothingTouched(), { ...change, stream, plan_id: null });
  expect(touched.templates.size).toBe(1);
  expect(touched.plans.size).toBe(0);
});

it("a message that is no change is left out", () => {
  expect(parseChange("{")).toBeUndefined();
  expect(parseChange("3")).toBeUndefined();
  expect(parseChange(JSON.stringify(change))).toEqual(change);
});
