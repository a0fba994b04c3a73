//! New names: "rename 'Mobile app' to 'Pocket Clinic'", "change the title of … to …".

use domain::workspace::Kind;

use crate::offline::{
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::patterns,
    text::{Kind as TokenKind, Token},
    wording::{name_length, name_of},
};

const ANY: [Kind; 4] = [Kind::Project, Kind::Task, Kind::Idea, Kind::Person];

patterns!(SHAPES:
    "rename|retitle|rebrand|re-name|reword|rephrase|relabel|rewrite {thing} to|into|as|: {name}",
    "change|update|set|correct|edit|alter the? title|name|heading|wording of|for|on {thing} to|into|: {name}",
    "change|update|set|correct|edit|alter {thing} 's title|name to|into|: {name}",
    "give {thing} the|a new? name|title {name}",
    "call {thing} {name} instead|from now|instead? on?",
    "{thing} should|shall|will|must|needs|has|is be|now|to? be? called|named|renamed|titled to? {name}",
    "change {thing} to {name}",
    "make {thing} {name}",
    "{thing} should|shall|will|must|ought now|to? read|say {name}",
    "call|name|title {thing} @quoted from|instead|now? now? on?",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    for (index, pattern) in SHAPES.iter().enumerate() {
        let Some(found) = pattern.start(tokens) else { continue };
        let mut said = found.get("thing", tokens).to_vec();
        // the last pattern has the new name in quotes behind the thing
        let name = found.range("name").or_else(|| found.range("thing").map(|thing| thing.end..thing.end + 1));
        let mut from = name.map_or(tokens.len(), |range| range.start);
        // "call the 'Spring fete' project 'May Day'": the last quoted text is the name
        let texts = || tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Quoted).map(|(at, _)| at);
        if matches!(index, 4 | 9) && texts().count() == 2 {
            from = texts().max().unwrap_or(from);
            said = tokens[1..from].to_vec();
        }
        let behind = &tokens[from..];
        let quoted = behind.first().is_some_and(|token| token.kind == TokenKind::Quoted);
        // "change the report to Friday", "call Ana instead"
        let loose = index >= 4;
        if loose && !(quoted || (index == 5 && behind.first().is_some_and(Token::is_capitalised))) {
            continue;
        }
        if behind.first().is_none_or(|token| token.date().is_some()) {
            continue;
        }
        // "rewrite the minutes to two pages" is work, unless something is called so
        if index == 0 && tokens[0].is_any("reword rephrase rewrite relabel") && reader.certainly(&said, &ANY).is_none()
        {
            continue;
        }
        let points = said.len() == 1 && said[0].is_any("it this that");
        if index == 7 && !points {
            continue;
        }
        let project_or_task = index == 6 && said.first().is_some_and(|token| token.kind != TokenKind::Quoted);
        if project_or_task && reader.certainly(&said, &ANY).is_none() {
            continue;
        }
        let length = if quoted {
            1
        } else {
            behind
                .iter()
                .take_while(|token| token.kind != TokenKind::Punct && token.date().is_none())
                .count()
                .max(name_length(behind).min(1))
        };
        let name = name_of(&behind[..length]);
        if name.is_empty() {
            continue;
        }
        let thing = renamed(reader, &said)?;
        let field = if matches!(thing.kind, Kind::Task | Kind::Idea) { "title" } else { "name" };
        reader.change(&thing, Change::Text(field, name));
        // "… and due tomorrow"
        let phrase = behind[length..].iter().find_map(|token| token.date().cloned());
        if let Some((day, _)) = phrase.map(|phrase| reader.due(&phrase)).transpose()?.flatten()
            && matches!(thing.kind, Kind::Task | Kind::Project)
        {
            reader.change(&thing, Change::Text("due_date", crate::offline::dates::written(day, None)));
        }
        return Ok(true);
    }
    Ok(false)
}

fn renamed(
    reader: &mut Reader<'_>,
    said: &[Token],
) -> Result<crate::offline::draft::Thing, crate::offline::reader::Stop> {
    let people = reader.people_in(said);
    let things = [Kind::Project, Kind::Task, Kind::Idea];
    if reader.certainly(said, &things).is_none()
        && let [person] = people.as_slice()
    {
        return Ok(person.clone());
    }
    reader.thing(said, &ANY)
}
