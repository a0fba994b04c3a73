//! A frame: one thing that a request asks for, and the words that fill in its parts.

use crate::offline::{
    dates::{Anchor, DatePhrase, Role, Span, When},
    learned::tagged::Tagged,
    read::split_list,
    text::{Kind as TokenKind, Token},
};

/// Words that fill in a part.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) role: String,
    pub(super) tokens: Vec<Token>,
    /// Where it begins in the request's tokens.
    pub(super) at: usize,
}

/// One thing that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) intent: String,
    /// All its words.
    pub(super) tokens: Vec<Token>,
    pub(super) parts: Vec<Part>,
    /// Where it begins and ends in the request's tokens.
    pub(super) from: usize,
    pub(super) to: usize,
    /// How sure the reader is, 0 to 1.
    pub(super) sure: f32,
}

impl Frame {
    /// The frame of a span that was tagged; `whole` are the tokens of the request.
    pub(super) fn of(tagged: &Tagged, whole: &[Token]) -> Self {
        let parts = tagged.parts.iter().map(|part| Part {
            role: part.role.clone(),
            tokens: whole[part.from..part.to].to_vec(),
            at: part.from,
        });
        let parts = parts.flat_map(|part| without_date(&tagged.intent, part));
        Self {
            intent: tagged.intent.clone(),
            tokens: whole[tagged.from..tagged.to].to_vec(),
            parts: parts.filter(|part| !part.tokens.is_empty()).collect(),
            from: tagged.from,
            to: tagged.to,
            sure: tagged.sure,
        }
    }

    pub(super) fn all<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Part> {
        self.parts.iter().filter(move |part| part.role == role)
    }

    pub(super) fn first(&self, role: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    pub(super) fn words(&self, role: &str) -> Option<&[Token]> {
        self.first(role).map(|part| part.tokens.as_slice())
    }

    pub(super) fn has(&self, role: &str) -> bool {
        self.first(role).is_some()
    }

    /// Whether one of its words is one of these.
    pub(super) fn says(&self, words: &str) -> bool {
        self.tokens.iter().any(|token| token.is_any(words))
    }

    /// The dates that belong to the frame itself, not to the text of one of its parts.
    pub(super) fn dates(&self) -> Vec<DatePhrase> {
        self.dated().into_iter().map(|(_, phrase)| phrase).collect()
    }

    /// The same with their places. Where the frame has none of its own, those inside its parts count, unless they are
    /// part of what is told to somebody.
    pub(super) fn dated(&self) -> Vec<(usize, DatePhrase)> {
        let inside = |at: usize| {
            let holds = |part: &&Part| part.role != "when" && (part.at..part.at + part.tokens.len()).contains(&at);
            self.parts.iter().any(|part| holds(&part))
        };
        let all: Vec<(usize, DatePhrase)> = (self.from..self.to)
            .zip(&self.tokens)
            .filter_map(|(at, token)| Some((at, token.date()?.clone())))
            .collect();
        let mut found: Vec<(usize, DatePhrase)> = all.iter().filter(|(at, _)| !inside(*at)).cloned().collect();
        // "three weeks before the fair, which is on 17 April", "due 7 March because they come on the 8th"
        let aside = |from: usize, at: usize| {
            let between = &self.tokens[from - self.from..at - self.from];
            between.iter().any(|token| token.is_any("which because since whose as"))
                && !between.iter().any(|token| token.is_mark(".") || token.is_mark(";") || token.is_any("and"))
        };
        let kept: Vec<bool> = (0..found.len()).map(|at| at == 0 || !aside(found[at - 1].0, found[at].0)).collect();
        let mut kept = kept.into_iter();
        found.retain(|_| kept.next().unwrap_or(true));
        // parts that were told elsewhere
        for part in self.all("when").filter(|part| part.at < self.from || part.at >= self.to) {
            found.extend(part.tokens.iter().filter_map(|token| Some((part.at, token.date()?.clone()))));
        }
        // "Friday's market stall should become a task, due on the day"
        let of_itself = |phrase: &DatePhrase| matches!(&phrase.when, When::Shifted { span, from: Anchor::LastDate, .. } if span.count == 0);
        if let [(at, only)] = found.as_slice()
            && of_itself(only)
            && let Some(own) =
                all.iter().find(|(own, phrase)| own < at && phrase.moment().is_some_and(|told| told.day.is_some()))
        {
            return vec![own.clone()];
        }
        if found.is_empty() && !matches!(self.intent.as_str(), "message.send" | "note.add" | "describe" | "idea.create")
        {
            found = all;
        }
        // "each of the next three Fridays": a day for each
        found.into_iter().flat_map(|(at, phrase)| phrase.days().into_iter().map(move |day| (at, day))).collect()
    }

    /// Whether one of its phrases means several days: "each of the next three Fridays".
    pub(super) fn comes_again(&self) -> bool {
        let elsewhere = self.all("when").flat_map(|part| &part.tokens);
        self.tokens
            .iter()
            .chain(elsewhere)
            .filter_map(Token::date)
            .any(|phrase| matches!(phrase.when, When::Each { .. }))
    }

    /// Its words, and those of days that were told elsewhere.
    pub(super) fn all_words(&self) -> Vec<Token> {
        let elsewhere = self.all("when").filter(|part| part.at < self.from || part.at >= self.to);
        self.tokens.iter().chain(elsewhere.flat_map(|part| &part.tokens)).cloned().collect()
    }

    /// The first length of time.
    pub(super) fn span(&self) -> Option<Span> {
        let mut spans = self.tokens.iter().chain(self.all("duration").flat_map(|part| &part.tokens));
        spans.find_map(|token| if let TokenKind::Span(span) = token.kind { Some(span) } else { None })
    }

    /// Where the words are that describe several things: "all of Gustav's open tasks in Riverside".
    pub(super) fn set_range(&self) -> std::ops::Range<usize> {
        let owns = |part: &Part| {
            let behind = (part.at + part.tokens.len()).checked_sub(self.from);
            part.role == "person"
                && behind.and_then(|at| self.tokens.get(at)).is_some_and(|token| {
                    token.low == "'s" || self.has("set") && token.is_any("has have had still holds owns")
                })
                || part.role == "person" && self.has("set") && self.before(part).is_some_and(|token| token.low == "of")
        };
        // "whatever is open there and due before June gets moved to 4 June": the first day says which ones
        let last_day = self.all("when").map(|part| part.at).max();
        let by_day = |part: &Part| {
            let due = part.tokens.iter().find(|token| token.date().is_some());
            part.role == "when"
                && self.has("set")
                && last_day > Some(part.at)
                && (due.is_some_and(|token| token.low.starts_with("due "))
                    || self.before(part).is_some_and(|token| token.low == "due"))
        };
        let describes = |part: &&Part| {
            matches!(part.role.as_str(), "set" | "project" | "old" | "tag") || owns(part) || by_day(part)
        };
        let inside = |part: &&Part| (self.from..self.to).contains(&part.at);
        // "done everything on her list: please mark all her open tasks": told once more, so the last one counts
        let told_anew = |from: usize, to: usize| {
            self.tokens[from - self.from..to - self.from]
                .iter()
                .rposition(|token| {
                    token.is_mark(":") || token.is_mark(".") || token.is_mark(";") || token.is_any("please")
                })
                .map(|at| from + at + 1)
        };
        let sets: Vec<&Part> = self.all("set").filter(inside).collect();
        let begin = match sets.as_slice() {
            [first, .., last] if first.at < last.at => told_anew(first.at, last.at).unwrap_or(self.from),
            _ => self.from,
        };
        let parts = || self.parts.iter().filter(describes).filter(inside).filter(move |part| part.at >= begin);
        let mut from = parts().map(|part| part.at).min().unwrap_or(self.from);
        let to = parts().map(|part| part.at + part.tokens.len()).max();
        // "any task that Cathal still has open": the words before belong to it
        let leads = |token: &Token| {
            token.is_any("any every each all of the whatever everything anything tasks task to-dos things jobs that which on still")
        };
        let before: Vec<&Token> =
            self.tokens[begin - self.from..from - self.from].iter().rev().take_while(|token| leads(token)).collect();
        let opens = before.iter().rposition(|token| token.is_any("any every each all whatever everything anything"));
        if self.has("set")
            && let Some(opens) = opens
        {
            from -= opens + 1;
        }
        from..to.unwrap_or(from).min(self.to)
    }

    /// Two wishes of the same sort in one frame, the second from a place on; nothing when either names less than two things.
    pub(super) fn cut(&self, at: usize) -> Option<(Self, Self)> {
        let between = self.from + at;
        let of = |from: usize, to: usize| Self {
            tokens: self.tokens[from - self.from..to - self.from].to_vec(),
            parts: self.parts.iter().filter(|part| (from..to).contains(&part.at)).cloned().collect(),
            from,
            to,
            ..self.clone()
        };
        let (one, other) = (of(self.from, between), of(between, self.to));
        let ends = |frame: &Self| {
            frame
                .parts
                .iter()
                .filter(|part| matches!(part.role.as_str(), "person" | "project" | "task" | "idea" | "ref"))
                .count()
        };
        (ends(&one) > 1 && ends(&other) > 1).then_some((one, other))
    }

    /// The word before a part, when it stands in the frame.
    pub(super) fn before(&self, part: &Part) -> Option<&Token> {
        part.at.checked_sub(self.from + 1).and_then(|at| self.tokens.get(at))
    }
}

/// "Puffin due 30 January", "Gannet, by 3 May": a name and a day. A title keeps a day that may be part of it: "call Ana on Friday".
fn without_date(intent: &str, part: Part) -> Vec<Part> {
    let named = matches!(part.role.as_str(), "name" | "newname" | "project" | "title");
    let last = part.tokens.last().and_then(Token::date);
    let apart = last.is_some_and(|phrase| match (part.role.as_str(), phrase.role) {
        (_, Role::Due) | ("name" | "newname" | "project", Role::By | Role::Before | Role::Until) => true,
        ("title", Role::By | Role::Before) => intent == "project.create",
        _ => false,
    });
    if !named || !apart || part.tokens.len() < 2 {
        return vec![part];
    }
    let (name, date) = part.tokens.split_at(part.tokens.len() - 1);
    let idle = |token: &&Token| token.kind == TokenKind::Punct || token.is_any("is was it's and with which that's");
    let kept = name.len() - name.iter().rev().take_while(idle).count();
    let when = Part { role: "when".into(), tokens: date.to_vec(), at: part.at + name.len() };
    vec![Part { tokens: name[..kept].to_vec(), ..part }, when]
}

/// The entries of parts that may each be a list.
pub(super) fn entries<'a>(parts: impl Iterator<Item = &'a Part>) -> Vec<Vec<Token>> {
    parts.flat_map(|part| split_list(&part.tokens)).collect()
}

/// Whether words stand for somebody spoken of.
pub(super) fn is_person_pronoun(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.is_any("him her he she his hers he's she's"))
}

/// Whether words stand for several things spoken of.
pub(super) fn is_plural_pronoun(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| token.is_any("both them all two three four five these those each they pair lot everything"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{
        dates::{Calendar, mark},
        text::{join, tokens},
    };

    fn part(role: &str, text: &str) -> Part {
        let calendar = Calendar { today: "2026-11-23".parse().unwrap() };
        Part { role: role.into(), tokens: mark(&tokens(text), calendar), at: 0 }
    }

    #[rstest]
    #[case("name", "Alder due 4 January", &["Alder", "due 4 January"])]
    #[case("name", "Quay Lights, by 12 June", &["Quay Lights", "by 12 June"])]
    #[case("title", "order paint due Friday", &["order paint", "due Friday"])]
    #[case("title", "call Ines on Friday", &["call Ines on Friday"])]
    #[case("title", "order paint by Friday", &["order paint by Friday"])]
    #[case("body", "it is due Friday", &["it is due Friday"])]
    fn a_name_ends_before_its_day(#[case] role: &str, #[case] text: &str, #[case] wanted: &[&str]) {
        let parts: Vec<String> =
            without_date("task.create", part(role, text)).iter().map(|part| join(&part.tokens)).collect();
        assert_eq!(parts, wanted);
    }

    #[rstest]
    #[case("any task that Ines still has open goes to Odd", &[("old", "Ines"), ("set", "still has open")], "any task that Ines still has open")]
    #[case("hand over all of her open tasks", &[("set", "all of her open tasks")], "all of her open tasks")]
    #[case("move the date of every open task", &[("set", "every open task")], "every open task")]
    #[case("Ines did everything on her list: close all her open tasks", &[("set", "everything on her list"), ("set", "all her open tasks")], "all her open tasks")]
    fn a_set_is_all_the_words_that_describe_it(
        #[case] text: &str,
        #[case] said: &[(&str, &str)],
        #[case] wanted: &str,
    ) {
        let words = tokens(text);
        let parts = said.iter().map(|(role, words_said)| {
            let own = tokens(words_said);
            let starts = |at: &usize| words[*at..].iter().zip(&own).all(|(one, other)| one.low == other.low);
            let at = (0..words.len()).find(starts).unwrap();
            Part { role: (*role).into(), tokens: own, at }
        });
        let frame = Frame {
            intent: "assign".into(),
            parts: parts.collect(),
            from: 0,
            to: words.len(),
            sure: 1.0,
            tokens: words,
        };
        assert_eq!(join(&frame.tokens[frame.set_range()]), wanted);
    }
}
