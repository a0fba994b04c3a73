import { expect, it } from "vitest";
import { following, pause } from "./play";

it("a time line is played event by event, and fast over very many", () => {
  expect(following(3, 20, 1)).toBe(4);
  expect(following(3, 20, 20)).toBe(4);
  expect(following(0, 10_000, 5)).toBe(1);
  expect(following(0, 10_000, 20)).toBe(34);
});

it("playing ends at the last stop", () => {
  expect(following(20, 20, 1)).toBe(20);
  expect(following(9_990, 10_000, 20)).toBe(10_000);
});

it("faster means shorter", () => {
  expect(pause(5)).toBeLessThan(pause(1));
});
