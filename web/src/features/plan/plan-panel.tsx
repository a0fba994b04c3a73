import { useState } from "react";
import type { EditChange, Plan } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { onFailureWords } from "@/design/impact-words";
import { Moment } from "@/design/moment";
import { Panel, Section } from "@/design/panel";
import { ParamList } from "@/design/param-list";
import { Visible } from "@/design/visible";
import { PlanForm } from "./plan-form";
import { PlanOrigin } from "./plan-origin";
import css from "./plan-panel.module.css";
import { ReviseBox } from "./revise-box";

type Props = { plan: Plan; changes: EditChange[]; editable: boolean; onChange: (change: EditChange) => void };

const noNames = { entity: () => undefined, step: () => undefined, kind: () => undefined };

/** The plan as a whole, while no step is selected: the request, name and policy, who approved. */
export function PlanPanel({ plan, changes, editable, onChange }: Props) {
  const { assumptions } = plan.origin;
  const [feedback, setFeedback] = useState("");
  const me = useMe();
  return (
    <Panel label="The plan" title="The plan">
      {plan.request && (
        <Section title="Request">
          <blockquote className={css.request}>
            <Visible text={plan.request} />
          </blockquote>
        </Section>
      )}
      {plan.message && (
        <p className={css.message}>
          <Visible text={plan.message} />
        </p>
      )}
      {assumptions.length > 0 && (
        <Section title="Taken for granted">
          <ul className={css.assumptions}>
            {assumptions.map((assumption) => (
              <li key={assumption}>
                <Visible text={assumption} />{" "}
                {editable && (
                  <button
                    type="button"
                    className={css.correct}
                    aria-label={`Correct: ${assumption}`}
                    onClick={() => setFeedback(`Not “${assumption}”: `)}
                  >
                    Correct
                  </button>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {editable && <ReviseBox plan={plan} pending={changes.length} value={feedback} onChange={setFeedback} />}
      <PlanOrigin plan={plan} />
      {editable ? (
        <PlanForm plan={plan} changes={changes} onChange={onChange} />
      ) : (
        <Section title="Policy">
          <ParamList values={policyFacts(plan)} names={noNames} empty="" />
        </Section>
      )}
      {plan.approvals.length > 0 && (
        <Section title="Approvals">
          <ul>
            {plan.approvals.map((approval) => (
              <li key={approval.at}>
                {actorName(approval.by, me)}, <Moment at={approval.at} />
                {!approval.current && <span className={css.old}> of other content</span>}
                {approval.note && <span className="quiet"> – {approval.note}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Panel>
  );
}

function policyFacts({ description, policy }: Plan): Record<string, unknown> {
  return {
    ...(description ? { description } : {}),
    when_a_step_fails: onFailureWords(policy.on_failure),
    steps_at_once: policy.max_parallel,
    approvals_needed: policy.approvals_required,
  };
}
