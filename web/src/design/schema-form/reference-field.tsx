import { MultiSelect, Select } from "@mantine/core";
import { type FieldProps, hint } from "./field-props";
import type { Field } from "./schema";
import { optionsFor } from "./sources";

type One = Extract<Field, { kind: "reference" }>;
type Many = Extract<Field, { kind: "references" }>;

/** Picks what a value refers to: me, what an earlier step makes, a thing of the workspace. */
export function ReferenceField({ field, value, onChange, problems, pointer, sources, disabled }: FieldProps<One>) {
  const text = typeof value === "string" ? value : "";
  return (
    <Select
      label={field.label}
      withAsterisk={field.required}
      error={problems[pointer]}
      disabled={disabled}
      placeholder={hint(field) ?? "Choose"}
      searchable
      clearable={!field.required}
      nothingFoundMessage="Nothing of this kind"
      data={optionsFor(sources, field.to, field.me, [text])}
      value={text || null}
      onChange={(given) => onChange(given ?? undefined)}
    />
  );
}

export function ReferencesField({ field, value, onChange, problems, pointer, sources, disabled }: FieldProps<Many>) {
  const values = Array.isArray(value) ? value.map(String) : [];
  return (
    <MultiSelect
      label={field.label}
      withAsterisk={field.required}
      error={problems[pointer]}
      disabled={disabled}
      placeholder={values.length === 0 ? (hint(field) ?? "Choose") : undefined}
      searchable
      nothingFoundMessage="Nothing of this kind"
      data={optionsFor(sources, field.to, field.me, values)}
      value={values}
      onChange={(given) => onChange(given.length === 0 && !field.required ? undefined : given)}
    />
  );
}
