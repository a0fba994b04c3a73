//! From tokens to clauses: sentences, the small talk around them, and the single things they ask for.

mod again;
mod clauses;
mod lists;
pub(crate) mod nouns;
mod polite;
mod sentences;
mod starts;

pub(crate) use clauses::{Clause, Condition, Link, clauses, trailing_condition};
pub(crate) use lists::split_list;
pub(crate) use polite::without_lead_in;
pub(crate) use sentences::{Sentence, sentences};
