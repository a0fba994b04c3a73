import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { plansQuery } from "@/api/plans";
import { ButtonLink } from "@/design/button-link";
import { Empty } from "@/design/empty";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { PlanFilter } from "./plan-filter";
import { PlanTable } from "./plan-table";

/** All plans, newest first; the filter lives in the URL. */
export function PlansPage() {
  const filter = useSearch({ from: "/plans" });
  const navigate = useNavigate();
  const plans = useInfiniteQuery(plansQuery(filter));
  const items = plans.data?.pages.flatMap((page) => page.items);
  const narrowed = filter.status !== undefined || filter.q !== undefined;

  return (
    <Page title="Plans" actions={<ButtonLink to="/">Compose</ButtonLink>}>
      <PlanFilter
        filter={filter}
        onChange={(changed) => void navigate({ to: "/plans", search: changed, replace: true })}
      />
      <ProblemNote problem={plans.error} doing="read the plans" />
      {plans.isPending && <SkeletonRows what="plans" />}
      {items && items.length > 0 && <PlanTable plans={items} />}
      {items?.length === 0 && narrowed && (
        <Empty text="No plan fits this filter.">
          <Button variant="default" onClick={() => void navigate({ to: "/plans", search: {} })}>
            Show all plans
          </Button>
        </Empty>
      )}
      {items?.length === 0 && !narrowed && (
        <Empty text="There are no plans yet. A request becomes a plan; the stones stack up as its steps get done.">
          <ButtonLink to="/">Compose a request</ButtonLink>
        </Empty>
      )}
      {plans.hasNextPage && (
        <Button mt="md" variant="default" loading={plans.isFetchingNextPage} onClick={() => void plans.fetchNextPage()}>
          Show more
        </Button>
      )}
    </Page>
  );
}
