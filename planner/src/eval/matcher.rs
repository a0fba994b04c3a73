//! Conditions on one value. Several in one matcher must all hold.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;

use super::{
    case::Texts,
    fit::Assigned,
    plan::{Meant, Plan},
    words::{day_and_time, distinct, has_words, is_present},
};

/// What a value has to be like.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Matcher {
    contains: Option<Texts>,
    contains_any: Option<Texts>,
    contains_all: Option<Texts>,
    not_contains: Option<Texts>,
    equals: Option<Value>,
    one_of: Option<Vec<Value>>,
    date: Option<NaiveDate>,
    date_any: Option<Vec<NaiveDate>>,
    date_between: Option<(NaiveDate, NaiveDate)>,
    not_before: Option<NaiveDate>,
    not_after: Option<NaiveDate>,
    time: Option<String>,
    time_between: Option<(String, String)>,
    refers_to: Option<Texts>,
    refers_to_all: Option<Vec<String>>,
    present: Option<bool>,
    absent: Option<bool>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    items: Option<Vec<BTreeMap<String, Self>>>,
    max_chars: Option<usize>,
    any_of: Option<Vec<Self>>,
}

impl Matcher {
    /// Whether it wants nothing to be there.
    pub(super) fn wants_nothing(&self) -> bool {
        self.absent == Some(true)
    }

    /// The keys, things and sorts that references are compared with.
    pub(super) fn names(&self) -> Vec<&String> {
        let own = self.refers_to.iter().flat_map(Texts::iter).chain(self.refers_to_all.iter().flatten());
        own.chain(self.any_of.iter().flatten().flat_map(Self::names)).collect()
    }

    /// Whether a value of a plan fulfils everything.
    pub(super) fn holds(&self, plan: &Plan<'_>, value: &Value, assigned: &Assigned<'_>) -> bool {
        let alternatives =
            self.any_of.as_ref().is_none_or(|any| any.iter().any(|one| one.holds(plan, value, assigned)));
        let absent = self.absent.is_none_or(|absent| is_present(value) != absent);
        alternatives && absent && self.holds_for_what_is_there(plan, value, assigned)
    }

    fn holds_for_what_is_there(&self, plan: &Plan<'_>, value: &Value, assigned: &Assigned<'_>) -> bool {
        if !is_present(value) {
            return self.present != Some(true) && !self.needs_a_value();
        }
        self.present != Some(false)
            && self.words_hold(&plan.text(value))
            && self.value_holds(value)
            && self.moment_holds(value)
            && self.references_hold(plan, value, assigned)
            && self.list_holds(plan, value, assigned)
    }

    /// Whether some condition cannot hold of nothing.
    fn needs_a_value(&self) -> bool {
        let words = self.contains.is_some() || self.contains_any.is_some() || self.contains_all.is_some();
        let exact = self.equals.is_some() || self.one_of.is_some() || self.max_chars.is_some();
        let day = self.date.is_some() || self.date_any.is_some() || self.date_between.is_some();
        let moment = self.not_before.is_some() || self.not_after.is_some();
        let time = self.time.is_some() || self.time_between.is_some();
        let references = self.refers_to.is_some() || self.refers_to_all.is_some();
        let list = self.min_items.is_some() || self.max_items.is_some() || self.items.is_some();
        words || exact || day || moment || time || references || list
    }

    fn words_hold(&self, text: &str) -> bool {
        let has = |words: &String| has_words(text, words);
        self.contains.as_ref().is_none_or(|all| all.iter().all(has))
            && self.contains_all.as_ref().is_none_or(|all| all.iter().all(has))
            && self.contains_any.as_ref().is_none_or(|any| any.iter().any(has))
            && self.not_contains.as_ref().is_none_or(|none| !none.iter().any(has))
    }

    fn value_holds(&self, value: &Value) -> bool {
        self.equals.as_ref().is_none_or(|wanted| same(value, wanted))
            && self.one_of.as_ref().is_none_or(|any| any.iter().any(|wanted| same(value, wanted)))
            && self.max_chars.is_none_or(|most| value.as_str().is_some_and(|text| text.trim().chars().count() <= most))
    }

    fn moment_holds(&self, value: &Value) -> bool {
        let moment = value.as_str().and_then(day_and_time);
        let day = |fits: &dyn Fn(NaiveDate) -> bool| moment.as_ref().is_some_and(|(day, _)| fits(*day));
        let time =
            |fits: &dyn Fn(&str) -> bool| moment.as_ref().and_then(|(_, time)| time.as_deref()).is_some_and(fits);
        self.date.is_none_or(|wanted| day(&|day| day == wanted))
            && self.date_any.as_ref().is_none_or(|any| day(&|day| any.contains(&day)))
            && self.date_between.is_none_or(|(first, last)| day(&|day| (first..=last).contains(&day)))
            && self.not_before.is_none_or(|first| day(&|day| day >= first))
            && self.not_after.is_none_or(|last| day(&|day| day <= last))
            && self.time.as_ref().is_none_or(|wanted| time(&|time| time == wanted))
            && self
                .time_between
                .as_ref()
                .is_none_or(|(first, last)| time(&|time| first.as_str() <= time && time <= last.as_str()))
    }

    fn references_hold(&self, plan: &Plan<'_>, value: &Value, assigned: &Assigned<'_>) -> bool {
        let values: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            one => vec![one],
        };
        let refers = |name: &String| values.iter().any(|value| means(plan, plan.meant(value), name, assigned));
        self.refers_to.as_ref().is_none_or(|any| any.iter().any(refers))
            && self.refers_to_all.as_ref().is_none_or(|all| all.iter().all(refers))
    }

    fn list_holds(&self, plan: &Plan<'_>, value: &Value, assigned: &Assigned<'_>) -> bool {
        let list = value.as_array();
        self.min_items.is_none_or(|least| list.is_some_and(|list| list.len() >= least))
            && self.max_items.is_none_or(|most| list.is_some_and(|list| list.len() <= most))
            && self.items.as_ref().is_none_or(|wanted| {
                let fits = |item: &BTreeMap<String, Self>, entry: &Value| {
                    entry.is_object()
                        && item.iter().all(|(field, matcher)| {
                            matcher.holds(plan, entry.get(field).unwrap_or(&Value::Null), assigned)
                        })
                };
                let rows: Vec<Vec<usize>> = wanted
                    .iter()
                    .map(|item| {
                        let entries = list.into_iter().flatten().enumerate();
                        entries.filter(|(_, entry)| fits(item, entry)).map(|(at, _)| at).collect()
                    })
                    .collect();
                distinct(&rows) == wanted.len()
            })
    }
}

/// Whether what a reference means is what a name stands for. An expected step without a step yet counts as possible.
pub(super) fn means(plan: &Plan<'_>, meant: Option<Meant<'_>>, name: &str, assigned: &Assigned<'_>) -> bool {
    let Some(meant) = meant else { return false };
    if let Some(action) = name.strip_prefix("action:") {
        return matches!(meant, Meant::Step(at) if plan.steps[at].action_type == action);
    }
    if let Some(kind) = name.strip_prefix("kind:") {
        return plan.kind(meant) == Some(kind);
    }
    if assigned.is_key(name) {
        return assigned.step(name).is_none_or(|step| plan.made_by(step) == Some(meant));
    }
    meant == Meant::Entity(name)
}

fn same(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(a), Value::String(b)) => {
            a.trim().trim_end_matches('/').to_lowercase() == b.trim().trim_end_matches('/').to_lowercase()
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => value == wanted,
    }
}
