import { useState } from "react";
import type { Plan, StepDifference } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { Moment } from "@/design/moment";
import { type Names, valueText } from "@/design/value-text";
import { Visible } from "@/design/visible";
import { changeWord, differenceLine, fieldWords } from "./difference-words";
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
            <li key={field.pointer} data-change="changed">
              <FieldChange field={field} names={names} />
            </li>
          ))}
          {changed.map((step) => (
            <li key={step.id} data-change={step.change}>
              <StepChange step={step} names={names} onSelect={onSelect} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const signs = { added: "+", removed: "–", changed: "~", moved: "↕", kept: "" };

function StepChange({ step, names, onSelect }: { step: StepDifference; names: Names; onSelect: Props["onSelect"] }) {
  return (
    <>
      <span className={css.line}>
        <span className={css.sign} aria-hidden="true">
          {signs[step.change]}
        </span>
        {step.change === "removed" ? (
          <del>
            <Visible text={step.title} />
          </del>
        ) : (
          <button type="button" className={css.step} onClick={() => onSelect(step.id)}>
            <Visible text={step.title} />
          </button>
        )}
        <span className={css.word}>{changeWord(step)}</span>
      </span>
      {step.fields.length > 0 && (
        <ul className={css.fields}>
          {step.fields.map((field) => (
            <li key={field.pointer}>
              <FieldChange field={field} names={names} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FieldChange({ field, names }: { field: StepDifference["fields"][number]; names: Names }) {
  const text = (value: unknown) =>
    field.pointer === "/depends_on" && Array.isArray(value)
      ? value.map((id) => names.step(String(id)) ?? String(id)).join(", ") || "nothing"
      : valueText(value, names);
  return (
    <span className={css.field}>
      <span className={css.name}>{fieldWords(field)}</span>
      {field.before !== null && (
        <>
          <del>
            <Visible text={text(field.before)} />
          </del>
          <span aria-hidden="true">→</span>
        </>
      )}
      <ins>
        <Visible text={text(field.after)} />
      </ins>
    </span>
  );
}
