//! The actions that come with Cairn, in the order people are shown them.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{ActionType, Idempotency, Pace, RetryPolicy, Reversibility, params};

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
    }
    schema
}

/// The result of an action on a thing: its id and what later steps may want to mention of it. What the thing lacks is
/// null.
fn entity_result(kind: &str) -> Value {
    let mut result = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "x-ref": [kind], "description": format!("The {kind}.")},
        },
        "required": ["id"],
    });
    let text = |description: &str| json!({"type": "string", "description": description});
    let perhaps = |description: &str| json!({"type": ["string", "null"], "description": description});
    let more = match kind {
        "project" => vec![("name", text("Its name.")), ("due_date", perhaps("When it is to be finished."))],
        "task" => vec![("title", text("Its title.")), ("due_date", perhaps("When it is to be done."))],
        "person" => vec![("name", text("The person's name.")), ("email", perhaps("The person's mail address."))],
        "idea" => vec![("title", text("Its title."))],
        "reminder" => vec![("at", text("When to be reminded."))],
        "calendar_entry" => vec![("title", text("Its title.")), ("at", text("When it starts."))],
        "link" => vec![("relation", text("What the link means."))],
        _ => Vec::new(),
    };
    for (name, schema) in more {
        result["properties"][name] = schema;
    }
    result
}

/// An action on the workspace: reversible, keyed, quick.
fn on_workspace<P: JsonSchema>(name: &str, title: &str, description: &str, result: &str) -> ActionType {
    ActionType {
        name: name.into(),
        title: title.into(),
        description: description.into(),
        params_schema: schema_of::<P>(),
        result_schema: entity_result(result),
        reversibility: Reversibility::Reversible,
        outside: false,
        idempotency: Idempotency::Keyed,
        pace: Pace::Action,
        timeout_seconds: 30,
        retry: RetryPolicy { max_attempts: 3, initial_delay_ms: 200, max_delay_ms: 5_000 },
    }
}

pub(super) fn builtin_actions() -> Vec<ActionType> {
    use params::{
        CalendarSchedule, HttpRequest, IdeaArchive, IdeaCreate, IdeaUpdate, LinkCreate, ManualStep, MessageSend,
        NoteAdd, PersonCreate, PersonUpdate, ProjectArchive, ProjectCreate, ProjectSetMilestones, ProjectUpdate,
        ReminderSet, TaskComplete, TaskCreate, TaskUpdate, WaitUntil,
    };
    vec![
        on_workspace::<ProjectCreate>(
            "project.create",
            "Create a project",
            "Creates a project in the workspace.",
            "project",
        ),
        on_workspace::<ProjectSetMilestones>(
            "project.set_milestones",
            "Set milestones",
            "Replaces the list of a project's milestones.",
            "project",
        ),
        on_workspace::<ProjectUpdate>(
            "project.update",
            "Change a project",
            "Changes a project's name, description, status or due date.",
            "project",
        ),
        on_workspace::<ProjectArchive>(
            "project.archive",
            "Archive a project",
            "Puts a project away; it can be restored.",
            "project",
        ),
        on_workspace::<TaskCreate>(
            "task.create",
            "Create a task",
            "Creates a task, in a project or as an admin to-do.",
            "task",
        ),
        on_workspace::<TaskUpdate>(
            "task.update",
            "Change a task",
            "Changes a task's title, status, due date or assignee.",
            "task",
        ),
        on_workspace::<TaskComplete>("task.complete", "Complete a task", "Marks a task as done.", "task"),
        on_workspace::<PersonCreate>("person.create", "Add a person", "Adds a person to the workspace.", "person"),
        on_workspace::<PersonUpdate>(
            "person.update",
            "Change a person",
            "Changes a person's name, mail address or organisation.",
            "person",
        ),
        on_workspace::<LinkCreate>("link.create", "Link two things", "Links two things of the workspace.", "link"),
        on_workspace::<ReminderSet>("reminder.set", "Set a reminder", "Sets a reminder about a thing.", "reminder"),
        on_workspace::<IdeaCreate>("idea.create", "Write down an idea", "Creates an idea in the workspace.", "idea"),
        on_workspace::<IdeaUpdate>("idea.update", "Change an idea", "Changes an idea's title or text.", "idea"),
        on_workspace::<IdeaArchive>(
            "idea.archive",
            "Archive an idea",
            "Puts an idea away; it can be restored.",
            "idea",
        ),
        on_workspace::<NoteAdd>("note.add", "Add a note", "Adds a note about a thing.", "note"),
        on_workspace::<CalendarSchedule>(
            "calendar.schedule",
            "Schedule in the calendar",
            "Puts an entry into the calendar.",
            "calendar_entry",
        ),
        ActionType {
            reversibility: Reversibility::Irreversible,
            outside: true,
            ..on_workspace::<MessageSend>(
                "message.send",
                "Send a message",
                "Puts a message into the outbox. What is sent cannot be taken back, only followed up.",
                "message",
            )
        },
        ActionType {
            result_schema: json!({
                "type": "object",
                "properties": {
                    "id": {"type": "string", "description": "The id that the answer's body gave, if it gave one."},
                    "status": {"type": "integer", "description": "The answer's status code."},
                    "headers": {"type": "object", "description": "The answer's headers, names in lower case."},
                    "body": {"description": "The answer's body: JSON when it is JSON, else text."},
                    "lossy": {"type": "boolean", "description": "Whether bytes of the body that are no text were replaced."},
                },
                "required": ["status"],
            }),
            reversibility: Reversibility::Irreversible,
            outside: true,
            idempotency: Idempotency::AtMostOnce,
            retry: RetryPolicy { max_attempts: 3, initial_delay_ms: 500, max_delay_ms: 30_000 },
            ..on_workspace::<HttpRequest>(
                "http.request",
                "Send an HTTP request",
                "Sends a request to a host on the allow-list.",
                "any",
            )
        },
        ActionType {
            result_schema: json!({"type": "object"}),
            idempotency: Idempotency::Idempotent,
            pace: Pace::Clock,
            retry: RetryPolicy::once(),
            ..on_workspace::<WaitUntil>(
                "wait.until",
                "Wait until a moment",
                "Waits until a moment, then lets the next steps go on.",
                "any",
            )
        },
        ActionType {
            result_schema: json!({"type": "object"}),
            reversibility: Reversibility::Irreversible,
            idempotency: Idempotency::Idempotent,
            pace: Pace::Person,
            retry: RetryPolicy::once(),
            ..on_workspace::<ManualStep>("manual.step", "Ask a person", "A person does it and marks it done.", "any")
        },
    ]
}
