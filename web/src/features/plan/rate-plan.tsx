import { Rating } from "@mantine/core";
import { useRatePlan } from "@/api/plans";
import type { Plan, PlanStatus } from "@/api/types";
import { announce } from "@/design/announcer";
import { ProblemNote } from "@/design/problem-note";
import css from "./rate-plan.module.css";

/** Whether a plan has come to an end, so that it can be judged. */
export function isOver(status: PlanStatus): boolean {
  return ["completed", "failed", "cancelled", "rejected", "rolled_back"].includes(status);
}

/** Asks how good the plan was, once it is over; a click is the answer, and another one changes it. */
export function RatePlan({ plan }: { plan: Plan }) {
  const rate = useRatePlan(plan.id);
  if (!isOver(plan.status) || plan.steps.length === 0 || plan.past) {
    return null;
  }
  const score = rate.isPending ? rate.variables.score : (plan.rating ?? 0);
  return (
    <section className={css.rate} aria-label="Rating">
      <span id="rate-label">{plan.rating ? "You rated this plan" : "How good was this plan?"}</span>
      <Rating
        aria-labelledby="rate-label"
        value={score}
        size="md"
        getSymbolLabel={(value) => `${value} of 5`}
        onChange={(value) =>
          rate.mutate({ score: value }, { onSuccess: () => announce(`Rated ${value} of 5, thank you`) })
        }
      />
      {plan.rating && <span className="quiet">{plan.rating} of 5</span>}
      <ProblemNote problem={rate.error} doing="rate the plan" />
    </section>
  );
}
