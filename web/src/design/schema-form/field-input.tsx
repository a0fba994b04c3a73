import { Checkbox, NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { assertNever } from "../assert-never";
import { DateField } from "./date-field";
import { type FieldProps, hint } from "./field-props";
import { FieldWithGaps } from "./field-with-gaps";
import { JsonField } from "./json-field";
import { ReferenceField, ReferencesField } from "./reference-field";
import { RowsField } from "./rows-field";

/** The input that fits a field; in a template, one in which gaps can be put. */
export function FieldInput(props: FieldProps) {
  const { gaps } = props.sources;
  const whole = props.field.kind === "rows" || props.field.kind === "json" || props.field.kind === "words";
  if (gaps === undefined || whole) {
    return <PlainInput {...props} />;
  }
  return (
    <FieldWithGaps {...props} gaps={gaps}>
      <PlainInput {...props} />
    </FieldWithGaps>
  );
}

function PlainInput(props: FieldProps) {
  const { field, value, onChange, problems, pointer, disabled } = props;
  const common = {
    label: field.label,
    required: field.required,
    withAsterisk: field.required,
    error: problems[pointer],
    disabled,
  };
  switch (field.kind) {
    case "text": {
      const text = typeof value === "string" ? value : "";
      const typed = (given: string) => onChange(given === "" && !field.required ? undefined : given);
      return field.long ? (
        <Textarea
          {...common}
          placeholder={hint(field)}
          autosize
          minRows={2}
          maxRows={10}
          value={text}
          onChange={(e) => typed(e.target.value)}
        />
      ) : (
        <TextInput {...common} placeholder={hint(field)} value={text} onChange={(e) => typed(e.target.value)} />
      );
    }
    case "number":
      return (
        <NumberInput
          {...common}
          min={field.min}
          max={field.max}
          allowDecimal={!field.whole}
          value={typeof value === "number" ? value : ""}
          onChange={(given) => onChange(typeof given === "number" ? given : undefined)}
        />
      );
    case "boolean":
      return (
        <Checkbox
          label={field.label}
          description={field.help}
          error={problems[pointer]}
          disabled={disabled}
          checked={value === true}
          onChange={(e) => onChange(e.target.checked || field.required ? e.target.checked : undefined)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          data={field.choices}
          value={typeof value === "string" ? value : null}
          onChange={(given) => onChange(given ?? undefined)}
        />
      );
    case "words":
      return (
        <TagsInput
          {...common}
          placeholder={Array.isArray(value) && value.length > 0 ? undefined : hint(field)}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(given) => onChange(given.length === 0 && !field.required ? undefined : given)}
        />
      );
    case "date":
      return <DateField {...props} />;
    case "reference":
      return <ReferenceField {...props} field={field} />;
    case "references":
      return <ReferencesField {...props} field={field} />;
    case "rows":
      return <RowsField {...props} field={field} />;
    case "json":
      return <JsonField {...props} />;
    default:
      return assertNever(field);
  }
}
