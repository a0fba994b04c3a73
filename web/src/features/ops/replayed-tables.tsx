import type { ProjectionReplayed } from "@/api/types";
import { DifferenceTable } from "./difference-table";
import css from "./rows.module.css";
import { count } from "./words";

/** A read model as it stood at a position: its rows, and what is different today. */
export function ReplayedTables({ replayed }: { replayed: ProjectionReplayed }) {
  const { position, tables, compared, different, parked } = replayed;
  return (
    <>
      <p>
        At position {count(position)}: {tables.map(({ name, rows }) => `${count(rows)} in ${name}`).join(", ")}
        {parked > 0 && `; ${count(parked)} parked`}. {count(different)} of {count(compared)} rows are different today.
      </p>
      {tables
        .filter(({ first }) => first.length > 0)
        .map(({ name, columns, rows, first }) => (
          <details key={name}>
            <summary>
              {name}, {rows > first.length ? `the first ${first.length} of ${count(rows)} rows` : `${count(rows)} rows`}
            </summary>
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    {columns.map((column) => (
                      <th key={column} scope="col">
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {first.map((row) => (
                    <tr key={row.join(" ")}>
                      {row.map((value, index) => (
                        <td key={columns[index]} className={css.value}>
                          {value}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        ))}
      <DifferenceTable differences={replayed.differences} all={different} live="Today" log={`At ${count(position)}`} />
    </>
  );
}
