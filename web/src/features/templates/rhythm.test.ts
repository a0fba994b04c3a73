import { expect, test } from "vitest";
import { cronOf, type Rhythm, rhythmOf, rhythmWords } from "./rhythm";

const known: [Rhythm, string, string][] = [
  [{ every: "day", at: "09:00" }, "0 9 * * *", "Every day at 09:00"],
  [{ every: "week", at: "09:30", days: [1] }, "30 9 * * 1", "Every Monday at 09:30"],
  [{ every: "week", at: "08:05", days: [1, 2, 3, 4, 5] }, "5 8 * * 1,2,3,4,5", "Every weekday at 08:05"],
  [{ every: "week", at: "18:00", days: [3, 6, 0] }, "0 18 * * 3,6,0", "Every Wednesday, Saturday and Sunday at 18:00"],
  [{ every: "month", at: "00:00", day: 1 }, "0 0 1 * *", "On the 1st of every month at 00:00"],
  [{ every: "month", at: "07:45", day: 23 }, "45 7 23 * *", "On the 23rd of every month at 07:45"],
  [{ every: "month", at: "07:45", day: "last" }, "45 7 L * *", "On the last day of every month at 07:45"],
];

test.each(known)("%j is a cron expression and back", (rhythm, cron, words) => {
  expect(cronOf(rhythm)).toBe(cron);
  expect(rhythmOf(cron)).toEqual(rhythm);
  expect(rhythmWords(cron)).toBe(words);
});

test("days are read by name and as a range", () => {
  expect(rhythmOf("0 9 * * mon-fri")).toEqual({ every: "week", at: "09:00", days: [1, 2, 3, 4, 5] });
  expect(rhythmOf("0 9 * * MON,SUN")).toEqual({ every: "week", at: "09:00", days: [1, 0] });
  expect(rhythmOf("0 9 * * 7")).toEqual({ every: "week", at: "09:00", days: [0] });
});

test.each(["*/15 * * * *", "0 9 1 * mon", "0 9 * 3 *", "0 9 * *", "0 24 * * *", "0 9 0 * *", "0 9 * * mon#1", "x"])(
  "%s is for experts",
  (cron) => {
    expect(rhythmOf(cron)).toBeUndefined();
    expect(rhythmWords(cron)).toBe(`At the times of “${cron}”`);
  },
);

test("the 11th to the 13th end in th", () => {
  expect(rhythmWords("0 0 11 * *")).toContain("11th");
  expect(rhythmWords("0 0 12 * *")).toContain("12th");
  expect(rhythmWords("0 0 22 * *")).toContain("22nd");
});
