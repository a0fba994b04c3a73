import type { Plan } from "@/api/types";
import { ButtonLink } from "@/design/button-link";
import { Elapsed } from "@/design/moment";
import { SkeletonRows } from "@/design/skeleton-rows";
import { Visible } from "@/design/visible";
import css from "./drafting.module.css";
import { QuestionForm } from "./question-form";

/** What is shown before there are steps: the plan is being drafted, has questions, or could not be drafted. */
export function Drafting({ plan }: { plan: Plan }) {
  if (plan.status === "drafting") {
    return (
      <section className={css.state} aria-label="Drafting">
        <h2>
          Drafting the plan, <Elapsed from={plan.created_at} />
        </h2>
        <p className={css.request}>
          <Visible text={plan.request ?? ""} />
        </p>
        <ol className={css.stages} aria-label="Stages">
          <li data-done>Request received</li>
          <li aria-current="step">Drafting and checking the steps</li>
          <li>Ready to review</li>
        </ol>
        <SkeletonRows rows={6} what="the steps" />
      </section>
    );
  }
  return (
    <section className={css.state}>
      <h2>{plan.status === "needs_answer" ? "There is a question first" : "No plan could be made of this"}</h2>
      <p className={css.request}>
        <Visible text={plan.request ?? ""} />
      </p>
      {plan.message && (
        <p>
          <Visible text={plan.message} />
        </p>
      )}
      {plan.questions.length > 0 && <QuestionForm key={plan.revision} plan={plan} />}
      <ButtonLink to="/" search={{ request: plan.request ?? undefined }} variant="default">
        Say it again in other words
      </ButtonLink>
    </section>
  );
}
