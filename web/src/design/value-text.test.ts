import { expect, it } from "vitest";
import { valueText } from "./value-text";

const names = {
  entity: (id: string) => (id === "per_1" ? "Sarah" : undefined),
  step: (id: string) => (id === "create" ? "step 1" : undefined),
  kind: () => undefined,
};

it("ids are shown by name and references by their step", () => {
  expect(valueText("per_1", names)).toBe("Sarah");
  expect(valueText("{{steps.create.result.id}}", names)).toBe("result of step 1");
  expect(valueText(["me", "per_1"], names)).toBe("Me, Sarah");
});

it("a reference to a step that is done is what it gave", () => {
  const result = (step: string) => (step === "create" ? { id: "per_1" } : undefined);
  expect(valueText("{{steps.create.result.id}}", { ...names, result })).toBe("Sarah");
  expect(valueText("{{steps.other.result.id}}", { ...names, result })).toBe("result of other");
});

it("a list of milestones reads as titles with dates", () => {
  const milestones = [{ title: "Design", due_date: "2026-12-04" }, { title: "Launch" }];
  expect(valueText(milestones, names)).toBe("Design (4 Dec 2026), Launch");
});

it("nothing is a dash", () => {
  expect(valueText(null, names)).toBe("–");
  expect(valueText("", names)).toBe("–");
});
