import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { eventsQuery } from "@/api/events";
import { plansQuery } from "@/api/plans";
import { useNames } from "@/api/use-names";
import { ButtonLink } from "@/design/button-link";
import { Empty } from "@/design/empty";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { AuditFilter } from "./audit-filter";
import { EventList } from "./event-list";
import { LogProof } from "./log-proof";

/** Everything that happened, in all plans and in the workspace, for those who have to answer for it. */
export function HistoryPage() {
  const filter = useSearch({ from: "/history" });
  const navigate = useNavigate();
  const query = useInfiniteQuery(eventsQuery(filter));
  const plans = useInfiniteQuery(plansQuery({})).data?.pages.flatMap((page) => page.items) ?? [];
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  const names = useNames(undefined, query.data);
  const titleOf = (id: string) => plans.find((plan) => plan.id === id)?.name || names.entity(id);
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page title="History" lead="Who did what, when and why. Nothing here is ever overwritten.">
      <LogProof />
      <AuditFilter
        events={events}
        filter={filter}
        plans={plans.map((plan) => ({ value: plan.id, label: plan.name || plan.request || "Plan" }))}
        onChange={(search) => void navigate({ to: "/history", search, replace: true })}
      />
      <ProblemNote problem={query.error} doing="read the history" />
      {query.isPending && <SkeletonRows what="the history" />}
      <EventList events={events} titleOf={titleOf} linked />
      {query.isSuccess && events.length === 0 && (
        <Empty text={narrowed ? "No event fits this filter." : "Nothing has happened yet."}>
          {narrowed ? (
            <Button variant="default" onClick={() => void navigate({ to: "/history", search: {} })}>
              Show all events
            </Button>
          ) : (
            <ButtonLink to="/">Compose a request</ButtonLink>
          )}
        </Empty>
      )}
      {query.hasNextPage && (
        <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}
