//! "Assign everything to Sarah", "give the survey to Tom", "Sarah should do the invoice".

use serde_json::Value;

use super::{Asked, Reading, Revision, matching::means_all};
use crate::offline::{
    draft::{Target, Thing},
    reader::Reader,
    text::{Token, join},
};

impl Revision<'_> {
    pub(super) fn assign(&mut self, tokens: &[Token]) -> Reading {
        let Some((object, person)) = assignment(tokens) else { return Ok(false) };
        let can_take: Vec<usize> = (0..self.draft.steps.len())
            .filter(|at| self.draft.takes(&self.draft.steps[*at].action_type, "assignee"))
            .collect();
        let all =
            means_all(object) || object.iter().all(|token| token.is_any("it them this that these the tasks task"));
        let meant = if all { can_take.clone() } else { self.steps_meant(object) };
        let meant: Vec<usize> = meant.into_iter().filter(|at| can_take.contains(at)).collect();
        if meant.is_empty() {
            return Ok(false);
        }
        let Some(person) = self.person(person)? else { return Ok(false) };
        let (id, who) = match &person.target {
            Target::Entity(id) => (id.clone(), person.label.clone()),
            Target::Me => ("me".to_owned(), "you".to_owned()),
            // somebody new would be one more step; that is asked for by itself
            Target::Step(_) => return Ok(false),
        };
        for at in &meant {
            self.draft.steps[*at].params.insert("assignee".into(), Value::String(id.clone()));
        }
        let count = meant.len();
        self.draft.did(match &meant[..] {
            [only] => format!("“{}” is for {who} now.", self.draft.steps[*only].title),
            _ => format!("{count} tasks are for {who} now."),
        });
        Ok(true)
    }

    /// The one person that words name, or a question; none when they name nobody.
    fn person(&mut self, tokens: &[Token]) -> Result<Option<Thing>, Asked> {
        let mut reader = Reader::new(self.request);
        if let Ok(person) = reader.person(tokens) {
            return Ok(Some(person));
        }
        let asked = !reader.questions.is_empty();
        for question in reader.questions {
            // somebody new is not added in passing
            let choices = question.choices.into_iter().filter(|choice| !choice.starts_with("Add ")).collect();
            self.ask(domain::plan::Question { choices, ..question });
        }
        if asked { Err(Asked) } else { Ok(None) }
    }
}

/// What is handed to whom.
fn assignment(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let first = tokens.first()?;
    if first.is_any("assign reassign give hand delegate") || first.lemma == "assign" {
        let to = tokens.iter().rposition(|token| token.is_any("to"))?;
        return Some((tokens.get(1..to)?, tokens.get(to + 1..)?));
    }
    if first.is_any("let have") {
        let verb = tokens.iter().position(|token| token.is_any("do take handle own"))?;
        return Some((tokens.get(verb + 1..)?, tokens.get(1..verb)?));
    }
    let modal = tokens.iter().position(|token| token.is_any("should must can will"))?;
    let verb = tokens.get(modal + 1)?;
    if verb.is_any("do take handle own") {
        return Some((tokens.get(modal + 2..)?, tokens.get(..modal)?));
    }
    // "everything should be done by Sarah", "the survey should go to Tom"
    let by = tokens.iter().rposition(|token| token.is_any("by to"))?;
    let passive = tokens[modal..by].iter().any(|token| token.is_any("done handled taken go assigned"));
    let dated = join(&tokens[by + 1..]).is_empty() || tokens[by + 1..].iter().any(|token| token.date().is_some());
    (passive && !dated).then(|| (&tokens[..modal], &tokens[by + 1..]))
}
