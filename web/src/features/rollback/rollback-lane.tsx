import { Button } from "@mantine/core";
import { IconAlertOctagon, IconArrowBackUp, IconArrowForwardUp, IconHandStop } from "@tabler/icons-react";
import { useState } from "react";
import { useUndoVerb } from "@/api/rollbacks";
import type { Plan, Rollback, Step } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { announce } from "@/design/announcer";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { ReasonDialog } from "@/design/reason-dialog";
import { openRollback, undoable } from "@/design/rollback-words";
import { sentence } from "@/design/sentence";
import { canStop } from "./half-way";
import css from "./rollback-lane.module.css";
import { StopRollback } from "./stop-rollback";

/** How far a rollback is, what it needs from a person, and afterwards the way to undo it. */
export function RollbackLane({ plan, onRollBack }: { plan: Plan; onRollBack: (scope: string) => void }) {
  const open = openRollback(plan);
  const last = undoable(plan);
  const rollback = open ?? plan.rollbacks.find(({ id }) => id === last);
  if (rollback === undefined) {
    return null;
  }
  const stuck = plan.steps.filter((step) => step.status === "undo_failed");
  const asking = plan.steps.filter((step) => step.status === "undoing" && waitsForPerson(step));
  return (
    <>
      <section className={css.lane} aria-label={open ? "Rollback under way" : "Last rollback"}>
        {rollback.scope === "rollback" ? (
          <IconArrowForwardUp size={20} aria-hidden="true" />
        ) : (
          <IconArrowBackUp size={20} aria-hidden="true" />
        )}
        <div className={css.text}>
          <p className={css.title}>
            <strong>{said(plan, rollback)}</strong>
            {open && <Progress plan={plan} rollback={open} />}
          </p>
          <p className="quiet">
            <By rollback={rollback} />: {rollback.reason}
          </p>
          {open?.paused !== undefined && open.paused !== null && <p className={css.held}>Paused. {open.paused}</p>}
          {rollback.stopped && <p className={css.held}>Stopped half-way. {rollback.stopped}</p>}
        </div>
        {open && !plan.past && canStop(plan) && <StopRollback plan={plan} rollback={open} />}
        {!open && !plan.past && (
          <Button variant="default" onClick={() => onRollBack(`rollback:${rollback.id}`)}>
            Undo this rollback…
          </Button>
        )}
      </section>
      {stuck.map((step) => (
        <StuckCard key={step.id} plan={plan} step={step} />
      ))}
      {asking.map((step) => (
        <AskingRow key={step.id} plan={plan} step={step} />
      ))}
    </>
  );
}

function By({ rollback }: { rollback: Rollback }) {
  const me = useMe();
  return (
    <>
      {actorName(rollback.by, me)}, <Moment at={rollback.started_at} />
    </>
  );
}

function said(plan: Plan, rollback: Rollback): string {
  const number = plan.steps.findIndex((step) => step.id === rollback.step_id) + 1;
  const what = {
    plan: "The plan",
    step: `Step ${number}`,
    from_step: `Everything from step ${number} on`,
    rollback: "The rollback",
  }[rollback.scope];
  const verb = rollback.scope === "rollback" ? "undone" : "rolled back";
  if (rollback.stopped) {
    return `${what} was ${verb} half-way`;
  }
  return rollback.ended_at ? `${what} was ${verb}` : `${what} is being ${verb}`;
}

function Progress({ plan, rollback }: { plan: Plan; rollback: Rollback }) {
  const wanted = rollback.scope === "rollback" ? "completed" : "undone";
  const ids = new Set(rollback.steps);
  const done = plan.steps.filter((step) => ids.has(step.id) && step.status === wanted).length;
  const total = rollback.steps.length;
  return (
    <span className={css.progress}>
      <span
        className={css.bar}
        role="progressbar"
        aria-label="Steps taken back"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <span style={{ width: `${(done / Math.max(1, total)) * 100}%` }} />
      </span>
      {done} of {total}
    </span>
  );
}

/** A step that could not be taken back: why, and what can be done. */
function StuckCard({ plan, step }: { plan: Plan; step: Step }) {
  const [settling, setSettling] = useState(false);
  const verb = useUndoVerb(plan.id);
  const number = plan.steps.indexOf(step) + 1;
  return (
    <section className={css.stuck} aria-label={`Step ${number} could not be taken back`}>
      <IconAlertOctagon size={20} aria-hidden="true" />
      <div className={css.text}>
        <h2 className={css.name}>
          Step {number}: {step.title} could not be taken back
        </h2>
        {step.error && (
          <>
            <p className={css.error}>{sentence(step.error.message)}</p>
            <p className="quiet">
              <Moment at={step.error.at} />, <code>{step.error.code}</code>
            </p>
          </>
        )}
        <ProblemNote problem={!settling && verb.error} doing="try it again" />
        {!plan.past && (
          <div className={css.actions}>
            <Button
              loading={verb.isPending && !settling}
              onClick={() =>
                verb.mutate(
                  { verb: "retry", step: step.id },
                  { onSuccess: () => announce(`Step ${number} is tried again`) },
                )
              }
            >
              Retry
            </Button>
            <Button variant="default" onClick={() => setSettling(true)}>
              Resolve by hand…
            </Button>
          </div>
        )}
      </div>
      {settling && <SettleDialog plan={plan} step={step} onClose={() => setSettling(false)} />}
    </section>
  );
}

/** A step that a person did, and takes back. */
function AskingRow({ plan, step }: { plan: Plan; step: Step }) {
  const [settling, setSettling] = useState(false);
  const number = plan.steps.indexOf(step) + 1;
  const { instructions } = step.params;
  return (
    <section className={css.asking} aria-label={`Step ${number} is taken back by a person`}>
      <IconHandStop size={18} aria-hidden="true" />
      <div className={css.text}>
        <p>
          <strong>
            Step {number}: {step.title}
          </strong>{" "}
          <span className="quiet">was done by a person, who has to take it back</span>
        </p>
        {typeof instructions === "string" && <p className="quiet">{instructions}</p>}
      </div>
      {!plan.past && <Button onClick={() => setSettling(true)}>It is taken back…</Button>}
      {settling && <SettleDialog plan={plan} step={step} onClose={() => setSettling(false)} />}
    </section>
  );
}

function SettleDialog({ plan, step, onClose }: { plan: Plan; step: Step; onClose: () => void }) {
  const verb = useUndoVerb(plan.id);
  return (
    <ReasonDialog
      title={`“${step.title}” is settled?`}
      text="The rollback goes on, and counts this step as taken back. Say what you did."
      confirm="It is settled"
      doing="record it"
      pending={verb.isPending}
      problem={verb.error}
      onConfirm={(reason) =>
        verb.mutate(
          { verb: "resolve", step: step.id, reason },
          {
            onSuccess: () => {
              announce("The step is settled");
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}

function waitsForPerson(step: Step): boolean {
  return step.waiting_for.some(({ kind }) => kind === "person");
}
