import { blankStep } from "../../api/blank-step";
import type { Actor, Entity, Fields, Plan, RecordedEvent, Step, StepInput } from "../../api/types";
import { actionNamed } from "./catalogue";

type Subscriber = (message: { event: string; id: number; data: Fields }) => void;

const me: Actor = { kind: "person", id: "maya" };

/** The mock's whole state: plans and things in memory, and one log of events. */
export class Store {
  readonly plans = new Map<string, Plan>();
  readonly entities = new Map<string, Entity>();
  readonly log: RecordedEvent[] = [];
  readonly subscribers = new Set<Subscriber>();
  #ids = 0;
  now = Date.parse("2026-11-23T09:00:00Z");

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_0193${String(this.#ids).padStart(4, "0")}-7c1e-7000-8a2b-${String(this.#ids * 7919).padStart(12, "0")}`;
  }

  get position(): number {
    return this.log.length;
  }

  /** Appends one event, moves its plan or thing to the new revision, and tells the subscribers. */
  record(stream: string, type: string, data: Fields, actor: Actor = me, reason?: string, at?: number): void {
    const target = this.plans.get(stream) ?? this.entities.get(stream);
    const when = new Date(at ?? Date.now()).toISOString();
    const revision = target === undefined ? 0 : target.revision + 1;
    const position = this.log.length + 1;
    this.log.push({
      position,
      revision,
      id: this.id("evt"),
      type,
      schema_version: 1,
      at: when,
      actor,
      reason: reason ?? null,
      stream,
      correlation_id: "corr",
      step_id: typeof data.step_id === "string" ? data.step_id : null,
      data,
      hash: `${(position * 2654435761).toString(16).padStart(12, "0")}9f3ac41b`,
    });
    if (target !== undefined) {
      target.revision = revision;
      target.position = position;
      target.updated_at = when;
    }
    const named = this.plans.has(stream) ? { plan_id: stream } : { entity_id: stream };
    const message = { position, stream, type, at: when, actor, revision, step_id: data.step_id, ...named };
    for (const subscriber of this.subscribers) {
      subscriber({ event: "change", id: position, data: message });
    }
  }

  addEntity(kind: Entity["kind"], prefix: string, fields: Fields, id = this.id(prefix), at = this.now): Entity {
    const when = new Date(at).toISOString();
    const made: Entity = {
      id,
      kind,
      title: String(fields.name ?? fields.title ?? fields.message ?? fields.text ?? id),
      fields,
      archived: false,
      withdrawn: false,
      forgotten: false,
      links: [],
      revision: -1,
      position: 0,
      created_at: when,
      updated_at: when,
    };
    this.entities.set(id, made);
    this.record(id, "EntityCreated", { kind, fields }, me, undefined, at);
    return made;
  }
}

/** A step as the server would show it, with an impact worked out from the action. */
export function stepFrom(input: StepInput): Step {
  const step = blankStep(input);
  const action = actionNamed(step.action_type);
  const makes = step.action_type.endsWith(".create") ? `new ${step.action_type.split(".")[0]}` : "new thing";
  const reversibility = action?.reversibility ?? "reversible";
  return {
    ...step,
    retry: step.retry ?? action?.retry ?? null,
    impact: {
      level: reversibility === "irreversible" ? "high" : action?.outside ? "medium" : "low",
      reversibility,
      outside: action?.outside ?? false,
      summary: `${action?.title ?? step.action_type}.`,
      changes: Object.entries(step.params)
        .filter(([, value]) => typeof value !== "string" || !value.startsWith("{{"))
        .map(([field, after]) => ({ entity: makes, field, before: null, after })),
      unknown: [],
      problems: [],
    },
  };
}

/** Brings what a plan says of itself in line with its steps. */
export function refresh(plan: Plan): void {
  const count = (status: Step["status"]) => plan.steps.filter((step) => step.status === status).length;
  plan.progress = {
    total: plan.steps.length,
    completed: count("completed"),
    failed: count("failed"),
    skipped: count("skipped"),
    current: plan.steps.filter((step) => step.status === "executing").map((step) => step.id),
  };
  const outside = plan.steps.filter((step) => step.impact.outside).length;
  const irreversible = plan.steps.filter((step) => step.impact.reversibility === "irreversible").length;
  plan.impact = { outside, irreversible, summary: `${plan.steps.length} steps` };
  const content = JSON.stringify([plan.steps.map((step) => [step.id, step.params, step.depends_on]), plan.policy]);
  let hash = 7;
  for (let i = 0; i < content.length; i += 1) {
    hash = (Math.imul(hash, 31) + content.charCodeAt(i)) >>> 0;
  }
  plan.content_hash = hash.toString(16).padStart(8, "0").repeat(8);
}
