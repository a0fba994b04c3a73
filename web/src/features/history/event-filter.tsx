import { Select } from "@mantine/core";
import type { RecordedEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { words } from "@/design/entity-words";
import css from "./event-filter.module.css";

export type Filter = { type?: string; actor?: string };

type Props = { events: RecordedEvent[]; types: string[]; filter: Filter; onChange: (filter: Filter) => void };

/** Narrows events by type and by who did it. */
export function EventFilter({ events, types, filter, onChange }: Props) {
  const me = useMe();
  const actors = new Map(events.map((event) => [event.actor.id, actorName(event.actor, me)]));
  if (filter.actor && !actors.has(filter.actor)) {
    actors.set(filter.actor, filter.actor);
  }
  return (
    <search className={css.filter}>
      <Select
        aria-label="Type of event"
        placeholder="Any event"
        searchable
        clearable
        data={types.map((type) => ({ value: type, label: words(type) }))}
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
    </search>
  );
}

/** The events that fit; the server narrows as well, where it can. */
export function fitting(events: RecordedEvent[], filter: Filter): RecordedEvent[] {
  return events.filter(
    (event) =>
      (filter.type === undefined || event.type === filter.type) &&
      (filter.actor === undefined || event.actor.id === filter.actor),
  );
}
