import type { Entity } from "@/api/types";
import { entityTitle, plural, words } from "../entity-words";
import type { GapParameter } from "../gaps";
import { resultOf } from "../references";

/** A step whose result may be used, numbered as the list shows it, and the kinds of thing its result names. */
export type SourceStep = { id: string; number: number; title: string; gives: string[] };

/** What references can point at; in a template also what gaps can be filled with. */
export type Sources = { entities: Entity[]; steps: SourceStep[]; gaps?: GapParameter[] };

export type Option = { value: string; label: string };
export type OptionGroup = { group: string; items: Option[] };

/** The kinds of thing that an action's result names, as its schema says; an unknown action may give anything. */
export function givenKinds(resultSchema: unknown): string[] {
  const id = (resultSchema as { properties?: { id?: { "x-ref"?: unknown } } } | undefined)?.properties?.id;
  return Array.isArray(id?.["x-ref"]) ? id["x-ref"].map(String) : ["any"];
}

/**
 * What a reference to one of `kinds` can be set to: me, results of earlier steps, things of the workspace. A value
 * that is none of them is kept as an option of its own, so that it is not lost.
 */
export function optionsFor(sources: Sources, kinds: string[], me: boolean, values: string[] = []): OptionGroup[] {
  const fits = (kind: string) => kind === "any" || kinds.includes("any") || kinds.includes(kind);
  const groups: OptionGroup[] = [];
  if (me) {
    groups.push({ group: "You", items: [{ value: "me", label: "Me" }] });
  }
  const steps = sources.steps.filter(({ gives }) => gives.some(fits));
  groups.push({
    group: "Made by this plan",
    items: steps.map(({ id, number, title }) => ({ value: resultOf(id), label: `Step ${number}: ${title}` })),
  });
  const entities = sources.entities.filter(({ kind, withdrawn }) => fits(kind) && !withdrawn);
  for (const kind of [...new Set(entities.map((entity) => entity.kind))]) {
    const items = entities.filter((entity) => entity.kind === kind);
    groups.push({ group: plural(kind), items: items.map((entity) => option(entity)) });
  }
  const known = new Set(groups.flatMap((group) => group.items.map((item) => item.value)));
  const strange = values.filter((value) => value !== "" && !known.has(value));
  groups.push({ group: "As it is", items: strange.map((value) => ({ value, label: value })) });
  return groups.filter((group) => group.items.length > 0);
}

function option(entity: Entity): Option {
  const archived = entity.archived ? ` (archived ${words(entity.kind).toLowerCase()})` : "";
  return { value: entity.id, label: entityTitle(entity) + archived };
}
