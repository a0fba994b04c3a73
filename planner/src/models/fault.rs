//! What can go wrong between a question to a model and its answer.

use std::time::Duration;

/// Why a model has no answer. The words follow the provider's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection came about.
    #[error("could not be reached: {cause}")]
    Unreachable {
        /// What the connection says.
        cause: String,
    },
    /// Nothing was heard for too long.
    #[error("did not answer within {}", humantime::format_duration(*.limit))]
    TimedOut {
        /// How long it was waited for.
        limit: Duration,
    },
    /// The connection ended before the answer did.
    #[error("broke off in the middle of its answer")]
    CutOff,
    /// More bytes than anybody would read.
    #[error("sent more than {} KiB", .limit / 1024)]
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// What was sent is not the provider's format.
    #[error("sent something that is not its own format: {cause}")]
    Unreadable {
        /// What is off.
        cause: String,
    },
    /// The model stopped before the answer was complete.
    #[error("stopped before its answer was complete ({reason})")]
    Incomplete {
        /// Why, in the provider's words.
        reason: String,
    },
    /// Too many requests.
    #[error("has too much to do and asks to come back later (429)")]
    RateLimited,
    /// The provider is at fault.
    #[error("has trouble of its own ({status})")]
    Troubled {
        /// The HTTP status, or what was said in the middle of the stream.
        status: String,
    },
    /// The key is not good.
    #[error("did not accept the key ({status}): see that it is the right one and still valid")]
    KeyRefused {
        /// 401 or 403.
        status: u16,
    },
    /// The provider does not want to be asked like this: a model it does not have, a form it does not know.
    #[error("refused the question ({status}{})", .detail.as_deref().map(|detail| format!(": {detail}")).unwrap_or_default())]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the provider said, without secrets and not long.
        detail: Option<String>,
    },
    /// One more call would go beyond what a request may cost.
    #[error("was not asked again: the budget of {budget} for one request is used up")]
    OverBudget {
        /// The budget, in words.
        budget: String,
    },
}

impl Fault {
    /// The stable code that is kept in the event.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "planner.unreachable",
            Self::TimedOut { .. } => "planner.timed-out",
            Self::CutOff => "planner.cut-off",
            Self::TooLarge { .. } => "planner.too-large",
            Self::Unreadable { .. } => "planner.unreadable",
            Self::Incomplete { .. } => "planner.incomplete",
            Self::RateLimited => "planner.rate-limited",
            Self::Troubled { .. } => "planner.provider-troubled",
            Self::KeyRefused { .. } => "planner.key-refused",
            Self::Refused { .. } => "planner.question-refused",
            Self::OverBudget { .. } => "planner.over-budget",
        }
    }

    /// Whether the same question may do better in a moment.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::CutOff
            | Self::RateLimited
            | Self::Troubled { .. } => true,
            Self::TooLarge { .. }
            | Self::Unreadable { .. }
            | Self::Incomplete { .. }
            | Self::KeyRefused { .. }
            | Self::Refused { .. }
            | Self::OverBudget { .. } => false,
        }
    }
}
