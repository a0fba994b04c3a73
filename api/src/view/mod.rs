//! How what the house knows becomes a body: a plan with its impact, an event, a thing.

mod entity;
mod event;
mod past;
mod plan;
mod summary;

pub(crate) use entity::{backlink, entity};
pub(crate) use event::{readable, recorded};
pub(crate) use past::{Past, moment, past, past_entity, unreadable};
pub(crate) use plan::Seen;
pub(crate) use summary::summary;
