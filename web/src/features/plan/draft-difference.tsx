import { useState } from "react";
import type { Plan } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { FieldChange, StepChange } from "@/design/difference-list";
import { differenceLine } from "@/design/difference-words";
import { Moment } from "@/design/moment";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import css from "./draft-difference.module.css";

/** More steps than this are folded away at first. */
const SHOWN = 6;

type Props = { plan: Plan; names: Names; onSelect: (step: string) => void };

/** How the draft differs from the one before it, above the steps. */
export function DraftDifference({ plan, names, onSelect }: Props) {
  const { revised } = plan;
  const [open, setOpen] = useState(
    (revised?.difference.steps.filter(({ change }) => change !== "kept").length ?? 0) <= SHOWN,
  );
  const me = useMe();
  if (!revised || plan.status !== "draft") {
    return null;
  }
  const { feedback, difference } = revised;
  const changed = difference.steps.filter((step) => step.change !== "kept");
  return (
    <section className={css.difference} aria-label="What differs from the draft before">
      <div className={css.head}>
        <div className={css.words}>
          <h2>{differenceLine(difference)}</h2>
          <p className="quiet">
            {actorName(feedback.by, me)}, <Moment at={feedback.at} />: <Visible text={feedback.text} />
          </p>
        </div>
        <button type="button" className={css.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide" : "Show what differs"}
        </button>
      </div>
      {open && (
        <ol className={css.list} aria-label="Steps that differ">
          {difference.details.map((field) => (
            <li key={field.pointer}>
              <FieldChange field={field} names={names} />
            </li>
          ))}
          {changed.map((step) => (
            <li key={step.id}>
              <StepChange step={step} names={names} onSelect={onSelect} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
