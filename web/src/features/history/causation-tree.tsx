import { useQuery } from "@tanstack/react-query";
import { causationQuery } from "@/api/events";
import type { RecordedEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { eventTone, eventWords } from "@/design/event-words";
import { Moment } from "@/design/moment";
import { ProblemNote } from "@/design/problem-note";
import css from "./causation-tree.module.css";

type Props = { event: RecordedEvent; titleOf: (id: string) => string | undefined };

/** The deepest indentation; what is farther away stands below each other. */
const DEEPEST = 6;

/** How many consequences are shown before the reader asks for all of them on a page of their own. */
const SHOWN = 40;

/** An event between what led to it and what followed from it. */
export function CausationTree({ event, titleOf }: Props) {
  const query = useQuery(causationQuery(event.id));
  if (query.error) {
    return <ProblemNote problem={query.error} doing="find its causes" />;
  }
  if (query.data === undefined) {
    return <p className="quiet">Looking …</p>;
  }
  const { causes, consequences, more } = query.data;
  const left = consequences.length - SHOWN;
  return (
    <>
      <ol className={css.tree}>
        {causes.map((cause, depth) => (
          <Node key={cause.id} event={cause} depth={depth} titleOf={titleOf} />
        ))}
        <Node event={event} depth={causes.length} titleOf={titleOf} here />
        {consequences.slice(0, SHOWN).map((consequence) => (
          <Node
            key={consequence.event.id}
            event={consequence.event}
            depth={causes.length + consequence.depth}
            titleOf={titleOf}
          />
        ))}
      </ol>
      {(left > 0 || more) && <p className="quiet">{left > 0 ? `and ${left} more` : "and more"}</p>}
    </>
  );
}

function Node({ event, depth, titleOf, here = false }: Props & { depth: number; here?: boolean }) {
  const me = useMe();
  const { verb, target } = eventWords(event, titleOf);
  return (
    <li
      className={css.node}
      data-tone={eventTone(event.type)}
      aria-current={here || undefined}
      style={{ "--depth": Math.min(depth, DEEPEST) } as React.CSSProperties}
    >
      <span className={css.dot} aria-hidden="true" />
      <span className={css.what}>
        {actorName(event.actor, me)} {verb} {target && <strong>{target}</strong>}
      </span>
      <span className={css.time}>
        <Moment at={event.at} show="clock" />
      </span>
    </li>
  );
}
