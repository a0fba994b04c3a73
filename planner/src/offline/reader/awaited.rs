//! Work that others wait for: what a condition says somebody has to do first, and waiting until it is done.
//!
//! A step that makes a task ends as soon as the task is there. What is to happen once the work is done waits for a
//! person, who marks it as done.

use domain::workspace::Kind;

use super::Reader;
use crate::offline::{
    dates::DatePhrase,
    draft::{Step, Thing, shortened},
    make::TaskParts,
    read::nouns::Noun,
    resolve::{Found, people_named},
    slots::dates,
    text::{Kind as TokenKind, Token, is_verb},
    wording::title_of,
};

/// What people do by answering: there is nothing to be assigned in it.
const ANSWERS: &str = "be do answer reply respond agree get receive come arrive return know hear read say want";

impl Reader<'_> {
    /// "once Elias has repaired the pump": work for Elias, unless a step of this plan is it already. Says whether it is.
    pub(super) fn await_work(&mut self, tokens: &[Token]) -> bool {
        let (told, aside) = without_aside(tokens);
        // "as soon as the count is finished (Dilnoza does that)"
        let doer = || self.people_in(&aside).into_iter().next().zip(done_to(&told));
        let Some((who, mut work)) = self.work_told(&told).or_else(doer) else { return false };
        let as_task = aside.iter().any(|token| Noun::of(&token.low) == Some(Noun::Task));
        let mut found: Vec<DatePhrase> = dates(&mut work);
        found.extend(aside.iter().filter_map(|token| token.date().cloned()));
        let due = found.last().and_then(|phrase| self.due(phrase).ok().flatten());
        let title = title_of(&self.spelled_out(&work));
        self.talk.names(&who);
        let step = if as_task || due.is_some() {
            self.make_task(&TaskParts { title, due, assignee: Some(who), ..TaskParts::default() })
        } else {
            let step = Step::new("manual.step", shortened(&title, 120))
                .text("instructions", format!("{title}. Mark this as done when it is."))
                .thing("assignee", &who);
            self.push(step, Kind::Task, &title)
        };
        // "pour it, wait for her to inspect it": behind what was to be done before
        let made = step.step().unwrap_or_default();
        for before in self.ends_of(&(self.since.min(made)..made).collect::<Vec<_>>()) {
            self.draft.order(made, before);
        }
        self.barrier = step.step().into_iter().collect();
        self.until_done = true;
        self.since = self.draft.steps.len();
        true
    }

    /// Who has to do what, when words tell of somebody's work.
    fn work_told(&self, tokens: &[Token]) -> Option<(Thing, Vec<Token>)> {
        let named = people_named(&self.candidates(), tokens);
        let first = named.first().filter(|named| named.from <= 1)?;
        let Found::One(person) = &first.found else { return None };
        let rest = &tokens[first.to..];
        let aside = rest.iter().take_while(|token| token.is_any("has have had will finally then also to 's")).count();
        let (verb, object) = rest.get(aside..)?.split_first()?;
        let works = is_verb(&verb.lemma) && !crate::offline::text::listed(&verb.lemma, ANSWERS);
        if !works || object.is_empty() {
            return None;
        }
        let mut work = vec![Token::new(verb.lemma.clone(), verb.kind.clone(), false)];
        work.extend_from_slice(object);
        Some((person.clone(), work))
    }

    /// Before a step that has to wait for work: a person marks the work as done.
    pub(super) fn wait_until_done(&mut self, action: &str) {
        // what is only planned may be planned at once
        if !self.until_done || matches!(action, "task.create" | "manual.step" | "project.set_milestones") {
            return;
        }
        self.until_done = false;
        let tasks: Vec<usize> =
            self.barrier.iter().copied().filter(|step| self.draft.steps[*step].action == "task.create").collect();
        let title_of = |step: &usize| self.draft.steps[*step].params.get("title").and_then(serde_json::Value::as_str);
        let titles: Vec<&str> = tasks.iter().filter_map(title_of).collect();
        if titles.is_empty() {
            return;
        }
        let named = titles.iter().map(|title| format!("“{title}”")).collect::<Vec<_>>().join(" and ");
        let verb = if titles.len() == 1 { "is" } else { "are" };
        let assignee = match tasks.as_slice() {
            [one] => self.draft.steps[*one].pointed("assignee").cloned(),
            _ => None,
        };
        let step = Step::new("manual.step", shortened(&format!("Wait until {named} {verb} done"), 120))
            .text("instructions", format!("Mark this as done when {named} {verb} done."))
            .maybe("assignee", assignee.as_ref());
        let waiting = self.draft.push(step);
        for before in self.barrier.clone() {
            self.draft.order(waiting, before);
        }
        self.barrier = vec![waiting];
    }
}

/// "the stock count is finished": to finish the stock count.
fn done_to(told: &[Token]) -> Option<Vec<Token>> {
    let (done, before) = told.split_last()?;
    let object =
        before.len() - before.iter().rev().take_while(|token| token.is_any("is are has have been was were")).count();
    let participle = done.kind == TokenKind::Word && done.lemma != done.low && is_verb(&done.lemma);
    if !participle || object == 0 || object == before.len() {
        return None;
    }
    let verb = Token::new(done.lemma.clone(), TokenKind::Word, false);
    Some(std::iter::once(verb).chain(before[..object].iter().cloned()).collect())
}

/// Parts "… the pump (make that a task)" into what is told and what is said aside.
fn without_aside(tokens: &[Token]) -> (Vec<Token>, Vec<Token>) {
    let open = tokens.iter().position(|token| token.is_mark("("));
    let close = tokens.iter().rposition(|token| token.is_mark(")"));
    match (open, close) {
        (Some(open), Some(close)) if open < close => {
            ([&tokens[..open], &tokens[close + 1..]].concat(), tokens[open + 1..close].to_vec())
        }
        _ => (tokens.to_vec(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("the stock count is finished", Some("finish the stock count"))]
    #[case("all the lamps have been tested", Some("test all the lamps"))]
    #[case("Ruth agrees", None)]
    #[case("is finished", None)]
    fn what_is_done_to_something_is_work(#[case] text: &str, #[case] wanted: Option<&str>) {
        assert_eq!(done_to(&tokens(text)).map(|work| join(&work)).as_deref(), wanted);
    }
}
