//! Which thing of the workspace, or of the plan so far, words mean.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::workspace::Kind;
use serde_json::Value;

use super::{Reader, Stop, as_object, kind_in_words, made_by, ordinal, question_id, trimmed};
use crate::offline::{
    draft::{Target, Thing},
    resolve::{Candidate, Found, Known, find, find_fitting, wanted_words},
    rows::{Row, stem, words},
    text::{Kind as TokenKind, Token, fold, is_determiner, join, one_mistake, tokens},
};

impl Reader<'_> {
    // ---- things ------------------------------------------------------------------------------------------------

    /// What words can mean: the rows, and what this plan makes.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        // what this plan makes comes first: "the report task" is the one just created
        self.made().chain(self.known.iter().cloned()).collect()
    }

    fn made(&self) -> impl Iterator<Item = Candidate> {
        self.draft.steps.iter().enumerate().filter_map(|(index, step)| {
            let (kind, field) = made_by(step.action)?;
            let label = step.params.get(field)?.as_str()?;
            let thing = Thing { target: Target::Step(index), kind, label: label.to_owned() };
            let words = words(label);
            Some(Arc::new(Known { words, thing, organisation: Vec::new(), context: Vec::new(), closed: false }))
        })
    }

    /// The thing some words mean, or a question about it.
    pub(crate) fn thing(&mut self, tokens: &[Token], kinds: &[Kind]) -> Result<Thing, Stop> {
        let tokens = trimmed(tokens);
        if let Some(thing) = self.pointed_at(tokens, kinds) {
            return Ok(thing);
        }
        let what = kind_in_words(kinds);
        if wanted_words(tokens).is_empty()
            && let Some(thing) = self.told_of(&Self::kinds_said(tokens, kinds))
        {
            return Ok(thing);
        }
        if wanted_words(tokens).is_empty() {
            let choices = self.labels(kinds);
            let id = format!("which-{what}").replace(' ', "-");
            if let Some(thing) = self.answered(&id, kinds) {
                return Ok(thing);
            }
            return Err(self.ask(id, format!("Which {what} do you mean?"), choices));
        }
        let kinds = &Self::kinds_said(tokens, kinds);
        let found = self.find(tokens, kinds);
        self.settle(found, tokens, kinds)
    }

    /// A thing of one of these kinds that an earlier clause names without saying what it is: "we won't do the flea circus".
    pub(crate) fn told_of(&self, kinds: &[Kind]) -> Option<Thing> {
        let longest = 5;
        self.told.iter().rev().find_map(|clause| {
            let words: Vec<Token> =
                clause.iter().filter(|token| !crate::offline::text::is_function_word(&token.low)).cloned().collect();
            (1..=words.len().min(longest)).rev().find_map(|length| {
                words
                    .windows(length)
                    .find_map(|window| self.certainly(window, kinds).filter(|_| length > 1 || kinds.len() == 1))
            })
        })
    }

    /// Finds without asking.
    pub(crate) fn find(&self, tokens: &[Token], kinds: &[Kind]) -> Found {
        match self.find_fitting(tokens, kinds) {
            Found::Nothing => find(&self.candidates(), trimmed(tokens), kinds),
            found => found,
        }
    }

    fn find_fitting(&self, tokens: &[Token], kinds: &[Kind]) -> Found {
        let made: Vec<Candidate> = self.made().collect();
        match find_fitting(&made, trimmed(tokens), kinds) {
            Found::Nothing => find_fitting(&self.known, trimmed(tokens), kinds),
            found => found,
        }
    }

    /// The thing when the words mean exactly one.
    pub(crate) fn certainly(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        match self.find_fitting(tokens, kinds) {
            Found::One(thing) => Some(thing),
            Found::Many(_) | Found::Near(_) | Found::Nothing => None,
        }
    }

    /// A noun such as "project" among the words narrows the kinds.
    pub(super) fn kinds_said(tokens: &[Token], kinds: &[Kind]) -> Vec<Kind> {
        let said: Vec<Kind> = tokens
            .iter()
            .filter_map(|token| match token.low.as_str() {
                "project" | "projects" => Some(Kind::Project),
                "task" | "tasks" | "to-do" | "to-dos" => Some(Kind::Task),
                "idea" | "ideas" => Some(Kind::Idea),
                "contact" | "person" => Some(Kind::Person),
                _ => None,
            })
            .filter(|kind| kinds.contains(kind))
            .collect();
        if said.is_empty() { kinds.to_vec() } else { said }
    }

    /// "it", "this idea", "the task", "the second one": what was spoken of or is open.
    pub(crate) fn pointed_at(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        let first = tokens.first()?;
        let selected = || self.selected().filter(|thing| kinds.contains(&thing.kind));
        if tokens.len() == 1 && first.is_any("it this that them these those one everything thing there") {
            let spoken =
                self.talk.it().filter(|thing| kinds.contains(&thing.kind)).or_else(|| self.talk.last_of(kinds));
            return spoken.cloned().or_else(selected);
        }
        if let Some(nth) = tokens.iter().find_map(|token| ordinal(&token.low))
            && tokens.len() <= 3
            && !self.talk.group.is_empty()
        {
            let index = if nth < 0 { self.talk.group.len().checked_sub(1)? } else { usize::try_from(nth).ok()? };
            let in_group = self.talk.group.get(index).filter(|thing| kinds.contains(&thing.kind)).cloned();
            // "a task in the first one": of the projects made before, though a task was made since
            let made = || -> Vec<Thing> {
                self.talk.all_of(kinds).into_iter().filter(|thing| thing.step().is_some()).collect()
            };
            return in_group.or_else(|| {
                let made = made();
                let index = if nth < 0 { made.len().checked_sub(1)? } else { index };
                made.get(index).filter(|_| made.len() > 1).cloned()
            });
        }
        // "the new task": what this plan makes
        let new = tokens.iter().any(|token| token.is_any("new"));
        let old: Vec<Token> = tokens.iter().filter(|token| !token.is_any("new")).cloned().collect();
        if new && wanted_words(&old).is_empty() && tokens.len() <= 4 {
            let said = Self::kinds_said(tokens, kinds);
            let made = self.talk.all_of(&said).into_iter().rev().find(|thing| thing.step().is_some());
            if made.is_some() {
                return made;
            }
        }
        if !wanted_words(tokens).is_empty() {
            return None;
        }
        let said = Self::kinds_said(tokens, kinds);
        let this = first.is_any("this these");
        let spoken = self.talk.last_of(&said).cloned();
        let selected = self.selected().filter(|thing| said.contains(&thing.kind));
        let open: Vec<Thing> =
            self.rows.iter().filter(|row| said.contains(&row.kind) && !row.is_closed()).map(Row::thing).collect();
        let only =
            if said.len() == 1 && open.len() == 1 && is_determiner(&first.low) { open.first().cloned() } else { None };
        if this { selected.or(spoken).or(only) } else { spoken.or(selected).or(only) }
    }

    /// What the person has open.
    pub(crate) fn selected(&self) -> Option<Thing> {
        let id = self.request.selection.as_ref()?;
        self.rows.iter().find(|row| row.id == id.as_str()).map(Row::thing)
    }

    /// Makes one thing of what was found, by an answer or a question where it must.
    pub(crate) fn settle(&mut self, found: Found, tokens: &[Token], kinds: &[Kind]) -> Result<Thing, Stop> {
        let said = join(trimmed(tokens));
        let what = kind_in_words(kinds);
        let id = question_id("which", &said);
        match found {
            Found::One(thing) => Ok(thing),
            Found::Many(things) => {
                if let Some(thing) = self.chosen(&id, &things, kinds) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There are several that “{said}” could mean. Which {what} is it?"), choices))
            }
            Found::Near(things) => {
                if let Some(thing) = self.chosen(&id, &things, kinds) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There is no {what} “{said}”. Did you mean one of these?"), choices))
            }
            Found::Nothing => {
                if let Some(thing) = self.answered(&id, kinds) {
                    return Ok(thing);
                }
                let choices = self.labels(kinds);
                Err(self.ask(
                    id,
                    format!("There is no {what} “{said}” in the workspace. Which one do you mean?"),
                    choices,
                ))
            }
        }
    }

    pub(super) fn chosen(&self, id: &str, things: &[Thing], kinds: &[Kind]) -> Option<Thing> {
        let answer = fold(&self.answer(id)?);
        let fits = things.iter().find(|thing| fold(&self.choice(thing)) == answer || fold(&thing.label) == answer);
        fits.cloned().or_else(|| self.answered(id, kinds))
    }

    pub(super) fn answered(&self, id: &str, kinds: &[Kind]) -> Option<Thing> {
        let answer = self.answer(id)?;
        let by_choice = self
            .rows
            .iter()
            .find(|row| kinds.contains(&row.kind) && fold(&row.choice()) == fold(&answer))
            .map(Row::thing);
        by_choice.or_else(|| self.certainly(&tokens(&answer), kinds))
    }

    pub(super) fn choice(&self, thing: &Thing) -> String {
        match &thing.target {
            Target::Entity(id) => {
                self.rows.iter().find(|row| row.id == *id).map_or_else(|| thing.label.clone(), Row::choice)
            }
            Target::Step(_) | Target::Me => thing.label.clone(),
        }
    }

    /// The day a thing is due, as it stands in the workspace or in this plan.
    pub(crate) fn due_of(&self, thing: &Thing) -> Option<NaiveDate> {
        let text = match &thing.target {
            Target::Entity(id) => {
                let planned = self.draft.steps.iter().rev().find(|step| {
                    step.used().any(|used| used.target == thing.target) && step.action.ends_with(".update")
                });
                let planned =
                    planned.and_then(|step| step.params.get("due_date")).and_then(Value::as_str).map(str::to_owned);
                planned.or_else(|| self.rows.iter().find(|row| row.id == *id).and_then(|row| row.due.clone()))
            }
            Target::Step(index) => {
                let params = &self.draft.steps[*index].params;
                params.get("due_date").or_else(|| params.get("at")).and_then(Value::as_str).map(str::to_owned)
            }
            Target::Me => None,
        };
        text?.get(..10)?.parse().ok()
    }

    /// Whether a thing of the workspace is done or archived.
    pub(crate) fn is_done(&self, thing: &Thing) -> bool {
        matches!(&thing.target, Target::Entity(id) if self.rows.iter().any(|row| row.id == *id && row.is_closed()))
    }

    /// The words with names in place of "him", "it" and "his", where it is clear who or what is meant.
    pub(crate) fn spelled_out(&self, tokens: &[Token]) -> Vec<Token> {
        let named_inside = !self.people_in(tokens).is_empty();
        let person = self.talk.last_person().filter(|person| !named_inside && person.target != Target::Me);
        let thing = self
            .talk
            .it()
            .filter(|thing| matches!(thing.kind, Kind::Project | Kind::Task | Kind::Idea | Kind::CalendarEntry));
        let mut spelled: Vec<Token> = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let before_noun = tokens
                .get(at + 1)
                .is_some_and(|next| next.kind == TokenKind::Word && !crate::offline::text::is_function_word(&next.low));
            let name = |text: &str| Token::new(text, TokenKind::Word, false);
            match (token.low.as_str(), person, thing) {
                ("him" | "he" | "she", Some(person), _) => spelled.push(name(&person.label)),
                ("her", Some(person), _)
                    if !before_noun || tokens.get(at + 1).is_some_and(|next| next.is_any("back again")) =>
                {
                    spelled.push(name(&person.label));
                }
                ("his" | "her", Some(person), _) if before_noun => {
                    // "send her brochures" reads like a possessive and is none
                    let given = at > 0
                        && tokens[at - 1].is_any("send give show tell bring offer")
                        && tokens.get(at + 1).is_some_and(|next| next.is_any("the a"));
                    spelled.push(name(&if given { person.label.clone() } else { format!("{}'s", person.label) }));
                }
                ("it", _, Some(thing)) if at > 0 && at <= 2 && token.kind == TokenKind::Word => {
                    spelled.push(name(&as_object(thing)));
                }
                _ => spelled.push(token.clone()),
            }
        }
        spelled
    }

    /// The words of a note or message, with a name in place of an "it" that begins them.
    pub(crate) fn spelled_text(&self, tokens: &[Token]) -> Vec<Token> {
        let begins = tokens.first().is_some_and(|token| token.is_any("it it's this that")) && tokens.len() > 1;
        let thing = self
            .talk
            .it()
            .filter(|thing| matches!(thing.kind, Kind::Project | Kind::Task | Kind::Idea | Kind::CalendarEntry));
        match (begins, thing) {
            (true, Some(thing)) => {
                let mut words = vec![Token::new(format!("“{}”", thing.label), TokenKind::Word, false)];
                if tokens[0].low == "it's" {
                    words.push(Token::new("is", TokenKind::Word, false));
                }
                words.extend_from_slice(&tokens[1..]);
                words
            }
            _ => tokens.to_vec(),
        }
    }

    /// What is to be put away is named by words that are its own but for one letter: whether it is what was meant is
    /// asked, unless that was answered. "Archive Glass Bridge" may not mean "Grass Bridge".
    pub(crate) fn asks_about_a_slip(&mut self, thing: &Thing) -> bool {
        if !matches!(thing.target, Target::Entity(_)) {
            return false;
        }
        let said: Vec<String> = self.whole.iter().flat_map(|token| words(&token.text)).collect();
        let own = words(&thing.label);
        let there = |word: &String| said.iter().any(|other| stem(other) == stem(word));
        let slip = own.iter().filter(|word| !there(word)).find_map(|word| {
            said.iter()
                .find(|other| other.len().min(word.len()) >= 5 && one_mistake(other, word) && !own.contains(*other))
        });
        let Some(slip) = slip.cloned() else { return false };
        let id = question_id("which", &slip);
        if self.chosen(&id, std::slice::from_ref(thing), &[thing.kind]).is_some() {
            return false;
        }
        let text = format!("There is no {} “{slip}”. Is “{}” meant?", thing.kind.name(), thing.label);
        let choice = self.choice(thing);
        self.ask(id, text, vec![choice]);
        true
    }

    /// Whether a word is somebody's name that the workspace does not have.
    pub(crate) fn is_strange(&self, token: &Token) -> bool {
        let known = self.rows.iter().any(|row| row.words.contains(&token.low) || row.organisation.contains(&token.low));
        !known
            && crate::offline::text::base_form(&token.low).is_none()
            && !crate::offline::text::is_function_word(&token.low)
    }

    /// Up to six names of open things of these kinds, to choose from.
    pub(crate) fn labels(&self, kinds: &[Kind]) -> Vec<String> {
        self.rows.iter().filter(|row| kinds.contains(&row.kind) && !row.is_closed()).take(6).map(Row::choice).collect()
    }
}
