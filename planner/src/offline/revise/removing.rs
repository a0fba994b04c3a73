//! "Drop the party", "leave out the reminders", "remove step 3", "no message", "we don't need the survey".

use super::{Reading, Revision, matching::said};
use crate::offline::{
    read::nouns::Noun,
    text::{Kind, Token},
};

impl Revision<'_> {
    pub(super) fn remove(&mut self, tokens: &[Token]) -> Reading {
        let Some(object) = removal(tokens) else { return Ok(false) };
        let found = self.steps_meant(object);
        if found.is_empty() {
            return Ok(false);
        }
        let ids = self.taken_out(found, object)?;
        for id in ids {
            let Some(at) = self.draft.place_of(&id) else { continue };
            let title = self.draft.steps[at].title.clone();
            self.draft.did(format!("“{title}” is out."));
            self.draft.remove(&id);
        }
        Ok(true)
    }

    /// All that the words fit when they say several or what it is about; one of them, or a question, when they say one step.
    fn taken_out(&mut self, found: Vec<usize>, object: &[Token]) -> Result<Vec<String>, super::Asked> {
        let several = object.iter().any(|token| token.is_any("all every both each") || Noun::is_plural(&token.low));
        let sort_alone = object.iter().all(|token| {
            Noun::of(&token.low).is_some()
                || token.is_any("the a this that my our one step reminder message mail email meeting note link")
                || token.kind == Kind::Punct
        });
        let most = found.len() * 2 > self.draft.steps.len() && found.len() > 2;
        if found.len() > 1 && !several && (sort_alone || most) {
            let one = self.one_of(found, &said(object))?;
            return Ok(one.map(|at| self.draft.id_of(at)).into_iter().collect());
        }
        Ok(found.into_iter().map(|at| self.draft.id_of(at)).collect())
    }
}

/// What is to go.
fn removal(tokens: &[Token]) -> Option<&[Token]> {
    let first = tokens.first()?;
    let rest = |at: usize| tokens.get(at..).filter(|rest| !rest.is_empty());
    let verbs = "drop remove delete skip omit cancel scrap cut forget lose exclude kill strike ditch erase";
    if first.is_any(verbs) || ["drop", "remove", "delete", "skip", "omit", "cancel"].contains(&first.lemma.as_str()) {
        let behind = usize::from(tokens.get(1).is_some_and(|token| token.is_any("out off"))) + 1;
        return rest(behind).map(without_end);
    }
    let second = |words: &str| tokens.get(1).is_some_and(|token| token.is_any(words));
    if first.is_any("leave take throw") {
        if second("out away off") {
            return rest(2).map(without_end);
        }
        let out = tokens.iter().rposition(|token| token.is_any("out away off"))?;
        return (out + 1 == tokens.len()).then(|| tokens.get(1..out)).flatten();
    }
    if first.is_any("get") && second("rid") {
        return rest(3).map(without_end);
    }
    if first.is_any("without no") || (first.is_any("do") && second("without")) {
        return rest(if first.is_any("do") { 2 } else { 1 });
    }
    let denies = tokens
        .iter()
        .take(5)
        .position(|token| token.is_any("don't dont doesn't needn't won't not") || token.low == "do" && second("not"))?;
    let needs =
        tokens.get(denies + 1..)?.iter().take(3).position(|token| token.is_any("need want needed necessary"))?;
    let behind = denies + 1 + needs + 1;
    // "we don't need the party", "the party is not needed"
    rest(behind).map(without_end).or_else(|| tokens.get(..denies).map(without_end))
}

/// Without "from the plan", "at all", "is" at the end.
fn without_end(tokens: &[Token]) -> &[Token] {
    let from = tokens
        .iter()
        .position(|token| token.is_any("from"))
        .filter(|at| *at > 0 && tokens[at + 1..].iter().all(|token| token.is_any("the this my our plan project it")));
    let tokens = from.map_or(tokens, |at| &tokens[..at]);
    let end = tokens
        .iter()
        .rposition(|token| !token.is_any("is are at all anymore now entirely completely"))
        .map_or(0, |at| at + 1);
    &tokens[..end]
}
