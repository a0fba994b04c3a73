import { layout as dagre, Graph } from "@dagrejs/dagre";
import type { Node } from "../graph";

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 48;

export type Direction = "down" | "right";
export type Placed = { id: string; x: number; y: number };
export type Edge = { id: string; from: string; to: string };
export type Layout = { nodes: Placed[]; edges: Edge[] };

/** Places the steps in layers: a step stands after all it depends on. Positions are of the top left corner. */
export function layOut(steps: Node[], direction: Direction): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: direction === "down" ? "TB" : "LR", nodesep: 20, ranksep: direction === "down" ? 36 : 56 });
  graph.setDefaultEdgeLabel(() => ({}));
  const known = new Set(steps.map((step) => step.id));
  for (const step of steps) {
    graph.setNode(step.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  const edges: Edge[] = [];
  for (const step of steps) {
    for (const parent of step.depends_on) {
      if (known.has(parent)) {
        graph.setEdge(parent, step.id);
        edges.push({ id: `${parent} ${step.id}`, from: parent, to: step.id });
      }
    }
  }
  dagre(graph);
  const nodes = steps.map(({ id }) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 };
  });
  return { nodes: inReadingOrder(nodes, direction), edges };
}

/** Turns the drawing over where that puts more neighbours in the order of the list, lower numbers first. */
function inReadingOrder(nodes: Placed[], direction: Direction): Placed[] {
  const [along, across] = direction === "down" ? (["y", "x"] as const) : (["x", "y"] as const);
  let ordered = 0;
  for (const [index, node] of nodes.entries()) {
    for (const later of nodes.slice(index + 1)) {
      if (Math.abs(node[along] - later[along]) < 1) {
        ordered += Math.sign(later[across] - node[across]);
      }
    }
  }
  const end = Math.max(...nodes.map((node) => node[across]));
  return ordered < 0 ? nodes.map((node) => ({ ...node, [across]: end - node[across] })) : nodes;
}

/** Lays the steps out in the direction that can be shown larger in a place of this size. */
export function bestLayout(steps: Node[], width: number, height: number): { layout: Layout; direction: Direction } {
  const down = layOut(steps, "down");
  const right = layOut(steps, "right");
  const isDown = scale(down, width, height) >= scale(right, width, height);
  return isDown ? { layout: down, direction: "down" } : { layout: right, direction: "right" };
}

/** How much a drawing has to be made smaller to fit; never made larger. */
function scale({ nodes }: Layout, width: number, height: number): number {
  const right = Math.max(...nodes.map((node) => node.x + NODE_WIDTH)) - Math.min(...nodes.map((node) => node.x));
  const down = Math.max(...nodes.map((node) => node.y + NODE_HEIGHT)) - Math.min(...nodes.map((node) => node.y));
  return Math.min(1, width / right, height / down);
}

/**
 * Where an arrow key leads from `at`: along the direction to what depends on it, against it to what it depends on,
 * across it to the neighbour in the same layer.
 */
export function neighbour(layout: Layout, at: string, key: string, direction: Direction): string | undefined {
  const [ahead, back] = direction === "down" ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
  if (key === ahead) {
    return layout.edges.find((edge) => edge.from === at)?.to;
  }
  if (key === back) {
    return layout.edges.find((edge) => edge.to === at)?.from;
  }
  const here = layout.nodes.find((node) => node.id === at);
  const forward = key === (direction === "down" ? "ArrowRight" : "ArrowDown");
  if (here === undefined || (!forward && key !== (direction === "down" ? "ArrowLeft" : "ArrowUp"))) {
    return undefined;
  }
  const [along, across] = direction === "down" ? (["y", "x"] as const) : (["x", "y"] as const);
  const beside = layout.nodes.filter((node) => node.id !== at && Math.abs(node[along] - here[along]) < 1);
  const side = beside.filter((node) => (forward ? node[across] > here[across] : node[across] < here[across]));
  return side.sort((a, b) => Math.abs(a[across] - here[across]) - Math.abs(b[across] - here[across]))[0]?.id;
}
