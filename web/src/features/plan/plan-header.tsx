import { Button } from "@mantine/core";
import { IconLock, IconTemplate } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Plan } from "@/api/types";
import { useMe } from "@/api/use-me";
import { actorName } from "@/design/actor-words";
import { CopyText } from "@/design/copy-text";
import { summaryLine } from "@/design/impact-words";
import { Moment } from "@/design/moment";
import { plannerName } from "@/design/planner-words";
import { PlanStatusMark } from "@/design/status-mark";
import { Visible } from "@/design/visible";
import { PlanActions } from "./plan-actions";
import css from "./plan-header.module.css";
import { FitsNote, TakenOverNote } from "./plan-origin";

type Props = {
  plan: Plan;
  pending: number;
  onStarted: () => void;
  onRollBack: (scope: string) => void;
  onSaveTemplate: () => void;
  children: React.ReactNode;
};

/** The head of a plan: what it is called, how it stands, who made it, what can be told to it; the views below. */
export function PlanHeader({ plan, pending, onStarted, onRollBack, onSaveTemplate, children }: Props) {
  const { approvals, policy } = plan;
  const me = useMe();
  const author = actorName(plan.created_by, me);
  return (
    <header className={css.header}>
      <div className={css.top}>
        <div className={css.titles}>
          <nav aria-label="Where you are" className={css.crumbs}>
            <Link to="/plans">Plans</Link>
          </nav>
          <h1 className={css.name}>
            <Visible text={plan.name || plan.request || "Unnamed plan"} />
          </h1>
        </div>
        {plan.past ? (
          <p className={css.off}>
            <IconLock size={15} aria-hidden="true" /> Nothing can be done in the past
          </p>
        ) : (
          <PlanActions plan={plan} pending={pending} onStarted={onStarted} onRollBack={onRollBack}>
            {plan.steps.length > 0 && (
              <Button
                variant="subtle"
                color="gray"
                leftSection={<IconTemplate size={15} aria-hidden="true" />}
                onClick={onSaveTemplate}
              >
                Save as template…
              </Button>
            )}
          </PlanActions>
        )}
      </div>
      <p className={css.facts}>
        <PlanStatusMark status={plan.status} />
        <span>{summaryLine(plan)}</span>
        {policy.approvals_required > 1 && (
          <span>
            approvals {approvals.length} of {policy.approvals_required}
          </span>
        )}
        <span>
          by {author === "You" ? "you" : author}
          {madeWith(plan)}, <Moment at={plan.created_at} />
        </span>
        <span>
          revision {plan.revision}
          {plan.steps.length > 0 && (
            <>
              , content <CopyText text={plan.content_hash} what="content hash" shown={plan.content_hash.slice(0, 8)} />
            </>
          )}
        </span>
      </p>
      <TakenOverNote plan={plan} />
      <FitsNote plan={plan} />
      {children}
    </header>
  );
}

/** Which hand wrote the draft, after who asked for it. */
function madeWith({ origin }: Plan): string {
  switch (origin.planner) {
    case null:
    case undefined:
    case "":
      return "";
    case "person":
      return ", by hand";
    case "template":
      return origin.template
        ? `, from the template ${origin.template.name}, version ${origin.template.version}${
            origin.template.schedule_id ? ", by schedule" : ""
          }`
        : ", from a template";
    case "offline":
      return " with the offline planner";
    default:
      return ` with ${plannerName(origin.planner)}${origin.model ? ` (${origin.model})` : ""}`;
  }
}
