import { kinds } from "@/api/kinds";
import type { ActionType, EntityKind } from "@/api/types";

/** The action that makes a thing of a kind; its parameters are the fields a person fills in by hand. */
const makers: Partial<Record<EntityKind, string>> = {
  project: "project.create",
  task: "task.create",
  person: "person.create",
  idea: "idea.create",
  reminder: "reminder.set",
  note: "note.add",
  calendar_entry: "calendar.schedule",
};

type Schema = { properties?: Record<string, unknown>; required?: string[]; $defs?: Record<string, unknown> };

/** The kinds a person can make by hand. A message is sent, not made. */
export const makeable = kinds.filter((kind) => kind in makers);

/** Fields that only exist once a thing is there, and change by hand. */
const later: Partial<Record<EntityKind, Record<string, unknown>>> = {
  project: { status: { type: "string", description: "Such as active, on hold or done." } },
  task: { status: { type: "string", description: "Such as open, blocked or done." } },
};

/** The schema of a kind's fields, taken from the catalogue; `existing` adds what is only set on a thing that exists. */
export function fieldSchema(kind: EntityKind, actions: ActionType[], existing: boolean): unknown {
  const schema = actions.find((action) => action.name === makers[kind])?.params_schema as Schema | undefined;
  if (schema === undefined) {
    return undefined;
  }
  const milestones = actions.find((action) => action.name === "project.set_milestones")?.params_schema as Schema;
  const more = kind === "project" ? pick(milestones?.properties, "milestones") : {};
  const properties = { ...schema.properties, ...(existing ? { ...later[kind], ...more } : {}) };
  return { ...schema, properties, $defs: { ...milestones?.$defs, ...schema.$defs } };
}

/** What a form must send so that what was emptied is taken away: null where a field was. */
export function changedFields(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(after)) {
    if (JSON.stringify(value) !== JSON.stringify(before[field])) {
      changed[field] = value;
    }
  }
  for (const [field, value] of Object.entries(before)) {
    if (!(field in after) && value !== null) {
      changed[field] = null;
    }
  }
  return changed;
}

function pick(properties: Record<string, unknown> | undefined, name: string): Record<string, unknown> {
  return properties?.[name] === undefined ? {} : { [name]: properties[name] };
}
