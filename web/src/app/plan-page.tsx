import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import type { AsOf } from "@/api/as-of";
import { planAtQuery } from "@/api/past";
import { planQuery } from "@/api/plans";
import { asProblem } from "@/api/problem";
import type { Plan } from "@/api/types";
import { ProblemNote } from "@/design/problem-note";
import { fetchSchemaForm } from "@/design/schema-form/lazy-schema-form";
import { SkeletonRows } from "@/design/skeleton-rows";
import { fetchStepGraph } from "@/design/step-graph/lazy-step-graph";
import { NotFound } from "./not-found";
import css from "./plan-page.module.css";
import { ShownPlan } from "./shown-plan";

// Both are wanted soon on this page: they are fetched beside the plan, not after it.
fetchStepGraph();
fetchSchemaForm();

/** One plan, as it is or as it stood: its head, and the view of it that the URL names. */
export function PlanPage() {
  const { planId } = useParams({ from: "/plans/$planId" });
  const { as_of } = useSearch({ from: "/plans/$planId" });
  const now = useQuery(planQuery(planId));
  const then = usePlanAt(planId, as_of);
  // Until the past is there, what is there now stands in for it, with nothing to be done to it.
  const plan = as_of === undefined ? now.data : (then.data ?? (now.data && { ...now.data, past: true }));
  useDocumentTitle(`${plan ? titleOf(plan) : "Plan"} · Cairn`);

  if (plan !== undefined) {
    const settled = as_of === undefined || (then.isSuccess && !then.isPlaceholderData);
    return <ShownPlan key={planId} plan={plan} settled={settled} problem={as_of === undefined ? null : then.error} />;
  }
  if (now.error && asProblem(now.error).isMissing) {
    return <NotFound />;
  }
  return (
    <div className={css.waiting}>
      <ProblemNote problem={now.error} doing="read the plan" />
      {now.isPending && <SkeletonRows what="the plan" rows={12} />}
    </div>
  );
}

function usePlanAt(id: string, asOf: AsOf | undefined) {
  return useQuery({
    ...planAtQuery(id, asOf ?? 0),
    enabled: asOf !== undefined,
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
}

function titleOf(plan: Plan): string {
  const { completed, skipped, total } = plan.progress;
  const name = plan.name || plan.request || "Plan";
  return plan.status === "executing" ? `${completed + skipped}/${total} ${name}` : name;
}
