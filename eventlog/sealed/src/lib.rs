//! Personal values in the log, sealed with a key per person: destroying the key forgets them wherever the log has been
//! copied to, and leaves the hash chain as it is ("crypto-shredding").
//!
//! [`KeyRing`] keeps the keys, a small file each, beside the log and never in it; [`SealedLog`] opens what is read. What
//! is personal is said by `domain::personal`. Deliberately absent: any change to what the log stores.

mod envelope;
mod forgetting;
mod key;
mod keyring;
mod log;

pub use forgetting::{ForgettingError, holds_seals, honour, honour_event, says_forgotten};
pub use key::{Key, NotAKey};
pub use keyring::{Found, KeyRing, KeyRingError};
pub use log::SealedLog;
