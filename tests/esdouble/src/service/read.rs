//! Reads of streams and of the whole log.

use std::sync::Arc;

use futures::{StreamExt, stream};
use tonic::{Request, Response, Status};

use super::{Answers, Node, Rights, connection, wire};
use crate::{
    connection::Connection,
    faults::{Call, Fault},
    protocol::event_store::client::{
        StreamIdentifier,
        streams::{
            ReadReq, ReadResp,
            read_req::{
                Options,
                options::{
                    AllOptions, CountOption, FilterOption, ReadDirection, StreamOption, StreamOptions,
                    all_options::AllOption, stream_options::RevisionOption,
                },
            },
            read_resp::{Content, StreamNotFound},
        },
    },
    status,
    store::{Record, Store, Stretch},
};

/// From this level on, a read of a stream says where the stream ends.
const TELLS_THE_END: u32 = 1;

impl Node {
    pub(super) async fn answer_read(&self, request: Request<ReadReq>) -> Result<Response<Answers<ReadResp>>, Status> {
        let connection = connection(&request);
        let metadata = request.metadata().clone();
        let options = request.into_inner().options.ok_or_else(|| Status::invalid_argument("a read has options"))?;
        let is_subscription = matches!(options.count_option, Some(CountOption::Subscription(_)));
        let call = match (&options.stream_option, is_subscription) {
            (_, true) => Call::Subscribe,
            (Some(StreamOption::All(_)), false) => Call::ReadAll,
            (Some(StreamOption::Stream(_)) | None, false) => Call::ReadStream,
        };
        let (rights, fault) = self.enter(&metadata, call).await?;
        let answers = match (&options.stream_option, &options.count_option) {
            (None, _) | (_, None) => return Err(Status::invalid_argument("a read says what and how much")),
            (Some(_), Some(CountOption::Subscription(_))) => self.subscribe(rights, &options, fault)?,
            (Some(StreamOption::Stream(of)), Some(CountOption::Count(count))) => {
                self.read_stream(rights, of, &options, *count)?
            }
            (Some(StreamOption::All(all)), Some(CountOption::Count(count))) => {
                self.read_all(rights, *all, &options, *count)?
            }
        };
        Ok(Response::new(strike(answers, fault, connection)))
    }

    fn read_stream(
        &self,
        rights: Rights,
        of: &StreamOptions,
        options: &Options,
        count: u64,
    ) -> Result<Answers<ReadResp>, Status> {
        if matches!(options.filter_option, Some(FilterOption::Filter(_))) {
            return Err(status::unsupported("a stream, a filter"));
        }
        let stream = wire::name(of.stream_identifier.clone())?;
        rights.to_stream(&stream)?;
        let backward = options.read_direction() == ReadDirection::Backwards;
        let from = match of.revision_option {
            Some(RevisionOption::Revision(revision)) if i64::try_from(revision).is_err() => {
                return Err(Status::invalid_argument("a revision is not that large"));
            }
            Some(RevisionOption::Revision(revision)) => Some(revision),
            Some(RevisionOption::Start(_)) => Some(0),
            Some(RevisionOption::End(_)) | None => None,
        };
        let store = self.shared.store.lock();
        let stretch = store.read(&stream, from, backward, count);
        let (records, first, last) = match stretch {
            Stretch::NotFound => {
                let stream_identifier = Some(StreamIdentifier { stream_name: stream });
                let missing = wire::answer(Content::StreamNotFound(StreamNotFound { stream_identifier }));
                return Ok(stream::iter([Ok(missing)]).boxed());
            }
            Stretch::Deleted => return Err(status::stream_deleted(&stream)),
            Stretch::Records { records, first, last } => (records, first, last),
        };
        let mut answers = Vec::with_capacity(records.len() + 1);
        let tells = options.control_option.is_some_and(|control| control.compatibility >= TELLS_THE_END) && !backward;
        if tells && records.is_empty() && first > 0 {
            answers.push(wire::answer(Content::FirstStreamPosition(first)));
        }
        answers.extend(records.iter().map(|record| wire::event(&store, record, options.resolve_links)));
        if tells {
            answers.push(wire::answer(Content::LastStreamPosition(last)));
        }
        Ok(stream::iter(answers.into_iter().map(Ok)).boxed())
    }

    fn read_all(
        &self,
        rights: Rights,
        all: AllOptions,
        options: &Options,
        count: u64,
    ) -> Result<Answers<ReadResp>, Status> {
        rights.to_all()?;
        if matches!(options.filter_option, Some(FilterOption::Filter(_))) {
            return Err(status::unsupported("the double reads the whole log without a filter"));
        }
        let store = self.shared.store.lock();
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let backward = options.read_direction() == ReadDirection::Backwards;
        let begin = self.begin_in_all(&store, all)?;
        let asked = match all.all_option {
            Some(AllOption::Position(position)) => Some(position.commit_position),
            Some(AllOption::Start(_) | AllOption::End(_)) | None => None,
        };
        let all = store.all();
        let records: Vec<_> = if backward {
            // the record at the position itself belongs to the stretch
            let is_at = |record: &&Arc<Record>| asked.is_some_and(|asked| record.position == asked);
            let end = begin + usize::from(all.get(begin).as_ref().is_some_and(is_at));
            all[..end].iter().rev().take(count).cloned().collect()
        } else {
            all.iter().skip(begin).take(count).cloned().collect()
        };
        let resolve = options.resolve_links;
        let answers: Vec<_> = records.iter().map(|record| wire::event(&store, record, resolve)).collect();
        Ok(stream::iter(answers.into_iter().map(Ok)).boxed())
    }

    /// The index of the record at a position, or of the first one behind it.
    pub(super) fn begin_in_all(&self, store: &Store, all: AllOptions) -> Result<usize, Status> {
        match all.all_option {
            Some(AllOption::Position(position)) => {
                let index = store.index_of(position.commit_position);
                let is_known = store.all().get(index).is_some_and(|record| record.position == position.commit_position);
                let is_edge = position.commit_position == 0 || position.commit_position == u64::MAX;
                if self.shared.options.version.checks_positions() && !is_known && !is_edge {
                    return Err(status::invalid_position());
                }
                Ok(index)
            }
            Some(AllOption::Start(_)) => Ok(0),
            Some(AllOption::End(_)) | None => Ok(store.all().len()),
        }
    }
}

/// Lets a fault strike in the middle of an answer.
pub(super) fn strike(answers: Answers<ReadResp>, fault: Option<Fault>, connection: Connection) -> Answers<ReadResp> {
    let after = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    match fault {
        Some(Fault::EndsAfter(count)) => answers.take(after(count)).boxed(),
        Some(Fault::AbortedAfter(count)) => {
            let aborted = stream::iter([Err(Status::aborted("Operation timed out: Read timeout."))]);
            answers.take(after(count)).chain(aborted).boxed()
        }
        Some(Fault::UnavailableAfter(count)) => {
            answers.take(after(count)).chain(stream::iter([Err(status::not_ready())])).boxed()
        }
        Some(Fault::StallsAfter(count)) => answers.take(after(count)).chain(stream::pending()).boxed(),
        Some(Fault::DroppedAfter(count)) => {
            let cut = stream::once(async move {
                connection.cut();
                std::future::pending().await
            });
            answers.take(after(count)).chain(cut).boxed()
        }
        Some(Fault::DoneThenDropped | Fault::DoneThenAborted | Fault::DoneThenSilent) => stream::pending().boxed(),
        Some(Fault::Unavailable | Fault::Silent | Fault::Repeats(_) | Fault::NotLeader(_) | Fault::GoAway) | None => {
            answers
        }
    }
}
