import type { Plan, PlanStatus, Step, StepInput } from "../../api/types";
import { refresh, type Store, stepFrom } from "./store";

type Input = StepInput & { id: string };

const minute = 60_000;

/** Fills the workspace with what the sample holds. */
export function seedWorkspace(store: Store): void {
  const sarah = store.addEntity("person", "per", {
    name: "Sarah Okafor",
    email: "sarah@northwind.example",
    organisation: "Northwind",
  });
  store.addEntity("person", "per", { name: "Tom Lindqvist", email: "tom@example.org" });
  store.addEntity("person", "per", { name: "Imogen Frost", organisation: "Frost & Daughters" });
  const survey = store.addEntity("project", "prj", { name: "Staff survey", status: "active", due_date: "2026-12-18" });
  store.addEntity("project", "prj", { name: "Signposting the north wing", status: "on hold" });
  store.addEntity("idea", "ide", {
    title: "Postcards to lapsed customers",
    body: "A hand-written card to everybody who has not ordered for a year. Cheap, personal, and nobody else does it.",
  });
  store.addEntity("idea", "ide", { title: "Four-day week trial", body: "Try it for a quarter with one team." });
  const task = store.addEntity("task", "tsk", {
    title: "Update the phone list",
    status: "open",
    assignee: sarah.id,
    project: survey.id,
    due_date: "2026-11-30",
    tags: ["office"],
  });
  task.links.push({ id: store.id("lnk"), relation: "about", to: sarah.id });
  store.addEntity("task", "tsk", { title: "Book the room for the kick-off", status: "done" });
  store.addEntity("note", "nte", { about: sarah.id, text: "Prefers to be called in the morning." });
  store.addEntity("reminder", "rem", {
    about: task.id,
    at: "2026-11-27T09:00:00",
    message: "Ask Sarah for the new numbers",
  });
}

const launch: Input[] = [
  {
    id: "create-project",
    title: "Create the project Kestrel",
    action_type: "project.create",
    params: {
      name: "Kestrel launch",
      description: "Bring the new booking page to all customers.",
      due_date: "2027-01-29",
    },
  },
  {
    id: "set-milestones",
    title: "Set milestones for Kestrel",
    action_type: "project.set_milestones",
    depends_on: ["create-project"],
    params: {
      project: "{{steps.create-project.result.id}}",
      milestones: [
        { title: "Design agreed", due_date: "2026-12-04" },
        { title: "Beta with ten customers", due_date: "2027-01-08" },
        { title: "Launch", due_date: "2027-01-29" },
      ],
    },
  },
  {
    id: "draft-announcement",
    title: "Draft the announcement",
    action_type: "task.create",
    depends_on: ["create-project"],
    params: {
      title: "Draft the announcement",
      project: "{{steps.create-project.result.id}}",
      assignee: "me",
      due_date: "2027-01-15",
      admin: true,
    },
  },
  {
    id: "check-legal",
    title: "Have the terms of the new booking page checked by legal before anything is said in public",
    action_type: "manual.step",
    depends_on: ["create-project"],
    requires_approval: true,
    params: { instructions: "Send the terms to legal and wait for their yes.", assignee: "me" },
  },
  {
    id: "schedule-kickoff",
    title: "Schedule the kick-off",
    action_type: "calendar.schedule",
    depends_on: ["set-milestones"],
    params: { title: "Kestrel kick-off", at: "2026-11-26T10:00:00", duration_minutes: 45, attendees: ["me"] },
  },
  {
    id: "remind-review",
    title: "Remind me to review the milestones",
    action_type: "reminder.set",
    depends_on: ["set-milestones"],
    params: {
      about: "{{steps.create-project.result.id}}",
      at: "2026-12-04T09:00:00",
      message: "Review the milestones of Kestrel",
    },
  },
  {
    id: "tell-sarah",
    title: "Send the launch date to Sarah Okafor",
    action_type: "message.send",
    depends_on: ["check-legal", "set-milestones"],
    params: {
      to: "PER_SARAH",
      subject: "Kestrel goes live on 29 January",
      body: "Hello Sarah,\n\nKestrel goes live on 29 January. Your team gets it a week earlier.\n\nMaya",
    },
  },
  {
    id: "announce",
    title: "Post to the status page",
    action_type: "http.request",
    depends_on: ["draft-announcement", "check-legal"],
    params: { method: "POST", url: "https://status.example.org/api/posts", body: { text: "Kestrel is coming" } },
  },
];

const followUp: Input[] = [
  {
    id: "create-task",
    title: "Create the task Follow up with Sarah",
    action_type: "task.create",
    params: { title: "Follow up with Sarah", assignee: "me", admin: true, due_date: "2026-11-26" },
  },
  {
    id: "link-sarah",
    title: "Link the task to Sarah Okafor",
    action_type: "link.create",
    depends_on: ["create-task"],
    params: { from: "{{steps.create-task.result.id}}", to: "PER_SARAH", relation: "about" },
  },
  {
    id: "set-reminder",
    title: "Remind me on Thursday",
    action_type: "reminder.set",
    depends_on: ["create-task"],
    params: { about: "{{steps.create-task.result.id}}", at: "2026-11-26T09:00:00", message: "Follow up with Sarah" },
  },
];

function move(count: number): Input[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `box-${index + 1}`,
    title: `Pack and label box ${index + 1}${index % 9 === 4 ? ", with the fragile things from the cupboard by the window" : ""}`,
    action_type: index % 13 === 7 ? "manual.step" : "task.create",
    depends_on: index === 0 ? [] : [`box-${Math.max(1, index - (index % 4))}`],
    params:
      index % 13 === 7
        ? { instructions: `Carry box ${index + 1} down` }
        : { title: `Pack box ${index + 1}`, tags: ["move"] },
  }));
}

type Shape = {
  name: string;
  request: string;
  status: PlanStatus;
  steps: Input[];
  ago: number;
  shape?: (steps: Step[], start: number) => void;
};

const at = (start: number, seconds: number) => new Date(start + seconds * 1000).toISOString();

function finish(step: Step | undefined, start: number, from: number, to: number): void {
  if (step === undefined) {
    return;
  }
  step.status = "completed";
  step.attempts = 1;
  step.started_at = at(start, from);
  step.completed_at = at(start, to);
  step.result = { id: `tsk_0193a${from}` };
  step.effects = [{ kind: "entity_created", entity: `tsk_0193a${from}`, event: "evt_1" }];
}

/** Adds plans in every state, with long titles, three and two hundred steps. */
export function seedPlans(store: Store): void {
  const sarah = [...store.entities.values()].find((entity) => entity.fields.name === "Sarah Okafor")?.id ?? "per_x";
  const shapes: Shape[] = [
    {
      name: "Move the office to Harbour Street",
      request: "Plan the office move with 200 boxes",
      status: "executing",
      steps: move(200),
      ago: 300,
      shape: (steps, start) => {
        for (const [i, step] of steps.entries()) {
          if (i < 87) finish(step, start, i * 2, i * 2 + 3);
        }
        for (const i of [87, 88]) {
          const step = steps[i];
          if (step) {
            step.status = "executing";
            step.attempts = 1;
            step.started_at = at(start, 180);
          }
        }
      },
    },
    {
      name: "Follow up with Sarah",
      request: "Follow up with Sarah",
      status: "completed",
      steps: followUp,
      ago: 1500,
      shape: (steps, start) => {
        for (const [i, step] of steps.entries()) {
          finish(step, start, i, i + 1);
        }
      },
    },
    {
      name: "Quarterly close",
      request: "Close the books for the third quarter",
      status: "paused",
      steps: launch.slice(0, 5),
      ago: 90,
      shape: (steps, start) => {
        finish(steps[0], start, 0, 2);
        finish(steps[1], start, 2, 5);
      },
    },
    {
      name: "Onboard Imogen Frost",
      request: "Onboard Imogen next Monday",
      status: "cancelled",
      steps: followUp,
      ago: 3000,
    },
    {
      name: "Kestrel launch, second try with a name so long that it has to be cut somewhere in the middle of the list",
      request: "Plan the Kestrel launch again",
      status: "failed",
      steps: launch,
      ago: 45,
      shape: (steps, start) => {
        finish(steps[0], start, 0, 2);
        finish(steps[1], start, 2, 4);
        finish(steps[2], start, 2, 9);
        finish(steps[3], start, 3, 40);
        const bad = steps[7];
        if (bad) {
          bad.status = "failed";
          bad.attempts = 3;
          bad.started_at = at(start, 41);
          bad.completed_at = at(start, 60);
          bad.error = {
            code: "http.status",
            message: "status.example.org answered 503 Service Unavailable three times in a row",
            at: at(start, 60),
          };
        }
      },
    },
    {
      name: "Renew the insurance",
      request: "Renew the insurance before it runs out",
      status: "approved",
      steps: followUp,
      ago: 20,
    },
    {
      name: "Kestrel launch",
      request:
        "Plan a project launch for Kestrel at the end of January, with a kick-off this week, and tell Sarah the date",
      status: "draft",
      steps: launch,
      ago: 4,
    },
  ];
  for (const shape of shapes) {
    addPlan(store, shape, sarah);
  }
}

function addPlan(store: Store, { name, request, status, steps, ago, shape }: Shape, sarah: string): Plan {
  const start = Date.now() - ago * minute;
  const filled = steps.map((step) => ({
    ...step,
    params: { ...step.params, ...(step.params?.to === "PER_SARAH" ? { to: sarah } : {}) },
  }));
  const plan = emptyPlan(store, name, request, start);
  store.plans.set(plan.id, plan);
  plan.steps = filled.map((step) => stepFrom(step));
  plan.status = status;
  store.record(plan.id, "PlanCreated", { request }, undefined, undefined, start);
  store.record(
    plan.id,
    "PlanDrafted",
    { name, steps: steps.length },
    { kind: "planner", id: "offline" },
    undefined,
    start + 800,
  );
  if (status !== "draft") {
    store.record(plan.id, "PlanApproved", { note: "Looks right" }, undefined, undefined, start + 40_000);
    plan.approvals = [
      { by: { kind: "person", id: "maya" }, at: at(start, 40), content_hash: "", current: true, note: "Looks right" },
    ];
  }
  shape?.(plan.steps, start + 60_000);
  for (const step of plan.steps) {
    const by = { kind: "executor", id: "executor" } as const;
    if (step.started_at) {
      store.record(
        plan.id,
        "StepStarted",
        { step_id: step.id, attempt: 1, params: step.params },
        by,
        undefined,
        Date.parse(step.started_at),
      );
    }
    if (step.status === "completed") {
      store.record(
        plan.id,
        "StepCompleted",
        { step_id: step.id, result: step.result },
        by,
        undefined,
        Date.parse(step.completed_at ?? ""),
      );
    }
    if (step.status === "failed") {
      store.record(
        plan.id,
        "StepFailed",
        { step_id: step.id, error: step.error },
        by,
        undefined,
        Date.parse(step.completed_at ?? ""),
      );
    }
  }
  if (status === "cancelled") {
    store.record(plan.id, "ExecutionCancelled", {}, undefined, "Imogen starts in January instead", start + 90_000);
  }
  refresh(plan);
  return plan;
}

/** A plan without steps, as it is right after the request came in. */
export function emptyPlan(store: Store, name: string, request: string, created: number): Plan {
  const when = new Date(created).toISOString();
  const plan: Plan = {
    id: store.id("pln"),
    name,
    description: "",
    request,
    status: "drafting",
    revision: -1,
    position: 0,
    content_hash: "",
    origin: { planner: "offline", model: null, assumptions: [] },
    effort: { askings: 0, tokens: 0 },
    policy: { on_failure: "stop", max_parallel: 4, approvals_required: 1, self_approval: true },
    steps: [],
    progress: { total: 0, completed: 0, failed: 0, skipped: 0, current: [] },
    impact: { outside: 0, irreversible: 0, summary: "" },
    warnings: [],
    approvals: [],
    questions: [],
    answers: {},
    comments: [],
    rollbacks: [],
    message: "",
    created_at: when,
    updated_at: when,
    created_by: { kind: "person", id: "maya" },
  };
  return plan;
}

export const recipes = { launch, followUp };
