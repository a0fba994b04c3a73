//! The params of the built-in actions, typed: one definition gives the JSON Schema that plans are checked against and
//! the struct that the executor reads.
//!
//! Dates are `YYYY-MM-DD` or an ISO date-time; a date-time without an offset is the user's local time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One milestone of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Milestone {
    /// What is reached.
    #[schemars(length(min = 1, max = 300))]
    pub title: String,
    /// When it is to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-or-time"))]
    pub due_date: Option<String>,
}

macro_rules! params {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
            pub struct $name {
                $($(#[$field_doc])* pub $field: $type,)*
            }
        )*
    };
}

params! {
    /// Creates a project.
    ProjectCreate {
        /// What the project is called.
        #[schemars(length(min = 1, max = 300))]
        name: String,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// When it is to be finished.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("format" = "date-or-time"))]
        due_date: Option<String>,
    }
    /// Replaces the list of a project's milestones.
    ProjectSetMilestones {
        /// The project.
        #[schemars(extend("x-ref" = ["project"]))]
        project: String,
        /// The milestones, in order.
        #[schemars(length(max = 500))]
        milestones: Vec<Milestone>,
    }
    /// Changes a project's fields.
    ProjectUpdate {
        /// The project.
        #[schemars(extend("x-ref" = ["project"]))]
        project: String,
        /// Its new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 300))]
        name: Option<String>,
        /// Its new description.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Its new status, such as `active`, `on hold` or `done`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 100))]
        status: Option<String>,
        /// When it is to be finished.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("format" = "date-or-time"))]
        due_date: Option<String>,
    }
    /// Archives a project.
    ProjectArchive {
        /// The project.
        #[schemars(extend("x-ref" = ["project"]))]
        project: String,
    }
    /// Creates a task.
    TaskCreate {
        /// What is to be done.
        #[schemars(length(min = 1, max = 300))]
        title: String,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// The project it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("x-ref" = ["project"]))]
        project: Option<String>,
        /// Who is to do it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("x-ref" = ["person"], "x-me" = true))]
        assignee: Option<String>,
        /// When it is to be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("format" = "date-or-time"))]
        due_date: Option<String>,
        /// Words to find it by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(max = 50))]
        tags: Option<Vec<String>>,
        /// A to-do that belongs to no project work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admin: Option<bool>,
    }
    /// Changes a task's fields.
    TaskUpdate {
        /// The task.
        #[schemars(extend("x-ref" = ["task"]))]
        task: String,
        /// Its new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 300))]
        title: Option<String>,
        /// Its new status, such as `open` or `blocked`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 100))]
        status: Option<String>,
        /// When it is to be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("format" = "date-or-time"))]
        due_date: Option<String>,
        /// Who is to do it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("x-ref" = ["person"], "x-me" = true))]
        assignee: Option<String>,
    }
    /// Marks a task as done.
    TaskComplete {
        /// The task.
        #[schemars(extend("x-ref" = ["task"]))]
        task: String,
    }
    /// Adds a person.
    PersonCreate {
        /// The person's name.
        #[schemars(length(min = 1, max = 300))]
        name: String,
        /// The person's mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// Where the person works.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organisation: Option<String>,
    }
    /// Changes a person's fields.
    PersonUpdate {
        /// The person.
        #[schemars(extend("x-ref" = ["person"]))]
        person: String,
        /// The new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 300))]
        name: Option<String>,
        /// The new mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// The new place of work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organisation: Option<String>,
    }
    /// Links two things.
    LinkCreate {
        /// The thing the link starts from.
        #[schemars(extend("x-ref" = ["any"]))]
        from: String,
        /// The thing the link leads to.
        #[schemars(extend("x-ref" = ["any"]))]
        to: String,
        /// What the link means, such as `came_from`; `related_to` when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 100))]
        relation: Option<String>,
    }
    /// Sets a reminder about a thing.
    ReminderSet {
        /// The thing to be reminded of.
        #[schemars(extend("x-ref" = ["any"]))]
        about: String,
        /// When to be reminded.
        #[schemars(extend("format" = "date-or-time"))]
        at: String,
        /// What the reminder says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    }
    /// Writes down an idea.
    IdeaCreate {
        /// The idea in a line.
        #[schemars(length(min = 1, max = 300))]
        title: String,
        /// The idea at length.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    }
    /// Changes an idea's fields.
    IdeaUpdate {
        /// The idea.
        #[schemars(extend("x-ref" = ["idea"]))]
        idea: String,
        /// Its new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(min = 1, max = 300))]
        title: Option<String>,
        /// Its new text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    }
    /// Archives an idea.
    IdeaArchive {
        /// The idea.
        #[schemars(extend("x-ref" = ["idea"]))]
        idea: String,
    }
    /// Adds a note about a thing.
    NoteAdd {
        /// The thing the note is about.
        #[schemars(extend("x-ref" = ["any"]))]
        about: String,
        /// What the note says.
        #[schemars(length(min = 1, max = 20_000))]
        text: String,
    }
    /// Puts a message into the outbox.
    MessageSend {
        /// Who gets it.
        #[schemars(extend("x-ref" = ["person"], "x-me" = true))]
        to: String,
        /// Its subject.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(max = 300))]
        subject: Option<String>,
        /// What it says.
        #[schemars(length(min = 1, max = 100_000))]
        body: String,
    }
    /// Puts an entry into the calendar.
    CalendarSchedule {
        /// What it is.
        #[schemars(length(min = 1, max = 300))]
        title: String,
        /// When it starts.
        #[schemars(extend("format" = "date-or-time"))]
        at: String,
        /// How long it takes, in minutes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 525_600))]
        duration_minutes: Option<u32>,
        /// Who takes part.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(max = 500), extend("items" = {"type": "string", "x-ref": ["person"], "x-me": true}))]
        attendees: Option<Vec<String>>,
    }
    /// Sends an HTTP request to a host on the allow-list.
    HttpRequest {
        /// GET, HEAD, POST, PUT, PATCH or DELETE.
        #[schemars(regex(pattern = r"^(GET|HEAD|POST|PUT|PATCH|DELETE)$"))]
        method: String,
        /// The whole address, `http` or `https`.
        #[schemars(regex(pattern = r"^https?://.+"), length(max = 4_000))]
        url: String,
        /// Header names and values.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        headers: Option<Map<String, Value>>,
        /// The body: a text is sent as it is, anything else as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        /// The request that makes up for this one: an object with `method`, `url`, `headers`, `body`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        compensate: Option<Map<String, Value>>,
    }
    /// Asks a person to do something.
    ManualStep {
        /// What is to be done.
        #[schemars(length(min = 1, max = 20_000))]
        instructions: String,
        /// Who is to do it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(extend("x-ref" = ["person"], "x-me" = true))]
        assignee: Option<String>,
    }
    /// Waits until a moment.
    WaitUntil {
        /// The moment.
        #[schemars(extend("format" = "date-or-time"))]
        at: String,
        /// What is waited for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    }
}
