import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { EditChange, OnFailure, Plan } from "@/api/types";
import { onFailureWords } from "@/design/impact-words";
import { Section } from "@/design/panel";
import css from "./plan-panel.module.css";

type Props = { plan: Plan; changes: EditChange[]; onChange: (change: EditChange) => void };

const onFailure = (["stop", "continue", "ask", "rollback"] satisfies OnFailure[]).map((value) => ({
  value,
  label: onFailureWords(value),
}));

/** Name, description and policy of a plan; each change goes straight into the draft. */
export function PlanForm({ plan, changes, onChange }: Props) {
  const details = changes.find((change) => change.op === "edit_details");
  const policy = { ...plan.policy, ...changes.find((change) => change.op === "set_policy")?.policy };
  const name = details?.name ?? plan.name;
  const description = details?.description ?? plan.description;
  const setDetails = (more: { name?: string; description?: string }) =>
    onChange({ op: "edit_details", name, description, ...more });
  const setPolicy = (more: Partial<Plan["policy"]>) => onChange({ op: "set_policy", policy: { ...policy, ...more } });
  return (
    <>
      <div className={css.form}>
        <TextInput label="Name" value={name} onChange={(event) => setDetails({ name: event.target.value })} />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          value={description}
          onChange={(event) => setDetails({ description: event.target.value })}
        />
      </div>
      <Section title="Policy">
        <div className={css.form}>
          <Select
            label="When a step fails"
            allowDeselect={false}
            data={onFailure}
            value={policy.on_failure}
            onChange={(value) => value && setPolicy({ on_failure: value as OnFailure })}
          />
          <div className={css.pair}>
            <NumberInput
              label="Steps at once"
              min={1}
              max={64}
              allowDecimal={false}
              value={policy.max_parallel ?? ""}
              onChange={(value) => typeof value === "number" && setPolicy({ max_parallel: value })}
            />
            <NumberInput
              label="Approvals needed"
              min={1}
              max={20}
              allowDecimal={false}
              value={policy.approvals_required ?? ""}
              onChange={(value) => typeof value === "number" && setPolicy({ approvals_required: value })}
            />
          </div>
          <Checkbox
            label="Whoever wrote the plan may approve it"
            checked={policy.self_approval ?? false}
            onChange={(event) => setPolicy({ self_approval: event.target.checked })}
          />
        </div>
      </Section>
    </>
  );
}
