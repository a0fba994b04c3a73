import type { DraftFigures } from "@/api/types";
import { kindName, mean, percent, plannerName } from "./figures";
import css from "./insights-page.module.css";

/** Figures as a table: one line per planner, or per planner and kind of plan. */
export function FigureTable({ lines, kinds = false }: { lines: DraftFigures[]; kinds?: boolean }) {
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Planner</th>
            {kinds && (
              <th scope="col" className={css.word}>
                Kind
              </th>
            )}
            <th scope="col">Plans</th>
            <th scope="col">Accepted</th>
            <th scope="col">Unchanged</th>
            <th scope="col">Edited</th>
            <th scope="col">Rejected</th>
            <th scope="col">Steps</th>
            <th scope="col">Rating</th>
            <th scope="col">Runs failed</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.planner} ${line.kind}`}>
              <th scope="row">{plannerName(line.planner)}</th>
              {kinds && <td className={css.word}>{kindName(line.kind)}</td>}
              <td>{line.plans}</td>
              <td>{percent(line.acceptance)}</td>
              <td>{line.unchanged}</td>
              <td>{line.edited}</td>
              <td>{line.rejected}</td>
              <td>{mean(line.mean_steps)}</td>
              <td>{mean(line.mean_rating)}</td>
              <td>{line.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
