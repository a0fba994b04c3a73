import { Button, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAddVersion } from "@/api/templates";
import type { Template, TemplateContent, TemplateParameter } from "@/api/types";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import { asNew, pointedAt, readParams } from "./editing";
import { ParameterFields } from "./parameter-fields";
import css from "./templates.module.css";

/** Changes what a template asks for and makes; saving makes the next version. */
export function EditTemplate({ template, onClose }: { template: Template; onClose: () => void }) {
  const [content, setContent] = useState<TemplateContent>(template.content);
  const [texts, setTexts] = useState(() => template.content.steps.map((step) => JSON.stringify(step.params, null, 2)));
  const [note, setNote] = useState("");
  const add = useAddVersion(template.id);
  const problems = add.error ? asProblem(add.error).errors : [];
  const read = texts.map(readParams);
  const unreadable = read.some((params) => params === undefined);

  const setStep = (index: number, title: string) =>
    setContent({ ...content, steps: content.steps.map((step, at) => (at === index ? { ...step, title } : step)) });
  const setParameter = (index: number, parameter: TemplateParameter) =>
    setContent({ ...content, parameters: content.parameters.map((one, at) => (at === index ? parameter : one)) });
  const save = () => {
    const steps = content.steps.map((step, index) => ({ ...step, params: read[index] ?? step.params }));
    const version = { revision: template.revision, content: asNew({ ...content, steps }), note };
    add.mutate(version, {
      onSuccess: ({ version: number }) => {
        announce(`Version ${number} is saved`);
        onClose();
      },
    });
  };

  return (
    <section aria-label="Edit the template">
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextInput
          label="Name of the plans"
          value={content.plan_name}
          error={pointedAt(problems, "/content/plan_name")}
          onChange={(event) => setContent({ ...content, plan_name: event.target.value })}
        />
        <ul className={css.parameters} aria-label="Parameters to edit">
          {content.parameters.map((parameter, index) => (
            <li key={parameter.name} className={css.parameter}>
              <ParameterFields
                parameter={parameter}
                error={pointedAt(problems, `/content/parameters/${index}`)}
                onChange={(changed) => setParameter(index, changed)}
              />
            </li>
          ))}
        </ul>
        <ol className={css.parameters} aria-label="Steps to edit">
          {content.steps.map((step, index) => (
            <li key={step.id} className={css.parameter}>
              <TextInput
                label={`Title of step ${index + 1}`}
                value={step.title}
                error={pointedAt(problems, `/content/steps/${index}/title`)}
                onChange={(event) => setStep(index, event.target.value)}
              />
              <Textarea
                label={`What step ${index + 1} is given`}
                description={step.action_type}
                autosize
                maxRows={14}
                spellCheck={false}
                value={texts[index]}
                error={
                  read[index] === undefined
                    ? "This is not a JSON object"
                    : pointedAt(problems, `/content/steps/${index}/params`)
                }
                onChange={(event) => setTexts(texts.map((text, at) => (at === index ? event.target.value : text)))}
              />
            </li>
          ))}
        </ol>
        <TextInput label="What was changed" value={note} onChange={(event) => setNote(event.target.value)} />
        <ProblemNote problem={add.error} doing="save the version" />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={add.isPending} disabled={unreadable}>
            Save as version {template.version + 1}
          </Button>
        </div>
      </form>
    </section>
  );
}
