//! Putting away: projects and ideas are archived, tasks are cancelled, people stay.

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading, Stop},
    slots::patterns,
    text::{Kind as TokenKind, Token},
};

const THINGS: [Kind; 2] = [Kind::Project, Kind::Idea];

patterns!(SHAPES:
    "archive|shelve|retire|mothball|trash {thing}",
    "put|move|place|send {thing} in|into|to the|my? archive|archives|trash|bin|drawer",
    "get rid of {thing}",
    "throw|toss|file|put {thing} away|out",
    "throw away|out {thing}",
    "delete|remove|discard|scrap|drop|bin|dump|erase|cancel|kill|close|withdraw down|out? {thing}",
    "{thing} can|may|should|could|has|have|must|needs to? be? archived|shelved|deleted|removed|go|scrapped|dropped",
    "clear|clean out|away|up {thing}",
    "take {thing} off the|our|my|this|that list|board|books|table",
    "away|out|off|down with {thing}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens: Vec<Token> = clause.tokens.iter().filter(|token| token.date().is_none()).cloned().collect();
    for (index, pattern) in SHAPES.iter().enumerate() {
        let open_ended = matches!(index, 0 | 2 | 4 | 5 | 7 | 9);
        let found =
            if open_ended { pattern.start(&tokens) } else { pattern.whole(&tokens).or_else(|| pattern.start(&tokens)) };
        let Some(found) = found else { continue };
        // "they can go on at the same time" is no farewell
        let behind = &tokens[found.matched.end.min(tokens.len())..];
        if index == 6 && behind.iter().any(|token| token.is_any("on ahead to at for with")) {
            continue;
        }
        let from = found.range("thing").map_or(0, |range| range.start);
        let said = if open_ended { tokens[from..].to_vec() } else { found.get("thing", &tokens).to_vec() };
        let deletes = index == 5
            || matches!(index, 2..=4)
            || index == 6 && tokens.iter().any(|token| token.is_any("deleted removed"));
        if !is_ours(reader, &said, index) {
            continue;
        }
        return put_away(reader, &said, deletes, index <= 1);
    }
    Ok(false)
}

/// Whether the words can mean something in the workspace: "drop the prices" cannot.
fn is_ours(reader: &Reader<'_>, said: &[Token], index: usize) -> bool {
    let names = said.iter().any(|token| {
        token.is_any("project projects idea ideas task tasks contact contacts to-do to-dos reminder note")
            || token.kind == TokenKind::Quoted
    });
    let pronoun =
        said.len() <= 3 && said.iter().any(|token| token.is_any("it this that them both these those everything"));
    let known = reader.certainly(said, &[Kind::Project, Kind::Idea, Kind::Task]).is_some();
    let all_known = crate::offline::read::split_list(said)
        .iter()
        .all(|part| reader.certainly(part, &[Kind::Project, Kind::Idea, Kind::Task]).is_some());
    index <= 1
        || names && !matches!(index, 3 | 7)
        || known
        || all_known
        || pronoun && (!reader.talk.is_empty() || reader.selected().is_some() || index <= 5)
}

fn put_away(reader: &mut Reader<'_>, said: &[Token], deletes: bool, archives: bool) -> Reading {
    if said.iter().any(|token| token.is_any("permanently forever irrevocably completely")) && deletes {
        return Err(reader.refuse(
            "Nothing is deleted for good here: projects and ideas can be archived, and brought back from there.",
        ));
    }
    let task = said.iter().any(|token| token.is_any("task tasks to-do to-dos"));
    let contact = said.iter().any(|token| token.is_any("contact contacts"));
    if contact
        || !reader.people_in(said).is_empty()
            && reader.certainly(said, &[Kind::Project, Kind::Idea, Kind::Task]).is_none()
            && !task
    {
        return Err(reader.refuse(
            "People cannot be removed or archived from here. A note on the person can say that they are gone.",
        ));
    }
    let kinds: &[Kind] = if task { &[Kind::Task] } else { &THINGS };
    if let Some((things, filtered)) = reader.select(said, kinds[0], false)? {
        return several(reader, said, things, filtered, kinds);
    }
    let named: Vec<Thing> = if !task
        && !archives
        && reader.certainly(said, &THINGS).is_none()
        && reader.certainly(said, &[Kind::Task]).is_some()
    {
        reader.things(said, &[Kind::Task], false)?
    } else {
        things_named(reader, said, kinds)?
    };
    for thing in &named {
        away(reader, thing, deletes);
    }
    if named.len() > 1 {
        reader.talk.group = named;
    }
    Ok(true)
}

fn things_named(reader: &mut Reader<'_>, said: &[Token], kinds: &[Kind]) -> Result<Vec<Thing>, Stop> {
    // "the Aquarium and Bakery projects"
    let said: Vec<Token> = said.iter().filter(|token| !token.is_any("projects ideas")).cloned().collect();
    reader.things(&said, kinds, false)
}

/// Everything of a sort goes away only when the words say which, or the person says so once more.
fn several(reader: &mut Reader<'_>, said: &[Token], things: Vec<Thing>, filtered: bool, kinds: &[Kind]) -> Reading {
    let kinds_said: Vec<Kind> = [("projects", Kind::Project), ("ideas", Kind::Idea), ("tasks", Kind::Task)]
        .iter()
        .filter(|(word, _)| said.iter().any(|token| token.is_any(word)))
        .map(|(_, kind)| *kind)
        .collect();
    let things: Vec<Thing> = things.into_iter().filter(|thing| kinds.contains(&thing.kind)).collect();
    if !filtered {
        let id = "archive-everything".to_owned();
        let yes = "Yes, all of them";
        if reader.answer(&id).as_deref() != Some(yes) {
            let what = crate::offline::text::join(said);
            return Err(reader.ask(
                id,
                format!("This would put away “{what}”. Is that really meant, or only some of them?"),
                vec![yes.into(), "No, I will say which".into()],
            ));
        }
        for kind in kinds_said {
            let all: Vec<Thing> = reader
                .rows
                .iter()
                .filter(|row| row.kind == kind && !row.is_closed())
                .map(crate::offline::rows::Row::thing)
                .collect();
            for thing in all {
                away(reader, &thing, false);
            }
        }
        return if reader.draft.steps.is_empty() {
            Err(reader.refuse("There is nothing of that kind to put away."))
        } else {
            Ok(true)
        };
    }
    if things.is_empty() {
        let what = crate::offline::text::join(said);
        return Err(reader.ask(
            "which-things".into(),
            format!("Nothing in the workspace fits “{what}”. Which ones do you mean?"),
            reader.labels(kinds),
        ));
    }
    for thing in &things {
        away(reader, thing, false);
    }
    Ok(true)
}

fn away(reader: &mut Reader<'_>, thing: &Thing, deletes: bool) {
    if reader.archive(thing) {
        if reader.talk.project.as_ref() == Some(thing) {
            reader.talk.project = None;
        }
        if deletes {
            reader.assume(format!("Nothing is deleted here: “{}” is archived and can be brought back.", thing.label));
        }
        return;
    }
    reader.change(thing, Change::Text("status", "cancelled".into()));
    reader.assume(format!("Tasks are not deleted: “{}” is set to cancelled.", thing.label));
}
