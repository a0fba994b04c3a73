import { IconArrowsExchange } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Plan } from "@/api/types";
import { visible } from "@/design/hidden";
import { Section } from "@/design/panel";
import { effortWords, originFacts, plannerName } from "@/design/planner-words";
import css from "./plan-origin.module.css";

/** Who wrote the draft, and what that took. */
export function PlanOrigin({ plan }: { plan: Plan }) {
  const effort = effortWords(plan);
  const facts = [...originFacts(plan), ...(effort ? [["Models asked", effort] as const] : [])];
  if (facts.length === 0) {
    return null;
  }
  return (
    <Section title="Draft">
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** Says that a template fits the request as well, and leads there, filled in. */
export function FitsNote({ plan }: { plan: Plan }) {
  const fits = plan.origin.fits;
  if (fits === undefined || plan.status !== "draft" || plan.past) {
    return null;
  }
  return (
    <p>
      The template <strong>{visible(fits.name)}</strong> fits this request as well.{" "}
      <Link to="/templates/$templateId" params={{ templateId: fits.id }} search={{ given: fits.arguments }}>
        Use it instead, filled in
      </Link>
    </p>
  );
}

/** Says that the planner that was asked had no answer, while that still matters. */
export function TakenOverNote({ plan }: { plan: Plan }) {
  const { taken_over } = plan.origin;
  if (!taken_over || (plan.status !== "draft" && plan.status !== "approved")) {
    return null;
  }
  return (
    <p className={css.note} role="note">
      <IconArrowsExchange size={16} aria-hidden="true" />
      <span>
        <strong>Made by the offline planner.</strong> {plannerName(taken_over.planner)}
        {taken_over.model && ` (${taken_over.model})`} was asked first: {withoutName(taken_over)}.{" "}
        <a href={`/errors/${taken_over.code}`}>What this means</a>
      </span>
    </p>
  );
}

/** What happened, without the provider's name in front of it. */
function withoutName({ planner, message }: { planner: string; message: string }): string {
  const name = plannerName(planner);
  return message.startsWith(`${name} `) ? `it ${message.slice(name.length + 1)}` : message;
}
