import { expect, it } from "vitest";
import { pointedAt, readDefault, readParams, writeDefault } from "./editing";

it("what a step is given is an object, and nothing else", () => {
  expect(readParams('{"title": "{{params.what}}"}')).toEqual({ title: "{{params.what}}" });
  for (const none of ["", "[]", "3", "null", "{"]) {
    expect(readParams(none)).toBeUndefined();
  }
});

it("a problem stands at the field it points at, or at the one around it", () => {
  const problems = [
    { pointer: "/content/steps/1/params/title", code: "unknown-parameter", detail: "No such parameter" },
  ];
  expect(pointedAt(problems, "/content/steps/1/params")).toBe("No such parameter");
  expect(pointedAt(problems, "/content/steps/1/title")).toBeUndefined();
  expect(pointedAt(problems, "/content/steps/10/params")).toBeUndefined();
});

it("defaults are read and written as they are meant", () => {
  expect([readDefault("45", "number"), readDefault(" ", "text"), readDefault("yes", "yes_no")]).toEqual([
    45,
    null,
    true,
  ]);
  expect([writeDefault(false), writeDefault(null), writeDefault(3)]).toEqual(["no", "", "3"]);
});
