//! The kinds of things in the workspace and the fields each may have.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::EntityId;

/// What sort of thing an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Project,
    Task,
    Person,
    Idea,
    Reminder,
    Note,
    Message,
    CalendarEntry,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A text of at most this many characters.
    Text(usize),
    Bool,
    /// A whole number, not negative.
    Count,
    /// `YYYY-MM-DD` or an ISO date-time.
    Date,
    /// The id of an entity of this kind, `"me"` where that is a person.
    Ref(Kind),
    /// The id of any entity.
    AnyRef,
    /// A list of ids of this kind.
    Refs(Kind),
    /// A list of texts.
    Texts,
    /// A list of `{title, due_date?}`.
    Milestones,
}

/// A field that does not fit its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    pub field: String,
    pub message: String,
}

/// Whether a field is about a person, and about whom. What is personal is sealed with that person's key before it is
/// written down, and is gone when the key is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// About nobody.
    Open,
    /// About the person that the entity is.
    OfItself,
    /// About the person that this other field names, when it names one.
    Of(&'static str),
}

/// One field of a kind: its name, its type, whether every entity must have it, and whom it is about.
pub struct Field(pub &'static str, pub FieldType, pub bool, pub Privacy);

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Project,
        Self::Task,
        Self::Person,
        Self::Idea,
        Self::Reminder,
        Self::Note,
        Self::Message,
        Self::CalendarEntry,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Task => "task",
            Self::Person => "person",
            Self::Idea => "idea",
            Self::Reminder => "reminder",
            Self::Note => "note",
            Self::Message => "message",
            Self::CalendarEntry => "calendar_entry",
        }
    }

    /// The prefix of the ids of this kind.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Project => "prj",
            Self::Task => "tsk",
            Self::Person => "per",
            Self::Idea => "ide",
            Self::Reminder => "rem",
            Self::Note => "nte",
            Self::Message => "msg",
            Self::CalendarEntry => "cal",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn from_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// The field that people know an entity of this kind by.
    pub const fn title_field(self) -> &'static str {
        match self {
            Self::Project | Self::Person => "name",
            Self::Task | Self::Idea | Self::CalendarEntry => "title",
            Self::Reminder => "message",
            Self::Note => "text",
            Self::Message => "subject",
        }
    }

    /// The fields of this kind, in the order people are shown them.
    pub const fn fields(self) -> &'static [Field] {
        const SHORT: FieldType = FieldType::Text(300);
        const LONG: FieldType = FieldType::Text(100_000);
        match self {
            Self::Project => &[
                Field("name", SHORT, true, Privacy::Open),
                Field("description", LONG, false, Privacy::Open),
                Field("status", SHORT, false, Privacy::Open),
                Field("due_date", FieldType::Date, false, Privacy::Open),
                Field("milestones", FieldType::Milestones, false, Privacy::Open),
            ],
            Self::Task => &[
                Field("title", SHORT, true, Privacy::Open),
                Field("description", LONG, false, Privacy::Open),
                Field("status", SHORT, false, Privacy::Open),
                Field("due_date", FieldType::Date, false, Privacy::Open),
                Field("project", FieldType::Ref(Self::Project), false, Privacy::Open),
                Field("assignee", FieldType::Ref(Self::Person), false, Privacy::Open),
                Field("tags", FieldType::Texts, false, Privacy::Open),
                Field("admin", FieldType::Bool, false, Privacy::Open),
            ],
            Self::Person => &[
                Field("name", SHORT, true, Privacy::OfItself),
                Field("email", SHORT, false, Privacy::OfItself),
                Field("organisation", SHORT, false, Privacy::OfItself),
            ],
            Self::Idea => &[Field("title", SHORT, true, Privacy::Open), Field("body", LONG, false, Privacy::Open)],
            Self::Reminder => &[
                Field("message", LONG, false, Privacy::Of("about")),
                Field("at", FieldType::Date, true, Privacy::Open),
                Field("about", FieldType::AnyRef, false, Privacy::Open),
            ],
            Self::Note => &[
                Field("text", LONG, true, Privacy::Of("about")),
                Field("about", FieldType::AnyRef, false, Privacy::Open),
            ],
            Self::Message => &[
                Field("to", FieldType::Ref(Self::Person), true, Privacy::Open),
                Field("subject", SHORT, false, Privacy::Of("to")),
                Field("body", LONG, true, Privacy::Of("to")),
                Field("status", SHORT, false, Privacy::Open),
            ],
            Self::CalendarEntry => &[
                Field("title", SHORT, true, Privacy::Open),
                Field("at", FieldType::Date, true, Privacy::Open),
                Field("duration_minutes", FieldType::Count, false, Privacy::Open),
                Field("attendees", FieldType::Refs(Self::Person), false, Privacy::Open),
            ],
        }
    }

    /// Whom a field is about; a field that this kind does not have is about nobody.
    pub fn privacy(self, name: &str) -> Privacy {
        self.fields().iter().find(|field| field.0 == name).map_or(Privacy::Open, |field| field.3)
    }

    /// Checks the fields of a whole entity of this kind.
    pub fn check(self, fields: &Map<String, Value>) -> Vec<FieldProblem> {
        let mut problems = self.check_some(fields);
        for Field(name, _, required, _) in self.fields() {
            let given = fields.get(*name).is_some_and(|value| !value.is_null());
            if *required && !given {
                problems.push(FieldProblem {
                    field: (*name).to_owned(),
                    message: format!("a {} needs a `{name}`", self.name().replace('_', " ")),
                });
            }
        }
        problems
    }

    /// Checks the fields that are given, and does not ask for the others.
    pub fn check_some(self, fields: &Map<String, Value>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        for (name, value) in fields {
            let problem = match self.fields().iter().find(|Field(known, ..)| known == name) {
                None => {
                    let known: Vec<_> = self.fields().iter().map(|Field(known, ..)| *known).collect();
                    Some(format!("a {} has no field `{name}`; it has {}", self.name(), known.join(", ")))
                }
                Some(Field(_, _, true, _)) if value.is_null() => Some(format!("`{name}` cannot be taken away")),
                Some(Field(_, field_type, required, _)) => field_type.refuse(name, value, *required),
            };
            if let Some(message) = problem {
                problems.push(FieldProblem { field: name.clone(), message });
            }
        }
        problems
    }
}

impl FieldType {
    /// Says why `value` is not of this type; `None` when it is. Null always fits: the field is taken away.
    fn refuse(self, name: &str, value: &Value, required: bool) -> Option<String> {
        if value.is_null() {
            return None;
        }
        match self {
            Self::Text(limit) => match value.as_str() {
                None => Some(format!("`{name}` must be a text")),
                Some(text) if required && text.trim().is_empty() => Some(format!("`{name}` must not be empty")),
                Some(text) if text.chars().count() > limit => {
                    Some(format!("`{name}` is too long: at most {limit} characters"))
                }
                Some(_) => None,
            },
            Self::Bool => (!value.is_boolean()).then(|| format!("`{name}` must be true or false")),
            Self::Count => value.as_u64().is_none().then(|| format!("`{name}` must be a whole number, not negative")),
            Self::Date => {
                let fits = value.as_str().is_some_and(crate::action::is_date_or_time);
                (!fits)
                    .then(|| format!("`{name}` must be a date such as 2026-11-23, or a time such as 2026-11-23T14:00"))
            }
            Self::Ref(kind) => {
                (!refers(value, Some(kind))).then(|| format!("`{name}` must be the id of a {}", kind.name()))
            }
            Self::AnyRef => {
                (!refers(value, None)).then(|| format!("`{name}` must be the id of a thing in the workspace"))
            }
            Self::Refs(kind) => {
                let fits = value.as_array().is_some_and(|items| items.iter().all(|item| refers(item, Some(kind))));
                (!fits).then(|| format!("`{name}` must be a list of ids of a {}", kind.name()))
            }
            Self::Texts => {
                let fits = value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
                (!fits).then(|| format!("`{name}` must be a list of texts"))
            }
            Self::Milestones => {
                let fits = value.as_array().is_some_and(|items| items.iter().all(is_milestone));
                (!fits).then(|| {
                    format!("`{name}` must be a list of milestones, each with a `title` and perhaps a `due_date`")
                })
            }
        }
    }
}

fn refers(value: &Value, kind: Option<Kind>) -> bool {
    let Some(text) = value.as_str() else { return false };
    if text == "me" && kind == Some(Kind::Person) {
        return true;
    }
    let Ok(id) = text.parse::<EntityId>() else { return false };
    kind.is_none_or(|kind| id.prefix() == kind.prefix())
}

fn is_milestone(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.get("title").and_then(Value::as_str).is_some_and(|title| !title.trim().is_empty())
        && object
            .get("due_date")
            .is_none_or(|due| due.is_null() || due.as_str().is_some_and(crate::action::is_date_or_time))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kind: Kind, fields: &Value) -> Vec<String> {
        kind.check(fields.as_object().unwrap()).into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn names_and_prefixes_lead_back_to_the_kind() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
            assert_eq!(Kind::from_prefix(kind.prefix()), Some(kind));
        }
    }

    #[test]
    fn what_is_about_a_person_is_declared_and_the_field_that_names_the_person_is_there() {
        for kind in Kind::ALL {
            for field in kind.fields() {
                let Privacy::Of(named) = field.3 else { continue };
                let leads_to = kind.fields().iter().find(|other| other.0 == named).map(|other| other.1);
                assert!(
                    matches!(leads_to, Some(FieldType::Ref(Kind::Person) | FieldType::AnyRef)),
                    "{kind:?} {}",
                    field.0
                );
            }
        }
        assert_eq!(Kind::Person.privacy("email"), Privacy::OfItself);
        assert_eq!((Kind::Task.privacy("title"), Kind::Task.privacy("nothing")), (Privacy::Open, Privacy::Open));
    }

    #[test]
    fn fields_are_checked_by_type() {
        assert_eq!(check(Kind::Task, &json!({"title": "x", "admin": "yes", "project": "tsk_1"})), ["admin", "project"]);
        assert_eq!(check(Kind::Project, &json!({"milestones": [{"due_date": "2026-01-01"}]})), ["milestones", "name"]);
        assert_eq!(check(Kind::Task, &json!({"title": "x", "assignee": "me", "due_date": null})), Vec::<String>::new());
        assert_eq!(check(Kind::Idea, &json!({"title": " ", "colour": 1})), ["title", "colour"]);
    }
}
