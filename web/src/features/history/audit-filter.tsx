import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { EventSearch } from "@/api/events";
import type { RecordedEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { words } from "@/design/entity-words";
import { eventTypes } from "@/design/event-words";
import css from "./audit-filter.module.css";
import { StepSelect, ThingSelect } from "./subject-select";

type Props = {
  events: RecordedEvent[];
  filter: EventSearch;
  /** The plans that are known, by id and name. */
  plans: { value: string; label: string }[];
  onChange: (filter: EventSearch) => void;
};

const types = eventTypes.map((type) => ({ value: type, label: words(type) }));

/** Narrows everybody's events: by what, who, which plan and step or which thing, when, and why. */
export function AuditFilter({ events, filter, plans, onChange }: Props) {
  const me = useMe();
  const [typed, setTyped] = useState(filter.q ?? "");
  const search = useDebouncedCallback((q: string) => onChange({ ...filter, q: q || undefined }), 250);
  const type = (q: string) => {
    setTyped(q);
    search(q);
  };
  const actors = new Map(events.map((event) => [event.actor.id, actorName(event.actor, me)]));
  if (filter.actor && !actors.has(filter.actor)) {
    actors.set(filter.actor, filter.actor);
  }
  const chosen = filter.plan && !plans.some((plan) => plan.value === filter.plan);
  return (
    <search className={css.filter}>
      <TextInput
        className={css.words}
        aria-label="Words in the reason"
        placeholder="Words in the reason"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={typed && <CloseButton size="sm" aria-label="Clear the words" onClick={() => type("")} />}
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
      <Select
        aria-label="Type of event"
        placeholder="Any event"
        searchable
        clearable
        data={types}
        value={filter.type ?? null}
        onChange={(type) => onChange({ ...filter, type: type ?? undefined })}
      />
      <Select
        aria-label="Who did it"
        placeholder="Anybody"
        clearable
        data={[...actors].map(([value, label]) => ({ value, label }))}
        value={filter.actor ?? null}
        onChange={(actor) => onChange({ ...filter, actor: actor ?? undefined })}
      />
      <Select
        aria-label="Plan"
        placeholder="Any plan"
        searchable
        clearable
        data={chosen ? [...plans, { value: filter.plan ?? "", label: "this plan" }] : plans}
        value={filter.plan ?? null}
        onChange={(plan) => onChange({ ...filter, plan: plan ?? undefined, step: undefined, entity: undefined })}
      />
      {filter.plan ? (
        <StepSelect plan={filter.plan} step={filter.step} onChange={(step) => onChange({ ...filter, step })} />
      ) : (
        <ThingSelect entity={filter.entity} onChange={(entity) => onChange({ ...filter, entity })} />
      )}
      <Day name="From" value={filter.since} onChange={(since) => onChange({ ...filter, since })} />
      <Day name="To" value={filter.until} onChange={(until) => onChange({ ...filter, until })} />
      {filter.correlation_id && (
        <button
          type="button"
          className={css.chip}
          onClick={() => onChange({ ...filter, correlation_id: undefined })}
          aria-label="Show more than this one request"
        >
          One request
          <IconX size={14} aria-hidden="true" />
        </button>
      )}
    </search>
  );
}

function Day({
  name,
  value,
  onChange,
}: {
  name: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  return (
    <TextInput
      type="date"
      aria-label={`${name} this day`}
      leftSection={<span className={css.name}>{name}</span>}
      leftSectionWidth={48}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}
