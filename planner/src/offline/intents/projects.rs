//! New projects: "create a project called Kestrel due 4 May with milestones design and build".

use domain::workspace::Kind;

use crate::offline::{
    in_general,
    read::{Clause, nouns::Noun, split_list},
    reader::{Reader, Reading},
    slots::{dates, description, given_name, patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner, number_word},
    wording::{name_length, name_of},
};

const MAKES: &str = "\
    stick pop throw chuck create add make set start open begin build establish register new get need have draw define spin \
    initiate a an another the two project";

patterns!(AS_PROJECT: "create|add|open|start|register|make|set up? {name} as a|an|the|our? new|separate|own? project");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if let Some(found) = AS_PROJECT.iter().find_map(|pattern| pattern.start(&clause.tokens)) {
        let name = name_of(found.get("name", &clause.tokens));
        let known = reader.certainly(found.get("name", &clause.tokens), &[Kind::Idea, Kind::Task]).is_some();
        let rest = &clause.tokens[found.matched.end..];
        let only_dated =
            rest.iter().all(|token| token.date().is_some() || token.kind == TokenKind::Punct || token.is_any("due"));
        if !name.is_empty() && !known && only_dated {
            let due = match rest.iter().find_map(|token| token.date().cloned()) {
                Some(phrase) => reader.due(&phrase)?,
                None => None,
            };
            reader.make_project(&name, due, None);
            return Ok(true);
        }
    }
    let Some(noun) = project_noun(&clause.tokens) else { return Ok(false) };
    let (mut tokens, mut extra) = parted(&clause.tokens, noun);
    if extra.as_ref().is_some_and(|extra| in_general::is_generic(extra))
        || clause.announces && in_general::is_generic(&clause.tokens[noun + 1..])
    {
        return Ok(false);
    }
    if Noun::is_plural(&tokens[noun].low) {
        let each = clause.tokens.iter().any(|token| token.is_any("each"));
        for mut name in split_list(&names_behind(&tokens[noun + 1..])) {
            name.retain(|token| !token.is_any("each both"));
            let name = name_of(&name);
            if !name.is_empty() {
                reader.make_project(&name, None, None);
            }
        }
        let made = reader.talk.all_of(&[Kind::Project]);
        reader.talk.group = made;
        if each && let Some(extra) = &mut extra {
            let lead = extra.iter().take_while(|token| token.is_any("each with of them")).count();
            extra.drain(..lead);
            extra.extend(crate::offline::text::tokens("to each"));
        }
    } else {
        let description = description(&mut tokens);
        let given = given_name(&mut tokens);
        let dates = dates(&mut tokens);
        let due = match dates.iter().find(|date| date.role != crate::offline::dates::Role::From).or(dates.first()) {
            Some(phrase) => reader.due(phrase)?,
            None => None,
        };
        tidy(&mut tokens);
        let name = given.or_else(|| name_around(&tokens));
        let spoken_of = tokens.iter().any(|token| token.is_any("the this that")) && reader.undertaking.is_some();
        if name.is_none() && spoken_of && extra.is_none() {
            return Ok(true);
        }
        let Some(name) = name.or_else(|| reader.answer("project-name")) else {
            return Err(reader.ask("project-name".into(), "What should the project be called?", Vec::new()));
        };
        let same = reader
            .rows
            .iter()
            .find(|row| row.kind == Kind::Project && row.label.eq_ignore_ascii_case(&name) && !row.is_closed());
        if same.is_some() {
            reader.assume(format!("There is a project “{name}” already; this makes another one."));
        }
        reader.make_project(&name, due, description);
    }
    match extra {
        Some(extra) => super::certain(reader, &Clause { tokens: extra, ..Clause::default() }).map(|_| true),
        None => Ok(true),
    }
}

/// Where "project" stands, when the clause makes one.
fn project_noun(tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    if !first.is_any(MAKES) || first.kind == TokenKind::Quoted {
        return None;
    }
    let noun = tokens
        .iter()
        .take(12)
        .position(|token| Noun::of(&token.low) == Some(Noun::Project) && token.kind == TokenKind::Word)?;
    let before = &tokens[1.min(noun)..noun];
    // "add a task to the Kestrel project": the task is made
    let other = before.iter().any(|token| {
        token.is_any("to in for of on from into with about idea as called named under and")
            || matches!(token.kind, TokenKind::Punct | TokenKind::Quoted)
            || matches!(
                Noun::of(&token.low),
                Some(Noun::Task | Noun::Milestone | Noun::Reminder | Noun::Note | Noun::Idea | Noun::Person)
            )
    });
    // "the Kestrel project is late", "start the project review"
    let behind = tokens.get(noun + 1);
    let describes = behind.is_some_and(|token| {
        token.kind == TokenKind::Word
            && !token.is_capitalised()
            && (Noun::of(&token.low).is_some_and(|noun| noun != Noun::Project)
                || token.is_any("plan team manager board is has are was 's budget"))
    });
    let known_by_article = first.low == "the"
        || (first.low == "project"
            && behind.is_none_or(|token| {
                !(token.is_capitalised()
                    || token.kind == TokenKind::Quoted
                    || token.is_mark(":")
                    || token.is_any("called named for"))
            }));
    (!other && !describes && !known_by_article).then_some(noun)
}

/// Parts "… with milestones A, B and C" off.
fn parted(tokens: &[Token], noun: usize) -> (Vec<Token>, Option<Vec<Token>>) {
    let at = (noun + 1..tokens.len()).find(|at| {
        let joins = tokens[*at].is_any("with including plus and containing having")
            || tokens[*at].is_mark(",")
            || tokens[*at].is_mark(":")
            || tokens[*at].is_mark("(");
        let nouns = tokens[at + 1..]
            .iter()
            .take(4)
            .take_while(|token| token.kind == TokenKind::Word && !token.is_any("called named for"));
        joins && nouns.clone().any(|token| matches!(Noun::of(&token.low), Some(Noun::Milestone | Noun::Task)))
    });
    match at {
        Some(at) => {
            // "… with tasks fence and pond – due 5 February": what stands behind a dash is said of the project
            let dash = tokens.iter().rposition(|token| token.is_mark("–") || token.is_mark("-")).filter(|dash| {
                *dash > at
                    && tokens[dash + 1..].iter().all(|token| token.is_temporal() || token.kind == TokenKind::Punct)
            });
            let end = dash.unwrap_or(tokens.len());
            ([&tokens[..at], &tokens[end..]].concat(), Some(tokens[at + 1..end].to_vec()))
        }
        None => (tokens.to_vec(), None),
    }
}

fn names_behind(tokens: &[Token]) -> Vec<Token> {
    let lead = tokens.iter().take_while(|token| token.is_mark(":") || token.is_any("called named for titled")).count();
    tokens[lead..].to_vec()
}

/// The name beside the noun: "the kitchen project", "project Bluebell", "a project for the kitchen".
fn name_around(tokens: &[Token]) -> Option<String> {
    let noun =
        tokens.iter().position(|token| Noun::of(&token.low) == Some(Noun::Project) && token.kind == TokenKind::Word)?;
    let quoted = tokens.iter().find(|token| token.kind == TokenKind::Quoted);
    if let Some(quoted) = quoted {
        return Some(quoted.text.clone());
    }
    let before: Vec<Token> = tokens[..noun]
        .iter()
        .enumerate()
        .filter(|(at, token)| {
            !(is_determiner(&token.low)
                || (*at == 0 && token.is_any(MAKES))
                || number_word(&token.low).is_some()
                || token.is_any("up new separate small big little proper real internal own dedicated fresh quick brand-new whole side me us private"))
        })
        .map(|(_, token)| token.clone())
        .collect();
    if !before.is_empty() {
        return Some(name_of(&before)).filter(|name| !name.is_empty());
    }
    let behind = &tokens[noun + 1..];
    let lead = behind
        .iter()
        .take_while(|token| {
            token.kind == TokenKind::Punct
                || token.is_any("for about on to around regarding of covering name is in which that handles")
        })
        .count();
    let rest = &behind[lead..];
    let name = name_of(&rest[..name_length(rest)]);
    (!name.is_empty()).then_some(name)
}
