import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { usePreviewTemplate, useRunTemplate } from "@/api/templates";
import type { Fields, Template } from "@/api/types";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import { ArgumentField } from "./argument-field";
import { firstValues, given, localDay, problemsOf } from "./arguments";
import { PreviewPlan } from "./preview-plan";
import css from "./templates.module.css";

type Props = {
  template: Template;
  /** What it is to be filled in with, before what was given the last time. */
  given?: Fields;
  onClose: () => void;
};

/** Asks for what the gaps are to be filled with, shows the plan as it would be, and makes it. */
export function RunTemplate({ template, given: wanted, onClose }: Props) {
  const { parameters } = template.content;
  const today = localDay(new Date());
  const [values, setValues] = useState(() => firstValues(parameters, wanted ?? template.last_arguments, today));
  const preview = usePreviewTemplate(template.id);
  const make = useRunTemplate(template.id);
  const navigate = useNavigate();
  const run = { arguments: given(parameters, values), today };
  const failed = make.error ?? preview.error;
  const problems = failed ? problemsOf(asProblem(failed).errors) : {};

  const change = (name: string, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    preview.reset();
    make.reset();
  };
  const makeIt = () =>
    make.mutate(run, {
      onSuccess: ({ plan_id }) => {
        announce("The plan is made");
        void navigate({ to: "/plans/$planId", params: { planId: plan_id } });
      },
    });

  return (
    <section aria-label="Use the template">
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          preview.mutate(run, { onSuccess: () => announce("The preview is there") });
        }}
      >
        {parameters.length === 0 && <p className="quiet">It asks for nothing: every plan is the same.</p>}
        <div className={css.fields}>
          {parameters.map((parameter) => (
            <ArgumentField
              key={parameter.name}
              parameter={parameter}
              value={values[parameter.name] ?? ""}
              error={problems[parameter.name]}
              onChange={(value) => change(parameter.name, value)}
            />
          ))}
        </div>
        <ProblemNote problem={failed} doing={make.error ? "make the plan" : "show the plan"} />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" variant={preview.data ? "default" : "filled"} loading={preview.isPending}>
            Preview
          </Button>
          {preview.data && (
            <Button loading={make.isPending} onClick={makeIt}>
              Make the plan
            </Button>
          )}
        </div>
      </form>
      {preview.data && <PreviewPlan preview={preview.data} />}
    </section>
  );
}
