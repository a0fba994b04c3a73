//! Tasks, and work for people.

use chrono::Datelike;
use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, entries, is_person_pronoun, is_plural_pronoun},
    heads::{as_many_as_said, only_gathers, work_of},
    lists::{apart, by_place, without_count},
    making::Made,
    sequels::{Entry, follows, names_what_came_before},
};
use crate::offline::{
    dates::{DatePhrase, written},
    draft::Thing,
    make::{Change, Day, TaskParts},
    reader::Stop,
    slots::{Sequence, sequence},
    text::{Token, join, number_word},
    wording::sentence_of,
};

impl Carrying<'_, '_> {
    pub(super) fn make_tasks(&mut self, frame: &Frame) -> Made {
        if only_gathers(frame)
            && let Some(tasks) = self.gather(frame)?
        {
            return Ok(Some(tasks));
        }
        // "in the first one Orla orders paint, in the second one Niall hires a van": a wish for each
        let mut made = Vec::new();
        let parted = by_place(frame);
        for part in &parted {
            made.extend(self.make_tasks_of(part)?.unwrap_or_default());
        }
        Ok(if made.is_empty() { None } else { Some(made) })
    }

    /// What the tasks of a frame are called.
    fn titles_of_tasks(&self, frame: &Frame) -> Vec<Part> {
        let mut titles: Vec<Part> = frame.all("title").chain(frame.all("name")).cloned().collect();
        // names of what is new are titles, whatever sort the reader took them for
        let strange = |part: &&Part| {
            matches!(part.role.as_str(), "task" | "idea" | "milestone")
                && self.reader.certainly(&part.tokens, &[Kind::Task, Kind::Idea]).is_none()
        };
        titles.extend(frame.parts.iter().filter(strange).cloned());
        if titles.is_empty() && !frame.has("task") {
            titles.extend(frame.first("body").or_else(|| frame.first("topic")).cloned());
        }
        // "…, which Ines should take on": nothing that is to be done besides
        let idle = |part: &Part| {
            part.tokens.iter().all(|token| {
                token.is_any("take takes on over care of do does handle look after see to own it them that this which should responsibility charge without an a assignee nobody give their his her each")
            })
        };
        if titles.iter().any(|part| !idle(part)) {
            titles.retain(|part| !idle(part));
        }
        titles.sort_by_key(|part| part.at);
        titles = as_many_as_said(frame, titles);
        // "tune the piano (after hiring it)": what the task before waits for
        let first = titles.first().map_or(0, |part| part.at);
        titles.retain(|part| part.at == first || !names_what_came_before(&part.tokens));
        apart(&mut titles);
        // "bread, cheese and wine": the last of single words are two
        if let [before @ .., last] = titles.as_slice()
            && !before.is_empty()
            && before.iter().all(|part| part.tokens.len() == 1)
            && let [first, and, second] = last.tokens.as_slice()
            && and.is_any("and plus")
        {
            let (one, other) = (first.clone(), second.clone());
            let part = |token: Token, at| Part { role: "title".into(), tokens: vec![token], at };
            let pair = [part(one, last.at), part(other, last.at + 2)];
            titles.pop();
            titles.extend(pair);
        }
        titles
    }

    fn make_tasks_of(&mut self, frame: &Frame) -> Made {
        let mut titles = self.titles_of_tasks(frame);
        let mut people = self.people(frame)?;
        let admin = frame.has("admin");
        // "Niall gets the wristbands one": one that this plan makes already
        if let [only] = titles.as_slice()
            && let Some(task) = self
                .made_already(&only.tokens, !people.is_empty())
                .or_else(|| self.made_under_another_word(frame, only).filter(|_| !people.is_empty()))
        {
            let due = self.due(frame)?;
            return self.change_task(&task, due, people.first());
        }
        let mut owner = None;
        for part in &mut titles {
            part.tokens = self.with_object(without_count(&part.tokens));
            if let Some((project, rest)) = self.place_in_title(&part.tokens).filter(|_| !frame.has("project")) {
                owner = Some(project);
                part.tokens = rest;
            }
            if let Some((project, rest)) = self.owner_in_title(&part.tokens) {
                owner = Some(project);
                part.tokens = rest;
            }
        }
        let project = match owner.map_or_else(|| self.project_of(frame), |owner| Ok(Some(owner)))? {
            Some(project) => Some(project),
            None if admin => None,
            None => self.spoken_of_place(),
        };
        self.keep_announced(frame, project.as_ref());
        let due = self.due(frame)?;
        let tags: Vec<String> = entries(frame.all("tag"))
            .iter()
            .map(|tag| join(tag).trim_start_matches('#').to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
        // "three tasks due Friday: one for …, one for …": the day of all of them
        let due = due.or(self.shared_due);
        let heads = frame.says("tasks to-dos todos jobs things")
            && frame.dated().first().is_some_and(|(at, _)| titles.first().is_some_and(|title| *at < title.at));
        if heads {
            self.shared_due = due;
        }
        if titles.is_empty() {
            return self.task_without_title(frame, due, people.first());
        }
        if let Some(project) = &project {
            self.reader.talk.place = Some(project.clone());
        }
        // "a kick-off task in each of them"
        let group: Vec<Thing> = self.reader.talk.all_of(&[Kind::Project]);
        let each = group.len() > 1 && frame.all("ref").any(|part| is_plural_pronoun(&part.tokens));
        let projects: Vec<Option<Thing>> =
            if each { group.into_iter().map(Some).collect() } else { vec![project.clone()] };
        let of_each = self.person_of_each(frame, &titles)?;
        if let Some(own) = &of_each {
            people.clone_from(own);
        }
        let paired = people.len() == titles.len() && people.len() > 1;
        let each_person = if each { Vec::new() } else { self.each_of_them(frame, titles.len(), &people) };
        if let [one, ..] = each_person.as_slice() {
            people = vec![one.clone()];
        }
        let dated = frame.dated();
        let each_dated = dated.len() == titles.len() && titles.len() > 1;
        let mut made: Vec<Thing> = Vec::new();
        let mut order = Sequence::default();
        let again = titles.len() == 1 && (frame.comes_again() || of_each_month(frame, &dated));
        for (index, part) in titles.iter().enumerate() {
            // "she signs it before anybody orders the steel"
            let between = match index.checked_sub(1).and_then(|before| titles.get(before)) {
                Some(before) => between(frame, before, part),
                None => &[],
            };
            let anybody = between.iter().any(|token| token.is_any("anybody anyone somebody someone nobody they we"));
            if between.iter().any(|token| token.is_any("before")) {
                order = Sequence::Chain;
            }
            let own_due: Option<Day> = if each_dated { self.reader.due(&dated[index].1)? } else { due };
            let last = made.last().cloned();
            let before = made.len();
            for entry in several(&Part { tokens: work_of(frame, part), ..part.clone() }) {
                let title = self.wording_of(frame, part, entry, anybody);
                if title.is_empty() {
                    continue;
                }
                let assignee = if paired { people.get(index) } else { people.first().filter(|_| !anybody) };
                let body = frame.first("body").filter(|body| body.at != part.at);
                // "one on each of the next three Fridays"
                let days = if again { self.all_due(&dated)? } else { vec![own_due] };
                for (project, due) in projects.iter().flat_map(|project| days.iter().map(move |due| (project, *due))) {
                    let task = self.reader.make_task(&TaskParts {
                        title: title.clone(),
                        description: body.map(|body| sentence_of(&body.tokens)).unwrap_or_default(),
                        due,
                        assignee: assignee.cloned(),
                        project: project.clone(),
                        tags: tags.clone(),
                        admin: admin && project.is_none(),
                    });
                    made.push(task);
                }
                for person in each_person.iter().skip(1) {
                    made.push(self.reader.make_task(&TaskParts {
                        title: title.clone(),
                        due: own_due,
                        assignee: Some(person.clone()),
                        project: project.clone(),
                        ..TaskParts::default()
                    }));
                }
            }
            if let Some(task) = made.get(before) {
                let before = last.or_else(|| self.made.last().cloned());
                let entry = Entry { frame, part, next: titles.get(index + 1), leads: index > 0 && follows(between) };
                self.put_behind(task, before.as_ref(), &entry);
            }
        }
        if frame.has("spacing") || frame.says("apart") {
            self.space_out_tasks(frame, &made)?;
        }
        if made.len() > 1
            && !self.first_waits(frame, &made)
            && (order == Sequence::Chain || sequence(&mut self.with_words_before(frame)) == Sequence::Chain)
        {
            crate::offline::intents::chain(self.reader, &made);
        }
        if self.last_intent == "task.create" && shares_its_day(frame) {
            self.share_day(due);
        }
        Ok(if made.is_empty() { None } else { Some(made) })
    }

    /// The project that the tasks are spoken of in.
    fn spoken_of_place(&self) -> Option<Thing> {
        let place = self.reader.talk.place.clone().or_else(|| self.announced.clone());
        place.or_else(|| self.reader.talk.project.clone())
    }

    fn keep_announced(&mut self, frame: &Frame, project: Option<&Thing>) {
        if frame.has("project") && announces_tasks(frame) {
            self.announced = project.cloned();
        }
    }

    /// The days of something that comes again.
    fn all_due(&mut self, dated: &[(usize, DatePhrase)]) -> Result<Vec<Option<Day>>, Stop> {
        dated.iter().map(|(_, phrase)| self.reader.due(phrase)).collect()
    }

    /// A wish for a task without a title: for one that is there, or that this plan makes already.
    fn task_without_title(&mut self, frame: &Frame, due: Option<Day>, person: Option<&Thing>) -> Made {
        // a task of the workspace that is only to be given or moved
        if let Some(part) = frame.first("task").cloned() {
            let task = self.reader.thing(&part.tokens, &[Kind::Task])?;
            return self.change_task(&task, due, person);
        }
        // "…, not before Hakan has corrected them. Give him a task for the correction"
        let named = frame.all("ref").filter(|part| !is_person_pronoun(&part.tokens));
        let named: Vec<Part> = named.cloned().collect();
        // "Dana must measure the hall; make her a task for that"
        let points = |part: &Part| matches!(part.tokens.as_slice(), [only] if only.is_any("that it this"));
        let told = self.made.last().filter(|_| self.last_intent == "manual.step" && named.iter().any(points)).cloned();
        let work = named.iter().find_map(|part| self.made_like(&part.tokens)).or(told);
        if let Some(step) = work.as_ref().and_then(Thing::step)
            && self.reader.as_task(step)
            && let Some(task) = work
        {
            self.change_task(&task, due, person)?;
            return Ok(Some(vec![task]));
        }
        // "remind me to pay the rent; make a task for it, due the day after": the task that is there already
        let reminded = self.made.last().filter(|thing| thing.kind == Kind::Task && thing.step().is_some());
        if let Some(task) = reminded.filter(|_| frame.has("ref") && self.last_intent == "reminder.set").cloned() {
            return self.change_task(&task, due, person);
        }
        Ok(None)
    }

    /// "The oiling is for Ines": a task that this plan makes, by another form of its words.
    fn made_under_another_word(&self, frame: &Frame, title: &Part) -> Option<Thing> {
        let said = title.tokens.first().is_some_and(|token| token.is_any("the that"));
        let behind = (title.at + title.tokens.len()).checked_sub(frame.from).and_then(|at| frame.tokens.get(at))?;
        let goes = behind.is_any("is goes belongs falls are go");
        if said && goes && self.last_intent == "task.create" { self.made_like(&title.tokens) } else { None }
    }

    /// "varnish in Boathouse": the project that stands at the end of a title, and what is left of it.
    fn place_in_title(&self, title: &[Token]) -> Option<(Thing, Vec<Token>)> {
        let at = title.iter().rposition(|token| token.is_any("in under for")).filter(|at| *at > 0)?;
        let name = &title[at + 1..];
        let named = |token: &Token| token.is_capitalised() || token.kind == crate::offline::text::Kind::Quoted;
        if name.is_empty() || !name.iter().all(named) {
            return None;
        }
        let said = crate::offline::rows::words(&join(name));
        let row = self.reader.rows.iter().find(|row| row.kind == Kind::Project && row.words == said)?;
        Some((row.thing(), title[..at].to_vec()))
    }

    /// "She wants forty grow bags. Make a task to order them": what was told just before, in place of the pronoun.
    fn with_object(&self, title: Vec<Token>) -> Vec<Token> {
        let [verb, pronoun] = title.as_slice() else { return title };
        let points = pronoun.is_any("them these those")
            || pronoun.is_any("it this that") && self.reader.talk.it().is_none() && self.made.is_empty();
        let before = self.frames[..self.at].last().filter(|_| points);
        let told = before.and_then(|before| match before.intent.as_str() {
            "given" => {
                ["title", "topic", "body", "name"].iter().find_map(|role| before.words(role)).map(<[Token]>::to_vec)
            }
            "after" => before.words("cond").and_then(subject_of),
            _ => None,
        });
        told.filter(|told| told.len() <= 8).map_or(title.clone(), |told| [vec![verb.clone()], told].concat())
    }

    /// The words of a frame, with those just before that were read as part of another wish: "three tasks that follow one |
    /// another: …".
    fn with_words_before(&self, frame: &Frame) -> Vec<Token> {
        let before = self.at.checked_sub(1).and_then(|at| self.frames.get(at)).filter(|before| before.to == frame.from);
        let mut words =
            before.map_or_else(Vec::new, |before| before.tokens[before.tokens.len().saturating_sub(6)..].to_vec());
        words.extend(frame.tokens.iter().cloned());
        words
    }

    /// "… for Ezra and … for Winifred, both due Friday": those before, which have no day of their own, have it as well.
    fn share_day(&mut self, due: Option<Day>) {
        let Some((day, time)) = due else { return };
        for task in self.made.clone().iter().filter(|task| task.kind == Kind::Task) {
            let own = task.step().and_then(|step| self.reader.draft.steps.get(step));
            if own.is_some_and(|step| step.action == "task.create" && !step.params.contains_key("due_date")) {
                self.reader.change(task, Change::Text("due_date", written(day, time)));
            }
        }
    }
}

/// The words of a frame between two of its parts.
fn between<'a>(frame: &'a Frame, one: &Part, other: &Part) -> &'a [Token] {
    let from = (one.at + one.tokens.len()).checked_sub(frame.from);
    let to = other.at.checked_sub(frame.from);
    from.zip(to).and_then(|(from, to)| frame.tokens.get(from..to)).unwrap_or_default()
}

/// "inventory tasks for April, May and June, one each": months, where each has a task of its own.
fn of_each_month(frame: &Frame, dated: &[(usize, DatePhrase)]) -> bool {
    let month = |phrase: &DatePhrase| {
        let ends = phrase.moment().and_then(|moment| Some((moment.day?, moment.until?)));
        ends.is_some_and(|(first, last)| first.month() == last.month() && (last - first).num_days() > 26)
    };
    let each = frame.says("each every respective tasks apiece monthly");
    dated.len() > 1 && each && dated.iter().all(|(_, phrase)| month(phrase))
}

/// "tasks in the Skylight project: …": as many as come.
fn announces_tasks(frame: &Frame) -> bool {
    let mark = frame.tokens.iter().position(|token| token.is_mark(":"));
    let head = &frame.tokens[..mark.unwrap_or(0)];
    head.iter().any(|token| token.is_any("tasks jobs to-dos todos"))
        && !head.iter().any(|token| number_word(&token.low).is_some())
}

/// "both due Friday", "all three by the 8th": the day of a frame is said of more than what the frame makes.
pub(super) fn shares_its_day(frame: &Frame) -> bool {
    let Some((at, _)) = frame.dated().first().cloned() else { return false };
    let Some(at) = at.checked_sub(frame.from).filter(|at| *at <= frame.tokens.len()) else { return false };
    let before = &frame.tokens[at.saturating_sub(5)..at];
    // "first of all clear the loft, by 3 May"
    let first_of_all =
        before.windows(3).any(|run| run[0].is_any("first last") && run[1].is_any("of") && run[2].is_any("all"));
    !first_of_all
        && before.iter().any(|token| token.is_any("both all each everything"))
        && frame.all("title").count() == 1
}

/// "three tasks, all due Friday: record it": the day stands before what is to be done.
pub(super) fn day_leads(frame: &Frame) -> bool {
    let title = frame.all("title").map(|part| part.at).min();
    frame.dated().first().is_some_and(|(at, _)| title.is_none_or(|title| *at < title))
}

/// "the royalties have been paid": what that is said of.
pub(super) fn subject_of(told: &[Token]) -> Option<Vec<Token>> {
    let verb = told.iter().position(|token| token.is_any("has have had is are was were be gets get"))?;
    (verb > 0).then(|| told[..verb].to_vec())
}

/// The entries of a part: one, unless it is a list of things to do.
fn several(part: &Part) -> Vec<Vec<Token>> {
    let quoted = part.tokens.iter().filter(|token| token.kind == crate::offline::text::Kind::Quoted).count();
    // "levelling and paving": two words are two things to do
    let two = matches!(part.tokens.as_slice(), [first, and, second]
        if and.is_any("and plus") && [first, second].iter().all(|token| crate::offline::text::from_gerund(&token.low).is_some()));
    if quoted > 1 || two { crate::offline::read::split_list(&part.tokens) } else { vec![part.tokens.clone()] }
}
