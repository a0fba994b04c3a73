import { Link } from "@tanstack/react-router";
import type { Effect } from "@/api/types";
import { ChangeList } from "@/design/change-list";
import { ChangeSign, FieldChanges } from "@/design/difference-list";
import { changeWord } from "@/design/difference-words";
import { effectWords } from "@/design/effect-words";
import { KindIcon } from "@/design/kind-icon";
import { shortId } from "@/design/short-id";
import { StepStatusMark } from "@/design/status-mark";
import type { Names } from "@/design/value-text";
import { Visible } from "@/design/visible";
import type { Row, Side } from "./comparison";
import css from "./comparison-table.module.css";

type Props = { rows: Row[]; left: string; right: string; names: Names };

/** Each step on either side; below it which values differ, and what it did to the workspace. */
export function ComparisonTable({ rows, left, right, names }: Props) {
  return (
    <table className={css.table}>
      <caption className="visually-hidden">
        Steps, {left} and {right}
      </caption>
      <colgroup>
        <col className={css.becameColumn} />
        <col />
        <col />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">What became of it</th>
          <th scope="col">{left}</th>
          <th scope="col">{right}</th>
        </tr>
      </thead>
      {rows.map((row) => (
        <tbody key={row.id} className={css.step} data-change={row.change} data-same={!row.differs || undefined}>
          <tr className={css.row}>
            <td className={css.became}>
              <ChangeSign change={row.change} />
              <span className="visually-hidden">{changeWord(row.step)}</span>
            </td>
            <SideCell side={row.before} action={row.step.action_type} name={left} />
            <SideCell side={row.after} action={row.step.action_type} name={right} />
          </tr>
          {hasMore(row) && (
            <tr className={css.more}>
              <td />
              <td colSpan={2}>
                {row.change !== "kept" && (row.change !== "changed" || row.step.moved) && (
                  <p className="quiet">{changeWord(row.step)}</p>
                )}
                {row.byTitle && <p className="quiet">Matched by action and title</p>}
                <FieldChanges fields={row.step.fields} names={names} />
                <Effects title="Did" effects={row.done} names={names} />
                <Effects title="Taken back" effects={row.takenBack} names={names} />
                <Effects title={`Only ${left.toLowerCase()}`} effects={row.onlyBefore} names={names} />
              </td>
            </tr>
          )}
        </tbody>
      ))}
    </table>
  );
}

function hasMore({ change, byTitle, done, takenBack, onlyBefore }: Row): boolean {
  return change !== "kept" || byTitle || done.length + takenBack.length + onlyBefore.length > 0;
}

function SideCell({ side, action, name }: { side: Side | undefined; action: string; name: string }) {
  return (
    <td className={css.side} data-side={name} data-absent={side === undefined || undefined}>
      {side ? (
        <span className={css.what}>
          <span className={css.number}>{side.place}</span>
          <KindIcon name={action} size={15} />
          <span className={css.title}>
            <Visible text={side.title} />
          </span>
          {side.status && <StepStatusMark status={side.status} />}
        </span>
      ) : (
        <span className="quiet">not there</span>
      )}
    </td>
  );
}

function Effects({ title, effects, names }: { title: string; effects: Effect[]; names: Names }) {
  return effects.length === 0 ? null : (
    <div className={css.effects}>
      <h3>{title}</h3>
      <ul>
        {effects.map((effect) => (
          <li key={JSON.stringify(effect)}>
            {effectWords(effect)}{" "}
            {effect.entity && (
              <Link to="/workspace/$entityId" params={{ entityId: effect.entity }} search={{ as_of: undefined }}>
                {names.entity(effect.entity) ?? shortId(effect.entity)}
              </Link>
            )}
            {effect.changes && effect.changes.length > 0 && <ChangeList changes={effect.changes} names={names} />}
          </li>
        ))}
      </ul>
    </div>
  );
}
