//! Messages, notes, reminders, appointments and links.

use domain::workspace::Kind;

use super::{
    ANYTHING, Carrying,
    frame::{Frame, Part},
    making::Made,
    misread::sent_to_them,
    resolving::kind_of,
    surroundings,
};
use crate::offline::{
    dates::{Span, Unit, in_words, shift},
    draft::{Target, Thing},
    intents::message_text::{self, Tone, Wish},
    make::{Change, Day, TaskParts},
    text::{Token, capitalised, from_gerund, is_function_word, join},
    wording::{sentence_of, title_of},
};

impl Carrying<'_, '_> {
    pub(super) fn make_messages(&mut self, frame: &Frame) -> Made {
        // "invite Tariq to a walk-through on Wednesday at 4 pm": something in the calendar
        let timed = frame
            .tokens
            .iter()
            .filter_map(Token::date)
            .any(|date| date.moment().is_some_and(|moment| moment.time.is_some()));
        if timed && frame.tokens.first().is_some_and(|token| token.is_any("invite")) {
            let mut event = frame.clone();
            event.intent = "calendar.schedule".into();
            event.parts.iter_mut().filter(|part| part.role == "body").for_each(|part| part.role = "title".into());
            return self.make_event(&event);
        }
        let mut people = self.addressees(frame)?;
        // "send each of them a thank-you message", read as one text
        let mut own = frame.clone();
        if !frame.parts.iter().any(|part| part.role == "person" && (frame.from..frame.to).contains(&part.at))
            && let Some((pronoun, rest)) = frame.words("body").and_then(sent_to_them)
        {
            if people.is_empty() {
                people = self.reader.people(&[pronoun])?;
            }
            own.parts.iter_mut().filter(|part| part.role == "body").for_each(|part| part.tokens.clone_from(&rest));
        }
        let frame = &own;
        let people =
            if people.is_empty() { self.reader.talk.last_person().cloned().into_iter().collect() } else { people };
        if people.is_empty() {
            return Ok(None);
        }
        for person in &people {
            self.reader.talk.names(person);
        }
        // "ask him now, by message, whether …": what is asked, not when
        let says = |part: &&Part| {
            part.tokens.iter().any(|token| {
                token.kind != crate::offline::text::Kind::Punct
                    && !is_function_word(&token.low)
                    && !token.is_any("now today asap quickly message please")
            })
        };
        let part =
            frame.all("body").find(says).or_else(|| frame.first("body")).or_else(|| frame.first("topic")).cloned();
        let part = part.or_else(|| self.told_before(frame));
        let text = part.as_ref().map(|part| part.tokens.clone()).unwrap_or_default();
        let text = self.reader.spelled_text(&text);
        let intro = part.as_ref().map(|part| introduction(frame, part)).unwrap_or_default();
        let text = if text.first().is_some_and(|token| token.is_any("that to about whether if") && token.low == intro) {
            text[1..].to_vec()
        } else {
            text
        };
        let text = self.named_at_the_end(text);
        let mut wish = Wish { tone: tone(frame, &text), who: Vec::new(), intro, text: text.clone() };
        let bodies: Vec<Part> = frame.all("body").cloned().collect();
        let paired = bodies.len() == people.len() && people.len() > 1;
        let mut made = Vec::new();
        for (index, person) in people.into_iter().enumerate() {
            let text = match bodies.get(index).filter(|_| paired) {
                Some(part) => {
                    wish.intro = introduction(frame, part);
                    let lead = usize::from(part.tokens.len() > 1 && part.tokens[0].is_any("that to about whether if"));
                    self.reader.spelled_text(&part.tokens[lead..])
                }
                None => text.clone(),
            };
            let Some((subject, body)) = message_text::words(self.reader, &wish, &text, &person)? else {
                let id = format!("message-to-{}", crate::offline::rows::words(&person.label).join("-"));
                let Some(answer) = self.reader.answer(&id) else {
                    return Err(self.reader.ask(
                        id,
                        format!("What should the message to {} say?", person.label),
                        Vec::new(),
                    ));
                };
                made.push(self.reader.make_message(&person, "", &answer));
                continue;
            };
            made.push(self.reader.make_message(&person, &subject, &body));
        }
        Ok(Some(made))
    }

    pub(super) fn make_notes(&mut self, frame: &Frame) -> Made {
        let body = frame.first("body").or_else(|| frame.first("title")).cloned();
        // "complete the sign-off and note that on the Compliance project": what was just said
        let points = frame.tokens.windows(2).any(|pair| {
            pair[0].is_any("note notes jot record mention put add log write") && pair[1].is_any("that this it so")
        });
        let told = || {
            let before = self.frames[..self.at].iter().rev();
            before.into_iter().find(|told| !super::AROUND.contains(&told.intent.as_str())).map(|told| Part {
                role: "body".into(),
                tokens: told.tokens.clone(),
                at: told.from,
            })
        };
        // "write that on both"
        let only_points = |part: &Part| part.tokens.iter().all(|token| is_function_word(&token.low));
        let body = match body {
            Some(part) if only_points(&part) => self.told_before(frame).or(Some(part)),
            Some(part) => Some(part),
            None => self.told_before(frame).or_else(|| if points { told() } else { None }),
        };
        let Some(body) = body else { return Ok(None) };
        let mut about = self.targets(frame, &ANYTHING)?;
        if about.is_empty() {
            let spoken = self.reader.talk.it().or_else(|| self.reader.talk.last_person()).cloned();
            about.extend(spoken.or_else(|| self.reader.selected()));
        }
        if about.is_empty() {
            about.push(self.reader.thing(&[], &[Kind::Project, Kind::Task])?);
        }
        // "on Aldo that he moved, on the Vespa that the engine is back": a text for each
        let bodies: Vec<Part> = frame.all("body").cloned().collect();
        let paired = bodies.len() == about.len() && bodies.len() > 1;
        // "put the reason in a note: the turbine is stuck"
        let body = bodies
            .iter()
            .rev()
            .find(|part| frame.before(part).is_some_and(|token| token.is_mark(":")))
            .unwrap_or(&body);
        let mut made = Vec::new();
        for (index, thing) in about.iter().enumerate().filter(|(_, thing)| thing.target != Target::Me) {
            let own = bodies.get(index).filter(|_| paired).unwrap_or(body);
            let text = sentence_of(&self.reader.spelled_text(&own.tokens));
            self.reader.make_note(thing, &text);
            made.push(thing.clone());
        }
        Ok(Some(made))
    }

    pub(super) fn make_reminder(&mut self, frame: &Frame) -> Made {
        let text = frame.first("body").or_else(|| frame.first("title")).or_else(|| frame.first("topic")).cloned();
        let said = text.as_ref().map(|part| part.tokens.clone()).unwrap_or_default();
        // "…, I'd forget my own head otherwise": no text, where there is something it can be about
        let chat = said.first().is_some_and(|token| token.is_any("i'd i'm i"))
            && said.iter().any(|token| token.is_any("forget forgetful hopeless otherwise memory head sieve useless"))
            && self.made.iter().any(|thing| thing.step().is_some());
        let said = if chat { Vec::new() } else { said };
        let dated: Vec<Day> = {
            let mut days = Vec::new();
            let phrases = frame.dates();
            let several =
                phrases.iter().filter(|phrase| phrase.moment().is_none_or(|moment| moment.day.is_some())).count() > 1;
            if several {
                for phrase in phrases {
                    days.extend(self.reader.moment(&phrase)?);
                }
            } else {
                days.extend(self.at(frame)?);
            }
            days
        };
        if let Some(made) = self.remind_of_each(frame, &said) {
            return Ok(Some(made));
        }
        // "remind Tom on Friday to …" names him as a part; "remind me about the Mill project" names what it is about
        let named: Vec<Part> =
            frame.parts.iter().filter(|part| kind_of(&part.role).is_some() || part.role == "ref").cloned().collect();
        let mut about = None;
        for part in named {
            about = self.meant(&part, &ANYTHING)?.into_iter().next();
            if about.is_some() {
                break;
            }
        }
        if about.is_none() && !said.is_empty() {
            about = crate::offline::intents::reminders::about(self.reader, &said)?;
        }
        if about.is_none() && said.is_empty() {
            about = crate::offline::intents::reminders::about(self.reader, &[])?;
        }
        let days = if dated.is_empty() {
            vec![crate::offline::intents::reminders::without_a_day(self.reader, about.as_ref())]
        } else {
            dated
        };
        let about = match about {
            Some(thing) => thing,
            None if said.is_empty() => return Ok(None),
            None => {
                let title = title_of(&self.reader.spelled_out(&said));
                self.reader.make_task(&TaskParts {
                    title,
                    due: Some((days[0].0, None)),
                    admin: true,
                    ..TaskParts::default()
                })
            }
        };
        let message = crate::offline::intents::reminders::message(self.reader, &said, &about);
        for day in days {
            self.reader.make_reminder(&about, day, &message);
        }
        if about.kind == Kind::Person {
            self.reader.talk.names(&about);
        } else {
            self.reader.talk.about(&about);
        }
        Ok(Some(vec![about]))
    }

    pub(super) fn make_event(&mut self, frame: &Frame) -> Made {
        let people: Vec<Thing> = self.people(frame)?.into_iter().filter(|person| person.target != Target::Me).collect();
        let title = match frame.first("title").or_else(|| frame.first("topic")).or_else(|| frame.first("name")) {
            // "driving test": what it is called, and nothing to be done
            Some(part) if part.tokens.len() == 2 && from_gerund(&part.tokens[0].low).is_some() => {
                capitalised(&join(&part.tokens))
            }
            Some(part) => title_of(&self.reader.spelled_out(&part.tokens)),
            None => String::new(),
        };
        // "and we meet on 15 December": those who were spoken to
        let meets = people.is_empty() && frame.says("we us meet") && frame.says("meet meeting gather talk sit");
        let people = if meets { self.reader.talk.all_of(&[Kind::Person]) } else { people };
        let people: Vec<Thing> = people.into_iter().filter(|person| person.target != Target::Me).collect();
        let with = people.iter().map(|person| person.label.as_str()).collect::<Vec<_>>().join(" and ");
        let plain = crate::offline::rows::words(&title).len() <= 1 && !with.is_empty();
        let title = match (title.is_empty(), plain) {
            (true, _) if with.is_empty() && meets => "Meeting".to_owned(),
            (true, _) if with.is_empty() => return Ok(None),
            (true, _) => format!("Meeting with {with}"),
            (false, true) => format!("{title} with {with}"),
            (false, false) => title,
        };
        let minutes = frame
            .span()
            .and_then(Span::minutes)
            .or_else(|| frame.dates().iter().find_map(|phrase| phrase.moment().and_then(|moment| moment.minutes)));
        let at = match self.at(frame)? {
            Some(at) => at,
            None if self.reader.draft.steps.is_empty() => match self.reader.answer("when") {
                Some(answer) => crate::offline::intents::calendar::answered_day(self.reader, &answer)?,
                None => {
                    return Err(self.reader.ask(
                        "when".into(),
                        format!("When should “{title}” take place?"),
                        Vec::new(),
                    ));
                }
            },
            None => {
                let day = shift(self.reader.calendar.today, Span { count: 1, unit: Unit::WorkingDay }, false);
                self.reader.assume(format!("No day was given for “{title}”: it is put on {}.", in_words(day)));
                (day, chrono::NaiveTime::from_hms_opt(10, 0, 0))
            }
        };
        let mut made = Vec::new();
        for day in surroundings::days_of(frame, at) {
            made.push(self.reader.make_event(&title, day, minutes, &people));
        }
        Ok(Some(made))
    }

    pub(super) fn make_links(&mut self, frame: &Frame) -> Made {
        // "link Ines to the Roof project, link Roof to Tower": a wish for each
        let again = (1..frame.tokens.len()).find(|at| frame.tokens[*at].is_any("link connect"));
        if let Some((one, other)) = again.and_then(|at| frame.cut(at)) {
            self.make_links(&one)?;
            return self.make_links(&other);
        }
        let mut ends: Vec<Thing> = Vec::new();
        for part in frame
            .parts
            .iter()
            .filter(|part| kind_of(&part.role).is_some() || part.role == "ref" || part.role == "set")
            .cloned()
            .collect::<Vec<_>>()
        {
            // "link the projects to each other" is "link the projects"
            let behind = frame.tokens.get((part.at + part.tokens.len()).wrapping_sub(frame.from));
            let cut = part.tokens.len() == 1 && behind.is_some_and(|token| token.is_any("other another"));
            let mutual = part.tokens.iter().chain(behind.filter(|_| cut)).any(|token| token.is_any("other another"))
                && part.tokens.first().is_some_and(|token| token.is_any("each one to with"))
                && (part.tokens.len() > 1 || cut);
            if mutual && ends.len() > 1 {
                continue;
            }
            let plural = super::frame::is_plural_pronoun(&part.tokens);
            let nouns = [("projects", Kind::Project), ("tasks", Kind::Task), ("ideas", Kind::Idea)];
            let noun =
                nouns.iter().find(|(noun, _)| part.role == "ref" && part.tokens.iter().any(|token| token.is_any(noun)));
            if let Some((_, kind)) = noun {
                let all = self.reader.talk.all_of(&[*kind]);
                let fresh: Vec<Thing> = all.into_iter().filter(|thing| !ends.contains(thing)).collect();
                ends.extend(fresh);
                continue;
            }
            let one_of_two = part.tokens.iter().any(|token| token.is_any("one other another"));
            let found = if one_of_two && !part.tokens.iter().any(|token| token.is_any("first second last")) {
                match self.reader.talk.group.clone() {
                    group if group.len() > 1 => group,
                    _ => self.meant(&part, &ANYTHING)?,
                }
            } else if plural && part.role == "ref" {
                // a message that was sent to both is no end of a link
                let group: Vec<Thing> =
                    self.reader.talk.group.iter().filter(|thing| ANYTHING.contains(&thing.kind)).cloned().collect();
                // tasks that are called the same, one in each of several projects: those are meant
                let alike = group.len() > 1 && group.iter().all(|thing| thing.label == group[0].label);
                let group = if alike { self.reader.talk.all_of(&[Kind::Project]) } else { group };
                match group {
                    group if group.len() > 1 && !part.tokens.iter().any(|token| token.is_any("they their")) => group,
                    _ => self.reader.talk.last_two().map(|(a, b)| vec![a, b]).unwrap_or_default(),
                }
            } else {
                self.meant(&part, &ANYTHING)?
            };
            for thing in found {
                if !ends.contains(&thing) {
                    ends.push(thing);
                }
            }
        }
        if ends.is_empty() {
            ends.extend(self.new_and_old(frame));
        }
        // "two projects, connected with each other"
        if ends.is_empty() && frame.says("other another together") && self.made.len() > 1 {
            ends.clone_from(&self.made);
        }
        // "his colleague Halina is new and should be linked with him"
        if let [only] = ends.as_slice()
            && let Some(new) = self.made.last().filter(|thing| thing.kind == Kind::Person && thing.step().is_some())
        {
            let other = if only.target == new.target {
                let all = self.reader.talk.all_of(&[Kind::Person]);
                all.into_iter().rev().find(|person| person.target != new.target && person.target != Target::Me)
            } else {
                Some(only.clone())
            };
            ends = std::iter::once(new.clone()).chain(other).collect();
        }
        if ends.len() == 1 {
            let other = self
                .reader
                .undertaken()
                .or_else(|| self.reader.talk.it().cloned())
                .filter(|thing| thing.target != ends[0].target);
            let other = other.or_else(|| self.reader.selected());
            ends.extend(other.into_iter().filter(|thing| thing.target != Target::Me));
        }
        if ends.len() < 2 {
            return Ok(None);
        }
        // "hang it under Villa Rosa": a task that this plan makes belongs there
        if let [task, project] = ends.as_slice()
            && task.kind == Kind::Task
            && task.step().is_some()
            && project.kind == Kind::Project
            && frame.says("under in into inside within")
            && !frame.says("link linked connect")
        {
            self.reader.change(task, Change::Points("project", project.clone()));
            return Ok(Some(Vec::new()));
        }
        let relation = frame.words("relation").map(join);
        // "both of them to the project", "the task to Ana and to the project": what stands before "to" with what stands behind
        let is_end = |part: &&Part| kind_of(&part.role).is_some() || part.role == "ref" || part.role == "set";
        let places: Vec<usize> = frame.parts.iter().filter(is_end).map(|part| part.at).collect();
        let to = (frame.from..frame.to)
            .zip(&frame.tokens)
            .filter(|(_, token)| token.is_any("to with"))
            .map(|(at, _)| at)
            .find(|to| places.first().is_some_and(|first| to > first) && places.last().is_some_and(|last| to < last));
        let split = to.map(|to| {
            let behind = places.iter().filter(|at| **at > to).count();
            ends.len().saturating_sub(behind).clamp(1, ends.len() - 1)
        });
        match split {
            Some(split) => {
                let (left, right) = ends.split_at(split);
                for (a, b) in left.iter().flat_map(|a| right.iter().map(move |b| (a, b))) {
                    self.reader.make_link(a, b, relation.as_deref());
                }
            }
            // "attach to it the idea and our contact": both to the first
            None if frame.says("well") || ends.len() > 2 && leads_with_to(frame, places.first().copied()) => {
                for other in &ends[1..] {
                    self.reader.make_link(&ends[0], other, relation.as_deref());
                }
            }
            None => {
                for pair in ends.windows(2) {
                    self.reader.make_link(&pair[0], &pair[1], relation.as_deref());
                }
            }
        }
        let last = ends.first().filter(|thing| thing.kind != Kind::Person).cloned();
        for thing in ends.iter().chain(&last) {
            self.reader.talk.names(thing);
        }
        Ok(Some(Vec::new()))
    }
}

/// Whether words speak of telling, asking or sending at all.
pub(super) fn sends(frame: &Frame) -> bool {
    const SENDS: &str = "        tell say ask message msg mail email e-mail write send let inform notify text ping invite reply respond thank thanks         congratulate contact forward announce remind report brief update warn apologise apologize confirm share introduce         answer drop reach know hear word line note pass wish request cc explain find learn get give heads-up need hello hi         communicate pass nudge beg urge order instruct advise alert assure promise relay sms whatsapp call offer enquire         inquire query check memo letter greet sorry congratulations";
    frame.tokens.iter().any(|token| {
        token.kind == crate::offline::text::Kind::Quoted && !token.plain
            || token.is_mark(":")
            || token.is_any(SENDS)
            || crate::offline::text::listed(&token.lemma, SENDS)
    })
}

/// "attach to it …": the first end stands behind "to".
fn leads_with_to(frame: &Frame, first: Option<usize>) -> bool {
    let at = first.and_then(|first| first.checked_sub(frame.from));
    let before = at.and_then(|at| frame.tokens.get(..at)).unwrap_or_default();
    before.iter().rev().take(2).any(|token| token.is_any("to with"))
}

/// "that", "whether", "about": how the words of a message are introduced.
fn introduction(frame: &Frame, part: &Part) -> String {
    let words = "that about to whether if saying asking for of regarding re: on";
    let own = part.tokens.first().filter(|token| token.is_any("that whether if to about") && part.tokens.len() > 1);
    let before = frame.before(part).filter(|token| token.is_any(words) || token.is_mark(":"));
    let intro = own.or(before).map(|token| token.low.clone()).unwrap_or_default();
    if intro == ":" { "that".into() } else { intro }
}

fn tone(frame: &Frame, text: &[Token]) -> Tone {
    let lemma =
        |words: &str| frame.tokens.iter().take(8).any(|token| crate::offline::text::listed(&token.lemma, words));
    if lemma("thank") {
        Tone::Thank
    } else if lemma("congratulate") {
        Tone::Congratulate
    } else if lemma("apologise apologize") {
        Tone::Apologise
    } else if lemma("ask enquire inquire request query") {
        Tone::Ask
    } else if text.iter().all(|token| is_function_word(&token.low)) && lemma("send forward pass") {
        Tone::Send
    } else {
        Tone::Tell
    }
}
