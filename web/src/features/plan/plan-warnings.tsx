import { IconAlertOctagon, IconInfoCircle } from "@tabler/icons-react";
import type { Plan, Warning } from "@/api/types";
import { count } from "@/design/impact-words";
import { sentence } from "@/design/sentence";
import { Visible } from "@/design/visible";
import css from "./plan-warnings.module.css";
import { byLoudness } from "./warnings";

type Props = { plan: Plan; onSelect: (step: string) => void };

/** What a reviewer must not overlook, above the steps: loud where it asks for a tick, folded where it is only told. */
export function PlanWarnings({ plan, onSelect }: Props) {
  const { loud, quiet } = byLoudness(plan.warnings);
  return (
    <>
      {loud.length > 0 && (
        <section className={css.loud} aria-label="Check before you approve">
          <h2 className={css.heading}>
            <IconAlertOctagon size={18} aria-hidden="true" />
            {count(loud.length, "thing", "things")} to check before you approve
          </h2>
          <List plan={plan} warnings={loud} onSelect={onSelect} />
        </section>
      )}
      {quiet.length > 0 && (
        <details className={css.quiet} open={quiet.length <= 2}>
          <summary className={css.heading}>
            <IconInfoCircle size={16} aria-hidden="true" />
            {count(quiet.length, "thing", "things")} to know
          </summary>
          <List plan={plan} warnings={quiet} onSelect={onSelect} />
        </details>
      )}
    </>
  );
}

function List({ plan, warnings, onSelect }: Props & { warnings: Warning[] }) {
  const numberOf = (step: string) => plan.steps.findIndex((one) => one.id === step) + 1;
  return (
    <ul className={css.list}>
      {warnings.map((warning) => {
        const { step_id: step } = warning;
        return (
          <li key={warning.id}>
            {step && (
              <button type="button" className={css.step} onClick={() => onSelect(step)}>
                Step {numberOf(step)}
              </button>
            )}
            <span className={css.text}>
              <Visible text={sentence(warning.text)} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
