import { expect, it } from "vitest";
import { nothingTouched, type Touched, together } from "./changes";
import { Refresher } from "./refresher";

const touched = (position: number, plan: string): Touched => ({
  ...nothingTouched(),
  position,
  plans: new Set([plan]),
});

it("what changes during a reading is read after it, together", async () => {
  const read: Touched[] = [];
  const ends: (() => void)[] = [];
  const refresher = new Refresher((burst) => {
    read.push(burst);
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  refresher.tell(touched(1, "a"));
  refresher.tell(touched(2, "b"));
  refresher.tell(touched(3, "c"));
  expect(read.map(({ position }) => position)).toEqual([1]);

  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(read.map(({ position }) => position)).toEqual([1, 3]);
  expect([...(read[1]?.plans ?? [])]).toEqual(["b", "c"]);
});

it("a fresh start counts from its own position", () => {
  const fresh = { ...nothingTouched(), position: 4, anew: true };
  expect(together(touched(90, "a"), fresh)).toMatchObject({ position: 4, anew: true });
  expect(together(fresh, touched(5, "a"))).toMatchObject({ position: 5, anew: true });
});
