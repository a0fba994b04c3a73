//! Projects, milestones, tasks, ideas and work for people.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, entries, is_person_pronoun, is_plural_pronoun},
    heads::{as_many_as_said, only_gathers, work_of},
    lists::{apart, by_place, day_of_each_month, last_of_list, monthly, without_count},
};
use crate::offline::{
    dates::written,
    draft::{Step, Thing, shortened},
    intents::milestones::{Entry, set, space_out, take_apart},
    make::{Change, Day, TaskParts},
    reader::Stop,
    slots::{Sequence, sequence},
    text::{Token, is_function_word, join, number_word},
    wording::{name_of, sentence_of, stage_of, title_of},
};

/// What a frame made; nothing when it could not be carried out.
pub(super) type Made = Result<Option<Vec<Thing>>, Stop>;

impl Carrying<'_, '_> {
    pub(super) fn make_project(&mut self, frame: &Frame) -> Made {
        let mut names: Vec<Part> =
            frame.all("name").chain(frame.all("title")).chain(frame.all("project")).cloned().collect();
        // "three new projects: Juniper due 2 April, Sumac due 7 May"
        if names.is_empty() && frame.says("projects") {
            names.extend(frame.all("body").cloned());
        }
        if names.is_empty() {
            return Ok(None);
        }
        // "the Orchard Wall project: …": it is there, and what follows belongs to it
        if let Some(part) = frame.first("project").filter(|_| !frame.has("name"))
            && let Some(project) =
                self.reader.certainly(&part.tokens, &[Kind::Project]).filter(|thing| thing.step().is_none())
        {
            self.reader.talk.about(&project);
            self.reader.talk.place = Some(project.clone());
            self.reader.talk.project = Some(project.clone());
            return Ok(Some(vec![project]));
        }
        // "for the Viaduct project I need a survey and a load test": what belongs to it
        if let Some(part) = frame.first("project").filter(|_| frame.has("name"))
            && let Some(project) = self.reader.certainly(&part.tokens, &[Kind::Project])
            && project.step().is_none()
            && frame.tokens.first().is_some_and(|token| token.is_any("for in on under within to"))
        {
            return self.make_tasks(frame);
        }
        let shared = self.due(frame)?;
        let body = frame.first("body").filter(|body| !names.iter().any(|name| name.at == body.at));
        let body = body.map(|part| sentence_of(&part.tokens));
        let mut made = Vec::new();
        let several = frame.says("projects two three both");
        // "Puffin due 30 January and Gannet due 27 February": a day behind each name
        let dated = frame.dated();
        let starts: Vec<usize> = names.iter().map(|part| part.at).collect();
        let between = dated.iter().any(|(at, _)| starts.first() < Some(at) && Some(at) < starts.last());
        for (index, part) in names.into_iter().enumerate() {
            let until = starts.get(index + 1).copied().unwrap_or(usize::MAX);
            let own = dated.iter().find(|(at, _)| *at > part.at && *at < until).map(|(_, phrase)| phrase.clone());
            let due = match own {
                Some(phrase) if between => self.reader.due(&phrase)?,
                _ if between => None,
                _ => shared,
            };
            let entries = if several { crate::offline::read::split_list(&part.tokens) } else { vec![part.tokens] };
            for entry in entries {
                let dated = entry.iter().position(|token| token.date().is_some()).filter(|at| several && *at > 0);
                let own = match dated.and_then(|at| entry[at].date().cloned()) {
                    Some(phrase) => self.reader.due(&phrase)?,
                    None => None,
                };
                let words = dated.map_or(entry.as_slice(), |at| &entry[..at]);
                let end =
                    words.iter().rposition(|token| !token.is_any("due by on until ending ends")).map_or(0, |at| at + 1);
                let name = name_of(&words[..end]);
                if !name.is_empty() {
                    made.push(self.reader.make_project(&name, own.or(due), body.clone()));
                }
            }
        }
        let Some(project) = made.last().cloned() else { return Ok(None) };
        // "give it to Tom as a project" has no field; tasks and links in the same breath are frames of their own
        self.reader.talk.about(&project);
        Ok(Some(made))
    }

    pub(super) fn make_milestones(&mut self, frame: &Frame) -> Made {
        let project = self.project_of(frame)?;
        let project = match project {
            Some(project) => project,
            None => self.reader.thing(&[], &[Kind::Project])?,
        };
        let dated = frame.dated();
        let listed: Vec<Part> = frame.all("milestone").chain(frame.all("title")).cloned().collect();
        let mut made: Vec<Entry> = Vec::new();
        for (index, part) in listed.iter().enumerate() {
            let until = listed.get(index + 1).map_or(frame.to, |next| next.at);
            let own = dated.iter().find(|(at, _)| *at > part.at && *at < until).map(|(_, phrase)| phrase.clone());
            let due = match own.filter(|_| !frame.has("spacing")) {
                Some(phrase) => self.reader.due(&phrase)?.map(|(day, _)| written(day, None)),
                None => None,
            };
            // "one week apart from each other, the first …": no titles
            let idle = |token: &Token| {
                is_function_word(&token.low) || token.is_any("other apart onwards first last month months week weeks")
            };
            if part.tokens.iter().all(idle) {
                continue;
            }
            for entry in crate::offline::read::split_list(&part.tokens) {
                let title = stage_of(&entry);
                if !title.is_empty() {
                    made.push(Entry { title, due: due.clone() });
                }
            }
        }
        if let Some(title) = last_of_list(frame) {
            made.push(Entry { title, due: None });
        }
        if made.is_empty() {
            let counted = frame.tokens.iter().take_while(|token| !token.is_any("milestones milestone"));
            let count = frame
                .words("count")
                .into_iter()
                .flatten()
                .chain(counted.filter(|token| !token.is_any("a an one")))
                .find_map(|token| number_word(&token.low))
                .unwrap_or(3)
                .clamp(1, 50);
            made = (1..=count).map(|n| Entry { title: format!("Milestone {n}"), due: None }).collect();
            if !frame.has("spacing") {
                self.reader.assume("The request names no milestones: their titles are placeholders.");
            }
        }
        let mut words = frame.tokens.clone();
        let span = take_apart(&mut words).or_else(|| frame.span().filter(|_| frame.has("spacing")));
        if let Some(span) = span {
            let start = match dated.first() {
                Some((_, phrase)) => self.reader.moment(phrase)?.map(|(day, _)| day),
                None => None,
            };
            space_out(&mut made, start.unwrap_or(self.reader.calendar.today), span, start.is_some());
        }
        if let Some(day) = day_of_each_month(&frame.tokens) {
            let told = dated.iter().find_map(|(_, phrase)| phrase.moment().and_then(|moment| moment.day));
            let first = told.unwrap_or(self.reader.calendar.today);
            for (entry, due) in made.iter_mut().zip(monthly(first, day)) {
                entry.due = Some(written(due, None));
            }
        }
        set(self.reader, &project, &made);
        Ok(Some(Vec::new()))
    }

    /// The project a frame names or points at, or the one this plan is about.
    pub(super) fn project_of(&mut self, frame: &Frame) -> Result<Option<Thing>, Stop> {
        if let Some(part) = frame.first("project").cloned() {
            return self.reader.thing(&part.tokens, &[Kind::Project]).map(Some);
        }
        // "in the first one": of several that were made
        let nth = frame.all("ref").filter(|part| part.tokens.len() > 1 && !is_person_pronoun(&part.tokens));
        if let Some(project) = nth.into_iter().find_map(|part| self.reader.pointed_at(&part.tokens, &[Kind::Project])) {
            return Ok(Some(project));
        }
        let points = frame.all("ref").any(|part| !is_person_pronoun(&part.tokens));
        let spoken = self.reader.talk.project.clone().or_else(|| self.reader.talk.last_of(&[Kind::Project]).cloned());
        if points || frame.intent == "project.milestones" {
            return Ok(spoken.or_else(|| self.reader.selected().filter(|thing| thing.kind == Kind::Project)));
        }
        Ok(None)
    }

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
        titles.sort_by_key(|part| part.at);
        titles = as_many_as_said(frame, titles);
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
            && let Some(task) = self.made_already(&only.tokens, !people.is_empty())
        {
            let due = self.due(frame)?;
            return self.change_task(&task, due, people.first());
        }
        let mut owner = None;
        for part in &mut titles {
            part.tokens = without_count(&part.tokens);
            if let Some((project, rest)) = self.owner_in_title(&part.tokens) {
                owner = Some(project);
                part.tokens = rest;
            }
        }
        let project = match owner.map_or_else(|| self.project_of(frame), |owner| Ok(Some(owner)))? {
            Some(project) => Some(project),
            None if admin => None,
            None => self.reader.talk.place.clone().or_else(|| self.reader.talk.project.clone()),
        };
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
            // a task of the workspace that is only to be given or moved
            if let Some(part) = frame.first("task").cloned() {
                let task = self.reader.thing(&part.tokens, &[Kind::Task])?;
                return self.change_task(&task, due, people.first());
            }
            // "…, not before Hakan has corrected them. Give him a task for the correction"
            let named = frame.all("ref").filter(|part| !is_person_pronoun(&part.tokens));
            let work = named.into_iter().find_map(|part| self.made_like(&part.tokens));
            if let Some(step) = work.as_ref().and_then(Thing::step)
                && self.reader.as_task(step)
                && let Some(task) = work
            {
                self.change_task(&task, due, people.first())?;
                return Ok(Some(vec![task]));
            }
            return Ok(None);
        }
        if let Some(project) = &project {
            self.reader.talk.place = Some(project.clone());
        }
        // "a kick-off task in each of them"
        let group: Vec<Thing> = self.reader.talk.all_of(&[Kind::Project]);
        let each = group.len() > 1 && frame.all("ref").any(|part| is_plural_pronoun(&part.tokens));
        let projects: Vec<Option<Thing>> =
            if each { group.into_iter().map(Some).collect() } else { vec![project.clone()] };
        let paired = people.len() == titles.len() && people.len() > 1;
        // "each of them gets a task": one for each of the people spoken of
        let mut each_person: Vec<Thing> = Vec::new();
        if people.is_empty()
            && !each
            && frame.all("ref").any(|part| part.tokens.iter().any(|token| token.is_any("each both")))
        {
            let spoken = self.reader.talk.all_of(&[Kind::Person]);
            let lately = self.last_intent == "message.send" || self.made.iter().all(|thing| thing.kind == Kind::Person);
            if lately && spoken.len() > 1 {
                each_person = spoken;
            }
        }
        if let [one, ..] = each_person.as_slice() {
            people = vec![one.clone()];
        }
        let dated = frame.dated();
        let each_dated = dated.len() == titles.len() && titles.len() > 1;
        let mut made = Vec::new();
        let mut order = Sequence::default();
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
            for entry in several(&Part { tokens: work_of(frame, part), ..part.clone() }) {
                let mut title = title_of(&self.reader.spelled_out(&entry));
                // "Ludmila integrates them"
                let acts = frame.all("person").any(|person| person.at + person.tokens.len() == part.at);
                if anybody || acts {
                    title = title_of(&third_person(&self.reader.spelled_out(&entry)));
                }
                if title.is_empty() {
                    continue;
                }
                let assignee = if paired { people.get(index) } else { people.first().filter(|_| !anybody) };
                let body = frame.first("body").filter(|body| body.at != part.at);
                for project in &projects {
                    let task = self.reader.make_task(&TaskParts {
                        title: title.clone(),
                        description: body.map(|body| sentence_of(&body.tokens)).unwrap_or_default(),
                        due: own_due,
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
        }
        if made.len() > 1
            && (order == Sequence::Chain || sequence(&mut self.with_words_before(frame)) == Sequence::Chain)
        {
            crate::offline::intents::chain(self.reader, &made);
        }
        if self.last_intent == "task.create" && shares_its_day(frame) {
            self.share_day(due);
        }
        Ok(if made.is_empty() { None } else { Some(made) })
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

    pub(super) fn make_manual(&mut self, frame: &Frame) -> Made {
        let Some(mut part) = frame.first("title").or_else(|| frame.first("body")).cloned() else { return Ok(None) };
        part.tokens = work_of(frame, &part);
        let people = self.people(frame)?;
        let title = title_of(&third_person(&self.reader.spelled_out(&part.tokens)));
        let due = self.due(frame)?;
        let who = people.first().cloned();
        // "draft the release, have Elke approve it": what is made before it is approved
        let object = part.tokens.iter().skip(1).any(|token| token.is_any("it them that this these those"));
        let checks = part.tokens.first().is_some_and(|token| {
            crate::offline::text::listed(
                &token.lemma,
                "approve check sign review proofread test inspect confirm read correct edit",
            )
        });
        let wanted: Vec<usize> = if object && checks && self.last_intent == "task.create" {
            self.made.iter().filter_map(Thing::step).collect()
        } else {
            Vec::new()
        };
        if let Some(person) = &who {
            self.reader.talk.names(person);
        }
        if due.is_some() {
            let task = self.reader.make_task(&TaskParts { title, due, assignee: who, ..TaskParts::default() });
            return Ok(Some(vec![task]));
        }
        let step = Step::new("manual.step", shortened(&title, 120))
            .text("instructions", format!("{title}. Mark this as done when it is."))
            .maybe("assignee", who.as_ref());
        let made = self.reader.push(step, Kind::Task, &title);
        for before in wanted {
            if let Some(own) = made.step() {
                self.reader.draft.order(own, before);
            }
        }
        Ok(Some(vec![made]))
    }

    #[expect(clippy::unnecessary_wraps, reason = "all that carry out frames answer alike")]
    pub(super) fn make_ideas(&mut self, frame: &Frame) -> Made {
        // "the idea 'Book bench' with the note 'two per street'"
        let tells = |part: &&Part| {
            frame.before(part).is_some_and(|token| token.is_any("note text description body remark comment saying"))
        };
        let called = || frame.all("title").chain(frame.all("name"));
        let told = called().skip(1).find(tells).map(|part| part.tokens.as_slice());
        let body = frame.words("body").or(told).map(sentence_of).unwrap_or_default();
        let mut made = Vec::new();
        for (_, part) in called().enumerate().filter(|(index, part)| *index == 0 || !tells(part)) {
            let title = title_of(&part.tokens);
            let step =
                Step::new("idea.create", format!("Note the idea “{title}”")).text("title", &title).text("body", &body);
            let idea = self.reader.push(step, Kind::Idea, &title);
            self.reader.talk.about(&idea);
            made.push(idea);
        }
        Ok(if made.is_empty() { None } else { Some(made) })
    }

    pub(super) fn make_http(&mut self, frame: &Frame) -> Made {
        let clause = crate::offline::read::Clause { tokens: frame.tokens.clone(), ..Default::default() };
        if !crate::offline::intents::http(self.reader, &clause)? {
            return Ok(None);
        }
        if let Some(body) = frame.words("body").filter(|words| !words.iter().all(|token| is_function_word(&token.low)))
            && let Some(step) = self.reader.draft.steps.last_mut().filter(|step| step.action == "http.request")
        {
            let sends =
                matches!(step.params.get("method").and_then(|method| method.as_str()), Some("POST" | "PUT" | "PATCH"));
            if sends && !step.params.get("body").is_some_and(serde_json::Value::is_object) {
                step.params.insert("body".into(), join(body).into());
            }
        }
        Ok(Some(Vec::new()))
    }
}

/// The words of a frame between two of its parts.
fn between<'a>(frame: &'a Frame, one: &Part, other: &Part) -> &'a [Token] {
    let from = (one.at + one.tokens.len()).checked_sub(frame.from);
    let to = other.at.checked_sub(frame.from);
    from.zip(to).and_then(|(from, to)| frame.tokens.get(from..to)).unwrap_or_default()
}

/// "both due Friday", "all three by the 8th": the day of a frame is said of more than what the frame makes.
pub(super) fn shares_its_day(frame: &Frame) -> bool {
    let Some((at, _)) = frame.dated().first().cloned() else { return false };
    let Some(at) = at.checked_sub(frame.from).filter(|at| *at <= frame.tokens.len()) else { return false };
    frame.tokens[at.saturating_sub(5)..at].iter().any(|token| token.is_any("both all each everything"))
        && frame.all("title").count() == 1
}

/// The entries of a part: one, unless it is a list of things to do.
fn several(part: &Part) -> Vec<Vec<Token>> {
    let quoted = part.tokens.iter().filter(|token| token.kind == crate::offline::text::Kind::Quoted).count();
    // "levelling and paving": two words are two things to do
    let two = matches!(part.tokens.as_slice(), [first, and, second]
        if and.is_any("and plus") && [first, second].iter().all(|token| crate::offline::text::from_gerund(&token.low).is_some()));
    if quoted > 1 || two { crate::offline::read::split_list(&part.tokens) } else { vec![part.tokens.clone()] }
}

/// "checks the sound desk" is "check the sound desk".
fn third_person(tokens: &[Token]) -> Vec<Token> {
    let mut words = tokens.to_vec();
    if let Some(first) = words.first_mut()
        && first.kind == crate::offline::text::Kind::Word
        && first.low.ends_with('s')
        && first.lemma != first.low
        && !is_function_word(&first.low)
    {
        *first = Token::new(first.lemma.clone(), crate::offline::text::Kind::Word, first.glued);
    }
    words
}
