//! Holds the tests of the house itself; the stories end to end are tests of the `cairn` binary (see `cli/Cargo.toml`).
