//! What has changed about somebody: where they work, how they are reached, what they are called.

use std::sync::LazyLock;

use domain::workspace::Kind;

use super::people::place_name;
use crate::offline::{
    draft::Thing,
    make::Change,
    reader::{Reader, Reading},
    slots::patterns,
    text::{Captures, Kind as TokenKind, Pattern, Token},
    wording::name_of,
};

patterns!(WORKS:
    "{who} works|working at|for|with {place} now|instead|these?",
    "{who} now|currently works at|for {place}",
    "{who} is|are|'s now|currently? at|with|from|employed|working by|at|for? {place}",
    "{who} moved|switched|changed|transferred|went to {place}",
    "{who} has|have moved|switched|changed|transferred|gone to {place}",
    "{who} moved|switched|changed|transferred|went from {old} to {place}",
    "{who} has|have moved|switched|changed|transferred|gone from {old} to {place}",
    "{who} no longer works at|for|with {old} but|and|,|; now? at|for|with {place}",
    "{who} joined|joins {place}",
    "{who} runs|owns|heads|leads|manages|founded|represents {place}",
    "{who} has|have joined {place}",
    "{who} left {old} and|, is|works now? at|with|for {place}",
    "{who} left {old} for|and joined? {place}",
    "{who} has|have left {old} for|and joined? {place}",
    "{who} started|starts at|with|working at|for? {place}",
    "{who} has|have started at|with {place}",
    "{who} 's new|current? employer|company|organisation|firm|job is now? at|with? {place}",
    "{who} new|current? employer|company|organisation|firm is now? {place}",
    "update|change|set|correct {who} 's organisation|company|employer|firm to|: {place}",
    "move {who} to organisation|company {place}",
    "{who} should|must|is to? be? listed|filed|registered|recorded|entered under|at|with|for {place}",
    "list|file|register {who} under {place}",
    "change|update {who} to|: works at|for {place}",
);

patterns!(EMAIL: "{who} 's? new|current? email|mail address? is|to|:|= now? {mail}", "{who} 's? new|current? address is|: now? {mail}", "update|change|set|correct|add {who} 's? email|mail address? to|:|= {mail}", "{who} can|is be? reached? at|under|reachable {mail}", "reach {who} at|under {mail}", "{who} has|uses a? new? email|mail? address|email|mail : {mail}", "{who} email|mail address? is|: {mail}", "{who} has|have|got|uses|'s got? a|an|another? new|different|changed? email|mail address? ,|:|–|-|now? {mail}", "{who} email|mail|address changed|is|has changed? to|now? {mail}");

patterns!(NAME:
    "{who} is|goes now? called|by|named {name}",
    "{who} 's new? name|surname is now? {name}",
    "{who} name is|'s now? {name}",
    "{who} name has? changed|changes to {name}",
    "rename|change contact|person {who} to|into {name}",
    "change {who} 's name|surname to {name}",
    "{who} changed his|her|their name|surname to {name}",
    "{who} got married|remarried and|, is|goes now? called|named|by? {name}",
);

static CHANGED_JOBS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        "{who} changed|switched|has|found|got a? new? changed|switched|found? jobs|job|employers|companies|employer",
        "{who} got married|promoted",
        "{who} has a? new job|employer|email|address|name",
    ]
    .into_iter()
    .map(Pattern::new)
    .collect()
});

/// "update his entry" behind what has changed about him.
pub(super) fn says_it_again(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    patterns!(AGAIN: "update|change|correct|adjust|fix|amend|note|record|enter his|her|their|the|that|it|this contact|entry|record|details|card|file|data|profile? accordingly|please|too|in|there?");
    let updated = reader.draft.steps.iter().any(|step| step.action == "person.update");
    updated && AGAIN.iter().any(|pattern| pattern.whole(tokens).is_some())
}

pub(super) fn changed(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    if let Some(mail) = tokens.iter().find(|token| token.kind == TokenKind::Email)
        && let Some(found) = first_of(&EMAIL, tokens, |found| {
            found.get("mail", tokens).iter().any(|token| token.kind == TokenKind::Email)
                || tokens[found.matched.end - 1..].iter().any(|token| token.kind == TokenKind::Email)
        })
        && is_somebody(reader, found.get("who", tokens))
    {
        let person = reader.person(found.get("who", tokens))?;
        reader.change(&person, Change::Text("email", mail.text.clone()));
        return Ok(true);
    }
    if let Some(found) = first_of(&NAME, tokens, |found| {
        is_somebody(reader, found.get("who", tokens))
            && found
                .get("name", tokens)
                .first()
                .is_some_and(|token| token.is_capitalised() || token.kind == TokenKind::Quoted)
    }) {
        let person = reader.person(found.get("who", tokens))?;
        let from = found.range("name").map_or(tokens.len(), |range| range.start);
        let length =
            tokens[from..].iter().take_while(|token| token.is_capitalised() || token.kind == TokenKind::Quoted).count();
        let mut name = name_of(&tokens[from..from + length]);
        // a new last name alone keeps the first
        if !name.contains(' ') && tokens.iter().any(|token| token.is_any("surname")) {
            name = format!("{} {name}", crate::offline::wording::first_name(&person.label));
        }
        reader.change(&person, Change::Text("name", name));
        return Ok(true);
    }
    let place = first_of(&WORKS, tokens, |found| {
        let behind = found.range("place").map_or(&[][..], |range| &tokens[range.start..]);
        is_somebody(reader, found.get("who", tokens))
            && (place_name(behind).is_some_and(|name| name.chars().next().is_some_and(char::is_uppercase)))
    });
    if let Some(found) = place {
        let person = reader.person(found.get("who", tokens))?;
        let from = found.range("place").map_or(tokens.len(), |range| range.start);
        if let Some(place) = place_name(&tokens[from..]) {
            reader.change(&person, Change::Text("organisation", place));
            return Ok(true);
        }
    }
    // what has changed comes in the next clause
    if let Some(found) = first_of(&CHANGED_JOBS, tokens, |found| is_somebody(reader, found.get("who", tokens))) {
        let person = reader.person(found.get("who", tokens))?;
        reader.talk.about(&person);
        return Ok(true);
    }
    Ok(false)
}

fn first_of(patterns: &[Pattern], tokens: &[Token], fits: impl Fn(&Captures) -> bool) -> Option<Captures> {
    patterns.iter().filter_map(|pattern| pattern.start(tokens)).find(fits)
}

/// Whether the words name somebody, and nothing besides.
fn is_somebody(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    let named = reader.people_in(tokens);
    let pronoun = tokens.len() == 1 && tokens[0].is_any("he she they his her their he's she's");
    let person_known = |thing: &Thing| thing.kind == Kind::Person;
    (named.len() == 1 && tokens.len() <= 6 && !tokens.iter().any(|token| token.is_any("with and to for that")))
        || (pronoun && reader.talk.last_person().is_some_and(person_known))
}
