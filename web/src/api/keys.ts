import type { EntityKind, RollbackScope } from "./types";

/** The names queries are cached under. A live change is matched against them in `invalidate.ts`. */
export const keys = {
  me: ["me"] as const,
  actions: ["actions"] as const,
  plans: ["plans"] as const,
  planList: (filter: { status?: string; q?: string }) => ["plans", filter] as const,
  plan: (id: string) => ["plan", id] as const,
  planEvents: (id: string) => ["plan-events", id] as const,
  insights: ["insights"] as const,
  rollbacks: (id: string) => ["rollback", id] as const,
  rollback: (id: string, scope: RollbackScope) => ["rollback", id, scope] as const,
  events: ["events"] as const,
  eventList: (filter: { type?: string; actor?: string }) => ["events", filter] as const,
  entities: ["entities"] as const,
  entityList: (filter: { kind?: EntityKind; q?: string; archived?: boolean }) => ["entities", filter] as const,
  entity: (id: string) => ["entity", id] as const,
  entityHistory: (id: string) => ["entity-history", id] as const,
};
