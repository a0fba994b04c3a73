//! Whatever is told to a schedule, and however late: no due time leads to two plans, and none is forgotten.

use std::collections::BTreeSet;

use cairn_domain::{
    actor::Actor,
    decider::{Context, Decider, Stamp},
    ids::{PlanId, TemplateId},
    personal::Subject,
    schedule::{
        CatchUp, CreateSchedule, Due, Outcome, Rhythm, Schedule, ScheduleCommand, ScheduleDecider, ScheduleEvent,
        ScheduleFailed, ScheduleFired, ScheduleMissed, SchedulePaused, ScheduleRemoved, ScheduleResumed,
        TemplateScheduled,
    },
    testing,
};
use chrono::TimeDelta;
use proptest::{collection::vec, option::of, prelude::*, sample};

use crate::values::{entity_id, moment, object, text, uuid};

const RHYTHMS: [(&str, &str); 6] = [
    ("0 * * * *", "UTC"),
    ("30 2 * * *", "Europe/Berlin"),
    ("*/20 1-3 * * *", "Europe/Berlin"),
    ("0 9 * * mon", "America/New_York"),
    ("15 0 1 * *", "Asia/Kolkata"),
    ("45 1 * * sun", "Australia/Lord_Howe"),
];

fn rhythm() -> impl Strategy<Value = Rhythm> {
    sample::select(&RHYTHMS[..]).prop_map(|(cron, zone)| Rhythm::parse(cron, zone).expect("they are well-formed"))
}

fn catch_up() -> impl Strategy<Value = CatchUp> {
    sample::select(&[CatchUp::Last, CatchUp::None][..])
}

/// One strategy for each type of event, in their order.
pub(crate) fn schedule_events() -> Vec<BoxedStrategy<ScheduleEvent>> {
    let about = || {
        vec((text(), entity_id()), 0..3)
            .prop_map(|pairs| pairs.into_iter().filter_map(|(name, id)| Some((name, Subject::person(&id)?))).collect())
    };
    vec![
        (uuid(), of(any::<u32>()), rhythm(), object(), catch_up(), about())
            .prop_map(|(template, version, rhythm, arguments, catch_up, about)| {
                let template = TemplateId::new(template);
                TemplateScheduled { template, version, rhythm, arguments, catch_up, about }.into()
            })
            .boxed(),
        (moment(), uuid(), any::<u32>())
            .prop_map(|(due, plan, version)| ScheduleFired { due, plan: PlanId::new(plan), version }.into())
            .boxed(),
        (moment(), text(), text())
            .prop_map(|(due, code, message)| ScheduleFailed { due, code, message }.into())
            .boxed(),
        (moment(), moment(), any::<u32>())
            .prop_map(|(first, last, count)| ScheduleMissed { first, last, count }.into())
            .boxed(),
        text().prop_map(|reason| SchedulePaused { reason }.into()).boxed(),
        Just(ScheduleResumed {}.into()).boxed(),
        text().prop_map(|reason| ScheduleRemoved { reason }.into()).boxed(),
    ]
}

/// What somebody does to the schedule, so many minutes after the last.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// The runner looks, and records a plan or a failure for what is due; told twice when its answer was lost.
    Look {
        fails: bool,
        twice: bool,
    },
    Pause,
    Resume,
}

fn moves() -> impl Strategy<Value = Vec<(i64, Move)>> {
    let minutes = prop_oneof![0..3_i64, 0..90_i64, 0..20_000_i64];
    let one = prop_oneof![
        6 => (any::<bool>(), any::<bool>()).prop_map(|(fails, twice)| Move::Look { fails, twice }),
        1 => Just(Move::Pause),
        2 => Just(Move::Resume),
    ];
    vec((minutes, one), 1..40)
}

fn told(schedule: &mut Schedule, command: ScheduleCommand, context: &Context) -> Vec<ScheduleEvent> {
    let events = ScheduleDecider::decide(schedule, command, context).unwrap_or_default();
    for event in &events {
        schedule.evolve(event, &Stamp::from(context));
    }
    events
}

proptest! {
    #![proptest_config(crate::cases(200))]

    #[test]
    fn each_due_time_is_dealt_with_once(rhythm in rhythm(), catch_up in catch_up(), moves in moves()) {
        let mut context = testing::context();
        let mut schedule = Schedule::default();
        let create = CreateSchedule {
            template: TemplateId::new(uuid::Uuid::nil()),
            version: None,
            rhythm: rhythm.clone(),
            arguments: serde_json::Map::new(),
            catch_up,
            about: std::collections::BTreeMap::new(),
        };
        told(&mut schedule, ScheduleCommand::Create(Box::new(create)), &context);
        let (mut fired, mut settled) = (BTreeSet::new(), schedule.settled);
        for (minutes, one) in moves {
            context.now += TimeDelta::minutes(minutes);
            let events = match one {
                Move::Pause => told(&mut schedule, ScheduleCommand::Pause { reason: String::new() }, &context),
                Move::Resume => told(&mut schedule, ScheduleCommand::Resume, &context),
                Move::Look { fails, twice } => {
                    let command = match schedule.due(context.now) {
                        None => {
                            prop_assert!(schedule.next().is_none_or(|next| next > context.now), "nothing due is left");
                            continue;
                        }
                        Some(Due::Missed) => ScheduleCommand::RecordMissed { until: context.now },
                        Some(Due::Plan { due }) if fails => {
                            ScheduleCommand::RecordFailure { due, code: "x".into(), message: "x".into() }
                        }
                        Some(Due::Plan { due }) => {
                            ScheduleCommand::RecordPlan { due, plan: PlanId::new(uuid::Uuid::nil()), version: 1 }
                        }
                    };
                    let mut events = told(&mut schedule, command.clone(), &context);
                    prop_assert!(!events.is_empty());
                    if twice {
                        let again = told(&mut schedule, command, &context);
                        prop_assert!(again.is_empty(), "{:?}", again);
                        events.extend(again);
                    }
                    prop_assert_eq!(schedule.due(context.now), None);
                    events
                }
            };
            for event in &events {
                if let ScheduleEvent::ScheduleFired(e) = event {
                    prop_assert!(fired.insert(e.due), "{} led to two plans", e.due);
                    prop_assert!(e.due <= context.now);
                    prop_assert_eq!(rhythm.last_until(e.due), Some(e.due), "it is a time of the rhythm");
                }
            }
            prop_assert!(schedule.settled >= settled);
            settled = schedule.settled;
        }
        let kept = schedule.outcomes.iter().filter(|told| matches!(told.outcome, Outcome::Plan { .. })).count();
        prop_assert!(kept <= fired.len());
        prop_assert_eq!(schedule.by, Some(Actor::person("alex")));
        prop_assert!(schedule.settled <= Some(context.now));
    }
}
