import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ActionType, EditChange, Entity, Fields } from "@/api/types";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import { missing } from "@/design/schema-form/problems";
import { fieldsOf } from "@/design/schema-form/schema";
import { sourceSteps } from "@/design/schema-form/source-steps";
import type { Sources } from "@/design/schema-form/sources";
import css from "./add-step-dialog.module.css";
import { type DraftStep, newStepId, withReferred } from "./draft";

type Props = {
  /** After which step; `null` puts it first. */
  after: string | null;
  steps: DraftStep[];
  actions: ActionType[];
  entities: Entity[];
  onAdd: (change: EditChange, id: string) => void;
  onClose: () => void;
};

/** Picks an action, fills it in, and adds it to the draft. */
export function AddStepDialog({ after, steps, actions, entities, onAdd, onClose }: Props) {
  const [name, setName] = useState<string | null>(null);
  const [title, setTitle] = useState<string>();
  const [params, setParams] = useState<Fields>({});
  const [tried, setTried] = useState(false);
  const action = actions.find((one) => one.name === name);
  const sources: Sources = { entities, steps: sourceSteps(steps, actions, () => true) };
  const lacking = action === undefined ? {} : missing(fieldsOf(action.params_schema), params);
  const shownTitle = title ?? suggested(action, params);

  const add = () => {
    setTried(true);
    if (action === undefined || Object.keys(lacking).length > 0) {
      return;
    }
    const id = newStepId(shownTitle);
    const depends_on = withReferred([], params, new Set());
    onAdd({ op: "add_step", after, step: { id, title: shownTitle, action_type: action.name, params, depends_on } }, id);
  };

  const place = steps.findIndex((step) => step.id === after);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={place < 0 ? "Add a step at the top" : `Add a step after step ${place + 1}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Select
          label="Action"
          placeholder="What should it do?"
          searchable
          data-autofocus
          allowDeselect={false}
          nothingFoundMessage="No such action"
          data={actions.map((one) => ({ value: one.name, label: one.title }))}
          value={name}
          onChange={(chosen) => {
            setName(chosen);
            setParams({});
            setTried(false);
          }}
        />
        {action && (
          <>
            <SchemaForm
              key={action.name}
              schema={action.params_schema}
              value={params}
              onChange={setParams}
              problems={tried ? lacking : {}}
              sources={sources}
            />
            <TextInput
              label="Step title"
              value={shownTitle}
              onChange={(event) => setTitle(event.target.value || undefined)}
            />
          </>
        )}
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={action === undefined}>
            Add step
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The title a step gets by itself: its action, and what it is about. */
function suggested(action: ActionType | undefined, params: Fields): string {
  const about = [params.title, params.name, params.subject].find((value) => typeof value === "string" && value !== "");
  return action === undefined ? "" : about ? `${action.title}: ${about}` : action.title;
}
