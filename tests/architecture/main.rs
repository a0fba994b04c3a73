//! The house stands as ARCHITECTURE.md draws it: arrows between crates point down, and what a crate must not know it
//! does not name.
//!
//! Reads `cargo metadata` and the sources; nothing is built or run. When a test here fails, either the change goes
//! elsewhere, or the drawing is wrong: then both are changed, with a page in `docs/decisions`.

mod arrows;
mod boundaries;
mod documents;
mod habits;
mod house;
