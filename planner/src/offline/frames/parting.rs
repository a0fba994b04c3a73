//! Several wishes that were taken for one.

use std::collections::BTreeSet;

use super::frame::{Frame, Part};
use crate::offline::text::{Kind as TokenKind, Token, is_determiner, is_verb};

/// "'Hold the meeting' moves to 3 May, so 'Print the agenda' is due two days before that": a wish for each thing.
pub(super) fn by_day(frame: Frame) -> Vec<Frame> {
    let thing = |part: &&Part| matches!(part.role.as_str(), "task" | "project" | "title");
    let days: Vec<usize> =
        (frame.from..).zip(&frame.tokens).filter(|(_, token)| token.date().is_some()).map(|(at, _)| at).collect();
    let mut starts: Vec<usize> = Vec::new();
    let things: Vec<&Part> = frame.parts.iter().filter(thing).collect();
    for (index, own) in things.iter().enumerate() {
        let next = things.get(index + 1).map_or(frame.to, |next| next.at);
        if days.iter().any(|day| (own.at..next).contains(day)) {
            starts.push(own.at);
        }
    }
    if frame.intent != "reschedule" || things.len() < 2 || starts.len() != things.len() || frame.has("set") {
        return vec![frame];
    }
    starts[0] = frame.from;
    let ends = starts.iter().skip(1).copied().chain([frame.to]);
    let one = |(from, to): (usize, usize)| Frame {
        tokens: frame.tokens[from - frame.from..to - frame.from].to_vec(),
        parts: frame.parts.iter().filter(|part| (from..to).contains(&part.at)).cloned().collect(),
        from,
        to,
        ..frame.clone()
    };
    starts.iter().copied().zip(ends).map(one).collect()
}

/// "auditions on Friday: Ines at nine, Odd at ten, 20 minutes each": a meeting for each, where each has a time of its own.
pub(super) fn by_time(frame: Frame) -> Vec<Frame> {
    let people = frame.all("person").map(|part| part.at).filter(|at| (frame.from..frame.to).contains(at));
    // parts that were put in later stand behind the others
    let people: Vec<usize> = people.collect::<BTreeSet<_>>().into_iter().collect();
    let as_it_stands = frame.tokens.len() == frame.to - frame.from;
    if frame.intent != "calendar.schedule" || people.len() < 2 || !as_it_stands {
        return vec![frame];
    }
    // "two hours with Ines …, and one hour with Odd …": how long each lasts stands before each
    let lasting: Vec<usize> = frame.all("duration").map(|part| part.at).collect::<BTreeSet<_>>().into_iter().collect();
    let before = |index: usize| index.checked_sub(1).map_or(frame.from, |before| people[before]);
    let own_length = lasting.len() == people.len()
        && lasting.iter().zip(&people).enumerate().all(|(index, (at, own))| before(index) <= *at && at < own);
    let starts = if own_length { lasting } else { people.clone() };
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([frame.to]).collect();
    let moments = |from: usize, to: usize| {
        let said = frame.tokens[from - frame.from..to - frame.from].iter();
        said.filter_map(Token::date).filter_map(crate::offline::dates::DatePhrase::moment)
    };
    let timed = |from: usize, to: usize| moments(from, to).any(|moment| moment.time.is_some());
    let on_a_day = |from: usize, to: usize| moments(from, to).any(|moment| moment.day.is_some());
    let each = |told: &dyn Fn(usize, usize) -> bool| {
        starts.iter().zip(&ends).all(|(from, to)| told(*from, *to)) && !told(frame.from, starts[0])
    };
    if !(each(&timed) || own_length && each(&on_a_day)) {
        return vec![frame];
    }
    let titles = frame.all("title").count();
    let (first, last) = (starts[0], people.len() - 1);
    let of = |index: usize| {
        let (from, to) = (starts[index], ends[index]);
        let own = |part: &&Part| {
            let role = part.role.as_str();
            let owned = matches!(role, "person" | "when")
                || own_length && role == "duration"
                || role == "title" && titles == people.len();
            (from..to).contains(&part.at) && owned
        };
        let head = |part: &&Part| {
            index == 0
                && (part.at < first
                    || part.role == "duration" && !own_length
                    || !matches!(part.role.as_str(), "person" | "when" | "duration") && part.at >= people[last])
        };
        let parts = frame.parts.iter().filter(|part| own(part) || head(part)).cloned().collect();
        let begin = if index == 0 { frame.from } else { from };
        let mut tokens = frame.tokens[begin - frame.from..to - frame.from].to_vec();
        if index == 0 && !own_length {
            // "…, 20 minutes each", said behind the last of them
            let behind = frame.tokens[people[last] - frame.from..].iter();
            tokens.extend(
                behind.filter(|token| matches!(token.kind, TokenKind::Span(_)) || token.is_any("each apiece")).cloned(),
            );
        }
        Frame { tokens, parts, from: begin, to, ..frame.clone() }
    };
    (0..people.len()).map(of).collect()
}

/// "milestones design and launch, add two tasks, print labels and book the hall": where the tasks begin that were taken for
/// milestones.
pub(super) fn tasks_apart(frame: Frame) -> Vec<Frame> {
    let announces = |part: &&Part| {
        let verb = part.tokens.first().is_some_and(|token| token.is_any("add put create make plus set and with"));
        let noun = part.tokens.last().is_some_and(|token| token.is_any("tasks to-dos todos jobs"));
        part.role == "milestone" && noun && (verb || part.tokens.len() <= 2)
    };
    let Some(start) = frame.parts.iter().find(announces) else { return vec![frame] };
    let (at, behind) = (start.at, start.at + start.tokens.len());
    let of = |from: usize, to: usize| Frame {
        tokens: frame.tokens[from - frame.from..to - frame.from].to_vec(),
        parts: frame.parts.iter().filter(|part| (from..to).contains(&part.at)).cloned().collect(),
        from,
        to,
        ..frame.clone()
    };
    let (milestones, mut tasks) = (of(frame.from, at), of(at, frame.to));
    tasks.parts.retain(|part| part.at >= behind && part.role != "ref");
    for part in tasks.parts.iter_mut().filter(|part| part.role == "milestone") {
        part.role = "title".into();
    }
    tasks.intent = "task.create".into();
    if tasks.has("title") && milestones.has("milestone") { vec![milestones, tasks] } else { vec![frame] }
}

/// "The form and the sheets can be prepared at the same time": work that was taken for news.
pub(super) fn same_time(frame: &mut Frame) {
    let modal = frame.tokens.iter().position(|token| token.is_any("can could may should must"));
    let Some(modal) = modal.filter(|modal| *modal > 0) else { return };
    let [_, be, done, rest @ ..] = &frame.tokens[modal..] else { return };
    let together = rest.iter().any(|token| token.is_any("simultaneously together parallel same"));
    let participle = done.lemma != done.low && is_verb(&done.lemma) && !done.is_any("done");
    let subject: Vec<Token> = frame.tokens[..modal].iter().filter(|token| !token.is_any("both")).cloned().collect();
    let there = subject.iter().any(|token| token.kind == TokenKind::Quoted || token.is_any("they these those tasks"));
    let told = matches!(frame.intent.as_str(), "given" | "parallel" | "none");
    if !(told && be.is_any("be") && participle && together) || there {
        return;
    }
    let lists = crate::offline::read::split_list(&subject);
    if lists.len() < 2 {
        return;
    }
    let verb = Token::new(done.lemma.clone(), TokenKind::Word, false);
    let at = frame.from;
    let lowered = |token: &Token| {
        if is_determiner(&token.low) {
            Token::new(token.low.clone(), TokenKind::Word, token.glued)
        } else {
            token.clone()
        }
    };
    let title = |words: Vec<Token>| Part {
        role: "title".into(),
        tokens: std::iter::once(verb.clone()).chain(words.iter().map(lowered)).collect(),
        at,
    };
    frame.parts.retain(|part| part.role == "when");
    frame.parts.extend(lists.into_iter().map(title));
    frame.intent = "task.create".into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::text::{join, tokens};

    /// "Ines at nine, Odd at ten", with the people in the order in which they are put in.
    fn meetings(people: [usize; 2], to: usize) -> Vec<Frame> {
        let calendar = crate::offline::dates::Calendar { today: chrono::NaiveDate::default() };
        let said = crate::offline::dates::mark(&tokens("Ines at 9:00, Odd at 10:00"), calendar);
        let person = |at: usize| Part { role: "person".into(), tokens: vec![said[at].clone()], at };
        let parts = people.map(person).into();
        by_time(Frame { intent: "calendar.schedule".into(), tokens: said, parts, from: 0, to, sure: 1.0 })
    }

    #[test]
    fn people_with_times_of_their_own_meet_one_by_one_in_whatever_order_they_were_put_in() {
        for people in [[0, 3], [3, 0]] {
            let told: Vec<String> = meetings(people, 5).iter().map(|frame| join(&frame.tokens)).collect();
            assert_eq!(told, ["Ines at 9:00,", "Odd at 10:00"]);
        }
    }

    #[test]
    fn a_wish_whose_words_were_changed_is_not_parted() {
        assert_eq!(meetings([0, 3], 9).len(), 1);
    }
}
