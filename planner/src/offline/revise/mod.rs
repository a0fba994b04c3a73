//! Another draft of the same plan, as a person's feedback asks for it: "make it due Friday", "drop the party", "add a
//! step to call Tom", "assign everything to Sarah", "rename the project to Kestrel".
//!
//! The feedback is read clause by clause with the same words as a request. Steps that stay keep their ids and whatever
//! people changed in them; what is not understood is said, and changes nothing.

mod adding;
mod dates;
mod draft;
mod matching;
mod naming;
mod people;
mod removing;

use std::fmt::Write as _;

use domain::plan::Question;

use super::{
    dates::{Calendar, mark},
    read::{clauses, sentences, without_lead_in},
    recipes::Recipes,
    rows::{rows, words},
    text::{Kind, Token, correct, join, tokens},
};
use crate::{
    contract::{Answer, DraftedPlan, PlanningRequest, Revising},
    safety,
};
use draft::Draft;

const HOW: &str = "I could not tell what to change. Say for example “drop the party”, “make it due Friday”, “add a step \
    to call Tom”, “assign everything to Sarah” or “rename the project to Kestrel”.";

/// Whether a clause was understood; `Err` when a question has to be answered first.
type Reading = Result<bool, Asked>;

/// Reading cannot go on with this clause: a question was asked.
struct Asked;

/// What is known while feedback is read.
struct Revision<'a> {
    request: &'a PlanningRequest,
    recipes: &'a Recipes,
    draft: Draft,
    questions: Vec<Question>,
}

/// Makes another draft of a plan.
pub(crate) fn revise(request: &PlanningRequest, revising: &Revising, recipes: &Recipes) -> Answer {
    let (feedback, _) = safety::without_hidden(&revising.feedback);
    if safety::tries_to_change_the_rules(&feedback) {
        let message = "This asks me to set my rules aside, which I do not do. Say plainly what should be changed.";
        return Answer::Reject { message: message.into() };
    }
    let (feedback, corrected) = without_assumptions(&feedback, &revising.assumptions);
    let mut revision =
        Revision { request, recipes, draft: Draft::of(revising, &request.catalogue), questions: Vec::new() };
    let mut unread: Vec<String> = Vec::new();
    for sentence in sentences(&revision.marked(&feedback)) {
        for clause in clauses(&sentence) {
            let said = without_asides(&without_lead_in(&clause.tokens));
            if said.is_empty() {
                continue;
            }
            if let Ok(false) = revision.read(&said) {
                unread.push(join(&clause.tokens));
            }
        }
    }
    let Revision { draft, questions, .. } = revision;
    if !questions.is_empty() {
        return Answer::Clarify { message: "One thing has to be clear before the plan is changed.".into(), questions };
    }
    if !draft.is_changed() {
        return Answer::Reject { message: HOW.into() };
    }
    if draft.steps.is_empty() {
        let message = "That would leave nothing of the plan. Cancel it instead, or say what should take its place.";
        return Answer::Reject { message: message.into() };
    }
    let mut message = draft.told();
    for text in &unread {
        // writing to a text cannot fail
        let _ = write!(message, " Nothing was changed for “{text}”.");
    }
    let kept = revising.assumptions.iter().filter(|assumption| !corrected.contains(assumption)).cloned();
    let assumptions = kept.chain(draft.assumptions).collect();
    Answer::Plan(DraftedPlan {
        name: draft.name,
        description: draft.description,
        steps: draft.steps,
        recipes: draft.recipes,
        message,
        assumptions,
        ..DraftedPlan::default()
    })
}

/// "Not “the launch is in January”: it is in March" corrects an assumption; what is left says how.
fn without_assumptions(feedback: &str, assumptions: &[String]) -> (String, Vec<String>) {
    let mut left = feedback.to_owned();
    let mut corrected = Vec::new();
    for assumption in assumptions {
        let quoted = format!("“{assumption}”");
        if let Some(at) = left.find(&quoted) {
            let before = left[..at].trim_end();
            let before = before.strip_suffix("Not").or_else(|| before.strip_suffix("not")).unwrap_or(before);
            let behind = left[at + quoted.len()..].trim_start_matches([':', ',', ';', '.', ' ']);
            [before, behind].join(" ").trim().clone_into(&mut left);
            corrected.push(assumption.clone());
        }
    }
    (left, corrected)
}

/// Takes the words off the ends that only say that something is to be otherwise.
fn without_asides(tokens: &[Token]) -> Vec<Token> {
    const ASIDES: &str =
        "instead rather please actually too also just though then no yes well but and so ok okay hmm now";
    let idle = |token: &Token| token.is_any(ASIDES) || token.kind == Kind::Punct;
    // "no party" asks for something, "no, drop the party" does not begin with what it asks for
    let from = (0..tokens.len())
        .find(|at| {
            !idle(&tokens[*at]) || tokens[*at].low == "no" && !tokens.get(at + 1).is_some_and(|t| t.is_mark(","))
        })
        .unwrap_or(tokens.len());
    let to = tokens.iter().rposition(|token| !idle(token)).map_or(from, |last| last + 1);
    tokens.get(from..to).unwrap_or_default().to_vec()
}

impl Revision<'_> {
    /// The tokens of a text, spelling mended, dates as one token each.
    fn marked(&self, text: &str) -> Vec<Token> {
        let mut read = tokens(text);
        let mut known: std::collections::HashSet<String> =
            rows(&self.request.workspace).into_iter().flat_map(|row| row.words).collect();
        known.extend(self.draft.steps.iter().flat_map(|step| words(&matching::text_of(step))));
        correct(&mut read, &|word| known.contains(word));
        mark(&read, Calendar { today: self.request.today })
    }

    /// Reads one clause.
    fn read(&mut self, tokens: &[Token]) -> Reading {
        Ok(self.rename(tokens)?
            || self.remove(tokens)?
            || self.assign(tokens)?
            || self.put_off(tokens)
            || self.set_date(tokens)?
            || self.add(tokens)?)
    }

    /// The answer that was given to a question, if it was asked before.
    fn answer(&self, id: &str) -> Option<&str> {
        self.request.answers.get(id)?.as_str().map(str::trim).filter(|answer| !answer.is_empty())
    }

    fn ask(&mut self, question: Question) -> Asked {
        if !self.questions.iter().any(|asked| asked.id == question.id) {
            self.questions.push(question);
        }
        Asked
    }
}

#[cfg(test)]
mod tests;
