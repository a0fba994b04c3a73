import { expect, it } from "vitest";
import { examplesFor, today } from "./examples";

it("an open idea is first of all to become a project", () => {
  expect(examplesFor("idea")[0]).toBe("Convert this idea to a project");
});

it("today is the reader's day", () => {
  expect(today(new Date(2026, 10, 3, 0, 5))).toBe("2026-11-03");
});
