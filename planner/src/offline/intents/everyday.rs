//! Things to do in the world: "draft the press release", "hire guards". Cairn cannot do them, so they become tasks.

use crate::offline::{
    dates::DatePhrase,
    make::TaskParts,
    read::Clause,
    reader::{Reader, Reading},
    slots::{dates, sequence, tags},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_verb},
    wording::title_of,
};

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let mut tokens = clause.tokens.clone();
    if clause.is_question && reader.draft.steps.is_empty() && !is_imperative(&tokens)
        || !is_imperative(&tokens)
        || crate::offline::scope::is_beyond(&tokens)
    {
        return Ok(false);
    }
    if points_at_several(reader, &tokens)? {
        return Ok(true);
    }
    // "each only when the one before is finished" is an order, not a condition
    let order = sequence(&mut tokens);
    if let Some((from, condition)) = crate::offline::read::trailing_condition(&tokens) {
        tokens.truncate(from);
        reader.wait_once(&condition);
    }
    if let Some(read) = make_sure(reader, &tokens)? {
        return Ok(read);
    }
    let tags = tags(&mut tokens);
    let in_brackets = super::task_entries::somebody_in_brackets(reader, &mut tokens)?;
    let assignee = if in_brackets.is_some() { in_brackets } else { reader.assignee(&mut tokens)? };
    let project = reader.project_slot(&mut tokens)?.or_else(|| reader.talk.project.clone());
    let found: Vec<DatePhrase> = dates(&mut tokens);
    let due = match found.last() {
        Some(phrase) => reader.due(phrase)?,
        None => None,
    };
    if only_points(reader, &tokens) {
        return Ok(true);
    }
    // "do it", "sort that out": nothing to do without knowing what
    let content = tokens.iter().skip(1).any(|token| match token.kind {
        TokenKind::Word => {
            !is_function_word(&token.low)
                && !token
                    .is_any("again other same else one ones way everything something stuff things thing matter care discussed talked spoke agreed usual bit little while somewhat slightly soon later")
        }
        TokenKind::Quoted | TokenKind::Number => true,
        _ => false,
    });
    // "sand the floor, then varnish it": what it is was said
    let goes_on = tokens.get(1).is_some_and(|token| token.is_any("it them"))
        && !tokens[0].is_any("do handle sort fix get make take see manage settle deal move push start keep leave bring put plan have send")
        && reader.talk.it().is_some_and(|thing| thing.step().is_some());
    if !content && !goes_on {
        return vague(reader, &tokens);
    }
    let somebody = tokens.iter().enumerate().skip(1).take(3).find(|(at, token)| {
        let object = tokens
            .get(at + 1)
            .is_none_or(|next| is_determiner(&next.low) || next.kind != TokenKind::Word || is_function_word(&next.low));
        token.is_any("him")
            || token.is_any("her") && object
            || token.is_any("them") && tokens[0].is_any("send give tell show ask call phone ring meet email")
    });
    if let Some((_, pronoun)) = somebody.filter(|_| reader.talk.last_person().is_none()) {
        let pronoun = pronoun.clone();
        let person = reader.person(&[pronoun])?;
        reader.talk.names(&person);
    }
    if tokens[0].is_any("call phone ring visit contact interview meet pay thank congratulate drive fetch") {
        reader.make_people_clear(&tokens)?;
    }
    let it = reader.made_thing_in(&tokens);
    let task = reader.make_task(&TaskParts {
        title: title_of(&reader.spelled_out(&tokens)),
        due,
        assignee,
        project,
        tags,
        ..TaskParts::default()
    });
    reader.order_after(&task, it);
    for person in reader.people_in(&tokens) {
        reader.talk.names(&person);
    }
    if order == crate::offline::slots::Sequence::Chain {
        let before = reader.talk.group.clone();
        let mut all = before;
        all.push(task.clone());
        super::tasks::chain(reader, &all, order);
    }
    let follows_everyday = reader.talk.group.iter().all(|thing| thing.kind == domain::workspace::Kind::Task);
    if follows_everyday {
        reader.talk.group.push(task);
    } else {
        reader.talk.group = vec![task];
    }
    Ok(true)
}

/// "make sure that Yusuf gets an answer": the person it is about is not the one who does it.
fn make_sure(reader: &mut Reader<'_>, tokens: &[Token]) -> Result<Option<bool>, crate::offline::reader::Stop> {
    let pattern = crate::offline::text::Pattern::new("make|ensure|see sure|certain|to? it? that? {matter}");
    let sure = tokens[0].low == "ensure"
        || tokens.get(1).is_some_and(|token| token.is_any("sure certain"))
        || tokens[0].low == "see" && tokens.get(1).is_some_and(|token| token.low == "to");
    let Some(found) = pattern.start(tokens).filter(|_| sure) else { return Ok(None) };
    let from = found.range("matter").map_or(tokens.len(), |range| range.start);
    let mut matter = tokens[from..].to_vec();
    let found: Vec<DatePhrase> = dates(&mut matter);
    let due = match found.last() {
        Some(phrase) => reader.due(phrase)?,
        None => None,
    };
    let said = crate::offline::text::join(&reader.spelled_out(&matter));
    let title = crate::offline::draft::shortened(&format!("Make sure that {said}"), 120);
    let task =
        reader.make_task(&TaskParts { title, due, project: reader.talk.project.clone(), ..TaskParts::default() });
    for person in reader.people_in(&matter) {
        reader.talk.names(&person);
    }
    reader.talk.group = vec![task];
    Ok(Some(true))
}

/// "take my idea about night trains": names what the next clause is about.
fn only_points(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    use domain::workspace::Kind::{Idea, Project, Task};
    let Some((first, rest)) = tokens.split_first() else { return false };
    let points = first.is_any("take consider use see open find pick grab remember");
    let noun = tokens.iter().any(|token| token.is_any("idea project task") || token.kind == TokenKind::Quoted);
    let thing = if points && noun { reader.certainly(rest, &[Idea, Project, Task]) } else { None };
    if let Some(thing) = &thing {
        reader.talk.about(thing);
    }
    thing.is_some()
}

/// "take all of Ben's tasks": what the next clause does something with.
fn points_at_several(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let points = tokens[0].is_any("take collect gather find get pick");
    let next = reader.next.iter().take(3).any(|token| token.is_any("them it these those all"));
    if !points || !next || !super::select::is_selection(&tokens[1..]) {
        return Ok(false);
    }
    let things = reader.things(&tokens[1..], &[domain::workspace::Kind::Task], true)?;
    if let Some(last) = things.last() {
        reader.talk.about(last);
    }
    reader.talk.group = things;
    Ok(true)
}

/// "handle it": fine when there is a plan it can mean, a question when there is not.
fn vague(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    if !reader.draft.steps.is_empty() {
        return Ok(true);
    }
    let said = crate::offline::text::join(tokens);
    match super::statements::wish_in(&reader.told) {
        Some(mut wish) => {
            let found = dates(&mut wish);
            let due = match found.last() {
                Some(phrase) => reader.due(phrase)?,
                None => None,
            };
            let title = title_of(&reader.spelled_out(&wish));
            reader.make_task(&TaskParts { title, due, ..TaskParts::default() });
            Ok(true)
        }
        None => Err(reader.ask("what-is-meant".into(), format!("What exactly is meant by “{said}”?"), Vec::new())),
    }
}

fn next_is_to(tokens: &[Token]) -> bool {
    tokens.get(1).is_some_and(|token| token.is_any("to")) && tokens.get(2).is_some_and(|token| token.is_any("it that"))
}

/// Whether the words begin like something that is to be done.
pub(crate) fn is_imperative(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    if first.kind != TokenKind::Word || tokens.len() < 2 {
        return false;
    }
    if matches!(first.low.as_str(), "be" | "hope" | "am" | "is" | "are" | "thank" | "thanks" | "think" | "see" | "look")
        && !(first.low == "see" && next_is_to(tokens))
        && !(first.low == "look" && tokens[1].is_any("for into at after") || first.low == "thank")
    {
        return false;
    }
    let next = &tokens[1];
    let second_is_verb = next.is_any("is are was were has will would should can could had did does");
    if is_verb(&first.low) {
        return !second_is_verb && !next.is_mark(":");
    }
    let third_person = first.low != first.lemma && first.low.ends_with('s') && is_verb(&first.lemma);
    let before_article = is_determiner(&next.low) && next.low != "'s" && !is_function_word(&first.low) && !third_person;
    before_article && !first.is_capitalised()
        || (before_article && tokens.len() > 2 && !first.low.ends_with('s') && !first.low.ends_with("ing"))
}
