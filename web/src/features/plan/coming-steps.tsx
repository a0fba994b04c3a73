import type { LiveDraft } from "@/api/types";
import { KindIcon } from "@/design/kind-icon";
import { Visible } from "@/design/visible";
import css from "./coming-steps.module.css";

/** The steps of a draft that a model is writing, as they come. None of them can be chosen or changed yet. */
export function ComingSteps({ draft }: { draft: LiveDraft }) {
  return (
    <ol className={css.steps} aria-label="Steps so far" aria-busy={draft.stage === "writing"}>
      {draft.steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end, or all begin anew
        <li key={index} className={css.row}>
          <span className={css.number}>{index + 1}</span>
          <KindIcon name={step.action_type} />
          <span className={css.title}>
            <Visible text={step.title || step.action_type} />
          </span>
        </li>
      ))}
      {draft.stage === "writing" && (
        <li className={css.next} aria-hidden="true">
          <span />
        </li>
      )}
    </ol>
  );
}
