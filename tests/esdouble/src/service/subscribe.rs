//! Subscriptions: a confirmation, history, and then what comes. They begin behind the place that is named.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, stream};
use tokio::sync::watch;
use tonic::Status;
use uuid::Uuid;

use super::{Answers, Node, Rights, Shared, wire};
use crate::{
    faults::Fault,
    filter::Filter,
    protocol::event_store::client::streams::{
        ReadResp,
        read_req::{
            Options,
            options::{
                FilterOption, ReadDirection, StreamOption, all_options::AllOption, stream_options::RevisionOption,
            },
        },
        read_resp::{CaughtUp, Checkpoint, Content, SubscriptionConfirmation},
    },
    status,
    store::{Record, Store, Stretch},
    version::Version,
};

/// How many records are taken at a time.
const AT_ONCE: usize = 32;
/// How far a live subscriber may be behind before an older server drops it.
const TOO_SLOW: usize = 512;

/// Where a subscription is.
enum Place {
    All { next: usize, filter: Option<Filter>, looked_at: u32 },
    Stream { name: Bytes, next: u64 },
}

struct Subscriber {
    shared: Arc<Shared>,
    grown: watch::Receiver<u64>,
    place: Place,
    resolve_links: bool,
    is_live: bool,
    ready: VecDeque<ReadResp>,
}

impl Node {
    pub(super) fn subscribe(
        &self,
        rights: Rights,
        options: &Options,
        fault: Option<Fault>,
    ) -> Result<Answers<ReadResp>, Status> {
        if options.read_direction() == ReadDirection::Backwards {
            return Err(status::unsupported("a subscription, backwards"));
        }
        let mut place = match &options.stream_option {
            Some(StreamOption::All(all)) => {
                rights.to_all()?;
                let filter = match &options.filter_option {
                    Some(FilterOption::Filter(filter)) => Some(Filter::read(filter)?),
                    Some(FilterOption::NoFilter(_)) | None => None,
                };
                let store = self.shared.store.lock();
                let mut next = self.begin_in_all(&store, *all)?;
                if let Some(AllOption::Position(position)) = all.all_option {
                    let is_there = store.all().get(next).is_some_and(|at| at.position == position.commit_position);
                    next += usize::from(is_there);
                }
                Place::All { next, filter, looked_at: 0 }
            }
            Some(StreamOption::Stream(of)) => {
                if matches!(options.filter_option, Some(FilterOption::Filter(_))) {
                    return Err(status::unsupported("a stream, a filter"));
                }
                let name = wire::name(of.stream_identifier.clone())?;
                rights.to_stream(&name)?;
                let end = self.shared.store.lock().current(&name).map_or(0, |current| current + 1);
                let next = match of.revision_option {
                    Some(RevisionOption::Revision(revision)) => revision.saturating_add(1),
                    Some(RevisionOption::Start(_)) => 0,
                    Some(RevisionOption::End(_)) | None => end,
                };
                Place::Stream { name, next }
            }
            None => return Err(Status::invalid_argument("a subscription says to what")),
        };
        if let (Some(Fault::Repeats(count)), Place::All { next, .. }) = (fault, &mut place) {
            *next = next.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
        }
        let confirmation = SubscriptionConfirmation { subscription_id: Uuid::now_v7().to_string() };
        let subscriber = Subscriber {
            shared: Arc::clone(&self.shared),
            grown: self.shared.grown.subscribe(),
            place,
            resolve_links: options.resolve_links,
            is_live: false,
            ready: VecDeque::from([wire::answer(Content::Confirmation(confirmation))]),
        };
        Ok(stream::unfold(Some(subscriber), |subscriber| async move {
            let mut subscriber = subscriber?;
            match subscriber.next().await {
                Ok(answer) => Some((Ok(answer), Some(subscriber))),
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed())
    }
}

impl Subscriber {
    async fn next(&mut self) -> Result<ReadResp, Status> {
        loop {
            if let Some(answer) = self.ready.pop_front() {
                return Ok(answer);
            }
            self.grown.mark_unchanged();
            let shared = Arc::clone(&self.shared);
            let is_at_end = self.take(&shared.store.lock(), shared.options.version)?;
            if !self.ready.is_empty() {
                continue;
            }
            if is_at_end && self.grown.changed().await.is_err() {
                return Err(Status::unavailable("the server stops"));
            }
        }
    }

    /// Takes what comes next out of the log; answers whether that was all.
    fn take(&mut self, store: &Store, version: Version) -> Result<bool, Status> {
        let is_at_end = match &self.place {
            Place::All { .. } => self.take_all(store, version)?,
            Place::Stream { .. } => self.take_stream(store)?,
        };
        if is_at_end && !self.is_live {
            self.is_live = true;
            if let Place::All { filter: Some(_), next, .. } = self.place
                && version.checkpoints_when_live()
                && let Some(last) = next.checked_sub(1).and_then(|index| store.all().get(index))
            {
                self.ready.push_back(checkpoint(last));
            }
            if version.says_caught_up() {
                self.ready.push_back(wire::answer(Content::CaughtUp(CaughtUp {})));
            }
        }
        Ok(is_at_end)
    }

    fn take_all(&mut self, store: &Store, version: Version) -> Result<bool, Status> {
        let Place::All { next, filter, looked_at } = &mut self.place else { return Ok(true) };
        if self.is_live && version == Version::V23_10 && store.all().len().saturating_sub(*next) > TOO_SLOW {
            return Err(Status::aborted("Operation timed out: Consumer too slow to handle event while live."));
        }
        for _ in 0..AT_ONCE {
            let Some(record) = store.all().get(*next) else { return Ok(true) };
            *next += 1;
            let Some(filter) = filter else {
                self.ready.push_back(wire::event(store, record, self.resolve_links));
                continue;
            };
            if filter.admits(record) {
                self.ready.push_back(wire::event(store, record, self.resolve_links));
            }
            *looked_at += 1;
            if *looked_at >= filter.window {
                *looked_at = 0;
                self.ready.push_back(checkpoint(record));
            }
        }
        Ok(false)
    }

    fn take_stream(&mut self, store: &Store) -> Result<bool, Status> {
        let Place::Stream { name, next } = &mut self.place else { return Ok(true) };
        let records = match store.read(name, Some(*next), false, AT_ONCE as u64) {
            // whoever subscribes to what is not there yet waits for it
            Stretch::NotFound => return Ok(true),
            Stretch::Deleted => return Err(status::stream_deleted(name)),
            Stretch::Records { records, .. } => records,
        };
        for record in &records {
            *next = record.revision + 1;
            self.ready.push_back(wire::event(store, record, self.resolve_links));
        }
        Ok(records.len() < AT_ONCE)
    }
}

fn checkpoint(record: &Record) -> ReadResp {
    let at = Checkpoint { commit_position: record.position, prepare_position: record.position };
    wire::answer(Content::Checkpoint(at))
}
