import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { actionsQuery } from "@/api/actions";
import type { ActionType, OnFailure, StepPatch } from "@/api/types";
import { DependencyPicker } from "@/design/dependency-picker";
import { onFailureWords } from "@/design/impact-words";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import type { Problems } from "@/design/schema-form/problems";
import type { Sources } from "@/design/schema-form/sources";
import type { DraftStep } from "./draft";
import css from "./step-panel.module.css";

type Props = {
  step: DraftStep;
  steps: DraftStep[];
  action: ActionType | undefined;
  sources: Sources;
  problems: Problems;
  onSet: (patch: StepPatch) => void;
  /** What is told below a value, by its pointer into the step. */
  note: (pointer: string) => React.ReactNode;
};

const onFailure = (["stop", "continue", "ask", "rollback"] satisfies OnFailure[]).map((value) => ({
  value,
  label: onFailureWords(value),
}));

/** Everything of a step that can be changed; each change goes straight into the draft. */
export function StepForm({ step, steps, action, sources, problems, onSet, note }: Props) {
  const catalogue = useQuery(actionsQuery);
  return (
    <div className={css.form}>
      <div>
        <TextInput label="Step title" value={step.title} onChange={(event) => onSet({ title: event.target.value })} />
        {note("/title")}
      </div>
      {action ? (
        <SchemaForm
          key={step.id}
          schema={action.params_schema}
          value={step.params}
          onChange={(params) => onSet({ params })}
          problems={problems}
          sources={sources}
          note={(pointer) => note(`/params${pointer}`)}
        />
      ) : (
        !catalogue.isPending && <p className="quiet">The catalogue does not know {step.action_type}.</p>
      )}
      <DependencyPicker step={step} steps={steps} onChange={(depends_on) => onSet({ depends_on })} />
      <Checkbox
        label="Needs an approval of its own before it starts"
        checked={step.requires_approval}
        onChange={(event) => onSet({ requires_approval: event.target.checked })}
      />
      <details className={css.more}>
        <summary>Failure, attempts, time limit</summary>
        <div>
          <Select
            label="When it fails"
            placeholder="As the plan says"
            clearable
            data={onFailure}
            value={step.on_failure ?? null}
            onChange={(value) => onSet({ on_failure: (value as OnFailure | null) ?? null })}
          />
          <NumberInput
            label="Attempts at most"
            min={1}
            max={100}
            allowDecimal={false}
            value={step.retry?.max_attempts ?? ""}
            onChange={(value) => typeof value === "number" && onSet({ retry: { ...step.retry, max_attempts: value } })}
          />
          <NumberInput
            label="Time limit of one attempt, in seconds"
            min={1}
            allowDecimal={false}
            value={step.timeout_seconds ?? ""}
            onChange={(value) => onSet({ timeout_seconds: typeof value === "number" ? value : null })}
          />
          <Textarea
            label="Note"
            autosize
            minRows={2}
            value={step.description ?? ""}
            onChange={(event) => onSet({ description: event.target.value || null })}
          />
        </div>
      </details>
    </div>
  );
}
