import type { Fields } from "@/api/types";
import { FieldInput } from "./field-input";
import type { Problems } from "./problems";
import { fieldsOf } from "./schema";
import css from "./schema-form.module.css";
import type { Sources } from "./sources";

type Props = {
  schema: unknown;
  value: Fields;
  onChange: (value: Fields) => void;
  problems?: Problems;
  sources: Sources;
  disabled?: boolean;
  /** What is told below a field, by its pointer. */
  note?: (pointer: string) => React.ReactNode;
};

/** A form made from a JSON Schema; a field that is emptied is taken out of the value. */
export default function SchemaForm({ schema, value, onChange, problems = {}, sources, disabled = false, note }: Props) {
  const fields = fieldsOf(schema);
  const set = (name: string, given: unknown) => {
    const { [name]: _, ...rest } = value;
    onChange(given === undefined ? rest : { ...value, [name]: given });
  };
  if (fields.length === 0) {
    return <p className="quiet">This action needs nothing to be filled in.</p>;
  }
  return (
    <div className={css.form}>
      {fields.map((field) => (
        <div key={field.name}>
          <FieldInput
            field={field}
            value={value[field.name]}
            onChange={(given) => set(field.name, given)}
            problems={problems}
            pointer={`/${field.name}`}
            sources={sources}
            disabled={disabled}
          />
          {note?.(`/${field.name}`)}
        </div>
      ))}
    </div>
  );
}
