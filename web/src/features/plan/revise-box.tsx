import { Button, Textarea } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useKeepDraft, useRevisePlan } from "@/api/plans";
import type { Plan } from "@/api/types";
import { useDraftInTheMaking } from "@/api/use-live";
import { announce } from "@/design/announcer";
import { Elapsed } from "@/design/moment";
import { Section } from "@/design/panel";
import { draftWords } from "@/design/planner-words";
import { ProblemNote } from "@/design/problem-note";
import { sentence } from "@/design/sentence";
import { Visible } from "@/design/visible";
import { ComingSteps } from "./coming-steps";
import css from "./revise-box.module.css";

type Props = {
  plan: Plan;
  /** How many changes wait to be applied; another draft would not know of them. */
  pending: number;
  value: string;
  onChange: (value: string) => void;
};

/** Changes the plan in words: what should be different, and another draft of the same plan. */
export function ReviseBox({ plan, pending, value, onChange }: Props) {
  const revise = useRevisePlan(plan.id);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // a correction that was begun elsewhere goes on here
    if (value.startsWith("Not “") && value.endsWith(": ")) {
      box.current?.focus();
    }
  }, [value]);
  const ready = value.trim() !== "" && pending === 0;
  const send = () => {
    if (ready) {
      revise.mutate(value.trim(), {
        onSuccess: () => {
          onChange("");
          announce("The planner makes another draft");
        },
      });
    }
  };
  return (
    <Section title="Change it in words">
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {plan.declined && (
          <p className={css.declined} role="status">
            The draft stays as it was. <Visible text={sentence(plan.declined)} />
          </p>
        )}
        <Textarea
          ref={box}
          aria-label="What should be different"
          placeholder="Drop the party, and make it due Friday…"
          autosize
          minRows={2}
          maxLength={20_000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              send();
            }
          }}
        />
        <ProblemNote problem={revise.error} doing="ask for another draft" />
        <div className={css.foot}>
          <Button type="submit" size="xs" variant="light" loading={revise.isPending} disabled={!ready}>
            Make another draft
          </Button>
          <span className="quiet">
            {pending > 0 ? "Apply or discard your changes first" : "Steps that stay keep what you changed"}
          </span>
        </div>
      </form>
    </Section>
  );
}

/** What is shown while another draft is made. */
export function Revising({ plan }: { plan: Plan }) {
  const keep = useKeepDraft(plan.id);
  const draft = useDraftInTheMaking(plan.id);
  if (!plan.revising) {
    return null;
  }
  return (
    <section className={css.revising} aria-label="Another draft">
      <p>
        <strong>{plan.status === "needs_answer" ? "There is a question first" : "Making another draft"}</strong>
        {plan.status === "drafting" && (
          <>
            , <Elapsed from={plan.revising.at} />
          </>
        )}
      </p>
      <p className={css.said}>
        <Visible text={plan.revising.text} />
      </p>
      {plan.status === "drafting" && draft && (
        <>
          <p role="status">{draftWords(draft)}</p>
          {draft.steps.length > 0 && <ComingSteps draft={draft} />}
        </>
      )}
      <ProblemNote problem={keep.error} doing="keep the draft" />
      {plan.status === "drafting" && (
        <Button size="xs" variant="default" loading={keep.isPending} onClick={() => keep.mutate()}>
          Keep the draft as it is
        </Button>
      )}
    </section>
  );
}
