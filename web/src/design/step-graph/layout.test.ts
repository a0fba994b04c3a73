import { expect, it } from "vitest";
import { bestLayout, layOut, neighbour } from "./layout";

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

it("neighbours stand in the order of the list", () => {
  const { nodes } = layOut(steps, "down");
  const x = (id: string) => nodes.find((node) => node.id === id)?.x ?? Number.NaN;
  expect(x("b")).toBeLessThan(x("c"));
});

it("a chain goes down a tall place and along a wide one", () => {
  const chain = ["a", "b", "c", "d", "e"].map((id, i, ids) => ({ id, depends_on: ids.slice(Math.max(0, i - 1), i) }));
  expect(bestLayout(chain, 400, 900).direction).toBe("down");
  expect(bestLayout(chain, 1600, 200).direction).toBe("right");
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
