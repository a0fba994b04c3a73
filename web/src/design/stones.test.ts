import { expect, it } from "vitest";
import { MOST_STONES, stack } from "./stones";

it("each step is a stone until there are too many", () => {
  expect(stack(["done", "active", "empty"]).map((stone) => stone.tone)).toEqual(["done", "active", "empty"]);
  expect(stack(Array.from({ length: 200 }, () => "empty" as const))).toHaveLength(MOST_STONES);
});

it("a stone for several steps shows the trouble among them", () => {
  const tones = Array.from({ length: 90 }, (_, index) => (index === 85 ? ("fail" as const) : ("done" as const)));
  const shown = stack(tones).map((stone) => stone.tone);
  expect(shown.at(-1)).toBe("fail");
  expect(shown.slice(0, -1).every((tone) => tone === "done")).toBe(true);
});

it("stones rest on each other and get smaller towards the top", () => {
  const stones = stack(["done", "done", "done", "done"]);
  for (const [index, stone] of stones.entries()) {
    const below = stones[index - 1];
    if (below) {
      expect(stone.y).toBeGreaterThanOrEqual(below.y + below.height);
      expect(stone.width).toBeLessThan(below.width + 6);
    }
  }
});

it("a plan without steps has no stones", () => {
  expect(stack([])).toEqual([]);
});
