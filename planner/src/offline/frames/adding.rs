//! What is said of a thing before or behind the wish for it: "both due Friday", "Oskar could do that".

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun},
};
use crate::offline::{
    dates::{Role, written},
    draft::{Target, Thing},
    make::{Change, Day},
    reader::Reading,
    rows::{same_word, words},
    text::{Kind as TokenKind, Token, from_gerund, is_function_word, join},
    wording::{sentence_of, title_of},
};

impl Carrying<'_, '_> {
    /// Keeps what a statement tells for the wish that comes; without one that comes it adds to what was wished.
    pub(super) fn remember(&mut self, frame: &Frame) {
        for part in frame.parts.iter().filter(|part| part.role == "person") {
            for person in self.reader.people_in(&part.tokens) {
                self.reader.talk.names(&person);
            }
        }
        for part in frame.parts.iter().filter(|part| matches!(part.role.as_str(), "project" | "task" | "idea")) {
            let kinds = [Kind::Project, Kind::Task, Kind::Idea];
            if let Some(thing) = self.reader.certainly(&part.tokens, &kinds) {
                self.reader.talk.about(&thing);
            }
        }
        // "they come on 16 December and want it done before then"
        let dates = frame.dates();
        let days: Vec<_> = dates.iter().filter_map(|phrase| phrase.moment()?.day).collect();
        if let [day] = days[..]
            && day >= self.reader.calendar.today
        {
            self.reader.talk.last_day(day);
        }
        let told = frame.parts.iter().filter(|part| part.role != "ref");
        self.given.extend(told.cloned());
    }

    /// Statements that no wish followed add to the one before.
    pub(super) fn given_last(&mut self) {
        if self.given.is_empty() || self.made.is_empty() {
            return;
        }
        let parts = std::mem::take(&mut self.given);
        let Some(mut frame) = self.frames.iter().rev().find(|frame| frame.intent == "given").cloned() else { return };
        frame.parts = parts;
        let _ = self.also(&frame);
    }

    /// Words that only add to, or change, what was asked for just before.
    pub(super) fn also(&mut self, frame: &Frame) -> Reading {
        // nothing was asked for yet: it is told for what comes
        if self.last_intent.is_empty() {
            self.remember(frame);
            return Ok(true);
        }
        // "I'm away on Tuesday. Make it Wednesday": the day told before is not meant any more
        if !frame.dates().is_empty() {
            self.given.retain(|part| part.role != "when");
        }
        if let Some(pairs) = super::several::person_of_each(frame) {
            for pair in pairs {
                self.also(&pair)?;
            }
            return Ok(true);
        }
        let titles: Vec<_> = frame.all("title").cloned().collect();
        if !titles.is_empty() && matches!(self.last_intent.as_str(), "task.create") && !frame.has("ref") {
            let mut more = frame.clone();
            more.intent = "task.create".into();
            if let Some(made) = self.make_tasks(&more)? {
                self.made.extend(made);
                self.reader.talk.group.clone_from(&self.made);
            }
            return Ok(true);
        }
        if self.last_intent == "project.milestones" && self.correct_milestone(frame)? {
            return Ok(true);
        }
        if frame.has("milestone") {
            return Ok(self.make_milestones(frame)?.is_some());
        }
        if self.recount_milestones(frame) || self.repeat_task(frame)? {
            return Ok(true);
        }
        if frame.has("org") || frame.has("email") {
            return Ok(self.change_person(frame)?.is_some());
        }
        if self.chains_as_listed(frame) || self.chains_what_was_made(frame) {
            return Ok(true);
        }
        if self.last_intent == "reminder.set" && self.move_reminders(frame)? {
            return Ok(true);
        }
        if self.space_out_tasks(frame, &self.made.clone())? {
            return Ok(true);
        }
        let things = self.meant_by_also(frame)?;
        if things.is_empty() {
            return Ok(false);
        }
        let mut changed = false;
        // "her first day is 4 January": she for whom all this is, and nobody who has to do it
        let told_of_her = self.last_intent == "workflow" && !frame.has("person");
        let people = if told_of_her { Vec::new() } else { self.people(frame)? };
        let of_step = |thing: &Thing, action: &str, carrying: &Self| {
            thing.step().is_some_and(|step| carrying.reader.draft.steps[step].action == action)
        };
        if !people.is_empty() {
            let paired = people.len() == things.len() && people.len() > 1;
            for (index, thing) in things.iter().enumerate() {
                let who = if paired { people[index].clone() } else { people[0].clone() };
                if of_step(thing, "manual.step", self) || thing.kind == Kind::Task {
                    if let (Some(step), true) = (thing.step(), of_step(thing, "manual.step", self)) {
                        self.reader.draft.steps[step].repoint("assignee", &who);
                    } else {
                        self.reader.change(thing, Change::Points("assignee", who.clone()));
                    }
                    changed = true;
                } else if let Some(step) = thing.step().filter(|_| thing.kind == Kind::CalendarEntry) {
                    let others: Vec<Thing> =
                        people.iter().filter(|person| person.target != Target::Me).cloned().collect();
                    self.reader.draft.steps[step].set_things("attendees", &others);
                    changed = true;
                }
                self.reader.talk.names(&who);
            }
        }
        // "remind me to ring Solveig. On Wednesday, that is": what the wish before set
        let set_there: Vec<usize> = (self.begun..self.reader.draft.steps.len())
            .filter(|step| {
                self.last_intent == "reminder.set" && self.reader.draft.steps[*step].action == "reminder.set"
            })
            .collect();
        let due_said = frame.dates().iter().any(|phrase| phrase.role == Role::Due);
        let at = match set_there.as_slice() {
            [step] if !due_said => self.at(frame)?.map(|at| (*step, at)),
            _ => None,
        };
        if let Some((step, (day, time))) = at {
            let time = time.or_else(|| chrono::NaiveTime::from_hms_opt(9, 0, 0));
            self.reader.draft.steps[step].params.insert("at".into(), written(day, time).into());
            changed = true;
        } else if self.each_its_day(frame, &things)? {
            changed = true;
        } else if let Some((day, time)) = self.due(frame)? {
            // "bake the day before; count the takings, the day after": of those that have no day of their own
            let pointed = frame.parts.iter().any(|part| matches!(part.role.as_str(), "ref" | "task" | "set"));
            let undated = |thing: &&Thing| {
                let own = thing.step().map(|step| &self.reader.draft.steps[step]);
                thing.kind == Kind::Task && own.is_some_and(|step| !step.params.contains_key("due_date"))
            };
            let left: Vec<Thing> = things.iter().filter(undated).cloned().collect();
            let meant = if pointed || left.is_empty() { things.clone() } else { left };
            for thing in &meant {
                match (thing.kind, thing.step()) {
                    (Kind::CalendarEntry | Kind::Reminder, Some(step)) => self.correct_moment(frame, step, (day, time)),
                    (Kind::Task | Kind::Project, _) => {
                        self.reader.change(thing, Change::Text("due_date", written(day, time)));
                    }
                    _ => continue,
                }
                changed = true;
            }
        }
        changed |= self.move_to_project(frame, &things)?;
        changed |= self.add_attributes(frame, &things);
        if let Some(body) = frame.words("body").map(sentence_of) {
            for thing in things.iter().filter(|thing| matches!(thing.kind, Kind::Project | Kind::Idea | Kind::Task)) {
                let field = if thing.kind == Kind::Idea { "body" } else { "description" };
                if thing.step().is_some() {
                    self.reader.change(thing, Change::Text(field, body.clone()));
                    changed = true;
                }
            }
        }
        if let Some(name) = frame.words("newname").or_else(|| frame.words("name")).map(title_of)
            && let [thing] = things.as_slice()
            && (!changed || thing.step().is_some())
        {
            let field = if matches!(thing.kind, Kind::Project | Kind::Person) { "name" } else { "title" };
            self.reader.change(thing, Change::Text(field, name));
            changed = true;
        }
        Ok(changed || !frame.parts.iter().any(|part| !matches!(part.role.as_str(), "ref" | "me")))
    }

    /// Gives what this plan makes tags, a length, or the mark of an errand; says whether there was any.
    fn add_attributes(&mut self, frame: &Frame, things: &[Thing]) -> bool {
        let mut changed = false;
        if frame.has("tag") {
            let tags: Vec<String> =
                frame.all("tag").map(|part| join(&part.tokens).trim_start_matches('#').to_owned()).collect();
            for step in things.iter().filter_map(Thing::step) {
                if self.reader.draft.steps[step].action == "task.create" {
                    self.reader.draft.steps[step].params.insert("tags".into(), tags.clone().into());
                    changed = true;
                }
            }
        }
        if frame.has("admin") {
            for step in things.iter().filter_map(Thing::step) {
                if self.reader.draft.steps[step].action == "task.create" {
                    self.reader.draft.steps[step].params.insert("admin".into(), true.into());
                    changed = true;
                }
            }
        }
        if let Some(minutes) = frame.span().and_then(crate::offline::dates::Span::minutes) {
            // "with Ines on Monday and with Odd on Tuesday, half an hour each"
            let all = if frame.says("each both all apiece") {
                self.reader.talk.all_of(&[Kind::CalendarEntry])
            } else {
                Vec::new()
            };
            let lasting = things.iter().chain(&all);
            for step in lasting.filter(|thing| thing.kind == Kind::CalendarEntry).filter_map(Thing::step) {
                self.reader.draft.steps[step].params.insert("duration_minutes".into(), minutes.into());
                changed = true;
            }
        }
        changed
    }

    /// "No, Thursday, same time", "so 6.30pm it is": what is not said anew of when something is stays as it was.
    fn correct_moment(&mut self, frame: &Frame, step: usize, (day, time): Day) {
        let before = self.reader.draft.steps[step].params.get("at").and_then(serde_json::Value::as_str).unwrap_or("");
        let moments: Vec<crate::offline::dates::Moment> =
            frame.dates().iter().filter_map(crate::offline::dates::DatePhrase::moment).collect();
        // what is taken back stands first: "forget 5pm, 6.30pm it is"
        let time = moments.iter().rev().find_map(|moment| moment.time).or(time);
        let only_time = !moments.is_empty() && moments.iter().all(|moment| moment.day.is_none());
        let day = before.get(..10).and_then(|day| day.parse().ok()).filter(|_| only_time).unwrap_or(day);
        let old = before.get(11..).and_then(|time| time.parse().ok());
        let at = written(day, time.or(old));
        self.reader.draft.steps[step].params.insert("at".into(), at.into());
    }

    /// "The guides one is for Tamar", told as if it were news: who does what this plan makes. Says whether it was that.
    pub(super) fn person_of_made(&mut self, frame: &Frame) -> Reading {
        let verb = frame.tokens.iter().position(|token| token.is_any("is are goes go belongs belong falls"));
        let Some(verb) = verb.filter(|verb| *verb > 0 && self.last_intent == "task.create") else { return Ok(false) };
        let whose = frame.first("person").is_some_and(|person| person.at > frame.from + verb);
        let given = frame.tokens[verb + 1..].iter().any(|token| token.is_any("for to 's job"));
        let said = &frame.tokens[..verb];
        if !whose || !given || self.made_like(said).is_none() {
            return Ok(false);
        }
        let mut more = frame.clone();
        more.intent = "also".into();
        more.parts.retain(|part| matches!(part.role.as_str(), "person" | "when"));
        more.parts.push(Part { role: "ref".into(), tokens: said.to_vec(), at: frame.from });
        self.also(&more)
    }

    /// "Remind me to ring Ines … on Wednesday afternoon": when, of the reminder itself.
    fn move_reminders(&mut self, frame: &Frame) -> Reading {
        let steps = self.begun..self.reader.draft.steps.len();
        let is_reminder = |step: &crate::offline::draft::Step| step.action == "reminder.set";
        if frame.has("ref") || frame.has("person") || !self.reader.draft.steps[steps.clone()].iter().any(is_reminder) {
            return Ok(false);
        }
        let Some((day, time)) = self.at(frame)? else { return Ok(false) };
        let time = time.or(chrono::NaiveTime::from_hms_opt(9, 0, 0));
        for step in &mut self.reader.draft.steps[steps] {
            if is_reminder(step) {
                step.params.insert("at".into(), written(day, time).into());
            } else if step.action == "task.create" && step.params.contains_key("due_date") {
                step.params.insert("due_date".into(), written(day, None).into());
            }
        }
        Ok(true)
    }

    /// "the insulation" is the task "Insulate the walls", "the wine one" is "Wine": what this plan makes, by the stem of a
    /// word that no other of its things has.
    pub(super) fn made_like(&self, tokens: &[Token]) -> Option<Thing> {
        let said: Vec<String> = tokens
            .iter()
            .filter(|token| !is_function_word(&token.low) && !token.is_any("one task job step thing part work"))
            .flat_map(|token| words(&token.text))
            .collect();
        let mut made = self.reader.talk.all_of(&[Kind::Task, Kind::CalendarEntry, Kind::Project, Kind::Idea]);
        let manual = self.reader.draft.steps.iter().enumerate().filter(|(_, step)| step.action == "manual.step");
        made.extend(manual.map(|(at, step)| Thing {
            target: Target::Step(at),
            kind: Kind::Task,
            label: step.title.clone(),
        }));
        let fits = |thing: &&Thing| {
            let own = words(&thing.label);
            thing.step().is_some() && said.iter().all(|word| own.iter().any(|own| alike(own, word)))
        };
        let mut fitting = made.iter().filter(fits);
        let only = fitting.next().filter(|_| !said.is_empty())?;
        fitting.next().is_none().then(|| only.clone())
    }

    /// "the licence renewal" is the task "Renew the licence": the one row that has all these words in some form.
    pub(super) fn row_like(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        let said: Vec<String> =
            tokens.iter().filter(|token| !is_function_word(&token.low)).flat_map(|token| words(&token.text)).collect();
        let rows = self.reader.rows.iter().filter(|row| kinds.contains(&row.kind) && !row.is_closed());
        let mut fitting = rows.filter(|row| said.iter().all(|word| row.words.iter().any(|own| alike(own, word))));
        let only = fitting.next().filter(|_| said.len() > 1)?;
        fitting.next().is_none().then(|| only.thing())
    }

    /// What "it", "both" or "the first one" of an addition mean; without such a word, what the wish before made.
    fn meant_by_also(&mut self, frame: &Frame) -> Result<Vec<Thing>, crate::offline::reader::Stop> {
        const KINDS: [Kind; 4] = [Kind::Task, Kind::Project, Kind::CalendarEntry, Kind::Idea];
        let mut things: Vec<Thing> = Vec::new();
        let mut pointing = frame.clone();
        pointing.parts.retain(|part| {
            part.role == "ref" && !is_person_pronoun(&part.tokens)
                || matches!(part.role.as_str(), "task" | "idea" | "set")
                || part.role == "project" && self.some_of_made(frame, part).is_some()
        });
        for part in pointing.parts.clone() {
            if let Some(some) = self.some_of_made(frame, &part) {
                things.extend(some);
                continue;
            }
            if let Some(work) = self.all_work(&part.tokens) {
                things.extend(work);
                continue;
            }
            // "everything is due on Friday": all that this plan makes
            if part.tokens.iter().any(|token| token.is_any("everything all whole lot"))
                && !part.tokens.iter().any(|token| token.is_any("three two four"))
            {
                let all = self.reader.talk.all_of(&[Kind::Task]);
                things.extend(all.into_iter().filter(|task| task.step().is_some()));
                continue;
            }
            if let Some(thing) = self.made_like(&part.tokens) {
                things.push(thing);
                continue;
            }
            let own = self
                .meant(&part, &KINDS)
                .or_else(|stop| if self.made.is_empty() { Err(stop) } else { Ok(Vec::new()) })?;
            for thing in own {
                if !things.contains(&thing) {
                    things.push(thing);
                }
            }
        }
        // "Ambrose gets the speech": words that are no part of their own
        if things.is_empty() && self.made.len() > 1 {
            let inside =
                |at: usize| frame.parts.iter().any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
            let verb = |token: &Token| crate::offline::text::base_form(&token.low).is_some();
            let rest: Vec<Token> = (frame.from..frame.to)
                .zip(&frame.tokens)
                .filter(|(at, token)| !inside(*at) && token.kind == TokenKind::Word && !verb(token))
                .map(|(_, token)| token.clone())
                .collect();
            things.extend(self.made_like(&rest));
        }
        if things.is_empty() {
            things.clone_from(&self.made);
        }
        // what the wish before made by the way: a reminder about a task
        if things.is_empty() {
            things.extend(self.reader.talk.it().cloned());
        }
        Ok(things)
    }
}

/// Whether two words are forms of one: "registrations" and "register", "oiling" and "oil".
pub(super) fn alike(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let verb_of = |gerund: &str, verb: &str| from_gerund(gerund).is_some_and(|base| base == verb);
    same_word(one, other)
        || verb_of(one, other)
        || verb_of(other, one)
        || common >= 5.min(one.len().max(4)) && common + 8 > one.len().max(other.len())
}
