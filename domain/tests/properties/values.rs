//! Random values: texts, JSON, moments, ids, actors.

use cairn_domain::{
    actor::{Actor, ActorKind},
    ids::{EntityId, StepId},
    workspace::Kind,
};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::{collection, option, prelude::*, sample};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Printable text of any script, up to 24 characters.
pub(crate) fn text() -> impl Strategy<Value = String> {
    "\\PC{0,24}"
}

/// Any JSON value, a few levels deep; null only inside.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinities", |number| number.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        let or_null = option::weighted(0.9, inner).prop_map(|value| value.unwrap_or(Value::Null));
        prop_oneof![
            collection::vec(or_null.clone(), 0..5).prop_map(Value::from),
            collection::vec((text(), or_null), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// So many lists inside each other.
pub(crate) fn nested(levels: usize) -> Value {
    (1..levels).fold(Value::Array(Vec::new()), |inner, _| Value::Array(vec![inner]))
}

/// A JSON object.
pub(crate) fn object() -> impl Strategy<Value = Map<String, Value>> {
    collection::vec((text(), json()), 0..5).prop_map(|entries| entries.into_iter().collect())
}

/// A moment between 1970 and 2100, to the nanosecond.
pub(crate) fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (0..4_102_444_800_i64, 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| {
        DateTime::from_timestamp(seconds, nanos).expect("the range holds only moments that exist")
    })
}

pub(crate) fn date() -> impl Strategy<Value = NaiveDate> {
    moment().prop_map(|at| at.date_naive())
}

pub(crate) fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

pub(crate) fn step_id() -> impl Strategy<Value = StepId> {
    "[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?".prop_map(|text| text.parse().expect("the pattern gives slugs only"))
}

pub(crate) fn entity_id() -> impl Strategy<Value = EntityId> {
    (sample::select(&Kind::ALL[..]), uuid()).prop_map(|(kind, uuid)| EntityId::new(kind.prefix(), uuid))
}

pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    sample::select(&Kind::ALL[..])
}

/// Anybody: people mostly.
pub(crate) fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        3 => sample::select(&["alex", "kim", "sam"][..]).prop_map(Actor::person),
        1 => sample::select(vec![
            Actor::executor(),
            Actor::system(),
            Actor::planner("offline"),
            Actor { kind: ActorKind::MachineToken, id: "ci".into() },
        ]),
    ]
}
