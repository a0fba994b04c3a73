import { IconAlertTriangle } from "@tabler/icons-react";
import { ChangeList } from "@/design/change-list";
import { ImpactMark, OutsideMark, ReversibilityMark } from "@/design/impact-marks";
import { Section } from "@/design/panel";
import { sentence } from "@/design/sentence";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import type { DraftStep } from "./draft";
import css from "./step-panel.module.css";

/** What a step is expected to change, and what would go wrong if it ran now. */
export function StepImpact({ step, names }: { step: DraftStep; names: Names }) {
  const { impact } = step;
  if (step.pending === "added") {
    return (
      <Section title="What will change">
        <p className="quiet">The impact is worked out when the changes are applied.</p>
      </Section>
    );
  }
  return (
    <Section title="What will change">
      <p>
        <Visible text={sentence(impact.summary)} />
      </p>
      <div className={css.marks}>
        <ImpactMark level={impact.level} />
        <ReversibilityMark kind={impact.reversibility} always />
        {impact.outside && <OutsideMark />}
      </div>
      {(impact.problems ?? []).map((problem) => (
        <p key={problem} className={css.wrong}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          {sentence(problem)}
        </p>
      ))}
      {impact.changes.length > 0 && <ChangeList changes={impact.changes} names={names} />}
      {(impact.unknown ?? []).map((unknown) => (
        <p key={unknown} className={css.unknown}>
          Not known before it runs: {unknown}
        </p>
      ))}
      {step.pending === "changed" && <p className="quiet">As it was before your changes.</p>}
    </Section>
  );
}
