//! The workspace actions, carried out on a real workspace over a log in memory, and foretold.

mod carried_out;
mod plans;
mod sentences;
