import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { usePlanVerb } from "@/api/plans";
import type { LiveDraft, Plan } from "@/api/types";
import { useDraftInTheMaking } from "@/api/use-live";
import { announce } from "@/design/announcer";
import { ButtonLink } from "@/design/button-link";
import { Elapsed } from "@/design/moment";
import { draftWords } from "@/design/planner-words";
import { ProblemNote } from "@/design/problem-note";
import { sentence } from "@/design/sentence";
import { SkeletonRows } from "@/design/skeleton-rows";
import { Visible } from "@/design/visible";
import { ComingSteps } from "./coming-steps";
import css from "./drafting.module.css";
import { QuestionForm } from "./question-form";

/** What is shown before there are steps: the plan is being drafted, has questions, or could not be drafted. */
export function Drafting({ plan }: { plan: Plan }) {
  if (plan.status === "drafting" && !plan.past) {
    return <InTheMaking plan={plan} />;
  }
  return (
    <section className={css.state}>
      <h2>{headline(plan)}</h2>
      <p className={css.request}>
        <Visible text={plan.request ?? ""} />
      </p>
      {plan.message && (
        <p>
          <Visible text={sentence(plan.message)} />
        </p>
      )}
      {plan.past ? (
        <ul>
          {plan.questions.map(({ id, text }) => (
            <li key={id}>
              <Visible text={text} />
            </li>
          ))}
        </ul>
      ) : (
        <>
          {plan.questions.length > 0 && <QuestionForm key={plan.revision} plan={plan} />}
          <ButtonLink to="/" search={{ request: plan.request ?? undefined }} variant="default">
            Say it again in other words
          </ButtonLink>
        </>
      )}
    </section>
  );
}

function headline({ status }: Plan): string {
  switch (status) {
    case "drafting":
      return "It was being drafted";
    case "needs_answer":
      return "There is a question first";
    case "cancelled":
      return "Cancelled before there was a plan";
    default:
      return "No plan could be made of this";
  }
}

/** A plan that a planner is working on: how far it is, and the steps that are there already. */
function InTheMaking({ plan }: { plan: Plan }) {
  const draft = useDraftInTheMaking(plan.id);
  const cancel = usePlanVerb(plan.id);
  return (
    <section className={css.state} aria-label="Drafting">
      <h2>
        Drafting the plan, <Elapsed from={plan.created_at} />
      </h2>
      <p className={css.request}>
        <Visible text={plan.request ?? ""} />
      </p>
      <Stages draft={draft} />
      {draft && (
        <p className={css.words} role="status">
          {draftWords(draft)}
        </p>
      )}
      {draft && draft.steps.length > 0 ? <ComingSteps draft={draft} /> : <SkeletonRows rows={6} what="the steps" />}
      <Button
        variant="default"
        loading={cancel.isPending}
        leftSection={<IconX size={14} aria-hidden="true" />}
        onClick={() =>
          cancel.mutate(
            { verb: "cancel", reason: "no longer wanted while it was being drafted" },
            { onSuccess: () => announce("Drafting was cancelled") },
          )
        }
      >
        Cancel drafting
      </Button>
      <ProblemNote problem={cancel.error} doing="cancel the draft" />
    </section>
  );
}

const STAGES = ["Request received", "Drafting the steps", "Checking the plan as a whole", "Ready to review"];

function Stages({ draft }: { draft: LiveDraft | undefined }) {
  const now = draft?.stage === "checking" ? 2 : 1;
  return (
    <ol className={css.stages} aria-label="Stages">
      {STAGES.map((stage, place) => (
        <li key={stage} data-done={place < now || undefined} aria-current={place === now ? "step" : undefined}>
          {stage}
        </li>
      ))}
    </ol>
  );
}
