import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import type { Reversibility, StepStatus } from "@/api/types";
import { Visible } from "@/design/visible";
import { KindIcon } from "../kind-icon";
import { stepLook } from "../status";
import { StatusGlyph } from "../status-mark";
import type { Direction } from "./layout";
import css from "./step-graph.module.css";

/** What a node shows of a step. */
export type GraphStep = {
  id: string;
  title: string;
  action_type: string;
  depends_on: string[];
  status: StepStatus;
  impact: { reversibility: Reversibility };
  pending?: string;
};

export type StepNodeType = Node<{ step: GraphStep; number: number; direction: Direction }, "step">;

export function StepNode({ data: { step, number, direction }, selected }: NodeProps<StepNodeType>) {
  const [target, source] = direction === "down" ? [Position.Top, Position.Bottom] : [Position.Left, Position.Right];
  const begun = step.status !== "pending";
  return (
    <div
      className={css.node}
      data-selected={selected || undefined}
      data-tone={begun ? stepLook(step.status).tone : undefined}
      data-final={step.impact.reversibility === "irreversible" || undefined}
      data-pending={step.pending}
    >
      <Handle type="target" position={target} className={css.handle} isConnectable={false} />
      <span className={css.number}>{number}</span>
      <span className={css.title}>
        <Visible text={step.title} />
      </span>
      {begun ? <StatusGlyph look={stepLook(step.status)} /> : <KindIcon name={step.action_type} />}
      <Handle type="source" position={source} className={css.handle} isConnectable={false} />
    </div>
  );
}
