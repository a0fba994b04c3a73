import css from "./skeleton-rows.module.css";

/** Rows that hold the place of a list until it is there. */
export function SkeletonRows({ rows = 8, what }: { rows?: number; what: string }) {
  return (
    <div className={css.rows} role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={index} className={css.row}>
          <span style={{ width: `${38 + ((index * 29) % 41)}%` }} />
        </div>
      ))}
    </div>
  );
}
