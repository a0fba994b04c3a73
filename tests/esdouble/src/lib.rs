//! A double of EventStoreDB, for tests.
//!
//! It speaks the public protocol (version 20 to 24), follows the public rules for revisions, ids, deletion, metadata,
//! positions and filters, and it does on demand what a server, a network and an operator do on a bad day. Nothing about
//! it is durable, fast or safe enough to keep anything in; it is never offered to users.
//!
//! Deliberately absent: persistent subscriptions, projections besides the two kinds of links, users beyond a fixed
//! list, and scavenging.

#![allow(clippy::result_large_err, reason = "a status is what every call of the protocol fails with")]

mod connection;
mod double;
pub mod faults;
mod filter;
pub mod protocol;
mod service;
mod status;
pub mod store;
mod version;

pub use double::{Double, Options, User};
pub use faults::{Call, Fault, Faults};
pub use service::basic;
pub use version::Version;
