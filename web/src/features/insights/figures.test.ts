import { expect, it } from "vitest";
import type { DraftFigures } from "@/api/types";
import { kindName, mean, percent, plannerName, sinceDays, verdictParts } from "./figures";

const figures = { unchanged: 2, edited: 1, rejected: 1 } as DraftFigures;

it("decided drafts fall into three parts", () => {
  expect(verdictParts(figures).map(({ share }) => share)).toEqual([0.5, 0.25, 0.25]);
  expect(verdictParts({ ...figures, unchanged: 0, edited: 0, rejected: 0 })).toEqual([]);
});

it("figures that are not there are a dash", () => {
  expect([percent(0.754), percent(undefined), mean(4.25), mean(null)]).toEqual(["75 %", "–", "4.3", "–"]);
});

it("planners and kinds are called as people call them", () => {
  expect([plannerName("offline"), plannerName("person"), plannerName("")]).toEqual(["Offline", "By hand", "No draft"]);
  expect([kindName("project"), kindName("http"), kindName("")]).toEqual(["Project", "HTTP requests", "–"]);
});

it("a span of days begins at a full hour", () => {
  expect(sinceDays(7, new Date("2026-11-23T09:41:00Z"))).toBe("2026-11-16T09:00:00.000Z");
  expect(sinceDays(undefined, new Date())).toBeUndefined();
});
