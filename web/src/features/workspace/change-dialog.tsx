import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionsQuery } from "@/api/actions";
import { asProblem } from "@/api/problem";
import type { Entity, Fields } from "@/api/types";
import { entitiesQuery, useChangeEntity } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { entityTitle } from "@/design/entity-words";
import { ProblemNote } from "@/design/problem-note";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import { below } from "@/design/schema-form/problems";
import css from "../../design/dialog-form.module.css";
import { changedFields, fieldSchema } from "./kinds";

/** Changes a thing by hand; only what was changed is sent. */
export function ChangeDialog({ entity, onClose }: { entity: Entity; onClose: () => void }) {
  const [fields, setFields] = useState<Fields>(entity.fields);
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const entities = useQuery(entitiesQuery()).data?.items ?? [];
  const change = useChangeEntity(entity.id);
  const schema = fieldSchema(entity.kind, actions, true);
  const changed = changedFields(entity.fields, fields);
  const refused = change.error ? asProblem(change.error).errors.map(({ pointer, detail }) => [pointer, detail]) : [];
  const save = () =>
    change.mutate(
      { revision: entity.revision, fields: changed },
      {
        onSuccess: () => {
          announce("Changed");
          onClose();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Change “${entityTitle(entity)}”`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {schema !== undefined && (
          <SchemaForm
            schema={schema}
            value={fields}
            onChange={setFields}
            problems={below(Object.fromEntries(refused), "/fields")}
            sources={{ entities: entities.filter((other) => other.id !== entity.id), steps: [] }}
          />
        )}
        <ProblemNote problem={change.error} doing="change it">
          {asProblem(change.error).isStale && <p>Somebody changed it meanwhile. Close, look again, and repeat.</p>}
        </ProblemNote>
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending} disabled={Object.keys(changed).length === 0}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
