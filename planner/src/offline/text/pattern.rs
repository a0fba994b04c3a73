//! Patterns over tokens, so that a way of saying something is one readable line.
//!
//! `mark|tick {task} as? done|finished` is read from left to right. A word stands for itself in lower case; `~word` for
//! any form of that verb; `a|b` for either; a `?` behind makes it optional. `{name}` takes one or more tokens, `{name*}`
//! none or more, as few as lead to a match. `@date`, `@span`, `@quoted`, `@url`, `@number` and `@any` stand for one token.

use std::{collections::HashMap, ops::Range};

use super::{Kind, Token, lexicon::is_aside, verbs::inflected};

/// A way of saying something.
#[derive(Debug)]
pub struct Pattern {
    elements: Vec<Element>,
}

#[derive(Debug)]
enum Element {
    Words { forms: Vec<String>, verbs: Vec<String>, optional: bool },
    Class { class: Class, optional: bool },
    Slot { name: &'static str, may_be_empty: bool },
}

#[derive(Clone, Copy, Debug)]
enum Class {
    Date,
    Span,
    Quoted,
    Url,
    Number,
    Any,
}

impl Class {
    fn admits(self, token: &Token) -> bool {
        match self {
            Self::Date => matches!(token.kind, Kind::Date(_)),
            Self::Span => matches!(token.kind, Kind::Span(_)),
            Self::Quoted => matches!(token.kind, Kind::Quoted),
            Self::Url => matches!(token.kind, Kind::Url),
            Self::Number => matches!(token.kind, Kind::Number),
            Self::Any => true,
        }
    }
}

/// What the slots of a pattern took.
#[derive(Clone, Debug, Default)]
pub struct Captures {
    slots: Vec<(&'static str, Range<usize>)>,
    /// Where the match begins and ends.
    pub matched: Range<usize>,
}

impl Captures {
    /// The tokens of a slot; none when the slot is not in the pattern.
    pub fn get<'t>(&self, name: &str, tokens: &'t [Token]) -> &'t [Token] {
        self.range(name).map_or(&[], |range| &tokens[range])
    }

    /// The place of a slot.
    pub fn range(&self, name: &str) -> Option<Range<usize>> {
        self.slots.iter().find(|(slot, _)| *slot == name).map(|(_, range)| range.clone())
    }
}

impl Pattern {
    /// Reads a pattern.
    pub fn new(text: &'static str) -> Self {
        Self { elements: text.split_whitespace().map(element).collect() }
    }

    /// Matches all the tokens.
    pub fn whole(&self, tokens: &[Token]) -> Option<Captures> {
        self.run(tokens, 0, true)
    }

    /// Matches from the first token on; what follows the match is left.
    pub fn start(&self, tokens: &[Token]) -> Option<Captures> {
        self.run(tokens, 0, false)
    }

    /// Finds the first place that matches.
    pub fn find(&self, tokens: &[Token]) -> Option<Captures> {
        (0..tokens.len()).find_map(|from| self.run(tokens, from, false))
    }

    fn run(&self, tokens: &[Token], from: usize, whole: bool) -> Option<Captures> {
        let mut captures = Captures::default();
        let end = walk(&self.elements, tokens, (from, from), whole, &mut captures.slots)?;
        captures.matched = from..end;
        Some(captures)
    }
}

/// Many ways to begin, looked up by their first words.
#[derive(Debug)]
pub struct Phrases {
    patterns: Vec<Pattern>,
    by_word: HashMap<String, Vec<usize>>,
    by_verb: HashMap<String, Vec<usize>>,
    /// Those that any token can begin.
    open: Vec<usize>,
}

impl Phrases {
    /// Reads patterns.
    pub fn new(texts: &[&'static str]) -> Self {
        let patterns: Vec<Pattern> = texts.iter().map(|text| Pattern::new(text)).collect();
        let (mut by_word, mut by_verb, mut open) = (HashMap::new(), HashMap::new(), Vec::new());
        for (index, pattern) in patterns.iter().enumerate() {
            let mut must_begin = false;
            for element in &pattern.elements {
                let Element::Words { forms, verbs, optional } = element else { break };
                for form in forms {
                    by_word.entry(form.clone()).or_insert_with(Vec::new).push(index);
                }
                for verb in verbs {
                    by_verb.entry(verb.clone()).or_insert_with(Vec::new).push(index);
                }
                must_begin = !optional;
                if must_begin {
                    break;
                }
            }
            if !must_begin {
                open.push(index);
            }
        }
        Self { patterns, by_word, by_verb, open }
    }

    /// How many tokens the longest match from the first token on has; 0 when nothing matches.
    pub fn longest(&self, tokens: &[Token]) -> usize {
        let Some(first) = tokens.first() else { return 0 };
        let named = [self.by_word.get(&first.low), self.by_verb.get(&first.lemma), Some(&self.open)];
        let found = named.into_iter().flatten().flatten().filter_map(|index| self.patterns[*index].start(tokens));
        found.map(|found| found.matched.end).max().unwrap_or(0)
    }
}

fn element(text: &'static str) -> Element {
    if let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let may_be_empty = inner.ends_with('*');
        return Element::Slot { name: inner.trim_end_matches('*'), may_be_empty };
    }
    let (text, optional) = match text.strip_suffix('?') {
        Some(rest) if !rest.is_empty() => (rest, true),
        _ => (text, false),
    };
    let class = match text {
        "@date" => Some(Class::Date),
        "@span" => Some(Class::Span),
        "@quoted" => Some(Class::Quoted),
        "@url" => Some(Class::Url),
        "@number" => Some(Class::Number),
        "@any" => Some(Class::Any),
        _ => None,
    };
    if let Some(class) = class {
        return Element::Class { class, optional };
    }
    let (by_form, by_verb): (Vec<&str>, Vec<&str>) = text.split('|').partition(|word| !word.starts_with('~'));
    let owned = |words: Vec<&str>| -> Vec<String> {
        words.into_iter().map(|word| word.trim_start_matches('~').to_owned()).collect()
    };
    let verbs: Vec<String> = owned(by_verb);
    // whether the verb is in the lexicon or not
    let forms = owned(by_form).into_iter().chain(verbs.iter().flat_map(|verb| inflected(verb))).collect();
    Element::Words { forms, verbs, optional }
}

/// `place` is where the match began and where it has come to.
fn walk(
    elements: &[Element],
    tokens: &[Token],
    place: (usize, usize),
    whole: bool,
    slots: &mut Vec<(&'static str, Range<usize>)>,
) -> Option<usize> {
    let (begun, at) = place;
    let Some((first, rest)) = elements.split_first() else {
        return (!whole || at == tokens.len()).then_some(at);
    };
    let one = |fits: bool, optional: bool, slots: &mut Vec<_>| {
        let taken = if fits { walk(rest, tokens, (begun, at + 1), whole, slots) } else { None };
        let taken = taken.or_else(|| if optional { walk(rest, tokens, (begun, at), whole, slots) } else { None });
        let aside =
            || at > begun && tokens.get(at).is_some_and(|token| token.kind == Kind::Word && is_aside(&token.low));
        taken.or_else(|| if aside() { walk(elements, tokens, (begun, at + 1), whole, slots) } else { None })
    };
    match first {
        Element::Words { forms, verbs, optional } => {
            let fits = tokens.get(at).is_some_and(|token| {
                let is_text =
                    !matches!(token.kind, Kind::Quoted | Kind::Url | Kind::Email | Kind::Date(_) | Kind::Span(_));
                is_text && (forms.contains(&token.low) || verbs.contains(&token.lemma))
            });
            one(fits, *optional, slots)
        }
        Element::Class { class, optional } => {
            let fits = tokens.get(at).is_some_and(|token| class.admits(token));
            one(fits, *optional, slots)
        }
        Element::Slot { name, may_be_empty } => {
            let least = if *may_be_empty { at } else { at + 1 };
            for end in least..=tokens.len() {
                let before = slots.len();
                slots.push((name, at..end));
                if let Some(done) = walk(rest, tokens, (begun, end), whole, slots) {
                    return Some(done);
                }
                slots.truncate(before);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("mark 'Water plants' as done", Some("“Water plants”"))]
    #[case("mark the long list of things for Tom", None)]
    #[case("tick the long list finished", Some("the long list"))]
    fn slots_take_what_stands_between(#[case] text: &str, #[case] wanted: Option<&str>) {
        let pattern = Pattern::new("mark|tick {task} as? done|finished");
        let mut tokens = tokens(text);
        tokens.push(Token::new("!", Kind::Punct, true));
        let found = pattern.start(&tokens).filter(|found| found.matched.end + 1 == tokens.len());
        let task = found.map(|found| join(found.get("task", &tokens)).replace("Water plants", "“Water plants”"));
        assert_eq!(task.as_deref(), wanted);
    }

    #[test]
    fn phrases_give_their_longest_match() {
        let phrases = Phrases::new(&["could you", "could you please?", "also? ~book it", "{name} please"]);
        let longest = |text: &str| phrases.longest(&tokens(text));
        assert_eq!((longest("could you please go"), longest("also booking it now"), longest("go home")), (3, 3, 0));
        assert_eq!((longest("Ana please go"), longest("")), (2, 0));
    }

    #[test]
    fn any_form_of_a_verb_is_matched_by_its_base() {
        let pattern = Pattern::new("~move {thing} to @any");
        assert!(pattern.whole(&tokens("moving the fair to Friday")).is_some());
        assert!(pattern.whole(&tokens("removing the fair to Friday")).is_none());
    }
}
