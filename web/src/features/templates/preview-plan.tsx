import type { TemplatePreview } from "@/api/types";
import { useNames } from "@/api/use-names";
import { ChangeList } from "@/design/change-list";
import { Visible } from "@/design/visible";
import css from "./templates.module.css";

/** The plan as it would be, with what each step would change. */
export function PreviewPlan({ preview }: { preview: TemplatePreview }) {
  const names = useNames(preview.steps);
  const place = new Map(preview.steps.map((step, index) => [step.id, index + 1]));
  return (
    <section className={css.preview} aria-label="The plan as it would be">
      <h3>
        <Visible text={preview.name} />
      </h3>
      <p className="quiet">{preview.impact.summary}. Nothing is made yet.</p>
      {preview.warnings.length > 0 && (
        <ul aria-label="Warnings">
          {preview.warnings.map((warning) => (
            <li key={warning.id}>{warning.text}</li>
          ))}
        </ul>
      )}
      <ol className={css.steps} aria-label="Steps to be made">
        {preview.steps.map((step) => (
          <li key={step.id}>
            <strong>
              <Visible text={step.title} />
            </strong>{" "}
            <span className="quiet">
              {step.impact.summary}
              {step.depends_on.length > 0 &&
                ` · after ${step.depends_on.map((id) => `step ${place.get(id)}`).join(", ")}`}
            </span>
            {step.impact.changes.length > 0 && <ChangeList changes={step.impact.changes} names={names} />}
          </li>
        ))}
      </ol>
    </section>
  );
}
