import { Button, Modal } from "@mantine/core";
import type { EditChange } from "@/api/types";
import { directDependentsOf } from "@/design/graph";
import { visible } from "@/design/hidden";
import { referredSteps } from "@/design/references";
import css from "./add-step-dialog.module.css";
import type { DraftStep } from "./draft";

type Props = { step: DraftStep; steps: DraftStep[]; onRemove: (change: EditChange) => void; onClose: () => void };

/** Shows who waits for a step before it goes; they then wait for what it waited for. */
export function RemoveStepDialog({ step, steps, onRemove, onClose }: Props) {
  const numbered = steps.map((other, index) => ({ ...other, number: index + 1 }));
  const affected = directDependentsOf(steps, step.id);
  const users = numbered.filter((other) => referredSteps(other.params).includes(step.id));
  const remove = (dependents: "refuse" | "rewire") => onRemove({ op: "remove_step", step_id: step.id, dependents });
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Remove “${visible(step.title)}”?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={css.text}>
        {affected.length === 0 && <p>No other step waits for it.</p>}
        {affected.length > 0 && (
          <>
            <p>These steps wait for it. They will wait for what it waited for instead:</p>
            <ul className={css.affected}>
              {numbered
                .filter((other) => affected.includes(other.id))
                .map((other) => (
                  <li key={other.id}>
                    Step {other.number}: {visible(other.title)}
                  </li>
                ))}
            </ul>
          </>
        )}
        {users.length > 0 && (
          <p role="alert">
            {users.map((other) => `Step ${other.number}`).join(", ")} {users.length === 1 ? "uses" : "use"} its result
            and will need another value before the changes can be applied.
          </p>
        )}
      </div>
      <div className={css.foot}>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" data-autofocus onClick={() => remove(affected.length > 0 ? "rewire" : "refuse")}>
          {affected.length > 0 ? "Remove and rewire" : "Remove"}
        </Button>
      </div>
    </Modal>
  );
}
