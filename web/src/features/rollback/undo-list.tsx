import { Link } from "@tanstack/react-router";
import type { Plan, RollbackChange, RollbackChoiceFor, RollbackPreview, RollbackStep } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { words } from "@/design/entity-words";
import { Moment } from "@/design/moment";
import { shortId } from "@/design/short-id";
import { type Names, valueText } from "@/design/value-text";
import { ClashChoice } from "./clash-choice";
import { type Clash, clashes, classWord } from "./preview";
import css from "./undo-list.module.css";

type Props = {
  plan: Plan;
  preview: RollbackPreview;
  names: Names;
  choices: RollbackChoiceFor[];
  onChoose: (entity: string, choice: RollbackChoiceFor["choice"]) => void;
};

/** The steps in the order in which they are taken back, each with every field before, written, now and after. */
export function UndoList({ plan, preview, names, choices, onChoose }: Props) {
  const found = clashes(preview.steps);
  const asked = new Set<string>();
  return (
    <ol className={css.list} aria-label="In the order of the undo">
      {preview.steps.map((step, index) => {
        const number = plan.steps.findIndex((one) => one.id === step.step_id) + 1;
        const title = plan.steps[number - 1]?.title ?? step.step_id;
        // each thing is asked about where it is met first
        const here = entitiesOf(step).filter((entity) => found.has(entity) && !asked.has(entity));
        for (const entity of here) {
          asked.add(entity);
        }
        return (
          <li key={step.step_id} className={css.step} data-stays={!step.takes_part || undefined}>
            <div className={css.head}>
              <span className={css.number} aria-hidden="true">
                {index + 1}
              </span>
              <h3 className={css.title}>
                <span className="quiet">Step {number}</span> {title}
              </h3>
              <span className={css.class} data-class={step.class} data-stays={!step.takes_part || undefined}>
                {classWord(step)}
              </span>
            </div>
            <p className={css.how}>{step.compensation}</p>
            {step.changes.length > 0 && <Fields step={step} names={names} redo={preview.scope === "rollback"} />}
            {here.map((entity) => (
              <ClashChoice
                key={entity}
                clash={found.get(entity) as Clash}
                steps={preview.steps}
                name={names.entity(entity) ?? shortId(entity)}
                chosen={choices.find((choice) => choice.entity === entity)?.choice}
                onChoose={(choice) => onChoose(entity, choice)}
              />
            ))}
          </li>
        );
      })}
    </ol>
  );
}

function entitiesOf(step: RollbackStep): string[] {
  return [...new Set(step.changes.filter((change) => change.conflict).map((change) => change.entity))];
}

function Fields({ step, names, redo }: { step: RollbackStep; names: Names; redo: boolean }) {
  const things = [...new Set(step.changes.map((change) => change.entity))];
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">{redo ? "The rollback wrote" : "The step wrote"}</th>
            <th scope="col">Now</th>
            <th scope="col">{redo ? "After this" : "After the undo"}</th>
          </tr>
        </thead>
        {things.map((entity) => (
          <tbody key={entity}>
            {things.length > 1 && (
              <tr>
                <th colSpan={5} scope="rowgroup" className={css.thing}>
                  <Link to="/workspace/$entityId" params={{ entityId: entity }}>
                    {names.entity(entity) ?? shortId(entity)}
                  </Link>
                </th>
              </tr>
            )}
            {step.changes
              .filter((change) => change.entity === entity)
              .map((change) => (
                <FieldRow key={change.field} change={change} names={names} redo={redo} />
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function FieldRow({ change, names, redo }: { change: RollbackChange; names: Names; redo: boolean }) {
  const me = useMe();
  const { conflict } = change;
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return (
    <>
      <tr data-conflict={conflict ? true : undefined}>
        <th scope="row">{words(change.field)}</th>
        <td data-label="Before" className={css.past}>
          {valueText(change.before, names)}
        </td>
        <td data-label={redo ? "The rollback wrote" : "The step wrote"} className={css.past}>
          {valueText(change.written, names)}
        </td>
        <td data-label="Now">{same(change.now, change.written) ? <Same /> : valueText(change.now, names)}</td>
        <td data-label={redo ? "After this" : "After the undo"} className={css.after}>
          {same(change.after, change.now) ? <Same word="stays" /> : valueText(change.after, names)}
        </td>
      </tr>
      {conflict && (
        <tr className={css.conflict}>
          <td colSpan={5}>
            {actorName(conflict.actor, me)} changed this later, <Moment at={conflict.at} />
            {conflict.step_id && ` (step ${conflict.step_id})`}
          </td>
        </tr>
      )}
    </>
  );
}

function Same({ word = "the same" }: { word?: string }) {
  return <span className={css.same}>{word}</span>;
}
