//! Due dates that move: "push Atlas's due date to 18 December", "everything in Riverside by a week".

use chrono::NaiveDate;
use domain::workspace::Kind;

use crate::offline::{
    dates::{Anchor, DatePhrase, Role, Span, When, shift, written},
    draft::Thing,
    make::Change,
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading, Stop},
    slots::{patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner},
};

const BOTH: [Kind; 2] = [Kind::Task, Kind::Project];

const MOVES: &str = "\
    push move shift bring delay extend pull postpone reschedule defer set change update put adjust make \
    advance schedule correct mark give slide";

patterns!(STATED:
    "{thing} is|are|should|must|has|have|will|needs now|to|be? be? now? @date",
    "{thing} is|are|should|must|has|have|will|needs now|to|be? be? now? ~do|finished|ready|in|completed|due|there|here|signed|sent|delivered|available|over|closed|installed|open now? @date",
    "the? deadline|date for|of {thing} is|has|should|moved|moves|changed|shifts now|to|be|been? moved|changed|shifted? to? @date",
    "the? due date|deadline for|of|on {thing} is|has|should|moved|moves now|to|be|been? moved|changed|shifted? to? @date",
    "{thing} 's due? date|deadline is|has|should|moved|moves now|to|be|been? moved|changed? to? @date",
    "the? deadline|due|date|finish date|line? for|of {thing} : @date",
    "the|its|their? deadline|launch|opening|start|end|finish|go-live|kick-off|handover|completion|due date? is|are|would|will|should|must be|in|on|at? @date",
    "{thing} has until @date",
    "{thing} is|are|was|were|has|have|gets|got now|been|being|be? moved|shifted|pushed|postponed|rescheduled|delayed|deferred|brought back|forward|out? to|until|till? @date",
    "{thing} should|must|can|needs|need|have|has|shall|will to? be? move|moved|shift|shifted|go|pushed|postponed|rescheduled|slip to? @date",
    "the? others|rest|remaining other? ones? is|are|should? be? due? @date",
    "{thing} ~slip|~move to @date",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    Ok(moved(reader, &clause.tokens)? || stated(reader, &clause.tokens)?)
}

/// How a due date changes.
enum Move {
    To(NaiveDate),
    By(Span, bool),
}

fn moved(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some(first) = tokens.first().filter(|token| token.is_any(MOVES)) else { return Ok(false) };
    let certain_verb = first.is_any("push postpone reschedule defer delay extend");
    let mut rest = tokens[1..].to_vec();
    let speaks_of_due = rest
        .iter()
        .any(|token| token.is_any("due deadline date") || token.date().is_some_and(|date| date.role == Role::Due));
    let back = rest.iter().any(|token| token.is_any("forward earlier up")) && first.is_any("bring move pull push")
        || first.is_any("pull advance");
    let Some(change) = change(reader, &mut rest, back)? else { return Ok(false) };
    let (change, role) = change;
    let said = without_due_words(&rest);
    let assignee = assignee_behind(&said);
    let said = assignee.map_or(said.clone(), |at| said[..at].to_vec());
    let known = reader.certainly(&said, &BOTH).is_some() || super::select::is_selection(&said);
    let pronoun = said.is_empty()
        || said.len() <= 3 && said.iter().any(|token| token.is_any("it this that them both these those"));
    let names = said.iter().any(|token| token.is_any("task project tasks projects") || token.kind == TokenKind::Quoted);
    let has_subject = pronoun && (!reader.talk.is_empty() || reader.selected().is_some());
    let sets_up = tokens.get(1).is_some_and(|token| token.is_any("up down in out together"));
    let particles = said.iter().take_while(|token| token.is_any("up down in out together")).count();
    let becomes = said.windows(2).any(|pair| pair[0].is_any("as") && pair[1].is_any("a an"));
    let new_thing = becomes
        || said.get(particles).is_some_and(|token| {
            token.is_any("a an another up me new")
                || sets_up && Noun::of(&token.low).is_some()
                || first.is_any("make put set give")
                    && (Noun::is_plural(&token.low) || first.is_any("make") && Noun::of(&token.low).is_some())
                || crate::offline::text::number_word(&token.low).is_some() && !token.is_any("both")
        })
        || said
            .iter()
            .any(|token| token.is_any("reminder meeting lunch call milestone milestones appointment note message"));
    if new_thing && !known {
        return Ok(false);
    }
    if !(known || has_subject || names || speaks_of_due || certain_verb) {
        return Ok(false);
    }
    if pronoun && reader.talk.it().is_some_and(super::calendar::is_entry) {
        return Err(reader.refuse("Entries in the calendar cannot be moved from here yet."));
    }
    let said = if said.is_empty() { crate::offline::text::tokens("it") } else { said };
    let things = reader.things(&said, &BOTH, true)?;
    apply(reader, &things, &change, role)?;
    if let Some(at) = assignee {
        let said_all = without_due_words(&rest);
        let person = reader.person(&said_all[at..])?;
        for thing in &things {
            reader.change(thing, Change::Points("assignee", person.clone()));
        }
    }
    Ok(true)
}

/// "so that it's due on 9 December and assigned to Helga": where the person stands.
fn assignee_behind(said: &[Token]) -> Option<usize> {
    let at = said.iter().position(|token| token.is_any("assigned assign"))?;
    let to = said[at..].iter().position(|token| token.is_any("to"))?;
    (at > 0).then_some(at + to + 1).filter(|from| *from < said.len()).map(|_| at)
}

fn change(reader: &mut Reader<'_>, rest: &mut Vec<Token>, back: bool) -> Result<Option<(Move, Role)>, Stop> {
    // "from Tuesday to Friday": the last date is the new one
    let at = rest.iter().rposition(|token| token.date().is_some());
    if let Some(at) = at {
        let Some(phrase) = rest[at].date().cloned() else { return Ok(None) };
        rest.remove(at);
        rest.retain(|token| token.date().is_none_or(|date| date.role != Role::From));
        // "from 12 to 19 February"
        if let Some(last) = phrase.moment().and_then(|moment| moment.until).filter(|_| phrase.role == Role::From) {
            return Ok(Some((Move::To(last), Role::On)));
        }
        if let When::Shifted { span, back, from: Anchor::LastDate, .. } = phrase.when {
            return Ok(Some((Move::By(span, back), Role::On)));
        }
        return Ok(target_day(reader, &phrase)?.map(|day| (Move::To(day), phrase.role)));
    }
    let at = rest.iter().position(|token| matches!(token.kind, TokenKind::Span(_)));
    if let Some(at) = at {
        let TokenKind::Span(span) = rest[at].kind else { return Ok(None) };
        let earlier = back || rest.get(at + 1).is_some_and(|token| token.is_any("earlier sooner"));
        rest.remove(at);
        return Ok(Some((Move::By(span, earlier), Role::On)));
    }
    Ok(None)
}

fn target_day(reader: &mut Reader<'_>, phrase: &DatePhrase) -> Result<Option<NaiveDate>, Stop> {
    let one_day = phrase.moment().and_then(|moment| moment.until).is_none();
    let day = if one_day && phrase.role != Role::Before { reader.moment(phrase)? } else { reader.due(phrase)? };
    Ok(day.map(|(day, _)| day))
}

fn without_due_words(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = tokens
        .iter()
        .filter(|token| {
            !token.is_any("due deadline date back forward out dates deadlines by until earlier later instead now so that it's more end") || token.kind == TokenKind::Quoted
        })
        .cloned()
        .collect();
    kept.retain(|token| !token.is_any("off"));
    if kept.len() > 1 {
        tidy(&mut kept);
    }
    while kept.last().is_some_and(|token| token.is_any("to from for on at of 's the is it's be a an new")) {
        kept.pop();
    }
    let lead = kept.iter().take_while(|token| token.is_any("of for on up the") && kept.len() > 1).count();
    let mut kept = kept[lead.min(kept.len())..].to_vec();
    // "the of Atlas" after "due date" was taken out
    if kept.len() > 2 && is_determiner(&kept[0].low) && kept[1].is_any("of for on") {
        kept.drain(..2);
    }
    kept
}

fn apply(reader: &mut Reader<'_>, things: &[Thing], change: &Move, role: Role) -> Result<(), Stop> {
    let _ = role;
    for thing in things {
        let day = match change {
            Move::To(day) => *day,
            Move::By(span, back) => {
                let Some(due) = reader.due_of(thing) else {
                    return Err(reader.ask(
                        format!("due-of-{}", crate::offline::rows::words(&thing.label).join("-")),
                        format!("“{}” has no due date yet. Which day should it be?", thing.label),
                        Vec::new(),
                    ));
                };
                shift(due, *span, *back)
            }
        };
        reader.change(thing, Change::Text("due_date", written(day, None)));
        reader.talk.last_day(day);
    }
    if things.len() > 1 {
        reader.talk.group = things.to_vec();
    }
    Ok(())
}

fn stated(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    for pattern in STATED.iter() {
        let Some(found) = pattern.start(tokens) else { continue };
        let mut said = found.get("thing", tokens).to_vec();
        let unnamed = said.is_empty() && found.range("thing").is_none();
        let others = unnamed && tokens.iter().any(|token| token.is_any("others rest other"));
        if others {
            said = crate::offline::text::tokens("others");
        } else if unnamed {
            // "its launch is on 28 May", "the deadline would be Friday": of what was spoken of
            said = crate::offline::text::tokens("it");
        }
        if said.iter().any(|token| token.kind == TokenKind::Punct) || said.is_empty() {
            continue;
        }
        let phrase = tokens[found.matched.clone()].iter().rev().find_map(|token| token.date().cloned());
        let due_word = tokens.iter().any(|token| {
            token.is_any("move moved shift shifted pushed postponed rescheduled others rest due deadline date ready finished done completed until slips slipped launch opening start end finish go-live handover kick-off completion")
                || token
                    .date()
                    .is_some_and(|date| matches!(date.role, Role::Due | Role::By | Role::Before | Role::Until))
        });
        let (Some(phrase), true) = (phrase, due_word) else { continue };
        let pronoun = said.len() <= 3
            && said.iter().any(|token| {
                token.is_any("it this that they all both these those everything each them first second third last former latter others one")
            });
        let known = reader.certainly(&said, &BOTH).is_some() || super::select::is_selection(&said);
        if !(known || pronoun && reader.talk.last_of(&BOTH).is_some()) {
            continue;
        }
        let things = if others { undated(reader) } else { reader.things(&said_things(&said), &BOTH, true)? };
        let Some((day, _)) = reader.due(&phrase)? else { return Ok(false) };
        apply(reader, &things, &Move::To(day), phrase.role)?;
        return Ok(true);
    }
    Ok(false)
}

/// "the others": those of the last ones that have no date yet.
fn undated(reader: &Reader<'_>) -> Vec<Thing> {
    reader.talk.group.iter().filter(|thing| reader.due_of(thing).is_none()).cloned().collect()
}

fn said_things(said: &[Token]) -> Vec<Token> {
    if said.len() == 1 && said[0].is_any("they") { crate::offline::text::tokens("them") } else { said.to_vec() }
}
