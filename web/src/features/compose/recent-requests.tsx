import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { plansQuery } from "@/api/plans";
import { Moment } from "@/design/moment";
import { PlanStatusMark } from "@/design/status-mark";
import { StoneStack, tonesFromProgress } from "@/design/stone-stack";
import { Visible } from "@/design/visible";
import css from "./recent-requests.module.css";

const SHOWN = 6;

/** The last requests and how they stand. */
export function RecentRequests() {
  const { data } = useInfiniteQuery(plansQuery({}));
  const plans = data?.pages[0]?.items.slice(0, SHOWN) ?? [];
  if (plans.length === 0) {
    return null;
  }
  return (
    <section className={css.recent} aria-labelledby="recent">
      <div className={css.head}>
        <h2 id="recent">Recent requests</h2>
        <Link to="/plans">All plans</Link>
      </div>
      <ul>
        {plans.map((plan) => (
          <li key={plan.id}>
            <Link to="/plans/$planId" params={{ planId: plan.id }} className={css.row}>
              <StoneStack tones={tonesFromProgress(plan.progress)} height={22} />
              <span className={css.name}>
                <Visible text={plan.request || plan.name} />
              </span>
              <PlanStatusMark status={plan.status} />
              <span className={css.when}>
                <Moment at={plan.updated_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
