//! What clauses ask for: one file for each family of wishes.
//!
//! Each reader looks at a clause and either leaves it, or adds steps and asks questions. The order matters: the more
//! special a way of speaking is, the earlier it is tried.

mod archive;
mod assign;
mod attribute_subject;
mod attributes;
pub(crate) mod calendar;
mod complete;
mod delegate;
mod due;
mod everyday;
mod fields;
pub(crate) mod follow_up;
mod frame;
mod http;
pub(crate) mod idea_to_project;
mod ideas;
mod links;
pub(crate) mod message_text;
mod message_wish;
mod messages;
pub(crate) mod milestones;
mod modifiers;
mod needed;
mod notes;
mod passive;
mod people;
mod people_changed;
mod projects;
pub(crate) mod reminders;
mod rename;
pub(crate) mod select;
mod statements;
mod status;
mod task_entries;
mod task_words;
mod tasks;
mod timing;
mod waiting;

use super::{
    read::Clause,
    reader::{Reader, Reading},
    text::Token,
};

type Intent = fn(&mut Reader<'_>, &Clause) -> Reading;

/// Ways of speaking that no recipe may take for its own.
const SPECIAL: &[Intent] = &[
    timing::read,
    attributes::read,
    modifiers::read,
    waiting::read,
    http::read,
    follow_up::read,
    idea_to_project::read,
    people::read,
];

/// Ways of speaking about things in the workspace and new things by name.
const CERTAIN: &[Intent] = &[
    reminders::read,
    milestones::read,
    links::read,
    messages::read,
    notes::read,
    complete::read,
    status::read,
    fields::read,
    rename::read,
    due::read,
    assign::read,
    archive::read,
    ideas::read,
    projects::read,
    tasks::read,
    calendar::read,
    frame::read,
];

/// Ways of speaking that stand behind recipes: plain statements, and things to do in the world.
const LOOSE: &[Intent] = &[needed::read, passive::read, delegate::read, statements::read, everyday::read];

/// Reads a clause as one of the wishes that come before recipes.
pub(crate) fn special(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    first(SPECIAL, reader, clause)
}

/// Reads a clause as one of the certain wishes.
pub(crate) fn certain(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    first(CERTAIN, reader, clause)
}

/// Reads a clause as something to do or to know.
pub(crate) fn loose(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    first(LOOSE, reader, clause)
}

pub(crate) use calendar::is_appointment;

/// Whether a clause begins like work to be done in the world.
pub(crate) fn is_plain_work(tokens: &[Token]) -> bool {
    everyday::is_imperative(tokens)
}

/// When only statements were made: a wish in one of them becomes a task.
pub(crate) fn from_statements(reader: &mut Reader<'_>) -> Reading {
    let Some(wish) = statements::wish_in(&reader.told) else { return Ok(false) };
    let clause = Clause { tokens: wish, ..Clause::default() };
    everyday::read(reader, &clause)
}

fn first(intents: &[Intent], reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    for intent in intents {
        if intent(reader, clause)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads a clause as a request to the outside.
pub(crate) fn http(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    http::read(reader, clause)
}

/// Lets each of some tasks wait for the one before it.
pub(crate) fn chain(reader: &mut Reader<'_>, made: &[super::draft::Thing]) {
    tasks::chain(reader, made, super::slots::Sequence::Chain);
}
