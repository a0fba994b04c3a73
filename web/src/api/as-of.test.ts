import { expect, it } from "vitest";
import { asOfParam, readAsOf } from "./as-of";

it("a place in the log and a time are moments, and nothing else is", () => {
  expect(readAsOf(41)).toBe(41);
  expect(readAsOf("2026-11-23T14:00:00Z")).toBe("2026-11-23T14:00:00Z");
  for (const none of ["yesterday", "41", "2026-11-23", "2026-99-99T00:00:00Z", -1, 1.5, undefined, null, {}]) {
    expect(readAsOf(none)).toBeUndefined();
  }
});

it("the API is told which of the two it is", () => {
  expect(asOfParam(41)).toBe("position:41");
  expect(asOfParam("2026-11-23T14:00:00Z")).toBe("2026-11-23T14:00:00Z");
});
