import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Effect, Plan, Step } from "@/api/types";
import { ChangeList } from "@/design/change-list";
import { effectWords } from "@/design/effect-words";
import { words } from "@/design/entity-words";
import { KindIcon } from "@/design/kind-icon";
import { Elapsed, Moment } from "@/design/moment";
import { Panel, Section } from "@/design/panel";
import { ParamList } from "@/design/param-list";
import { shortId } from "@/design/short-id";
import { StepStatusMark } from "@/design/status-mark";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import { canRollBack, canSteer, standOf } from "./run";
import css from "./run-panel.module.css";
import { SkipDialog } from "./skip-dialog";

type Props = {
  plan: Plan;
  step: Step;
  names: Names;
  onRollBack: (scope: string) => void;
  onClose: () => void;
};

/** One step of a run: how it stands, why it waits, what went in, what came out, what it did, its attempts. */
export function RunPanel({ plan, step, names, onRollBack, onClose }: Props) {
  const [skipping, setSkipping] = useState(false);
  const number = plan.steps.indexOf(step) + 1;
  const stand = standOf(step.status);
  const skippable = !plan.past && canSteer(plan.status) && (stand === "open" || stand === "waiting");
  return (
    <Panel
      label={`Step ${number}`}
      title={
        <span className={css.title}>
          <KindIcon name={step.action_type} size={18} /> Step {number}
          <StepStatusMark status={step.status} />
        </span>
      }
      onClose={onClose}
    >
      <div>
        <h3 className={css.name}>
          <Visible text={step.title} />
        </h3>
        <p className="quiet">
          {words(step.action_type.replace(".", " "))}
          {step.started_at && (
            <>
              , started <Moment at={step.started_at} show="clock" />, took{" "}
              <Elapsed from={step.started_at} to={step.completed_at} />
            </>
          )}
        </p>
        {step.skip_reason && <p>Skipped: {step.skip_reason}</p>}
      </div>
      {step.waiting_for.length > 0 && (
        <Section title="Waits for">
          <ul>
            {step.waiting_for.map((waiting) => (
              <li key={waiting.text}>{waiting.text}</li>
            ))}
          </ul>
        </Section>
      )}
      {step.error && (
        <Section title="Error">
          <p className={css.error}>
            <Visible text={step.error.message} />
          </p>
          <code>{step.error.code}</code>
        </Section>
      )}
      <Section title="Input">
        <ParamList values={step.resolved_params ?? step.params} names={names} empty="This step has no values." />
      </Section>
      {stand === "done" && step.result !== null && step.result !== undefined && (
        <Section title="Output">
          <ParamList values={outputs(step.result)} names={names} empty="It gave nothing back." />
        </Section>
      )}
      {step.effects.length > 0 && (
        <Section title="Effects">
          <ul className={css.effects}>
            {step.effects.map((effect) => (
              <li key={JSON.stringify(effect)}>
                <EffectRow effect={effect} names={names} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {step.status === "undone" && (
        <Section title="Taken back by">
          {step.undone.length > 0 ? (
            <ul className={css.effects}>
              {step.undone.map((effect) => (
                <li key={JSON.stringify(effect)}>
                  <EffectRow effect={effect} names={names} />
                </li>
              ))}
            </ul>
          ) : (
            <p className="quiet">{step.undo_note ?? "There was nothing left to take back."}</p>
          )}
        </Section>
      )}
      {step.attempt_log.length > 0 && (
        <Section title="Attempts">
          <ol className={css.attempts}>
            {step.attempt_log.map((attempt) => (
              <li key={attempt.number}>
                <span className="quiet">{attempt.number}</span>
                <Moment at={attempt.started_at} show="clock" />
                <Elapsed from={attempt.started_at} to={attempt.ended_at} />
                <span className={css.attemptError}>{attempt.error?.message ?? ""}</span>
              </li>
            ))}
          </ol>
          {step.retry_at && (
            <p className="quiet">
              The next attempt starts at <Moment at={step.retry_at} show="clock" />.
            </p>
          )}
        </Section>
      )}
      {skippable && (
        <Button variant="default" className={css.skip} onClick={() => setSkipping(true)}>
          Skip this step…
        </Button>
      )}
      {step.status === "completed" && !plan.past && canRollBack(plan.status) && (
        <Button
          variant="default"
          className={css.skip}
          leftSection={<IconArrowBackUp size={15} aria-hidden="true" />}
          onClick={() => onRollBack(`step:${step.id}`)}
        >
          Roll back this step…
        </Button>
      )}
      {skipping && <SkipDialog plan={plan} step={step} onClose={() => setSkipping(false)} />}
    </Panel>
  );
}

function EffectRow({ effect, names }: { effect: Effect; names: Names }) {
  return (
    <>
      <p>
        {effectWords(effect)}{" "}
        {effect.entity && (
          <Link to="/workspace/$entityId" params={{ entityId: effect.entity }}>
            {names.entity(effect.entity) ?? shortId(effect.entity)}
          </Link>
        )}
        {effect.to && (
          <>
            {" to "}
            <Link to="/workspace/$entityId" params={{ entityId: effect.to }}>
              {names.entity(effect.to) ?? shortId(effect.to)}
            </Link>
          </>
        )}
      </p>
      {effect.changes && effect.changes.length > 0 && <ChangeList changes={effect.changes} names={names} />}
    </>
  );
}

function outputs(result: unknown): Record<string, unknown> {
  return typeof result === "object" && result !== null && !Array.isArray(result)
    ? (result as Record<string, unknown>)
    : { value: result };
}
