import { expect, it } from "vitest";
import { eventTypes } from "@/design/event-words";
import { jumpsIn, kindOf, kindsIn, stopAt, ticksOf } from "./ticks";

const events = (...types: string[]) => types.map((type, index) => ({ type, position: 10 + index * 2 }));
const life = events("PlanCreated", "PlanDrafted", "PlanApproved", "ExecutionStarted", "StepFailed", "PlanFailed");

it("every event of a plan that the page knows has its kind, and an unknown one is a note", () => {
  const notes = ["PlanRated", "CommentAdded", "CommentResolved", "SigningKeyRotated", "PersonForgotten"];
  const elsewhere = (name: string) =>
    name.startsWith("Entity") || name.startsWith("Schedule") || name.startsWith("Template");
  for (const type of eventTypes.filter((name) => !elsewhere(name) && !notes.includes(name))) {
    expect(kindOf(type), type).not.toBe("note");
  }
  expect(kindOf("PlanFrozen")).toBe("note");
});

it("a place in the log is at the last event before it", () => {
  expect(stopAt(life, 9)).toBe(-1);
  expect(stopAt(life, 10)).toBe(0);
  expect(stopAt(life, 13)).toBe(1);
  expect(stopAt(life, 1000)).toBe(5);
  expect(stopAt([], 7)).toBe(-1);
});

it("events stand side by side, with room for now at the end", () => {
  expect(ticksOf(events("PlanCreated", "PlanDrafted"), 100).map(({ at }) => at)).toEqual([0, 0.5]);
});

it("where many events share one place, what people look for is shown", () => {
  const many = [...Array(5000).fill("StepStarted"), "StepFailed", ...Array(5000).fill("StepCompleted")];
  const ticks = ticksOf(events(...many), 200);
  expect(ticks.length).toBeLessThanOrEqual(200);
  expect(ticks.filter(({ kind }) => kind === "failure")).toMatchObject([{ index: 5000 }]);
});

it("one can go to the approval that held, the start and the end", () => {
  expect(jumpsIn(life)).toEqual([
    { name: "Approval", index: 2 },
    { name: "Start", index: 3 },
    { name: "End", index: 5 },
  ]);
  const again = events("PlanApproved", "ApprovalVoided", "PlanApproved");
  expect(jumpsIn(again)).toEqual([{ name: "Approval", index: 2 }]);
});

it("the legend has the kinds that there are, in one order", () => {
  expect(kindsIn(events("StepStarted", "PlanCreated"))).toEqual(["draft", "step"]);
});
