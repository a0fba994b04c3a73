//! Any sequence of commands leaves a thing in the workspace that is the fold of its events, and every change says
//! truly what was there before.

use cairn_domain::{
    decider::{Decider, Stamp},
    schema::EventFamily,
    testing,
    workspace::{Entity, EntityCommand, EntityDecider, EntityEvent, Kind},
};
use proptest::{collection, option, prelude::*, sample};
use serde_json::{Map, Value, json};

use crate::values::uuid;

fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let name = sample::select(&["title", "description", "status", "due_date", "admin", "tags", "colour"][..]);
    let value = prop_oneof![
        Just(Value::Null),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!("2026-12-01")),
        any::<bool>().prop_map(Value::from),
        Just(json!(["a", "b"])),
    ];
    collection::vec((name, value), 0..4)
        .prop_map(|entries| entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn command() -> impl Strategy<Value = EntityCommand> {
    let link = || sample::select(&["lnk_1", "lnk_2"][..]).prop_map(str::to_owned);
    let to = || sample::select(&["per_1", "prj_1"][..]).prop_map(|id| id.parse().expect("an entity id"));
    prop_oneof![
        2 => fields().prop_map(|mut fields| {
            fields.entry("title").or_insert(json!("a task"));
            EntityCommand::Create { kind: Kind::Task, fields }
        }),
        6 => (fields(), option::of(uuid()))
            .prop_map(|(fields, compensates)| EntityCommand::Change { fields, compensates }),
        1 => option::of(uuid()).prop_map(|compensates| EntityCommand::Archive { compensates }),
        2 => option::of(uuid()).prop_map(|compensates| EntityCommand::Restore { compensates }),
        2 => (link(), "[a-z]{0,4}", to(), option::of(uuid()))
            .prop_map(|(link, relation, to, compensates)| EntityCommand::Link { link, relation, to, compensates }),
        2 => (link(), option::of(uuid())).prop_map(|(link, compensates)| EntityCommand::Unlink { link, compensates }),
        1 => option::of(uuid()).prop_map(|compensates| EntityCommand::Withdraw { compensates }),
    ]
}

/// A change tells what was there; links are there once; null is never kept as a value.
fn check(before: Option<&Entity>, event: &EntityEvent, after: &Entity) {
    if let (EntityEvent::EntityChanged(changed), Some(before)) = (event, before) {
        assert!(!changed.changes.is_empty(), "a change changes something");
        for change in &changed.changes {
            assert_eq!(before.field(&change.field), &change.before);
            assert_ne!(change.before, change.after);
        }
    }
    assert!(after.fields.values().all(|value| !value.is_null()));
    assert_eq!(after.kind.check(&after.fields), []);
    for (place, link) in after.links.iter().enumerate() {
        assert!(after.links[..place].iter().all(|other| other.id != link.id), "link `{}` is there twice", link.id);
    }
}

proptest! {
    #![proptest_config(crate::cases(200))]

    #[test]
    fn no_order_of_commands_breaks_a_thing(commands in collection::vec(command(), 0..30)) {
        let context = testing::context();
        let stamp = Stamp::from(&context);
        let (mut entity, mut past) = (None, Vec::new());
        for command in commands {
            for event in EntityDecider::decide(&entity, command, &context).into_iter().flatten() {
                let before = entity.clone();
                EntityDecider::evolve(&mut entity, &event, &stamp);
                check(before.as_ref(), &event, entity.as_ref().expect("there is a thing after its first event"));
                past.push(event);
            }
        }
        let mut replayed = None;
        for event in &past {
            let read = EntityEvent::decode(event.type_name(), event.schema_version(), &event.encode());
            EntityDecider::evolve(&mut replayed, &read.expect("what was written can be read"), &stamp);
        }
        prop_assert_eq!(replayed, entity);
    }
}
