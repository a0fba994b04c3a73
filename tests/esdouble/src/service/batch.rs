//! Appends over one long call. Answers carry the id of the question.

use futures::{StreamExt, stream};
use tonic::{Code, Request, Response, Status, Streaming};

use super::{Answers, Node, Rights, wire};
use crate::{
    faults::Call,
    protocol::{
        event_store::client::{
            AllStreamPosition, StreamIdentifier,
            streams::{
                BatchAppendReq, BatchAppendResp,
                batch_append_req::options::ExpectedStreamPosition,
                batch_append_resp,
                batch_append_resp::{Success, success},
            },
        },
        google::rpc,
    },
    store::{Expected, Placed, Refused},
};

impl Node {
    pub(super) async fn answer_batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Answers<BatchAppendResp>>, Status> {
        let (rights, _) = self.enter(request.metadata(), Call::Append).await?;
        let node = self.clone();
        let answers = stream::unfold((request.into_inner(), node), move |(mut questions, node)| async move {
            let answer = match questions.message().await {
                Ok(Some(question)) => node.answer_one(rights, question),
                Ok(None) => return None,
                Err(error) => Err(error),
            };
            Some((answer, (questions, node)))
        });
        Ok(Response::new(answers.boxed()))
    }

    fn answer_one(&self, rights: Rights, question: BatchAppendReq) -> Result<BatchAppendResp, Status> {
        let options = question.options.ok_or_else(|| Status::invalid_argument("an append has options"))?;
        let stream = wire::name(options.stream_identifier.clone())?;
        let (expected, echo) = match options.expected_stream_position {
            Some(ExpectedStreamPosition::StreamPosition(revision)) => {
                (Expected::Exact(revision), batch_append_resp::ExpectedStreamPosition::StreamPosition(revision))
            }
            Some(ExpectedStreamPosition::NoStream(())) => {
                (Expected::NoStream, batch_append_resp::ExpectedStreamPosition::NoStream(()))
            }
            Some(ExpectedStreamPosition::StreamExists(())) => {
                (Expected::StreamExists, batch_append_resp::ExpectedStreamPosition::StreamExists(()))
            }
            Some(ExpectedStreamPosition::Any(())) | None => {
                (Expected::Any, batch_append_resp::ExpectedStreamPosition::Any(()))
            }
        };
        let events = question.proposed_messages.into_iter();
        let events = events.map(|event| wire::proposed(event.id, &event.metadata, event.custom_metadata, event.data));
        let written = events.collect::<Result<Vec<_>, _>>().and_then(|events| {
            rights.to_stream(&stream)?;
            self.check_size(&events)?;
            let mut store = self.shared.store.lock();
            let written = store.append(&stream, expected, events).map_err(refusal);
            self.announce(&store);
            written
        });
        let result = match written {
            Ok(placed) => batch_append_resp::Result::Success(success(placed)),
            Err(error) => batch_append_resp::Result::Error(rpc::Status {
                code: i32::from(error.code()),
                message: error.message().to_owned(),
                details: None,
            }),
        };
        Ok(BatchAppendResp {
            correlation_id: question.correlation_id,
            result: Some(result),
            stream_identifier: Some(StreamIdentifier { stream_name: stream }),
            expected_stream_position: Some(echo),
        })
    }
}

fn success(placed: Placed) -> Success {
    let position = AllStreamPosition { commit_position: placed.position, prepare_position: placed.position };
    Success {
        current_revision_option: Some(success::CurrentRevisionOption::CurrentRevision(placed.revision)),
        position_option: Some(success::PositionOption::Position(position)),
    }
}

fn refusal(refused: Refused) -> Status {
    match refused {
        Refused::WrongExpectedVersion(_) => Status::new(Code::AlreadyExists, "WrongExpectedVersion"),
        Refused::Deleted => Status::new(Code::NotFound, "StreamDeleted"),
    }
}
