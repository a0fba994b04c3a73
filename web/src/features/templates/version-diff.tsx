import { useQuery } from "@tanstack/react-query";
import { templateDiffQuery } from "@/api/templates";
import type { Template, TemplateDiff } from "@/api/types";
import { useNames } from "@/api/use-names";
import { ChangeSign, FieldChanges, StepChange } from "@/design/difference-list";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import css from "./templates.module.css";

/** What differs between an earlier version and the newest. */
export function VersionDiff({ template, from }: { template: Template; from: number }) {
  const { data, error, isPending } = useQuery(templateDiffQuery(template.id, from, template.version));
  return (
    <section className={css.preview} aria-label={`Version ${from} and version ${template.version}`}>
      <ProblemNote problem={error} doing="compare the versions" />
      {isPending && <SkeletonRows what="the difference" rows={3} />}
      {data && <Differences diff={data} steps={template.content.steps} />}
    </section>
  );
}

function Differences({ diff, steps }: { diff: TemplateDiff; steps: { id: string }[] }) {
  const names = useNames(steps);
  const changedSteps = diff.difference.steps.filter((step) => step.change !== "kept");
  const parameters = diff.parameters.filter((parameter) => parameter.change !== "kept");
  if (changedSteps.length + parameters.length + diff.difference.details.length === 0) {
    return (
      <p>
        Nothing differs between version {diff.from} and version {diff.to}.
      </p>
    );
  }
  return (
    <>
      <FieldChanges fields={diff.difference.details} names={names} />
      {parameters.length > 0 && (
        <ul className={css.places} aria-label="Parameters that differ">
          {parameters.map((parameter) => (
            <li key={parameter.name}>
              <ChangeSign change={parameter.change} /> parameter <strong>{parameter.name}</strong> {parameter.change}
              <FieldChanges fields={parameter.fields} names={names} />
            </li>
          ))}
        </ul>
      )}
      {changedSteps.length > 0 && (
        <ul className={css.places} aria-label="Steps that differ">
          {changedSteps.map((step) => (
            <li key={step.id}>
              <StepChange step={step} names={names} onSelect={() => undefined} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
