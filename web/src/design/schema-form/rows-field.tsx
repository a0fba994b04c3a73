import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Fields } from "@/api/types";
import { FieldInput } from "./field-input";
import { type FieldProps, hint } from "./field-props";
import type { Field } from "./schema";
import css from "./schema-form.module.css";

type Rows = Extract<Field, { kind: "rows" }>;

/** A list of objects: one line each. */
export function RowsField(props: FieldProps<Rows>) {
  const { field, value, onChange, problems, pointer, disabled } = props;
  const rows = Array.isArray(value) ? (value as Fields[]) : [];
  const replace = (index: number, row: Fields) => onChange(rows.map((old, at) => (at === index ? row : old)));
  const one = field.label.replace(/s$/, "").toLowerCase();
  return (
    <fieldset className={css.rows} disabled={disabled}>
      <legend className={css.legend}>
        {field.label}
        {field.required && " *"}
      </legend>
      {hint(field) && <p className={css.help}>{field.help}</p>}
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <div key={index} className={css.line}>
          <div className={css.parts}>
            {field.fields.map((part) => (
              <FieldInput
                {...props}
                key={part.name}
                field={{ ...part, help: part.label }}
                value={row[part.name]}
                pointer={`${pointer}/${index}/${part.name}`}
                onChange={(given) => {
                  const { [part.name]: _, ...rest } = row;
                  replace(index, given === undefined ? rest : { ...row, [part.name]: given });
                }}
              />
            ))}
          </div>
          <ActionIcon
            aria-label={`Remove ${one} ${index + 1}`}
            disabled={disabled}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <IconX size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {problems[pointer] && <p className={css.error}>{problems[pointer]}</p>}
      <Button
        variant="default"
        disabled={disabled}
        leftSection={<IconPlus size={14} aria-hidden="true" />}
        onClick={() => onChange([...rows, {}])}
        style={{ justifySelf: "start" }}
      >
        Add {one}
      </Button>
    </fieldset>
  );
}
