import "@xyflow/react/dist/base.css";
import { useElementSize } from "@mantine/hooks";
import {
  Background,
  Controls,
  type Edge as FlowEdge,
  MarkerType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { withoutImplied } from "../graph";
import { bestLayout, NODE_HEIGHT, NODE_WIDTH, neighbour } from "./layout";
import css from "./step-graph.module.css";
import { type GraphStep, StepNode, type StepNodeType } from "./step-node";

/** From this many steps on, a small map helps to find the way. */
const MAP_FROM = 40;

export type StepGraphProps = {
  steps: GraphStep[];
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
};

/** Changes of size smaller than this, in pixels, do not move the drawing. */
const STEADY = 40;

/** How many steps of a large plan are shown at first. */
const FIRST_SIGHT = 16;

const nodeTypes = { step: StepNode };

/** The steps drawn as a graph: the same list, the same selection. */
export default function StepGraph(props: StepGraphProps) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn({ steps, selected, onSelect }: StepGraphProps) {
  const { ref, width, height } = useElementSize();
  // Only the shape of the plan moves the drawing: a step that starts or ends does not.
  const shape = JSON.stringify(withoutImplied(steps));
  const [wide, tall] = [Math.round(width / STEADY), Math.round(height / STEADY)];
  const { layout, direction } = useMemo(
    () => bestLayout(JSON.parse(shape), Math.max(1, wide) * STEADY, Math.max(1, tall) * STEADY),
    [shape, wide, tall],
  );
  const flow = useReactFlow();

  const nodes = useMemo<StepNodeType[]>(() => {
    const places = new Map(layout.nodes.map((node) => [node.id, node]));
    return steps.map((step, index) => ({
      id: step.id,
      type: "step",
      position: { x: places.get(step.id)?.x ?? 0, y: places.get(step.id)?.y ?? 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      selected: step.id === selected,
      ariaLabel: nodeLabel(step, index, steps),
      data: { step, number: index + 1, direction },
    }));
  }, [steps, layout, selected, direction]);
  const edges = useMemo(() => layout.edges.map((edge) => drawn(edge, selected)), [layout, selected]);

  const large = steps.length >= MAP_FROM;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new shape or size is shown anew, a new state is not
  useEffect(() => {
    if (width > 0 && height > 0) {
      const shown = large ? inSight(steps, selected) : undefined;
      void flow.fitView({ padding: 0.12, maxZoom: 1, minZoom: width < 600 ? 0.6 : 0.3, nodes: shown });
    }
  }, [flow, layout]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between the nodes inside
    <div
      ref={ref}
      className={css.canvas}
      onKeyDown={(event) => {
        const focused = event.target instanceof HTMLElement ? event.target.dataset.id : undefined;
        const entered = event.key === "Enter" || event.key === " " ? focused : undefined;
        const next = entered ?? neighbour(layout, focused ?? selected ?? "", event.key, direction);
        if (next) {
          event.preventDefault();
          event.stopPropagation();
          onSelect(next);
          event.currentTarget.querySelector<HTMLElement>(`[data-id="${next}"]`)?.focus();
        }
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        minZoom={0.1}
        maxZoom={1.5}
        onNodeClick={(_, node) => onSelect(node.id)}
        onPaneClick={() => onSelect(undefined)}
      >
        <Background gap={20} size={1} />
        <Controls showInteractive={false} position="bottom-left" />
        {steps.length >= MAP_FROM && <MiniMap pannable zoomable nodeBorderRadius={8} ariaLabel="Map of the steps" />}
      </ReactFlow>
    </div>
  );
}

/** The part of a large plan that is shown at first: around what is selected, else what is under way, else its start. */
function inSight(steps: GraphStep[], selected: string | undefined): { id: string }[] {
  const chosen = steps.findIndex((step) => step.id === selected);
  const moving = steps.findIndex((step) => step.status === "executing" || step.status === "failed");
  const middle = Math.max(0, chosen >= 0 ? chosen : moving);
  const from = Math.max(0, middle - FIRST_SIGHT / 2);
  return steps.slice(from, from + FIRST_SIGHT).map(({ id }) => ({ id }));
}

function drawn(edge: { id: string; from: string; to: string }, selected: string | undefined): FlowEdge {
  const touches = edge.from === selected || edge.to === selected;
  const color = touches ? "var(--accent)" : "var(--line-strong)";
  return {
    id: edge.id,
    source: edge.from,
    target: edge.to,
    style: { stroke: color, strokeWidth: touches ? 2 : 1.4 },
    markerEnd: { type: MarkerType.ArrowClosed, color, width: 14, height: 14 },
    zIndex: touches ? 1 : 0,
  };
}

function nodeLabel(step: GraphStep, index: number, steps: GraphStep[]): string {
  const numbers = step.depends_on.map((id) => steps.findIndex((other) => other.id === id) + 1).filter((n) => n > 0);
  const after = numbers.length === 0 ? "" : `, after step ${numbers.join(" and ")}`;
  return `Step ${index + 1}: ${step.title}${after}`;
}
