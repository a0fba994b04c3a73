//! The ways to read a request, of which one is answered.

use super::{
    choose::Looks,
    compose::{answer, named},
    draft::{Step, Target},
    reader::Reader,
    scope,
};
use crate::contract::Answer;

/// Who read it.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// The ways of speaking that are written down in `intents`.
    Patterns,
    /// What was learned: how much less likely the reading is than the likeliest one, how sure its least certain span is,
    /// and the share of the words that stand outside of all spans.
    Learned { behind: f32, sure: f32, left_out: f32 },
}

/// One way to read a request, carried out.
pub(super) struct Candidate<'a> {
    pub(super) by: By,
    pub(super) reader: Reader<'a>,
    /// Something was asked for that is none of the planner's business.
    pub(super) beyond: bool,
    /// What was not understood, in the request's words.
    pub(super) unread: Vec<String>,
}

impl Candidate<'_> {
    /// Whether it leads to a plan and to nothing else.
    pub(super) fn plans(&self) -> bool {
        !self.reader.draft.steps.is_empty() && self.reader.questions.is_empty()
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.reader.draft.steps
    }

    /// How many steps have an action that ends so.
    pub(super) fn count_of(&self, ending: &str) -> usize {
        self.steps().iter().filter(|step| step.action.ends_with(ending)).count()
    }

    /// Its actions in alphabetical order.
    pub(super) fn actions(&self) -> Vec<&'static str> {
        let mut actions: Vec<_> = self.steps().iter().map(|step| step.action).collect();
        actions.sort_unstable();
        actions
    }

    /// All that its steps do, or what it asks, in alphabetical order: two readings with the same lead to the same.
    pub(super) fn deeds(&self) -> Vec<String> {
        let told = |step: &Step| {
            let used: Vec<String> = step
                .used()
                .map(|thing| match &thing.target {
                    Target::Entity(id) => id.clone(),
                    Target::Step(_) | Target::Me => thing.label.clone(),
                })
                .collect();
            format!("{} {:?} {used:?}", step.action, step.params)
        };
        let asked = self.reader.questions.iter().map(|question| question.text.clone());
        let mut deeds: Vec<String> = if self.plans() {
            self.steps().iter().map(told).collect()
        } else {
            asked.chain([format!("{} {:?}", self.beyond, self.reader.refusals)]).collect()
        };
        deeds.sort_unstable();
        deeds
    }

    /// The answer that it leads to; `text` is the request.
    pub(super) fn answer(self, text: &str) -> Answer {
        let Self { reader, beyond, unread, .. } = self;
        let Reader { questions, refusals, .. } = &reader;
        if !questions.is_empty() {
            let message = if questions.len() == 1 {
                "One thing has to be clear before this can be planned."
            } else {
                "A few things have to be clear before this can be planned."
            };
            return Answer::Clarify { message: message.into(), questions: questions.clone() };
        }
        if reader.draft.steps.is_empty() {
            if let Some(refusal) = refusals.first() {
                return Answer::Reject { message: refusal.clone() };
            }
            if beyond {
                return Answer::Reject {
                    message: format!(
                        "{} This is something else; ask for what should be done, and by when.",
                        scope::WHAT_THIS_IS
                    ),
                };
            }
            let message = format!("I could not tell what should be done. {}", scope::WHAT_THIS_IS);
            return super::understand::what_should_be_planned(&message);
        }
        let (name, summary) = named(&reader, text);
        answer(reader, name, &summary, &unread)
    }
}

/// One way to read a request, for whoever learns which to choose: what there is to be said of it, and where it leads.
#[derive(Clone, Debug)]
pub struct Considered {
    /// What there is to be said of it.
    pub looks: Looks,
    /// The place of the first way that leads to the same.
    pub same_as: usize,
    /// The answer that it leads to.
    pub answer: Answer,
}
