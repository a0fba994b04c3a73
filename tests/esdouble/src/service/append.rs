//! Appends.

use tonic::{Request, Response, Status, Streaming};

use super::{Node, connection, wire};
use crate::{
    faults::{Call, Fault},
    protocol::event_store::client::{
        Empty,
        streams::{
            AppendReq, AppendResp, append_req,
            append_req::options::ExpectedStreamRevision,
            append_resp::{
                self, Success, WrongExpectedVersion, success,
                wrong_expected_version::{
                    CurrentRevisionOption, CurrentRevisionOption2060, ExpectedRevisionOption,
                    ExpectedRevisionOption2060,
                },
            },
        },
    },
    status,
    store::{Expected, Placed, Proposed, Refused},
};

impl Node {
    pub(super) async fn answer_append(
        &self,
        request: Request<Streaming<AppendReq>>,
    ) -> Result<Response<AppendResp>, Status> {
        let connection = connection(&request);
        let (rights, fault) = self.enter(request.metadata(), Call::Append).await?;
        let mut messages = request.into_inner();
        let first = messages.message().await?.and_then(|message| message.content);
        let Some(append_req::Content::Options(options)) = first else {
            return Err(Status::invalid_argument("an append begins with its options"));
        };
        let stream = wire::name(options.stream_identifier)?;
        rights.to_stream(&stream)?;
        let expected = match options.expected_stream_revision {
            Some(ExpectedStreamRevision::Revision(revision)) => Expected::Exact(revision),
            Some(ExpectedStreamRevision::NoStream(_)) => Expected::NoStream,
            Some(ExpectedStreamRevision::Any(_)) => Expected::Any,
            Some(ExpectedStreamRevision::StreamExists(_)) => Expected::StreamExists,
            None => return Err(Status::invalid_argument("an append expects a revision")),
        };
        let mut events = Vec::new();
        while let Some(message) = messages.message().await? {
            let Some(append_req::Content::ProposedMessage(event)) = message.content else {
                return Err(Status::invalid_argument("after its options, an append has events"));
            };
            events.push(wire::proposed(event.id, &event.metadata, event.custom_metadata, event.data)?);
            self.check_size(&events)?;
        }
        let outcome = {
            let mut store = self.shared.store.lock();
            let outcome = store.append(&stream, expected, events);
            self.announce(&store);
            outcome
        };
        match fault {
            Some(Fault::DoneThenDropped) => {
                connection.cut();
                std::future::pending().await
            }
            Some(Fault::DoneThenSilent) => std::future::pending().await,
            Some(fault) if fault.is_done() => Err(status::timed_out()),
            Some(_) | None => match outcome {
                Ok(placed) => Ok(Response::new(success(placed))),
                Err(Refused::WrongExpectedVersion(current)) => Ok(Response::new(conflict(expected, current))),
                Err(Refused::Deleted) => Err(status::stream_deleted(&stream)),
            },
        }
    }

    pub(super) fn check_size(&self, events: &[Proposed]) -> Result<(), Status> {
        let limit = self.shared.options.max_append;
        let size: usize = events.iter().map(Proposed::size).sum();
        if size > limit { Err(status::too_large(limit)) } else { Ok(()) }
    }
}

fn success(placed: Placed) -> AppendResp {
    let position = append_resp::Position { commit_position: placed.position, prepare_position: placed.position };
    let success = Success {
        current_revision_option: Some(success::CurrentRevisionOption::CurrentRevision(placed.revision)),
        position_option: Some(success::PositionOption::Position(position)),
    };
    AppendResp { result: Some(append_resp::Result::Success(success)) }
}

fn conflict(expected: Expected, current: Option<u64>) -> AppendResp {
    let conflict = WrongExpectedVersion {
        current_revision_option: Some(match current {
            Some(current) => CurrentRevisionOption::CurrentRevision(current),
            None => CurrentRevisionOption::CurrentNoStream(Empty {}),
        }),
        expected_revision_option: Some(match expected {
            Expected::Exact(revision) => ExpectedRevisionOption::ExpectedRevision(revision),
            Expected::Any => ExpectedRevisionOption::ExpectedAny(Empty {}),
            Expected::StreamExists => ExpectedRevisionOption::ExpectedStreamExists(Empty {}),
            Expected::NoStream => ExpectedRevisionOption::ExpectedNoStream(Empty {}),
        }),
        // what servers from before 20.6.1 say, which newer ones still do as well
        current_revision_option_20_6_0: Some(match current {
            Some(current) => CurrentRevisionOption2060::CurrentRevision2060(current),
            None => CurrentRevisionOption2060::NoStream2060(Empty {}),
        }),
        expected_revision_option_20_6_0: match expected {
            Expected::Exact(revision) => Some(ExpectedRevisionOption2060::ExpectedRevision2060(revision)),
            Expected::Any => Some(ExpectedRevisionOption2060::Any2060(Empty {})),
            Expected::StreamExists => Some(ExpectedRevisionOption2060::StreamExists2060(Empty {})),
            Expected::NoStream => None,
        },
    };
    AppendResp { result: Some(append_resp::Result::WrongExpectedVersion(conflict)) }
}
