import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import type { Plan } from "@/api/types";
import { ProblemNote } from "@/design/problem-note";
import { hasRun } from "@/design/status";
import { PastFrame } from "@/design/time-travel/past-frame";
import { PlanTimeBar } from "@/features/past/plan-time-bar";
import { PlanHeader } from "@/features/plan/plan-header";
import { RatePlan } from "@/features/plan/rate-plan";
import { usePendingCount } from "@/features/plan/use-draft";
import { RollbackDialog } from "@/features/rollback/rollback-dialog";
import { SaveTemplateDialog } from "@/features/templates/save-template-dialog";
import css from "./plan-page.module.css";
import { PlanTabs } from "./plan-tabs";
import { PlanView } from "./plan-view";
import type { PlanSearch, PlanView as View } from "./search";
import { isTyping } from "./use-shortcuts";

/** Up to how many steps the list leaves room for the graph below it. */
const BOTH_UP_TO = 12;

type Props = {
  plan: Plan;
  /** Whether it stands at the moment that the URL names, and not still at the one before. */
  settled: boolean;
  /** Why that moment cannot be shown. */
  problem: unknown;
};

/** A plan that is there: the time line, its head, one of its views. */
export function ShownPlan({ plan, settled, problem }: Props) {
  const search = useSearch({ from: "/plans/$planId" });
  const navigate = useNavigate({ from: "/plans/$planId" });
  const pending = usePendingCount(plan.id);
  const [looking, setLooking] = useState(false);
  const [saving, setSaving] = useState(false);
  const past = search.as_of !== undefined;
  const unmade = plan.steps.length === 0 && isUnmade(plan);
  const ran = hasRun(plan.status) && !unmade;
  const view: View = search.view === "run" && !ran ? "review" : (search.view ?? (ran ? "run" : "review"));
  const timeline = past || looking || view === "history" || view === "compare";
  const roomy = useMediaQuery("(min-width: 1200px) and (min-height: 720px)");
  const both = roomy && view === "review" && plan.steps.length > 1 && plan.steps.length <= BOTH_UP_TO;
  const show = search.show ?? (both ? "both" : "list");
  const look = (next: PlanSearch) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const select = (step: string | undefined) => look({ step });
  const move = useCallback(
    (position: number | undefined) =>
      void navigate({ search: (before) => ({ ...before, as_of: position, rollback: undefined }), replace: true }),
    [navigate],
  );
  useTimelineKey(() => {
    setLooking(!timeline);
    move(undefined);
  });

  return (
    <PastFrame past={past} at={plan.as_of?.at}>
      <div className={css.page}>
        {timeline && (
          <PlanTimeBar
            plan={plan}
            asOf={search.as_of}
            settled={settled}
            onMove={(position) => {
              setLooking(true);
              move(position);
            }}
            onClose={view === "history" || view === "compare" ? undefined : () => setLooking(false)}
          />
        )}
        <PlanHeader
          plan={plan}
          pending={pending}
          onStarted={() => look({ view: "run", step: undefined })}
          onRollBack={(rollback) => look({ rollback })}
          onSaveTemplate={() => setSaving(true)}
        >
          <PlanTabs
            view={view}
            show={show}
            pending={past ? 0 : pending}
            shows={(view === "review" || view === "run") && plan.steps.length > 0}
            ran={ran}
            past={past}
            onView={(next) => look({ view: next })}
            onShow={(next) => look({ show: next })}
            onLookBack={timeline ? undefined : () => setLooking(true)}
          />
        </PlanHeader>
        <RatePlan plan={plan} />
        <div className={css.view} role="tabpanel" id="plan-view" aria-labelledby={`tab-${view}`}>
          {problem ? (
            <NotThere problem={problem} onNow={() => move(undefined)} />
          ) : (
            <PlanView plan={plan} view={view} show={show} search={search} unmade={unmade} select={select} look={look} />
          )}
        </div>
        {saving && <SaveTemplateDialog plan={plan} onClose={() => setSaving(false)} />}
        {!past && search.rollback !== undefined && hasRun(plan.status) && (
          <RollbackDialog
            plan={plan}
            scope={search.rollback}
            onScope={(rollback) => look({ rollback })}
            onBegun={() => look({ view: "run", step: undefined, rollback: undefined })}
            onClose={() => look({ rollback: undefined })}
          />
        )}
      </div>
    </PastFrame>
  );
}

/** The moment that the link names cannot be shown: why, and the way back. */
function NotThere({ problem, onNow }: { problem: unknown; onNow: () => void }) {
  return (
    <div className={css.waiting}>
      <ProblemNote problem={problem} doing="show this moment" />
      <Button mt="md" variant="default" onClick={onNow}>
        Back to now
      </Button>
    </div>
  );
}

/** T opens the time line and, when it is open, leads back to now. */
function useTimelineKey(onKey: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "t" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
        onKey();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [onKey]);
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
