import { closestCenter, DndContext, type DragEndEvent, PointerSensor, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { useRef } from "react";
import type { Names } from "@/design/value-text";
import type { DraftStep } from "./draft";
import css from "./step-list.module.css";
import { StepRow } from "./step-row";

type Props = {
  steps: DraftStep[];
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
  editable: boolean;
  /** Puts a step after another one, or first. */
  onMove: (id: string, after: string | null) => void;
  onRemove: (id: string) => void;
  troubled: (id: string) => boolean;
  names: Names;
};

/** The plan as a list: number, what is done, after what, with what impact. */
export function StepList({ steps, selected, onSelect, editable, onMove, onRemove, troubled, names }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }));
  const at = steps.findIndex((step) => step.id === selected);
  const numbers = new Map(steps.map((step, index) => [step.id, index + 1]));

  const focus = (index: number) => {
    const step = steps[index];
    if (step !== undefined) {
      onSelect(step.id);
      list.current?.querySelector<HTMLElement>(`[data-step="${step.id}"]`)?.focus();
    }
  };

  const pressed = (event: React.KeyboardEvent) => {
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (down !== 0) {
      event.preventDefault();
      if (event.altKey) {
        moveBy(down);
      } else {
        focus(at + down);
      }
    } else if (event.key === "Delete" && editable && selected) {
      onRemove(selected);
    } else if (event.key === "Escape") {
      onSelect(undefined);
    }
  };

  const moveBy = (by: number) => {
    const to = at + by;
    if (editable && selected && to >= 0 && to < steps.length) {
      const rest = steps.filter((step) => step.id !== selected);
      onMove(selected, rest[to - 1]?.id ?? null);
    }
  };

  const dropped = ({ active, over }: DragEndEvent) => {
    if (over && active.id !== over.id) {
      const to = steps.findIndex((step) => step.id === over.id);
      const rest = steps.filter((step) => step.id !== active.id);
      onMove(String(active.id), rest[to - 1]?.id ?? null);
    }
  };

  return (
    <div className={css.frame}>
      <div className={css.head} aria-hidden="true">
        <span className={css.number}>№</span>
        <span className={css.what}>Step</span>
        <span className={css.after}>After</span>
        <span className={css.impact}>Impact</span>
        <span className={css.undo}>Marks</span>
      </div>
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={dropped}>
        <SortableContext items={steps} strategy={verticalListSortingStrategy} disabled={!editable}>
          <ol ref={list} className={css.list} aria-label="Steps" onKeyDown={pressed}>
            {steps.map((step, index) => (
              <StepRow
                key={step.id}
                step={step}
                number={index + 1}
                after={step.depends_on.flatMap((id) => numbers.get(id) ?? [])}
                selected={step.id === selected}
                reachable={at < 0 ? index === 0 : index === at}
                onSelect={() => onSelect(step.id)}
                editable={editable}
                troubled={troubled(step.id)}
                names={names}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
    </div>
  );
}
