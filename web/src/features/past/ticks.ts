/** The time line of a plan: what kind each event is, where it stands, where one may want to go. Pure. */
import type { TimelineEvent } from "@/api/types";

/** The kinds of events that the time line tells apart. */
export type TickKind = "draft" | "edit" | "approval" | "run" | "step" | "failure" | "rollback" | "end" | "note";

const kinds: Record<string, TickKind> = {
  PlanCreated: "draft",
  PlanDrafted: "draft",
  ModelAsked: "draft",
  ClarificationRequested: "draft",
  ClarificationAnswered: "draft",
  RevisionRequested: "draft",
  RevisionDeclined: "draft",
  PlanningFailed: "failure",
  PlanDetailsEdited: "edit",
  StepAdded: "edit",
  StepEdited: "edit",
  StepRemoved: "edit",
  StepsReordered: "edit",
  ApprovalVoided: "edit",
  PlanApprovalGiven: "approval",
  PlanApproved: "approval",
  StepApproved: "approval",
  ExecutionStarted: "run",
  ExecutionPaused: "run",
  ExecutionResumed: "run",
  StepStarted: "step",
  StepCompleted: "step",
  StepSkipped: "step",
  StepRetried: "step",
  StepOutcomeResolved: "step",
  StepAttemptFailed: "failure",
  StepFailed: "failure",
  StepOutcomeUnknown: "failure",
  PlanFailed: "failure",
  PlanRejected: "end",
  ExecutionCancelled: "end",
  PlanCompleted: "end",
  RollbackStarted: "rollback",
  StepRollbackStarted: "rollback",
  StepRolledBack: "rollback",
  StepRollbackAttemptFailed: "failure",
  StepRollbackFailed: "failure",
  StepRollbackRetried: "rollback",
  StepRollbackResolved: "rollback",
  RollbackPaused: "rollback",
  RollbackResumed: "rollback",
  RollbackStopped: "rollback",
  PlanRolledBack: "rollback",
};

/** What kind an event is; one that is not known yet is a note. */
export function kindOf(type: string): TickKind {
  return kinds[type] ?? "note";
}

/** The kinds in words, in the order of the legend. */
export const kindWords: Record<TickKind, string> = {
  draft: "Draft",
  edit: "Edit",
  approval: "Approval",
  run: "Run",
  step: "Step",
  failure: "Failure",
  rollback: "Rollback",
  end: "End",
  note: "Other",
};

/** Which kind is shown where several share one place: what people look for comes first. */
const importance: TickKind[] = ["failure", "approval", "end", "rollback", "run", "draft", "edit", "step", "note"];

export type Tick = { kind: TickKind; index: number; at: number };

/**
 * Where the ticks stand, from 0 to 1, the last stop being now. There are at most `columns`; events that fall on one are
 * one tick.
 */
export function ticksOf(events: Pick<TimelineEvent, "type">[], columns: number): Tick[] {
  const places = new Map<number, Tick>();
  for (const [index, { type }] of events.entries()) {
    const at = index / events.length;
    const column = Math.floor(at * columns);
    const kind = kindOf(type);
    const there = places.get(column);
    if (there === undefined || importance.indexOf(kind) < importance.indexOf(there.kind)) {
      places.set(column, { kind, index, at });
    }
  }
  return [...places.values()];
}

/** The kinds that there are, for the legend. */
export function kindsIn(events: Pick<TimelineEvent, "type">[]): TickKind[] {
  const there = new Set(events.map(({ type }) => kindOf(type)));
  return (Object.keys(kindWords) as TickKind[]).filter((kind) => there.has(kind));
}

/** The stop that a place in the log is at: that of the last event there; -1 before the first one. */
export function stopAt(events: Pick<TimelineEvent, "position">[], position: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.position ?? 0) <= position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

export type Jump = { name: string; index: number };

/** Where one may want to go: the approval that held, the start of the run, its end. */
export function jumpsIn(events: Pick<TimelineEvent, "type">[]): Jump[] {
  const last = (...types: string[]) => events.findLastIndex(({ type }) => types.includes(type));
  return [
    { name: "Approval", index: last("PlanApproved") },
    { name: "Start", index: last("ExecutionStarted") },
    { name: "End", index: last("PlanCompleted", "PlanFailed", "ExecutionCancelled", "PlanRejected") },
    { name: "Rollback", index: last("RollbackStarted") },
  ].filter(({ index }) => index >= 0);
}
