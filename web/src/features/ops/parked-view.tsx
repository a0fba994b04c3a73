import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { parkedQuery, skippedQuery, useParked } from "@/api/ops";
import type { SkippedEvent } from "@/api/types";
import { actorName } from "@/design/actor-words";
import { Empty } from "@/design/empty";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import { ReasonDialog } from "@/design/reason-dialog";
import { shortId } from "@/design/short-id";
import { SkeletonRows } from "@/design/skeleton-rows";
import css from "./parked-view.module.css";
import { count, groupParked, kindWords, type ParkedGroup, readable } from "./words";

/** Events that could not be applied, with what is in them, and those that are passed over. */
export function ParkedView() {
  const parked = useQuery(parkedQuery);
  const skipped = useQuery(skippedQuery);
  return (
    <div className={css.view}>
      <ProblemNote problem={parked.error} doing="read what is parked" />
      {parked.isPending && <SkeletonRows what="parked events" rows={4} />}
      {parked.data &&
        (parked.data.items.length === 0 ? (
          <Empty text="Every event could be applied to every read model." />
        ) : (
          <ol className={css.list} aria-label="Parked events">
            {groupParked(parked.data.items).map((group) => (
              <ParkedItem key={group.event.position} group={group} />
            ))}
          </ol>
        ))}
      {skipped.data && skipped.data.items.length > 0 && <Skipped items={skipped.data.items} />}
    </div>
  );
}

function ParkedItem({ group }: { group: ParkedGroup }) {
  const { event, models, behind } = group;
  const [skipping, setSkipping] = useState(false);
  const decide = useParked();
  const id = String(event.position);
  const unchanged = decide.data?.items.every((item) => item.parked === item.before && !item.elsewhere);
  return (
    <li className={css.item} aria-label={`${event.type} at position ${event.position}`}>
      <div className={css.head}>
        <h3 className={css.title}>{event.type}</h3>
        <span className={css.kind}>{kindWords(event.kind)}</span>
        <div className={css.tools}>
          <Button size="compact-sm" variant="default" loading={decide.isPending} onClick={() => decide.mutate({ id })}>
            Retry
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setSkipping(true)}>
            Skip…
          </Button>
        </div>
      </div>
      <p className={css.error}>{event.error}</p>
      <p className={css.where}>
        Position{" "}
        <Link to="/ops" search={{ view: "log", position: event.position }}>
          {count(event.position)}
        </Link>
        , revision {event.revision} of{" "}
        <Link to="/ops" search={{ view: "log", stream: event.stream }}>
          {shortStream(event.stream)}
        </Link>
        , <Moment at={event.at} />, version {event.schema_version}. Parked in {models.join(", ")}.
        {behind > 0 && ` ${count(behind)} later ${behind === 1 ? "event waits" : "events wait"} behind it.`}
      </p>
      <details>
        <summary>What is in it</summary>
        <pre className={css.payload}>{readable(event.payload)}</pre>
        {event.payload_cut && <p className="quiet">It goes on; the log has the whole of it.</p>}
      </details>
      <ProblemNote problem={decide.error} doing="retry it" />
      {decide.isSuccess && unchanged && (
        <p className="quiet" role="status">
          Tried again: it still cannot be applied.
        </p>
      )}
      {skipping && (
        <ReasonDialog
          title="Skip this event"
          text={`The read models pass over it from now on, also when they are rebuilt, and go on with what waits behind it. What it says will be missing from what people see. It stays in the log.`}
          confirm="Skip"
          doing="skip it"
          danger
          pending={decide.isPending}
          problem={decide.error}
          onConfirm={(note) => decide.mutate({ id, note }, { onSuccess: () => setSkipping(false) })}
          onClose={() => setSkipping(false)}
        />
      )}
    </li>
  );
}

function Skipped({ items }: { items: SkippedEvent[] }) {
  return (
    <section aria-labelledby="skipped">
      <h2 id="skipped">Skipped</h2>
      <ul className={css.skipped}>
        {items.map(({ projection, position, stream, revision, decision }) => (
          <li key={`${projection} ${position}`}>
            <span>
              <Link to="/ops" search={{ view: "log", position }}>
                {count(position)}
              </Link>
              , revision {revision} of {shortStream(stream)}, in {projection}
            </span>
            <span className="quiet">
              {actorName(decision.actor)}, <Moment at={decision.at} />: {decision.note}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A stream's name with its id cut for reading. */
function shortStream(stream: string): string {
  const [category = "", ...id] = stream.split("-");
  return `${category} ${shortId(id.join("-"))}`;
}
