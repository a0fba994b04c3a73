import type { ProjectionDifference } from "@/api/types";
import css from "./rows.module.css";
import { count } from "./words";

type Props = {
  differences: ProjectionDifference[];
  /** How many there are in all. */
  all: number;
  /** What the two sides are called. */
  live: string;
  log: string;
};

/** Rows that differ between two builds, and in what. */
export function DifferenceTable({ differences, all, live, log }: Props) {
  if (differences.length === 0) {
    return null;
  }
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <caption className="visually-hidden">Rows that differ</caption>
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col">Row</th>
            <th scope="col">Column</th>
            <th scope="col">{live}</th>
            <th scope="col">{log}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map((difference) => (
            <tr key={`${difference.table} ${difference.key}`}>
              <td>{difference.table}</td>
              <td className={css.value}>{difference.key}</td>
              <td>{difference.column ?? "the whole row"}</td>
              <td className={css.value}>{difference.kind === "missing" ? "—" : (difference.live ?? "is there")}</td>
              <td className={css.value}>{difference.kind === "surplus" ? "—" : (difference.rebuilt ?? "is there")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > differences.length && (
        <p className="quiet">
          The first {differences.length} of {count(all)}.
        </p>
      )}
    </div>
  );
}
