import type { Plan } from "@/api/types";
import { useNow } from "@/design/moment";
import { StoneStack, stoneTone } from "@/design/stone-stack";
import { duration } from "@/design/time";
import { Visible } from "@/design/visible";
import css from "./progress-head.module.css";
import { doneCount, hasGoneBack, parts, span } from "./run";

/** How many running steps are named. */
const NAMED = 3;

/** X of Y, the bar split by state, the stack growing, what runs now, how long it has been going on. */
export function ProgressHead({ plan, onSelect }: { plan: Plan; onSelect: (id: string) => void }) {
  const going = plan.status === "executing" || plan.status === "paused";
  const now = useNow(going ? 1000 : undefined);
  const run = span(plan, now.getTime());
  const done = doneCount(plan.steps);
  const undone = hasGoneBack(plan.status) ? plan.steps.filter((step) => step.status === "undone").length : 0;
  const total = plan.steps.length;
  const current = plan.steps.filter((step) => step.status === "executing" || step.status === "retrying");
  return (
    <section className={css.head} aria-label="Progress">
      <StoneStack tones={plan.steps.map((step) => stoneTone(step.status))} height={84} />
      <div className={css.text}>
        <p className={css.count}>
          <strong>
            {undone > 0 ? undone : done} of {total}
          </strong>{" "}
          {undone > 0 ? "steps undone" : "steps done"}
          {run && <span className={css.elapsed}>{duration(run.to - run.from)}</span>}
        </p>
        <div
          className={css.bar}
          role="progressbar"
          aria-label="Steps done"
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={done}
          aria-valuetext={`${done} of ${total} steps done`}
        >
          {parts(plan.steps).map((part) => (
            <span key={part.name} className={css.part} data-tone={part.tone} style={{ flexGrow: part.count }} />
          ))}
        </div>
        <ul className={css.legend}>
          {parts(plan.steps).map((part) => (
            <li key={part.name} data-tone={part.tone}>
              {part.count} {part.name}
            </li>
          ))}
        </ul>
        {current.length > 0 && (
          <p className={css.current}>
            <span className="quiet">Now: </span>
            {current.slice(0, NAMED).map((step) => (
              <button key={step.id} type="button" className={css.step} onClick={() => onSelect(step.id)}>
                <Visible text={step.title} />
              </button>
            ))}
            {current.length > NAMED && <span className="quiet">and {current.length - NAMED} more</span>}
          </p>
        )}
        {plan.status === "paused" && (
          <p className={css.paused}>
            Paused. {plan.run?.paused || "No further step starts until it is resumed."}
            {current.length > 0 && " What runs now still finishes."}
          </p>
        )}
        {plan.status === "cancelled" && <p className={css.paused}>Cancelled. {plan.message}</p>}
      </div>
    </section>
  );
}
