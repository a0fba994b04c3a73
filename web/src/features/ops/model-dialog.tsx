import { Button, Modal, NumberInput, Textarea } from "@mantine/core";
import { useState } from "react";
import type { ModelVerb } from "@/api/ops";
import type { ProjectionStatus } from "@/api/types";
import { assertNever } from "@/design/assert-never";
import { ProblemNote } from "@/design/problem-note";
import css from "../../design/dialog-form.module.css";
import { count } from "./words";

type Props = {
  verb: ModelVerb;
  model: ProjectionStatus;
  pending: boolean;
  problem: unknown;
  onConfirm: (more: { note?: string; position?: number }) => void;
  onClose: () => void;
};

/** Says what will happen to a read model, and asks once more. */
export function ModelDialog({ verb, model, pending, problem, onConfirm, onClose }: Props) {
  const [note, setNote] = useState("");
  const [position, setPosition] = useState<string | number>(model.position);
  const { title, text, confirm, danger } = words(verb, model);
  const isPlace = typeof position === "number" && position >= 1 && position <= model.head;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm({ note: note.trim(), position: Number(position) });
        }}
      >
        <p>{text}</p>
        {verb === "pause" && (
          <Textarea
            label="Why, for the others"
            autosize
            minRows={2}
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
        {verb === "replay" && (
          <NumberInput
            label="Position"
            description={`From 1 to ${count(model.head)}`}
            min={1}
            max={model.head}
            allowDecimal={false}
            data-autofocus
            value={position}
            onChange={setPosition}
          />
        )}
        <ProblemNote problem={problem} doing={confirm.toLowerCase()} />
        <div className={css.foot}>
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button
            type="submit"
            color={danger ? "red" : undefined}
            loading={pending}
            disabled={verb === "replay" && !isPlace}
          >
            {confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function words(verb: ModelVerb, { name, generation }: ProjectionStatus) {
  switch (verb) {
    case "rebuild":
      return {
        title: `Rebuild ${name}`,
        text: "A new build is made from the log beside the one that answers, and takes over when it has caught up. People notice nothing. The build before is kept, to swap back to.",
        confirm: "Rebuild",
        danger: false,
      };
    case "pause":
      return {
        title: `Pause ${name}`,
        text: "It stands still on all servers and over restarts, until somebody resumes it. People go on seeing what it has, which grows old.",
        confirm: "Pause",
        danger: false,
      };
    case "replay":
      return {
        title: `Replay ${name} to a position`,
        text: "A shadow is built up to there and shown, with what is different today. What people see is not touched.",
        confirm: "Replay",
        danger: false,
      };
    case "swap-back":
      return {
        title: `Swap ${name} back`,
        text: `The build before build ${generation} catches up and answers again; build ${generation} is kept in its place.`,
        confirm: "Swap back",
        danger: false,
      };
    case "discard":
      return {
        title: `Discard the earlier build of ${name}`,
        text: "There is nothing to swap back to then. It can be built from the log again at any time.",
        confirm: "Discard",
        danger: true,
      };
    case "verify":
    case "resume":
      return { title: name, text: "", confirm: verb === "verify" ? "Verify" : "Resume", danger: false };
    default:
      return assertNever(verb);
  }
}
