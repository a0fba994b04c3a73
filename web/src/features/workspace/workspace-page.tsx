import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { AsOf } from "@/api/as-of";
import { headQuery } from "@/api/past";
import { entitiesQuery, useLoadSample } from "@/api/workspace";
import { Empty } from "@/design/empty";
import { plural } from "@/design/entity-words";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
import { LogTimeBar } from "@/design/time-travel/log-time-bar";
import { LookBack } from "@/design/time-travel/look-back";
import { PastFrame } from "@/design/time-travel/past-frame";
import { CreateDialog } from "./create-dialog";
import { KindTabs } from "./kind-tabs";
import { ThingList } from "./thing-list";
import css from "./workspace-page.module.css";

/** The things that plans work on, by kind; one of them open beside the list. */
export function WorkspacePage() {
  const filter = useSearch({ from: "/workspace" });
  const { entityId } = useParams({ strict: false });
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const [looking, setLooking] = useState(false);
  const past = filter.as_of !== undefined;
  const things = useQuery({ ...entitiesQuery(filter), placeholderData: past ? keepPreviousData : undefined });
  const head = useQuery(headQuery).data ?? 0;
  const shown = things.data?.as_of;
  const sample = useLoadSample();
  const items = things.data?.items ?? [];
  const narrowed = filter.kind !== undefined || filter.q !== undefined;

  const move = (as_of: AsOf | undefined) =>
    void navigate({ to: ".", search: (before) => ({ ...before, as_of }), replace: true });

  return (
    <PastFrame past={past} at={shown?.at}>
      {(past || looking) && (
        <LogTimeBar asOf={filter.as_of} shown={shown} head={head} onMove={move} onClose={() => setLooking(false)} />
      )}
      <div className={css.split} data-open={entityId !== undefined || undefined}>
        <div className={css.list}>
          <Page
            title="Workspace"
            actions={
              past ? undefined : (
                <>
                  {!looking && <LookBack onClick={() => setLooking(true)} />}
                  <Button onClick={() => setCreating(true)}>Add by hand</Button>
                </>
              )
            }
          >
            <KindTabs
              filter={filter}
              onChange={(changed) =>
                void navigate({ to: "/workspace", search: { ...changed, as_of: filter.as_of }, replace: true })
              }
            />
            <ProblemNote problem={things.error} doing="read the workspace" />
            {things.isPending && <SkeletonRows what="the workspace" />}
            {items.length > 0 && <ThingList things={items} selected={entityId} filter={filter} />}
            {!things.isPending && items.length === 0 && past && (
              <Empty text={narrowed ? "Nothing of this was there then." : "The workspace was empty then."} />
            )}
            {!things.isPending && items.length === 0 && !past && (
              <Empty
                text={narrowed ? `No ${filter.kind ? plural(filter.kind).toLowerCase() : "things"} here.` : sampleText}
              >
                {narrowed ? (
                  <Button variant="default" onClick={() => void navigate({ to: "/workspace", search: {} })}>
                    Show everything
                  </Button>
                ) : (
                  <Button loading={sample.isPending} onClick={() => sample.mutate()}>
                    Load the sample workspace
                  </Button>
                )}
              </Empty>
            )}
          </Page>
        </div>
        <Outlet />
        {creating && (
          <CreateDialog
            kind={filter.kind}
            onCreated={(id) => {
              setCreating(false);
              void navigate({ to: "/workspace/$entityId", params: { entityId: id }, search: filter });
            }}
            onClose={() => setCreating(false)}
          />
        )}
      </div>
    </PastFrame>
  );
}

const sampleText = "The workspace is empty. Load a sample to try requests on, or add things by hand.";
