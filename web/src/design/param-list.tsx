import type { Fields } from "@/api/types";
import { words } from "./entity-words";
import { isForgotten } from "./forgotten";
import { ForgottenMark } from "./forgotten-mark";
import css from "./param-list.module.css";
import { type Names, valueText } from "./value-text";
import { Visible } from "./visible";

type Props = {
  values: Fields;
  names: Names;
  empty: string;
  /** What is told below a value, by its name. */
  note?: (name: string) => React.ReactNode;
};

/** Values with their names, for reading. */
export function ParamList({ values, names, empty, note }: Props) {
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
            {isForgotten(value) ? (
              <ForgottenMark />
            ) : isRows(value) ? (
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
            {note?.(name)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isRows(value: unknown): value is object[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null);
}
