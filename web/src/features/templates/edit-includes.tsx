import { Button, NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { templatesQuery, templateVersionQuery } from "@/api/templates";
import type { FieldProblem, TemplateContent, TemplateInclude, TemplateSummary } from "@/api/types";
import { DependencyPicker } from "@/design/dependency-picker";
import { GapField } from "@/design/gap-field";
import { visible } from "@/design/hidden";
import { sentence } from "@/design/sentence";
import { gapsIn, newInclude, pointedAt, problemsBelow, without } from "./editing";
import css from "./editor.module.css";
import { waitingIn } from "./waiting";

type Props = {
  /** The template itself, which it cannot include. */
  template: string;
  content: TemplateContent;
  problems: FieldProblem[];
  onChange: (content: TemplateContent) => void;
};

/** Other templates whose plans are part of the plans that are made. */
export function EditIncludes({ template, content, problems, onChange }: Props) {
  const templates = useQuery(templatesQuery()).data?.items ?? [];
  const others = templates.filter(({ id }) => id !== template);
  const set = (index: number, include: TemplateInclude) =>
    onChange({ ...content, includes: content.includes.map((one, at) => (at === index ? include : one)) });
  const add = (id: string | null) => {
    const chosen = others.find((one) => one.id === id);
    if (chosen !== undefined) {
      onChange({ ...content, includes: [...content.includes, newInclude(content, chosen)] });
    }
  };
  return (
    <section className={css.part} aria-labelledby="edit-includes">
      <h3 id="edit-includes">Sub-plans</h3>
      <p className="quiet">The steps of another template become part of the plans.</p>
      {content.includes.length > 0 && (
        <ul className={css.list} aria-label="Sub-plans to edit">
          {content.includes.map((include, index) => (
            <li key={include.id} className={css.item}>
              <IncludeFields
                include={include}
                index={index}
                content={content}
                templates={templates}
                problems={problems}
                onChange={(changed) => set(index, changed)}
                onRemove={() => onChange(without(content, include.id))}
              />
            </li>
          ))}
        </ul>
      )}
      <Select
        label="Insert a template"
        placeholder="Which one?"
        className={css.add}
        searchable
        nothingFoundMessage="No such template"
        data={others.map(({ id, name }) => ({ value: id, label: visible(name) }))}
        value={null}
        onChange={add}
      />
    </section>
  );
}

type FieldsProps = {
  include: TemplateInclude;
  index: number;
  content: TemplateContent;
  templates: TemplateSummary[];
  problems: FieldProblem[];
  onChange: (include: TemplateInclude) => void;
  onRemove: () => void;
};

function IncludeFields({ include, index, content, templates, problems, onChange, onRemove }: FieldsProps) {
  const at = `/content/includes/${index}`;
  const named = templates.find(({ id }) => id === include.template_id);
  const name = named ? visible(named.name) : include.template_id;
  const { data: version, error } = useQuery(templateVersionQuery(include.template_id, include.version));
  const wrong = problemsBelow(problems, at);
  const given = include.arguments ?? {};
  const all = waitingIn(content);
  const own = all.find(({ id }) => id === include.id);
  const refusal = wrong["/template"] && sentence(withNames(wrong["/template"], templates));
  return (
    <div className={css.fields}>
      <div className={css.bar}>
        <strong className={css.words}>{name}</strong>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onRemove}>
          Remove {name}
        </Button>
      </div>
      {refusal && (
        <p className={css.wrong} role="alert">
          {refusal}
        </p>
      )}
      <NumberInput
        label={`Version of ${name}`}
        description={named && `The newest is ${named.version}; a newer one changes nothing here.`}
        min={1}
        max={named?.version}
        allowDecimal={false}
        error={error ? "There is no such version" : undefined}
        value={include.version}
        onChange={(number) => typeof number === "number" && number > 0 && onChange({ ...include, version: number })}
      />
      {version?.content?.parameters.map((parameter) => (
        <GapField
          key={parameter.name}
          label={visible(parameter.label || parameter.name)}
          description={parameter.help ? visible(parameter.help) : undefined}
          withAsterisk={parameter.required}
          gaps={gapsIn(content.parameters)}
          value={text(given[parameter.name])}
          error={wrong[`/arguments/${parameter.name}`]}
          onChange={(value) => {
            const { [parameter.name]: _, ...rest } = given;
            onChange({ ...include, arguments: value === "" ? rest : { ...rest, [parameter.name]: value } });
          }}
        />
      ))}
      {own && (
        <DependencyPicker step={own} steps={all} onChange={(depends_on) => onChange({ ...include, depends_on })} />
      )}
      {pointedAt(problems, `${at}/depends_on`) && (
        <p className={css.wrong}>{pointedAt(problems, `${at}/depends_on`)}</p>
      )}
    </div>
  );
}

/** A refusal with the names of the templates in the place of their ids. */
function withNames(message: string, templates: TemplateSummary[]): string {
  return templates.reduce((told, { id, name }) => told.replaceAll(id, `“${visible(name)}”`), message);
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}
