import type { PlanSummary, StepStatus } from "@/api/types";
import { stepLook, type Tone } from "./status";
import css from "./stone-stack.module.css";
import { stack } from "./stones";

type Tones = (Tone | "empty")[];

/** A plan's progress as a stack of stones; decoration beside words that say the same. */
export function StoneStack({ tones, height }: { tones: Tones; height: number }) {
  const stones = stack(tones);
  const top = stones.at(-1);
  const tall = Math.max(40, top === undefined ? 0 : top.y + top.height);
  return (
    <svg
      className={css.stack}
      height={height}
      width={(height * 100) / Math.max(tall, 60)}
      viewBox={`0 ${-tall} 100 ${tall}`}
      preserveAspectRatio="xMidYMax meet"
      aria-hidden="true"
    >
      {stones.map((stone) => (
        <rect
          key={stone.y}
          className={css.stone}
          data-tone={stone.tone}
          x={stone.x}
          y={-stone.y - stone.height}
          width={stone.width}
          height={stone.height}
          rx={stone.height / 2}
        />
      ))}
    </svg>
  );
}

/** The tone of a step's stone: a step nobody has begun is an empty place. */
export function stoneTone(status: StepStatus): Tone | "empty" {
  return status === "pending" ? "empty" : stepLook(status).tone;
}

/** The stones of a plan of which only the counts are known. */
export function tonesFromProgress(progress: PlanSummary["progress"]): Tones {
  const { completed, failed, skipped, current, total } = progress;
  const of = (tone: Tone | "empty", count: number): Tones => Array.from({ length: Math.max(0, count) }, () => tone);
  const begun = completed + failed + skipped + current.length;
  return [
    ...of("done", completed),
    ...of("neutral", skipped),
    ...of("fail", failed),
    ...of("active", current.length),
    ...of("empty", total - begun),
  ];
}
