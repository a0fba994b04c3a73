import type { EditChange, Entity, Fields, Plan, PlanSummary } from "../../api/types";
import { catalogue } from "./catalogue";
import { edit } from "./edits";
import { drive, end } from "./runner";
import { emptyPlan, recipes, seedWorkspace } from "./seed";
import { refresh, type Store, stepFrom } from "./store";

export type Reply = { status: number; body: unknown };
type Body = Fields & { changes?: EditChange[]; fields?: Fields };

const ok = (body: unknown, status = 200): Reply => ({ status, body });
const problem = (status: number, code: string, title: string, detail: string, errors: unknown[] = []): Reply => ({
  status,
  body: { type: `/docs/errors/${code}`, code, title, detail, status, errors, trace_id: "4bf92f3577b34da6" },
});
const missing = () => problem(404, "not-found", "Not found", "There is nothing with this id.");

const planners = [
  { name: "auto", available: true, model: "claude-sonnet-4-5", reason: null },
  { name: "offline", available: true, model: null, reason: null },
  { name: "anthropic", available: true, model: "claude-sonnet-4-5", reason: null },
  {
    name: "openai",
    available: false,
    model: null,
    reason: "There is no key: start the server with OPENAI_API_KEY set.",
  },
];

/** Answers one request as the server would, near enough to build the page against. */
export function answer(
  store: Store,
  method: string,
  path: string,
  query: URLSearchParams,
  body: Body,
  ifMatch?: string,
): Reply {
  const [family, id, verb, stepId, stepVerb] = path.replace(/^\/api\/v1\//, "").split("/");
  if (family === "me") {
    return ok({ actor: { kind: "person", id: "maya" }, tenant: "local", planners, version: "0.1.0" });
  }
  if (family === "actions") {
    return ok({ items: catalogue, next: null });
  }
  if (family === "proof" || verb === "proof") {
    return problem(503, "proof.not-signing", "The server does not sign", "What only lies in memory is not signed for.");
  }
  if (family === "events" && id !== undefined) {
    const event = store.log.find((event) => event.id === id);
    return event ? ok({ event, causes: [], consequences: [], more: false }) : missing();
  }
  if (family === "events") {
    return events(store, query, () => true);
  }
  if (family === "workspace") {
    return workspace(store, method, path, query, body);
  }
  if (family !== "plans") {
    return missing();
  }
  if (id === undefined) {
    return method === "POST" ? create(store, body) : list(store, query);
  }
  const plan = store.plans.get(id);
  if (plan === undefined) {
    return missing();
  }
  if (ifMatch !== undefined && ifMatch !== `"${plan.revision}"`) {
    return problem(412, "plan.changed", "The plan was changed meanwhile", `The plan is at revision ${plan.revision}.`);
  }
  if (verb === undefined) {
    return ok(plan);
  }
  if (verb === "events") {
    return events(store, query, (event) => event.stream === id, false);
  }
  return verb === "steps" ? tellStep(store, plan, stepId ?? "", stepVerb ?? "", body) : tell(store, plan, verb, body);
}

function tell(store: Store, plan: Plan, verb: string, body: Body): Reply {
  const reason = typeof body.reason === "string" ? body.reason : undefined;
  const become = (status: Plan["status"], type: string) => {
    plan.status = status;
    store.record(plan.id, type, {}, undefined, reason);
  };
  switch (verb) {
    case "edits": {
      const errors = edit(store, plan, body.changes ?? []);
      if (errors.length > 0) {
        return problem(422, "plan.invalid-edit", "The changes do not fit", "Some values are missing or wrong.", errors);
      }
      break;
    }
    case "approve":
      plan.approvals = [
        {
          by: { kind: "person", id: "maya" },
          at: new Date().toISOString(),
          content_hash: plan.content_hash,
          current: true,
        },
      ];
      become("approved", "PlanApproved");
      break;
    case "start":
      become("executing", "ExecutionStarted");
      drive(store, plan);
      break;
    case "pause":
      become("paused", "ExecutionPaused");
      break;
    case "resume":
      become("executing", "ExecutionResumed");
      drive(store, plan);
      break;
    case "cancel":
      become("cancelled", "ExecutionCancelled");
      break;
    default:
      return missing();
  }
  return accepted(plan);
}

function tellStep(store: Store, plan: Plan, id: string, verb: string, body: Body): Reply {
  const step = plan.steps.find((step) => step.id === id);
  if (step === undefined) {
    return missing();
  }
  const reason = typeof body.reason === "string" ? body.reason : undefined;
  plan.status = "executing";
  if (verb === "approve") {
    step.status = "pending";
    store.record(plan.id, "StepApproved", { step_id: id });
  } else if (verb === "skip") {
    step.status = "skipped";
    store.record(plan.id, "StepSkipped", { step_id: id }, undefined, reason);
  } else if (verb === "retry") {
    step.status = "pending";
    step.params = (body.params as Fields | undefined) ?? step.params;
    store.record(plan.id, "StepRetried", { step_id: id });
  } else {
    end(store, plan, step, false);
  }
  refresh(plan);
  drive(store, plan);
  return accepted(plan);
}

function create(store: Store, body: Body): Reply {
  const request = String(body.request ?? "");
  const plan = emptyPlan(store, request, request, Date.now());
  store.plans.set(plan.id, plan);
  store.record(plan.id, "PlanCreated", { request });
  setTimeout(() => {
    const steps = /follow/i.test(request) ? recipes.followUp : recipes.launch;
    const people = [...store.entities.values()].filter((entity) => entity.kind === "person");
    plan.steps = steps.map((step) =>
      stepFrom({ ...step, params: { ...step.params, ...(step.params?.to ? { to: people[0]?.id ?? "me" } : {}) } }),
    );
    plan.name = steps.length > 0 ? request.slice(0, 60) : request;
    plan.status = "draft";
    refresh(plan);
    store.record(plan.id, "PlanDrafted", { steps: steps.length }, { kind: "planner", id: "offline" });
  }, 1200);
  return { ...accepted(plan), status: 202 };
}

function accepted(plan: Plan): Reply {
  return ok({ plan_id: plan.id, status: plan.status, revision: plan.revision, position: plan.position });
}

function list(store: Store, query: URLSearchParams): Reply {
  const [status, q] = [query.get("status"), query.get("q")?.toLowerCase()];
  const items: PlanSummary[] = [...store.plans.values()]
    .filter((plan) => (!status || plan.status === status) && (!q || plan.name.toLowerCase().includes(q)))
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at));
  return ok({ items, next: null, position: store.position });
}

function events(
  store: Store,
  query: URLSearchParams,
  keep: (event: Store["log"][number]) => boolean,
  newestFirst = true,
): Reply {
  const [type, actor] = [query.get("type"), query.get("actor")];
  const kept = store.log.filter(
    (event) => keep(event) && (!type || event.type === type) && (!actor || event.actor.id === actor),
  );
  const from = Number(query.get("cursor") ?? 0);
  const ordered = newestFirst ? kept.toReversed() : kept;
  const next = from + 100 < ordered.length ? String(from + 100) : null;
  return ok({ items: ordered.slice(from, from + 100), next });
}

function workspace(store: Store, method: string, path: string, query: URLSearchParams, body: Body): Reply {
  const [, , , , id, verb] = path.split("/").slice(1);
  if (id === undefined) {
    if (path.endsWith("/sample")) {
      seedWorkspace(store);
      return ok({ created: store.entities.size, position: store.position });
    }
    if (method === "POST") {
      const kind = String(body.kind) as Entity["kind"];
      const made = store.addEntity(kind, kind.slice(0, 3), body.fields ?? {}, undefined, Date.now());
      return ok({ id: made.id, revision: made.revision, position: made.position }, 201);
    }
    const [kind, q] = [query.get("kind"), query.get("q")?.toLowerCase()];
    const fits = (entity: Entity) =>
      (!kind || entity.kind === kind) && (!q || JSON.stringify(entity.fields).toLowerCase().includes(q));
    return ok({ items: [...store.entities.values()].filter(fits), next: null });
  }
  const entity = store.entities.get(id);
  if (entity === undefined) {
    return missing();
  }
  if (verb === "history") {
    return events(store, query, (event) => event.stream === id, false);
  }
  if (method === "PATCH") {
    const changes = Object.entries(body.fields ?? {}).map(([field, after]) => ({
      field,
      before: entity.fields[field],
      after,
    }));
    entity.fields = { ...entity.fields, ...body.fields };
    store.record(id, "EntityChanged", { changes });
  } else if (verb === "archive" || verb === "restore") {
    entity.archived = verb === "archive";
    store.record(id, verb === "archive" ? "EntityArchived" : "EntityRestored", {});
  }
  return method === "GET" ? ok(entity) : ok({ id, revision: entity.revision, position: entity.position });
}
