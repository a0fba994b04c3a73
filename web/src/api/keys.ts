import type { AsOf } from "./as-of";
import type { EventSearch } from "./events";
import type { LogSearch } from "./ops";
import type { EntityKind, RollbackScope } from "./types";

/** The names queries are cached under. A live change is matched against them in `invalidate.ts`. */
export const keys = {
  me: ["me"] as const,
  actions: ["actions"] as const,
  plans: ["plans"] as const,
  planList: (filter: { status?: string; q?: string }) => ["plans", filter] as const,
  /** Whatever is read as of an earlier moment: nothing that happens touches it. */
  pastPlan: (id: string, asOf: AsOf) => ["past", "plan", id, asOf] as const,
  pastPlans: (filter: { status?: string; q?: string; as_of?: AsOf }) => ["past", "plans", filter] as const,
  pastEntities: (filter: { kind?: EntityKind; q?: string; archived?: boolean; ids?: string; as_of?: AsOf }) =>
    ["past", "entities", filter] as const,
  pastEntity: (id: string, asOf: AsOf) => ["past", "entity", id, asOf] as const,
  planDiff: (id: string, from?: AsOf, other?: string) => ["plan-diff", id, from, other] as const,
  plan: (id: string) => ["plan", id] as const,
  rollbacks: (id: string) => ["rollback", id] as const,
  rollback: (id: string, scope: RollbackScope) => ["rollback", id, scope] as const,
  planEvents: (id?: string) => (id === undefined ? (["plan-events"] as const) : (["plan-events", id] as const)),
  /** Below the plan's events: what makes them stale makes their proof stale. */
  planProof: (id: string) => ["plan-events", id, "proof"] as const,
  /** Below the plan's events: each of them makes it longer. */
  planTimeline: (id: string) => ["plan-events", id, "timeline"] as const,
  insights: ["insights"] as const,
  events: ["events"] as const,
  eventList: (filter: EventSearch) => ["events", filter] as const,
  /** Below the events: each of them moves the end of the log. */
  proof: ["events", "proof"] as const,
  head: ["events", "head"] as const,
  /** Below the events: what follows from one may still come. */
  causation: (id: string) => ["events", "causation", id] as const,
  templates: ["templates"] as const,
  templateList: (filter: { q?: string; tag?: string; retired?: boolean }) => ["templates", "list", filter] as const,
  template: (id: string) => ["templates", "one", id] as const,
  templateSchedules: (id: string) => ["templates", "schedules", id] as const,
  templateVersions: (id: string) => ["templates", "versions", id] as const,
  templateVersion: (id: string, version: number) => ["template-version", id, version] as const,
  templateDiff: (id: string, from: number, to: number) => ["template-diff", id, from, to] as const,
  entities: ["entities"] as const,
  entityList: (filter: { kind?: EntityKind; q?: string; archived?: boolean; ids?: string }) =>
    ["entities", filter] as const,
  entity: (id: string) => ["entity", id] as const,
  /** Whatever is about running the server; it changes without events. */
  ops: ["ops"] as const,
  projections: ["ops", "projections"] as const,
  operations: ["ops", "operations"] as const,
  parked: ["ops", "parked"] as const,
  skipped: ["ops", "skipped"] as const,
  log: (search: LogSearch) => ["ops", "log", search] as const,
  entityHistory: (id: string) => ["entity-history", id] as const,
};
