import type { PlanSummary, StepStatus } from "@/api/types";
import { stepLook, type Tone } from "./status";
import css from "./stone-stack.module.css";
import { BOX, pebble, stack } from "./stones";

/** How many stones are drawn small and large; more could not be told apart. */
const FEW = 5;
const MANY = 7;

type Tones = (Tone | "empty")[];

/** A plan's progress as a stack of stones, `height` pixels tall; decoration beside words that say the same. */
export function StoneStack({ tones, height }: { tones: Tones; height: number }) {
  const stones = stack(tones, height < 40 ? FEW : MANY);
  return (
    <svg
      className={css.stack}
      height={height}
      width={(height * 100) / BOX}
      viewBox={`0 ${-BOX} 100 ${BOX}`}
      aria-hidden="true"
    >
      {stones.map((stone, index) => (
        <path key={stone.y} className={css.stone} data-tone={stone.tone} d={pebble(stone, index)} />
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
