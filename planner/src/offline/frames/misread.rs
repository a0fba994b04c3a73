//! Wishes that were read as something else than their words say.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part},
};
use crate::offline::{
    dates::Role,
    reader::Reading,
    slots::{Sequence, sequence},
    text::Token,
};

impl Carrying<'_, '_> {
    /// A wish whose words say that it is another than what it was read as.
    pub(super) fn taken_for_what_it_is(&mut self, mut frame: Frame) -> Frame {
        let first = frame.tokens.first().cloned();
        let begins = |words: &str| first.as_ref().is_some_and(|token| token.is_any(words));
        self.is_an_exception(&mut frame);
        if frame.intent == "message.send" && is_owed_an_answer(&frame) {
            frame.intent = "follow_up".into();
        }
        self.only_says_how(&mut frame);
        // "put Sandy's name on it"
        let signs = frame.intent == "note.add"
            && frame.has("person")
            && !frame.has("body")
            && frame.tokens.iter().take(8).any(|token| token.is_any("name names"));
        if signs {
            frame.intent = "assign".into();
        }
        if frame.intent == "launch" && frame.all("milestone").count() > 1 && !super::undertakings::launches(&frame) {
            frame.intent = "project.create".into();
        }
        // "milestones are: licence granted, programme printed, opening night"
        if matches!(frame.intent.as_str(), "launch" | "project.create")
            && (begins("milestones stages phases checkpoints")
                || begins("with and its")
                    && frame.tokens.get(1).is_some_and(|token| token.is_any("milestones stages phases checkpoints")))
            && frame.has("milestone")
            && self.reader.talk.project.is_some()
        {
            frame.intent = "project.milestones".into();
            frame.parts.iter_mut().filter(|part| part.role == "name").for_each(|part| part.role = "milestone".into());
            // all that stands behind the colon, where only some of it was marked
            let mark = frame.tokens.iter().take(4).position(|token| token.is_mark(":"));
            // "milestones permits/roof/opening"
            let mark = mark.or_else(|| frame.tokens.iter().position(|token| token.is_mark("/")).map(|_| 0));
            if let Some(mark) = mark.filter(|mark| frame.dates().is_empty() && *mark + 1 < frame.tokens.len()) {
                frame.parts.retain(|part| part.role != "milestone");
                let tokens = frame.tokens[mark + 1..].to_vec();
                frame.parts.push(Part { role: "milestone".into(), tokens, at: frame.from + mark + 1 });
            }
        }
        // "everything still open in the Quayside project should be due 16 December"
        if frame.intent == "launch"
            && frame.has("project")
            && !frame.has("name")
            && !frame.dates().is_empty()
            && frame.says("open unfinished outstanding overdue remaining")
            && begins("everything every all any whatever anything each")
        {
            let project = frame.first("project").map_or(frame.to, |part| part.at + part.tokens.len());
            let tokens = frame.tokens[..project - frame.from].to_vec();
            frame.intent = "reschedule".into();
            frame.parts.push(Part { role: "set".into(), tokens, at: frame.from });
        }
        // "…, all of that for Perpetua, deadline 18 December"
        if frame.intent == "reschedule"
            && frame.parts.iter().all(|part| part.role == "when")
            && !frame.dates().is_empty()
            && frame.tokens.len() <= 3
            && matches!(self.last_intent.as_str(), "task.create" | "manual.step")
        {
            frame.intent = "also".into();
        }
        if self.last_intent == "task.create" && hands_over(&frame) {
            frame.intent = "also".into();
            frame.parts.retain(|part| matches!(part.role.as_str(), "person" | "when"));
        }
        // "each needs the previous one finished": said of all that was made
        let mut rest = frame.tokens.clone();
        if frame.intent == "task.create"
            && self.made.len() > 1
            && frame.all("title").count() <= 1
            && !frame.parts.iter().any(|part| matches!(part.role.as_str(), "person" | "me" | "when" | "project"))
            && sequence(&mut rest) == Sequence::Chain
            && rest.len() <= 2
        {
            frame.intent = "then".into();
        }
        // "…, and 'Rake the leaves' the day after": moved as well
        if frame.intent == "reminder.set"
            && self.last_intent == "reschedule"
            && frame.has("task")
            && !frame.has("body")
            && !frame.says("remind reminder reminders nudge alert ping")
        {
            frame.intent = "reschedule".into();
        }
        // "the same is to be assigned to Ann and completed by 11 December"
        let idle = |part: &Part| {
            part.role != "title"
                || part.tokens.iter().all(|token| token.is_any("completed complete finished done latest"))
        };
        if frame.intent == "task.create"
            && self.last_intent == "task.create"
            && frame.has("ref")
            && frame.says("same it this that")
            && frame.parts.iter().all(idle)
            && frame.parts.iter().any(|part| matches!(part.role.as_str(), "person" | "me" | "when"))
        {
            frame.intent = "also".into();
            frame.parts.retain(|part| part.role != "title");
        }
        // "hall first": which of those before comes first
        if frame.intent == "task.create"
            && self.made.len() > 1
            && self.last_intent == "task.create"
            && (2..=5).contains(&frame.tokens.len())
            && frame.says("first")
            && frame.parts.iter().all(|part| part.role == "title")
            && self.made_like(&without_first(&frame.tokens)).is_some()
        {
            frame.intent = "then".into();
        }
        // "send nothing to anybody", "nothing else"
        let nothing = frame.tokens.iter().take(2).any(|token| token.is_any("nothing"));
        let nobody =
            frame.tokens.last().is_some_and(|token| token.is_any("anybody anyone nobody else more out besides"));
        if frame.intent == "task.create" && nothing && nobody && frame.tokens.len() <= 7 && frame.dates().is_empty() {
            frame.intent = "dont".into();
        }
        // "the task 'Pay the rent' is due on 31 January": its day, and not that it is done
        let due = frame.tokens.iter().filter_map(Token::date).any(|date| date.role == Role::Due);
        let due = due || frame.says("due deadline") && frame.tokens.iter().any(|token| token.date().is_some());
        if frame.intent == "complete"
            && frame.has("task")
            && due
            && frame.says("is has")
            && !frame.says("done complete completed finished close closed tick off mark finish")
        {
            frame.intent = "reschedule".into();
        }
        // "drop the gnome idea"
        if frame.intent == "message.send"
            && begins("drop shelve bin scrap")
            && !frame.has("person")
            && !frame.has("body")
        {
            let named = |part: &&Part| matches!(part.role.as_str(), "idea" | "ref" | "project");
            let known =
                frame.parts.iter().find(named).and_then(|part| self.reader.certainly(&part.tokens, &[Kind::Idea]));
            if known.is_some() {
                frame.intent = "archive".into();
                frame.parts.iter_mut().filter(|part| part.role == "ref").for_each(|part| part.role = "idea".into());
            }
        }
        frame
    }

    /// "…, so one task apiece", "by 3 and 10 May respectively": words on the tasks that were made, and no task.
    fn only_says_how(&self, frame: &mut Frame) {
        self.reminds_of_more(frame);
        let how = |part: &Part| part.tokens.iter().all(|token| token.is_any("apiece respectively each individually"));
        let titles: Vec<&Part> = frame.all("title").collect();
        let made = self.last_intent == "task.create" && frame.intent == "task.create";
        if !made || titles.is_empty() || !titles.into_iter().all(how) {
            return;
        }
        frame.parts.retain(|part| part.role != "title");
        frame.intent = if frame.parts.is_empty() { "given".into() } else { "also".into() };
    }

    /// "remind me of the lease on Monday | and of the van on Friday": of that as well.
    fn reminds_of_more(&self, frame: &mut Frame) {
        let of = frame.tokens.iter().take(2).any(|token| token.is_any("of about"));
        let moves = frame.says("move moves shift push postpone deadline due");
        if frame.intent == "reschedule" && self.last_intent == "reminder.set" && of && !moves {
            frame.intent = "reminder.set".into();
        }
    }

    /// "…, except the door, which Ines does": what is said of one of those that were made, and nothing new.
    fn is_an_exception(&self, frame: &mut Frame) {
        if frame.intent != "task.create" {
            return;
        }
        let Some(part) = frame.parts.iter_mut().find(|part| part.role == "title") else { return };
        let lead = part.tokens.iter().take_while(|token| token.is_any("except excepting but for apart from not save"));
        let lead = lead.count();
        let excepts = part.tokens.first().is_some_and(|token| token.is_any("except excepting apart but save"));
        let rest = part.tokens[lead..].to_vec();
        if excepts && self.made_like(&rest).is_some() {
            part.at += lead;
            part.tokens = rest;
            part.role = "ref".into();
            frame.intent = "also".into();
        }
    }

    /// "Create two projects, Comet and Meteor. Comet is due on 30 January.": of what was made; says whether it was that.
    pub(super) fn due_of_made(&mut self, frame: &Frame) -> Reading {
        let Some(verb) = frame.tokens.iter().position(|token| token.is_any("is are has should must")) else {
            return Ok(false);
        };
        let kinds = [Kind::Project, Kind::Task];
        let said = self.reader.certainly(&frame.tokens[..verb], &kinds);
        let Some(thing) = said
            .filter(|thing| thing.step().is_some() && frame.says("due deadline finished done ready"))
            .or_else(|| {
                let due = frame.tokens[verb..]
                    .iter()
                    .filter_map(Token::date)
                    .any(|date| date.role == crate::offline::dates::Role::Due);
                self.reader.certainly(&frame.tokens[..verb], &kinds).filter(|thing| due && thing.step().is_some())
            })
        else {
            return Ok(false);
        };
        let Some((day, time)) = self.due(frame)? else { return Ok(false) };
        self.reader
            .change(&thing, crate::offline::make::Change::Text("due_date", crate::offline::dates::written(day, time)));
        Ok(true)
    }
}

/// "the hall first, please": what comes first.
fn without_first(tokens: &[Token]) -> Vec<Token> {
    tokens.iter().filter(|token| !token.is_any("first please comes goes of all")).cloned().collect()
}

/// "send each of them a thank-you": the pronoun, and what is sent.
pub(super) fn sent_to_them(body: &[Token]) -> Option<(Token, Vec<Token>)> {
    body.first().filter(|token| token.is_any("send write drop give"))?;
    let behind = 1 + body[1..].iter().take_while(|token| token.is_any("each both all of")).count();
    let pronoun = body.get(behind).filter(|token| token.is_any("them him her"))?;
    let rest = &body[behind + 1..];
    (!rest.is_empty()).then(|| (pronoun.clone(), rest.to_vec()))
}

/// "I'd like Ann to handle that", "Bert can take care of it": who does what was asked for just before.
fn hands_over(frame: &Frame) -> bool {
    let taken = matches!(frame.intent.as_str(), "message.send" | "task.create" | "assign" | "manual.step" | "given");
    let Some(person) = frame.all("person").last().filter(|_| taken) else { return false };
    let behind = (person.at + person.tokens.len()).saturating_sub(frame.from);
    let rest: Vec<&Token> = frame
        .tokens
        .get(behind..)
        .unwrap_or_default()
        .iter()
        .filter(|token| token.kind == crate::offline::text::Kind::Word)
        .collect();
    let verb = |token: &&Token| token.is_any("handle do take takes see deal tackle manage look sort");
    let small = "to can could should will would shall may care of on with after over out please for me handle do take takes see deal \
         tackle manage look sort that it this them";
    (2..=7).contains(&rest.len())
        && rest.iter().any(verb)
        && rest.iter().any(|token| token.is_any("that it this them"))
        && rest.iter().all(|token| token.is_any(small))
}

/// "Ines must get a decision on her leave by Friday": nothing is told to her yet, somebody has to see to it.
fn is_owed_an_answer(frame: &Frame) -> bool {
    let Some(person) = frame.first("person").filter(|part| part.at <= frame.from + 1) else { return false };
    let behind = &frame.tokens[(person.at + person.tokens.len()).saturating_sub(frame.from).min(frame.tokens.len())..];
    let owed = behind.first().is_some_and(|token| token.is_any("must should needs has ought deserves"));
    let gets = behind.iter().take(4).any(|token| token.is_any("get receive have given hear"));
    let answer = behind.iter().take(7).any(|token| {
        token.is_any("answer reply decision response verdict word feedback news callback update ruling quote refund")
    });
    owed && gets && answer
}
