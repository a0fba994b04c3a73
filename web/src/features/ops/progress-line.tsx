import type { RebuildProgress } from "@/api/types";
import css from "./progress-line.module.css";
import { progressWords, share } from "./words";

/** How far long work is: a bar where the end is known, and words. */
export function ProgressLine({ progress, label }: { progress: RebuildProgress; label: string }) {
  const done = progress.phase === "taking_over" ? undefined : share(progress);
  return (
    <div className={css.line}>
      <progress className={css.bar} aria-label={label} value={done} max={1} />
      <span className={css.words}>{progressWords(progress)}</span>
    </div>
  );
}
