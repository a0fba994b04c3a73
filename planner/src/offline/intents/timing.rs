//! Only a time: "sometime next week will do", "Friday is fine". It is when what was just asked for is to be.

use domain::workspace::Kind;

use crate::offline::{
    dates::{in_words, written},
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    text::{Kind as TokenKind, Token, is_function_word},
};

/// What may be said of a time.
const FITS: &str = "\
    do fine ok okay enough good great perfect best better early soon latest suits works suit work please ideally preferably \
    hurry rush no not late time some any possible sometime would will is be should that's it's me us";

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    let Some(phrase) = tokens.iter().find_map(Token::date).cloned() else { return Ok(false) };
    let only = tokens.iter().all(|token| {
        token.date().is_some()
            || token.kind == TokenKind::Punct
            || token.is_any(FITS)
            || is_function_word(&token.low)
                && !token.is_any("and with for all both each every everything they them these those")
    });
    let made = reader.draft.steps.len();
    if !only || tokens.len() < 2 || made == 0 {
        return Ok(false);
    }
    let Some(thing) = reader.talk.it().filter(|thing| thing.step().is_some()).cloned() else { return Ok(false) };
    let Some((day, time)) = reader.moment(&phrase)? else { return Ok(false) };
    remind_then(
        reader,
        &thing,
        &written(day, time.or_else(|| chrono::NaiveTime::from_hms_opt(9, 0, 0))),
        &in_words(day),
    );
    match thing.kind {
        Kind::Task | Kind::Project => {
            if let Some((day, _)) = reader.due(&phrase)? {
                reader.change(&thing, Change::Text("due_date", written(day, None)));
            }
        }
        Kind::CalendarEntry => {
            if let Some(step) = thing.step() {
                reader.draft.steps[step].params.insert("at".into(), written(day, time).into());
            }
        }
        Kind::Person | Kind::Idea | Kind::Reminder | Kind::Note | Kind::Message => {}
    }
    Ok(true)
}

/// Moves the reminders about a thing.
fn remind_then(reader: &mut Reader<'_>, thing: &Thing, at: &str, day: &str) {
    for step in
        reader.draft.steps.iter_mut().filter(|step| step.action == "reminder.set" && step.points_at("about", thing))
    {
        step.params.insert("at".into(), at.into());
        step.title = format!("Set a reminder for {day}");
    }
}
