//! Proof that nobody touched the history: signed checkpoints, and what holds a log against them.
//!
//! A stream's hash chain (in `eventlog`) shows a changed event, and nothing more: whoever can write the file can also
//! cut its end off or compute all hashes anew. So a [`Notary`](notary::Notary) signs at intervals for the heads of all
//! streams, into a [`ledger`] that can be copied to another machine; [`verify`] walks the whole log, holds it against
//! such a copy and names the first fault.
//!
//! Deliberately absent: adapters of the log, a clock, and any write to the log. Nothing in here can change history.

pub mod evidence;
pub mod key;
pub mod ledger;
pub mod merkle;
pub mod notary;
pub mod reads;
mod standing;
pub mod statement;
#[cfg(test)]
mod testing;
pub mod verify;

pub use standing::{Head, Standing};
