//! New contacts, and what changes of those there are.

use domain::workspace::Kind;

use super::{
    Carrying,
    changing::plain_name,
    frame::{Frame, Part},
    making::Made,
};
use crate::offline::{
    draft::{Step, Thing},
    make::Change,
    text::{Kind as TokenKind, Token, join},
    wording::name_of,
};

impl Carrying<'_, '_> {
    #[expect(clippy::unnecessary_wraps, reason = "all that carry out frames answer alike")]
    pub(super) fn make_people(&mut self, frame: &Frame) -> Made {
        let called = || frame.all("name").chain(frame.all("person")).chain(frame.all("title"));
        // "Ines Falk, ines@oak.example, works for Oak Ferries": where somebody works
        let works_there = |part: &&Part| {
            called().next().is_some_and(|first| first.at < part.at)
                && frame.before(part).is_some_and(|token| token.is_any("for at from of with"))
        };
        let names: Vec<Vec<Token>> =
            called().filter(|part| !works_there(part)).flat_map(|part| full_names(&part.tokens)).collect();
        // "the new managing director of Selby Glass is Rufus Amadi": what somebody is, is no name
        let is_name =
            |tokens: &Vec<Token>| tokens.iter().any(Token::is_capitalised) && !tokens[0].is_any("the a an our my");
        let names = if names.len() > 1 && names.iter().any(is_name) {
            names.into_iter().filter(|tokens| is_name(tokens) || !tokens[0].is_any("the a an our my")).collect()
        } else {
            names
        };
        // "export all contacts to …" names nobody
        let many =
            |tokens: &Vec<Token>| tokens.iter().any(|token| token.is_any("all every everything everyone contacts"));
        if names.is_empty() || names.iter().any(many) {
            return Ok(None);
        }
        let emails = addresses(frame);
        let places: Vec<String> =
            frame.all("org").chain(called().filter(works_there)).map(|part| name_of(&part.tokens)).collect();
        let mut made = Vec::new();
        for (index, tokens) in names.iter().enumerate() {
            let name = name_of(tokens);
            let email =
                if emails.len() == names.len() { emails.get(index) } else { emails.first().filter(|_| index == 0) };
            // "I met her at the fair, she's the buyer at Fjord Books"
            let place = if places.len() == names.len() { places.get(index) } else { places.last() };
            if let Some(person) = self.already_there(&name) {
                self.update(&person, email, place);
                made.push(person);
                continue;
            }
            let step = Step::new("person.create", format!("Add {name}"))
                .text("name", &name)
                .text("email", email.map_or("", String::as_str))
                .text("organisation", place.map_or("", String::as_str));
            let person = self.reader.push(step, Kind::Person, &name);
            self.reader.talk.about(&person);
            made.push(person);
        }
        Ok(Some(made))
    }

    fn already_there(&self, name: &str) -> Option<Thing> {
        let words = crate::offline::rows::words(name);
        let row =
            self.reader.rows.iter().find(|row| row.kind == Kind::Person && row.words == words && words.len() > 1)?;
        Some(row.thing())
    }

    fn update(&mut self, person: &Thing, email: Option<&String>, place: Option<&String>) {
        if let Some(email) = email {
            self.reader.change(person, Change::Text("email", email.clone()));
        }
        if let Some(place) = place {
            self.reader.change(person, Change::Text("organisation", place.clone()));
        }
    }

    pub(super) fn change_person(&mut self, frame: &Frame) -> Made {
        let people = self.people(frame)?;
        let spoken = self.reader.talk.last_person().cloned();
        let Some(person) = people.first().cloned().or(spoken) else { return Ok(None) };
        let email = addresses(frame).into_iter().last();
        // "she left Hafen and is at Nordwind now"
        let place = frame.all("org").last().map(|part| name_of(&part.tokens));
        let name = frame.words("newname").or_else(|| frame.words("name")).map(plain_name);
        if email.is_none() && place.is_none() && name.is_none() {
            return Ok(None);
        }
        self.update(&person, email.as_ref(), place.as_ref());
        // "both now work for Tern Shipping"
        for other in people.iter().skip(1).filter(|_| email.is_none() && name.is_none()) {
            self.update(other, None, place.as_ref());
            self.reader.talk.names(other);
        }
        if let Some(name) = name {
            self.reader.change(&person, Change::Text("name", full_name(&person.label, &name, frame)));
        }
        self.reader.talk.names(&person);
        Ok(Some(vec![person]))
    }
}

/// "her surname is Ashcombe now": the first name stays.
fn full_name(old: &str, new: &str, frame: &Frame) -> String {
    let old_words: Vec<&str> = old.split_whitespace().collect();
    let last_only = frame.says("surname last family married maiden double-barrelled")
        || frame.tokens.iter().any(|token| token.low == "surname");
    let first_only = frame.says("first forename") && !frame.says("last");
    match (new.split_whitespace().count(), old_words.as_slice()) {
        (1, [first, _, ..]) if last_only => format!("{first} {new}"),
        (1, [first]) if last_only => format!("{first} {new}"),
        (1, [_, rest @ ..]) if first_only => format!("{new} {}", rest.join(" ")),
        _ => new.to_owned(),
    }
}

fn addresses(frame: &Frame) -> Vec<String> {
    let tagged = frame.all("email").flat_map(|part| &part.tokens);
    let inside =
        tagged.chain(&frame.tokens).filter(|token| token.kind == TokenKind::Email).map(|token| token.text.clone());
    let mut found: Vec<String> = Vec::new();
    for address in inside {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    if found.is_empty() {
        found.extend(frame.all("email").map(|part| join(&part.tokens)).filter(|text| text.contains('@')));
    }
    found
}

/// "Hana Sato and Luis Prado": two people, where all of it is full names.
fn full_names(tokens: &[Token]) -> Vec<Vec<Token>> {
    let parts = tokens.split(|token| token.is_any("and") || token.is_mark(",")).filter(|part| !part.is_empty());
    let parts: Vec<Vec<Token>> = parts.map(<[Token]>::to_vec).collect();
    let full = |part: &Vec<Token>| part.len() > 1 && part.iter().all(Token::is_capitalised);
    if parts.len() > 1 && parts.iter().all(full) { parts } else { vec![tokens.to_vec()] }
}
