import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { RecordedEvent } from "@/api/types";
import { CopyText } from "@/design/copy-text";
import { shortId } from "@/design/short-id";
import { moment } from "@/design/time";
import { CausationTree } from "./causation-tree";
import { FieldTree } from "./field-tree";
import css from "./recorded-detail.module.css";

type Props = { event: RecordedEvent; titleOf: (id: string) => string | undefined };

/** All that was recorded of one event: what it says, where it stands, what led to it and what followed. */
export function RecordedDetail({ event, titleOf }: Props) {
  const [raw, setRaw] = useState(false);
  return (
    <div className={css.recorded}>
      <section aria-label="What it says">
        <h3>What it says</h3>
        {event.unreadable && <p className={css.unreadable}>{event.unreadable}</p>}
        {raw ? <pre>{JSON.stringify(event.data, null, 2)}</pre> : <FieldTree value={event.data} titleOf={titleOf} />}
        <button type="button" className={css.raw} aria-pressed={raw} onClick={() => setRaw(!raw)}>
          <IconChevronRight size={12} aria-hidden="true" />
          {raw ? "As fields" : "As JSON"}
        </button>
      </section>
      <div className={css.beside}>
        <section aria-label="Why">
          <h3>What led to it, what followed</h3>
          <CausationTree event={event} titleOf={titleOf} />
        </section>
        <section aria-label="Where it stands">
          <h3>Where it stands</h3>
          <dl>
            <dt>Type</dt>
            <dd>
              {event.type}, shape {event.schema_version}
            </dd>
            <dt>When</dt>
            <dd>{moment(new Date(event.at))}</dd>
            <dt>Place</dt>
            <dd>
              position{" "}
              <Link to="/ops" search={{ view: "log", position: event.position }}>
                {event.position}
              </Link>
              , revision {event.revision} of{" "}
              <Link to="/ops" search={{ view: "log", stream: event.stream }}>
                {shortId(event.stream)}
              </Link>
            </dd>
            <dt>Event</dt>
            <dd>
              <CopyText text={event.id} what="event id" />
            </dd>
            <dt>Request</dt>
            <dd>
              <CopyText text={event.correlation_id} what="correlation id" />{" "}
              <Link to="/history" search={{ correlation_id: event.correlation_id }}>
                all events of it
              </Link>
            </dd>
            <dt>Hash</dt>
            <dd>
              <CopyText text={event.hash} what="hash" shown={`${event.hash.slice(0, 16)}…`} />
            </dd>
          </dl>
        </section>
      </div>
    </div>
  );
}
