import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { planEventsQuery } from "@/api/events";
import type { Plan } from "@/api/types";
import { useNames } from "@/api/use-names";
import { Empty } from "@/design/empty";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { EventFilter, type Filter, fitting } from "./event-filter";
import { EventList } from "./event-list";
import css from "./plan-history.module.css";
import { ProofBadge } from "./proof-badge";

type Props = {
  plan: Plan;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  /** Shows the plan as of an event. */
  onMoment: (position: number) => void;
};

/** Everything that happened to one plan, in the order it happened; what is still to come at a moment is faint. */
export function PlanHistory({ plan, filter, onFilter, onMoment }: Props) {
  const query = useInfiniteQuery(planEventsQuery(plan.id));
  const names = useNames(undefined, query.data);
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = fitting(events, filter);
  const titleOf = (id: string) => plan.steps.find((step) => step.id === id)?.title ?? names.entity(id);
  const types = [...new Set(events.map((event) => event.type))].sort();
  return (
    <div className={css.history}>
      <ProofBadge planId={plan.id} />
      <EventFilter events={events} types={types} filter={filter} onChange={onFilter} />
      <ProblemNote problem={query.error} doing="read the history" />
      {query.isPending && <SkeletonRows what="the history" />}
      <EventList events={shown} titleOf={titleOf} until={plan.as_of?.position} onMoment={onMoment} />
      {!query.isPending && shown.length === 0 && (
        <Empty text="No event fits this filter.">
          <Button variant="default" onClick={() => onFilter({ type: undefined, actor: undefined })}>
            Show all events
          </Button>
        </Empty>
      )}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
