import type { Fields } from "@/api/types";
import { words } from "./entity-words";
import css from "./param-list.module.css";
import { type Names, valueText } from "./value-text";
import { Visible } from "./visible";

/** Values with their names, for reading. */
export function ParamList({ values, names, empty }: { values: Fields; names: Names; empty: string }) {
  const shown = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  if (shown.length === 0) {
    return <p className="quiet">{empty}</p>;
  }
  return (
    <dl className={css.list}>
      {shown.map(([name, value]) => (
        <div key={name} className={css.pair}>
          <dt>{words(name)}</dt>
          <dd>
            {isRows(value) ? (
              <ol className={css.rows}>
                {value.map((row) => (
                  <li key={JSON.stringify(row)}>
                    <Visible text={valueText(row, names)} />
                  </li>
                ))}
              </ol>
            ) : (
              <Visible text={valueText(value, names)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isRows(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null);
}
