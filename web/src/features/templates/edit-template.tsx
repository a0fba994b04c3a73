import { Button, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useAddVersion } from "@/api/templates";
import type { Template, TemplateContent } from "@/api/types";
import { announce } from "@/design/announcer";
import { GapField } from "@/design/gap-field";
import { ProblemNote } from "@/design/problem-note";
import { EditIncludes } from "./edit-includes";
import { EditSteps } from "./edit-steps";
import { asNew, gapsIn, newParameter, pointedAt, usesOf, withParameter } from "./editing";
import css from "./editor.module.css";
import { ParameterFields } from "./parameter-fields";
import shared from "./templates.module.css";

/** Changes what a template asks for and makes; saving makes the next version. */
export function EditTemplate({ template, onClose }: { template: Template; onClose: () => void }) {
  const [content, setContent] = useState<TemplateContent>(template.content);
  const [note, setNote] = useState("");
  const add = useAddVersion(template.id);
  const problems = add.error ? asProblem(add.error).errors : [];
  const gaps = gapsIn(content.parameters);
  const change = (changed: TemplateContent) => {
    setContent(changed);
    add.reset();
  };
  const save = () =>
    add.mutate(
      { revision: template.revision, content: asNew(content), note },
      {
        onSuccess: ({ version: number }) => {
          announce(`Version ${number} is saved`);
          onClose();
        },
      },
    );

  return (
    <section aria-label="Edit the template">
      <form
        className={css.editor}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className={shared.form}>
          <GapField
            label="Name of the plans"
            gaps={gaps}
            value={content.plan_name}
            error={pointedAt(problems, "/content/plan_name")}
            onChange={(plan_name) => change({ ...content, plan_name })}
          />
          <GapField
            label="Description of the plans"
            long
            gaps={gaps}
            value={content.plan_description}
            error={pointedAt(problems, "/content/plan_description")}
            onChange={(plan_description) => change({ ...content, plan_description })}
          />
        </div>
        <Parameters content={content} problems={problems} onChange={change} />
        <EditSteps content={content} problems={problems} onChange={change} />
        <EditIncludes template={template.id} content={content} problems={problems} onChange={change} />
        <TextInput label="What was changed" value={note} onChange={(event) => setNote(event.target.value)} />
        <ProblemNote problem={add.error} doing="save the version" />
        <div className={shared.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={add.isPending}>
            Save as version {template.version + 1}
          </Button>
        </div>
      </form>
    </section>
  );
}

type Part = {
  content: TemplateContent;
  problems: ReturnType<typeof asProblem>["errors"];
  onChange: (content: TemplateContent) => void;
};

function Parameters({ content, problems, onChange }: Part) {
  const { parameters } = content;
  return (
    <section className={css.part} aria-labelledby="edit-parameters">
      <h3 id="edit-parameters">What it asks for</h3>
      {parameters.length === 0 && <p className="quiet">Nothing: every plan is the same.</p>}
      <ul className={shared.parameters} aria-label="Parameters to edit">
        {parameters.map((parameter, index) => {
          const uses = usesOf(content, parameter.name);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a parameter's name changes while it is typed
            <li key={index} className={shared.parameter}>
              <ParameterFields
                parameter={parameter}
                renames
                error={pointedAt(problems, `/content/parameters/${index}`)}
                onChange={(changed) => onChange(withParameter(content, index, changed))}
              />
              <div className={css.row}>
                <span className="quiet">{uses === 0 ? "It fills no gap." : `It fills gaps in ${uses} texts.`}</span>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="gray"
                  disabled={uses > 0}
                  title={uses > 0 ? "Take it out of the texts first" : undefined}
                  onClick={() => onChange({ ...content, parameters: parameters.filter((_, at) => at !== index) })}
                >
                  Remove {parameter.name}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden="true" />}
          onClick={() => onChange({ ...content, parameters: [...parameters, newParameter(parameters)] })}
        >
          Add a parameter
        </Button>
      </div>
    </section>
  );
}
