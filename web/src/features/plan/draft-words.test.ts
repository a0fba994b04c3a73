import { expect, it } from "vitest";
import type { EditChange } from "@/api/types";
import { changeWords, placeProblems } from "./draft-words";

const changes: EditChange[] = [
  { op: "edit_step", step_id: "a", set: { title: "A", params: {} } },
  { op: "add_step", after: "a", step: { id: "n", title: "New", action_type: "task.create", params: {} } },
];

it("a change says what it does to which step", () => {
  const title = (id: string) => id.toUpperCase();
  expect(changes.map((change) => changeWords(change, title))).toEqual([
    "Change the title, the values of “A”",
    "Add “New”",
  ]);
  expect(changeWords({ op: "move_step", step_id: "b", after: null }, title)).toBe("Move “B” to the top");
});

it("a problem is put to the field its pointer names", () => {
  const errors = [
    { pointer: "/changes/1/step/params/title", code: "missing", detail: "title is needed" },
    { pointer: "/changes/0/set/params/milestones/0/title", code: "missing", detail: "title is needed" },
    { pointer: "/changes/0/set/depends_on", code: "cycle", detail: "a circle" },
    { pointer: "/policy", code: "range", detail: "too many" },
  ];
  expect(placeProblems(errors, changes, { steps: [] })).toEqual({
    params: { n: { "/title": "Title is needed." }, a: { "/milestones/0/title": "Title is needed." } },
    steps: { a: ["A circle."] },
    plan: ["Too many."],
  });
});
