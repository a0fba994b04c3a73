import { useThrottledCallback } from "@mantine/hooks";
import { useState } from "react";
import type { AsOf } from "@/api/as-of";
import { dateTimeInput } from "@/design/time";
import css from "./log-time-bar.module.css";
import { TimeBar } from "./time-bar";
import { TimeSlider } from "./time-slider";
import { Transport } from "./transport";
import { useTravelKeys } from "./use-travel-keys";

/** How often the page reads again while the handle is dragged, in milliseconds. */
const READ_MS = 60;

type Props = {
  asOf: AsOf | undefined;
  /** The moment that the server showed, once it answered. */
  shown: { position: number; at?: string | null } | undefined;
  /** The end of the log. */
  head: number;
  onMove: (asOf: AsOf | undefined) => void;
  onClose: () => void;
};

/** Moves a list through the whole log: by place, event by event, or to a time. */
export function LogTimeBar({ asOf, shown, head, onMove, onClose }: Props) {
  const [dragged, setDragged] = useState<number>();
  const settled = asOf === undefined ? head : typeof asOf === "number" ? asOf : (shown?.position ?? head);
  if (dragged !== undefined && dragged === settled) {
    setDragged(undefined);
  }
  const stop = Math.min(dragged ?? settled, head);
  const read = useThrottledCallback((place: number) => onMove(place >= head ? undefined : place), READ_MS);
  const go = (place: number) => {
    const to = Math.max(0, Math.min(head, place));
    setDragged(to);
    read(to);
  };
  useTravelKeys({ onPrevious: () => go(stop - 1), onNext: () => go(stop + 1) });
  const at = shown?.position === stop && shown.at ? new Date(shown.at) : undefined;
  const when = at ?? (typeof asOf === "string" ? new Date(asOf) : `event ${stop}`);
  return (
    <TimeBar
      past={asOf !== undefined}
      when={stop === 0 ? "the very beginning" : when}
      what={asOf === undefined ? "Drag back, or choose a time, to see what was there" : `event ${stop} of ${head}`}
      onNow={() => onMove(undefined)}
      onClose={onClose}
    >
      <Transport stop={stop} last={head} onStop={go} />
      <TimeSlider
        label="Place in the log"
        stop={stop}
        last={head}
        said={stop >= head ? "Now" : `Event ${stop} of ${head}`}
        marks={[]}
        onStop={go}
      />
      <input
        type="datetime-local"
        className={css.time}
        aria-label="As of a time"
        step={1}
        max={dateTimeInput(new Date())}
        value={at ? dateTimeInput(at) : ""}
        onChange={(event) => {
          const chosen = new Date(event.target.value);
          if (!Number.isNaN(chosen.getTime()) && chosen.getTime() <= Date.now()) {
            onMove(chosen.toISOString());
          }
        }}
      />
    </TimeBar>
  );
}
