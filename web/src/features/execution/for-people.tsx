import { Button } from "@mantine/core";
import { IconHandStop, IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useStepVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { ReversibilityMark } from "@/design/impact-marks";
import { ProblemNote } from "@/design/problem-note";
import { Visible } from "@/design/visible";
import { DoneDialog } from "./done-dialog";
import css from "./for-people.module.css";
import { canSteer, forPeople } from "./run";

/** The steps that go on only when a person does something. */
export function ForPeople({ plan }: { plan: Plan }) {
  const steps = forPeople(plan.steps);
  if (steps.length === 0 || !canSteer(plan.status)) {
    return null;
  }
  return (
    <section className={css.people} aria-label="Waits for a person">
      {steps.map((step) => (
        <PersonRow key={step.id} plan={plan} step={step} />
      ))}
    </section>
  );
}

function PersonRow({ plan, step }: { plan: Plan; step: Step }) {
  const [finishing, setFinishing] = useState(false);
  const verb = useStepVerb(plan.id);
  const number = plan.steps.indexOf(step) + 1;
  const gate = step.status === "waiting_approval";
  const { instructions } = step.resolved_params ?? step.params;
  return (
    <div className={css.row}>
      {gate ? <IconLock size={18} aria-hidden="true" /> : <IconHandStop size={18} aria-hidden="true" />}
      <div className={css.text}>
        <p>
          <strong>
            Step {number}: <Visible text={step.title} />
          </strong>{" "}
          <span className="quiet">{gate ? "waits for your approval" : "is for a person to do"}</span>
        </p>
        {!gate && typeof instructions === "string" && <p className={css.instructions}>{instructions}</p>}
        {gate && <ReversibilityMark kind={step.impact.reversibility} />}
        <ProblemNote problem={verb.error} doing="approve the step" />
      </div>
      {plan.past ? null : gate ? (
        <Button
          loading={verb.isPending}
          onClick={() =>
            verb.mutate({ verb: "approve", step: step.id }, { onSuccess: () => announce(`Step ${number} may start`) })
          }
        >
          Approve step
        </Button>
      ) : (
        <Button onClick={() => setFinishing(true)}>Mark done</Button>
      )}
      {finishing && <DoneDialog plan={plan} step={step} onClose={() => setFinishing(false)} />}
    </div>
  );
}
