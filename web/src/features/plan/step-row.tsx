import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { IconAlertTriangle, IconGripVertical } from "@tabler/icons-react";
import { GateMark, ImpactMark, OutsideMark, ReversibilityMark } from "@/design/impact-marks";
import { KindIcon } from "@/design/kind-icon";
import { type Names, valueText } from "@/design/value-text";
import { Visible } from "@/design/visible";
import type { DraftStep } from "./draft";
import css from "./step-list.module.css";
import { paramsInShort } from "./step-words";

type Props = {
  step: DraftStep;
  number: number;
  after: number[];
  selected: boolean;
  /** Whether the Tab key stops here: one row of the list does. */
  reachable: boolean;
  onSelect: () => void;
  editable: boolean;
  troubled: boolean;
  names: Names;
};

export function StepRow({ step, number, after, selected, reachable, onSelect, editable, troubled, names }: Props) {
  const { setNodeRef, transform, transition, listeners, isDragging } = useSortable({ id: step.id });
  const { impact } = step;
  const isNew = step.pending === "added";
  return (
    <li
      ref={setNodeRef}
      className={css.row}
      data-selected={selected || undefined}
      data-pending={step.pending}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      {editable && (
        <span className={css.grip} aria-hidden="true" {...listeners}>
          <IconGripVertical size={14} />
        </span>
      )}
      <span className={css.number}>{number}</span>
      <span className={css.sign}>
        <KindIcon name={step.action_type} />
      </span>
      <button
        type="button"
        className={css.what}
        data-step={step.id}
        aria-current={selected || undefined}
        tabIndex={reachable ? 0 : -1}
        onClick={onSelect}
      >
        <span className={css.title}>
          <Visible text={step.title} />
        </span>
        <span className={css.params}>
          <Visible text={paramsInShort(step, (value) => valueText(value, names))} />
        </span>
      </button>
      <span className={css.after}>
        {after.length > 0 && (
          <>
            <span className="visually-hidden">after step </span>
            {after.join(", ")}
          </>
        )}
      </span>
      <span className={css.impact}>{isNew ? null : <ImpactMark level={impact.level} />}</span>
      <span className={css.undo}>
        {troubled && (
          <span className={css.trouble} title="Needs mending">
            <IconAlertTriangle size={15} aria-hidden="true" />
            <span className="visually-hidden">Needs mending</span>
          </span>
        )}
        {step.pending && <span className={css.pending}>{step.pending}</span>}
        <ReversibilityMark kind={impact.reversibility} compact={step.pending !== undefined} />
        {impact.outside && <OutsideMark />}
        {step.requires_approval && <GateMark />}
      </span>
    </li>
  );
}
