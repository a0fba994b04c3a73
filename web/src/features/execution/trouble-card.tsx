import { Button } from "@mantine/core";
import { IconAlertOctagon } from "@tabler/icons-react";
import { useState } from "react";
import { useStepVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { Moment } from "@/design/moment";
import { ParamList } from "@/design/param-list";
import { ProblemNote } from "@/design/problem-note";
import { sentence } from "@/design/sentence";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import { EditRetryDialog } from "./edit-retry-dialog";
import { ResolveDialog } from "./resolve-dialog";
import { canSteer } from "./run";
import { SkipDialog } from "./skip-dialog";
import css from "./trouble-card.module.css";

/** A step that failed, or of which nobody knows whether it happened: what is wrong and what can be done. */
export function TroubleCard({ plan, step, names }: { plan: Plan; step: Step; names: Names }) {
  const [open, setOpen] = useState<"edit" | "skip" | "resolve">();
  const verb = useStepVerb(plan.id);
  const number = plan.steps.indexOf(step) + 1;
  const most = step.retry?.max_attempts;
  const unknown = step.status === "outcome_unknown";
  const close = () => setOpen(undefined);
  const retry = () =>
    verb.mutate({ verb: "retry", step: step.id }, { onSuccess: () => announce(`Step ${number} is tried again`) });

  return (
    <section className={css.card} aria-label={`Step ${number} ${unknown ? "has an unknown outcome" : "failed"}`}>
      <IconAlertOctagon size={20} aria-hidden="true" />
      <div className={css.text}>
        <h2 className={css.title}>
          Step {number}: <Visible text={step.title} /> {unknown ? "has an outcome nobody knows" : "failed"}
        </h2>
        <p className={css.error}>{step.error ? sentence(step.error.message) : why(unknown)}</p>
        <p className="quiet">
          attempt {step.attempts}
          {most ? ` of ${most}` : ""}
          {step.error && (
            <>
              , <Moment at={step.error.at} />, <code>{step.error.code}</code>
            </>
          )}
        </p>
        <details className={css.inputs}>
          <summary>Its values</summary>
          <ParamList values={step.resolved_params ?? step.params} names={names} empty="It has none." />
        </details>
        <ProblemNote problem={open === undefined && verb.error} doing="try the step again" />
        {canSteer(plan.status) && !plan.past && (
          <div className={css.actions}>
            {unknown ? (
              <Button onClick={() => setOpen("resolve")}>Say what happened…</Button>
            ) : (
              <>
                <Button loading={verb.isPending} onClick={retry}>
                  Retry
                </Button>
                <Button variant="default" onClick={() => setOpen("edit")}>
                  Edit and retry…
                </Button>
                <Button variant="default" onClick={() => setOpen("skip")}>
                  Skip…
                </Button>
              </>
            )}
          </div>
        )}
      </div>
      {open === "edit" && <EditRetryDialog plan={plan} step={step} onClose={close} />}
      {open === "skip" && <SkipDialog plan={plan} step={step} onClose={close} />}
      {open === "resolve" && <ResolveDialog plan={plan} step={step} onClose={close} />}
    </section>
  );
}

function why(unknown: boolean): string {
  return unknown ? "It was under way when it was cut off." : "No reason was recorded.";
}
