import { expect, it } from "vitest";
import type { RollbackChange, RollbackPreview, RollbackStep } from "@/api/types";
import { aPlan, aStep } from "@/testing/plan";
import { clashes, headline, obstacles, offered, otherScopes, readScope } from "./preview";

const conflict = {
  actor: { kind: "person" as const, id: "sam" },
  at: "2026-11-23T09:00:00Z",
  event: "e",
  step_id: null,
};
const row = (field: string, more: Partial<RollbackChange> = {}): RollbackChange => ({
  entity: "tsk_1",
  field,
  before: "a",
  written: "b",
  now: "b",
  after: "a",
  choices: [],
  ...more,
});
const step = (changes: RollbackChange[], more: Partial<RollbackStep> = {}): RollbackStep => ({
  step_id: "s",
  class: "exact",
  compensation: "",
  changes,
  takes_part: true,
  after: [],
  ...more,
});
const preview = (more: Partial<RollbackPreview> = {}): RollbackPreview => ({
  preview_hash: "plan:00",
  scope: "plan",
  step_id: null,
  rollback_id: null,
  steps: [step([row("title")])],
  coverage: { restored: 7, total: 9 },
  blocked_by: [],
  lost: [],
  undecided: [],
  set_back: [],
  ...more,
});

it("a scope is read as the address has it", () => {
  expect(readScope("from_step:set-milestones")).toMatchObject({ scope: "from_step", step_id: "set-milestones" });
  expect(readScope("rollback:rbk_1")).toMatchObject({ scope: "rollback", rollback_id: "rbk_1" });
  expect(readScope("anything")).toMatchObject({ scope: "plan" });
});

it("beside one step, the steps from it on and the whole plan are offered", () => {
  const plan = aPlan([aStep("a"), aStep("b")]);
  expect(otherScopes(plan, "step:b").map(({ label }) => label)).toEqual([
    "Only step 2",
    "From step 2 on",
    "The whole plan",
  ]);
  expect(otherScopes(plan, "plan")).toEqual([]);
});

it("a thing is asked about once, with what all its rows offer", () => {
  const steps = [
    step([row("title", { conflict, choices: ["keep", "restore", "merge", "stop"] }), row("status")]),
    step([row("title", { conflict, choices: ["keep", "restore", "stop"] })]),
  ];
  const found = clashes(steps).get("tsk_1");
  expect(found?.changes.map(({ field }) => field)).toEqual(["title"]);
  expect(found && offered(found, steps)).toEqual(["keep", "restore"]);
});

it("merging is offered only when there is something else to take back", () => {
  const choices = ["keep", "restore", "merge", "stop"] as RollbackChange["choices"];
  const alone = [step([row("title", { conflict, choices })])];
  const beside = [step([row("title", { conflict, choices }), row("status")])];
  const choicesFor = (steps: RollbackStep[]) => [...clashes(steps).values()].map((clash) => offered(clash, steps));
  expect(choicesFor(alone)).toEqual([["keep", "restore"]]);
  expect(choicesFor(beside)).toEqual([["keep", "restore", "merge"]]);
});

it("the head says how much is restored, what is to be decided and what is lost", () => {
  expect(headline(preview())).toBe("7 of 9 effects restored");
  expect(headline(preview({ undecided: ["tsk_1"], lost: ["a", "b"] }))).toBe(
    "7 of 9 effects restored, 1 conflict to decide, 2 things lost for good",
  );
});

it("what keeps it from being confirmed is said in words", () => {
  const given = { reason: "wrong", name: "", planName: "Launch" };
  expect(obstacles(preview(), given)).toEqual([]);
  expect(obstacles(preview({ undecided: ["tsk_1"] }), given)).toEqual(["Decide about 1 conflict"]);
  expect(obstacles(preview({ lost: ["x"] }), given)).toEqual(["Type the plan’s name"]);
  expect(obstacles(preview({ lost: ["x"] }), { ...given, name: "Launch" })).toEqual([]);
  expect(obstacles(preview(), { ...given, reason: " " })).toEqual(["Say why"]);
});
