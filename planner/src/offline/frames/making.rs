//! Projects, milestones, ideas and calls of web addresses.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun, is_plural_pronoun},
    lists::last_of_list,
    spacing::distance,
};
use crate::offline::{
    dates::{DatePhrase, written},
    draft::{Step, Thing},
    intents::milestones::{Entry, set},
    reader::{Stop, ordinal},
    text::{Kind as TokenKind, Token, is_function_word, join, number_word},
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
            names.extend(self.name_before(frame));
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
        let phrases: Vec<_> = dated.iter().map(|(_, phrase)| phrase.clone()).collect();
        let starts: Vec<usize> = names.iter().map(|part| part.at).collect();
        let between = dated.iter().any(|(at, _)| starts.first() < Some(at) && Some(at) < starts.last());
        // "Heron and Otter, due 5 March and 26 March respectively": the days in the order of the names
        let count: usize = names
            .iter()
            .map(|part| if several { crate::offline::read::split_list(&part.tokens).len() } else { 1 })
            .sum();
        let behind = dated.iter().all(|(at, _)| starts.last() < Some(at));
        let in_order = count > 1 && behind && dated.len() == count;
        // "Otter and Heron, the second due 14 May": the day of one of them
        let nth = if count > 1 && behind && dated.len() == 1 { nth_before_its_day(frame, &dated) } else { None };
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
                let ordered = phrases.get(made.len()).filter(|_| in_order);
                let own = match ordered {
                    Some(phrase) => self.reader.due(phrase)?,
                    None => own,
                };
                let place = i32::try_from(made.len()).unwrap_or(i32::MAX);
                let its = |nth: i32| nth == place || nth < 0 && made.len() + 1 == count;
                let due = due.filter(|_| nth.is_none_or(its));
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

    /// "look over Juniper, | which is a new project": the name that stands just before.
    fn name_before(&self, frame: &Frame) -> Option<Part> {
        let whole = &self.reader.whole;
        let relates = frame.tokens.first().is_some_and(|token| token.is_any("which that a"))
            && frame.says("new project")
            && whole.get(frame.from.checked_sub(1)?).is_some_and(|token| token.is_mark(","));
        let to = frame.from - usize::from(relates);
        let named =
            |token: &&Token| token.kind == TokenKind::Quoted || token.is_capitalised() && !is_function_word(&token.low);
        let length = whole[..to].iter().rev().take_while(named).count();
        let part = Part { role: "name".into(), tokens: whole[to - length..to].to_vec(), at: to - length };
        (relates && length > 0).then_some(part)
    }

    pub(super) fn make_milestones(&mut self, frame: &Frame) -> Made {
        let project = self.project_of(frame)?;
        let project = match project {
            Some(project) => project,
            None => self.reader.thing(&[], &[Kind::Project])?,
        };
        self.settle_what_milestones_count_from(frame, &project)?;
        let dated = frame.dated();
        let span = distance(frame);
        let listed: Vec<Part> = frame.all("milestone").chain(frame.all("title")).cloned().collect();
        let mut made: Vec<Entry> = Vec::new();
        for (index, part) in listed.iter().enumerate() {
            let until = listed.get(index + 1).map_or(frame.to, |next| next.at);
            let own = dated.iter().find(|(at, _)| *at > part.at && *at < until).map(|(_, phrase)| phrase.clone());
            let day = match own.filter(|_| span.is_none()) {
                Some(phrase) => self.reader.due(&phrase)?.map(|(day, _)| day),
                None => None,
            };
            let due = day.map(|day| written(day, None));
            // "one week apart from each other, the first …": no titles
            let idle = |token: &Token| {
                is_function_word(&token.low)
                    || token.is_any("other apart onwards first last month months week weeks days interval intervals")
                    || token.is_any("weekly monthly daily fortnightly quarterly regular equal distances always counted")
                    || token.is_any("counting count back backwards milestone milestones final distance")
            };
            if part.tokens.iter().all(idle) {
                continue;
            }
            for entry in crate::offline::read::split_list(&part.tokens) {
                let title = stage_of(&entry);
                if !title.is_empty() {
                    // "a week after the opening" may count from it
                    if let Some(day) = day {
                        self.reader.talk.now_on(&title, day);
                    }
                    made.push(Entry { title, due: due.clone() });
                }
            }
        }
        if let Some(title) = last_of_list(frame) {
            made.push(Entry { title, due: None });
        }
        if made.is_empty() {
            made = placeholders(count_of(frame).unwrap_or(3));
            if !frame.has("spacing") {
                self.reader.assume("The request names no milestones: their titles are placeholders.");
            }
        }
        fill_up(frame, &mut made);
        self.put_on_days(frame, &mut made, span)?;
        for project in self.each_project(frame, project) {
            set(self.reader, &project, &made);
        }
        Ok(Some(Vec::new()))
    }

    /// "give both the milestones start and finish": all projects that were made just before, where several are meant.
    fn each_project(&self, frame: &Frame, project: Thing) -> Vec<Thing> {
        let several = !frame.has("project") && frame.all("ref").any(|part| is_plural_pronoun(&part.tokens));
        let group: Vec<Thing> = self.made.iter().filter(|thing| thing.kind == Kind::Project).cloned().collect();
        if several && group.len() > 1 && group.contains(&project) { group } else { vec![project] }
    }

    /// The project a frame names or points at, or the one this plan is about.
    pub(super) fn project_of(&mut self, frame: &Frame) -> Result<Option<Thing>, Stop> {
        if let Some(part) = frame.first("project").cloned() {
            // "three tasks in a new project called Shop Window"
            let before = part.at.checked_sub(frame.from).and_then(|at| frame.tokens.get(..at)).unwrap_or_default();
            let near = &before[before.len().saturating_sub(5)..];
            let fresh = near.windows(2).any(|pair| pair[0].is_any("new") && pair[1].is_any("project"));
            if fresh && self.reader.certainly(&part.tokens, &[Kind::Project]).is_none() {
                let project = self.reader.make_project(&name_of(&part.tokens), None, None);
                self.reader.talk.about(&project);
                return Ok(Some(project));
            }
            return self.reader.thing(&part.tokens, &[Kind::Project]).map(Some);
        }
        // "Otter gets the milestones …": one that this plan makes
        if let Some(project) = frame.all("ref").find_map(|part| self.made_as(&part.tokens, &[Kind::Project])) {
            return Ok(Some(project));
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

/// Which place the words between the names and their only day speak of.
fn nth_before_its_day(frame: &Frame, dated: &[(usize, DatePhrase)]) -> Option<i32> {
    let (at, _) = dated.first()?;
    let before = frame.tokens.get(..at.checked_sub(frame.from)?)?;
    before.iter().rev().take(5).find_map(|token| ordinal(&token.low))
}

/// How many milestones there are to be, by the words.
fn count_of(frame: &Frame) -> Option<u32> {
    let counted = frame.tokens.iter().take_while(|token| !token.is_any("milestones milestone"));
    let said = frame.words("count").into_iter().flatten().chain(counted.filter(|token| !token.is_any("a an one")));
    said.filter(|token| token.date().is_none()).find_map(|token| number_word(&token.low))
}

/// Milestones that have no names yet.
fn placeholders(count: u32) -> Vec<Entry> {
    (1..=count.clamp(1, 50)).map(|n| Entry { title: format!("Milestone {n}"), due: None }).collect()
}

/// "five of them, the last one named Opening": the others have no names yet.
fn fill_up(frame: &Frame, made: &mut Vec<Entry>) {
    let [named] = made.as_slice() else { return };
    let Some(part) = frame.first("milestone").filter(|_| named.due.is_none()) else { return };
    let before = &frame.tokens[..part.at.saturating_sub(frame.from).min(frame.tokens.len())];
    let near = &before[before.len().saturating_sub(5)..];
    let called = near.iter().any(|token| token.is_any("called named titled being is"));
    let last = near.iter().any(|token| token.is_any("last final"));
    let first = near.iter().any(|token| token.is_any("first"));
    let Some(count) = count_of(frame).filter(|count| *count > 1 && called && (first || last)) else { return };
    let mut all = placeholders(count);
    let place = if last { all.len() - 1 } else { 0 };
    if let Some(named) = made.pop() {
        all[place] = named;
    }
    *made = all;
}
