import css from "./change-list.module.css";
import { words } from "./entity-words";
import { isForgotten } from "./forgotten";
import { ForgottenMark } from "./forgotten-mark";
import { type Names, valueText } from "./value-text";
import { Visible } from "./visible";

type Change = { entity?: string; field: string; before?: unknown; after?: unknown };

/** Fields before and after: predicted for a step, done by an effect. Grouped by the thing they belong to. */
export function ChangeList({ changes, names }: { changes: Change[]; names: Names }) {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const entity = change.entity ?? "";
    groups.set(entity, [...(groups.get(entity) ?? []), change]);
  }
  return (
    <div className={css.groups}>
      {[...groups].map(([entity, group]) => (
        <table key={entity} className={css.table}>
          {entity !== "" && <caption className={css.caption}>{entityWords(entity, names)}</caption>}
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {group.map((change) => (
              <tr key={change.field}>
                <th scope="row">{words(change.field)}</th>
                <td className={css.before}>
                  <Value value={change.before} names={names} />
                </td>
                <td className={css.after}>
                  <Value value={change.after} names={names} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

function Value({ value, names }: { value: unknown; names: Names }) {
  return isForgotten(value) ? <ForgottenMark /> : <Visible text={valueText(value, names)} />;
}

function entityWords(entity: string, names: Names): string {
  if (entity.startsWith("new ")) {
    return words(entity);
  }
  const text = valueText(entity, names);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
