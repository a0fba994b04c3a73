//! The content hash stands for the content: the same for the same, another for another.

use cairn_domain::{
    action::{Catalogue, RetryPolicy},
    plan::{ContentHash, OnFailure, Policy, StepSpec, check_steps},
};
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use crate::{plans, values};

fn content() -> impl Strategy<Value = (Vec<StepSpec>, Policy)> {
    let with_any_params = |(steps, policy, extra): (Vec<_>, Policy, Map<String, Value>)| {
        let mut specs = check_steps(steps, Catalogue::builtin()).expect("random drafts are valid");
        // the hash must hold for any params, so they need not fit an action here
        for spec in &mut specs {
            spec.params["extra"] = Value::Object(extra.clone());
        }
        (specs, policy)
    };
    (plans::steps(1..6), plans::policy(), values::object()).prop_map(with_any_params)
}

/// The same value with the keys of its objects the other way round.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().rev().map(|(name, field)| (name.clone(), turned(field))).collect(),
        Value::Array(items) => items.iter().map(turned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Changes one thing about the content; `which` says to which step.
fn change(steps: &mut Vec<StepSpec>, policy: &mut Policy, how: u8, which: Index) {
    let place = which.index(steps.len());
    let step = &mut steps[place];
    match how {
        0 => step.title.push('!'),
        1 => step.description.push('!'),
        2 => step.params["one more"] = json!(1),
        3 => step.params = json!([step.params]),
        4 => step.requires_approval = !step.requires_approval,
        5 => {
            step.on_failure = match step.on_failure {
                None => Some(OnFailure::Stop),
                Some(_) => None,
            };
        }
        6 => step.retry = step.retry.xor(Some(RetryPolicy::once())),
        7 => step.timeout_seconds = Some(step.timeout_seconds.map_or(1, |seconds| seconds + 1)),
        8 => step.action_type.push('2'),
        9 => step.id = "another".parse().expect("a slug"),
        10 => match step.depends_on.pop() {
            Some(_) => {}
            None => step.depends_on.push("another".parse().expect("a slug")),
        },
        11 => {
            let copy = StepSpec { id: "another".parse().expect("a slug"), ..step.clone() };
            steps.push(copy);
        }
        12 => drop(steps.remove(place)),
        13 if steps.len() > 1 => steps.rotate_left(1),
        13 | 14 => policy.max_parallel += 1,
        15 => policy.approvals_required += 1,
        16 => policy.self_approval = !policy.self_approval,
        _ => {
            policy.on_failure = match policy.on_failure {
                OnFailure::Stop => OnFailure::Ask,
                OnFailure::Ask | OnFailure::Continue | OnFailure::Rollback => OnFailure::Stop,
            };
        }
    }
}

proptest! {
    #![proptest_config(crate::cases(200))]

    #[test]
    fn key_order_and_white_space_do_not_count((steps, policy) in content(), space in "[ \t\n]{1,3}") {
        let mut other = steps.clone();
        for step in &mut other {
            step.params = turned(&step.params);
            step.title = format!("{space}{}{space}", step.title.replace(' ', &space));
            step.description = format!("{space}{}{space}", step.description);
            step.depends_on.reverse();
        }
        prop_assert_eq!(ContentHash::of(&steps, &policy), ContentHash::of(&other, &policy));
    }

    #[test]
    fn any_change_of_content_changes_the_hash((steps, policy) in content(), how in 0..18_u8, which in any::<Index>()) {
        let before = ContentHash::of(&steps, &policy);
        let (mut steps, mut policy) = (steps, policy);
        change(&mut steps, &mut policy, how, which);
        prop_assert_ne!(before, ContentHash::of(&steps, &policy));
    }

    #[test]
    fn the_hash_outlives_being_written_down_and_read_again((steps, policy) in content()) {
        let written = serde_json::to_vec(&steps).expect("steps are JSON");
        let read: Vec<StepSpec> = serde_json::from_slice(&written).expect("what was written can be read");
        prop_assert_eq!(ContentHash::of(&steps, &policy), ContentHash::of(&read, &policy));
    }
}
