import { lazy, Suspense } from "react";
import { SkeletonRows } from "../skeleton-rows";
import type { StepGraphProps } from "./step-graph";

const Loaded = lazy(() => import("./step-graph"));

/** The graph, loaded when it is first looked at. */
export function StepGraph(props: StepGraphProps) {
  return (
    <Suspense fallback={<SkeletonRows rows={6} what="the graph" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
