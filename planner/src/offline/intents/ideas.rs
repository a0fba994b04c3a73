//! Ideas: writing one down, changing one.

use domain::workspace::Kind;

use crate::offline::{
    draft::Step,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::{dates, description, given_name, patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner},
    wording::{name_length, name_of, sentence_of, title_of},
};

patterns!(NEW:
    "put|add|write|save|jot|note|place|move down? {title} to|on|onto|in|into|among|under|down the|my|our? ideas|idea list|box|board|backlog|file|bank?",
    "put|add|write|save|jot|note|record|log|capture|file {title} as|down as? a|an|our|my? new? idea",
    "capture|add|create|record|log|save|write|note|jot|make|enter|file|store|register|put|keep|new|have|got|'ve|set down|up? this|the|a|an? new? idea {title*}",
    "a|an|another new? idea {title*}",
    "new? idea :|–|- a|an|the? {title}",
    "i|we have|had|got|'ve a|an new? idea {title*}",
    "idea {title}",
);

patterns!(BODY:
    "change|update|set|replace|rewrite the? body|text|description|wording of|for|on {idea} to|into|: {text}",
    "change|update|set {idea} 's body|text|description to|: {text}",
    "update|change the? idea {idea} with|to say|read|: {text}",
    "add to the? idea {idea} that|: {text}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    for pattern in BODY.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let said = found.get("idea", tokens).to_vec();
        let speaks_of_idea = said.iter().any(|token| token.is_any("idea"))
            || tokens.iter().take(8).any(|token| token.is_any("idea"))
            || reader.certainly(&said, &[Kind::Idea]).is_some();
        if !speaks_of_idea {
            continue;
        }
        let idea = reader.thing(&said, &[Kind::Idea])?;
        let from = found.range("text").map_or(tokens.len(), |range| range.start);
        let text = match &tokens[from..] {
            [only] if only.kind == TokenKind::Quoted => only.text.clone(),
            text => sentence_of(text),
        };
        reader.change(&idea, Change::Text("body", text));
        return Ok(true);
    }
    if several(reader, tokens) {
        return Ok(true);
    }
    let Some(title) = new_idea(tokens) else { return Ok(false) };
    let mut rest = title;
    let body = description(&mut rest).or_else(|| body_behind(&mut rest));
    let given = given_name(&mut rest);
    let _ = dates(&mut rest);
    tidy(&mut rest);
    let title = given.unwrap_or_else(|| {
        let lead = rest
            .iter()
            .take_while(|token| {
                token.kind == TokenKind::Punct
                    || token.is_any("about for of to on that down around we could should is regarding idea")
            })
            .count();
        let rest = &rest[lead..];
        let quoted = rest.iter().find(|token| token.kind == TokenKind::Quoted);
        match quoted {
            Some(quoted) => quoted.text.clone(),
            None if rest.first().is_some_and(Token::is_capitalised) => name_of(&rest[..name_length(rest)]),
            None => title_of(rest),
        }
    });
    if title.is_empty() {
        let Some(answer) = reader.answer("idea-title") else {
            return Err(reader.ask("idea-title".into(), "What is the idea, in a line?", Vec::new()));
        };
        return make(reader, &answer, body);
    }
    make(reader, &title, body)
}

/// "these ideas: 'Swap shelf' and 'Seed bank'".
fn several(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    let plural = tokens.iter().take(6).take_while(|token| token.kind != TokenKind::Quoted).any(|token| token.is_any("ideas")) && tokens.first().is_some_and(|token| token.is_any("capture add create record log save write note jot put enter store register new these two three collect keep"));
    let quoted = tokens.iter().filter(|token| token.kind == TokenKind::Quoted).count();
    // "put 'Seed bank' and 'Swap shelf' on the ideas list"
    let joined = tokens.windows(3).any(|three| {
        three[0].kind == TokenKind::Quoted
            && (three[1].is_any("and") || three[1].is_mark(","))
            && three[2].kind == TokenKind::Quoted
    });
    let on_list = joined && quoted > 1 && NEW.iter().take(2).any(|pattern| pattern.start(tokens).is_some());
    let colon = tokens.iter().position(|token| token.is_mark(":"));
    if !on_list && (!plural || (quoted < 2 && colon.is_none())) {
        return false;
    }
    let from = if on_list { None } else { colon };
    let from =
        from.map_or_else(|| tokens.iter().position(|token| token.kind == TokenKind::Quoted).unwrap_or(0), |at| at + 1);
    let mut made = Vec::new();
    let end = if on_list {
        tokens.iter().rposition(|token| token.kind == TokenKind::Quoted).map_or(from, |at| at + 1)
    } else {
        tokens.len()
    };
    for part in crate::offline::read::split_list(&tokens[from..end]) {
        let title = title_of(&part);
        if title.is_empty() {
            continue;
        }
        let step = Step::new("idea.create", format!("Write down the idea “{title}”")).text("title", &title);
        let idea = reader.push(step, Kind::Idea, &title);
        reader.talk.about(&idea);
        made.push(idea);
    }
    let any = !made.is_empty();
    if any {
        reader.talk.group = made;
    }
    any
}

#[expect(clippy::unnecessary_wraps, reason = "all readers of clauses answer alike")]
fn make(reader: &mut Reader<'_>, title: &str, body: Option<String>) -> Reading {
    let step = Step::new("idea.create", format!("Write down the idea “{title}”"))
        .text("title", title)
        .text("body", body.unwrap_or_default());
    let idea = reader.push(step, Kind::Idea, title);
    reader.talk.about(&idea);
    reader.talk.group = vec![idea];
    Ok(true)
}

fn new_idea(tokens: &[Token]) -> Option<Vec<Token>> {
    for (index, pattern) in NEW.iter().enumerate() {
        let Some(found) = pattern.start(tokens) else { continue };
        let trailing = index >= 2;
        let mut title = if trailing {
            found.range("title").map(|range| tokens[range.start..].to_vec())?
        } else {
            found.get("title", tokens).to_vec()
        };
        if trailing
            && index == 2
            && !tokens[..found.matched.end.min(tokens.len())].iter().any(|token| token.is_any("idea"))
        {
            continue;
        }
        // what stands behind "on the ideas list" tells more about it
        if !trailing {
            title.extend(tokens[found.matched.end..].iter().cloned());
        }
        let existing = title.first().is_some_and(|token| token.is_any("is into has was to from") && index != 3)
            && !title.first().is_some_and(|token| token.is_any("to") && index >= 2);
        let plain_idea = tokens.first().is_some_and(|token| token.low == "idea")
            && !tokens.get(1).is_some_and(|token| {
                token.kind == TokenKind::Punct || token.kind == TokenKind::Quoted || token.is_any("for to about")
            });
        let definite = index == 2
            && tokens.iter().take_while(|token| !token.is_any("idea")).any(|token| token.is_any("the this"))
            && !tokens[0].is_any("capture record log write save note jot")
            && !title.first().is_some_and(|token| token.kind == TokenKind::Quoted && !token.plain);
        if existing || plain_idea || definite || (title.is_empty() && index < 2) {
            continue;
        }
        if title.iter().all(|token| is_determiner(&token.low)) && index < 2 {
            continue;
        }
        return Some(title);
    }
    None
}

/// "'Title': the text", "'Title' - the text", "'Title' (the text)".
fn body_behind(tokens: &mut Vec<Token>) -> Option<String> {
    let quoted = tokens.iter().position(|token| token.kind == TokenKind::Quoted)?;
    let mark = tokens
        .get(quoted + 1)
        .filter(|token| token.is_mark(":") || token.is_mark("–") || token.is_mark("-") || token.is_mark("("))?;
    let _ = mark;
    let text: Vec<Token> = tokens.drain(quoted + 1..).skip(1).filter(|token| !token.is_mark(")")).collect();
    (!text.is_empty()).then(|| sentence_of(&text))
}
