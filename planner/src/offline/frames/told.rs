//! "Somebody should look at the swing before the inspection on 10 December. I think Oskar could. Would you put a task on
//! his list?": a task without a title, of which the wish was told before.

use super::frame::{Frame, Part};
use crate::offline::text::{Kind, Token, is_determiner, is_function_word, is_pronoun, is_verb};

/// Gives the first task that is asked for without a title the title and day of the wish told before it. What was read of
/// the sentences that tell it is information, and no wish of its own.
pub(super) fn fill_in(frames: &mut [Frame], whole: &[Token]) {
    let titled =
        |frame: &Frame| ["title", "name", "task", "body", "topic", "milestone"].iter().any(|role| frame.has(role));
    let asks = |frame: &Frame| {
        frame.intent == "task.create" && frame.tokens.iter().any(|token| token.is_any("task to-do job todo"))
    };
    let Some(at) = frames.iter().position(|frame| asks(frame) && !titled(frame)) else { return };
    if frames[..at].iter().any(|frame| asks(frame) && titled(frame)) {
        return;
    }
    // "Ines measures the windows, then the blinds can be ordered. A task for each": all of it is work already
    if super::gathering::gatherer(frames) == Some(at) {
        return;
    }
    let end = frames[at].from;
    let Some((from, title, day)) = wish(&whole[..end]) else { return };
    for frame in &mut frames[..at] {
        let inside = frame.to > from;
        let states = matches!(
            frame.intent.as_str(),
            "calendar.schedule"
                | "message.send"
                | "manual.step"
                | "also"
                | "given"
                | "task.create"
                | "then"
                | "status"
                | "person.update"
                | "note.add"
                | "idea.create"
                | "reschedule"
                | "assign"
                | "complete"
                | "describe"
                | "none"
        );
        if states && inside || frame.intent == "also" || frame.intent == "manual.step" {
            frame.intent = "given".into();
            frame.parts.retain(|part| part.role == "person");
        } else if frame.intent == "given" {
            frame.parts.retain(|part| part.role != "name" && part.role != "title" && part.role != "when");
        }
    }
    let frame = &mut frames[at];
    let points = |part: &Part| super::frame::is_person_pronoun(&part.tokens);
    if !frame.parts.iter().any(|part| points(part) || part.role == "person") {
        let pronoun = (frame.from..).zip(&frame.tokens).find(|(_, token)| token.is_any("his her him"));
        let part = pronoun.map(|(at, token)| Part { role: "ref".into(), tokens: vec![token.clone()], at });
        frame.parts.extend(part);
    }
    frame.parts.retain(|part| part.role != "ref" || points(part));
    frame.parts.push(Part { role: "title".into(), tokens: title, at: from });
    if !frame.has("when") && !frame.tokens.iter().any(|token| token.date().is_some()) {
        frame.parts.extend(day.map(|(at, token)| Part { role: "when".into(), tokens: vec![token], at }));
    }
}

type Wish = (usize, Vec<Token>, Option<(usize, Token)>);

/// The last wish that words tell: where it begins, what is to be done, and by when.
fn wish(told: &[Token]) -> Option<Wish> {
    let done = |at: usize| {
        by_somebody(told, at)
            .or_else(|| by_name(told, at))
            .or_else(|| to_be_done(told, at))
            .or_else(|| to_be_ready(told, at))
    };
    let found = |reads: &dyn Fn(usize) -> Option<Wish>| (0..told.len()).rev().find_map(|at| Some((at, reads(at)?)));
    let (at, (from, title, day)) = found(&done).or_else(|| found(&|at| wanted(told, at)))?;
    Some((from, super::antecedents::named(title, &told[..at]), day))
}

fn ends(token: &Token) -> bool {
    token.kind == Kind::Break
        || token.date().is_some()
        || matches!(token.text.as_str(), "." | "!" | "?" | "," | ":" | ";")
}

/// "…somebody to look at the swing", "someone should oil the gate".
fn by_somebody(told: &[Token], at: usize) -> Option<Wish> {
    let asked =
        told[at].is_any("could can would will might") && told.get(at + 1)?.is_any("somebody someone anybody anyone");
    let wants = asked
        || told[at].is_any("somebody someone anybody anyone")
            && told.get(at + 1)?.is_any("to should must could needs has")
        || told[at].is_any("needs has ought") && told.get(at + 1)?.is_any("somebody someone");
    let verb = (at + 1..told.len().min(at + 5))
        .find(|at| is_verb(&told[*at].low) && !told[*at].is_any("to should must could needs has"))?;
    let title: Vec<Token> = told[verb..].iter().take_while(|token| !ends(token)).cloned().collect();
    let title = without_reason(title);
    (wants && title.len() > 1).then(|| (sentence(told, at), title, day(told, verb)))
}

/// "please get Ines to look at it", "could you have Odd sweep the flue?": what somebody is to be brought to do.
fn by_name(told: &[Token], at: usize) -> Option<Wish> {
    let led =
        at.checked_sub(1).is_none_or(|before| ends(&told[before]) || told[before].is_any("please you kindly and"));
    let brings = told[at].is_any("get have ask let") && led;
    let name = told.get(at + 1)?;
    let named = brings && name.is_capitalised() && name.kind == Kind::Word && !is_function_word(&name.low);
    let to = told[at + 1..].iter().take(4).take_while(|token| token.is_capitalised()).count() + at + 1;
    let verb = if told.get(to)?.is_any("to") { to + 1 } else { to };
    let works =
        is_verb(&told.get(verb)?.low) && told[verb].lemma == told[verb].low && (verb > to || told[at].low == "have");
    let title: Vec<Token> = told[verb..].iter().take_while(|token| !ends(token)).cloned().collect();
    let title = without_reason(title);
    (named && works && title.len() > 1).then(|| (sentence(told, at), title, day(told, verb)))
}

/// "the lights were fixed", "the extinguishers are to be checked", "it has to be sorted": done to what stands before.
fn to_be_done(told: &[Token], at: usize) -> Option<Wish> {
    let done = &told[at];
    let participle = done.kind == Kind::Word
        && done.lemma != done.low
        && is_verb(&done.lemma)
        && !done.low.ends_with("ing")
        && !done.is_any("gone");
    if !participle || at < 2 {
        return None;
    }
    let be = (at.saturating_sub(2)..at).find(|be| told[*be].is_any("be were was get got is are"))?;
    let wished =
        told[..be].iter().rev().take(8).any(|token| token.is_any("if should must needs need has have ought are is to"));
    let near = || told[..be].iter().rev().take(8);
    let conditional = told[be].is_any("were was") && near().any(|token| token.low == "if");
    let modal = told[be].is_any("be get") && wished;
    // "they rang to ask that the extinguishers are serviced"
    let asked = near().any(|token| token.low == "that")
        && told[..be].iter().rev().take(12).any(|token| {
            token.is_any("ask asks asked asking insist insists insisted demand demands demanded request requests requested urge urged require requires required")
        });
    if !(conditional || modal || asked) {
        return None;
    }
    let idle =
        |token: &Token| token.is_any("to is are has have needs need should must ought also really urgently will");
    let last = told[..be].iter().rposition(|token| !idle(token))? + 1;
    let first = told[..last]
        .iter()
        .rposition(|token| ends(token) || token.is_any("if that and but so because"))
        .map_or(0, |at| at + 1);
    let object = &told[first..last];
    let names = object.iter().any(|token| !is_function_word(&token.low) || super::antecedents::points(token))
        && object.len() <= 10;
    let mut title = vec![Token::new(done.lemma.clone(), Kind::Word, false)];
    title.extend(object.iter().cloned());
    names.then(|| (sentence(told, at), title, day(told, at)))
}

/// "the costumes have to be ready", "the hall should be clean": how something has to be.
fn to_be_ready(told: &[Token], at: usize) -> Option<Wish> {
    let be = at.checked_sub(1)?;
    let state = told[at].is_any("ready clean tidy empty gone") && told[be].is_any("be");
    let idle = |token: &Token| token.is_any("to has have needs need should must ought also really urgently");
    let last = told[..be].iter().rposition(|token| !idle(token))? + 1;
    if !state || last == be {
        return None;
    }
    let first = told[..last]
        .iter()
        .rposition(|token| ends(token) || token.is_any("if that and but so because"))
        .map_or(0, |at| at + 1);
    let object = &told[first..last];
    let names = |token: &Token| !is_function_word(&token.low) || super::antecedents::points(token);
    if !object.iter().any(names) || object.len() > 10 {
        return None;
    }
    let word = |text: &str| Token::new(text, Kind::Word, false);
    let mut title = vec![word(if told[at].is_any("gone") { "remove" } else { "get" })];
    title.extend(object.iter().cloned());
    title.extend((!told[at].is_any("gone")).then(|| told[at].clone()));
    let from = sentence(told, at);
    let ahead = (from..at).rev().find(|at| told[*at].date().is_some()).map(|at| (at, told[at].clone()));
    Some((from, title, day(told, at).or(ahead)))
}

/// "the insurance people want the photos before 11 December", "the hymn books need new covers": what somebody or
/// something lacks.
fn wanted(told: &[Token], at: usize) -> Option<Wish> {
    let wants = told[at].is_any("want wants need needs lack lacks");
    let object = told.get(at + 1)?;
    let a_thing = is_determiner(&object.low) || object.is_any("new more another fresh some");
    let own = |token: &Token| token.is_any("i you we") || token.low.starts_with("i'") || token.low.starts_with("you'");
    let first = told[..at]
        .iter()
        .rposition(|token| ends(token) || token.is_any("if that and but so because as since"))
        .map_or(0, |at| at + 1);
    let subject = &told[first..at];
    if !wants || !a_thing || subject.is_empty() || subject.len() > 8 || subject.iter().any(own) {
        return None;
    }
    let behind = |token: &Token| !ends(token) && !token.is_any("before until because since when to");
    let object: Vec<Token> = told[at + 1..].iter().take_while(|token| behind(token)).cloned().collect();
    let mut title = vec![Token::new("get", Kind::Word, false)];
    title.extend(object);
    let thing = told[at].is_any("need needs lack lacks") && !subject.iter().any(|token| is_pronoun(&token.low));
    if thing {
        title.push(Token::new("for", Kind::Word, false));
        title.extend_from_slice(subject);
    }
    (title.len() > 2).then(|| (sentence(told, at), title, day(told, at)))
}

fn without_reason(mut title: Vec<Token>) -> Vec<Token> {
    if let Some(end) = title.iter().skip(2).position(|token| token.is_any("because since as so if")) {
        title.truncate(end + 2);
    }
    title
}

/// Where the sentence begins that a place is in.
fn sentence(told: &[Token], at: usize) -> usize {
    let ends = |token: &Token| token.kind == Kind::Break || matches!(token.text.as_str(), "." | "!" | "?");
    told[..at].iter().rposition(ends).map_or(0, |end| end + 1)
}

/// The day named behind a place, in its sentence.
fn day(told: &[Token], at: usize) -> Option<(usize, Token)> {
    let ends = |token: &Token| token.kind == Kind::Break || matches!(token.text.as_str(), "." | "!" | "?");
    let behind = (at..).zip(&told[at..]).take_while(|(_, token)| !ends(token));
    behind.into_iter().find(|(_, token)| token.date().is_some()).map(|(at, token)| (at, token.clone()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, mark},
        text::{join, tokens},
    };

    #[rstest]
    #[case("Petra rang, she wants somebody to oil the gate before 9 December.", Some("oil the gate"), true)]
    #[case(
        "The boiler valves are to be replaced before 9 December, says Odd.",
        Some("replace The boiler valves"),
        true
    )]
    #[case("He'd be glad if the ramp was cleaned before 9 December.", Some("clean the ramp"), true)]
    #[case("The benches have to be clean by 9 December.", Some("get The benches clean"), true)]
    #[case("The council rang to ask that the hoses are serviced before 9 December.", Some("service the hoses"), true)]
    #[case(
        "The boiler in the barn is leaking again. Please get Odd to look at it by 9 December.",
        Some("look at The boiler in the barn"),
        true
    )]
    #[case("The hoses are serviced before 9 December.", None, false)]
    #[case("The hall roof needs to be painted.", Some("paint The hall roof"), false)]
    #[case("The altar cloths need new hems before 9 May.", Some("get new hems for The altar cloths"), true)]
    #[case("The tax people rang, they want the receipts by 9 December.", Some("get the receipts"), true)]
    #[case("Hi, could somebody tow the boat to the quay?", Some("tow the boat to the quay"), false)]
    #[case(
        "The hinge by the gate is broken. It'll need to be mended before 9 May.",
        Some("mend The hinge by the gate"),
        true
    )]
    #[case(
        "They fuss about the wax on the floor, and it has to be gone before 9 May.",
        Some("remove the wax on the floor"),
        true
    )]
    #[case(
        "She fears the speakers will crackle again. She asked for somebody to test them.",
        Some("test the speakers"),
        false
    )]
    #[case("We had a lovely weekend. The cake was eaten.", None, false)]
    fn a_wish_is_told_in_many_ways(#[case] text: &str, #[case] wanted: Option<&str>, #[case] dated: bool) {
        let told = mark(&tokens(text), Calendar { today: "2026-11-23".parse().unwrap() });
        let found = wish(&told);
        assert_eq!(found.as_ref().map(|(_, title, _)| join(title)).as_deref(), wanted);
        assert_eq!(found.is_some_and(|(.., day)| day.is_some()), dated);
    }
}
