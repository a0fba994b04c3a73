//! A template as its events left it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Right, Share, SharedWith, TemplateContent, TemplateDetails, TemplateEvent, TemplateSource};
use crate::{
    actor::{Actor, ActorKind},
    decider::Stamp,
};

/// One version; it never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Counted from 1.
    pub number: u32,
    pub content: Arc<TemplateContent>,
    pub source: TemplateSource,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The version whose content this one has again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<u32>,
    pub by: Actor,
    pub at: DateTime<Utc>,
}

/// A yes that was given beforehand, to the plans that a version makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreApproval {
    pub version: u32,
    pub by: Actor,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A template. One without versions is not there yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    pub details: TemplateDetails,
    /// Oldest first.
    pub versions: Vec<Version>,
    /// Why it is used no more, while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_approved: Option<PreApproval>,
    /// Who may use or edit it besides whoever made it; everybody in the tenant may use it unless somebody says otherwise.
    pub shares: Vec<Share>,
    pub owner: Option<Actor>,
    pub created_at: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
}

impl Template {
    pub fn exists(&self) -> bool {
        !self.versions.is_empty()
    }

    /// The version that runs use.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }

    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// What somebody may do with it; nothing when it is not shared with them.
    pub fn right_of(&self, actor: &Actor, roles: &[String]) -> Option<Right> {
        let is_machinery = matches!(actor.kind, ActorKind::System | ActorKind::Planner | ActorKind::Executor);
        if is_machinery || self.owner.as_ref() == Some(actor) {
            return Some(Right::Edit);
        }
        let includes = |share: &&Share| match &share.with {
            SharedWith::Person(id) => *id == actor.id,
            SharedWith::Role(role) => roles.contains(role),
            SharedWith::Tenant => true,
        };
        self.shares.iter().filter(includes).map(|share| share.right).max()
    }

    /// Folds an event into the template.
    pub fn evolve(&mut self, event: &TemplateEvent, stamp: &Stamp) {
        match event {
            TemplateEvent::TemplateCreated(e) => {
                self.details = e.details.clone();
                self.owner = Some(stamp.actor.clone());
                self.created_at = Some(stamp.at);
                self.shares = vec![Share { with: SharedWith::Tenant, right: Right::Use }];
                self.versions.push(Version {
                    number: 1,
                    content: Arc::new(e.content.clone()),
                    source: e.source.clone(),
                    note: String::new(),
                    restored: None,
                    by: stamp.actor.clone(),
                    at: stamp.at,
                });
            }
            TemplateEvent::TemplateVersionAdded(e) => {
                // a restored version shares what it restores
                let again = e.restored.and_then(|number| self.version(number)).filter(|v| *v.content == e.content);
                let content = again.map_or_else(|| Arc::new(e.content.clone()), |version| Arc::clone(&version.content));
                self.versions.push(Version {
                    number: e.version,
                    content,
                    source: e.source.clone(),
                    note: e.note.clone(),
                    restored: e.restored,
                    by: stamp.actor.clone(),
                    at: stamp.at,
                });
            }
            TemplateEvent::TemplateDetailsEdited(e) => self.details = e.after.clone(),
            TemplateEvent::TemplateRetired(e) => self.retired = Some(e.reason.clone()),
            TemplateEvent::TemplateBroughtBack(_) => self.retired = None,
            TemplateEvent::TemplateShared(e) => self.shares.clone_from(&e.after),
            TemplateEvent::TemplatePreApproved(e) => {
                self.pre_approved = Some(PreApproval {
                    version: e.version,
                    by: stamp.actor.clone(),
                    at: stamp.at,
                    note: e.note.clone(),
                });
            }
            TemplateEvent::TemplatePreApprovalWithdrawn(_) => self.pre_approved = None,
        }
        self.updated_at = Some(stamp.at);
    }
}
