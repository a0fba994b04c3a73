//! Messages and notes.

use domain::workspace::Kind;

use super::{
    ANYTHING, Carrying,
    frame::{Frame, Part},
    making::Made,
    misread::sent_to_them,
    surroundings::names_a_figure,
};
use crate::offline::{
    draft::Target,
    intents::message_text::{self, Tone, Wish},
    text::{Token, is_function_word},
    wording::sentence_of,
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
        // "message Ines the reason: it failed its test": what stands behind the colon
        let behind_colon = |part: &&Part| frame.before(part).is_some_and(|token| token.is_mark(":"));
        let told = frame.all("body").skip(1).find(behind_colon);
        // "ask him now, by message, whether …": what is asked, not when
        let says = |part: &&Part| {
            part.tokens.iter().any(|token| {
                token.kind != crate::offline::text::Kind::Punct
                    && !is_function_word(&token.low)
                    && !token.is_any("now today asap quickly message please")
            })
        };
        let told = told.or_else(|| frame.all("body").find(says));
        let part = told.or_else(|| frame.first("body")).or_else(|| frame.first("topic")).cloned();
        let part = match part {
            // "84 tickets are sold …, and message Winnie the number"
            Some(part) if names_a_figure(&part.tokens) => self.figure_told().or(Some(part)),
            part => part.or_else(|| self.told_before(frame)).or_else(|| self.said_before(frame)),
        };
        let text = part.as_ref().map(|part| part.tokens.clone()).unwrap_or_default();
        let text = self.reader.spelled_text(without_place(&text));
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
            Some(part) if only_points(&part) => {
                self.told_before(frame).or_else(|| self.said_before(frame)).or(Some(part))
            }
            Some(part) => Some(part),
            None => {
                let said = self.told_before(frame).or_else(|| self.said_before(frame));
                said.or_else(|| if points { told() } else { None })
            }
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

/// "message Ines at the harbour office that all is ready": where somebody is, is not what is told.
fn without_place(text: &[Token]) -> &[Token] {
    let at_place =
        matches!(text, [at, article, ..] if at.is_any("at from of in over") && article.is_any("the our their a"));
    let that = text.iter().take(7).position(|token| token.is_any("that whether to")).filter(|_| at_place);
    that.map_or(text, |that| &text[that..])
}
