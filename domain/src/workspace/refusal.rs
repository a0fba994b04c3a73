//! Why a thing in the workspace stays as it is.

use super::{FieldProblem, Kind};

/// The fact that stands in the way of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntityRefusal {
    #[error("there is no such thing in the workspace")]
    NoSuchEntity,
    #[error("this id already names another {}", kind.name())]
    AlreadyExists { kind: Kind },
    #[error("the id's prefix does not name a {}; it must start with `{}_`", kind.name(), kind.prefix())]
    WrongPrefix { kind: Kind },
    #[error("{}", join(problems))]
    BadFields { problems: Vec<FieldProblem> },
    #[error("this {} is archived; restore it first", kind.name())]
    Archived { kind: Kind },
    #[error("this {} was withdrawn: its creation was taken back", kind.name())]
    Withdrawn { kind: Kind },
    #[error("only a person can be forgotten, and this is a {}", kind.name().replace('_', " "))]
    NotAPerson { kind: Kind },
    #[error("this person was forgotten: nothing is written about them any more")]
    Forgotten,
    #[error("this is not the person's name: type it as it is")]
    WrongName,
    #[error("a reason is needed: say why, in at most 2,000 characters")]
    ReasonMissing,
    #[error("there is no link `{link}` on this thing")]
    NoSuchLink { link: String },
    #[error("a thing cannot be linked to itself")]
    LinkToItself,
    #[error("a link needs a relation of 1 to 100 characters")]
    BadRelation,
}

impl EntityRefusal {
    /// The stable code that clients see.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchEntity => "workspace.no-such-entity",
            Self::AlreadyExists { .. } => "workspace.already-exists",
            Self::WrongPrefix { .. } => "workspace.wrong-prefix",
            Self::BadFields { .. } => "workspace.bad-fields",
            Self::Archived { .. } => "workspace.archived",
            Self::Withdrawn { .. } => "workspace.withdrawn",
            Self::NotAPerson { .. } => "workspace.not-a-person",
            Self::Forgotten => "workspace.forgotten",
            Self::WrongName => "workspace.wrong-name",
            Self::ReasonMissing => "workspace.reason-missing",
            Self::NoSuchLink { .. } => "workspace.no-such-link",
            Self::LinkToItself => "workspace.link-to-itself",
            Self::BadRelation => "workspace.bad-relation",
        }
    }
}

fn join(problems: &[FieldProblem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}
