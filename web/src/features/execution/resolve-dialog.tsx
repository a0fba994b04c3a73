import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { useStepVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { visible } from "@/design/hidden";
import { ProblemNote } from "@/design/problem-note";
import css from "./dialogs.module.css";

/** A person found out whether the step happened, and says so with the reason. */
export function ResolveDialog({ plan, step, onClose }: { plan: Plan; step: Step; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const verb = useStepVerb(plan.id);
  const say = (outcome: "happened" | "did_not_happen") =>
    verb.mutate(
      { verb: "resolve", step: step.id, outcome, reason: reason.trim() },
      {
        onSuccess: () => {
          announce("The outcome is recorded");
          onClose();
        },
      },
    );
  const blank = reason.trim() === "";
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Did “${visible(step.title)}” happen?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={css.form}>
        <p>It was cut off while it ran, and it cannot be repeated safely. Please look, and say what you found.</p>
        <Textarea
          label="How do you know?"
          description="It is kept in the history."
          autosize
          minRows={2}
          withAsterisk
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <ProblemNote problem={verb.error} doing="record the outcome" />
        <div className={css.foot}>
          <Button variant="default" disabled={blank} onClick={() => say("did_not_happen")}>
            It did not happen
          </Button>
          <Button disabled={blank} onClick={() => say("happened")}>
            It happened
          </Button>
        </div>
      </div>
    </Modal>
  );
}
