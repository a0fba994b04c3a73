//! What the request has spoken of so far, so that "it", "him", "the two" and "that day" mean something.

use chrono::NaiveDate;
use domain::workspace::Kind;

use super::{
    draft::{Target, Thing},
    rows::{same_word, words},
};

/// Something the request spoke of.
#[derive(Clone, Debug)]
struct Mention {
    thing: Thing,
    /// Whether its clause is about it, rather than only naming it.
    main: bool,
}

/// A date that belongs to something: "the inspection on 10 December".
#[derive(Clone, Debug)]
struct KnownDate {
    words: Vec<String>,
    day: NaiveDate,
}

/// The conversation so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Talk {
    mentions: Vec<Mention>,
    dates: Vec<KnownDate>,
    last_day: Option<NaiveDate>,
    /// The day that was counted from another last.
    counted: Option<NaiveDate>,
    /// What the last clause that made something made.
    pub(crate) group: Vec<Thing>,
    /// The project that things without one belong to.
    pub(crate) project: Option<Thing>,
    /// The project that the sentence at hand puts its tasks in.
    pub(crate) place: Option<Thing>,
}

impl Talk {
    /// Notes that a clause is about a thing.
    pub(crate) fn about(&mut self, thing: &Thing) {
        self.mentions.push(Mention { thing: thing.clone(), main: true });
    }

    /// Notes that a clause names a thing.
    pub(crate) fn names(&mut self, thing: &Thing) {
        self.mentions.push(Mention { thing: thing.clone(), main: false });
    }

    pub(crate) fn day(&mut self, words_before: &str, day: NaiveDate) {
        self.dates.push(KnownDate { words: words(words_before), day });
    }

    /// What is called so is on that day, whatever was known of it before.
    pub(crate) fn now_on(&mut self, words_before: &str, day: NaiveDate) {
        let own = words(words_before);
        self.dates.retain(|known| known.words != own);
        self.dates.insert(0, KnownDate { words: own, day });
    }

    pub(crate) fn last_day(&mut self, day: NaiveDate) {
        self.last_day = Some(day);
    }

    pub(crate) fn counts(&mut self, day: NaiveDate) {
        self.counted = Some(day);
    }

    pub(crate) fn counted(&self) -> Option<NaiveDate> {
        self.counted
    }

    pub(crate) fn the_last_day(&self) -> Option<NaiveDate> {
        self.last_day
    }

    /// The one day that the request names.
    pub(crate) fn only_day(&self) -> Option<NaiveDate> {
        let first = self.dates.first()?.day;
        self.dates.iter().all(|known| known.day == first).then_some(first)
    }

    /// The day of what is called so.
    pub(crate) fn day_of(&self, event: &str) -> Option<NaiveDate> {
        let wanted: Vec<String> =
            words(event).into_iter().filter(|word| !super::text::is_function_word(word)).collect();
        let hits =
            |known: &KnownDate| wanted.iter().filter(|word| known.words.iter().any(|own| same_word(own, word))).count();
        let best = self.dates.iter().map(hits).max().filter(|most| *most > 0)?;
        self.dates.iter().find(|known| hits(known) == best).map(|known| known.day)
    }

    /// What "it" means: the last thing, not a person, that a clause before this one was about.
    pub(crate) fn it(&self) -> Option<&Thing> {
        let things = || self.mentions.iter().rev().filter(|mention| mention.thing.kind != Kind::Person);
        let main = things().find(|mention| mention.main);
        main.or_else(|| things().next()).map(|mention| &mention.thing)
    }

    /// The last thing of a kind that was made or spoken of.
    pub(crate) fn last_of(&self, kinds: &[Kind]) -> Option<&Thing> {
        let of_kind = || self.mentions.iter().rev().filter(|mention| kinds.contains(&mention.thing.kind));
        of_kind().find(|mention| mention.main).or_else(|| of_kind().next()).map(|mention| &mention.thing)
    }

    /// The very last thing of a kind that was spoken of, whether a clause was about it or only named it.
    pub(crate) fn latest(&self, kinds: &[Kind]) -> Option<&Thing> {
        self.mentions.iter().rev().map(|mention| &mention.thing).find(|thing| kinds.contains(&thing.kind))
    }

    /// Everything of these kinds, without repeats, in the order it came up.
    pub(crate) fn all_of(&self, kinds: &[Kind]) -> Vec<Thing> {
        let mut all: Vec<Thing> = Vec::new();
        for mention in &self.mentions {
            if kinds.contains(&mention.thing.kind) && !all.contains(&mention.thing) {
                all.push(mention.thing.clone());
            }
        }
        all
    }

    /// Whom "him", "her" or "them" means: the person of the latest clause that names any.
    pub(crate) fn last_person(&self) -> Option<&Thing> {
        let people = || {
            self.mentions
                .iter()
                .rev()
                .filter(|mention| mention.thing.kind == Kind::Person && mention.thing.target != Target::Me)
        };
        people().find(|mention| mention.main).or_else(|| people().next()).map(|mention| &mention.thing)
    }

    /// The last two different things that were spoken of: "the two", "both".
    pub(crate) fn last_two(&self) -> Option<(Thing, Thing)> {
        let mut seen: Vec<&Thing> = Vec::new();
        let counts = |mention: &&Mention| mention.thing.target != Target::Me && mention.thing.kind != Kind::Message;
        for mention in self.mentions.iter().rev().filter(counts) {
            if !seen.contains(&&mention.thing) {
                seen.push(&mention.thing);
            }
            if let [second, first] = seen[..] {
                return Some((first.clone(), second.clone()));
            }
        }
        None
    }

    /// Forgets a mention that turned out to be part of a text.
    pub(crate) fn is_empty(&self) -> bool {
        self.mentions.is_empty()
    }
}
