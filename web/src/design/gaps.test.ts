import { expect, test } from "vitest";
import { gapsOf, holdsGap, inserted, textParts } from "./gaps";

test("a text is split at its gaps", () => {
  expect(textParts("Talk to {{params.who.first_name}} on {{params.start_date + 7 days}}.")).toEqual([
    { text: "Talk to ", gap: false },
    { text: "who", gap: true },
    { text: " on ", gap: false },
    { text: "start date + 7 days", gap: true },
    { text: ".", gap: false },
  ]);
  expect(textParts("by {{params.day - 1 day as D MMM}}")).toEqual([
    { text: "by ", gap: false },
    { text: "day - 1 day", gap: true },
  ]);
  expect(holdsGap("{{params.day as MMMM D, YYYY}}")).toBe(true);
});

test("what only looks like a gap is text", () => {
  expect(textParts("{{literal.params.who}}")).toEqual([{ text: "{{params.who}}", gap: false }]);
  expect(textParts("{{steps.a.result.id}}")).toEqual([{ text: "{{steps.a.result.id}}", gap: false }]);
  expect(holdsGap("{{literal.params.who}}")).toBe(false);
  expect(holdsGap("{{params.who}}")).toBe(true);
  expect(holdsGap(3)).toBe(false);
});

test("each type offers what fits", () => {
  const texts = (type: string) => gapsOf({ name: "it", label: "It", type }).map(({ text }) => text);
  expect(texts("text")).toEqual(["{{params.it}}"]);
  expect(texts("date")).toEqual(["{{params.it}}", "{{params.it + 7 days}}", "{{params.it as D MMMM YYYY}}"]);
  expect(texts("person")).toEqual(["{{params.it}}", "{{params.it.name}}", "{{params.it.first_name}}"]);
  expect(texts("project")).toEqual(["{{params.it}}", "{{params.it.name}}"]);
});

test("a gap goes where the cursor stands, in place of what is selected", () => {
  expect(inserted("Call Sarah now", "{{params.who}}", 5, 10)).toEqual({ text: "Call {{params.who}} now", cursor: 19 });
  expect(inserted("", "{{params.who}}", 0, 0)).toEqual({ text: "{{params.who}}", cursor: 14 });
});
