import { expect, it } from "vitest";
import { BOX, stack } from "./stones";

it("each step is a stone until there are too many", () => {
  expect(stack(["done", "active", "empty"], 5).map((stone) => stone.tone)).toEqual(["done", "active", "empty"]);
  const many = Array.from({ length: 200 }, () => "empty" as const);
  expect(stack(many, 5)).toHaveLength(5);
  expect(stack(many, 9)).toHaveLength(9);
});

it("a stone for several steps shows the trouble among them", () => {
  const tones = Array.from({ length: 90 }, (_, index) => (index === 85 ? ("fail" as const) : ("done" as const)));
  const shown = stack(tones, 9).map((stone) => stone.tone);
  expect(shown[8]).toBe("fail");
  expect(shown.slice(0, 8).every((tone) => tone === "done")).toBe(true);
});

it("stones rest on each other, get smaller, and fit the box", () => {
  for (const count of [1, 2, 3, 5, 9]) {
    const stones = stack(
      Array.from({ length: count }, () => "done" as const),
      9,
    );
    for (const [index, stone] of stones.entries()) {
      const below = stones[index - 1];
      expect(stone.y).toBeGreaterThanOrEqual(below ? below.y + below.height : 0);
      expect(stone.y + stone.height).toBeLessThanOrEqual(BOX + 0.01);
    }
    expect(stones.at(-1)?.width ?? 0).toBeLessThanOrEqual(stones[0]?.width ?? 0);
  }
});

it("a plan without steps has no stones", () => {
  expect(stack([], 5)).toEqual([]);
});
