//! From what the learned reader finds to steps: each frame is carried out by what the workspace has and what was spoken of.
//!
//! `frame` is what is known of one wish. Before frames are carried out, `told` and `antecedents` find what a letter
//! wants done before it asks for the task, and `gathering` what is told of several tasks before they are asked for;
//! `joining` puts together what was taken apart, `completing` gives a wish what only completes it, `parting` parts what
//! was taken for one, `neighbours` lets frames say things of each other; `mending`, `cutting`, `retaken`, `signs` and
//! `ordering` see to what each of them asks for, and `misread` and `settling` turn wishes into what their words say.
//! `waiting` and `sequels` know what waits for what, `later` what is put off, `passive` what is done to something,
//! `spacing` on which days things are that follow each other, `several` what is said of several things at once and of
//! some of them, `trimming` what a part has too much of. `making`, `tasks`, `work`, `telling`, `scheduling`, `linking`,
//! `changing`, `people` and `undertakings` make the steps; `adding` takes in what is said of a thing before or behind the
//! wish for it, `said` finds the words that a note points back to, `lists` and `heads` know what belongs to which entry,
//! `surroundings` what a wish leaves to those around it, `recounting` what is corrected of milestones, `resolving` which
//! people, things and days are meant.

mod adding;
mod antecedents;
mod changing;
mod completing;
mod cutting;
mod frame;
mod gathering;
mod heads;
mod joining;
mod later;
mod linking;
mod lists;
mod making;
mod mending;
mod misread;
mod neighbours;
mod ordering;
mod parting;
mod passive;
mod people;
mod recounting;
mod resolving;
mod retaken;
mod said;
mod scheduling;
mod sequels;
mod settling;
mod several;
mod signs;
mod spacing;
mod surroundings;
mod tasks;
mod telling;
#[cfg(test)]
mod tests;
mod told;
mod trimming;
mod undertakings;
mod waiting;
mod work;

use domain::workspace::Kind;

use super::{
    draft::Thing,
    learned::tagged::Tagged,
    make::Day,
    read::Link,
    reader::{Reader, Reading, Stop},
    recipes::Recipes,
    text::{Kind as TokenKind, Token, is_function_word, join},
};
use frame::{Frame, Part};

/// What came of carrying out frames.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Something was asked for that is none of the planner's business.
    pub(crate) beyond: bool,
    /// What could not be carried out, in the request's words.
    pub(crate) unread: Vec<String>,
    /// How sure the least certain frame is, 0 to 1.
    pub(crate) sure: f32,
    /// Words outside all frames that carry content, and words in all.
    pub(crate) left_out: usize,
    pub(crate) words: usize,
}

/// Frames while they are carried out.
struct Carrying<'r, 'a> {
    reader: &'r mut Reader<'a>,
    recipes: &'r Recipes,
    frames: Vec<Frame>,
    at: usize,
    /// For each frame: whether a sentence or line ended before it.
    starts: Vec<bool>,
    /// For each frame: whether an "and" stands just before it, or leads it.
    goes_on: Vec<bool>,
    /// What was told for a wish that comes.
    given: Vec<Part>,
    /// What was told for several tasks that come, ahead of them: "in Skylight, all due Friday".
    heading: Vec<Part>,
    /// Whether that stood in a sentence of its own: "Make tasks in Skylight."
    heading_stands_alone: bool,
    /// What the wish before asked for, and what it made or changed.
    last_intent: String,
    made: Vec<Thing>,
    /// Where the steps of the wish before begin.
    begun: usize,
    /// The day of all tasks that a list announces: "three tasks due Friday: …".
    shared_due: Option<Day>,
    /// The tasks that come follow one another.
    chained: bool,
    /// Where the tasks belong that a heading announces without a number: "tasks in the Skylight project: …".
    announced: Option<Thing>,
    /// Steps that wait for work that is named further on, and its words.
    put_off: Vec<(Vec<usize>, Vec<Token>)>,
}

/// What only surrounds wishes.
const AROUND: &[&str] = &["also", "given", "then", "after", "before", "parallel", "correct", "dont", "none"];

/// Carries out what was tagged.
pub(crate) fn carry_out(reader: &mut Reader<'_>, recipes: &Recipes, tagged: &[Tagged], whole: &[Token]) -> Outcome {
    let mut frames: Vec<Frame> = tagged.iter().map(|tagged| Frame::of(tagged, whole)).collect();
    gathering::settle(&mut frames, whole);
    told::fill_in(&mut frames, whole);
    let frames = frames;
    let mut outcome = Outcome { sure: 1.0, ..Outcome::default() };
    let covered = |at: usize| frames.iter().any(|frame| (frame.from..frame.to).contains(&at));
    let carries = |token: &Token| {
        token.kind != TokenKind::Punct && token.kind != TokenKind::Break && !is_function_word(&token.low)
    };
    outcome.words = whole.iter().filter(|token| carries(token)).count();
    outcome.left_out = whole.iter().enumerate().filter(|(at, token)| carries(token) && !covered(*at)).count();
    for frame in &frames {
        outcome.sure = outcome.sure.min(frame.sure);
    }
    let frames = mending::mended(frames, whole, reader);
    let ends: Vec<bool> = signs::ends_of_sentences(&frames, whole);
    let mut carrying = Carrying {
        reader,
        recipes,
        at: 0,
        given: Vec::new(),
        heading: Vec::new(),
        heading_stands_alone: false,
        starts: ends.clone(),
        goes_on: signs::led_by_and(&frames, whole),
        last_intent: String::new(),
        made: Vec::new(),
        begun: 0,
        shared_due: None,
        chained: false,
        announced: None,
        put_off: Vec::new(),
        frames,
    };
    let mut link = Link::And;
    for (at, new_sentence) in ends.into_iter().enumerate() {
        carrying.at = at;
        let frame = carrying.frames[at].clone();
        let around = AROUND.contains(&frame.intent.as_str());
        if !around {
            carrying.reader.follow(link, new_sentence && link == Link::And);
            link = Link::And;
            carrying.take_given();
            carrying.take_heading(new_sentence);
        }
        match carrying.one(&mut link) {
            Ok(true) | Err(Stop) => {}
            Ok(false) if frame.intent == "none" => outcome.beyond = true,
            Ok(false) => outcome.unread.push(join(&frame.tokens)),
        }
        carrying.reader.told.push(frame.tokens.clone());
    }
    carrying.given_last();
    carrying.order_what_was_put_off();
    outcome
}

impl Carrying<'_, '_> {
    fn frame(&self) -> Frame {
        self.frames[self.at].clone()
    }

    /// Puts what was told before into the frame at hand, where it has nothing of the sort itself.
    fn take_given(&mut self) {
        let given = std::mem::take(&mut self.given);
        let frame = &mut self.frames[self.at];
        let own = frame.parts.len();
        for part in given {
            let alike = |other: &Part| other.role == part.role;
            // "I met Anouk and Félix": one list
            let goes_on = |other: &Part| alike(other) && other.at + other.tokens.len() + 1 == part.at;
            let (own, told) = frame.parts.split_at(own);
            // "could you put it on his list": whom the pronoun means
            let his = part.role == "person"
                && own.iter().any(|own| own.role == "ref" && frame::is_person_pronoun(&own.tokens));
            if !his && !own.iter().any(alike) && (!told.iter().any(alike) || told.iter().any(goes_on)) {
                frame.parts.push(part);
            }
        }
    }

    /// Gives a task what was told for it and its like ahead of them.
    fn take_heading(&mut self, new_sentence: bool) {
        let next = self.frames.get(self.at + 1).map(|next| next.intent.clone()).unwrap_or_default();
        let rest = self.frames.get(self.at + 1..).unwrap_or_default();
        let wish = rest.iter().find(|frame| !AROUND.contains(&frame.intent.as_str()));
        let goes_on_with_tasks = wish.is_some_and(|wish| wish.intent == "task.create");
        let behind = rest.get(1).is_some_and(|behind| behind.intent == "task.create" && behind.has("title"));
        let frame = &mut self.frames[self.at];
        let titled = ["title", "name", "task", "body", "topic", "milestone", "idea"].iter().any(|role| frame.has(role));
        // "Ines gets two tasks in | a new project called Kiln: | …"
        let goes_on = matches!(next.as_str(), "task.create" | "idea.create" | "manual.step")
            || next == "project.create" && behind && !self.starts.get(self.at + 1).copied().unwrap_or(true);
        let made = matches!(frame.intent.as_str(), "task.create" | "manual.step");
        if frame.intent == "task.create" && !titled && goes_on && !frame.parts.is_empty() {
            self.heading.clone_from(&frame.parts);
            let announces =
                frame.says("tasks to-dos todos jobs") && frame.tokens.iter().any(|token| token.is_mark(":"));
            self.heading_stands_alone = self.starts.get(self.at + 1).copied().unwrap_or(false);
            frame.intent = "given".into();
            frame.parts.clear();
            // "three tasks for Ines: first …": what comes is one of them
            if announces
                && let Some(next) = self.frames.get_mut(self.at + 1).filter(|next| next.intent == "manual.step")
            {
                next.intent = "task.create".into();
            }
        } else if frame.intent == "task.create"
            && goes_on_with_tasks
            && tasks::shares_its_day(frame)
            && tasks::day_leads(frame)
        {
            // "three tasks, all due Friday: record it, and …"
            self.heading =
                frame.parts.iter().filter(|part| matches!(part.role.as_str(), "when" | "project")).cloned().collect();
        } else if new_sentence && !(self.heading_stands_alone && made) {
            self.heading.clear();
        } else if matches!(frame.intent.as_str(), "task.create" | "manual.step") {
            for part in &self.heading {
                let told = frame.has(&part.role) || part.role == "me" && frame.has("person");
                if !told {
                    frame.parts.push(part.clone());
                }
            }
        }
    }

    /// Carries out the frame at hand; says whether that could be done.
    fn one(&mut self, link: &mut Link) -> Reading {
        let mut frame = self.frame();
        if self.makes_it(&frame) {
            frame.intent = "task.create".into();
        }
        // "complete 'Renew lease' and open a new one": a task again
        let another = frame.says("one another") && !frame.says("project projects");
        if another && frame.intent == "project.create" && self.made.last().is_some_and(|thing| thing.kind == Kind::Task)
        {
            frame.intent = "task.create".into();
        }
        // "archive the ideas … and add a new one": an idea again
        let idea = self.made.last().is_some_and(|thing| thing.kind == Kind::Idea);
        if frame.intent == "task.create" && another && idea && !frame.says("task tasks to-do job") {
            frame.intent = "idea.create".into();
        }
        // "keep the idea around for reference"
        let keeps = frame.tokens.first().is_some_and(|token| token.is_any("keep leave hold"));
        if keeps && frame.intent == "idea.create" && self.last_intent == "idea_to_project" {
            frame.intent = "dont".into();
        }
        // "make my idea a project. The idea itself stays where it is"
        let stays = frame.has("keep") && frame.parts.iter().all(|part| matches!(part.role.as_str(), "keep" | "ref"));
        if stays && frame.intent == "idea_to_project" && self.last_intent == "idea_to_project" {
            frame.intent = "dont".into();
        }
        let frame = self.taken_for_what_it_is(frame);
        // "only if you get round to it"
        let idle = frame.tokens.first().is_some_and(|token| token.is_any("only if whenever when"));
        if frame.intent == "follow_up" && idle && !frame.has("person") && !frame.has("org") && frame.tokens.len() <= 9 {
            return Ok(true);
        }
        if frame.intent == "given" && (self.due_of_made(&frame)? || self.person_of_made(&frame)?) {
            return Ok(true);
        }
        if frame.intent == "message.send" && self.last_intent != "message.send" && !telling::sends(&frame) {
            // "Callum is on leave, so …" says something and sends nothing
            self.remember(&frame);
            return Ok(true);
        }
        let begun = self.reader.draft.steps.len();
        if !AROUND.contains(&frame.intent.as_str()) && !matches!(frame.intent.as_str(), "task.create" | "manual.step") {
            (self.shared_due, self.chained, self.announced) = (None, false, None);
        }
        let made = match frame.intent.as_str() {
            "project.create" => self.make_project(&frame)?,
            "project.milestones" => self.make_milestones(&frame)?,
            "task.create" => self.make_tasks(&frame)?,
            "manual.step" => self.make_manual(&frame)?,
            "idea.create" => self.make_ideas(&frame)?,
            "person.create" => self.make_people(&frame)?,
            "person.update" => self.change_person(&frame)?,
            "note.add" => self.make_notes(&frame)?,
            "reminder.set" => self.make_reminder(&frame)?,
            "calendar.schedule" => self.make_event(&frame)?,
            "message.send" => self.make_messages(&frame)?,
            "http.request" => self.make_http(&frame)?,
            "link.create" => self.make_links(&frame)?,
            "rename" => self.rename(&frame)?,
            "reschedule" => self.reschedule(&frame)?,
            "assign" => self.assign(&frame)?,
            "status" => self.set_status(&frame)?,
            "complete" => self.complete(&frame)?,
            "archive" => self.archive(&frame)?,
            "describe" => self.describe(&frame)?,
            "launch" => self.launch(&frame)?,
            "follow_up" => self.follow_up(&frame)?,
            "idea_to_project" => self.idea_to_project(&frame)?,
            "workflow" => self.workflow(&frame)?,
            "also" | "correct" => return self.also(&frame),
            "given" => {
                self.remember(&frame);
                return Ok(true);
            }
            "then" | "after" => {
                self.order(&frame, link);
                return Ok(true);
            }
            "before" => {
                // "before you archive the Attic project, add a note to it"
                for part in frame.parts.iter().filter(|part| matches!(part.role.as_str(), "project" | "task" | "idea"))
                {
                    if let Some(thing) = self.reader.certainly(&part.tokens, &[Kind::Project, Kind::Task, Kind::Idea]) {
                        self.reader.talk.about(&thing);
                    }
                }
                self.order_before(&frame);
                return Ok(true);
            }
            "parallel" if self.chains_what_was_made(&frame) => return Ok(true),
            "parallel" => {
                // "a noise measurement and [a vibration measurement that can run in parallel]": one more of them
                if self.last_intent == "task.create" && ["title", "task", "name"].iter().any(|role| frame.has(role)) {
                    let mut more = frame.clone();
                    more.parts.retain(|part| part.role != "ref");
                    if let Some(made) = self.make_tasks(&more)? {
                        self.made.extend(made);
                        self.reader.talk.group.clone_from(&self.made);
                    }
                }
                *link = Link::Parallel;
                return Ok(true);
            }
            "dont" => {
                self.forbid(&frame);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        let Some(made) = made else { return Ok(false) };
        let joins = self.last_intent == frame.intent
            && matches!(
                frame.intent.as_str(),
                "task.create" | "idea.create" | "person.create" | "project.create" | "manual.step"
            );
        if joins {
            self.made.extend(made);
        } else {
            self.made = made;
        }
        if self.chained && self.made.len() > 1 {
            crate::offline::intents::chain(self.reader, &self.made.clone());
        }
        // "it's called Bottlebrush and has recipe, pilot batch and release as milestones"
        if frame.intent == "project.create" && frame.has("milestone") {
            let mut more = frame.clone();
            more.parts.retain(|part| part.role == "milestone" || part.role == "when");
            more.intent = "project.milestones".into();
            self.make_milestones(&more)?;
        }
        if !self.made.is_empty() {
            self.reader.talk.group.clone_from(&self.made);
        }
        self.last_intent = frame.intent;
        self.begun = begun;
        Ok(true)
    }

    /// "create 'Repair the kiln' due Friday": what is not there yet can only be made.
    fn makes_it(&self, frame: &Frame) -> bool {
        matches!(frame.intent.as_str(), "reschedule" | "assign" | "complete" | "rename")
            && frame.tokens.iter().take(3).any(|token| token.is_any("create add open make new another"))
            && !frame.has("newname")
            && frame.first("task").is_some_and(|part| self.reader.certainly(&part.tokens, &ANYTHING).is_none())
    }
}

/// What an archive, a note or a link can be about.
const ANYTHING: [Kind; 5] = [Kind::Project, Kind::Task, Kind::Idea, Kind::Person, Kind::CalendarEntry];
