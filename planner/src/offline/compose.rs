//! The answer: a name for the plan, what was understood, and what was taken for granted.

use super::{draft::shortened, reader::Reader, text::capitalised};
use crate::contract::{Answer, DraftedPlan};

/// A name for the plan and a sentence on what it does.
pub(crate) fn named(reader: &Reader<'_>, text: &str) -> (String, String) {
    let titles: Vec<&str> = reader.draft.steps.iter().map(|step| step.title.as_str()).collect();
    let name = match (&reader.undertaking, titles.as_slice()) {
        (Some(undertaking), _) => undertaking.label.clone(),
        (None, [one]) => (*one).to_owned(),
        (None, [first, ..]) => format!("{first} and {} more", titles.len() - 1),
        (None, []) => shortened(text, 80),
    };
    let count = titles.len();
    let summary = if count == 1 {
        format!("One step: {}.", titles[0])
    } else {
        format!("{count} steps, from “{}” to “{}”.", titles[0], titles[count - 1])
    };
    (capitalised(&shortened(&name, 100)), summary)
}

/// The plan as an answer.
pub(crate) fn answer(reader: Reader<'_>, name: String, summary: &str, unread: &[String]) -> Answer {
    let mut message = summary.to_owned();
    for refusal in &reader.refusals {
        message.push(' ');
        message.push_str(refusal);
    }
    let left_out: Vec<&String> = unread.iter().filter(|text| text.split_whitespace().count() > 2).collect();
    if let [one] = left_out.as_slice() {
        message.push_str(" Nothing was planned for “");
        message.push_str(&shortened(one, 100));
        message.push_str("”.");
    }
    let description = shortened(reader.request.request.trim(), 500);
    Answer::Plan(DraftedPlan {
        name,
        description,
        recipes: reader.draft.recipes(),
        steps: reader.draft.finish(),
        message,
        assumptions: reader.assumptions,
        ..DraftedPlan::default()
    })
}
