//! Read models in PostgreSQL: each build is a schema of its own, and the register of them is one more.
//!
//! Any number of processes may use one database. Of a build, one of them is the writer: it holds an advisory lock on the
//! very connection that writes, so that whoever has lost the lock can write no more. Everybody reads.
//!
//! Beside them are the [`Leases`] of what only one of those processes may do at a time, and the [`Claims`] on plans, each
//! of which one of them looks after.
//!
//! The client is asynchronous and the port is not: connections live on a runtime of their own, and whoever asks waits.

mod bulk;
mod claims;
mod database;
mod dialect;
mod error;
mod leases;
mod link;
mod readers;
mod rows;
mod session;
mod settings;
#[cfg(test)]
mod tls_tests;

pub use claims::{ClaimNews, Claims};
pub use database::PostgresModels;
pub use error::ConnectError;
pub use leases::{Lease, Leases};
pub use settings::{Login, Settings};

/// The numbered migrations of what all builds share.
mod migrations {
    refinery::embed_migrations!("../../migrations/postgres");
}
