import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionsQuery } from "@/api/actions";
import type { EditChange, Plan } from "@/api/types";
import { useNames } from "@/api/use-names";
import { entitiesQuery } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { Empty } from "@/design/empty";
import { isEditable } from "@/design/status";
import { StepGraph } from "@/design/step-graph/lazy-step-graph";
import { AddStepDialog } from "./add-step-dialog";
import { DraftBar } from "./draft-bar";
import { DraftDifference } from "./draft-difference";
import { PlanPanel } from "./plan-panel";
import { PlanWarnings } from "./plan-warnings";
import { QuestionForm } from "./question-form";
import { RemoveStepDialog } from "./remove-step-dialog";
import css from "./review-view.module.css";
import { Revising } from "./revise-box";
import { StepList } from "./step-list";
import { StepPanel } from "./step-panel";
import { useDraft } from "./use-draft";
import { warningsOf } from "./warnings";

type Props = {
  plan: Plan;
  show: "list" | "graph" | "both";
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
};

/** The plan for reading and changing: list or graph, the selected step beside it, what waits to be applied below. */
export function ReviewView({ plan, show, selected, onSelect }: Props) {
  const draft = useDraft(plan);
  // What waits to be applied belongs to the plan as it is now.
  const steps = plan.past ? plan.steps : draft.steps;
  const names = useNames(steps);
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const entities = useQuery(entitiesQuery()).data?.items ?? [];
  const [adding, setAdding] = useState<string | null>();
  const [removing, setRemoving] = useState<string>();
  const editable = isEditable(plan.status) && !plan.past;
  const step = steps.find((one) => one.id === selected);
  const removed = steps.find((one) => one.id === removing);
  const titleOf = (id: string) => [...steps, ...plan.steps].find((one) => one.id === id)?.title ?? id;

  const move = (id: string, after: string | null) => {
    draft.change({ op: "move_step", step_id: id, after });
    const index = after === null ? 0 : steps.filter((one) => one.id !== id).findIndex((one) => one.id === after) + 1;
    announce(`Step moved to place ${index + 1} of ${steps.length}`, "move");
  };
  const add = (change: EditChange, id: string) => {
    draft.change(change);
    setAdding(undefined);
    onSelect(id);
    announce("Step added, not applied yet");
  };
  const remove = (change: EditChange) => {
    draft.change(change);
    setRemoving(undefined);
    onSelect(undefined);
    announce("Step removed, not applied yet");
  };
  const troubled = (id: string) => {
    const wrong = id in draft.problems.params || id in draft.problems.steps;
    const loud = warningsOf(plan, id).some((warning) => warning.loud);
    return wrong || loud || (steps.find((one) => one.id === id)?.impact.problems ?? []).length > 0;
  };

  return (
    <div className={css.view}>
      <div className={css.column}>
        <div className={css.steps} data-pending={(!plan.past && draft.changes.length > 0) || undefined}>
          {!plan.past && <Revising plan={plan} />}
          {plan.questions.length > 0 && !plan.past && (
            <div className={css.questions}>
              <QuestionForm key={plan.revision} plan={plan} />
            </div>
          )}
          <DraftDifference plan={plan} names={names} onSelect={onSelect} />
          <PlanWarnings plan={plan} onSelect={onSelect} />
          {steps.length === 0 && <Empty text="This plan has no steps." />}
          {steps.length > 0 && show !== "graph" && (
            <StepList
              steps={steps}
              selected={selected}
              onSelect={onSelect}
              editable={editable}
              onMove={move}
              onRemove={setRemoving}
              troubled={troubled}
              names={names}
            />
          )}
          {editable && (
            <Button
              className={css.add}
              variant="subtle"
              leftSection={<IconPlus size={16} aria-hidden="true" />}
              onClick={() => setAdding(selected ?? steps.at(-1)?.id ?? null)}
            >
              Add a step
            </Button>
          )}
          {steps.length > 0 && show !== "list" && (
            <div className={css.graph} data-below={show === "both" || undefined}>
              <StepGraph steps={steps} selected={selected} onSelect={onSelect} />
            </div>
          )}
        </div>
        {!plan.past && <DraftBar draft={draft} approved={plan.status === "approved"} titleOf={titleOf} />}
      </div>
      {step ? (
        <StepPanel
          step={step}
          known={plan.steps.find((one) => one.id === step.id)}
          steps={steps}
          actions={actions}
          entities={entities}
          names={names}
          editable={editable}
          problems={draft.problems.params[step.id] ?? {}}
          notes={draft.problems.steps[step.id] ?? []}
          warnings={warningsOf(plan, step.id)}
          onChange={draft.change}
          onMove={move}
          onAdd={setAdding}
          onRemove={setRemoving}
          onClose={() => onSelect(undefined)}
        />
      ) : (
        <PlanPanel plan={plan} changes={plan.past ? [] : draft.changes} editable={editable} onChange={draft.change} />
      )}
      {adding !== undefined && (
        <AddStepDialog
          after={adding}
          steps={steps}
          actions={actions}
          entities={entities}
          onAdd={add}
          onClose={() => setAdding(undefined)}
        />
      )}
      {removed && (
        <RemoveStepDialog step={removed} steps={steps} onRemove={remove} onClose={() => setRemoving(undefined)} />
      )}
    </div>
  );
}
