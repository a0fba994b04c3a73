import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import type { PlannerOption } from "@/api/types";
import { usePlanners } from "@/api/use-me";
import { plannerName } from "@/design/planner-words";
import css from "./planner-list.module.css";

/** The planners, which of them can be asked, and which one is when a request does not say it. */
export function PlannerList() {
  const planners = usePlanners();
  return (
    <ul className={css.list}>
      {planners.map((planner) => (
        <li key={planner.name} className={css.row} data-missing={!planner.available || undefined}>
          {planner.available ? (
            <IconCircleCheck size={16} aria-hidden="true" />
          ) : (
            <IconCircleDashed size={16} aria-hidden="true" />
          )}
          <span className={css.name}>{plannerName(planner.name)}</span>
          <span className={css.facts}>{facts(planner)}</span>
        </li>
      ))}
    </ul>
  );
}

function facts({ name, model, available, reason }: PlannerOption): React.ReactNode {
  if (!available) {
    return reason;
  }
  switch (name) {
    case "auto":
      return model ? (
        <>
          asks <code>{model}</code>; the offline planner takes over when it has no answer
        </>
      ) : (
        "the offline planner"
      );
    case "offline":
      return "needs no key and no network";
    default:
      return model ? <code>{model}</code> : null;
  }
}
