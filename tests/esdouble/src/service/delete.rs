//! Deletion, for a while and for ever. Conflicts come back as errors here, unlike with appends.

use bytes::Bytes;
use tonic::{Request, Response, Status};

use super::{Node, wire};
use crate::{
    faults::Call,
    protocol::event_store::client::streams::{
        DeleteReq, DeleteResp, TombstoneReq, TombstoneResp, delete_req, delete_resp, tombstone_req, tombstone_resp,
    },
    status,
    store::{Expected, Placed, Refused},
};

impl Node {
    pub(super) async fn answer_delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        use delete_req::options::ExpectedStreamRevision as Wire;
        let (rights, _) = self.enter(request.metadata(), Call::Append).await?;
        let options = request.into_inner().options.unwrap_or_default();
        let stream = wire::name(options.stream_identifier)?;
        rights.to_stream(&stream)?;
        let expected = match options.expected_stream_revision {
            Some(Wire::Revision(revision)) => Expected::Exact(revision),
            Some(Wire::NoStream(_)) => Expected::NoStream,
            Some(Wire::StreamExists(_)) => Expected::StreamExists,
            Some(Wire::Any(_)) | None => Expected::Any,
        };
        let placed = self.delete_stream(&stream, expected, false)?;
        let position = delete_resp::Position { commit_position: placed.position, prepare_position: placed.position };
        Ok(Response::new(DeleteResp { position_option: Some(delete_resp::PositionOption::Position(position)) }))
    }

    pub(super) async fn answer_tombstone(
        &self,
        request: Request<TombstoneReq>,
    ) -> Result<Response<TombstoneResp>, Status> {
        use tombstone_req::options::ExpectedStreamRevision as Wire;
        let (rights, _) = self.enter(request.metadata(), Call::Append).await?;
        let options = request.into_inner().options.unwrap_or_default();
        let stream = wire::name(options.stream_identifier)?;
        rights.to_stream(&stream)?;
        let expected = match options.expected_stream_revision {
            Some(Wire::Revision(revision)) => Expected::Exact(revision),
            Some(Wire::NoStream(_)) => Expected::NoStream,
            Some(Wire::StreamExists(_)) => Expected::StreamExists,
            Some(Wire::Any(_)) | None => Expected::Any,
        };
        let placed = self.delete_stream(&stream, expected, true)?;
        let position = tombstone_resp::Position { commit_position: placed.position, prepare_position: placed.position };
        Ok(Response::new(TombstoneResp { position_option: Some(tombstone_resp::PositionOption::Position(position)) }))
    }

    fn delete_stream(&self, stream: &Bytes, expected: Expected, forever: bool) -> Result<Placed, Status> {
        let mut store = self.shared.store.lock();
        let placed = store.delete(stream, expected, forever).map_err(|refused| match refused {
            Refused::WrongExpectedVersion(current) => status::wrong_expected_version(stream, expected, current),
            Refused::Deleted => status::stream_deleted(stream),
        })?;
        self.announce(&store);
        Ok(placed)
    }
}
