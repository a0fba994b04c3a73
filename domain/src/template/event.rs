//! What happens to a template. Nothing here is ever changed or taken out; a new shape gets a new schema version.

use serde::{Deserialize, Serialize};

use super::TemplateContent;
use crate::{ids::PlanId, plan::ContentHash, schema::events};

/// What people know a template by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateDetails {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words to find it by, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Where a version came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum TemplateSource {
    /// A plan, as it was planned then.
    Plan { plan: PlanId, content_hash: ContentHash },
    /// A file that somebody brought along.
    File,
    /// The library that comes with Cairn.
    Starter { name: String },
    /// Somebody who wrote it.
    Written,
}

/// What somebody may do with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See it and make plans from it.
    Use,
    /// Also make new versions, and retire it.
    Edit,
}

/// Who a right is given to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum SharedWith {
    /// One person, by the id that they sign in with.
    Person(String),
    /// Everybody who has a role.
    Role(String),
    /// Everybody in the tenant.
    Tenant,
}

/// One right that is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Share {
    pub with: SharedWith,
    pub right: Right,
}

events! {
    /// Everything that can happen to a template.
    TemplateEvent {
        /// Somebody made a template; this is its version 1.
        TemplateCreated {
            details: TemplateDetails,
            content: TemplateContent,
            source: TemplateSource,
        },
        /// There is another version, which runs use from now on.
        TemplateVersionAdded {
            /// Counted from 1, without gaps.
            version: u32,
            content: TemplateContent,
            source: TemplateSource,
            /// What was changed, in the person's words.
            #[serde(default, skip_serializing_if = "String::is_empty")]
            note: String,
            /// The version whose content this one has, when an earlier one was restored.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            restored: Option<u32>,
        },
        /// Its name, description or tags changed.
        TemplateDetailsEdited { before: TemplateDetails, after: TemplateDetails },
        /// It is used no more; its versions and plans stay.
        TemplateRetired { reason: String },
        /// It is used again.
        TemplateBroughtBack,
        /// Others may use or edit it, or no longer.
        TemplateShared { before: Vec<Share>, after: Vec<Share> },
        /// Plans that are made from this version count as approved once, as long as nobody changes them.
        TemplatePreApproved {
            version: u32,
            #[serde(default, skip_serializing_if = "String::is_empty")]
            note: String,
        },
        /// Plans that are made from it need every approval again.
        TemplatePreApprovalWithdrawn { reason: String },
    }
}

impl TemplateEvent {
    /// The reason that a person gave, for the verbs that ask for one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::TemplateRetired(e) => Some(&e.reason),
            Self::TemplatePreApprovalWithdrawn(e) => Some(&e.reason),
            Self::TemplateCreated(_)
            | Self::TemplateVersionAdded(_)
            | Self::TemplateDetailsEdited(_)
            | Self::TemplateBroughtBack(_)
            | Self::TemplateShared(_)
            | Self::TemplatePreApproved(_) => None,
        }
    }
}
