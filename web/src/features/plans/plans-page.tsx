import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { AsOf } from "@/api/as-of";
import { headQuery } from "@/api/past";
import { plansQuery } from "@/api/plans";
import { ButtonLink } from "@/design/button-link";
import { Empty } from "@/design/empty";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { LogTimeBar } from "@/design/time-travel/log-time-bar";
import { LookBack } from "@/design/time-travel/look-back";
import { PastFrame } from "@/design/time-travel/past-frame";
import { PlanFilter } from "./plan-filter";
import { PlanTable } from "./plan-table";

/** All plans, newest first, as they are or as they stood; the filter and the moment live in the URL. */
export function PlansPage() {
  const filter = useSearch({ from: "/plans" });
  const navigate = useNavigate();
  const [looking, setLooking] = useState(false);
  const past = filter.as_of !== undefined;
  const plans = useInfiniteQuery({ ...plansQuery(filter), placeholderData: past ? keepPreviousData : undefined });
  const head = useQuery(headQuery).data ?? 0;
  const shown = plans.data?.pages[0]?.as_of;
  const items = plans.data?.pages.flatMap((page) => page.items);
  const narrowed = filter.status !== undefined || filter.q !== undefined;
  const move = (as_of: AsOf | undefined) =>
    void navigate({ to: "/plans", search: { ...filter, as_of }, replace: true });

  return (
    <PastFrame past={past} at={shown?.at}>
      {(past || looking) && (
        <LogTimeBar asOf={filter.as_of} shown={shown} head={head} onMove={move} onClose={() => setLooking(false)} />
      )}
      <Page
        title="Plans"
        actions={
          past ? undefined : (
            <>
              {!looking && <LookBack onClick={() => setLooking(true)} />}
              <ButtonLink to="/">Compose</ButtonLink>
            </>
          )
        }
      >
        <PlanFilter
          filter={filter}
          onChange={(changed) =>
            void navigate({ to: "/plans", search: { ...changed, as_of: filter.as_of }, replace: true })
          }
        />
        <ProblemNote problem={plans.error} doing="read the plans" />
        {plans.isPending && <SkeletonRows what="plans" />}
        {items && items.length > 0 && <PlanTable plans={items} />}
        {items?.length === 0 && past && !plans.hasNextPage && (
          <Empty text={narrowed ? "No plan fitted this filter then." : "There were no plans yet."} />
        )}
        {items?.length === 0 && narrowed && !past && (
          <Empty text="No plan fits this filter.">
            <Button variant="default" onClick={() => void navigate({ to: "/plans", search: {} })}>
              Show all plans
            </Button>
          </Empty>
        )}
        {items?.length === 0 && !narrowed && !past && (
          <Empty text="There are no plans yet. A request becomes a plan; the stones stack up as its steps get done.">
            <ButtonLink to="/">Compose a request</ButtonLink>
          </Empty>
        )}
        {plans.hasNextPage && (
          <Button
            mt="md"
            variant="default"
            loading={plans.isFetchingNextPage}
            onClick={() => void plans.fetchNextPage()}
          >
            Show more
          </Button>
        )}
      </Page>
    </PastFrame>
  );
}
