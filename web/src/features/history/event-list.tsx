import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { RecordedEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { words } from "@/design/entity-words";
import { eventTone, eventWords } from "@/design/event-words";
import { Moment } from "@/design/moment";
import { Visible } from "@/design/visible";
import css from "./event-list.module.css";
import { RecordedDetail } from "./recorded-detail";

type Props = {
  events: RecordedEvent[];
  /** What the id of a step or thing stands for. */
  titleOf: (id: string) => string | undefined;
  /** Whether each row leads to the plan or thing it happened to. */
  linked?: boolean;
  /** What lies behind this place is still to come at the moment that is shown. */
  until?: number;
  /** Shows everything as of an event. */
  onMoment?: (position: number) => void;
};

/** Events as rows: when, who, what, to what, why, where in the log. A row opens to all that was recorded. */
export function EventList({ events, titleOf, linked = false, until, onMoment }: Props) {
  return (
    <ol className={css.list} aria-label="Events">
      {events.map((event, index) => {
        const day = dayOf(event);
        const before = events[index - 1];
        return (
          <li key={event.id}>
            {(before === undefined || dayOf(before) !== day) && <h2 className={css.day}>{day}</h2>}
            <EventRow event={event} titleOf={titleOf} linked={linked} until={until} onMoment={onMoment} />
          </li>
        );
      })}
    </ol>
  );
}

function EventRow({ event, titleOf, linked, until, onMoment }: { event: RecordedEvent } & Omit<Props, "events">) {
  const [open, setOpen] = useState(false);
  const me = useMe();
  const { verb, target, detail } = eventWords(event, titleOf);
  return (
    <>
      <div
        className={css.row}
        data-linked={linked || undefined}
        data-tone={eventTone(event.type)}
        data-later={(until !== undefined && event.position > until) || undefined}
        data-shown={event.position === until || undefined}
      >
        <button
          type="button"
          className={css.opener}
          aria-expanded={open}
          aria-label={`${words(event.type)}, all that was recorded`}
          onClick={() => setOpen(!open)}
        >
          <IconChevronRight size={14} aria-hidden="true" />
        </button>
        <span className={css.time}>
          <Moment at={event.at} show="clock" />
        </span>
        <span className={css.dot} aria-hidden="true" />
        <span className={css.what}>
          <span className={css.actor}>{actorName(event.actor, me)}</span> {verb}{" "}
          {target && (
            <span className={css.target}>
              <Visible text={target} />
            </span>
          )}
          {(event.reason || detail) && (
            <span className={css.detail}>
              <Visible text={event.reason ?? detail ?? ""} />
            </span>
          )}
        </span>
        {linked && <StreamLink stream={event.stream} titleOf={titleOf} />}
        {onMoment ? (
          <button
            type="button"
            className={css.place}
            title="Show the plan as of this event"
            aria-label={`Show the plan as of event ${event.position}`}
            onClick={() => onMoment(event.position)}
          >
            {event.position}
          </button>
        ) : (
          <span className={css.place}>{event.position}</span>
        )}
      </div>
      {open && <RecordedDetail event={event} titleOf={titleOf} />}
    </>
  );
}

function StreamLink({ stream, titleOf }: { stream: string; titleOf: (id: string) => string | undefined }) {
  if (stream.startsWith("signing-")) {
    return <span className={css.link}>proof</span>;
  }
  const id = stream.replace(/^(plan|entity)-/, "");
  if (id.startsWith("pln_")) {
    return (
      <Link to="/plans/$planId" params={{ planId: id }} search={{ view: "history" }} className={css.link}>
        {titleOf(id) ?? "plan"}
      </Link>
    );
  }
  return (
    <Link to="/workspace/$entityId" params={{ entityId: id }} className={css.link}>
      {titleOf(id) ?? "thing"}
    </Link>
  );
}

function dayOf(event: RecordedEvent): string {
  return new Date(event.at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}
