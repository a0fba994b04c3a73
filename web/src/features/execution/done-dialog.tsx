import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { useStepVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { visible } from "@/design/hidden";
import { ProblemNote } from "@/design/problem-note";
import css from "./dialogs.module.css";

/** Marks a step that a person carried out as done, with what is worth keeping about it. */
export function DoneDialog({ plan, step, onClose }: { plan: Plan; step: Step; onClose: () => void }) {
  const [note, setNote] = useState("");
  const verb = useStepVerb(plan.id);
  const done = () =>
    verb.mutate(
      { verb: "complete", step: step.id, note: note.trim() || undefined },
      {
        onSuccess: () => {
          announce("The step is done");
          onClose();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Mark “${visible(step.title)}” done?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          done();
        }}
      >
        <Textarea
          label="Note"
          placeholder="Optional: what came of it"
          autosize
          minRows={2}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <ProblemNote problem={verb.error} doing="mark the step done" />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Not yet
          </Button>
          <Button type="submit" loading={verb.isPending}>
            It is done
          </Button>
        </div>
      </form>
    </Modal>
  );
}
