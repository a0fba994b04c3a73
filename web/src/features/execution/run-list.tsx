import { IconChevronDown } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Plan, Step } from "@/api/types";
import { ReversibilityMark } from "@/design/impact-marks";
import { KindIcon } from "@/design/kind-icon";
import { Elapsed, useNow } from "@/design/moment";
import { stepLook } from "@/design/status";
import { StatusGlyph, StepStatusMark } from "@/design/status-mark";
import { Visible } from "@/design/visible";
import { bar, foldable, span, standOf } from "./run";
import css from "./run-list.module.css";

type Props = { plan: Plan; selected: string | undefined; onSelect: (id: string | undefined) => void };

/** The steps as a timetable: state, name, why it waits, its bar on the run's time. */
export function RunList({ plan, selected, onSelect }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const now = useNow(plan.status === "executing" ? 1000 : undefined).getTime();
  const run = span(plan, now);
  const at = plan.steps.findIndex((step) => step.id === selected);
  const [unfolded, setUnfolded] = useState(false);
  const folded = unfolded || (at >= 0 && at < foldable(plan.steps)) ? 0 : foldable(plan.steps);

  useEffect(() => {
    list.current?.querySelector(`[data-step="${selected}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  const pressed = (event: React.KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = plan.steps[at + by];
    if (by !== 0 && next) {
      event.preventDefault();
      onSelect(next.id);
      list.current?.querySelector<HTMLElement>(`[data-step="${next.id}"]`)?.focus();
    } else if (event.key === "Escape") {
      onSelect(undefined);
    }
  };

  return (
    <div className={css.frame}>
      {folded > 0 && (
        <button type="button" className={css.fold} onClick={() => setUnfolded(true)}>
          <IconChevronDown size={14} aria-hidden="true" />
          {folded} steps done, show them
        </button>
      )}
      <ol ref={list} start={folded + 1} className={css.list} aria-label="Steps" onKeyDown={pressed}>
        {plan.steps.map((step, index) =>
          index < folded ? null : (
            <li
              key={step.id}
              className={css.row}
              data-selected={step.id === selected || undefined}
              data-stand={standOf(step.status)}
            >
              <span className={css.number}>{index + 1}</span>
              <span className={css.state}>
                <StatusGlyph look={stepLook(step.status)} />
              </span>
              <button
                type="button"
                className={css.what}
                data-step={step.id}
                aria-current={step.id === selected || undefined}
                tabIndex={at < 0 ? (index === 0 ? 0 : -1) : index === at ? 0 : -1}
                onClick={() => onSelect(step.id)}
              >
                <KindIcon name={step.action_type} size={15} />
                <span className={css.title}>
                  <Visible text={step.title} />
                </span>
              </button>
              <span className={css.word}>
                <StepStatusWord step={step} />
              </span>
              <span className={css.track} aria-hidden="true">
                {run && <Bar step={step} run={run} now={now} />}
              </span>
              <span className={css.time}>
                {step.started_at && <Elapsed from={step.started_at} to={step.completed_at} />}
              </span>
            </li>
          ),
        )}
      </ol>
    </div>
  );
}

/** The state in a word and, while it waits, for what. */
function StepStatusWord({ step }: { step: Step }) {
  const why = step.status === "waiting_approval" ? undefined : step.waiting_for[0]?.text;
  const stand = standOf(step.status);
  return (
    <>
      <span className={why && stand === "open" ? "visually-hidden" : css.mark}>
        <StepStatusMark status={step.status} />
      </span>
      {why && <span className={css.why}>{why}</span>}
      {stand === "open" && !why && <ReversibilityMark kind={step.impact.reversibility} />}
      {step.status === "retrying" && step.error && (
        <span className={css.why}>
          <Visible text={step.error.message} />
        </span>
      )}
    </>
  );
}

function Bar({ step, run, now }: { step: Step; run: { from: number; to: number }; now: number }) {
  const place = bar(step, run, now);
  return place ? (
    <span
      className={css.bar}
      data-tone={stepLook(step.status).tone}
      style={{ left: `${place.left}%`, width: `${place.width}%` }}
    />
  ) : null;
}
