import { Button, Modal, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionsQuery } from "@/api/actions";
import { asProblem } from "@/api/problem";
import type { EntityKind, Fields } from "@/api/types";
import { entitiesQuery, useCreateEntity } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { words } from "@/design/entity-words";
import { ProblemNote } from "@/design/problem-note";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import { below, missing } from "@/design/schema-form/problems";
import { fieldsOf } from "@/design/schema-form/schema";
import css from "../../design/dialog-form.module.css";
import { fieldSchema, makeable } from "./kinds";

type Props = { kind: string | undefined; onCreated: (id: string) => void; onClose: () => void };

/** Makes a thing by hand. */
export function CreateDialog({ kind: asked, onCreated, onClose }: Props) {
  const [kind, setKind] = useState<EntityKind>(makeable.find((one) => one === asked) ?? "project");
  const [fields, setFields] = useState<Fields>({});
  const [tried, setTried] = useState(false);
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const entities = useQuery(entitiesQuery()).data?.items ?? [];
  const create = useCreateEntity();
  const schema = fieldSchema(kind, actions, false);
  const lacking = missing(fieldsOf(schema), fields);
  const refused = create.error ? asProblem(create.error).errors.map(({ pointer, detail }) => [pointer, detail]) : [];
  const save = () => {
    setTried(true);
    if (Object.keys(lacking).length > 0) {
      return;
    }
    create.mutate(
      { kind, fields },
      {
        onSuccess: ({ id }) => {
          announce(`${words(kind)} added`);
          onCreated(id);
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Add by hand" closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Select
          label="Kind"
          allowDeselect={false}
          data={makeable.map((one) => ({ value: one, label: words(one) }))}
          value={kind}
          onChange={(chosen) => {
            setKind(makeable.find((one) => one === chosen) ?? "project");
            setFields({});
            setTried(false);
          }}
        />
        {schema !== undefined && (
          <SchemaForm
            key={kind}
            schema={schema}
            value={fields}
            onChange={setFields}
            problems={{ ...(tried ? lacking : {}), ...below(Object.fromEntries(refused), "/fields") }}
            sources={{ entities, steps: [] }}
          />
        )}
        <ProblemNote problem={create.error} doing="add it" />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add
          </Button>
        </div>
      </form>
    </Modal>
  );
}
