import type { EventSearch } from "./events";
import type { EntityKind, RollbackScope } from "./types";

/** The names queries are cached under. A live change is matched against them in `invalidate.ts`. */
export const keys = {
  me: ["me"] as const,
  actions: ["actions"] as const,
  plans: ["plans"] as const,
  planList: (filter: { status?: string; q?: string }) => ["plans", filter] as const,
  plan: (id: string) => ["plan", id] as const,
  rollbacks: (id: string) => ["rollback", id] as const,
  rollback: (id: string, scope: RollbackScope) => ["rollback", id, scope] as const,
  planEvents: (id?: string) => (id === undefined ? (["plan-events"] as const) : (["plan-events", id] as const)),
  /** Below the plan's events: what makes them stale makes their proof stale. */
  planProof: (id: string) => ["plan-events", id, "proof"] as const,
  insights: ["insights"] as const,
  events: ["events"] as const,
  eventList: (filter: EventSearch) => ["events", filter] as const,
  /** Below the events: each of them moves the end of the log. */
  proof: ["events", "proof"] as const,
  /** Below the events: what follows from one may still come. */
  causation: (id: string) => ["events", "causation", id] as const,
  entities: ["entities"] as const,
  entityList: (filter: { kind?: EntityKind; q?: string; archived?: boolean }) => ["entities", filter] as const,
  entity: (id: string) => ["entity", id] as const,
  entityHistory: (id: string) => ["entity-history", id] as const,
};
