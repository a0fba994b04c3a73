//! Which of two readings of a request is answered: that of the patterns, or that of the learned reader.
//!
//! Both find people and things in the same way, so both ask where a name is not clear. The patterns are sure of what they
//! know and grasp at straws otherwise; the learned reader knows less for certain and misreads less of what is new.
//! The numbers were chosen on requests that neither was made for.

use std::collections::BTreeMap;

use super::{frames::Outcome, reader::Reader, text::listed};
use crate::safety::RequestWords;

/// What there is to be said of a reading by patterns.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patterns {
    /// Clauses that were not understood.
    pub(super) unread: usize,
    /// Clauses that were taken for something to do only because nothing else fitted.
    pub(super) doubts: usize,
    /// Whether something was asked for that is none of the planner's business.
    pub(super) beyond: bool,
}

/// How sure the learned reader has to be where the patterns understood nothing or only a part.
const LIKELY: f32 = 0.6;
/// How sure where the patterns were in doubt and read something else.
const SURE: f32 = 0.75;
/// How sure where the patterns read everything without doubt.
const CERTAIN: f32 = 0.97;

/// Whether the learned reading is to be answered.
pub(super) fn trusts_the_learned(
    patterns: &Reader<'_>,
    told: Patterns,
    learned: &Reader<'_>,
    outcome: &Outcome,
    asked: &RequestWords,
) -> bool {
    let plans = !learned.draft.steps.is_empty() && learned.questions.is_empty() && learned.refusals.is_empty();
    if !plans || goes_out_unasked(learned, asked) {
        return false;
    }
    // nothing is put away on the word of one reader where the other asks or has read all
    let more_away = count_of(learned, ".archive") > count_of(patterns, ".archive");
    let understood = !patterns.draft.steps.is_empty() && told.unread == 0;
    let enough = if understood { CERTAIN } else { SURE };
    if more_away && (!patterns.questions.is_empty() || count_of(learned, ".archive") > 2 || outcome.sure < enough) {
        return false;
    }
    let whole = outcome.unread.is_empty();
    // where the patterns ask, a whole undertaking is no answer
    if !patterns.questions.is_empty() && has_recipe(learned) && !has_recipe(patterns) {
        return false;
    }
    let mostly = outcome.left_out * 4 <= outcome.words;
    if !patterns.questions.is_empty() {
        if makes_what_is_asked_about(patterns, learned) {
            return false;
        }
        return !asks_which_of_several(patterns) && (whole || told.unread > 0);
    }
    if patterns.draft.steps.is_empty() {
        // most of it has to be understood, and what leaves the workspace for certain
        let only_sends = learned.draft.steps.iter().all(|step| goes_out(step.action));
        if only_sends && outcome.sure < CERTAIN {
            return false;
        }
        return outcome.unread.len() < 2
            && patterns.refusals.is_empty()
            && (!told.beyond || whole && outcome.sure > CERTAIN);
    }
    if !whole || !mostly {
        return false;
    }
    // where the patterns see an undertaking, one or two steps are a part of it
    if undertakes(patterns) && !undertakes(learned) && learned.draft.steps.len() <= 2 {
        return false;
    }
    // an undertaking that the patterns see in a part of what the learned reader knows word for word
    let beside = has_recipe(patterns) && !has_recipe(learned) && stands_beside_others(patterns);
    if beside && outcome.left_out == 0 && outcome.sure > SURE && learned.draft.steps.len() > 1 {
        return true;
    }
    // an order that the patterns read, or an undertaking that only the learned reader sees
    let ordered = orders_in(patterns);
    let lost_order = told.unread == 0 && ordered > 0 && orders_in(learned) <= ordered;
    let only_sees = learned.recipe.is_some()
        && patterns.recipe.is_none()
        && (told.unread == 0 || outcome.sure < CERTAIN || learned.unnamed_launch);
    if lost_order || only_sees {
        return false;
    }
    let odd = odd_titles(patterns) > odd_titles(learned) || takes_a_place_for_somebody(patterns, learned);
    let doubted = told.unread + told.doubts > 0 || odd;
    let certain = outcome.sure > CERTAIN && outcome.left_out == 0;
    // a whole undertaking is planned for few words only when both think so
    let alike = patterns.undertaking.is_some() == learned.undertaking.is_some();
    match difference(patterns, learned) {
        // what is launched is better known by the one that has learned what names are
        Difference::None => {
            (told.unread > 0 || odd) && outcome.sure > SURE || certain && launches(patterns) && launches(learned)
        }
        Difference::LearnedHasMore => doubted && outcome.sure > LIKELY || certain && alike,
        Difference::PatternsHaveMore => doubted && outcome.sure > SURE,
        Difference::Both => doubted && outcome.sure > SURE || certain && alike,
    }
}

fn count_of(reader: &Reader<'_>, ending: &str) -> usize {
    reader.draft.steps.iter().filter(|step| step.action.ends_with(ending)).count()
}

fn launches(reader: &Reader<'_>) -> bool {
    reader.recipe.as_deref() == Some(super::recipes::LAUNCH) && !reader.unnamed_launch
}

/// Whether a whole undertaking was planned.
fn has_recipe(reader: &Reader<'_>) -> bool {
    reader.recipe.is_some() || reader.draft.steps.iter().any(|step| step.recipe.is_some())
}

/// Titles that no one gives to a task: "Each to start only after the previous one", "Ta".
fn odd_titles(reader: &Reader<'_>) -> usize {
    let odd = |title: &str| {
        let low = title.to_lowercase();
        let first = low.split_whitespace().next().unwrap_or_default();
        let names_none = listed(first, "each both all they them it also either neither every then which one");
        let says_more =
            ["each other", "previous one", " and a third", " and one for", "one after the other", "no order"];
        names_none && low.contains(' ') || low.chars().count() <= 2 || says_more.iter().any(|words| low.contains(words))
    };
    let titles = reader.draft.steps.iter().filter(|step| step.action == "task.create" && step.recipe.is_none());
    titles.filter(|step| step.params.get("title").and_then(serde_json::Value::as_str).is_some_and(odd)).count()
}

/// "New contact: Salma Nasser, Ochre Tiles": two people for the patterns, one and where she works for the learned reader.
fn takes_a_place_for_somebody(patterns: &Reader<'_>, learned: &Reader<'_>) -> bool {
    let said = |reader: &Reader<'_>, field: &str| -> Vec<String> {
        let people = reader.draft.steps.iter().filter(|step| step.action == "person.create");
        people.filter_map(|step| step.params.get(field)?.as_str().map(str::to_owned)).collect()
    };
    let names = said(patterns, "name");
    said(learned, "organisation").iter().any(|place| !place.is_empty() && names.contains(place))
}

/// Whether the patterns made things besides an undertaking: a project of their own before it, or messages and appointments.
fn stands_beside_others(reader: &Reader<'_>) -> bool {
    count_of(reader, "project.create") > 1
        || count_of(reader, "project.set_milestones") > 1
        || reader.draft.steps.iter().any(|step| matches!(step.action, "message.send" | "calendar.schedule"))
}

/// How often a step was told to come after another.
fn orders_in(reader: &Reader<'_>) -> usize {
    reader.draft.steps.iter().map(|step| step.after.len()).sum()
}

/// A name that several have is asked about whoever reads it.
fn asks_which_of_several(reader: &Reader<'_>) -> bool {
    reader.questions.iter().any(|question| {
        question.text.contains("several that")
            || question.text.contains("more than one")
            || question.text.contains("Is “")
    })
}

/// Whether a step of this action leaves the workspace.
fn goes_out(action: &str) -> bool {
    matches!(action, "message.send" | "http.request")
}

/// Whether a reader planned a whole undertaking, or a project out of an idea.
fn undertakes(reader: &Reader<'_>) -> bool {
    has_recipe(reader) || reader.undertaking.is_some()
}

/// "Set the Cormorant project to completed": what is not there is asked about and not made, unless the words say so.
fn makes_what_is_asked_about(patterns: &Reader<'_>, learned: &Reader<'_>) -> bool {
    let says_so = patterns.whole.iter().any(|token| token.is_any("new add create make open start begin another"));
    let missing = |name: &str| {
        patterns.questions.iter().any(|question| {
            question.text.starts_with("There is no") && question.text.to_lowercase().contains(&name.to_lowercase())
        })
    };
    !says_so
        && learned
            .draft
            .steps
            .iter()
            .filter(|step| matches!(step.action, "project.create" | "person.create"))
            .any(|step| step.params.get("name").and_then(serde_json::Value::as_str).is_some_and(missing))
}

/// Whether a step would leave the workspace although the request does not speak of that.
fn goes_out_unasked(reader: &Reader<'_>, asked: &RequestWords) -> bool {
    reader.draft.steps.iter().any(|step| goes_out(step.action) && !asked.ask_for(step.action, &step.params))
}

/// How the steps of two readings differ, by their actions.
enum Difference {
    None,
    LearnedHasMore,
    PatternsHaveMore,
    Both,
}

fn difference(patterns: &Reader<'_>, learned: &Reader<'_>) -> Difference {
    let mut counts: BTreeMap<&str, i32> = BTreeMap::new();
    for step in &patterns.draft.steps {
        *counts.entry(step.action).or_default() -= 1;
    }
    for step in &learned.draft.steps {
        *counts.entry(step.action).or_default() += 1;
    }
    match (counts.values().any(|count| *count > 0), counts.values().any(|count| *count < 0)) {
        (false, false) => Difference::None,
        (true, false) => Difference::LearnedHasMore,
        (false, true) => Difference::PatternsHaveMore,
        (true, true) => Difference::Both,
    }
}
