//! Read models in a folder: each build is a SQLite file of its own, and so is the register of them.
//!
//! A build is loaded without a journal, in ways that a crash would ruin, because a ruined build is thrown away. Readers
//! never wait for the writer and never make it wait.

mod folder;
mod indexes;
mod readers;
mod rows;
mod session;

pub use folder::SqliteModels;
