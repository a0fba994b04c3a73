import type { Problems } from "./problems";
import type { Field } from "./schema";
import type { Sources } from "./sources";

/** What every input of the form is given. */
export type FieldProps<F extends Field = Field> = {
  field: F;
  value: unknown;
  /** `undefined` takes the field out of the value. */
  onChange: (value: unknown) => void;
  problems: Problems;
  pointer: string;
  sources: Sources;
  disabled: boolean;
};

/** The field's help, for an input that is empty. */
export function hint(field: Field): string | undefined {
  const bare = field.help
    .toLowerCase()
    .replace(/^(the|its new|its|a|an) /, "")
    .replace(/\.$/, "");
  return bare === "" ? undefined : field.help.replace(/\.$/, "");
}
