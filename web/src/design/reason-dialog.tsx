import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import css from "./dialog-form.module.css";
import { ProblemNote } from "./problem-note";

type Props = {
  title: string;
  /** What happens, in a sentence. */
  text: string;
  confirm: string;
  /** Completes "Could not …" when it is refused. */
  doing: string;
  danger?: boolean;
  pending: boolean;
  problem: unknown;
  onConfirm: (reason: string) => void;
  onClose: () => void;
  children?: React.ReactNode;
};

/** Asks for the reason that goes into the history with what is done. */
export function ReasonDialog(props: Props) {
  const [reason, setReason] = useState("");
  return (
    <Modal opened onClose={props.onClose} title={props.title} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm(reason.trim());
        }}
      >
        <p>{props.text}</p>
        {props.children}
        <Textarea
          label="Reason"
          description="It is kept in the history."
          autosize
          minRows={2}
          data-autofocus
          withAsterisk
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <ProblemNote problem={props.problem} doing={props.doing} />
        <div className={css.foot}>
          <Button variant="default" onClick={props.onClose}>
            Close
          </Button>
          <Button
            type="submit"
            color={props.danger ? "red" : undefined}
            loading={props.pending}
            disabled={reason.trim() === ""}
          >
            {props.confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
