import { Checkbox, Select, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ParameterType, TemplateParameter } from "@/api/types";
import { readDefault, writeDefault } from "./editing";
import css from "./templates.module.css";

const types: { value: ParameterType; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "number", label: "Number" },
  { value: "date", label: "Date" },
  { value: "person", label: "Person" },
  { value: "project", label: "Project" },
  { value: "idea", label: "Idea" },
  { value: "task", label: "Task" },
  { value: "choice", label: "Choice" },
  { value: "yes_no", label: "Yes or no" },
];

type Props = {
  parameter: TemplateParameter;
  error?: string;
  /** Whether its name may change: in a template that is there, placeholders know it by its name. */
  renames?: boolean;
  onChange: (parameter: TemplateParameter) => void;
};

/** How one parameter is asked for. */
export function ParameterFields({ parameter, error, renames = false, onChange }: Props) {
  const [typed, setTyped] = useState(() => writeDefault(parameter.default));
  const set = (more: Partial<TemplateParameter>) => onChange({ ...parameter, ...more });
  const named = parameter.name;
  return (
    <div className={css.fields}>
      {renames && (
        <TextInput
          label={`Name of ${named}`}
          description="Lower-case letters, digits and underscores"
          value={parameter.name}
          error={error}
          onChange={(event) => set({ name: event.target.value })}
        />
      )}
      <TextInput
        label={`Label of ${named}`}
        value={parameter.label ?? ""}
        error={renames ? undefined : error}
        onChange={(event) => set({ label: event.target.value })}
      />
      <Select
        label={`Type of ${named}`}
        data={types}
        allowDeselect={false}
        value={parameter.type ?? "text"}
        onChange={(type) =>
          set({ type: (type ?? "text") as ParameterType, default: readDefault(typed, type ?? "text") })
        }
      />
      <TextInput
        label={`Default of ${named}`}
        placeholder={parameter.type === "date" ? "today + 7 days" : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          set({ default: readDefault(event.target.value, parameter.type ?? "text") });
        }}
      />
      <TextInput
        label={`Help for ${named}`}
        value={parameter.help ?? ""}
        onChange={(event) => set({ help: event.target.value })}
      />
      {parameter.type === "choice" && (
        <TagsInput
          label={`Choices of ${named}`}
          value={parameter.choices ?? []}
          onChange={(choices) => set({ choices })}
        />
      )}
      <Checkbox
        mt="lg"
        label={`${named} is required`}
        checked={parameter.required ?? false}
        onChange={(event) => set({ required: event.currentTarget.checked })}
      />
    </div>
  );
}
