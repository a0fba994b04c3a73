import type { Plan } from "@/api/types";
import { assertNever } from "@/design/assert-never";
import { ExecutionView } from "@/features/execution/execution-view";
import { PlanHistory } from "@/features/history/plan-history";
import { CompareView } from "@/features/past/compare-view";
import { Drafting } from "@/features/plan/drafting";
import { ReviewView } from "@/features/plan/review-view";
import { RollbackLane } from "@/features/rollback/rollback-lane";
import type { PlanSearch, PlanShow, PlanView as View } from "./search";

type Props = {
  plan: Plan;
  view: View;
  show: PlanShow;
  search: PlanSearch;
  unmade: boolean;
  select: (step: string | undefined) => void;
  look: (next: PlanSearch) => void;
};

/** The view of a plan that the URL names. */
export function PlanView({ plan, view, show, search, unmade, select, look }: Props) {
  switch (view) {
    case "review":
      return unmade ? (
        <Drafting plan={plan} />
      ) : (
        <ReviewView plan={plan} show={show} selected={search.step} onSelect={select} />
      );
    case "run":
      return (
        <ExecutionView
          plan={plan}
          show={show === "both" ? "list" : show}
          selected={search.step}
          onSelect={select}
          onRollBack={(rollback) => look({ rollback })}
          lane={<RollbackLane plan={plan} onRollBack={(rollback) => look({ rollback })} />}
        />
      );
    case "history":
      return (
        <PlanHistory
          plan={plan}
          filter={{ type: search.type, actor: search.actor }}
          onFilter={(filter) => look(filter)}
          onMoment={(position) => look({ as_of: position })}
        />
      );
    case "compare":
      return <CompareView plan={plan} asOf={search.as_of} other={search.other} onOther={(other) => look({ other })} />;
    default:
      return assertNever(view);
  }
}
