//! The nouns that requests are about.

/// A sort of thing that can be made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Noun {
    Project,
    Task,
    Milestone,
    Person,
    Idea,
    Note,
    Reminder,
    Message,
    /// Something with a place in the calendar.
    Event,
    Link,
}

impl Noun {
    /// The sort that a word names, one or many.
    pub(crate) fn of(low: &str) -> Option<Self> {
        let noun = match low {
            "project" | "projects" => Self::Project,
            "task" | "tasks" | "to-do" | "to-dos" | "chore" | "chores" | "action" | "actions" | "ticket"
            | "assignment" | "assignments" | "errand" | "errands" | "subtask" | "subtasks" | "job" | "jobs" => {
                Self::Task
            }
            "milestone" | "milestones" | "checkpoint" | "checkpoints" | "phase" | "phases" | "stage" | "stages" => {
                Self::Milestone
            }
            "contact" | "contacts" | "person" | "people" | "colleague" => Self::Person,
            "idea" | "ideas" | "suggestion" | "thought" => Self::Idea,
            "note" | "notes" | "comment" | "remark" | "memo" => Self::Note,
            "reminder" | "reminders" | "nudge" => Self::Reminder,
            "message" | "messages" | "email" | "mail" | "emails" | "line" | "text" => Self::Message,
            "meeting" | "meetings" | "appointment" | "appointments" | "call" | "calls" | "lunch" | "dinner"
            | "breakfast" | "coffee" | "brunch" | "session" | "sync" | "catch-up" | "catchup" | "check-in"
            | "interview" | "videocall" | "stand-up" | "standup" | "one-on-one" | "1:1" | "workshop" | "demo"
            | "visit" | "chat" | "kickoff" | "kick-off" | "slot" | "conversation" | "drinks" | "walkthrough"
            | "viewing" | "get-together" | "briefing" | "debrief" | "huddle" | "tasting" | "inspection" | "review" => {
                Self::Event
            }
            "link" | "links" | "connection" => Self::Link,
            _ => return None,
        };
        Some(noun)
    }

    /// Whether the word names several.
    pub(crate) fn is_plural(low: &str) -> bool {
        low.ends_with('s') && Self::of(low).is_some() || matches!(low, "people")
    }
}
