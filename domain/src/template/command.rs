//! What can be asked of a template.

use super::{Included, Share, TemplateContent, TemplateDetails, TemplateSource};
use crate::ids::TemplateId;

/// An intent towards one template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplateCommand {
    Create(Box<CreateTemplate>),
    /// Makes the next version; the same content as the newest changes nothing.
    AddVersion {
        /// The template itself, which it cannot include.
        own: TemplateId,
        content: Box<TemplateContent>,
        source: TemplateSource,
        note: String,
        /// The templates that it includes, and those that these include.
        included: Included,
    },
    /// Makes a new version with the content of an earlier one.
    Restore {
        version: u32,
        note: String,
    },
    EditDetails(DetailsPatch),
    Retire {
        reason: String,
    },
    BringBack,
    /// Lets plans that are made from a version count as approved once.
    PreApprove {
        version: u32,
        note: String,
    },
    WithdrawPreApproval {
        reason: String,
    },
    /// Says who else may use or edit it; whoever made it always may.
    Share {
        shares: Vec<Share>,
    },
}

/// Makes a template.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTemplate {
    pub details: TemplateDetails,
    pub content: TemplateContent,
    pub source: TemplateSource,
    /// The templates that it includes, and those that these include.
    pub included: Included,
}

/// The details that are set; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub tags: Option<Vec<String>>,
}
