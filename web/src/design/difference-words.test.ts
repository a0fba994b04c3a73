import { expect, it } from "vitest";
import type { Difference, StepDifference } from "@/api/types";
import { changeWord, differenceLine, fieldWords } from "./difference-words";

const same: Difference = { added: 0, removed: 0, changed: 0, moved: 0, details: [], steps: [] };

it("a difference is told in a line", () => {
  expect(differenceLine(same)).toBe("Nothing differs");
  expect(differenceLine({ ...same, added: 1, changed: 2 })).toBe("1 step added, 2 steps changed");
});

it("what became of a step is a word", () => {
  const step = { id: "a", title: "A", action_type: "x", fields: [], before: 3, after: 1, moved: true };
  expect(changeWord({ ...step, change: "moved" } as StepDifference)).toBe("moved from 3 to 1");
  expect(changeWord({ ...step, change: "changed" } as StepDifference)).toBe("changed, moved");
});

it("a field is called as people call it", () => {
  expect(fieldWords({ pointer: "/params/due_date" })).toBe("Due date");
  expect(fieldWords({ pointer: "/params/milestones/0/title" })).toBe("Milestones 1 Title");
  expect(fieldWords({ pointer: "/depends_on" })).toBe("Starts after");
});
