import { expect, it } from "vitest";
import type { PlanDiff, StepDifference, StepOutcomes } from "@/api/types";
import { rowsOf, summaryOf } from "./comparison";

const step = (id: string, more: Partial<StepDifference> = {}): StepDifference => ({
  id,
  title: `Do ${id}`,
  action_type: "task.create",
  change: "kept",
  moved: false,
  before: 1,
  after: 1,
  fields: [],
  ...more,
});
const outcome = (id: string, more: Partial<StepOutcomes> = {}): StepOutcomes => ({
  id,
  before_id: id,
  matched: "id",
  before: "pending",
  after: "pending",
  done: [],
  taken_back: [],
  only_before: [],
  ...more,
});
function diffOf(steps: StepDifference[], outcomes: StepOutcomes[]): PlanDiff {
  const of = (change: StepDifference["change"]) => steps.filter((one) => one.change === change).length;
  const counts = { added: of("added"), removed: of("removed"), changed: of("changed"), moved: of("moved") };
  return {
    from: 1,
    to: 9,
    from_position: 2,
    to_position: 12,
    from_hash: "a",
    to_hash: "b",
    changes: [],
    status: { before: "approved", after: "completed" },
    difference: { ...counts, details: [], steps },
    steps: outcomes,
  };
}
const made = { kind: "entity_created", entity: "tsk_1" };

it("a step that ran meanwhile differs by its state and what it did, not by its content", () => {
  const diff = diffOf([step("a"), step("b")], [outcome("a", { after: "completed", done: [made] }), outcome("b")]);
  const [a, b] = rowsOf(diff);
  expect(a).toMatchObject({
    differs: true,
    done: [made],
    before: { status: "pending" },
    after: { status: "completed" },
  });
  expect(b).toMatchObject({ differs: false });
  expect(summaryOf(diff, rowsOf(diff))).toEqual([
    "The content is the same",
    "1 step has another status",
    "1 thing done",
  ]);
});

it("a step that is new has no side before, and one that is gone none after", () => {
  const steps = [
    step("new", { change: "added", before: null, after: 1 }),
    step("old", { change: "removed", before: 1, after: null }),
  ];
  const outcomes = [
    outcome("new", { before_id: null, before: null, matched: null }),
    outcome("old", { after: null, matched: null }),
  ];
  const [added, removed] = rowsOf(diffOf(steps, outcomes));
  expect([added?.before, removed?.after]).toEqual([undefined, undefined]);
  expect(added?.after).toEqual({ place: 1, title: "Do new", status: "pending" });
});

it("a step that was called otherwise shows both names", () => {
  const fields = [{ pointer: "/title", before: "Call", after: "Call Sarah" }];
  const [row] = rowsOf(diffOf([step("a", { change: "changed", title: "Call Sarah", fields })], [outcome("a")]));
  expect([row?.before?.title, row?.after?.title]).toEqual(["Call", "Call Sarah"]);
});

it("what a rollback took back is said", () => {
  const back = { kind: "entity_withdrawn", entity: "tsk_1" };
  const diff = diffOf([step("a")], [outcome("a", { before: "completed", after: "undone", taken_back: [back] })]);
  expect(summaryOf(diff, rowsOf(diff))).toContain("1 thing taken back");
});
