//! What texts of strangers may hold: characters that nobody sees, and words that give orders to a machine.
//!
//! Text in requests, in rows of the workspace and in results of steps is data. What is here makes it visible and says
//! when it tries to be more; it decides nothing and changes nothing that is kept.

mod hidden;
mod orders;

pub use hidden::{has_hidden, is_hidden, marked, without_hidden};
pub use orders::{gives_orders, plain_words, tries_to_change_the_rules};
