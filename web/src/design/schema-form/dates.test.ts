import { expect, it } from "vitest";
import { joinDate, splitDate } from "./dates";

it("a date-time comes apart and together again", () => {
  const { date, time } = splitDate("2026-11-26T10:30:00");
  expect(joinDate(date, time)).toBe("2026-11-26T10:30:00");
  expect(splitDate("2026-11-26")).toEqual({ date: "2026-11-26", time: undefined });
});

it("a time without a day is nothing", () => {
  expect(joinDate(undefined, "10:00")).toBeUndefined();
  expect(splitDate("soon")).toEqual({});
});
