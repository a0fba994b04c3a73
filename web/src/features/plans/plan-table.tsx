import { Link } from "@tanstack/react-router";
import type { PlanSummary } from "@/api/types";
import { count } from "@/design/impact-words";
import { Moment } from "@/design/moment";
import { PlanStatusMark } from "@/design/status-mark";
import { StoneStack, tonesFromProgress } from "@/design/stone-stack";
import { Visible } from "@/design/visible";
import css from "./plan-table.module.css";

export function PlanTable({ plans }: { plans: PlanSummary[] }) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col" className={css.stones}>
            <span className="visually-hidden">Progress drawn</span>
          </th>
          <th scope="col">Plan</th>
          <th scope="col" className={css.status}>
            Status
          </th>
          <th scope="col" className={css.progress}>
            Steps done
          </th>
          <th scope="col" className={css.marks}>
            Effects
          </th>
          <th scope="col" className={css.when}>
            Changed
          </th>
        </tr>
      </thead>
      <tbody>
        {plans.map((plan) => (
          <PlanRow key={plan.id} plan={plan} />
        ))}
      </tbody>
    </table>
  );
}

function PlanRow({ plan }: { plan: PlanSummary }) {
  const { total, completed, skipped } = plan.progress;
  return (
    <tr className={css.row}>
      <td className={css.stones}>
        <StoneStack tones={tonesFromProgress(plan.progress)} height={24} />
      </td>
      <td className={css.name}>
        <Link to="/plans/$planId" params={{ planId: plan.id }} className={css.link}>
          <Visible text={plan.name || plan.request || "Unnamed plan"} />
        </Link>
      </td>
      <td className={css.status}>
        <PlanStatusMark status={plan.status} />
      </td>
      <td className={css.progress}>{total === 0 ? "–" : `${completed + skipped} of ${total}`}</td>
      <td className={css.marks}>{effects(plan)}</td>
      <td className={css.when}>
        <Moment at={plan.updated_at} />
      </td>
    </tr>
  );
}

function effects({ impact }: PlanSummary) {
  if (impact.irreversible > 0) {
    return <span className={css.final}>{count(impact.irreversible, "cannot be undone", "cannot be undone")}</span>;
  }
  return impact.outside > 0 ? <span>{impact.outside} outside</span> : <span>–</span>;
}
