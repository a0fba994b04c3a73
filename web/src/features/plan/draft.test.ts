import { expect, it } from "vitest";
import { blankStep } from "@/api/blank-step";
import type { EditChange } from "@/api/types";
import { newStepId, stepsWith, withChange, withReferred } from "./draft";

const step = (id: string, depends_on: string[] = []) =>
  blankStep({ id, title: id, action_type: "task.create", params: { title: id }, depends_on });

const plan = { steps: [step("a"), step("b", ["a"]), step("c", ["b"])] };
const ids = (changes: EditChange[]) => stepsWith(plan, changes).map(({ id }) => id);
const title = (id: string, to: string): EditChange => ({ op: "edit_step", step_id: id, set: { title: to } });
const added: EditChange = { op: "add_step", after: "a", step: { id: "n", title: "New", action_type: "x", params: {} } };

it("edits of one step are one change", () => {
  const changes = withChange(plan, withChange(plan, [], title("b", "B")), {
    op: "edit_step",
    step_id: "b",
    set: { params: { title: "B" } },
  });
  expect(changes).toEqual([{ op: "edit_step", step_id: "b", set: { title: "B", params: { title: "B" } } }]);
  expect(stepsWith(plan, changes)[1]).toMatchObject({ title: "B", pending: "changed" });
});

it("an edit back to what was there is no change", () => {
  expect(withChange(plan, withChange(plan, [], title("b", "B")), title("b", "b"))).toEqual([]);
});

it("an added step stands where it was put and takes its edits with it", () => {
  const changes = withChange(plan, [added], title("n", "Newer"));
  expect(changes).toHaveLength(1);
  expect(ids(changes)).toEqual(["a", "n", "b", "c"]);
  expect(stepsWith(plan, changes)[1]).toMatchObject({ title: "Newer", pending: "added" });
});

it("removing a step hands its parents to its dependents", () => {
  const changes = withChange(plan, [], { op: "remove_step", step_id: "b", dependents: "rewire" });
  expect(stepsWith(plan, changes).map(({ id, depends_on }) => [id, depends_on])).toEqual([
    ["a", []],
    ["c", ["a"]],
  ]);
});

it("removing a step that was only added leaves nothing, in what depends on it too", () => {
  const changes = [added, { op: "edit_step", step_id: "c", set: { depends_on: ["b", "n"] } } satisfies EditChange];
  expect(withChange(plan, changes, { op: "remove_step", step_id: "n" })).toEqual([
    { op: "edit_step", step_id: "c", set: { depends_on: ["b"] } },
  ]);
});

it("moving a step there and back is no change", () => {
  const down = withChange(plan, [], { op: "move_step", step_id: "a", after: "b" });
  expect(ids(down)).toEqual(["b", "a", "c"]);
  expect(withChange(plan, down, { op: "move_step", step_id: "a", after: null })).toEqual([]);
});

it("using a result makes its step a parent, unless it is an ancestor already", () => {
  const params = { project: "{{steps.a.result.id}}", about: "{{steps.c.result.id}}" };
  expect(withReferred(["b"], params, new Set(["b", "a"]))).toEqual(["b", "c"]);
});

it("a new step's id is a slug", () => {
  expect(newStepId("Send the Invitation, again!", () => 0.5)).toMatch(/^send-the-invitation-again-[a-z0-9]{3}$/);
  expect(newStepId("…", () => 0)).toBe("step-000");
});
