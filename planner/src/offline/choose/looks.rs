//! What there is to be said of a reading beside others of the same request: who read it, whether it leads to a plan, what
//! of the request it leaves over.

use std::collections::BTreeSet;

use super::{Looks, goes_out, same_as, slips};
use crate::offline::{
    candidate::{By, Candidate},
    draft::Target,
    rows::words,
    text::{Kind, Token, is_function_word, listed},
};

pub(super) const NAMES: [&str; 29] = [
    "is",
    "likeliest",
    "behind",
    "sure",
    "left-out",
    "plans",
    "asks",
    "asks-for-missing",
    "asks-which",
    "refuses",
    "beyond",
    "nothing",
    "unread",
    "doubts",
    "odd-titles",
    "recipe",
    "idea-to-project",
    "unnamed-launch",
    "agreed-deeds",
    "agreed-actions",
    "single-step",
    "steps",
    "uncovered",
    "people-unused",
    "rows-unused",
    "dates-unused",
    "orders",
    "orders-unheard",
    "only-sends",
];

/// All that there is to be said of each reading.
pub(in crate::offline) fn looks(candidates: &[Candidate<'_>]) -> Vec<Looks> {
    let same = same_as(candidates);
    let actions: Vec<Vec<&str>> = candidates.iter().map(Candidate::actions).collect();
    // how likely each is, as far as the learned reader is asked; the patterns count for as much as its likeliest
    let likely: Vec<f32> = candidates
        .iter()
        .map(|candidate| match candidate.by {
            By::Patterns => 1.0,
            By::Learned { behind, .. } => (-behind).exp(),
        })
        .collect();
    let agreed = |at: usize, same: &dyn Fn(usize) -> bool| -> f32 {
        let others = || (0..candidates.len()).filter(move |other| *other != at);
        let all: f32 = others().map(|other| likely[other]).sum();
        let with: f32 = others().filter(|other| same(*other)).map(|other| likely[other]).sum();
        if all > 0.0 { with / all } else { 0.0 }
    };
    (0..candidates.len())
        .map(|at| {
            let by_deeds = agreed(at, &|other| same[other] == same[at]);
            let by_actions = agreed(at, &|other| actions[other] == actions[at]);
            look(&candidates[at], by_deeds, by_actions)
        })
        .collect()
}

fn look(candidate: &Candidate<'_>, agreed_deeds: f32, agreed_actions: f32) -> Looks {
    let reader = &candidate.reader;
    let steps = candidate.steps();
    let (likeliest, behind, sure, left_out, half) = match candidate.by {
        By::Patterns => (0.0, 0.0, 0.0, 0.0, 0),
        By::Learned { behind, sure, left_out } => {
            (f32::from(behind <= 0.0), behind.min(8.0), sure, left_out, NAMES.len())
        }
    };
    let asks = |what: &str| reader.questions.iter().filter(|question| question.text.contains(what)).count();
    let which = asks("several that") + asks("more than one") + asks("Is “");
    let missing = asks("There is no");
    let nothing = steps.is_empty() && reader.questions.is_empty() && reader.refusals.is_empty() && !candidate.beyond;
    let recipe = reader.recipe.is_some() || steps.iter().any(|step| step.recipe.is_some());
    let only_sends = !steps.is_empty() && steps.iter().all(|step| goes_out(step.action));
    let orders: usize = steps.iter().map(|step| step.after.len()).sum();
    let said = [
        1.0,
        likeliest,
        behind,
        sure,
        left_out,
        f32::from(candidate.plans()),
        few(reader.questions.len(), 3),
        few(missing, 3),
        few(which, 3),
        few(reader.refusals.len(), 1),
        f32::from(candidate.beyond),
        f32::from(nothing),
        few(candidate.unread.len(), 3),
        few(reader.doubts, 3),
        few(odd_titles(candidate), 3),
        f32::from(recipe),
        f32::from(reader.undertaking.is_some() && !recipe),
        f32::from(reader.unnamed_launch),
        agreed_deeds,
        agreed_actions,
        f32::from(steps.len() == 1),
        few(steps.len(), 8),
        uncovered(candidate),
        few(people_unused(candidate), 3),
        few(rows_unused(candidate), 3),
        few(dates_unused(candidate), 3),
        few(orders, 4),
        few(ordering_words(candidate).saturating_sub(orders), 3),
        f32::from(only_sends),
    ];
    let mut looks = vec![0.0; 2 * NAMES.len()];
    looks[half..half + NAMES.len()].copy_from_slice(&said);
    looks.extend(slips::slips(candidate));
    looks
}

/// A count, of which more than so many say no more.
pub(super) fn few(count: usize, most: u8) -> f32 {
    u8::try_from(count).unwrap_or(u8::MAX).min(most).into()
}

/// Titles that no one gives to a task: "Each to start only after the previous one", "Ta".
fn odd_titles(candidate: &Candidate<'_>) -> usize {
    let odd = |title: &str| {
        let low = title.to_lowercase();
        let first = low.split_whitespace().next().unwrap_or_default();
        let names_none =
            listed(first, "each both all they them it also either neither every then which one once again");
        let says_more =
            ["each other", "previous one", " and a third", " and one for", "one after the other", "no order"];
        names_none && low.contains(' ') || low.chars().count() <= 2 || says_more.iter().any(|words| low.contains(words))
    };
    let titles = candidate.steps().iter().filter(|step| step.action == "task.create" && step.recipe.is_none());
    titles.filter(|step| step.params.get("title").and_then(serde_json::Value::as_str).is_some_and(odd)).count()
}

/// The share of the request's words with content that no step has in any of its words.
fn uncovered(candidate: &Candidate<'_>) -> f32 {
    let mut said: BTreeSet<String> = BTreeSet::new();
    for step in candidate.steps() {
        let params = serde_json::Value::Object(step.params.clone()).to_string();
        let labels = step.used().map(|thing| thing.label.as_str());
        for text in labels.chain([params.as_str(), step.title.as_str()]) {
            said.extend(words(text));
        }
    }
    let carries = |token: &&Token| {
        matches!(token.kind, Kind::Word | Kind::Quoted) && !is_function_word(&token.low) && token.low.len() > 2
    };
    let content: Vec<&Token> = candidate.reader.whole.iter().filter(carries).collect();
    let missing = content.iter().filter(|token| words(&token.low).iter().all(|word| !said.contains(word)));
    #[expect(clippy::cast_precision_loss, reason = "requests are short")]
    let share = missing.count() as f32 / content.len().max(1) as f32;
    share
}

/// How many people the request names that no step has to do with.
fn people_unused(candidate: &Candidate<'_>) -> usize {
    let used = |target: &Target| candidate.steps().iter().any(|step| step.used().any(|thing| thing.target == *target));
    candidate.reader.people_in_request().iter().filter(|person| !used(&person.target)).count()
}

/// How many things the request names in full that no step has to do with.
fn rows_unused(candidate: &Candidate<'_>) -> usize {
    let words: Vec<&str> = candidate.reader.whole.iter().map(|token| token.low.as_str()).collect();
    let used = |id: &str| {
        let points = |target: &Target| matches!(target, Target::Entity(own) if own == id);
        candidate.steps().iter().any(|step| step.used().any(|thing| points(&thing.target)))
    };
    let rows = candidate.reader.rows.iter().filter(|row| row.kind != domain::workspace::Kind::Person);
    let named = rows.filter(|row| {
        row.words.len() > 1
            && words.windows(row.words.len()).any(|found| found.iter().zip(&row.words).all(|(one, other)| one == other))
    });
    named.filter(|row| !used(&row.id)).count()
}

/// How many words of the request put one thing behind another.
fn ordering_words(candidate: &Candidate<'_>) -> usize {
    let orders = "then afterwards after once until finally thereafter subsequently before";
    candidate.reader.whole.iter().filter(|token| token.kind == Kind::Word && token.is_any(orders)).count()
}

/// How many days the request names beyond those that steps have.
fn dates_unused(candidate: &Candidate<'_>) -> usize {
    let named = candidate.reader.whole.iter().filter(|token| token.date().is_some()).count();
    let mut days: BTreeSet<String> = BTreeSet::new();
    for step in candidate.steps() {
        let texts = step.params.values().flat_map(|value| match value {
            serde_json::Value::Array(list) => list.iter().filter_map(|entry| entry.get("due_date")).collect(),
            other => vec![other],
        });
        let texts = texts.filter_map(serde_json::Value::as_str).filter(|text| text.starts_with("20"));
        days.extend(texts.map(|text| text.chars().take(16).collect::<String>()));
    }
    named.saturating_sub(days.len())
}
