//! From a request to an answer: tokens, sentences, clauses, wishes, steps.

use domain::plan::Question;

use super::{
    Way,
    candidate::{By, Candidate, Considered},
    choose::{chosen, looks, same_as},
    dates::Calendar,
    frames, in_general,
    learned::tagged::{ModelReading, readings},
    patterns::by_patterns,
    prepare::prepared,
    read::{Sentence, sentences},
    reader::Reader,
    recipes::Recipes,
    rows::words,
    scope, stated_order,
    text::{Kind, join},
};
use crate::{
    answer,
    contract::{Answer, PlanningRequest},
    safety,
};

/// How many ways to read a request the learned reader is asked for.
const READINGS: usize = 6;

/// Reads a request and answers it.
pub(crate) fn understand(request: &PlanningRequest, recipes: &Recipes, way: Way) -> Answer {
    let text = said(request);
    match candidates(request, &text, recipes, way) {
        Ok(mut candidates) => {
            let looks = looks(&candidates);
            let at = chosen(&candidates, &looks, &safety::RequestWords::of(request));
            let answer = candidates.swap_remove(at).answer(&text);
            // "add a task for", and no more
            let is_whole = answer::check(&answer, request).is_ok();
            if is_whole {
                answer
            } else {
                what_should_be_planned("Something is missing there: say what is to be done.")
            }
        }
        Err(answer) => *answer,
    }
}

/// All the ways to read a request, for whoever learns which to choose; none when it is answered without a reader.
pub(crate) fn considered(request: &PlanningRequest, recipes: &Recipes) -> Vec<Considered> {
    let text = said(request);
    let candidates = candidates(request, &text, recipes, Way::Both).unwrap_or_default();
    let (looks, same_as) = (looks(&candidates), same_as(&candidates));
    let ways = looks.into_iter().zip(same_as).zip(candidates);
    ways.map(|((looks, same_as), way)| Considered { looks, same_as, answer: way.answer(&text) }).collect()
}

/// The request as the learned reader reads it, with the marks of `planner/training`.
pub(crate) fn annotated(request: &PlanningRequest) -> String {
    let reader = Reader::new(request);
    let marked = prepared(&reader.rows, &said(request), Calendar { today: request.today });
    let reading = readings(&marked, &reader.rows, &reader.known, 1).into_iter().next();
    let spans = reading.map(|reading| reading.spans).unwrap_or_default();
    let parts = || spans.iter().flat_map(|span| &span.parts);
    let mut line = String::new();
    for (at, token) in marked.iter().enumerate() {
        let opened = spans.iter().filter(|span| span.from == at).map(|span| format!("[{} ", span.intent));
        let named = parts().filter(|part| part.from == at).map(|part| format!("{{{} ", part.role));
        line.extend(opened.chain(named));
        line.push_str(&join(std::slice::from_ref(token)));
        line.extend(parts().filter(|part| part.to == at + 1).map(|_| '}'));
        line.extend(spans.iter().filter(|span| span.to == at + 1).map(|_| ']'));
        line.push(' ');
    }
    line
}

/// The request, or what was said when it was not understood.
fn said(request: &PlanningRequest) -> String {
    let more = request.answers.get("what-should-be-planned").and_then(serde_json::Value::as_str);
    more.map_or_else(|| safety::without_hidden(&request.request).0, str::to_owned)
}

/// The ways to read a request, at least one; or the answer when no reader is needed.
fn candidates<'a>(
    request: &'a PlanningRequest,
    text: &str,
    recipes: &Recipes,
    way: Way,
) -> Result<Vec<Candidate<'a>>, Box<Answer>> {
    let mut reader = Reader::new(request);
    if safety::without_hidden(&request.request).1 {
        reader.assume("The request had characters that cannot be seen; they were taken out before it was read.");
    }
    let marked = prepared(&reader.rows, text, Calendar { today: request.today });
    let sentences = sentences(&marked);
    if let Some(message) = scope::refusal(text, &sentences) {
        return Err(Box::new(Answer::Reject { message }));
    }
    if sentences.is_empty() || scope::is_gibberish(&sentences) {
        return Err(Box::new(what_should_be_planned(
            "Tell me what should be planned: a project, a few tasks, a reminder, something to follow up.",
        )));
    }
    reader.whole = marked.iter().filter(|token| token.kind != Kind::Break).cloned().collect();
    remember_dates(&mut reader, &sentences);
    reader.asks_for_launch = in_general::is_asked_for(&sentences);
    let readings = match way {
        Way::Patterns => Vec::new(),
        Way::Learned => readings(&marked, &reader.rows, &reader.known, 1),
        Way::Both => readings(&marked, &reader.rows, &reader.known, READINGS),
    };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for ModelReading { spans, behind } in readings.iter().filter(|reading| !reading.spans.is_empty()) {
        let mut reader = reader.clone();
        let told = frames::carry_out(&mut reader, recipes, spans, &marked);
        stated_order::heed(&mut reader, &marked);
        #[expect(clippy::cast_precision_loss, reason = "requests are short")]
        let left_out = told.left_out as f32 / told.words.max(1) as f32;
        let by = By::Learned { behind: *behind, sure: told.sure, left_out };
        candidates.push(Candidate { by, reader, beyond: told.beyond, unread: told.unread });
    }
    if way != Way::Learned || candidates.is_empty() {
        let mut by_patterns = by_patterns(reader, recipes, &sentences);
        stated_order::heed(&mut by_patterns.reader, &marked);
        candidates.push(by_patterns);
    }
    Ok(candidates)
}

/// Notes what happens on the days that the request names, so that "the day before the inspection" can be reckoned.
fn remember_dates(reader: &mut Reader<'_>, sentences: &[Sentence]) {
    for sentence in sentences {
        for (at, token) in sentence.tokens.iter().enumerate() {
            let Some(phrase) = token.date() else { continue };
            let Some(moment) = phrase.moment() else { continue };
            // "move the deadline from 12 to 19 February"
            let moves = sentence.tokens[..at].iter().rev().take(8).any(|token| token.is_any("deadline due move push"));
            let last = moment.until.filter(|_| phrase.role == super::dates::Role::From && moves);
            let Some(day) = last.or(moment.day) else { continue };
            let from = sentence.tokens[..at]
                .iter()
                .rposition(|token| token.kind == Kind::Punct || token.date().is_some())
                .map_or(0, |found| found + 1);
            let mut before = join(&sentence.tokens[from..at]);
            // "three weeks before the fair, which is on 17 April"
            let relative = sentence.tokens[from..at].first().is_some_and(|token| token.is_any("which that"));
            if let Some(named) = from.checked_sub(2).and_then(|named| sentence.tokens.get(named)).filter(|_| relative) {
                before = format!("{} {before}", named.text);
            }
            let event = phrase.event.clone().unwrap_or_default();
            if !words(&before).is_empty() || !event.is_empty() {
                reader.talk.day(&format!("{event} {before}"), day);
            }
        }
    }
}

/// Asks what the request is about.
pub(super) fn what_should_be_planned(message: &str) -> Answer {
    let question = Question::new(
        "what-should-be-planned",
        "What should be planned? A sentence with a verb helps: “create a project …”, “remind me …”, “follow up with …”.",
        Vec::new(),
    );
    Answer::Clarify { message: message.to_owned(), questions: vec![question] }
}
