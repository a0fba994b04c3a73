import { lazy, Suspense } from "react";
import { SkeletonRows } from "../skeleton-rows";
import type { StepGraphProps } from "./step-graph";

const load = () => import("./step-graph");
const Loaded = lazy(load);

/** Fetches the graph ahead of its first use. */
export function fetchStepGraph(): void {
  void load();
}

/** The graph, loaded when it is first looked at. */
export function StepGraph(props: StepGraphProps) {
  return (
    <Suspense fallback={<SkeletonRows rows={6} what="the graph" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
