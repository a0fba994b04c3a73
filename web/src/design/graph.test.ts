import { expect, it } from "vitest";
import { ancestorsOf, cycleThrough, dependentsOf, directDependentsOf, withoutImplied } from "./graph";

//  a -> b -> c -> d,  a -> e
const steps = [
  { id: "a", depends_on: [] },
  { id: "b", depends_on: ["a"] },
  { id: "c", depends_on: ["b"] },
  { id: "d", depends_on: ["c"] },
  { id: "e", depends_on: ["a"] },
];

it("dependents are found through others, ancestors too", () => {
  expect(dependentsOf(steps, "b")).toEqual(["c", "d"]);
  expect(directDependentsOf(steps, "a")).toEqual(["b", "e"]);
  expect([...ancestorsOf(steps, "d")].sort()).toEqual(["a", "b", "c"]);
});

it("a circle is named by its whole path", () => {
  expect(cycleThrough(steps, "a", "c")).toEqual(["a", "b", "c", "a"]);
  expect(cycleThrough(steps, "b", "d")).toEqual(["b", "c", "d", "b"]);
  expect(cycleThrough(steps, "a", "a")).toEqual(["a", "a"]);
});

it("a dependency that follows from others is left out", () => {
  const more = [...steps, { id: "f", depends_on: ["a", "d", "e"] }];
  expect(withoutImplied(more).at(-1)).toEqual({ id: "f", depends_on: ["d", "e"] });
  expect(withoutImplied(steps)).toEqual(steps);
});

it("what does not lead back is no circle", () => {
  expect(cycleThrough(steps, "e", "d")).toBeUndefined();
  expect(cycleThrough(steps, "d", "a")).toBeUndefined();
});
