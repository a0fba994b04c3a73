import { expect, it } from "vitest";
import type { TemplateParameter } from "@/api/types";
import { dayOf, firstValues, given, localDay, problemsOf } from "./arguments";

const parameter = (name: string, more: Partial<TemplateParameter> = {}): TemplateParameter => ({
  name,
  type: "text",
  label: "",
  help: "",
  required: true,
  default: null,
  choices: [],
  ...more,
});

const parameters = [
  parameter("what", { default: "Kestrel" }),
  parameter("day", { type: "date", default: "today + 7 days" }),
  parameter("loud", { type: "yes_no", default: true }),
  parameter("minutes", { type: "number" }),
];

it("the form begins with what was given the last time, else with the defaults", () => {
  expect(firstValues(parameters, { what: "Osprey", minutes: 45 }, "2026-11-30")).toEqual({
    what: "Osprey",
    day: "2026-12-07",
    loud: "yes",
    minutes: "45",
  });
});

it("days are read from words", () => {
  expect(dayOf("today", "2026-12-31")).toBe("2026-12-31");
  expect(dayOf("today + 1 day", "2026-12-31")).toBe("2027-01-01");
  expect(dayOf("today - 30 days", "2026-12-31")).toBe("2026-12-01");
  expect(dayOf("2026-11-23", "2026-12-31")).toBe("2026-11-23");
  expect(dayOf("soon", "2026-12-31")).toBeUndefined();
});

it("what is empty is left out, and yes and no are sent as such", () => {
  expect(given(parameters, { what: "", day: "2026-12-07", loud: "no", minutes: "45" })).toEqual({
    day: "2026-12-07",
    loud: false,
    minutes: "45",
  });
});

it("problems find their fields", () => {
  const errors = [
    { pointer: "/arguments/day", code: "wrong-argument", detail: "Give a day" },
    { pointer: "/steps/0/title", code: "too-large", detail: "Too long" },
  ];
  expect(problemsOf(errors)).toEqual({ day: "Give a day" });
});

it("the day is that of the reader", () => {
  expect(localDay(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});
