//! Deletion for a while and for ever, and metadata that hide events.

use cairn_esdouble::{
    protocol::event_store::client::{
        Empty,
        streams::{
            DeleteReq, TombstoneReq, delete_req, read_req::options::stream_options::RevisionOption, tombstone_req,
        },
    },
    store::Expected,
};
use uuid::Uuid;

use crate::server::{Outcome, Server, identifier, message, of_stream, which};

impl Server {
    async fn delete(&self, stream: &str, expected: delete_req::options::ExpectedStreamRevision) -> Result<(), String> {
        let options = delete_req::Options {
            stream_identifier: Some(identifier(stream)),
            expected_stream_revision: Some(expected),
        };
        let asked = self.streams.clone().delete(self.request(DeleteReq { options: Some(options) })).await;
        asked.map(drop).map_err(|status| which(&status))
    }

    async fn tombstone(&self, stream: &str) -> Result<(), String> {
        let options = tombstone_req::Options {
            stream_identifier: Some(identifier(stream)),
            expected_stream_revision: Some(tombstone_req::options::ExpectedStreamRevision::Any(Empty {})),
        };
        let asked = self.streams.clone().tombstone(self.request(TombstoneReq { options: Some(options) })).await;
        asked.map(drop).map_err(|status| which(&status))
    }

    async fn filled(&self, name: &str, count: usize) -> String {
        let stream = self.stream(name);
        let ids: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
        self.append(&stream, Expected::NoStream, &ids).await;
        stream
    }

    async fn set_metadata(&self, stream: &str, metadata: &str) {
        let json = [("content-type", "application/json")];
        let event = message(Uuid::now_v7(), "$metadata", &json, metadata.as_bytes());
        let came = self.send(&format!("$${stream}"), Expected::Any, vec![event]).await;
        assert!(matches!(came, Outcome::At(_)), "{came:?}");
    }

    async fn all_of(&self, stream: &str) -> Vec<String> {
        self.read(of_stream(stream, RevisionOption::Start(Empty {}))).await
    }
}

#[tokio::test]
async fn a_deleted_stream_is_not_found_and_goes_on_counting_when_it_is_appended_to() {
    use delete_req::options::ExpectedStreamRevision as Wire;
    let server = Server::start().await;
    let stream = server.filled("deleted", 3).await;
    assert_eq!(server.delete(&stream, Wire::Revision(7)).await, Err("wrong-expected-version".into()));
    assert_eq!(server.delete(&stream, Wire::Revision(2)).await, Ok(()));
    assert_eq!(server.all_of(&stream).await, ["not found"]);
    assert_eq!(server.append(&stream, Expected::NoStream, &[Uuid::now_v7()]).await, Outcome::At(3));
    assert_eq!(server.all_of(&stream).await, ["3", "last 3"]);
}

#[tokio::test]
async fn a_tombstone_ends_a_stream_for_ever() {
    let server = Server::start().await;
    let stream = server.filled("ended", 2).await;
    assert_eq!(server.tombstone(&stream).await, Ok(()));
    for expected in [Expected::Any, Expected::NoStream, Expected::StreamExists, Expected::Exact(1)] {
        let came = server.append(&stream, expected, &[Uuid::now_v7()]).await;
        assert_eq!(came, Outcome::No("stream-deleted".into()), "{expected:?}");
    }
    assert_eq!(server.all_of(&stream).await, ["stream-deleted"]);
    assert_eq!(server.tombstone(&stream).await, Err("stream-deleted".into()));
}

#[tokio::test]
async fn metadata_hide_events_at_once() {
    let server = Server::start().await;
    for (name, metadata, shown) in [
        ("count", r#"{"$maxCount":2}"#, ["3", "4", "last 4"].as_slice()),
        ("before", r#"{"$tb":3}"#, &["3", "4", "last 4"]),
        ("beyond", r#"{"$tb":5}"#, &["first 5", "last 4"]),
        ("age", r#"{"$maxAge":3600}"#, &["0", "1", "2", "3", "4", "last 4"]),
        ("none", "{}", &["0", "1", "2", "3", "4", "last 4"]),
    ] {
        let stream = server.filled(name, 5).await;
        server.set_metadata(&stream, metadata).await;
        assert_eq!(server.all_of(&stream).await, shown, "{metadata}");
        assert_eq!(server.append(&stream, Expected::Exact(4), &[Uuid::now_v7()]).await, Outcome::At(5), "{metadata}");
    }
}

#[tokio::test]
async fn a_stream_of_metadata_shows_the_newest_alone() {
    let server = Server::start().await;
    let stream = server.filled("newest", 1).await;
    for n in 0..3 {
        server.set_metadata(&stream, &format!(r#"{{"n":{n}}}"#)).await;
    }
    assert_eq!(server.all_of(&format!("$${stream}")).await, ["2", "last 2"]);
}
