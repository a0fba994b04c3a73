import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { planQuery } from "@/api/plans";
import { entitiesQuery } from "@/api/workspace";
import { entityTitle, words } from "@/design/entity-words";

type StepProps = { plan: string; step: string | undefined; onChange: (step: string | undefined) => void };

/** Chooses one step of a plan, by its number and title. */
export function StepSelect({ plan, step, onChange }: StepProps) {
  const steps = useQuery(planQuery(plan)).data?.steps ?? [];
  const known = steps.map(({ id, title }, index) => ({ value: id, label: `${index + 1}. ${title}` }));
  return (
    <Select
      aria-label="Step"
      placeholder="Any step"
      searchable
      clearable
      data={withChosen(known, step)}
      value={step ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

type ThingProps = { entity: string | undefined; onChange: (entity: string | undefined) => void };

/** Chooses one thing in the workspace, grouped by what it is. */
export function ThingSelect({ entity, onChange }: ThingProps) {
  const things = useQuery(entitiesQuery({ archived: true })).data?.items ?? [];
  const kinds = [...new Set(things.map(({ kind }) => kind))].sort();
  const groups = kinds.map((kind) => ({
    group: words(kind),
    items: things
      .filter((thing) => thing.kind === kind)
      .map((thing) => ({ value: thing.id, label: entityTitle(thing) })),
  }));
  const known = things.some(({ id }) => id === entity);
  const others = entity && !known ? [{ group: "Other", items: [{ value: entity, label: entity }] }] : [];
  return (
    <Select
      aria-label="Thing"
      placeholder="Any thing"
      searchable
      clearable
      data={[...groups, ...others]}
      value={entity ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

/** Keeps what the address names, also when nobody knows it. */
function withChosen(known: { value: string; label: string }[], chosen: string | undefined) {
  const missing = chosen !== undefined && !known.some(({ value }) => value === chosen);
  return missing ? [...known, { value: chosen, label: chosen }] : known;
}
