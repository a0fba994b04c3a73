import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { entitiesQuery, useLoadSample } from "@/api/workspace";
import { Empty } from "@/design/empty";
import { plural } from "@/design/entity-words";
import { Page } from "@/design/page";
import { ProblemNote } from "@/design/problem-note";
import { SkeletonRows } from "@/design/skeleton-rows";
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
  const things = useQuery(entitiesQuery(filter));
  const sample = useLoadSample();
  const items = things.data?.items ?? [];
  const narrowed = filter.kind !== undefined || filter.q !== undefined;

  return (
    <div className={css.split} data-open={entityId !== undefined || undefined}>
      <div className={css.list}>
        <Page title="Workspace" actions={<Button onClick={() => setCreating(true)}>Add by hand</Button>}>
          <KindTabs filter={filter} onChange={(search) => void navigate({ to: "/workspace", search, replace: true })} />
          <ProblemNote problem={things.error} doing="read the workspace" />
          {things.isPending && <SkeletonRows what="the workspace" />}
          {items.length > 0 && <ThingList things={items} selected={entityId} filter={filter} />}
          {!things.isPending && items.length === 0 && (
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
  );
}

const sampleText = "The workspace is empty. Load a sample to try requests on, or add things by hand.";
