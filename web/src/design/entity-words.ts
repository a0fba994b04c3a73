import type { Entity } from "@/api/types";
import { isForgotten } from "./forgotten";
import { visible } from "./hidden";
import { shortId } from "./short-id";

const TITLES = ["name", "title", "subject", "message", "text"];
const LONGEST = 80;

/** What a thing is called: the first of its fields that names it, cut where it is long. */
export function entityTitle(entity: Pick<Entity, "id" | "fields"> & { title?: string }): string {
  if (isForgotten(entity.fields.name)) {
    return "Forgotten person";
  }
  for (const value of [entity.title, ...TITLES.map((field) => entity.fields[field])]) {
    if (typeof value === "string" && value.trim() !== "") {
      const line = visible(value.split("\n")[0] ?? value);
      return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
    }
  }
  return shortId(entity.id);
}

/** A field's or kind's name for people: `due_date` is "Due date". */
export function words(name: string): string {
  const spaced = name
    .replaceAll(/[_-]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The plural of a kind: "People", "Tasks", "Calendar". */
export function plural(kind: string): string {
  const one = words(kind);
  if (one === "Person") {
    return "People";
  }
  if (one === "Calendar entry") {
    return "Calendar";
  }
  return one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`;
}
