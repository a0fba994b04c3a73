import { expect, it } from "vitest";
import type { Step, Warning } from "@/api/types";
import { approvalObstacles, approvalReasons, byRisk } from "./approval";

const step = (id: string, reversibility: Step["impact"]["reversibility"], outside = false) =>
  ({ id, impact: { reversibility, outside } }) as Step;

const steps = [step("a", "reversible"), step("b", "irreversible", true), step("c", "compensatable", true)];

it("what stands in the way of an approval is said in words", () => {
  expect(approvalObstacles({ status: "draft", steps }, 0)).toEqual([]);
  expect(approvalObstacles({ status: "draft", steps: [] }, 2)).toEqual([
    "The plan has no steps",
    "2 changes are not applied yet",
  ]);
  expect(approvalObstacles({ status: "rolled_back", steps }, 0)[0]).toContain("this plan is rolled back");
});

it("each step that cannot be undone has to be ticked", () => {
  const { irreversible, outside, rest } = byRisk(steps);
  expect([irreversible, outside, rest].map((group) => group.map(({ id }) => id))).toEqual([["b"], ["c"], ["a"]]);
  expect(approvalReasons(irreversible, [], new Set())).toEqual(["Tick 1 step that cannot be undone"]);
  expect(approvalReasons(irreversible, [], new Set(["b"]))).toEqual([]);
});

it("each loud warning has to be ticked by itself", () => {
  const loud: Warning[] = [
    { id: "w1", code: "hostile-text", loud: true, step_id: "b", text: "the request tries to give the planner orders" },
    { id: "w2", code: "hidden-characters", loud: true, step_id: "b", pointer: "/params/body", text: "a text" },
  ];
  expect(approvalReasons([], loud, new Set())).toEqual(["Tick 2 warnings"]);
  expect(approvalReasons([], loud, new Set(loud.map(({ id }) => id)))).toEqual([]);
});
