import type { FieldDifference, StepDifference } from "@/api/types";
import css from "./difference-list.module.css";
import { changeWord, fieldWords } from "./difference-words";
import { type Names, valueText } from "./value-text";
import { Visible } from "./visible";

const signs = { added: "+", removed: "–", changed: "~", moved: "↕", kept: "" };

/** What became of a step, as a sign before its name; the word for it stands beside. */
export function ChangeSign({ change }: Pick<StepDifference, "change">) {
  return (
    <span className={css.sign} data-change={change} aria-hidden="true">
      {signs[change]}
    </span>
  );
}

/** A step that differs: what became of it and, below, its values before and after. */
export function StepChange({
  step,
  names,
  onSelect,
}: {
  step: StepDifference;
  names: Names;
  onSelect: (step: string) => void;
}) {
  return (
    <>
      <span className={css.line}>
        <ChangeSign change={step.change} />
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
      <FieldChanges fields={step.fields} names={names} />
    </>
  );
}

/** Values before and after, one a line. */
export function FieldChanges({ fields, names }: { fields: FieldDifference[]; names: Names }) {
  return fields.length === 0 ? null : (
    <ul className={css.fields}>
      {fields.map((field) => (
        <li key={field.pointer}>
          <FieldChange field={field} names={names} />
        </li>
      ))}
    </ul>
  );
}

export function FieldChange({ field, names }: { field: FieldDifference; names: Names }) {
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
