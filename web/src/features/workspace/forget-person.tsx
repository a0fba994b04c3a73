import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { IconEraser } from "@tabler/icons-react";
import { useState } from "react";
import type { Entity } from "@/api/types";
import { useForgetPerson } from "@/api/workspace";
import { announce } from "@/design/announcer";
import { entityTitle } from "@/design/entity-words";
import { ProblemNote } from "@/design/problem-note";
import css from "./forget-person.module.css";
import { obstacles, whatGoes } from "./forgetting";
import { StillNamed } from "./still-named";

/** Forgets a person: a button while there is somebody to forget, and the dialog that says plainly what is gone, and asks for the name and the reason. */
export function ForgetPerson({ entity }: { entity: Entity }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      {!entity.forgotten && (
        <Button
          variant="subtle"
          color="red"
          leftSection={<IconEraser size={15} aria-hidden="true" />}
          onClick={() => setAsking(true)}
        >
          Forget…
        </Button>
      )}
      {asking && <ForgetDialog entity={entity} onClose={() => setAsking(false)} />}
    </>
  );
}

function ForgetDialog({ entity, onClose }: { entity: Entity; onClose: () => void }) {
  // as it was when the dialog opened: once it is done, the page knows no name any more
  const [known] = useState(() => ({ name: entityTitle(entity), goes: whatGoes(entity) }));
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const forget = useForgetPerson(entity.id);
  const missing = obstacles(known.name, { name, reason });
  if (forget.data) {
    return (
      <Modal opened onClose={onClose} title="Forgotten" closeButtonProps={{ "aria-label": "Close" }}>
        <StillNamed forgotten={forget.data} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <Modal.Root opened onClose={onClose} size="lg" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={`Forget ${known.name}`}>
        <header className={css.head}>
          <h2>Forget {known.name} for good?</h2>
          <p>Nobody can undo this: not you, not an administrator, not from a backup of the log.</p>
        </header>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (missing.length === 0) {
              forget.mutate({ reason: reason.trim(), name }, { onSuccess: () => announce("The person is forgotten") });
            }
          }}
        >
          <div className={css.body}>
            <section aria-label="What is gone">
              <h3>This is gone:</h3>
              <ul>
                {known.goes.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </section>
            <section aria-label="What stays">
              <h3>This stays:</h3>
              <ul>
                <li>that somebody was here, with an id, and what happened to them when, without what it was</li>
                <li>that they were forgotten, by you, and your reason</li>
                <li>their name wherever somebody typed it: requests, comments, titles. You get the list.</li>
              </ul>
            </section>
            <Textarea
              label="Reason"
              description="It is kept for ever: do not name the person in it."
              autosize
              minRows={1}
              withAsterisk
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <TextInput
              label={
                <>
                  Type <strong>{known.name}</strong> to confirm
                </>
              }
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <ProblemNote problem={forget.error} doing="forget the person" />
          </div>
          <footer className={css.foot}>
            <p className={css.missing} id="forget-missing">
              {missing.join(". ")}
            </p>
            <Button variant="default" onClick={onClose}>
              Keep
            </Button>
            <Button
              type="submit"
              color="red"
              loading={forget.isPending}
              disabled={missing.length > 0}
              aria-describedby={missing.length > 0 ? "forget-missing" : undefined}
            >
              Forget for good
            </Button>
          </footer>
        </form>
      </Modal.Content>
    </Modal.Root>
  );
}
