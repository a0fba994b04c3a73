import { Button, Checkbox, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { useApprovePlan, usePlanVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { CopyText } from "@/design/copy-text";
import { summaryLine } from "@/design/impact-words";
import { KindIcon } from "@/design/kind-icon";
import { ProblemNote } from "@/design/problem-note";
import { sentence } from "@/design/sentence";
import { Visible } from "@/design/visible";
import { approvalReasons, byRisk } from "./approval";
import css from "./approve-dialog.module.css";
import { byLoudness } from "./warnings";

type Props = { plan: Plan; onStarted: () => void; onClose: () => void };

/** What will happen, and a tick for each thing that cannot be taken back. One of the two loud places of the page. */
export function ApproveDialog({ plan, onStarted, onClose }: Props) {
  const [seen, setSeen] = useState(new Set<string>());
  const [note, setNote] = useState("");
  const [startNow, setStartNow] = useState(false);
  const approve = useApprovePlan(plan.id);
  const start = usePlanVerb(plan.id);
  const { irreversible, outside, rest } = byRisk(plan.steps);
  const { loud } = byLoudness(plan.warnings);
  const reasons = approvalReasons(irreversible, loud, seen);
  const tick = (id: string) => setSeen((before) => toggled(before, id));

  const give = () =>
    approve.mutate(
      {
        revision: plan.revision,
        content_hash: plan.content_hash,
        note: note.trim() || undefined,
        acknowledged: loud.length > 0 ? loud.filter(({ id }) => seen.has(id)).map(({ id }) => id) : undefined,
      },
      {
        onSuccess: ({ status }) => {
          announce("The plan is approved");
          if (startNow && status === "approved") {
            start.mutate({ verb: "start" }, { onSuccess: onStarted });
          } else {
            onClose();
          }
        },
      },
    );

  return (
    <Modal.Root opened onClose={onClose} size="lg" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label="Approve the plan">
        <header className={css.head} data-loud={irreversible.length > 0 || loud.length > 0 || undefined}>
          <h2>
            Approve “<Visible text={plan.name} />
            ”?
          </h2>
          <p>{summaryLine(plan)}</p>
        </header>
        <div className={css.body}>
          <ProblemNote problem={approve.error ?? start.error} doing={approve.error ? "approve the plan" : "start it"} />
          {loud.length > 0 && (
            <section aria-label="Warnings">
              <h3 className={css.heading}>Look twice at these. Tick each one you have checked:</h3>
              <ul>
                {loud.map((warning) => (
                  <li key={warning.id} className={css.final}>
                    <Checkbox
                      label={<Visible text={sentence(warning.text)} />}
                      checked={seen.has(warning.id)}
                      onChange={() => tick(warning.id)}
                    />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {irreversible.length > 0 && (
            <section>
              <h3 className={css.heading}>These cannot be undone. Tick each one you have checked:</h3>
              <ul>
                {irreversible.map((step) => (
                  <li key={step.id} className={css.final}>
                    <Checkbox
                      label={<Visible text={step.title} />}
                      description={<Visible text={detail(step)} />}
                      checked={seen.has(step.id)}
                      onChange={() => tick(step.id)}
                    />
                  </li>
                ))}
              </ul>
            </section>
          )}
          <StepGroup title="These reach outside the workspace:" steps={outside} />
          <StepGroup title="These change the workspace and can be undone:" steps={rest} />
          <Textarea
            label="Note"
            placeholder="Optional: why this is fine"
            autosize
            minRows={1}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <Checkbox
            label="Start right away"
            checked={startNow}
            onChange={(event) => setStartNow(event.target.checked)}
          />
        </div>
        <footer className={css.foot}>
          <p className={css.seen}>
            {reasons.length > 0 ? (
              <strong id="approve-reasons">{reasons.join(". ")}</strong>
            ) : (
              <>
                You approve exactly this content:{" "}
                <CopyText text={plan.content_hash} what="content hash" shown={plan.content_hash.slice(0, 10)} />
              </>
            )}
          </p>
          <Button variant="default" onClick={onClose}>
            Not yet
          </Button>
          <Button
            loading={approve.isPending || start.isPending}
            disabled={reasons.length > 0}
            aria-describedby={reasons.length > 0 ? "approve-reasons" : undefined}
            onClick={give}
          >
            Approve
          </Button>
        </footer>
      </Modal.Content>
    </Modal.Root>
  );
}

function StepGroup({ title, steps }: { title: string; steps: Step[] }) {
  if (steps.length === 0) {
    return null;
  }
  return (
    <section>
      <h3 className={css.heading}>{title}</h3>
      <ul>
        {steps.map((step) => (
          <li key={step.id} className={css.step}>
            <KindIcon name={step.action_type} />
            <Visible text={step.title} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function toggled(ids: Set<string>, id: string): Set<string> {
  const next = new Set(ids);
  if (!next.delete(id)) {
    next.add(id);
  }
  return next;
}

function detail(step: Step): string {
  const text = step.params.body ?? step.params.text ?? step.impact.summary;
  return typeof text === "string" ? text : step.impact.summary;
}
