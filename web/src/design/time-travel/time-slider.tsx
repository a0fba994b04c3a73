import { memo } from "react";
import css from "./time-slider.module.css";

/** A mark on the line: where, from 0 to 1, and of what kind. */
export type TimeMark = { at: number; kind: string };

type Props = {
  label: string;
  stop: number;
  last: number;
  /** The stop in words. */
  said: string;
  marks: TimeMark[];
  onStop: (stop: number) => void;
};

/** A line of stops, the last of which is now; a range input, so that keys and screen readers know what to do with it. */
export function TimeSlider({ label, stop, last, said, marks, onStop }: Props) {
  return (
    <div className={css.slider} data-now={stop === last || undefined}>
      <Marks marks={marks} />
      <input
        type="range"
        className={css.range}
        aria-label={label}
        aria-valuetext={said}
        min={0}
        max={last}
        step={1}
        value={stop}
        style={{ "--passed": `${last === 0 ? 100 : (stop / last) * 100}%` } as React.CSSProperties}
        onChange={(event) => onStop(event.target.valueAsNumber)}
      />
    </div>
  );
}

/** Drawn once for as long as nothing happens: the handle moves over them. */
const Marks = memo(function Marks({ marks }: { marks: TimeMark[] }) {
  return (
    <div className={css.marks} aria-hidden="true">
      {marks.map(({ at, kind }) => (
        <span key={at} className={css.mark} data-kind={kind} style={{ left: `${at * 100}%` }} />
      ))}
    </div>
  );
});
