import { ActionIcon, Checkbox, Select, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionsQuery } from "@/api/actions";
import type { ActionType, Entity, FieldProblem, Fields, TemplateContent, TemplateStep } from "@/api/types";
import { entitiesQuery } from "@/api/workspace";
import { DependencyPicker, type Waiting } from "@/design/dependency-picker";
import { GapField } from "@/design/gap-field";
import { GapText } from "@/design/gap-text";
import { dependentsOf } from "@/design/graph";
import { KindIcon } from "@/design/kind-icon";
import { referredSteps } from "@/design/references";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import { sourceSteps } from "@/design/schema-form/source-steps";
import { gapsIn, moved, newStep, pointedAt, problemsBelow, without } from "./editing";
import css from "./editor.module.css";
import { waitingIn } from "./waiting";

type Props = {
  content: TemplateContent;
  problems: FieldProblem[];
  onChange: (content: TemplateContent) => void;
};

/** The steps that the plans get: each is opened to change it. */
export function EditSteps({ content, problems, onChange }: Props) {
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const entities = useQuery(entitiesQuery()).data?.items ?? [];
  const [open, setOpen] = useState<string>();
  const setStep = (index: number, step: TemplateStep) =>
    onChange({ ...content, steps: content.steps.map((one, at) => (at === index ? step : one)) });
  const add = (name: string | null) => {
    const action = actions.find((one) => one.name === name);
    if (action !== undefined) {
      const step = newStep(content, action);
      onChange({ ...content, steps: [...content.steps, step] });
      setOpen(step.id);
    }
  };
  return (
    <section className={css.part} aria-labelledby="edit-steps">
      <h3 id="edit-steps">Steps</h3>
      <ol className={css.list} aria-label="Steps to edit">
        {content.steps.map((step, index) => {
          const wrong = pointedAt(problems, `/content/steps/${index}`) !== undefined;
          return (
            <li key={step.id} className={css.item} data-wrong={wrong || undefined}>
              <div className={css.bar}>
                <button
                  type="button"
                  className={css.title}
                  aria-expanded={open === step.id}
                  onClick={() => setOpen(open === step.id ? undefined : step.id)}
                >
                  {open === step.id ? (
                    <IconChevronDown size={16} aria-hidden="true" />
                  ) : (
                    <IconChevronRight size={16} aria-hidden="true" />
                  )}
                  <span className="quiet">{index + 1}</span>
                  <KindIcon name={step.action_type} size={16} />
                  <span className={css.words}>
                    <GapText text={step.title} />
                  </span>
                  {wrong && <strong className={css.wrong}>Something is wrong here</strong>}
                </button>
                <Tools
                  index={index}
                  count={content.steps.length}
                  onMove={(by) => onChange({ ...content, steps: moved(content.steps, index, by) })}
                  onRemove={() => onChange(without(content, step.id))}
                />
              </div>
              {open === step.id && (
                <StepFields
                  step={step}
                  index={index}
                  content={content}
                  actions={actions}
                  entities={entities}
                  problems={problems}
                  onChange={(changed) => setStep(index, changed)}
                />
              )}
            </li>
          );
        })}
      </ol>
      <Select
        label="Add a step"
        placeholder="What should it do?"
        className={css.add}
        searchable
        nothingFoundMessage="No such action"
        data={actions.map((action) => ({ value: action.name, label: action.title }))}
        value={null}
        onChange={add}
      />
    </section>
  );
}

type ToolsProps = { index: number; count: number; onMove: (by: -1 | 1) => void; onRemove: () => void };

function Tools({ index, count, onMove, onRemove }: ToolsProps) {
  const of = `step ${index + 1}`;
  const tools = [
    { name: `Move ${of} up`, icon: IconArrowUp, act: () => onMove(-1), off: index === 0 },
    { name: `Move ${of} down`, icon: IconArrowDown, act: () => onMove(1), off: index === count - 1 },
    { name: `Remove ${of}`, icon: IconTrash, act: onRemove, off: count === 1 },
  ];
  return (
    <span className={css.tools}>
      {tools.map(({ name, icon: Icon, act, off }) => (
        <Tooltip key={name} label={name}>
          <ActionIcon variant="subtle" color="gray" aria-label={name} disabled={off} onClick={act}>
            <Icon size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ))}
    </span>
  );
}

type FieldsProps = {
  step: TemplateStep;
  index: number;
  content: TemplateContent;
  actions: ActionType[];
  entities: Entity[];
  problems: FieldProblem[];
  onChange: (step: TemplateStep) => void;
};

function StepFields({ step, index, content, actions, entities, problems, onChange }: FieldsProps) {
  const at = `/content/steps/${index}`;
  const action = actions.find((one) => one.name === step.action_type);
  const gaps = gapsIn(content.parameters);
  const all: Waiting[] = waitingIn(content);
  const later = new Set([step.id, ...dependentsOf(all, step.id)]);
  const sources = { entities, steps: sourceSteps(content.steps, actions, (id) => !later.has(id)), gaps };
  const setParams = (params: Fields) => {
    // whatever uses the result of a step has to wait for it
    const used = referredSteps(params).filter((id) => !step.depends_on.includes(id) && !later.has(id));
    onChange({ ...step, params, depends_on: [...step.depends_on, ...used] });
  };
  return (
    <div className={css.fields}>
      <GapField
        label={`Title of step ${index + 1}`}
        gaps={gaps}
        value={step.title}
        error={pointedAt(problems, `${at}/title`)}
        onChange={(title) => onChange({ ...step, title })}
      />
      {action ? (
        <SchemaForm
          key={step.id}
          schema={action.params_schema}
          value={step.params as Fields}
          onChange={setParams}
          problems={problemsBelow(problems, `${at}/params`)}
          sources={sources}
        />
      ) : (
        <p className="quiet">The catalogue does not know {step.action_type}.</p>
      )}
      <DependencyPicker
        step={all.find((one) => one.id === step.id) ?? { ...step, params: step.params as Fields }}
        steps={all}
        onChange={(depends_on) => onChange({ ...step, depends_on })}
      />
      <GapField
        label={`Note of step ${index + 1}`}
        long
        gaps={gaps}
        value={step.description}
        error={pointedAt(problems, `${at}/description`)}
        onChange={(description) => onChange({ ...step, description })}
      />
      <Checkbox
        label="Needs an approval of its own before it starts"
        checked={step.requires_approval}
        onChange={(event) => onChange({ ...step, requires_approval: event.target.checked })}
      />
    </div>
  );
}
