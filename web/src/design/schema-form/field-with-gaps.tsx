import { GapField, GapMenu } from "../gap-field";
import css from "../gap-field.module.css";
import { type GapParameter, holdsGap } from "../gaps";
import { type FieldProps, hint } from "./field-props";

type Props = FieldProps & {
  gaps: GapParameter[];
  /** The input that fits the field while there is no gap in it. */
  children: React.ReactNode;
};

/** A field of a template: its own input, or a text with gaps. Emptied, a field with a gap is its own input again. */
export function FieldWithGaps({ field, value, onChange, problems, pointer, disabled, gaps, children }: Props) {
  if (field.kind === "text" || holdsGap(value)) {
    return (
      <GapField
        label={field.label}
        withAsterisk={field.required}
        error={problems[pointer]}
        disabled={disabled}
        placeholder={hint(field)}
        gaps={gaps}
        long={field.kind === "text" && field.long}
        value={typeof value === "string" ? value : ""}
        onChange={(given) => onChange(given === "" && !field.required ? undefined : given)}
      />
    );
  }
  return (
    <div className={css.beside}>
      <div>{children}</div>
      <GapMenu label={field.label} gaps={gaps} disabled={disabled} onPick={onChange} />
    </div>
  );
}
