import type { RecordedEvent } from "@/api/types";
import { words } from "./entity-words";
import { dollars } from "./planner-words";

/** An event in words: what was done, and to which step or thing. */
export type EventWords = { verb: string; target?: string; detail?: string };

type Data = Record<string, unknown>;

const verbs: Record<string, string> = {
  PlanCreated: "asked for a plan",
  PlanDrafted: "drafted the plan",
  ModelAsked: "asked a model",
  PlanningFailed: "could not draft the plan",
  ClarificationRequested: "asked back",
  ClarificationAnswered: "answered",
  RevisionRequested: "asked for another draft",
  RevisionDeclined: "left the draft as it was",
  PlanDetailsEdited: "changed the plan's name or policy",
  StepAdded: "added",
  StepEdited: "changed",
  StepRemoved: "removed",
  StepsReordered: "put the steps in another order",
  PlanApprovalGiven: "gave an approval",
  PlanApproved: "approved the plan",
  ApprovalVoided: "voided the approval: the content changed",
  PlanRejected: "rejected the plan",
  ExecutionStarted: "started the plan",
  StepStarted: "started",
  StepCompleted: "completed",
  StepAttemptFailed: "failed an attempt at",
  StepFailed: "failed",
  StepOutcomeUnknown: "lost track of",
  StepOutcomeResolved: "said what became of",
  StepSkipped: "skipped",
  StepRetried: "retried",
  StepApproved: "let start",
  ExecutionPaused: "paused the plan",
  ExecutionResumed: "resumed the plan",
  ExecutionCancelled: "cancelled the plan",
  PlanCompleted: "completed the plan",
  PlanFailed: "ended the plan as failed",
  RollbackStarted: "began to roll back",
  StepRollbackStarted: "began to take back",
  StepRolledBack: "took back",
  StepRollbackAttemptFailed: "failed an attempt to take back",
  StepRollbackFailed: "could not take back",
  StepRollbackRetried: "tried again to take back",
  StepRollbackResolved: "settled by hand",
  RollbackPaused: "paused the rollback",
  RollbackResumed: "went on with the rollback",
  RollbackStopped: "stopped the rollback half-way",
  PlanRolledBack: "finished the rollback",
  PlanRated: "rated the plan",
  CommentAdded: "commented",
  CommentResolved: "settled a comment",
  TemplateCreated: "saved the template",
  TemplateVersionAdded: "saved a version of the template",
  TemplateDetailsEdited: "renamed or described the template",
  TemplateRetired: "retired the template",
  TemplateBroughtBack: "brought the template back",
  TemplatePreApproved: "pre-approved a version of the template",
  TemplatePreApprovalWithdrawn: "withdrew the pre-approval of the template",
  TemplateShared: "changed who may use the template",
  TemplateScheduled: "scheduled the template",
  ScheduleFired: "made the plan that was due",
  ScheduleFailed: "could not make the plan that was due",
  ScheduleMissed: "was not there when plans were due",
  SchedulePaused: "paused the schedule",
  ScheduleResumed: "resumed the schedule",
  ScheduleRemoved: "removed the schedule",
  EntityCreated: "created",
  EntityChanged: "changed",
  EntityArchived: "archived",
  EntityRestored: "restored",
  EntityLinked: "linked",
  EntityUnlinked: "unlinked",
  EntityWithdrawn: "withdrew",
  PersonForgotten: "forgot for good",
  SigningKeyRotated: "let another key sign for the history",
};

/** Every type of event there is, for the filter. */
export const eventTypes = Object.keys(verbs);

/** What was done, without to what. */
export function eventVerb(type: string): string {
  return verbs[type] ?? words(type).toLowerCase();
}

/** Puts an event into words; a type that is not known yet is said by its name. */
export function eventWords(event: RecordedEvent, titleOf: (id: string) => string | undefined): EventWords {
  const data: Data = event.data ?? {};
  const verb = eventVerb(event.type);
  const step = event.step_id ?? stepOf(data);
  if (step !== undefined) {
    return { verb, target: titleOf(step) ?? stepTitle(data) ?? step, detail: detailOf(data) };
  }
  const entity =
    /^entity-(.+)$/.exec(event.stream)?.[1] ?? (/^(Entity|Person)/.test(event.type) ? event.stream : undefined);
  return { verb, target: entity && (titleOf(entity) ?? fieldTitle(data)), detail: detailOf(data) };
}

/** How an event is marked in the list. */
export function eventTone(type: string): "done" | "fail" | "warn" | "active" | "neutral" {
  if (/Failed|Unknown|Withdrawn|Voided/.test(type)) {
    return "fail";
  }
  if (/Completed|Approved|ApprovalGiven/.test(type)) {
    return "done";
  }
  if (/Paused|Stopped|Rotated|Cancelled|Rejected|Skipped|Removed|Archived/.test(type)) {
    return "warn";
  }
  return /Started|Resumed|Retried/.test(type) ? "active" : "neutral";
}

function stepOf(data: Data): string | undefined {
  if (typeof data.step_id === "string") {
    return data.step_id;
  }
  const spec = data.step ?? data.after;
  return isObject(spec) && "action_type" in spec && typeof spec.id === "string" ? spec.id : undefined;
}

function stepTitle(data: Data): string | undefined {
  const spec = data.step ?? data.after;
  return isObject(spec) && typeof spec.title === "string" ? spec.title : undefined;
}

function fieldTitle(data: Data): string | undefined {
  const fields = isObject(data.fields) ? data.fields : {};
  const title = fields.name ?? fields.title ?? fields.message ?? fields.text;
  return typeof title === "string" ? title : undefined;
}

function detailOf(data: Data): string | undefined {
  if (isObject(data.error) && typeof data.error.message === "string") {
    return data.error.message;
  }
  if (typeof data.model === "string" && typeof data.tokens === "number") {
    const cost = typeof data.cost_micros === "number" ? [dollars(data.cost_micros / 1_000_000)] : [];
    return [data.model, `${data.tokens.toLocaleString("en")} tokens`, ...cost].join(", ");
  }
  for (const field of ["note", "request", "feedback", "message", "text"]) {
    const value = data[field];
    if (typeof value === "string" && value !== "") {
      return value;
    }
  }
  if (Array.isArray(data.changes)) {
    return data.changes.flatMap((change) => (isObject(change) ? [words(String(change.field))] : [])).join(", ");
  }
  return undefined;
}

function isObject(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
