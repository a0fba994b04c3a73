import { expect, test } from "vitest";
import { dueDayWords, readDueDay, writeDueDay } from "./due-day";

test.each([
  ["today", { from: "due", days: 0 }, "the day it is due"],
  ["today + 1 day", { from: "due", days: 1 }, "1 day after it is due"],
  ["today + 7 days", { from: "due", days: 7 }, "7 days after it is due"],
  ["today - 2 days", { from: "due", days: -2 }, "2 days before it is due"],
  ["2027-03-01", { from: "fixed", day: "2027-03-01" }, "2027-03-01"],
] as const)("%s is read, written and told", (text, day, words) => {
  expect(readDueDay(text)).toEqual(day);
  expect(writeDueDay(day)).toBe(text);
  expect(dueDayWords(text)).toBe(words);
});

test("what is no day is none", () => {
  expect(readDueDay("soon")).toBeUndefined();
  expect(dueDayWords("soon")).toBe("soon");
  expect(readDueDay("tomorrow")).toEqual({ from: "due", days: 1 });
});
