import { expect, it } from "vitest";
import { layOut, neighbour } from "./layout";

const steps = [
  { id: "a", depends_on: [] },
  { id: "b", depends_on: ["a"] },
  { id: "c", depends_on: ["a"] },
  { id: "d", depends_on: ["b", "c"] },
];

it("a step stands below all it depends on", () => {
  const { nodes } = layOut(steps, "down");
  const y = (id: string) => nodes.find((node) => node.id === id)?.y ?? Number.NaN;
  expect(y("a")).toBeLessThan(y("b"));
  expect(y("b")).toBe(y("c"));
  expect(y("c")).toBeLessThan(y("d"));
});

it("a dependency on a step that is not there is left out", () => {
  expect(layOut([{ id: "x", depends_on: ["gone"] }], "right").edges).toEqual([]);
});

it("arrow keys follow the edges and the layers", () => {
  const layout = layOut(steps, "down");
  const [first, second] = layout.nodes.filter(({ id }) => id === "b" || id === "c").sort((m, n) => m.x - n.x);
  expect(neighbour(layout, "a", "ArrowDown", "down")).toBe("b");
  expect(neighbour(layout, "d", "ArrowUp", "down")).toBe("b");
  expect(neighbour(layout, first?.id ?? "", "ArrowRight", "down")).toBe(second?.id);
  expect(neighbour(layout, "a", "ArrowLeft", "down")).toBeUndefined();
});
