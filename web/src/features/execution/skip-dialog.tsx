import { useStepVerb } from "@/api/plans";
import type { Plan, Step } from "@/api/types";
import { announce } from "@/design/announcer";
import { visible } from "@/design/hidden";
import { ReasonDialog } from "@/design/reason-dialog";
import { skippedAlong } from "./run";
import css from "./trouble-card.module.css";

/** Skips a step with a reason; says which steps are skipped along with it. */
export function SkipDialog({ plan, step, onClose }: { plan: Plan; step: Step; onClose: () => void }) {
  const verb = useStepVerb(plan.id);
  const along = skippedAlong(plan.steps, step.id);
  const skip = (reason: string) =>
    verb.mutate(
      { verb: "skip", step: step.id, reason },
      {
        onSuccess: () => {
          announce("The step is skipped");
          onClose();
        },
      },
    );
  return (
    <ReasonDialog
      title={`Skip “${visible(step.title)}”?`}
      text={
        along.length === 0 ? "No other step depends on it." : "These steps depend on it and are skipped along with it:"
      }
      confirm="Skip the step"
      doing="skip the step"
      pending={verb.isPending}
      problem={verb.error}
      onConfirm={skip}
      onClose={onClose}
    >
      {along.length > 0 && (
        <ul className={css.along}>
          {along.map((other) => (
            <li key={other.id}>
              Step {plan.steps.indexOf(other) + 1}: {visible(other.title)}
            </li>
          ))}
        </ul>
      )}
    </ReasonDialog>
  );
}
