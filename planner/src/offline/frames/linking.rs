//! Links between things.

use domain::workspace::Kind;

use super::{ANYTHING, Carrying, frame::Frame, frame::Part, making::Made, resolving::kind_of};
use crate::offline::{
    draft::{Target, Thing},
    make::Change,
    text::{join, number_word},
};

impl Carrying<'_, '_> {
    /// What a link is between that names nothing: "link new to old", "two projects, connected with each other".
    fn ends_unsaid(&self, frame: &Frame) -> Vec<Thing> {
        let ends = self.new_and_old(frame);
        let mutual = ends.is_empty() && frame.says("other another together") && self.made.len() > 1;
        if mutual { self.made.clone() } else { ends }
    }

    /// "link that new one to the fair": what was made last.
    fn newest(&self, part: &Part) -> Option<Thing> {
        let fresh = part.tokens.iter().any(|token| token.is_any("new newest latter last"));
        self.made.last().filter(|thing| fresh && thing.step().is_some()).cloned()
    }

    /// "link them", "link it to both": the group spoken of, without what no link can be between.
    fn all_of_them(&self, part: &Part, ends: &[Thing]) -> Vec<Thing> {
        // a message that was sent to both is no end of a link
        let group: Vec<Thing> =
            self.reader.talk.group.iter().filter(|thing| ANYTHING.contains(&thing.kind)).cloned().collect();
        // tasks that are called the same, one in each of several projects: those are meant
        let alike = group.len() > 1 && group.iter().all(|thing| thing.label == group[0].label);
        let group = if alike { self.reader.talk.all_of(&[Kind::Project]) } else { group };
        let group = if group.len() > 1 { group } else { self.those_of_one_kind(part, ends) };
        match group {
            group if group.len() > 1 && !part.tokens.iter().any(|token| token.is_any("they their")) => group,
            _ => self.reader.talk.last_two().map(|(a, b)| vec![a, b]).unwrap_or_default(),
        }
    }

    /// "link it to each of the two": so many things of one kind that were spoken of last, none of them an end already.
    fn those_of_one_kind(&self, part: &Part, ends: &[Thing]) -> Vec<Thing> {
        let two = part.tokens.iter().any(|token| token.is_any("both pair")).then_some(2);
        let count = part.tokens.iter().find_map(|token| number_word(&token.low).filter(|count| *count > 1)).or(two);
        let Some(count) = count.and_then(|count| usize::try_from(count).ok()).filter(|_| !ends.is_empty()) else {
            return Vec::new();
        };
        let of = |kind: Kind| -> Vec<Thing> {
            let all = self.reader.talk.all_of(&[kind]).into_iter();
            all.filter(|thing| thing.target != Target::Me && !ends.contains(thing)).collect()
        };
        let mut groups = [Kind::Person, Kind::Task, Kind::Idea, Kind::Project].into_iter().map(of);
        groups.find(|all| all.len() >= count).map(|all| all[all.len() - count..].to_vec()).unwrap_or_default()
    }

    pub(super) fn make_links(&mut self, frame: &Frame) -> Made {
        // "link Ines to the Roof project, link Roof to Tower": a wish for each
        let again = (1..frame.tokens.len()).find(|at| frame.tokens[*at].is_any("link connect"));
        // "link Ines with the Roof project and Odd with Tower"
        let again = again.or_else(|| second_link(frame));
        if let Some((one, other)) = again.and_then(|at| frame.cut(at)) {
            self.make_links(&one)?;
            return self.make_links(&other);
        }
        let mut ends: Vec<Thing> = Vec::new();
        // where the words for each of them stand
        let mut said_at: Vec<usize> = Vec::new();
        for part in frame
            .parts
            .iter()
            .filter(|part| kind_of(&part.role).is_some() || part.role == "ref" || part.role == "set")
            .filter(|part| !named_just_behind(frame, part))
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
            let newest = self.newest(&part).filter(|_| one_of_two);
            let found = if let Some(newest) = newest {
                vec![newest]
            } else if one_of_two && !part.tokens.iter().any(|token| token.is_any("first second last")) {
                match self.reader.talk.group.clone() {
                    group if group.len() > 1 => group,
                    _ => self.meant(&part, &ANYTHING)?,
                }
            } else if plural && part.role == "ref" {
                self.all_of_them(&part, &ends)
            } else {
                self.meant(&part, &ANYTHING)?
            };
            for thing in found {
                if !ends.contains(&thing) {
                    ends.push(thing);
                    said_at.push(part.at);
                }
            }
        }
        if ends.is_empty() {
            ends.extend(self.ends_unsaid(frame));
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
            let each = if said_at.len() == ends.len() { &said_at } else { &places };
            let behind = each.iter().filter(|at| **at > to).count();
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

/// "link Ines with the Roof project | and Odd with Tower": where the second of two pairs begins.
fn second_link(frame: &Frame) -> Option<usize> {
    let is_end = |part: &&Part| kind_of(&part.role).is_some() || part.role == "ref";
    let mut ends: Vec<&Part> = frame.parts.iter().filter(is_end).collect();
    ends.sort_by_key(|part| part.at);
    let [one, other, third, fourth] = ends[..] else { return None };
    let between = |one: &Part, other: &Part, words: &str| {
        let (from, to) = ((one.at + one.tokens.len()).checked_sub(frame.from)?, other.at.checked_sub(frame.from)?);
        let said = frame.tokens.get(from..to)?;
        said.iter().any(|token| token.is_any(words)).then_some(from)
    };
    between(one, other, "with to and")?;
    between(third, fourth, "with to")?;
    let to = between(one, other, "with to").is_some();
    between(other, third, "and").filter(|_| to)
}

/// "our broker, Mr Castellane": what somebody is, with the name behind it.
fn named_just_behind(frame: &Frame, part: &Part) -> bool {
    let end = part.at + part.tokens.len();
    let named = |other: &Part| kind_of(&other.role).is_some() && other.at == end + 1;
    let comma = frame.tokens.get(end.wrapping_sub(frame.from)).is_some_and(|token| token.is_mark(","));
    part.role == "ref" && part.tokens.len() > 1 && comma && frame.parts.iter().any(named)
}

/// "attach to it …": the first end stands behind "to".
fn leads_with_to(frame: &Frame, first: Option<usize>) -> bool {
    let at = first.and_then(|first| first.checked_sub(frame.from));
    let before = at.and_then(|at| frame.tokens.get(..at)).unwrap_or_default();
    before.iter().rev().take(2).any(|token| token.is_any("to with"))
}
