//! Links: "link Omar to it", "connect the two", "introduce Hamza to Freya".

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    read::{Clause, split_list},
    reader::{Reader, Reading, Stop},
    slots::patterns,
    text::{Kind as TokenKind, Token, is_determiner},
};

const ANY: [Kind; 5] = [Kind::Project, Kind::Task, Kind::Idea, Kind::Person, Kind::CalendarEntry];

patterns!(PAIR:
    "~link|~connect|~tie|~relate|~associate|~attach|~join|~tag {a} with|to {b}",
    "~link|~connect|~tie|~relate|~associate {a} up with|to {b}",
    "add|create|make|set|establish|put up? a? link|connection|relation between {a} and {b}",
    "add|create|make|set|establish|put up? a? link|connection from {a} to {b}",
    "add|create|make|set|establish a? link to {b}",
    "a|another link|connection between {a} and {b}",
    "a|another link|connection to|with|from {b}",
);

patterns!(TOGETHER:
    "~link|~connect|~tie|~relate|~associate {a} together|up",
    "~link|~connect|~tie|~relate|~associate {a}",
);

patterns!(INTRODUCE:
    "~introduce {a} to {b}",
    "~introduce {a} and {b} to? each? other?",
    "put|bring|get {a} and {b} in touch|contact with? each? other?",
    "put|bring|get {a} and {b} together",
    "put|bring|get {a} in touch|contact with {b}",
    "put|bring|get {a} together with {b}",
    "connect {a} and {b} by message|email|mail",
    "make an? introduction between {a} and {b}",
    "{a} and {b} should|ought|must|need|might|could|would to? like|want|benefit? to? know|meet|talk|speak|connect to|with? each|one other|another",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if introduced(reader, clause)? {
        return Ok(true);
    }
    let first = tokens.first();
    let says_link = tokens.iter().take(5).any(|token| {
        token.is_any("link links linked connect connected tie relate related associate associated attach connection")
    });
    if !says_link || first.is_some_and(|token| token.is_any("remind send message tell note")) {
        return Ok(false);
    }
    let relation = relation(tokens);
    // "link the projects to each other" is "link the projects"
    let tokens = &without_each_other(tokens)[..];
    for pattern in PAIR.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let a = found.get("a", tokens).to_vec();
        let from = found.range("b").map_or(tokens.len(), |range| range.start);
        let b: Vec<Token> = without_relation(&tokens[from..]);
        let attaches_text = tokens[0].is_any("attach tag") && reader.certainly(&b, &ANY).is_none();
        if attaches_text {
            return Ok(false);
        }
        let firsts = if let Some(project) = reader.undertaken().filter(|_| a.is_empty()) {
            vec![project]
        } else if a.is_empty() {
            ends(reader, &crate::offline::text::tokens("it"))?
        } else {
            ends(reader, &a)?
        };
        let seconds = ends(reader, &b)?;
        for first in &firsts {
            for second in &seconds {
                if first.kind == Kind::Person && second.kind == Kind::Person {
                    reader.topic =
                        Some(format!("I would like to bring {} and {} together.", first.label, second.label));
                }
                reader.make_link(first, second, relation.as_deref());
                reader.talk.names(second);
            }
        }
        for first in &firsts {
            reader.talk.about(first);
        }
        return Ok(true);
    }
    for pattern in TOGETHER.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let from = found.range("a").map_or(tokens.len(), |range| range.start);
        let all = without_relation(&tokens[from..]);
        let pair = pair(reader, &all)?;
        for two in pair.windows(2) {
            reader.make_link(&two[0], &two[1], relation.as_deref());
        }
        return Ok(true);
    }
    Ok(false)
}

/// The things at one end: "it", "both tasks", "Omar and Dana".
fn ends(reader: &mut Reader<'_>, said: &[Token]) -> Result<Vec<Thing>, Stop> {
    let plural = said.len() <= 3 && said.iter().any(|token| token.is_any("them both these those all each"));
    if plural && reader.talk.group.len() > 1 {
        return Ok(reader.talk.group.clone());
    }
    if plural && let Some((first, second)) = reader.talk.last_two() {
        return Ok(vec![first, second]);
    }
    let mut found = Vec::new();
    for part in split_list(said) {
        // "with the walk and with Salma"
        let lead = part.iter().take_while(|token| token.is_any("with to also")).count();
        found.push(end(reader, &part[lead.min(part.len().saturating_sub(1))..])?);
    }
    Ok(found)
}

fn end(reader: &mut Reader<'_>, said: &[Token]) -> Result<Thing, Stop> {
    let noun =
        said.iter().any(|token| token.is_any("project task idea meeting to-do") || token.kind == TokenKind::Quoted);
    let pronoun = said.len() == 1 && said[0].is_any("him her she he");
    if pronoun {
        return reader.person(said);
    }
    if !noun {
        let people = reader.people_in(said);
        let thing = reader.certainly(said, &[Kind::Project, Kind::Task, Kind::Idea]);
        if let (Some(person), None) = (people.first(), &thing) {
            return Ok(person.clone());
        }
        if let Some(thing) = thing {
            return Ok(thing);
        }
        if said.first().is_some_and(|token| token.is_any("contact person"))
            || said.iter().any(|token| token.is_any("contact person"))
        {
            return reader.thing(said, &[Kind::Person]);
        }
        let only_names = said.iter().all(|token| token.is_capitalised() || is_determiner(&token.low));
        if only_names && matches!(reader.find(said, &ANY), crate::offline::resolve::Found::Nothing) && said.len() <= 2 {
            return reader.person(said);
        }
    }
    reader.thing(said, &ANY)
}

/// What "the two", "them" or "Bluebell and Foxglove" are.
fn pair(reader: &mut Reader<'_>, said: &[Token]) -> Result<Vec<Thing>, Stop> {
    let pronoun =
        said.len() <= 4 && said.iter().any(|token| token.is_any("two both them these those it each all everything"));
    let sort = said.len() <= 3 && said.iter().any(|token| token.is_any("projects tasks ideas people contacts"));
    if let Some(all) = all_of_a_sort(reader, said).filter(|all| sort && all.len() > 1) {
        return Ok(all);
    }
    if pronoun && !said.iter().any(|token| token.is_any("and")) {
        let said_kind = said.iter().any(|token| token.is_any("projects"));
        let projects = reader.talk.all_of(&[Kind::Project]);
        if (said_kind || reader.talk.group.iter().all(|thing| thing.kind == Kind::Project)) && projects.len() > 1 {
            return Ok(projects);
        }
        if let Some((first, second)) = reader.talk.last_two() {
            return Ok(vec![first, second]);
        }
        return Err(reader.ask("link-what".into(), "Which things are to be linked?", Vec::new()));
    }
    let parts = split_list(said);
    if parts.len() < 2 {
        let one = end(reader, said)?;
        let other = reader.talk.it().or_else(|| reader.talk.last_person()).filter(|thing| **thing != one).cloned();
        let Some(other) = other.or_else(|| reader.selected().filter(|thing| *thing != one)) else {
            return Err(reader.ask(
                "link-to".into(),
                format!("What is “{}” to be linked with?", one.label),
                Vec::new(),
            ));
        };
        return Ok(vec![other, one]);
    }
    let mut things = Vec::new();
    for part in parts {
        things.push(end(reader, &part)?);
    }
    Ok(things)
}

fn without_each_other(tokens: &[Token]) -> Vec<Token> {
    patterns!(EACH_OTHER: "to|with|and each other", "to|with one another", "with|to each other");
    let Some(found) = EACH_OTHER.iter().find_map(|pattern| pattern.find(tokens)) else { return tokens.to_vec() };
    [&tokens[..found.matched.start], &tokens[found.matched.end..]].concat()
}

/// "the projects", "the people": all of that sort that were spoken of.
fn all_of_a_sort(reader: &Reader<'_>, said: &[Token]) -> Option<Vec<Thing>> {
    let sorts =
        [("projects", Kind::Project), ("tasks", Kind::Task), ("ideas", Kind::Idea), ("people contacts", Kind::Person)];
    let (_, kind) = sorts.iter().find(|(words, _)| said.iter().any(|token| token.is_any(words)))?;
    Some(reader.talk.all_of(&[*kind]))
}

/// "as a sponsor", "(relation: supplier)".
fn relation(tokens: &[Token]) -> Option<String> {
    let as_well = |at: usize| tokens.get(at + 1).is_some_and(|next| next.is_any("well"));
    let at = (0..tokens.len()).find(|at| tokens[*at].is_any("as") && !as_well(*at))?;
    let words: Vec<Token> = tokens[at + 1..].iter().filter(|token| !is_determiner(&token.low)).cloned().collect();
    let text = crate::offline::text::join(&words).to_lowercase().replace(' ', "_");
    (!text.is_empty() && text.len() < 60 && words.len() <= 4).then_some(text)
}

fn without_relation(tokens: &[Token]) -> Vec<Token> {
    let told = |at: usize| {
        tokens[at].is_mark(",") && tokens.get(at + 1).is_some_and(|next| next.is_any("who which whose where"))
    };
    let end = (0..tokens.len()).find(|at| tokens[*at].is_any("as so because") || told(*at)).unwrap_or(tokens.len());
    tokens[..end].iter().filter(|token| token.date().is_none()).cloned().collect()
}

/// "introduce A to B": a link and a message to each, unless the request says itself what is to be done.
fn introduced(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    let Some(found) = INTRODUCE.iter().find_map(|pattern| pattern.start(tokens)) else { return Ok(false) };
    let from = found.range("b").map_or(tokens.len(), |range| range.start);
    let a = found.get("a", tokens).to_vec();
    let b = if found.matched.end == tokens.len() && found.range("b").is_some_and(|range| range.end < tokens.len()) {
        found.get("b", tokens).to_vec()
    } else {
        tokens[from..].to_vec()
    };
    if reader.people_in(&a).is_empty() && reader.people_in(&b).is_empty() {
        return Ok(false);
    }
    let first = reader.person(&a)?;
    let second = reader.person(&b)?;
    reader.talk.about(&first);
    reader.talk.about(&second);
    reader.topic = Some(format!("I would like to introduce {} and {} to each other.", first.label, second.label));
    let told = tokens.first().is_some_and(|token| !token.is_any("introduce put bring get connect make"));
    let links_itself =
        reader.next.iter().take(3).any(|token| token.is_any("link connect introduce send drop tell message write"));
    if clause.announces || told && links_itself {
        reader.talk.group = vec![first, second];
        return Ok(true);
    }
    reader.make_link(&first, &second, Some("introduced_to"));
    for (to, other) in [(&first, &second), (&second, &first)] {
        let name = crate::offline::wording::first_name(&to.label).to_owned();
        let body = format!("Hello {name}, I would like to introduce you to {}.", other.label);
        reader.make_message(to, &format!("Introduction: {}", other.label), &body);
    }
    reader.assume("The messages are short introductions: check their words before they are sent.");
    Ok(true)
}
