import { Button, Modal, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "@/api/keys";
import { newPreview, rollbackQuery, useRollBack } from "@/api/rollbacks";
import type { Plan, RollbackChoiceFor, RollbackPreview } from "@/api/types";
import { useNames } from "@/api/use-names";
import { announce } from "@/design/announcer";
import { CopyText } from "@/design/copy-text";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { headline, isRedo, obstacles, otherScopes, readScope } from "./preview";
import css from "./rollback-dialog.module.css";
import { UndoList } from "./undo-list";

type Props = {
  plan: Plan;
  /** As the address has it: `plan`, `step:ID`, `from_step:ID`, `rollback:ID`. */
  scope: string;
  onScope: (scope: string) => void;
  onBegun: () => void;
  onClose: () => void;
};

/** What would be taken back, field by field, and what is asked before it is. The other loud place of the page. */
export function RollbackDialog({ plan, scope, onScope, onBegun, onClose }: Props) {
  const [choices, setChoices] = useState<RollbackChoiceFor[]>([]);
  const [reason, setReason] = useState("");
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const asked = { ...readScope(scope), choices };
  const looking = useQuery({ ...rollbackQuery(plan.id, asked), placeholderData: keepPreviousData });
  const rollBack = useRollBack(plan.id);
  const moved = newPreview(rollBack.error) !== undefined;
  const preview = looking.error ? undefined : looking.data;
  const names = useNames(plan.steps, preview);
  const redo = isRedo(scope);
  const choose = (entity: string, choice: RollbackChoiceFor["choice"]) =>
    setChoices((before) => [...before.filter((known) => known.entity !== entity), { entity, choice }]);

  const confirm = (seen: RollbackPreview) =>
    rollBack.mutate(
      {
        revision: plan.revision,
        preview_hash: seen.preview_hash,
        reason: reason.trim(),
        choices,
        name: seen.lost.length > 0 ? name.trim() : undefined,
      },
      {
        onSuccess: () => {
          announce(redo ? "The rollback is being undone" : "The plan is being rolled back");
          onBegun();
        },
        onError: () => void queries.invalidateQueries({ queryKey: keys.rollbacks(plan.id) }),
      },
    );

  return (
    <Modal.Root opened onClose={onClose} size={880} padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={redo ? "Undo the rollback" : "Roll back"}>
        <header className={css.head} data-loud={(preview?.lost.length ?? 0) > 0 || undefined}>
          <h2>{redo ? `Undo the rollback of “${plan.name}”?` : `Roll back “${plan.name}”?`}</h2>
          <p aria-live="polite">{preview ? headline(preview) : "Looking at what would happen…"}</p>
        </header>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (preview && obstacles(preview, { reason, name, planName: plan.name }).length === 0) {
              confirm(preview);
            }
          }}
        >
          <div className={css.body}>
            {otherScopes(plan, scope).length > 0 && (
              <SegmentedControl
                aria-label="How much is rolled back"
                value={scope}
                data={otherScopes(plan, scope)}
                onChange={(next) => {
                  setChoices([]);
                  onScope(next);
                }}
              />
            )}
            <ProblemNote problem={looking.error} doing="look at what would happen" />
            {rollBack.error && (
              <ProblemNote problem={rollBack.error} doing={redo ? "undo the rollback" : "roll back"}>
                {moved && <p>Nothing was done. Below is what would happen now.</p>}
              </ProblemNote>
            )}
            {looking.isPending && <SkeletonRows what="what would happen" rows={6} />}
            {preview && (
              <>
                <Blocked preview={preview} />
                <UndoList plan={plan} preview={preview} names={names} choices={choices} onChoose={choose} />
                <Lost preview={preview} planName={plan.name} name={name} onName={setName} />
                <Textarea
                  label="Reason"
                  description="It is kept in the history."
                  autosize
                  minRows={1}
                  withAsterisk
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              </>
            )}
          </div>
          <Foot
            preview={preview}
            reasons={preview ? obstacles(preview, { reason, name, planName: plan.name }) : ["Looking"]}
            pending={rollBack.isPending || looking.isFetching}
            redo={redo}
            onClose={onClose}
          />
        </form>
      </Modal.Content>
    </Modal.Root>
  );
}

/** What stands in the way; while there is anything, nothing can be confirmed. */
function Blocked({ preview }: { preview: RollbackPreview }) {
  if (preview.blocked_by.length === 0) {
    return null;
  }
  return (
    <section className={css.blocked} aria-label="In the way">
      <h3>This stands in the way:</h3>
      <ul>
        {preview.blocked_by.map((block) => (
          <li key={`${block.step_id} ${block.kind}`}>{block.text}.</li>
        ))}
      </ul>
    </section>
  );
}

type LostProps = { preview: RollbackPreview; planName: string; name: string; onName: (name: string) => void };

/** What is gone for good, confirmed by the plan's name. */
function Lost({ preview, planName, name, onName }: LostProps) {
  if (preview.lost.length === 0) {
    return null;
  }
  return (
    <section className={css.lost} aria-label="Lost for good">
      <h3>This is lost for good:</h3>
      <ul>
        {preview.lost.map((lost) => (
          <li key={lost}>{lost.charAt(0).toUpperCase() + lost.slice(1)}</li>
        ))}
      </ul>
      <TextInput
        label={
          <>
            Type <strong>{planName}</strong> to confirm
          </>
        }
        autoComplete="off"
        value={name}
        onChange={(event) => onName(event.target.value)}
      />
    </section>
  );
}

type FootProps = {
  preview: RollbackPreview | undefined;
  reasons: string[];
  pending: boolean;
  redo: boolean;
  onClose: () => void;
};

function Foot({ preview, reasons, pending, redo, onClose }: FootProps) {
  return (
    <footer className={css.foot}>
      <p className={css.seen}>
        {reasons.length > 0 ? (
          <strong id="rollback-reasons">{reasons.join(". ")}</strong>
        ) : (
          preview && (
            <>
              Exactly this is done:{" "}
              <CopyText text={preview.preview_hash} what="preview hash" shown={preview.preview_hash.slice(-10)} />
            </>
          )
        )}
      </p>
      <Button variant="default" onClick={onClose}>
        Leave it
      </Button>
      <Button
        type="submit"
        color={redo ? undefined : "red"}
        loading={pending}
        disabled={reasons.length > 0}
        aria-describedby={reasons.length > 0 ? "rollback-reasons" : undefined}
      >
        {redo ? "Undo the rollback" : "Roll back"}
      </Button>
    </footer>
  );
}
