//! What is changed of things that are there: names, dates, people, status, texts; done and put away.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun},
    making::Made,
};
use crate::offline::{
    dates::{Role, shift, written},
    draft::Thing,
    make::{Change, Day},
    text::{Kind as TokenKind, Token, join},
    wording::{name_of, sentence_of},
};

const DATED: [Kind; 2] = [Kind::Task, Kind::Project];

impl Carrying<'_, '_> {
    pub(super) fn rename(&mut self, frame: &Frame) -> Made {
        let Some(new) = frame
            .words("newname")
            .or_else(|| frame.words("name"))
            .or_else(|| frame.words("title"))
            .map(<[Token]>::to_vec)
        else {
            return Ok(None);
        };
        // "get them together on Friday at ten, title 'Summer camp'"
        let named = frame.parts.iter().any(|part| matches!(part.role.as_str(), "project" | "task" | "idea" | "person"));
        if let Some(event) = self.made.last().filter(|thing| thing.kind == Kind::CalendarEntry && !named)
            && let Some(step) = event.step()
        {
            let step = &mut self.reader.draft.steps[step];
            step.params.insert("title".into(), plain_name(&new).into());
            step.title = format!("Schedule “{}”", plain_name(&new));
            return Ok(Some(vec![Thing { label: plain_name(&new), ..event.clone() }]));
        }
        let mut own = frame.clone();
        own.parts.retain(|part| !matches!(part.role.as_str(), "newname" | "name" | "title" | "when"));
        let things = self.targets(&own, &[Kind::Project, Kind::Task, Kind::Idea, Kind::Person])?;
        let Some(thing) = things.first().cloned() else { return Ok(None) };
        let name = plain_name(&new);
        let field = if matches!(thing.kind, Kind::Project | Kind::Person) { "name" } else { "title" };
        self.reader.change(&thing, Change::Text(field, name));
        if let Some(due) = self.due(frame)?.filter(|_| DATED.contains(&thing.kind)) {
            self.reader.change(&thing, Change::Text("due_date", written(due.0, due.1)));
        }
        Ok(Some(vec![thing]))
    }

    pub(super) fn reschedule(&mut self, frame: &Frame) -> Made {
        let things = self.targets(frame, &DATED)?;
        // "one day before that": before the day spoken of, not before its own
        let points = frame
            .tokens
            .iter()
            .filter(|token| token.date().is_some())
            .any(|token| token.low.split(' ').skip(1).any(|word| matches!(word, "that" | "then")));
        // "have the permit due on the Friday before it": before what was made just before
        let named = frame.has("task") || frame.has("project");
        let before_it = frame
            .tokens
            .iter()
            .filter(|token| token.date().is_some())
            .any(|token| token.low.ends_with("before it") || token.low.ends_with("after it"));
        let points = points
            || before_it && named && self.made.iter().any(|thing| thing.step().is_some() || !things.contains(thing));
        let spoken = points && self.reader.talk.the_last_day().is_some();
        if let Some(thing) = things.first().filter(|_| !spoken)
            && let Some(day) = self.reader.due_of(thing)
        {
            self.reader.talk.last_day(day);
        }
        let span = frame.span().or_else(|| {
            let told = frame.all("when").flat_map(|part| &part.tokens);
            told.into_iter().find_map(|token| if let TokenKind::Span(span) = token.kind { Some(span) } else { None })
        });
        // "push 'Book coach' back by a week and 'Reserve hostel' by three days": one for each
        if let Some(moved) = self.moved_each(frame, &things) {
            return Ok(Some(moved));
        }
        // "slips by two weeks", "push it back by one week"
        if let Some(span) = span.filter(|_| frame.dates().is_empty()) {
            let earlier = frame.says("earlier forward sooner ahead up");
            for thing in &things {
                let Some(due) = self.reader.due_of(thing) else { continue };
                let day = shift(due, span, earlier);
                self.reader.change(thing, Change::Text("due_date", written(day, None)));
            }
            return Ok(if things.is_empty() { None } else { Some(things) });
        }
        // "from 12 to 19 February": the last is the new one
        let last =
            frame.dates().iter().filter(|phrase| phrase.role == Role::From).find_map(|phrase| phrase.moment()?.until);
        let Some((day, time)) = last.map_or_else(|| self.due(frame), |day| Ok(Some((day, None))))? else {
            return if frame.has("person") || frame.has("me") { self.assign(frame) } else { Ok(None) };
        };
        if things.is_empty() {
            return Ok(None);
        }
        for thing in &things {
            self.reader.change(thing, Change::Text("due_date", written(day, time)));
        }
        Ok(Some(things))
    }

    /// Moves each of several things by the length of time that stands behind it.
    fn moved_each(&mut self, frame: &Frame, things: &[Thing]) -> Option<Vec<Thing>> {
        let lengths = frame.tokens.iter().filter_map(|token| match token.kind {
            TokenKind::Span(span) => Some(span),
            _ => None,
        });
        let lengths: Vec<_> = lengths.collect();
        if things.len() < 2 || lengths.len() != things.len() || !frame.dates().is_empty() {
            return None;
        }
        let earlier = frame.says("earlier forward sooner ahead up");
        for (thing, span) in things.iter().zip(lengths) {
            let day = shift(self.reader.due_of(thing)?, span, earlier);
            self.reader.change(thing, Change::Text("due_date", written(day, None)));
        }
        Some(things.to_vec())
    }

    pub(super) fn assign(&mut self, frame: &Frame) -> Made {
        // "Ines takes over all open tasks from Odd": who has had them says which ones
        let mut frame = frame.clone();
        let from = |part: &Part| frame.before(part).is_some_and(|token| token.is_any("from"));
        let had: Vec<usize> = frame.all("person").filter(|part| from(part)).map(|part| part.at).collect();
        if frame.has("set") && frame.all("person").count() > had.len() {
            let gave = |part: &&mut Part| part.role == "person" && had.contains(&part.at);
            frame.parts.iter_mut().filter(gave).for_each(|part| part.role = "old".into());
        }
        let frame = &frame;
        let mut own = frame.clone();
        let described = frame.set_range();
        // "give it to {old me}": whom it goes to
        let nobody = !own.parts.iter().any(|part| matches!(part.role.as_str(), "person" | "me"));
        let behind_to = |part: &Part| frame.before(part).is_some_and(|token| token.is_any("to for on"));
        for part in own.parts.iter_mut().filter(|part| part.role == "old" && nobody && behind_to(part)) {
            part.role = if part.tokens.iter().any(|token| token.is_any("me myself")) { "me" } else { "person" }.into();
        }
        // "Ines takes over the gate from Odd": who had it
        let several = own.all("person").count() > 1;
        let from = |part: &Part| frame.before(part).is_some_and(|token| token.is_any("from"));
        own.parts.iter_mut().filter(|part| part.role == "person" && several && from(part)).for_each(|part| {
            part.role = "old".into();
        });
        own.parts.retain(|part| part.role != "old" && !(described.contains(&part.at) && frame.has("set")));
        for part in frame.all("old") {
            if let Some(person) = self.reader.certainly(&part.tokens, &[Kind::Person]) {
                self.reader.talk.names(&person);
            }
        }
        let people = self.people(&own)?;
        let Some(person) = people.first().cloned() else {
            return if frame.dates().is_empty() { Ok(None) } else { self.reschedule(frame) };
        };
        let mut things_frame = frame.clone();
        things_frame.parts.retain(|part| {
            (part.role != "person" || described.contains(&part.at) && frame.has("set"))
                && part.role != "me"
                && !(part.role == "ref" && is_person_pronoun(&part.tokens))
        });
        let things = self.targets(&things_frame, &[Kind::Task])?;
        let due = self.due(frame)?;
        if things.is_empty() {
            return Ok(None);
        }
        let paired = people.len() == things.len() && people.len() > 1;
        for (index, thing) in things.iter().enumerate() {
            let who = if paired { people[index].clone() } else { person.clone() };
            self.reader.change(thing, Change::Points("assignee", who));
            if let Some(due) = due {
                self.reader.change(thing, Change::Text("due_date", written(due.0, due.1)));
            }
        }
        self.reader.talk.names(&person);
        Ok(Some(things))
    }

    /// Gives a task of the workspace another day or person.
    #[expect(clippy::unnecessary_wraps, reason = "all that carry out frames answer alike")]
    pub(super) fn change_task(&mut self, task: &Thing, due: Option<Day>, person: Option<&Thing>) -> Made {
        if let Some((day, time)) = due {
            self.reader.change(task, Change::Text("due_date", written(day, time)));
        }
        if let Some(person) = person {
            self.reader.change(task, Change::Points("assignee", person.clone()));
        }
        Ok((due.is_some() || person.is_some()).then(|| vec![task.clone()]))
    }

    pub(super) fn set_status(&mut self, frame: &Frame) -> Made {
        // "it mustn't start until she has signed": of what this plan makes, that says only what waits for what
        let not = frame.says("not mustn't can't cannot don't won't shouldn't never only");
        if not
            && frame.says("start started begin begun until before unless once after")
            && self.made.iter().any(|thing| thing.step().is_some())
        {
            return Ok(Some(Vec::new()));
        }
        // "the skylight, which remains open": nothing is changed by that
        if frame.says("remains stays") && !frame.says("it sure that") && !frame.says("should must shall") {
            return Ok(Some(Vec::new()));
        }
        let said: Vec<Token> = frame.all("status").flat_map(|part| part.tokens.clone()).collect();
        let words = if said.is_empty() { frame.tokens.clone() } else { said };
        // "reopen it, it is blocked again": the verb that asks says it
        let verb = frame.tokens.iter().find(|token| token.is_any("reopen resume unpause reactivate"));
        let asked =
            verb.filter(|_| words.len() < frame.tokens.len()).and_then(|verb| status_of(std::slice::from_ref(verb)));
        let said = asked.or_else(|| status_of(&words)).or_else(|| status_of(&frame.tokens));
        let Some(status) = said.or_else(|| status_of(&without_verbs(&words))) else { return Ok(None) };
        let things = self.targets(frame, &[Kind::Project, Kind::Task])?;
        if things.is_empty() {
            return Ok(None);
        }
        // "Cider Press goes on hold, Ginger Beer gets archived": one for each
        let each: Vec<Option<String>> = frame.all("status").map(|part| status_of(&part.tokens)).collect();
        let paired = each.len() == things.len() && each.len() > 1;
        for (index, thing) in things.iter().enumerate() {
            let own = each.get(index).cloned().flatten().filter(|_| paired);
            let status = own.unwrap_or_else(|| status.clone());
            if status.starts_with("archive") && thing.kind == Kind::Project {
                self.reader.archive(thing);
                continue;
            }
            let status = match (status.as_str(), thing.kind) {
                ("open", Kind::Project) => "active",
                ("active", Kind::Task) if frame.says("reopen reopened") => "open",
                (other, _) => other,
            };
            if thing.kind == Kind::Task && status == "done" {
                self.reader.complete(thing);
            } else {
                self.reader.change(thing, Change::Text("status", status.to_owned()));
            }
        }
        Ok(Some(things))
    }

    pub(super) fn complete(&mut self, frame: &Frame) -> Made {
        let things = self.targets(frame, &[Kind::Task])?;
        for thing in &things {
            self.reader.complete(thing);
        }
        Ok(if things.is_empty() { None } else { Some(things) })
    }

    pub(super) fn archive(&mut self, frame: &Frame) -> Made {
        let kinds: &[Kind] = if frame.says("idea ideas") && !frame.says("project projects") {
            &[Kind::Idea]
        } else {
            &[Kind::Project, Kind::Idea]
        };
        let things = self.targets(frame, kinds)?;
        for thing in &things {
            self.reader.archive(thing);
        }
        Ok(if things.is_empty() { None } else { Some(things) })
    }

    pub(super) fn describe(&mut self, frame: &Frame) -> Made {
        let Some(body) = frame.first("body").or_else(|| frame.first("title")).cloned() else { return Ok(None) };
        let mut own = frame.clone();
        own.parts.retain(|part| !matches!(part.role.as_str(), "title" | "name" | "newname"));
        let things = self.targets(&own, &[Kind::Idea, Kind::Project, Kind::Task])?;
        let text = sentence_of(&self.reader.spelled_text(&body.tokens));
        if let (Some(name), [thing]) = (frame.words("newname").map(plain_name), things.as_slice()) {
            let field = if thing.kind == Kind::Project { "name" } else { "title" };
            self.reader.change(thing, Change::Text(field, name));
        }
        for thing in &things {
            match thing.kind {
                Kind::Idea => self.reader.change(thing, Change::Text("body", text.clone())),
                // a task that is there has no text of its own to be changed
                Kind::Task if thing.step().is_none() => {
                    self.reader.make_note(thing, &text);
                }
                _ => self.reader.change(thing, Change::Text("description", text.clone())),
            }
        }
        Ok(if things.is_empty() { None } else { Some(things) })
    }
}

/// A new name as it was written.
pub(super) fn plain_name(tokens: &[Token]) -> String {
    // "so she's Fiona Guthrie from now on"
    let leads = tokens
        .iter()
        .take_while(|token| {
            token.kind == crate::offline::text::Kind::Word && token.is_any("she's he's it's they're that's")
        })
        .count();
    let tokens = if leads < tokens.len() { &tokens[leads..] } else { tokens };
    if let [only] = tokens { only.text.clone() } else { name_of(tokens) }
}

/// "get the status confirmed" is "confirmed".
fn without_verbs(words: &[Token]) -> Vec<Token> {
    let around =
        "get gets set put mark marked given the a its status state to as be is now may should must into on at of";
    words.iter().filter(|token| token.kind != TokenKind::Punct && !token.is_any(around)).cloned().collect()
}

/// Statuses by the words that say them; the first that is found counts.
const STATUSES: &[(&str, &str)] = &[
    (
        "on hold",
        "hold ice pause paused suspend suspended freeze frozen park parked shelve shelved backburner halt halted",
    ),
    ("delayed", "delayed late slipping behind"),
    ("blocked", "blocked stuck stalled"),
    ("cancelled", "cancel cancelled canceled abandon abandoned scrapped called off dropped"),
    ("at risk", "risk"),
    ("in review", "review"),
    ("in progress", "progress underway started ongoing begun in-progress doing working start"),
    ("waiting", "waiting pending"),
    ("not started", "unstarted"),
    ("planned", "planned planning"),
    ("open", "reopen reopened re-open open undone unfinished"),
    (
        "active",
        "active resume resumed reactivate reactivated revive revived restart restarted unpause unfreeze alive again back live running",
    ),
    ("on track", "track"),
    ("done", "done finished completed complete closed settled resolved sorted"),
    ("archived", "archived"),
    ("urgent", "urgent"),
    ("ready", "ready"),
    ("draft", "draft"),
];

/// The status that words say, in the words of the workspace.
pub(super) fn status_of(tokens: &[Token]) -> Option<String> {
    let negated = tokens.iter().any(|token| token.is_any("off not no longer lift"));
    let hold = tokens.iter().any(|token| token.is_any("hold ice"));
    if negated && hold {
        return Some("active".into());
    }
    if tokens.iter().any(|token| token.low == "not") && tokens.iter().any(|token| token.is_any("started")) {
        return Some("not started".into());
    }
    let said = tokens.iter().flat_map(|token| match token.kind {
        crate::offline::text::Kind::Quoted => crate::offline::text::tokens(&token.text),
        _ => vec![token.clone()],
    });
    // the first word that says one counts: "reopen it, it is blocked again"
    let found = said.into_iter().find_map(|token| {
        let says = |words: &str| token.is_any(words) || crate::offline::text::listed(&token.lemma, words);
        STATUSES.iter().find(|(_, words)| says(words))
    });
    found.map(|(status, _)| (*status).to_owned()).or_else(|| {
        let said = join(tokens).to_lowercase();
        (tokens.len() <= 2 && !said.is_empty()).then_some(said)
    })
}
