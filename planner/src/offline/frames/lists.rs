//! What belongs to which entry of a list, and days that come again.

use chrono::{Datelike, Months, NaiveDate};
use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part, is_person_pronoun},
};
use crate::offline::{
    draft::Thing,
    text::{Kind as TokenKind, Token, is_function_word},
    wording::stage_of,
};

/// "permits, rehearsal and show": the end of the list, where only what is before it was marked.
pub(super) fn last_of_list(frame: &Frame) -> Option<String> {
    let last = frame.all("milestone").last().filter(|_| frame.all("milestone").count() > 1)?;
    let behind = last.at + last.tokens.len();
    let rest = frame.tokens.get(behind.checked_sub(frame.from)?..)?;
    let (and, title) = rest.split_first()?;
    let plain = |token: &Token| {
        matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
            && (!is_function_word(&token.low) || token.is_any("of the"))
            && !token.is_any("milestones milestone stages phases steps each")
    };
    let alone = frame.parts.iter().all(|part| part.at < behind) && !title.is_empty() && title.len() <= 4;
    (and.is_any("and") && alone && title.iter().all(plain)).then(|| stage_of(title))
}

/// A frame that names a place for its tasks several times over, each before titles of its own, as one frame for each.
pub(super) fn by_place(frame: &Frame) -> Vec<Frame> {
    let place = |part: &&Part| {
        part.role == "project" || part.role == "ref" && part.tokens.len() > 1 && !is_person_pronoun(&part.tokens)
    };
    let mut places: Vec<usize> = frame.parts.iter().filter(place).map(|part| part.at).collect();
    places.sort_unstable();
    let titled = |from: usize, to: usize| frame.all("title").any(|part| (from..to).contains(&part.at));
    let ends: Vec<usize> = places.iter().skip(1).copied().chain([frame.to]).collect();
    let first = frame.all("title").map(|part| part.at).min();
    let apart = places.len() > 1
        && places.first() < first.as_ref()
        && places.first().is_some_and(|at| *at >= frame.from)
        && places.iter().zip(&ends).all(|(from, to)| titled(*from, *to));
    if !apart {
        return vec![frame.clone()];
    }
    let one = |(at, to): (usize, usize)| {
        let from = if Some(&at) == places.first() { frame.from } else { at };
        Frame {
            tokens: frame.tokens[from - frame.from..to - frame.from].to_vec(),
            parts: frame.parts.iter().filter(|part| (from..to).contains(&part.at)).cloned().collect(),
            from,
            to,
            ..frame.clone()
        }
    };
    places.iter().copied().zip(ends).map(one).collect()
}

/// "survey, | dig and pour": the last of a list of single words is two of them.
pub(super) fn apart(titles: &mut Vec<Part>) {
    let [.., before, last] = titles.as_slice() else { return };
    let single = before.tokens.len() == 1 && before.at + 2 == last.at;
    if let ([first, and, second], true) = (last.tokens.as_slice(), single)
        && and.is_any("and")
        && crate::offline::text::is_verb(&first.low)
        && crate::offline::text::is_verb(&second.low)
    {
        let one = Part { tokens: vec![first.clone()], ..last.clone() };
        let two = Part { tokens: vec![second.clone()], at: last.at + 2, ..last.clone() };
        titles.pop();
        titles.extend([one, two]);
    }
}

/// "one for the joiner's quote": the joiner's quote.
pub(super) fn without_count(title: &[Token]) -> Vec<Token> {
    match title {
        [one, joint, rest @ ..]
            if one.is_any("one another") && joint.is_any("for to") && !rest.is_empty() && title.len() > 2 =>
        {
            rest.to_vec()
        }
        // "then there's the rehearsal"
        [there, rest @ ..] if there.is_any("there's theres") && !rest.is_empty() => rest.to_vec(),
        _ => title.to_vec(),
    }
}

/// "on the 15th of each month", "every month on the 1st": which day.
pub(super) fn day_of_each_month(tokens: &[Token]) -> Option<u32> {
    let texts: Vec<String> = tokens.iter().flat_map(|token| crate::offline::rows::words(&token.text)).collect();
    let month = texts.windows(2).position(|pair| matches!(pair[0].as_str(), "each" | "every") && pair[1] == "month");
    // "at the end of each month"
    if let Some(at) = month
        && (texts[..at].ends_with(&["end".into(), "of".into()])
            || texts[..at].ends_with(&["last".into(), "day".into(), "of".into()]))
    {
        return Some(31);
    }
    let month = month.or_else(|| texts.iter().position(|word| word == "monthly"))?;
    let day = |word: &String| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let counted = matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th") && !digits.is_empty();
        digits.parse().ok().filter(|day| counted && (1..=31).contains(day)).or((word == "first").then_some(1))
    };
    texts[month.saturating_sub(3)..(month + 6).min(texts.len())].iter().find_map(day)
}

/// That day of each month from a day on; the last of the month where it has no such day.
pub(super) fn monthly(from: NaiveDate, day: u32) -> impl Iterator<Item = NaiveDate> {
    let first = from.with_day(1).unwrap_or(from);
    let of = move |months: u32| {
        let first = first.checked_add_months(Months::new(months))?;
        first.with_day(day).or_else(|| first.checked_add_months(Months::new(1))?.pred_opt())
    };
    (0..).map_while(of).skip_while(move |due| *due < from)
}

impl Carrying<'_, '_> {
    /// "the wristbands one": a task that this plan makes.
    pub(super) fn made_already(&self, title: &[Token], given: bool) -> Option<Thing> {
        // "windows, carpets and gutters; carpets are for Lachlan"
        let same = self.reader.certainly(title, &[Kind::Task]).filter(|task| {
            task.step().is_some()
                && crate::offline::rows::words(&task.label)
                    == crate::offline::rows::words(&crate::offline::text::join(title))
        });
        if given && same.is_some() && self.last_intent == "task.create" {
            return same;
        }
        // "the rota is Winnie's": of "draw up the rota"
        if given
            && title.len() <= 4
            && title.first().is_some_and(|token| {
                token.is_any("the that") || crate::offline::text::from_gerund(&token.low).is_some()
            })
            && let Some(like) = self.made_like(title).filter(|thing| thing.kind == Kind::Task)
        {
            return Some(like);
        }
        let [first, middle @ .., last] = title else { return None };
        if !first.is_any("the that") || !last.is_any("one") || middle.is_empty() {
            return None;
        }
        self.reader.certainly(middle, &[Kind::Task]).filter(|task| task.step().is_some())
    }

    /// "Puffin also gets a site visit": the project that the task is for, and what is left of its title.
    pub(super) fn owner_in_title(&self, title: &[Token]) -> Option<(Thing, Vec<Token>)> {
        let verb = title.iter().position(|token| token.is_any("gets needs has wants requires receives"))?;
        let name = title[..verb].split_last().map_or(&title[..verb], |(last, rest)| {
            if last.is_any("also too still now") { rest } else { &title[..verb] }
        });
        let project = self.reader.certainly(name, &[Kind::Project]).filter(|_| !name.is_empty())?;
        let rest = &title[verb + 1..];
        let article = rest.iter().take_while(|token| token.is_any("a an the also some")).count();
        (article < rest.len()).then(|| (project, rest[article..].to_vec()))
    }

    /// "link new to old": what this plan makes, and what was there before it.
    pub(super) fn new_and_old(&self, frame: &Frame) -> Vec<Thing> {
        let at = |words: &str| frame.tokens.iter().position(|token| token.is_any(words));
        let (Some(new), Some(old)) = (at("new newer"), at("old older existing")) else { return Vec::new() };
        let things = self.reader.talk.all_of(&[Kind::Project, Kind::Task, Kind::Idea]);
        let fresh = things.iter().rev().find(|thing| thing.step().is_some());
        let there = things.iter().rev().find(|thing| thing.step().is_none());
        let (Some(fresh), Some(there)) = (fresh.cloned(), there.cloned()) else { return Vec::new() };
        if new < old { vec![fresh, there] } else { vec![there, fresh] }
    }
}

/// "milestones: concept, pilot // due: 31 March": a day on a line of its own is that of the project, and of no entry.
pub(super) fn days_on_lines(frames: Vec<Frame>) -> Vec<Frame> {
    let apart = |frame: Frame| {
        let place = frame.first("when").filter(|_| frame.intent == "project.milestones").map(|part| part.at);
        let entries = frame.all("milestone").map(|part| part.at + part.tokens.len()).max();
        let (Some(day), Some(entries)) = (place, entries) else { return vec![frame] };
        let line = (entries..=day)
            .find(|at| frame.tokens.get(at - frame.from).is_some_and(|token| token.kind == TokenKind::Break));
        let Some(line) = line else { return vec![frame] };
        let said = &frame.tokens[line - frame.from..=day - frame.from];
        let due = |token: &Token| {
            token.is_any("due deadline") || token.low.starts_with("due") || token.low.starts_with("deadline")
        };
        let only = said.iter().all(|token| {
            due(token)
                || token.date().is_some()
                || token.is_any("date")
                || matches!(token.kind, TokenKind::Punct | TokenKind::Break)
        });
        if !only || !said.iter().any(due) {
            return vec![frame];
        }
        let (own, line_parts) = frame.parts.iter().cloned().partition(|part| part.at < line);
        let first = Frame { tokens: frame.tokens[..line - frame.from].to_vec(), parts: own, to: line, ..frame.clone() };
        let intent = "also".to_owned();
        let tokens = frame.tokens[line - frame.from..].to_vec();
        vec![first, Frame { intent, tokens, parts: line_parts, from: line, ..frame }]
    };
    frames.into_iter().flat_map(apart).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, mark},
        text::{join, tokens},
    };

    #[rstest]
    #[case("on the 15th of each month from January onwards", Some(15))]
    #[case("every month on the 3rd", Some(3))]
    #[case("on the first of every month starting in May", Some(1))]
    #[case("monthly, on the 20th", Some(20))]
    #[case("at the end of each month", Some(31))]
    #[case("the last day of every month from May on", Some(31))]
    #[case("on 15 January", None)]
    #[case("each two weeks apart", None)]
    fn a_day_of_each_month_is_read(#[case] text: &str, #[case] wanted: Option<u32>) {
        let calendar = Calendar { today: "2026-11-23".parse().unwrap() };
        assert_eq!(day_of_each_month(&mark(&tokens(text), calendar)), wanted);
        assert_eq!(day_of_each_month(&tokens(text)), wanted);
    }

    #[rstest]
    #[case("2027-01-01", 15, "2027-01-15 2027-02-15 2027-03-15")]
    #[case("2027-01-20", 15, "2027-02-15 2027-03-15 2027-04-15")]
    #[case("2027-01-01", 31, "2027-01-31 2027-02-28 2027-03-31")]
    fn months_follow_each_other(#[case] from: &str, #[case] day: u32, #[case] wanted: &str) {
        let days: Vec<String> = monthly(from.parse().unwrap(), day).take(3).map(|day| day.to_string()).collect();
        assert_eq!(days.join(" "), wanted);
    }

    #[rstest]
    #[case("one for the joiner's quote", "the joiner's quote")]
    #[case("one to rent tents", "rent tents")]
    #[case("another for the roof", "the roof")]
    #[case("one more look", "one more look")]
    fn a_count_is_no_part_of_a_title(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(join(&without_count(&tokens(text))), wanted);
    }
}
