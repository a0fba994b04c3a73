import { useThrottledCallback } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { AsOf } from "@/api/as-of";
import { planAtQuery, timelineQuery } from "@/api/past";
import type { Plan, TimelineEvent } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { eventVerb } from "@/design/event-words";
import { TimeBar } from "@/design/time-travel/time-bar";
import { TimeSlider } from "@/design/time-travel/time-slider";
import { Transport } from "@/design/time-travel/transport";
import { usePlay } from "@/design/time-travel/use-play";
import { useTravelKeys } from "@/design/time-travel/use-travel-keys";
import css from "./plan-time-bar.module.css";
import { jumpsIn, kindsIn, kindWords, stopAt, ticksOf } from "./ticks";

/** How often the page reads again while the handle is dragged, in milliseconds. */
const READ_MS = 50;
/** How many ticks are drawn at most. */
const COLUMNS = 220;

const noEvents: TimelineEvent[] = [];

type Props = {
  plan: Plan;
  asOf: AsOf | undefined;
  /** Whether the plan is shown as it stood at `asOf`, and not still as before. */
  settled: boolean;
  onMove: (position: number | undefined) => void;
  onClose?: () => void;
};

/** The time line of a plan: its events as ticks, a handle to drag, play, and the places one may want to go to. */
export function PlanTimeBar({ plan, asOf, settled, onMove, onClose }: Props) {
  const events = useQuery(timelineQuery(plan.id)).data ?? noEvents;
  const me = useMe();
  const last = events.length;
  const position = typeof asOf === "number" ? asOf : asOf === undefined ? undefined : plan.as_of?.position;
  const there = position === undefined ? last : Math.max(0, stopAt(events, position));
  const [dragged, setDragged] = useState<number>();
  if (dragged !== undefined && dragged === there) {
    setDragged(undefined);
  }
  const stop = Math.min(dragged ?? there, last);
  const read = useThrottledCallback((to: number) => onMove(events[to]?.position), READ_MS);
  const go = useCallback(
    (to: number) => {
      const next = Math.max(0, Math.min(last, to));
      setDragged(next);
      read(next);
    },
    [last, read],
  );
  const play = usePlay({ stop, last, ready: settled && dragged === undefined, onStop: go });
  useTravelKeys({ onPrevious: () => go(stop - 1), onNext: () => go(stop + 1), onPlay: play.toggle });
  useNeighbours(plan.id, events, stop);

  const ticks = useMemo(() => ticksOf(events, COLUMNS), [events]);
  const kinds = useMemo(() => kindsIn(events), [events]);
  const jumps = useMemo(() => jumpsIn(events), [events]);
  const event = events[stop];
  const words = event && `${actorName(event.actor, me)} ${eventVerb(event.type)}${targetOf(event, plan)}`;
  const past = asOf !== undefined;
  return (
    <TimeBar
      past={past}
      when={event ? new Date(event.at) : "now"}
      what={event ? `${words} · event ${stop + 1} of ${last}` : last > 0 ? `${last} events so far` : ""}
      onNow={() => {
        play.halt();
        onMove(undefined);
      }}
      onClose={onClose}
    >
      <Transport stop={stop} last={last} play={play} onStop={go} />
      <TimeSlider
        label="Moment of the plan"
        stop={stop}
        last={last}
        said={event ? `Event ${stop + 1} of ${last}: ${words}` : "Now"}
        marks={ticks}
        onStop={(to) => {
          play.halt();
          go(to);
        }}
      />
      <div className={css.foot}>
        <div className={css.jumps}>
          {jumps.map(({ name, index }) => (
            <button
              key={name}
              type="button"
              className={css.jump}
              aria-pressed={stop === index}
              onClick={() => {
                play.halt();
                go(index);
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <ul className={css.legend} aria-label="Kinds of events on the line">
          {kinds.map((kind) => (
            <li key={kind} data-kind={kind}>
              {kindWords[kind]}
            </li>
          ))}
        </ul>
      </div>
    </TimeBar>
  );
}

function targetOf(event: TimelineEvent, plan: Plan): string {
  const step = event.step_id;
  return step ? ` ${plan.steps.find((one) => one.id === step)?.title ?? step}` : "";
}

/** Reads the moments beside the one that is shown, so that the next step in time is there at once. */
function useNeighbours(plan: string, events: TimelineEvent[], stop: number): void {
  const queries = useQueryClient();
  const near = [events[stop + 1]?.position, events[stop - 1]?.position].join(" ");
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const position of near.split(" ").filter((one) => one !== "")) {
        void queries.prefetchQuery(planAtQuery(plan, Number(position)));
      }
    }, READ_MS);
    return () => clearTimeout(timer);
  }, [queries, plan, near]);
}
