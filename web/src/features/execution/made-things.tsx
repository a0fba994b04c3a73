import { Link } from "@tanstack/react-router";
import type { Plan } from "@/api/types";
import { KindIcon } from "@/design/kind-icon";
import { shortId } from "@/design/short-id";
import type { Names } from "@/design/value-text";
import css from "./made-things.module.css";
import { madeThings } from "./run";

/** How many are shown; the rest is in the workspace. */
const SHOWN = 8;

/** What the run made in the workspace, once it is over. */
export function MadeThings({ plan, names }: { plan: Plan; names: Names }) {
  const made = madeThings(plan.steps);
  if (plan.status !== "completed" || made.length === 0) {
    return null;
  }
  return (
    <section className={css.made} aria-labelledby="made">
      <h2 id="made" className={css.heading}>
        What it made
      </h2>
      <ul className={css.list}>
        {made.slice(0, SHOWN).map((id) => (
          <li key={id}>
            <Link to="/workspace/$entityId" params={{ entityId: id }} className={css.thing}>
              <KindIcon name={names.kind(id) ?? ""} size={15} />
              <span className={css.name}>{names.entity(id) ?? shortId(id)}</span>
            </Link>
          </li>
        ))}
        {made.length > SHOWN && (
          <li>
            <Link to="/workspace" className={css.thing}>
              and {made.length - SHOWN} more
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}
