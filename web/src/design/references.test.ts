import { expect, it } from "vitest";
import { parseReference, referredSteps, resultOf } from "./references";

it("a reference is written as it is read", () => {
  expect(parseReference(resultOf("create-project"))).toEqual({ step: "create-project", path: "id" });
  expect(parseReference("{{ steps.a.result }}")).toEqual({ step: "a", path: "" });
});

it("a text around a reference is no reference", () => {
  expect(parseReference("see {{steps.a.result.id}}")).toBeUndefined();
  expect(parseReference(7)).toBeUndefined();
});

it("the steps that params refer to are found at any depth, each once", () => {
  const params = { to: resultOf("a"), list: [{ x: `see ${resultOf("b")} and ${resultOf("a")}` }] };
  expect(referredSteps(params)).toEqual(["a", "b"]);
});
