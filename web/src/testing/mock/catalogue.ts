import type { ActionType, Fields, Reversibility } from "../../api/types";

const text = (description: string, more: Fields = {}) => ({ type: "string", description, ...more });
const optional = (description: string, more: Fields = {}) => ({ type: ["string", "null"], description, ...more });
const entity = (description: string, ...kinds: string[]) => text(description, { "x-ref": kinds });
const date = { format: "date-or-time" };
const person = { "x-ref": ["person"], "x-me": true };

/** An action of a family gives a thing of that kind; a call outside may give anything. */
function gives(name: string): Fields {
  const family = name.split(".")[0] ?? "";
  return ["http", "manual", "wait", "link"].includes(family) ? {} : { "x-ref": [family] };
}

function action(
  name: string,
  title: string,
  required: string[],
  properties: Fields,
  more: { reversibility?: Reversibility; outside?: boolean; pace?: ActionType["pace"]; defs?: Fields } = {},
): ActionType {
  return {
    name,
    title,
    description: `${title}.`,
    params_schema: { type: "object", required, properties, ...(more.defs ? { $defs: more.defs } : {}) },
    result_schema: { type: "object", required: ["id"], properties: { id: { type: "string", ...gives(name) } } },
    reversibility: more.reversibility ?? "reversible",
    outside: more.outside ?? false,
    idempotency: more.outside ? "at_most_once" : "keyed",
    pace: more.pace ?? "action",
    timeout_seconds: 30,
    retry: { max_attempts: 3, initial_delay_ms: 500, max_delay_ms: 30_000 },
  };
}

const milestone = {
  type: "object",
  required: ["title"],
  properties: {
    title: text("What is reached.", { minLength: 1 }),
    due_date: optional("When it is to be reached.", date),
  },
};

/** The built-in actions, with schemas shaped as the server's are. */
export const catalogue: ActionType[] = [
  action("project.create", "Create a project", ["name"], {
    name: text("What the project is called.", { minLength: 1 }),
    description: optional("What it is about."),
    due_date: optional("When it is to be finished.", date),
  }),
  action(
    "project.set_milestones",
    "Set a project's milestones",
    ["project", "milestones"],
    {
      project: entity("The project.", "project"),
      milestones: { type: "array", description: "The milestones, in order.", items: { $ref: "#/$defs/Milestone" } },
    },
    { defs: { Milestone: milestone } },
  ),
  action("project.archive", "Archive a project", ["project"], { project: entity("The project.", "project") }),
  action("task.create", "Create a task", ["title"], {
    title: text("What is to be done.", { minLength: 1 }),
    description: optional("More about it."),
    project: optional("The project it belongs to.", { "x-ref": ["project"] }),
    assignee: optional("Who is to do it.", person),
    due_date: optional("When it is to be done.", date),
    tags: { type: ["array", "null"], description: "Words to find it by.", items: { type: "string" } },
    admin: { type: ["boolean", "null"], description: "A to-do that belongs to no project work." },
  }),
  action("task.update", "Change a task", ["task"], {
    task: entity("The task.", "task"),
    title: optional("Its new title."),
    status: optional("Its new status, such as `open` or `blocked`."),
  }),
  action("person.create", "Add a person", ["name"], {
    name: text("The person's name.", { minLength: 1 }),
    email: optional("The person's mail address."),
    organisation: optional("Where the person works."),
  }),
  action("link.create", "Link two things", ["from", "to"], {
    from: entity("The thing the link starts from.", "any"),
    to: entity("The thing the link leads to.", "any"),
    relation: optional("What the link means, such as `came_from`."),
  }),
  action("reminder.set", "Set a reminder", ["about", "at"], {
    about: entity("The thing to be reminded of.", "any"),
    at: text("When to be reminded.", date),
    message: optional("What the reminder says."),
  }),
  action("idea.create", "Write down an idea", ["title"], {
    title: text("The idea in a line.", { minLength: 1 }),
    body: optional("The idea at length."),
  }),
  action("idea.archive", "Archive an idea", ["idea"], { idea: entity("The idea.", "idea") }),
  action("note.add", "Add a note", ["about", "text"], {
    about: entity("The thing the note is about.", "any"),
    text: text("What the note says.", { minLength: 1, maxLength: 20000 }),
  }),
  action(
    "message.send",
    "Send a message",
    ["to", "body"],
    {
      to: text("Who gets it.", person),
      subject: optional("Its subject."),
      body: text("What it says.", { minLength: 1, maxLength: 100000 }),
    },
    { reversibility: "irreversible", outside: true },
  ),
  action("calendar.schedule", "Schedule a meeting", ["title", "at"], {
    title: text("What it is.", { minLength: 1 }),
    at: text("When it starts.", date),
    duration_minutes: { type: ["integer", "null"], description: "How long it takes, in minutes.", minimum: 1 },
    attendees: { type: ["array", "null"], description: "Who takes part.", items: { type: "string", ...person } },
  }),
  action(
    "http.request",
    "Send an HTTP request",
    ["method", "url"],
    {
      method: text("GET, HEAD, POST, PUT, PATCH or DELETE.", { pattern: "^(GET|HEAD|POST|PUT|PATCH|DELETE)$" }),
      url: text("The whole address.", { pattern: "^https?://.+" }),
      headers: { type: ["object", "null"], description: "Header names and values.", additionalProperties: true },
      body: { description: "The body: a text is sent as it is, anything else as JSON." },
    },
    { reversibility: "compensatable", outside: true },
  ),
  action(
    "manual.step",
    "Ask a person to do something",
    ["instructions"],
    {
      instructions: text("What is to be done.", { minLength: 1, maxLength: 20000 }),
      assignee: optional("Who.", person),
    },
    { reversibility: "compensatable", pace: "person" },
  ),
  action(
    "wait.until",
    "Wait until a moment",
    ["at"],
    { at: text("The moment.", date), reason: optional("What is waited for.") },
    { pace: "clock" },
  ),
];

export function actionNamed(name: string): ActionType | undefined {
  return catalogue.find((action) => action.name === name);
}
