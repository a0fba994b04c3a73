import { Checkbox, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { EditChange, OnFailure, Plan } from "@/api/types";
import { actorName } from "@/design/actor-words";
import { onFailureWords } from "@/design/impact-words";
import { Moment } from "@/design/moment";
import { Panel, Section } from "@/design/panel";
import css from "./plan-panel.module.css";

type Props = { plan: Plan; changes: EditChange[]; editable: boolean; onChange: (change: EditChange) => void };

const onFailure = (["stop", "continue", "ask"] satisfies OnFailure[]).map((value) => ({
  value,
  label: onFailureWords(value),
}));

/** The plan as a whole, while no step is selected: the request, name and policy, who approved. */
export function PlanPanel({ plan, changes, editable, onChange }: Props) {
  const details = changes.find((change) => change.op === "edit_details");
  const policy = changes.find((change) => change.op === "set_policy")?.policy ?? plan.policy;
  const name = details?.name ?? plan.name;
  const description = details?.description ?? plan.description ?? "";
  const setDetails = (more: { name?: string; description?: string }) =>
    onChange({ op: "edit_details", name, description, ...more });
  const setPolicy = (more: Partial<Plan["policy"]>) => onChange({ op: "set_policy", policy: { ...policy, ...more } });

  return (
    <Panel label="The plan" title="The plan">
      {plan.request && (
        <Section title="Request">
          <blockquote className={css.request}>{plan.request}</blockquote>
        </Section>
      )}
      <div className={css.form}>
        <TextInput
          label="Name"
          disabled={!editable}
          value={name}
          onChange={(event) => setDetails({ name: event.target.value })}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          disabled={!editable}
          value={description}
          onChange={(event) => setDetails({ description: event.target.value })}
        />
      </div>
      <Section title="Policy">
        <div className={css.form}>
          <Select
            label="When a step fails"
            disabled={!editable}
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
              disabled={!editable}
              value={policy.max_parallel}
              onChange={(value) => typeof value === "number" && setPolicy({ max_parallel: value })}
            />
            <NumberInput
              label="Approvals needed"
              min={1}
              max={10}
              disabled={!editable}
              value={policy.approvals_required}
              onChange={(value) => typeof value === "number" && setPolicy({ approvals_required: value })}
            />
          </div>
          <Checkbox
            label="Whoever wrote the plan may approve it"
            disabled={!editable}
            checked={policy.self_approval}
            onChange={(event) => setPolicy({ self_approval: event.target.checked })}
          />
        </div>
      </Section>
      {plan.approvals.length > 0 && (
        <Section title="Approvals">
          <ul>
            {plan.approvals.map((approval) => (
              <li key={approval.at}>
                {actorName(approval.by)}, <Moment at={approval.at} />
                {approval.note && <span className="quiet"> – {approval.note}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Panel>
  );
}
