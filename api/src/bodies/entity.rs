//! Things in the workspace, and what is sent to make and change them.

use chrono::{DateTime, Utc};
use domain::ids::EntityId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{AnyFields, Fields, Moment, page};

/// What kinds of things there are. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum EntityKind {
    Project,
    Task,
    Person,
    Idea,
    Reminder,
    Note,
    Message,
    CalendarEntry,
}

impl From<domain::workspace::Kind> for EntityKind {
    fn from(kind: domain::workspace::Kind) -> Self {
        use domain::workspace::Kind;
        match kind {
            Kind::Project => Self::Project,
            Kind::Task => Self::Task,
            Kind::Person => Self::Person,
            Kind::Idea => Self::Idea,
            Kind::Reminder => Self::Reminder,
            Kind::Note => Self::Note,
            Kind::Message => Self::Message,
            Kind::CalendarEntry => Self::CalendarEntry,
        }
    }
}

impl From<EntityKind> for domain::workspace::Kind {
    fn from(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Project => Self::Project,
            EntityKind::Task => Self::Task,
            EntityKind::Person => Self::Person,
            EntityKind::Idea => Self::Idea,
            EntityKind::Reminder => Self::Reminder,
            EntityKind::Note => Self::Note,
            EntityKind::Message => Self::Message,
            EntityKind::CalendarEntry => Self::CalendarEntry,
        }
    }
}

/// A link from one thing to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityLink {
    /// Names the link on the thing it starts from.
    pub id: String,
    /// How the two belong together, such as `about`.
    pub relation: String,
    /// The thing it leads to.
    pub to: String,
}

/// Another thing that refers to this one, by a link or by a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityBacklink {
    /// The other thing.
    pub from: String,
    /// What it is.
    pub kind: EntityKind,
    /// What people call it.
    pub title: String,
    /// Whether it was put away.
    pub archived: bool,
    /// Names the link there; not there when a field refers.
    pub link_id: Option<String>,
    /// How the two belong together: the link's relation, or the field's name.
    pub relation: String,
}

/// A thing in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the API says each of these with true or false")]
pub struct Entity {
    /// The kind's prefix and an opaque rest.
    pub id: String,
    /// What it is.
    pub kind: EntityKind,
    /// What people call it.
    pub title: String,
    /// What is known of it; which fields there are depends on the kind.
    #[schema(value_type = AnyFields)]
    pub fields: Fields,
    /// Whether it was put away.
    pub archived: bool,
    /// Whether its creation was taken back.
    pub withdrawn: bool,
    /// Whether this is a person who was forgotten: what was known of them is gone, and reads as `{"$sealed": …}`.
    pub forgotten: bool,
    /// The links that start here.
    pub links: Vec<EntityLink>,
    /// The things that refer to this one. Only where one thing is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub linked_from: Vec<EntityBacklink>,
    /// Of an earlier moment: so much has changed since that older things may have referred to it as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub linked_from_partial: bool,
    /// Its revision; the `ETag` names the same.
    pub revision: u64,
    /// The place of its last event in the log.
    pub position: u64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The moment that is shown, when it is an earlier one (`as_of`). Only where one thing is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub as_of: Option<Moment>,
}

page! {
    /// Things in the workspace, the newest first.
    EntityPage of Entity
}

/// Makes a thing.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct NewEntity {
    /// What it is.
    pub kind: EntityKind,
    /// What is known of it; which fields there are, and which it needs, depends on the kind.
    #[schema(value_type = AnyFields)]
    pub fields: Fields,
}

/// Changes a thing.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct EntityPatch {
    /// The fields that are set; null takes one away, what is not given stays.
    #[schema(value_type = AnyFields)]
    pub fields: Fields,
}

/// Forgets a person for good.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[schema(example = json!({"reason": "She asked us to", "name": "Ana Ferri"}))]
pub struct Forget {
    /// Why: 1 to 2,000 characters; they are kept.
    // Defaulted, so that what is missing is refused in the verb's own words.
    #[serde(default)]
    #[schema(required = true)]
    pub reason: String,
    /// The person's name, typed to confirm that it is gone for good.
    #[serde(default)]
    #[schema(required = true)]
    pub name: String,
}

/// A person is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Forgotten {
    /// The person.
    pub id: String,
    /// The revision of the event that says so.
    pub revision: u64,
    /// Its place in the log.
    pub position: u64,
    /// In how many events the name or the mail address still stands in free text, which cannot be taken out.
    pub mentioned: usize,
    /// The first of them.
    pub mentions: Vec<Mention>,
}

/// An event whose free text names somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mention {
    /// Its place in the log.
    pub position: u64,
    /// Names it in the whole log.
    pub id: String,
    /// The stream it belongs to.
    pub stream: String,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: String,
}

/// Links a thing to another.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
pub struct NewLink {
    /// The thing it leads to.
    #[schema(value_type = String)]
    pub to: EntityId,
    /// How the two belong together, 1 to 100 characters; `related` when not given.
    #[serde(default)]
    pub relation: Option<String>,
}

/// What every write to a thing answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityWritten {
    /// The thing.
    pub id: String,
    /// Its revision after the write; the `ETag` names the same.
    pub revision: u64,
    /// The place of the write in the whole log; give it as `min_position` to read what was written.
    pub position: u64,
    /// The link that was made, when the write made one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub link_id: Option<String>,
}

/// What loading the sample workspace answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SampleLoaded {
    /// How many things were made; 0 when they were all there.
    pub created: usize,
    /// The things of the sample.
    pub ids: Vec<String>,
    /// The place of the last write in the whole log.
    pub position: u64,
}
