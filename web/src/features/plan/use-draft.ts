import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import { useEditPlan } from "@/api/plans";
import { asProblem } from "@/api/problem";
import type { EditChange, Plan } from "@/api/types";
import { announce } from "@/design/announcer";
import { count } from "@/design/impact-words";
import { type DraftStep, stepsWith, withChange } from "./draft";
import { type PlacedProblems, placeProblems } from "./draft-words";

/** What was changed and not applied, by plan; it outlives the view, so that looking at the history loses nothing. */
const drafts = new Map<string, { base: number; changes: EditChange[] }>();
const watchers = new Set<() => void>();
const empty = { base: 0, changes: [] as EditChange[] };

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function keep(plan: string, draft: { base: number; changes: EditChange[] }): void {
  if (draft.changes.length === 0) {
    drafts.delete(plan);
  } else {
    drafts.set(plan, draft);
  }
  for (const watcher of watchers) {
    watcher();
  }
}

const nothingWrong: PlacedProblems = { params: {}, steps: {}, plan: [] };

export type Draft = {
  changes: EditChange[];
  /** The plan's steps with the changes on top. */
  steps: DraftStep[];
  /** The plan has moved on since the first of the changes was made. */
  overtaken: boolean;
  problems: PlacedProblems;
  refused: unknown;
  applying: boolean;
  change: (change: EditChange) => void;
  undo: (index: number) => void;
  discard: () => void;
  apply: () => void;
};

/** How many changes of a plan wait to be applied. */
export function usePendingCount(plan: string): number {
  return useSyncExternalStore(watch, () => (drafts.get(plan) ?? empty).changes.length);
}

export function useDraft(plan: Plan): Draft {
  const { id, revision } = plan;
  const draft = useSyncExternalStore(watch, () => drafts.get(id) ?? empty);
  const [problems, setProblems] = useState(nothingWrong);
  const edit = useEditPlan(id);
  const { changes } = draft;
  const steps = useMemo(() => stepsWith(plan, changes), [plan, changes]);

  const change = useCallback(
    (next: EditChange) => {
      const before = drafts.get(id) ?? { base: revision, changes: [] };
      keep(id, { base: before.base, changes: withChange(plan, before.changes, next) });
    },
    [id, revision, plan],
  );

  const settle = (left: EditChange[]) => {
    setProblems(nothingWrong);
    edit.reset();
    keep(id, { base: left.length === 0 ? revision : draft.base, changes: left });
  };

  return {
    changes,
    steps,
    overtaken: changes.length > 0 && draft.base !== revision,
    problems,
    refused: edit.error,
    applying: edit.isPending,
    change,
    undo: (index) => settle(changes.filter((_, at) => at !== index)),
    discard: () => settle([]),
    apply: () => {
      edit.mutate(
        { revision, changes },
        {
          onSuccess: () => {
            settle([]);
            announce(`${count(changes.length, "change", "changes")} applied`);
          },
          onError: (thrown) => setProblems(placeProblems(asProblem(thrown).errors, changes, plan)),
        },
      );
    },
  };
}
