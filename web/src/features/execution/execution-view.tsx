import { useEffect, useRef } from "react";
import type { Plan } from "@/api/types";
import { useNames } from "@/api/use-names";
import { announce } from "@/design/announcer";
import { Empty } from "@/design/empty";
import { StepGraph } from "@/design/step-graph/lazy-step-graph";
import css from "./execution-view.module.css";
import { ForPeople } from "./for-people";
import { MadeThings } from "./made-things";
import { ProgressHead } from "./progress-head";
import { doneCount, troubled } from "./run";
import { RunList } from "./run-list";
import { RunPanel } from "./run-panel";
import { TroubleCard } from "./trouble-card";

type Props = {
  plan: Plan;
  show: "list" | "graph";
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
  /** Looks at what a rollback would do. */
  onRollBack: (scope: string) => void;
  /** What is to be said of a rollback. */
  lane: React.ReactNode;
};

/** The run of a plan, as it happens: how far it is, what is wrong, what waits for people, each step. */
export function ExecutionView({ plan, show, selected, onSelect, onRollBack, lane }: Props) {
  const names = useNames(plan.steps);
  const step = plan.steps.find((one) => one.id === selected);
  useSpokenProgress(plan);

  if (plan.steps.length === 0) {
    return <Empty text="This plan has no steps." />;
  }
  return (
    <div className={css.view} data-panel={step !== undefined || undefined}>
      <div className={css.main}>
        <ProgressHead plan={plan} onSelect={onSelect} />
        {lane}
        {troubled(plan.steps).map((wrong) => (
          <TroubleCard key={wrong.id} plan={plan} step={wrong} names={names} />
        ))}
        <ForPeople plan={plan} />
        <MadeThings plan={plan} names={names} />
        {show === "graph" ? (
          <div className={css.graph}>
            <StepGraph steps={plan.steps} selected={selected} onSelect={onSelect} />
          </div>
        ) : (
          <RunList plan={plan} selected={selected} onSelect={onSelect} />
        )}
      </div>
      {step && (
        <RunPanel plan={plan} step={step} names={names} onRollBack={onRollBack} onClose={() => onSelect(undefined)} />
      )}
    </div>
  );
}

/** Says progress to those who cannot see it. */
function useSpokenProgress(plan: Plan): void {
  const done = doneCount(plan.steps);
  const before = useRef({ done, status: plan.status });
  useEffect(() => {
    if (done !== before.current.done) {
      announce(`Step ${done} of ${plan.steps.length} done`, "progress");
    }
    if (plan.status !== before.current.status) {
      announce(`The plan is ${plan.status.replaceAll("_", " ")}`, "status");
    }
    before.current = { done, status: plan.status };
  }, [done, plan.status, plan.steps.length]);
}
