//! Which server is played.

/// A line of server versions, as far as they behave differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 20.10: does not tell what it can do.
    V20_10,
    /// 22.10: does not say when a subscription has caught up.
    V22_10,
    /// 23.10: drops subscribers that are too slow.
    V23_10,
    /// 24.10: knows its positions, and tells them when a subscription goes live.
    #[default]
    V24_10,
}

impl Version {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::V20_10 => "20.10.5.0",
            Self::V22_10 => "22.10.5.0",
            Self::V23_10 => "23.10.6.0",
            Self::V24_10 => "24.10.14.0",
        }
    }

    pub(crate) fn tells_what_it_can(self) -> bool {
        self > Self::V20_10
    }

    pub(crate) fn says_caught_up(self) -> bool {
        self >= Self::V23_10
    }

    pub(crate) fn checks_positions(self) -> bool {
        self >= Self::V24_10
    }

    pub(crate) fn checkpoints_when_live(self) -> bool {
        self >= Self::V24_10
    }
}
