import { type AsOf, readAsOf } from "@/api/as-of";
import type { EventSearch } from "@/api/events";
import { asKind } from "@/api/kinds";
import type { LogSearch } from "@/api/ops";
import type { EntityKind } from "@/api/types";

/** Reads what the URL says after `?`; anything unknown or of the wrong kind is left out. */
type Raw = Record<string, unknown>;

export type ComposeSearch = { selection?: string; request?: string };
/** A page of the past says which moment it shows; links between such pages keep it. */
type Moment = { as_of?: AsOf };

export type PlansSearch = Moment & { status?: string; q?: string };
export type TemplatesSearch = { q?: string; tag?: string; retired?: boolean };
export type HistorySearch = EventSearch;
export type WorkspaceSearch = Moment & { kind?: EntityKind; q?: string; archived?: boolean };
export type OpsView = "models" | "parked" | "log";
export type PlanView = "review" | "run" | "history" | "compare";
export type PlanShow = "list" | "graph" | "both";
export type PlanSearch = Moment & {
  view?: PlanView;
  show?: PlanShow;
  step?: string;
  type?: string;
  actor?: string;
  /** The rollback that is looked at: `plan`, `step:ID`, `from_step:ID` or `rollback:ID`. */
  rollback?: string;
  /** Another plan that this one is compared with. */
  other?: string;
};

export function composeSearch(raw: Raw): ComposeSearch {
  return { selection: text(raw.selection), request: text(raw.request) };
}

export function plansSearch(raw: Raw): PlansSearch {
  return { status: text(raw.status), q: text(raw.q), as_of: readAsOf(raw.as_of) };
}

export function templatesSearch(raw: Raw): TemplatesSearch {
  return { q: text(raw.q), tag: text(raw.tag), retired: raw.retired === true ? true : undefined };
}

/** What a template is to be filled in with, when something leads there with it. */
export function templateSearch(raw: Raw): { given?: Record<string, unknown> } {
  const given = raw.given;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  return { given: isObject ? (given as Record<string, unknown>) : undefined };
}

export function historySearch(raw: Raw): HistorySearch {
  return {
    type: text(raw.type),
    actor: text(raw.actor),
    q: text(raw.q),
    since: day(raw.since),
    until: day(raw.until),
    plan: text(raw.plan),
    // a step is one of a plan
    step: text(raw.plan) && text(raw.step),
    entity: text(raw.entity),
    correlation_id: text(raw.correlation_id),
  };
}

export function workspaceSearch(raw: Raw): WorkspaceSearch {
  const archived = raw.archived === true ? true : undefined;
  return { kind: asKind(raw.kind), q: text(raw.q), archived, as_of: readAsOf(raw.as_of) };
}

export function planSearch(raw: Raw): PlanSearch {
  return {
    view: oneOf(raw.view, ["review", "run", "history", "compare"]),
    show: oneOf(raw.show, ["list", "graph", "both"]),
    step: text(raw.step),
    type: text(raw.type),
    actor: text(raw.actor),
    rollback: text(raw.rollback),
    as_of: readAsOf(raw.as_of),
    other: text(raw.other),
  };
}

export type OpsSearch = LogSearch & { view?: OpsView };

export function opsSearch(raw: Raw): OpsSearch {
  const position = Number(raw.position);
  return {
    view: oneOf(raw.view, ["models", "parked", "log"]),
    stream: text(raw.stream),
    type: text(raw.type),
    correlation_id: text(raw.correlation_id),
    position: Number.isSafeInteger(position) && position > 0 ? position : undefined,
  };
}

function day(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneOf<T extends string>(value: unknown, allowed: T[]): T | undefined {
  return allowed.find((one) => one === value);
}
