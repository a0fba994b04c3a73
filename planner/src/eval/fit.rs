//! Which step of a plan is which of the expected ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    case::{Expect, Item, Texts, Variant},
    matcher::means,
    plan::Plan,
};

/// How many places are tried before a case is given up.
const MOST_TRIES: usize = 300_000;

/// The steps that expected ones were found in so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Assigned<'a> {
    keys: BTreeSet<&'a str>,
    steps: BTreeMap<&'a str, usize>,
}

impl<'a> Assigned<'a> {
    pub(super) fn is_key(&self, name: &str) -> bool {
        self.keys.contains(name)
    }

    pub(super) fn step(&self, key: &str) -> Option<usize> {
        self.steps.get(key).copied()
    }

    fn among(items: &'a [Item]) -> Self {
        Self { keys: items.iter().map(|item| item.key.as_str()).collect(), steps: BTreeMap::new() }
    }
}

/// Whether an action is one of these; `*` stands for anything.
pub(super) fn is_action<'a>(mut patterns: impl Iterator<Item = &'a str>, action: &str) -> bool {
    patterns.any(|pattern| match pattern.split_once('*') {
        None => pattern == action,
        Some((start, end)) => {
            action.len() >= start.len() + end.len() && action.starts_with(start) && action.ends_with(end)
        }
    })
}

/// Finds every expected step in a step of its own, in the order that is wanted.
///
/// # Errors
/// What is missing or in the wrong order, in a line.
pub(super) fn find_all(plan: &Plan<'_>, expect: &Expect) -> Result<(), String> {
    let items = &expect.must_have;
    let none = Assigned::among(items);
    let mut candidates: Vec<(&Item, Vec<usize>)> = Vec::with_capacity(items.len());
    for item in items {
        let fitting: Vec<usize> = (0..plan.steps.len()).filter(|step| fits(plan, item, *step, &none)).collect();
        if fitting.is_empty() {
            return Err(closest(plan, item, &none));
        }
        candidates.push((item, fitting));
    }
    // those with the fewest candidates first: wrong turns end early
    candidates.sort_by_key(|(_, fitting)| fitting.len());
    let mut search = Search { plan, expect, candidates, assigned: none, tries: 0, deepest: (0, String::new()) };
    if search.place(0) {
        return Ok(());
    }
    let (_, why) = search.deepest;
    Err(if search.tries > MOST_TRIES {
        "too many ways to read the plan".into()
    } else if why.is_empty() {
        "the expected steps cannot be told apart".into()
    } else {
        why
    })
}

struct Search<'a> {
    plan: &'a Plan<'a>,
    expect: &'a Expect,
    candidates: Vec<(&'a Item, Vec<usize>)>,
    assigned: Assigned<'a>,
    tries: usize,
    deepest: (usize, String),
}

impl Search<'_> {
    fn place(&mut self, nth: usize) -> bool {
        let Some((item, fitting)) = self.candidates.get(nth).map(|(item, fitting)| (*item, fitting.clone())) else {
            return true;
        };
        for step in fitting {
            if self.assigned.steps.values().any(|taken| *taken == step) {
                continue;
            }
            self.tries += 1;
            if self.tries > MOST_TRIES {
                return false;
            }
            self.assigned.steps.insert(&item.key, step);
            if let Some(why) = self.contradiction(&item.key) {
                if nth >= self.deepest.0 {
                    self.deepest = (nth, why);
                }
            } else if self.place(nth + 1) {
                return true;
            }
            self.assigned.steps.remove(item.key.as_str());
        }
        false
    }

    /// What is wrong now that a key has its step.
    fn contradiction(&self, key: &str) -> Option<String> {
        for (item, _) in &self.candidates {
            if let Some(step) = self.assigned.step(&item.key)
                && !fits(self.plan, item, step, &self.assigned)
            {
                return Some(format!("`{}` does not refer to what it should", item.key));
            }
        }
        let both = |(a, b): &(String, String)| {
            let touched = a == key || b == key;
            touched.then(|| Some((self.assigned.step(a)?, self.assigned.step(b)?))).flatten()
        };
        for pair in &self.expect.order {
            if let Some((first, second)) = both(pair)
                && !self.plan.comes_after(second, first)
            {
                let (first, second) = (self.plan.name(first), self.plan.name(second));
                return Some(format!("`{}` ({second}) does not come after `{}` ({first})", pair.1, pair.0));
            }
        }
        for pair in &self.expect.unordered {
            if let Some((one, other)) = both(pair)
                && (self.plan.comes_after(one, other) || self.plan.comes_after(other, one))
            {
                return Some(format!("`{}` and `{}` should not wait for each other", pair.0, pair.1));
            }
        }
        None
    }
}

fn fits(plan: &Plan<'_>, item: &Item, step: usize, assigned: &Assigned<'_>) -> bool {
    item.variants.iter().any(|variant| misfits(plan, variant, step, assigned).is_empty())
}

/// What of a step does not fit; only "action" when it does something else.
fn misfits(plan: &Plan<'_>, variant: &Variant, step: usize, assigned: &Assigned<'_>) -> Vec<String> {
    let own = &plan.steps[step];
    if !is_action(variant.action.iter().map(String::as_str), &own.action_type) {
        return vec!["action".into()];
    }
    let mut bad = Vec::new();
    for (names, matcher) in &variant.params {
        let holds = names.split('|').any(|name| {
            let values = plan.values(step, name);
            if matcher.wants_nothing() {
                return values.iter().all(|value| matcher.holds(plan, value, assigned));
            }
            values.iter().any(|value| matcher.holds(plan, value, assigned))
        });
        if !holds {
            bad.push(names.clone());
        }
    }
    if let Some(text) = &variant.text
        && !text.holds(plan, &Value::String(plan.words_of(&own.params)), assigned)
    {
        bad.push("text".into());
    }
    if let Some((a, b)) = &variant.links {
        let end = |name: &str, wanted: &Texts| {
            let meant = own.params.get(name).and_then(|value| plan.meant(value));
            wanted.iter().any(|wanted| means(plan, meant, wanted, assigned))
        };
        if !(end("from", a) && end("to", b) || end("from", b) && end("to", a)) {
            bad.push("links".into());
        }
    }
    bad
}

/// Why no step fits: the closest one, and what is wrong with it.
fn closest(plan: &Plan<'_>, item: &Item, assigned: &Assigned<'_>) -> String {
    let mut best: Option<(usize, Vec<String>)> = None;
    for step in 0..plan.steps.len() {
        for variant in &item.variants {
            let bad = misfits(plan, variant, step, assigned);
            if bad != ["action"] && best.as_ref().is_none_or(|(_, other)| bad.len() < other.len()) {
                best = Some((step, bad));
            }
        }
    }
    let actions: Vec<&str> =
        item.variants.iter().flat_map(|variant| variant.action.iter()).map(String::as_str).collect();
    let actions = actions.join(" or ");
    match best {
        None => format!("`{}`: no {actions} step", item.key),
        Some((step, bad)) => {
            format!("`{}` ({actions}): closest is {}, wrong: {}", item.key, plan.name(step), bad.join(", "))
        }
    }
}
