//! What is written down is read back as it was, for events of every type and any values.

use cairn_domain::{
    plan::PlanEvent,
    schedule::ScheduleEvent,
    schema::{Event, EventFamily},
    template::TemplateEvent,
    workspace::EntityEvent,
};
use proptest::{prelude::*, strategy::Union, test_runner::TestRunner};

use crate::{
    events::{entity_events, plan_events},
    schedules::schedule_events,
    templates::template_events,
    values,
};

/// The type names of one event from each strategy.
fn types<E: EventFamily + std::fmt::Debug>(strategies: Vec<BoxedStrategy<E>>) -> Vec<&'static str> {
    let mut runner = TestRunner::deterministic();
    let mut one =
        |events: BoxedStrategy<E>| events.new_tree(&mut runner).expect("nothing is rejected").current().type_name();
    strategies.into_iter().map(&mut one).collect()
}

#[test]
fn every_event_type_is_among_the_random_ones() {
    assert_eq!(types(plan_events()), PlanEvent::TYPES);
    assert_eq!(types(entity_events()), EntityEvent::TYPES);
    assert_eq!(types(template_events()), TemplateEvent::TYPES);
    assert_eq!(types(schedule_events()), ScheduleEvent::TYPES);
}

proptest! {
    #![proptest_config(crate::cases(600))]

    #[test]
    fn a_plan_event_is_read_back_as_it_was_written(event in Union::new(plan_events())) {
        let written = event.encode();
        let read = Event::decode("plan", event.type_name(), event.schema_version(), &written);
        prop_assert_eq!(read.as_ref(), Ok(&Event::Plan(event)));
        let Ok(Event::Plan(read)) = read else { unreachable!("it was compared above") };
        prop_assert_eq!(read.encode(), written, "the bytes are the same each time");
    }

    #[test]
    fn a_workspace_event_is_read_back_as_it_was_written(event in Union::new(entity_events())) {
        let written = event.encode();
        let read = Event::decode("entity", event.type_name(), event.schema_version(), &written);
        prop_assert_eq!(read, Ok(Event::Entity(event)));
    }

    #[test]
    fn a_template_event_is_read_back_as_it_was_written(event in Union::new(template_events())) {
        let written = event.encode();
        let read = Event::decode("template", event.type_name(), event.schema_version(), &written);
        prop_assert_eq!(read, Ok(Event::Template(event)));
    }

    #[test]
    fn a_schedule_event_is_read_back_as_it_was_written(event in Union::new(schedule_events())) {
        let written = event.encode();
        let read = Event::decode("schedule", event.type_name(), event.schema_version(), &written);
        prop_assert_eq!(read, Ok(Event::Schedule(event)));
    }

    #[test]
    fn fields_that_an_event_does_not_know_are_passed_over(event in Union::new(plan_events()), more in values::json()) {
        let mut data: serde_json::Value = serde_json::from_slice(&event.encode()).expect("events are JSON");
        data["field_of_the_future"] = more;
        let read = PlanEvent::decode(event.type_name(), event.schema_version(), data.to_string().as_bytes());
        prop_assert_eq!(read, Ok(event));
    }

    #[test]
    fn bytes_that_are_no_event_are_refused_and_never_panic(bytes in any::<Vec<u8>>(), which in any::<prop::sample::Index>()) {
        let event_type = PlanEvent::TYPES[which.index(PlanEvent::TYPES.len())];
        if serde_json::from_slice::<serde_json::Value>(&bytes).is_err() {
            prop_assert!(PlanEvent::decode(event_type, 1, &bytes).is_err());
        }
        prop_assert!(PlanEvent::decode(event_type, 9_999, &bytes).is_err());
    }
}
