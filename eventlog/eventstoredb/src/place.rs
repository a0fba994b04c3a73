//! Positions and names, as the server writes them and as we do.
//!
//! Since version 20 the server gives every event the commit position of its own record, so that commit and prepare are
//! the same number; it is the position of the port. An event for which they differ was written by an older server in a
//! transaction, which this adapter never does.

use eventlog::{Position, StreamName};

/// The position as a pair.
pub(crate) fn pair(position: Position) -> eventstore::Position {
    eventstore::Position { commit: position.get(), prepare: position.get() }
}

/// How the streams of one log are called on the server: all begin with the same prefix, so that one filter finds them
/// and several logs fit into one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    prefix: String,
}

impl Names {
    pub(crate) fn new(prefix: String) -> Self {
        Self { prefix }
    }

    /// What the names of all our streams begin with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name on the server.
    pub(crate) fn there(&self, stream: &StreamName) -> String {
        format!("{}{stream}", self.prefix)
    }

    /// Our name for a stream of the server, if it is one of ours.
    pub(crate) fn here(&self, name: &str) -> Option<StreamName> {
        name.strip_prefix(&self.prefix)?.parse().ok()
    }

    /// The stream that names the database; it has no hyphen, so that no stream of the log can be called the same.
    pub(crate) fn identity(&self) -> String {
        format!("{}identity", self.prefix)
    }

    /// Our name for a stream whose metadata stream this is.
    pub(crate) fn with_metadata(&self, name: &str) -> Option<StreamName> {
        self.here(name.strip_prefix("$$")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_streams_with_the_prefix_and_a_category_are_ours() {
        let names = Names::new("cairn.".into());
        let plan: StreamName = "plan-1".parse().unwrap();
        assert_eq!(names.there(&plan), "cairn.plan-1");
        assert_eq!(names.here("cairn.plan-1"), Some(plan.clone()));
        assert_eq!(names.with_metadata("$$cairn.plan-1"), Some(plan));
        for other in ["plan-1", "cairn.identity", "$ce-cairn.plan", "$$cairn.plan-1", "cairnx.plan-1"] {
            assert_eq!(names.here(other), None, "{other}");
        }
    }
}
