//! What every adapter of the log must do: one function for each fact, named as the fact.
//!
//! An adapter runs them all with [`contract_suite!`](crate::contract_suite). Facts only use the port, make their own
//! streams, and suppose an empty log of their own. Nothing here sleeps: what cannot be waited for is not promised.

pub mod appending;
pub mod chaining;
pub mod contending;
pub mod reading;
pub mod repeating;
pub mod subscribing;

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::actor::Actor;
use uuid::Uuid;

use crate::{
    Appended, Direction, EventId, EventLog, ExpectedRevision, Metadata, NewEvent, RecordedEvent, StreamFrom, StreamName,
};

/// Makes each fact of the contract a test of one adapter.
///
/// `$open` names an `async fn open() -> (Arc<dyn EventLog>, Guard)` in the calling module; it gives an empty log, and
/// something (a temporary folder) that is kept until the fact is proven.
///
/// ```text
/// async fn open() -> (Arc<dyn EventLog>, ()) {
///     (Arc::new(MemoryLog::new()), ())
/// }
/// eventlog::contract_suite!(open);
/// ```
#[macro_export]
macro_rules! contract_suite {
    ($open:ident) => {
        $crate::contract_suite! { @facts $open
            appending: [
                the_first_event_has_revision_zero_and_the_first_position,
                revisions_count_up_without_a_gap,
                positions_grow_across_streams,
                no_stream_is_refused_when_the_stream_has_events,
                stream_exists_is_refused_when_the_stream_has_none,
                an_exact_revision_other_than_the_last_is_refused_with_both,
                any_appends_wherever_the_stream_stands,
                a_refused_append_writes_nothing,
                a_refused_append_leaves_its_neighbours_alone,
                an_append_without_events_is_refused,
                an_append_of_the_most_events_is_taken,
                an_append_of_too_many_events_is_refused,
                an_event_of_the_largest_size_is_taken_byte_for_byte,
                an_event_that_is_too_large_is_refused_with_its_index,
                an_append_that_is_too_large_is_refused,
                an_event_that_is_not_text_is_refused,
                unicode_survives_in_every_part,
                metadata_survives_to_the_microsecond,
                data_is_kept_byte_for_byte,
            ],
            repeating: [
                an_append_sent_twice_is_answered_the_same_and_written_once,
                an_append_sent_again_after_others_followed_gets_its_first_answer,
                an_append_to_an_exact_revision_can_be_sent_again,
                an_append_to_any_revision_can_be_sent_again,
                an_append_that_is_there_only_in_part_is_a_conflict,
                an_append_with_other_ids_at_the_same_place_is_a_conflict,
                an_event_id_of_another_stream_is_refused,
                an_event_id_of_an_earlier_revision_is_refused,
                an_event_id_twice_in_one_append_is_refused,
            ],
            reading: [
                a_stream_reads_forward_from_any_revision,
                a_stream_reads_backward_from_any_revision,
                a_stream_that_does_not_exist_reads_as_empty,
                what_was_appended_is_read_at_once,
                the_whole_log_reads_in_pages,
                a_filter_gives_only_its_categories_and_still_reaches_the_end,
                a_limit_of_zero_gives_nothing_and_does_not_move,
                reading_behind_the_end_is_refused,
                an_event_is_found_by_its_id,
                the_head_is_the_last_position,
                the_head_of_a_stream_is_its_last_revision,
                what_is_decoded_is_decoded_once,
            ],
            contending: [
                of_writers_at_one_revision_exactly_one_wins,
                writers_that_try_again_all_get_in,
                writers_of_many_streams_do_not_disturb_each_other,
                the_same_append_sent_by_many_at_once_is_written_once,
            ],
            subscribing: [
                a_subscription_gives_what_is_there_and_says_when_it_has_caught_up,
                a_subscription_to_an_empty_log_is_caught_up_at_once,
                a_subscription_gives_what_is_appended_afterwards,
                a_subscription_begins_behind_the_given_position,
                a_subscription_behind_the_end_is_refused,
                a_filtered_subscription_gives_only_its_categories_and_says_how_far_it_is,
                while_others_append_nothing_is_missing_repeated_or_out_of_order,
                a_slow_subscriber_misses_nothing,
                subscribers_do_not_wait_for_each_other,
            ],
            chaining: [
                the_chain_of_every_stream_verifies,
                the_first_event_is_linked_to_zero,
                the_same_event_has_the_same_hash_wherever_it_stands_in_the_log,
                an_empty_log_verifies,
                verifying_tells_how_far_it_is,
            ],
        }
    };
    (@facts $open:ident $($module:ident: [$($fact:ident),* $(,)?],)*) => {
        $(mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let (log, _guard) = super::$open().await;
                    $crate::contract::$module::$fact(log).await;
                }
            )*
        })*
    };
}

/// The log a fact is proven on.
pub type Log = Arc<dyn EventLog>;

fn stream(name: &str) -> StreamName {
    name.parse().expect("facts use valid stream names")
}

/// An event with a fresh id that says `{"n":n}`.
fn event(n: usize) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::now_v7()),
        event_type: "Counted".into(),
        schema_version: 1,
        data: Bytes::from(format!(r#"{{"n":{n}}}"#)),
        metadata: Metadata {
            at: moment(n),
            tenant: "local".into(),
            actor: Actor::person("ada"),
            correlation_id: Uuid::from_u128(7),
            causation_id: None,
            reason: None,
            command: None,
            claim: None,
            span: None,
        },
    }
}

fn events(count: usize) -> Vec<NewEvent> {
    (0..count).map(event).collect()
}

fn moment(n: usize) -> DateTime<Utc> {
    let micros = i64::try_from(n).expect("facts count small numbers");
    DateTime::from_timestamp_micros(1_790_000_000_000_000 + micros).expect("the moment is in range")
}

async fn append(log: &Log, name: &str, count: usize) -> Appended {
    log.append(&stream(name), ExpectedRevision::Any, events(count)).await.expect("the append is taken")
}

async fn read(log: &Log, name: &str) -> Vec<Arc<RecordedEvent>> {
    log.read_stream(&stream(name), StreamFrom::Start, Direction::Forward, usize::MAX).await.expect("the stream is read")
}

fn revisions(events: &[Arc<RecordedEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.revision.get()).collect()
}

fn positions(events: &[Arc<RecordedEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_fact_is_run_by_the_suite() {
        let suite = include_str!("mod.rs");
        for module in [
            include_str!("appending.rs"),
            include_str!("chaining.rs"),
            include_str!("contending.rs"),
            include_str!("reading.rs"),
            include_str!("repeating.rs"),
            include_str!("subscribing.rs"),
        ] {
            for fact in module.split("pub async fn ").skip(1).filter_map(|rest| rest.split_once('(')) {
                assert!(suite.contains(&format!("{},", fact.0)), "`{}` is missing in contract_suite!", fact.0);
            }
        }
    }
}
