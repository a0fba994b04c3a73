import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { LogEvent } from "@/api/types";
import { actorName } from "@/design/actor-words";
import { CopyText } from "@/design/copy-text";
import { shortId } from "@/design/short-id";
import { clock, dayAndTime, moment } from "@/design/time";
import css from "./log-item.module.css";
import { count } from "./words";

/** An event as it is stored: a line, and behind it everything. */
export function LogItem({ event, open }: { event: LogEvent; open: boolean }) {
  const [opened, setOpened] = useState(open);
  const at = new Date(event.at);
  return (
    <li className={css.item}>
      <button type="button" className={css.line} aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <IconChevronRight className={css.sign} size={14} aria-hidden="true" />
        <span className={css.position}>{count(event.position)}</span>
        <span className={css.type}>
          {event.type}
          {event.unreadable && <span className={css.wrong}>unreadable</span>}
          {!event.chained && <span className={css.wrong}>broken chain</span>}
        </span>
        <span className={css.stream}>
          {shortId(event.stream)} · {event.revision}
        </span>
        <span className={css.who}>{actorName(event.actor)}</span>
        <time className={css.when} dateTime={event.at} title={moment(at)}>
          {clock(at)}
        </time>
      </button>
      {opened && <Whole event={event} />}
    </li>
  );
}

function Whole({ event }: { event: LogEvent }) {
  return (
    <div className={css.whole}>
      {event.unreadable && <p className={css.error}>{event.unreadable}</p>}
      <dl className={css.facts}>
        <dt>Stream</dt>
        <dd>
          <CopyText text={event.stream} what="stream" shown={event.stream} />{" "}
          <Link to="/ops" search={{ view: "log", stream: event.stream }}>
            its events
          </Link>
        </dd>
        <dt>Recorded</dt>
        <dd>{dayAndTime(new Date(event.at))}</dd>
        <dt>Shape</dt>
        <dd>
          {event.type}, version {event.schema_version}, {count(event.bytes)} bytes{" "}
          <Link to="/ops" search={{ view: "log", type: event.type }}>
            all of this type
          </Link>
        </dd>
        <dt>Request</dt>
        <dd>
          <CopyText text={event.correlation_id} what="correlation id" />{" "}
          <Link to="/ops" search={{ view: "log", correlation_id: event.correlation_id }}>
            all of it
          </Link>
        </dd>
        <dt>Event</dt>
        <dd>
          <CopyText text={event.id} what="event id" shown={event.id} />
        </dd>
        <dt>Hash</dt>
        <dd>
          <CopyText text={event.hash} what="hash" shown={`${event.hash.slice(0, 16)}…`} />{" "}
          {event.chained ? "follows from the one before" : "does not follow from what is stored"}
        </dd>
      </dl>
      <Json title="Data" value={event.data} />
      <Json title="Metadata" value={event.metadata} />
    </div>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <h4>{title}</h4>
      <pre className={css.json}>{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}
