import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import type { ActionType, EditChange, Entity, StepPatch, Warning } from "@/api/types";
import { ancestorsOf, dependentsOf } from "@/design/graph";
import { KindIcon } from "@/design/kind-icon";
import { Panel, Section } from "@/design/panel";
import { ParamList } from "@/design/param-list";
import type { Problems } from "@/design/schema-form/problems";
import { sourceSteps } from "@/design/schema-form/source-steps";
import type { Sources } from "@/design/schema-form/sources";
import { sentence } from "@/design/sentence";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import { type DraftStep, withReferred } from "./draft";
import { StepForm } from "./step-form";
import { StepImpact } from "./step-impact";
import css from "./step-panel.module.css";
import { ValueOrigin } from "./value-origin";

type Props = {
  step: DraftStep;
  /** The step as the server has it; nothing when it was added here. */
  known: DraftStep | undefined;
  steps: DraftStep[];
  actions: ActionType[];
  entities: Entity[];
  names: Names;
  editable: boolean;
  problems: Problems;
  notes: string[];
  warnings: Warning[];
  onChange: (change: EditChange) => void;
  onMove: (id: string, after: string | null) => void;
  onAdd: (after: string) => void;
  onRemove: (id: string) => void;
  onClose: () => void;
};

/** One step: what it is, its values, what it waits for, what it is expected to change. */
export function StepPanel(props: Props) {
  const { step, steps, actions, entities, names, editable, onChange, onClose } = props;
  const action = actions.find((one) => one.name === step.action_type);
  const number = steps.indexOf(step) + 1;
  const later = new Set([step.id, ...dependentsOf(steps, step.id)]);
  const sources: Sources = {
    entities,
    steps: sourceSteps(steps, actions, (id) => !later.has(id)),
  };
  const set = (patch: StepPatch) => {
    const used = patch.params && withReferred(step.depends_on, patch.params, ancestorsOf(steps, step.id));
    const grown = used !== undefined && used.length > step.depends_on.length ? { depends_on: used } : {};
    onChange({ op: "edit_step", step_id: step.id, set: { ...grown, ...patch } });
  };
  const note = (pointer: string) => <ValueOrigin step={step} known={props.known} pointer={pointer} names={names} />;
  return (
    <Panel
      label={`Step ${number}`}
      title={<PanelTitle step={step} number={number} action={action} />}
      onClose={onClose}
      tools={editable && <Tools {...props} number={number} />}
    >
      {props.notes.length > 0 && (
        <ul className={css.notes} role="alert">
          {props.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {props.warnings.length > 0 && (
        <ul className={css.warnings} aria-label="Warnings">
          {props.warnings.map((warning) => (
            <li key={warning.id} data-loud={warning.loud || undefined}>
              <Visible text={sentence(warning.text)} />
            </li>
          ))}
        </ul>
      )}
      {editable ? (
        <StepForm
          step={step}
          steps={steps}
          action={action}
          sources={sources}
          problems={props.problems}
          onSet={set}
          note={note}
        />
      ) : (
        <Section title="Values">
          <ParamList
            values={step.params}
            names={names}
            empty="This step has no values."
            note={(name) => note(`/params/${name}`)}
          />
        </Section>
      )}
      <StepImpact step={step} names={names} />
    </Panel>
  );
}

function PanelTitle({ step, number, action }: { step: DraftStep; number: number; action: ActionType | undefined }) {
  return (
    <span className={css.title}>
      <KindIcon name={step.action_type} size={18} />
      <span>Step {number}</span>
      <span className={css.action}>{action?.title ?? step.action_type}</span>
    </span>
  );
}

function Tools({ step, steps, number, onMove, onAdd, onRemove }: Props & { number: number }) {
  const at = number - 1;
  const up = () => onMove(step.id, steps[at - 2]?.id ?? null);
  const down = () => onMove(step.id, steps[at + 1]?.id ?? null);
  const tools = [
    { name: "Move up", icon: IconArrowUp, act: up, off: at === 0 },
    { name: "Move down", icon: IconArrowDown, act: down, off: at === steps.length - 1 },
    { name: "Add a step after", icon: IconPlus, act: () => onAdd(step.id), off: false },
    { name: "Remove step", icon: IconTrash, act: () => onRemove(step.id), off: false },
  ];
  return (
    <div className={css.tools} role="toolbar" aria-label="Change the order, add, remove">
      {tools.map(({ name, icon: Icon, act, off }) => (
        <Tooltip key={name} label={name}>
          <ActionIcon aria-label={name} disabled={off} onClick={act} variant="default" size={30}>
            <Icon size={16} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
