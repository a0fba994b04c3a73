import { expect, it } from "vitest";
import type { ValueSource } from "@/api/types";
import { aStep } from "@/testing/plan";
import { isTouched, originsUnder, originWords } from "./origin-words";

const names = {
  entity: (id: string) => (id === "ide_1" ? "Walks" : undefined),
  step: () => "step 2",
  kind: () => undefined,
};
const told = (source: Omit<ValueSource, "pointer">) => originWords({ pointer: "/title", ...source }, names, undefined);

it("an origin is told in a few words", () => {
  expect(told({ from: "request", words: "by Friday" })).toBe("request: “by Friday”");
  expect(told({ from: "workspace", entity_id: "ide_1", field: "body" })).toBe("workspace: body of Walks");
  expect(told({ from: "workspace", entity_id: "ide_1" })).toBe("workspace: Walks");
  expect(told({ from: "step_result", step_id: "make" })).toBe("result of step 2");
  expect(told({ from: "oracle" })).toBe("oracle");
});

it("the origins below a value are each told once", () => {
  const sources: ValueSource[] = [
    { pointer: "/params/milestones/0/title", from: "planner", name: "offline" },
    { pointer: "/params/milestones/0/due_date", from: "request", words: "in January" },
    { pointer: "/params/milestones/1/title", from: "planner", name: "offline" },
    { pointer: "/params/milestones_too", from: "default" },
  ];
  expect(originsUnder(sources, "/params/milestones").map(({ from }) => from)).toEqual(["planner", "request"]);
});

it("a value that was changed on the page has no origin yet", () => {
  const known = aStep("make", { params: { title: "Call", due_date: "2026-11-27" } });
  const shown = { ...known, params: { title: "Call Tom", due_date: "2026-11-27" } };
  expect(isTouched(shown, known, "/params/title")).toBe(true);
  expect(isTouched(shown, known, "/params/due_date")).toBe(false);
});
