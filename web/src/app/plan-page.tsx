import { useDocumentTitle, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { planQuery } from "@/api/plans";
import { asProblem } from "@/api/problem";
import type { Plan } from "@/api/types";
import { ProblemNote } from "@/design/problem-note";
import { fetchSchemaForm } from "@/design/schema-form/lazy-schema-form";
import { SkeletonRows } from "@/design/skeleton-rows";
import { hasRun } from "@/design/status";
import { fetchStepGraph } from "@/design/step-graph/lazy-step-graph";
import { ExecutionView } from "@/features/execution/execution-view";
import { PlanHistory } from "@/features/history/plan-history";
import { Drafting } from "@/features/plan/drafting";
import { PlanHeader } from "@/features/plan/plan-header";
import { RatePlan } from "@/features/plan/rate-plan";
import { ReviewView } from "@/features/plan/review-view";
import { usePendingCount } from "@/features/plan/use-draft";
import { RollbackDialog } from "@/features/rollback/rollback-dialog";
import { RollbackLane } from "@/features/rollback/rollback-lane";
import { NotFound } from "./not-found";
import css from "./plan-page.module.css";
import { PlanTabs } from "./plan-tabs";
import type { PlanSearch, PlanView } from "./search";

/** Up to how many steps the list leaves room for the graph below it. */
const BOTH_UP_TO = 12;

// Both are wanted soon on this page: they are fetched beside the plan, not after it.
fetchStepGraph();
fetchSchemaForm();

/** One plan: its head, and the view of it that the URL names. */
export function PlanPage() {
  const { planId } = useParams({ from: "/plans/$planId" });
  const plan = useQuery(planQuery(planId));
  useDocumentTitle(`${plan.data ? titleOf(plan.data) : "Plan"} · Cairn`);

  if (plan.data !== undefined) {
    return <Loaded key={planId} plan={plan.data} />;
  }
  if (plan.error && asProblem(plan.error).isMissing) {
    return <NotFound />;
  }
  return (
    <div className={css.waiting}>
      <ProblemNote problem={plan.error} doing="read the plan" />
      {plan.isPending && <SkeletonRows what="the plan" rows={12} />}
    </div>
  );
}

function Loaded({ plan }: { plan: Plan }) {
  const search = useSearch({ from: "/plans/$planId" });
  const navigate = useNavigate({ from: "/plans/$planId" });
  const pending = usePendingCount(plan.id);
  const unmade = plan.steps.length === 0 && isUnmade(plan);
  const ran = hasRun(plan.status) && !unmade;
  const view: PlanView = search.view ?? (ran ? "run" : "review");
  const roomy = useMediaQuery("(min-width: 1200px) and (min-height: 720px)");
  const both = roomy && view === "review" && plan.steps.length > 1 && plan.steps.length <= BOTH_UP_TO;
  const show = search.show ?? (both ? "both" : "list");
  const look = (next: PlanSearch) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const select = (step: string | undefined) => look({ step });

  return (
    <div className={css.page}>
      <PlanHeader
        plan={plan}
        pending={pending}
        onStarted={() => look({ view: "run", step: undefined })}
        onRollBack={(rollback) => look({ rollback })}
      >
        <PlanTabs
          view={view}
          show={show}
          pending={pending}
          shows={view !== "history" && plan.steps.length > 0}
          ran={ran}
          onView={(next) => look({ view: next })}
          onShow={(next) => look({ show: next })}
        />
      </PlanHeader>
      <RatePlan plan={plan} />
      <div className={css.view} role="tabpanel" id="plan-view" aria-labelledby={`tab-${view}`}>
        {view === "review" &&
          (unmade ? (
            <Drafting plan={plan} />
          ) : (
            <ReviewView plan={plan} show={show} selected={search.step} onSelect={select} />
          ))}
        {view === "run" && (
          <ExecutionView
            plan={plan}
            show={show === "both" ? "list" : show}
            selected={search.step}
            onSelect={select}
            onRollBack={(rollback) => look({ rollback })}
            lane={<RollbackLane plan={plan} onRollBack={(rollback) => look({ rollback })} />}
          />
        )}
        {view === "history" && (
          <PlanHistory
            plan={plan}
            filter={{ type: search.type, actor: search.actor }}
            onFilter={(filter) => look(filter)}
          />
        )}
      </div>
      {search.rollback !== undefined && hasRun(plan.status) && (
        <RollbackDialog
          plan={plan}
          scope={search.rollback}
          onScope={(rollback) => look({ rollback })}
          onBegun={() => look({ view: "run", step: undefined, rollback: undefined })}
          onClose={() => look({ rollback: undefined })}
        />
      )}
    </div>
  );
}

/** Whether there is no plan yet, or will be none. A plan by hand may have no steps and is one all the same. */
function isUnmade({ status, request }: Plan): boolean {
  switch (status) {
    case "drafting":
    case "needs_answer":
    case "rejected":
      return true;
    case "failed":
    case "cancelled":
      return Boolean(request);
    default:
      return false;
  }
}

function titleOf(plan: Plan): string {
  const { completed, skipped, total } = plan.progress;
  const name = plan.name || plan.request || "Plan";
  return plan.status === "executing" ? `${completed + skipped}/${total} ${name}` : name;
}
