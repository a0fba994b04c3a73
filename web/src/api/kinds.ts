import type { EntityKind } from "./types";

/** The kinds of things in the workspace, in the order they are shown. */
export const kinds: EntityKind[] = [
  "project",
  "task",
  "person",
  "idea",
  "reminder",
  "note",
  "message",
  "calendar_entry",
];

export function asKind(text: unknown): EntityKind | undefined {
  return kinds.find((kind) => kind === text);
}
