import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionsQuery } from "@/api/actions";
import { useStepVerb } from "@/api/plans";
import { asProblem } from "@/api/problem";
import type { Plan, Step } from "@/api/types";
import { entitiesQuery } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { ancestorsOf } from "@/design/graph";
import { visible } from "@/design/hidden";
import { ProblemNote } from "@/design/problem-note";
import { SchemaForm } from "@/design/schema-form/lazy-schema-form";
import { below } from "@/design/schema-form/problems";
import { sourceSteps } from "@/design/schema-form/source-steps";
import css from "./dialogs.module.css";

/** Mends the values of a failed step and tries it again. */
export function EditRetryDialog({ plan, step, onClose }: { plan: Plan; step: Step; onClose: () => void }) {
  const [params, setParams] = useState(step.params);
  const verb = useStepVerb(plan.id);
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const action = actions.find((one) => one.name === step.action_type);
  const entities = useQuery(entitiesQuery()).data?.items ?? [];
  const ancestors = ancestorsOf(plan.steps, step.id);
  const steps = sourceSteps(plan.steps, actions, (id) => ancestors.has(id));
  const pointers = verb.error ? asProblem(verb.error).errors.map(({ pointer, detail }) => [pointer, detail]) : [];
  const retry = () =>
    verb.mutate(
      { verb: "retry", step: step.id, params },
      {
        onSuccess: () => {
          announce("The step is tried again");
          onClose();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Edit and retry “${visible(step.title)}”`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={css.form}>
        {action && (
          <SchemaForm
            schema={action.params_schema}
            value={params}
            onChange={setParams}
            problems={below(Object.fromEntries(pointers), "/params")}
            sources={{ entities, steps }}
          />
        )}
        <ProblemNote problem={verb.error} doing="try the step again" />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button loading={verb.isPending} onClick={retry}>
            Retry with these values
          </Button>
        </div>
      </div>
    </Modal>
  );
}
