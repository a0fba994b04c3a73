//! From tokens to clauses: sentences, the small talk around them, and the single things they ask for.

mod again;
mod asides;
mod clauses;
mod conditions;
mod joints;
mod lists;
mod loose_starts;
mod mail;
mod namesakes;
pub(crate) mod nouns;
mod pleas;
mod polite;
mod repairs;
mod sentences;
mod spoken;
mod starts;
mod voice;

pub(crate) use asides::{without_courtesies, without_greeting, without_signature};
pub(crate) use clauses::{Clause, Link, clauses};
pub(crate) use conditions::{Condition, trailing_condition};
pub(crate) use lists::split_list;
pub(crate) use mail::with_mail_first;
pub(crate) use namesakes::told_apart;
pub(crate) use pleas::without_pleas;
pub(crate) use polite::without_lead_in;
pub(crate) use repairs::repaired;
pub(crate) use sentences::{Sentence, sentences};
pub(crate) use spoken::{with_days_in_figures, without_sounds};
pub(crate) use starts::{bare_list, strong as starts_wish};
