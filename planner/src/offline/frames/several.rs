//! What is said of several things at once: the same on several days, all the work of a plan, and some of what was made.

use chrono::{Datelike, Months, NaiveDate};
use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun},
};
use crate::offline::{
    dates::{DatePhrase, Moment, When, written},
    draft::{Step, Thing},
    make::Change,
    reader::{Reading, ordinal},
    rows::words,
    slots::{Sequence, sequence},
    text::{Kind as TokenKind, Token, is_function_word, number_word},
};

impl Carrying<'_, '_> {
    /// "deadlines 1, 3 and 5 December": one for each, in their order.
    pub(super) fn each_its_day(&mut self, frame: &Frame, things: &[Thing]) -> Reading {
        if self.each_in_its_month(frame, things) {
            return Ok(true);
        }
        let dated = self.each_day(frame, things.len());
        let dated_things = things.iter().all(|thing| matches!(thing.kind, Kind::Task | Kind::Project));
        if things.len() < 2 || dated.len() != things.len() || !dated_things {
            return Ok(false);
        }
        for (thing, phrase) in things.iter().zip(dated) {
            if let Some((day, time)) = self.reader.due(&phrase)? {
                self.reader.change(thing, Change::Text("due_date", written(day, time)));
            }
        }
        Ok(true)
    }

    /// The days of a frame; "12 and 19 February respectively" are two of them, and no stretch of time.
    fn each_day(&self, frame: &Frame, count: usize) -> Vec<DatePhrase> {
        let dated = frame.dates();
        let behind = self.reader.whole.get(frame.to);
        let respectively = frame.says("respectively") || behind.is_some_and(|token| token.is_any("respectively"));
        let ends = |phrase: &DatePhrase| {
            let moment = phrase.moment()?;
            let day = |day| When::At(Moment { day: Some(day), until: None, ..moment });
            Some([moment.day?, moment.until?].map(|own| DatePhrase { when: day(own), ..phrase.clone() }))
        };
        match dated.as_slice() {
            [only] if respectively && count == 2 => ends(only).map_or_else(|| dated.clone(), Vec::from),
            _ => dated,
        }
    }

    /// "for April, May and June, | each by the last day of the month": of the month that each of them has already.
    fn last_of_its_month(&self, thing: &Thing) -> Option<NaiveDate> {
        let own = self.reader.due_of(thing).filter(|_| thing.step().is_some())?;
        let next = own.with_day(1)?.checked_add_months(Months::new(1))?;
        next.pred_opt()
    }

    fn each_in_its_month(&mut self, frame: &Frame, things: &[Thing]) -> bool {
        let said = frame.tokens.iter().flat_map(|token| words(&token.text)).collect::<Vec<_>>().join(" ");
        let last = ["last day of", "end of"].iter().any(|end| said.contains(end));
        let ends: Option<Vec<NaiveDate>> = things.iter().map(|thing| self.last_of_its_month(thing)).collect();
        let Some(ends) =
            ends.filter(|_| last && said.contains("month") && frame.says("each every") && things.len() > 1)
        else {
            return false;
        };
        for (thing, end) in things.iter().zip(ends) {
            self.reader.change(thing, Change::Text("due_date", written(end, None)));
        }
        true
    }

    /// "in the right order: sanding, priming, painting": each behind the one named before it; says whether it was that.
    pub(super) fn chains_as_listed(&mut self, frame: &Frame) -> bool {
        let Some(order) = frame.tokens.iter().position(|token| token.is_any("order sequence")) else { return false };
        let said = &frame.tokens[order + 1..];
        let lead = said.iter().take_while(|token| token.is_mark(":") || token.is_any("is being of")).count();
        let entries = said[lead..].split(|token| token.is_mark(",") || token.is_any("then and finally"));
        let entries: Option<Vec<Thing>> =
            entries.filter(|entry| !entry.is_empty()).map(|entry| self.made_like(entry)).collect();
        let Some(entries) = entries.filter(|entries| entries.len() > 1) else { return false };
        crate::offline::intents::chain(self.reader, &entries);
        true
    }

    /// "one after the other", "each behind the one before it", said of what was made; says whether it was that.
    pub(super) fn chains_what_was_made(&mut self, frame: &Frame) -> bool {
        let chained = sequence(&mut frame.tokens.clone()) == Sequence::Chain || one_behind_the_other(&frame.tokens);
        if self.made.len() < 2 || !chained {
            return false;
        }
        crate::offline::intents::chain(self.reader, &self.made.clone());
        true
    }

    /// "the second of them", "the latter", "the first and the third": some of what the wish before made, by their places.
    fn nth_of_made(&self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let idle = |token: &&Token| {
            is_function_word(&token.low)
                || number_word(&token.low).is_some()
                || token.is_any("tasks jobs ones projects ideas meetings task job one project idea meeting 's")
        };
        let (places, rest): (Vec<&Token>, Vec<&Token>) = tokens.iter().partition(|token| ordinal(&token.low).is_some());
        if self.made.len() < 2 || places.is_empty() || !rest.iter().all(idle) {
            return None;
        }
        let at = |nth: i32| if nth < 0 { Some(self.made.len() - 1) } else { usize::try_from(nth).ok() };
        places.iter().map(|token| self.made.get(at(ordinal(&token.low)?)?).cloned()).collect()
    }

    /// "the other one is Bert's", "the rest are mine": those that the wish before made and that have nobody, or no day,
    /// so far.
    fn others_of_made(&self, frame: &Frame, tokens: &[Token]) -> Option<Vec<Thing>> {
        const OTHERS: &str = "other others rest remaining remainder";
        let other = tokens.iter().any(|token| token.is_any(OTHERS));
        let idle = |token: &Token| {
            is_function_word(&token.low)
                || number_word(&token.low).is_some()
                || token.is_any(OTHERS)
                || token.is_any("one ones task tasks job jobs project projects 's")
        };
        if !other || !tokens.iter().all(idle) || self.made.len() < 2 {
            return None;
        }
        let steps = &self.reader.draft.steps;
        let (somebody, day) = (frame.has("person") || frame.has("me"), frame.has("when"));
        let lacks = |thing: &&Thing| {
            let step = thing.step().and_then(|step| steps.get(step));
            step.is_some_and(|step| {
                somebody && step.pointed("assignee").is_none() || day && !step.params.contains_key("due_date")
            })
        };
        let left: Vec<Thing> = self.made.iter().filter(lacks).cloned().collect();
        (!left.is_empty() && left.len() < self.made.len()).then_some(left)
    }

    /// "Ann does Otter's, Bert the one for Heron": of the tasks that the wish before made, those of one project.
    fn made_for(&self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let idle = "the one ones task tasks job jobs for in of at 's project project's";
        let named: Vec<Token> = tokens.iter().filter(|token| !token.is_any(idle)).cloned().collect();
        let owner = |thing: &Thing| self.reader.draft.steps.get(thing.step()?)?.pointed("project").cloned();
        let owners: Vec<Thing> = self.made.iter().filter_map(owner).collect();
        let several = owners.iter().any(|own| *own != owners[0]);
        let said = words(&crate::offline::text::join(&named));
        let owner_meant = owners.iter().find(|own| words(&own.label) == said && !said.is_empty())?;
        let of_it: Vec<Thing> =
            self.made.iter().filter(|thing| owner(thing).as_ref() == Some(owner_meant)).cloned().collect();
        (several && !of_it.is_empty()).then_some(of_it)
    }

    /// Which of several things that the wish before made a part of an addition means, by place or by project.
    pub(super) fn some_of_made(&self, frame: &Frame, part: &Part) -> Option<Vec<Thing>> {
        self.counted_of_made(&part.tokens)
            .or_else(|| self.nth_of_made(&part.tokens))
            .or_else(|| self.others_of_made(frame, &part.tokens))
            .or_else(|| self.made_for(&part.tokens))
    }

    /// Puts the tasks that this plan makes into the project that an addition names, unless that only says which of them are
    /// meant; says whether there was any.
    pub(super) fn move_to_project(&mut self, frame: &Frame, things: &[Thing]) -> Reading {
        let Some(part) = frame.first("project").filter(|part| self.some_of_made(frame, part).is_none()).cloned() else {
            return Ok(false);
        };
        let project = self.reader.thing(&part.tokens, &[Kind::Project])?;
        let tasks = things.iter().filter(|thing| thing.kind == Kind::Task && thing.step().is_some());
        let mut changed = false;
        for thing in tasks {
            self.reader.change(thing, Change::Points("project", project.clone()));
            changed = true;
        }
        self.reader.talk.names(&project);
        Ok(changed)
    }

    /// "the first two are for Ines", "the last three": so many of what the wish before made.
    fn counted_of_made(&self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let nth = tokens.iter().position(|token| token.is_any("first last"))?;
        let count = usize::try_from(number_word(&tokens.get(nth + 1)?.low)?).ok()?;
        let idle = |token: &Token| is_function_word(&token.low) || token.is_any("tasks jobs ones to-dos steps");
        let rest = tokens[..nth].iter().chain(&tokens[nth + 2..]).all(idle);
        let made = &self.made;
        if !rest || count < 2 || count >= made.len() {
            return None;
        }
        let first = tokens[nth].is_any("first");
        Some(if first { made[..count].to_vec() } else { made[made.len() - count..].to_vec() })
    }

    /// "three tasks called 'Read the meters', one due on each of the next three Thursdays": the task before, on each of the days.
    pub(super) fn repeat_task(&mut self, frame: &Frame) -> Reading {
        let [task] = self.made.as_slice() else { return Ok(false) };
        let Some(step) = task.step().filter(|step| self.reader.draft.steps[*step].action == "task.create") else {
            return Ok(false);
        };
        if !frame.comes_again() || self.last_intent != "task.create" {
            return Ok(false);
        }
        let mut days = Vec::new();
        for phrase in frame.dates() {
            days.extend(self.reader.due(&phrase)?);
        }
        let model = self.reader.draft.steps[step].clone();
        for (index, (day, time)) in days.into_iter().enumerate() {
            let due = written(day, time).into();
            if index == 0 {
                self.reader.draft.steps[step].params.insert("due_date".into(), due);
                continue;
            }
            let mut again = model.clone();
            again.params.insert("due_date".into(), due);
            let label = task_label(&again);
            let made = self.reader.push(again, Kind::Task, &label);
            self.reader.talk.about(&made);
            self.made.push(made);
        }
        self.reader.talk.group.clone_from(&self.made);
        Ok(true)
    }

    /// "all three tasks are due Friday": the work of this plan, where it is as many as are said, and one of them is only
    /// something for somebody to do so far.
    pub(super) fn all_work(&mut self, tokens: &[Token]) -> Option<Vec<Thing>> {
        let all = tokens.iter().any(|token| token.is_any("all both these those")) || tokens.first()?.is_any("the");
        let both = tokens.iter().any(|token| token.is_any("both"));
        let said = tokens.iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1));
        let said = usize::try_from(said.or_else(|| both.then_some(2))?).ok()?;
        let work = |step: &Step| matches!(step.action, "task.create" | "manual.step") && step.recipe.is_none();
        let steps: Vec<usize> =
            (0..self.reader.draft.steps.len()).filter(|step| work(&self.reader.draft.steps[*step])).collect();
        let manual = steps.iter().any(|step| self.reader.draft.steps[*step].action == "manual.step");
        if !all || !manual || steps.len() != said {
            return None;
        }
        let tasks = self.reader.work_as_tasks();
        // where all others belong, the one belongs that had no place to belong to
        let places: Vec<Thing> =
            steps.iter().filter_map(|step| self.reader.draft.steps[*step].pointed("project").cloned()).collect();
        if let [first, ..] = places.as_slice()
            && places.len() + 1 == steps.len()
            && places.iter().all(|place| place == first)
        {
            for task in &tasks {
                self.reader.change(task, Change::Points("project", first.clone()));
            }
        }
        (tasks.len() == said).then_some(tasks)
    }
}

/// "the first two go to Ann, the last one to Bert", said in one breath: a frame for each.
pub(super) fn person_of_each(frame: &Frame) -> Option<Vec<Frame>> {
    let things = frame.all("ref").filter(|part| !is_person_pronoun(&part.tokens));
    let things: Vec<&Part> = things.collect();
    let people: Vec<&Part> = frame.all("person").collect();
    let others = frame.parts.iter().any(|part| !matches!(part.role.as_str(), "ref" | "person"));
    let in_turn = |first: &[&Part], second: &[&Part]| {
        let next = |at: usize| first.get(at + 1).map_or(usize::MAX, |part| part.at);
        second.iter().enumerate().all(|(at, part)| first[at].at < part.at && part.at < next(at))
    };
    let paired = things.len() == people.len() && (in_turn(&things, &people) || in_turn(&people, &things));
    if people.len() < 2 || others || !paired {
        return None;
    }
    let of =
        |(thing, person): (&&Part, &&Part)| Frame { parts: vec![(*thing).clone(), (*person).clone()], ..frame.clone() };
    Some(things.iter().zip(&people).map(of).collect())
}

/// "each to start only after the previous one", "make each wait on its predecessor": one behind the other.
pub(super) fn one_behind_the_other(tokens: &[Token]) -> bool {
    let each = tokens.iter().position(|token| token.is_any("each every everyone"));
    let Some(each) = each else { return false };
    let rest = &tokens[each..tokens.len().min(each + 16)];
    let joint = rest.iter().position(|token| {
        token.is_any(
            "after once when until till on upon for behind following follows needs need requires before unless from",
        )
    });
    let before = |at: usize| {
        let token = &rest[at];
        token.is_any("previous preceding predecessor prior")
            || token.is_any("one task step job item")
                && rest.get(at + 1).is_some_and(|next| next.is_any("before ahead"))
    };
    joint.is_some_and(|joint| (joint + 1..rest.len()).any(before))
}

fn task_label(step: &Step) -> String {
    step.params.get("title").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// "the other two are new": they were made so already.
pub(super) fn are_new_already(frame: &Frame) -> bool {
    let idle = |token: &Token| {
        token.is_any("new rest other others one ones tasks items entries though")
            || is_function_word(&token.low)
            || token.kind == TokenKind::Punct
            || number_word(&token.low).is_some()
    };
    frame.intent == "also" && frame.says("new") && frame.says("is are") && frame.tokens.iter().all(idle)
}
