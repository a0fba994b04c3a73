//! Why a template stays as it is.

use super::ArgumentProblem;
use crate::plan::Problem;

/// The fact that stands in the way of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateRefusal {
    #[error("there is no such template")]
    NoSuchTemplate,
    #[error("this template exists already")]
    AlreadyExists,
    #[error("a template needs a name of 1 to {limit} characters")]
    BadName { limit: usize },
    #[error("{message}")]
    BadDetails { field: &'static str, message: String },
    #[error("{}", Problem::summary(problems))]
    InvalidContent { problems: Vec<Problem> },
    #[error("there is no version {version} of this template; the newest is {newest}")]
    NoSuchVersion { version: u32, newest: u32 },
    #[error("the template was retired: bring it back first")]
    Retired,
    #[error("the template is in use: it was not retired")]
    NotRetired,
    #[error("no version of this template is pre-approved")]
    NotPreApproved,
    #[error("a reason is needed: say why, in at most 2,000 characters")]
    ReasonMissing,
    #[error("this template is not shared with you for editing: ask whoever made it")]
    MayNotEdit,
    #[error("only whoever made the template says who else may use it")]
    NotTheOwner,
    #[error("a template is shared with at most {limit} others, each named once, in 1 to 128 characters")]
    BadShares { limit: usize },
    #[error("{}", summary(problems))]
    BadArguments { problems: Vec<ArgumentProblem> },
}

impl TemplateRefusal {
    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchTemplate => "template.no-such-template",
            Self::AlreadyExists => "template.already-exists",
            Self::BadName { .. } => "template.bad-name",
            Self::BadDetails { .. } => "template.bad-details",
            Self::InvalidContent { .. } => "template.invalid-content",
            Self::NoSuchVersion { .. } => "template.no-such-version",
            Self::Retired => "template.retired",
            Self::NotRetired => "template.not-retired",
            Self::NotPreApproved => "template.not-pre-approved",
            Self::ReasonMissing => "template.reason-missing",
            Self::MayNotEdit => "template.may-not-edit",
            Self::NotTheOwner => "template.not-the-owner",
            Self::BadShares { .. } => "template.bad-shares",
            Self::BadArguments { .. } => "template.bad-arguments",
        }
    }
}

fn summary(problems: &[ArgumentProblem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}
