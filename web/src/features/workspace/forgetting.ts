import type { Entity } from "@/api/types";
import { words } from "@/design/entity-words";
import { count } from "@/design/impact-words";

/** What is gone when a person is forgotten, a line each. */
export function whatGoes(person: Pick<Entity, "fields" | "linked_from">): string[] {
  const fields = Object.keys(person.fields).map((name) => words(name).toLowerCase());
  const about = (kind: string) =>
    new Set((person.linked_from ?? []).filter((link) => link.kind === kind).map(({ from }) => from)).size;
  const of = (kind: string, one: string, many: string) =>
    about(kind) > 0 ? [`what ${count(about(kind), one, many)}`] : [];
  return [
    `the ${listed(fields)}`,
    ...of("message", "message to them says", "messages to them say"),
    ...of("note", "note about them says", "notes about them say"),
    ...of("reminder", "reminder about them says", "reminders about them say"),
    "their values in the steps of plans, done or not; a step that still needs them will fail",
  ];
}

/** What is missing before the person can be forgotten, in words. */
export function obstacles(known: string, typed: { name: string; reason: string }): string[] {
  return [
    ...(typed.reason.trim() === "" ? ["Say why"] : []),
    ...(typed.name.trim() === known.trim() ? [] : ["Type the name"]),
  ];
}

function listed(names: string[]): string {
  const last = names.at(-1) ?? "name";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
