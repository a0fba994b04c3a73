//! Expected revisions and ids.

use cairn_esdouble::store::Expected;
use uuid::Uuid;

use crate::server::{Outcome, Server, message};

/// An event of an append: new, or with the id of the event at this revision.
#[derive(Clone, Copy, Debug)]
enum Id {
    New,
    Old(usize),
}

use Id::{New, Old};

/// How many events the stream has; what is expected; what is sent; what comes of it.
type Row = (usize, Expected, &'static [Id], Outcome);

/// The table of expected revisions. Ids that are known make a repeat, never a second write.
fn rows() -> Vec<Row> {
    use Expected::{Any, Exact, NoStream, StreamExists};
    use Outcome::{At, Conflict};
    vec![
        (0, NoStream, &[New], At(0)),
        (0, NoStream, &[New, New, New], At(2)),
        (0, Any, &[New, New], At(1)),
        (0, StreamExists, &[New], Conflict(None)),
        (0, Exact(0), &[New], Conflict(None)),
        (0, Exact(7), &[New], Conflict(None)),
        (3, Exact(2), &[New, New], At(4)),
        (3, Any, &[New], At(3)),
        (3, StreamExists, &[New], At(3)),
        (3, Exact(3), &[New], Conflict(Some(2))),
        (3, Exact(1), &[New], Conflict(Some(2))),
        (3, NoStream, &[New], Conflict(Some(2))),
        // the same again: the revision of the first time
        (3, NoStream, &[Old(0)], At(0)),
        (3, NoStream, &[Old(0), Old(1)], At(1)),
        (3, NoStream, &[Old(0), Old(1), Old(2)], At(2)),
        (3, Exact(0), &[Old(1), Old(2)], At(2)),
        (3, Exact(1), &[Old(2)], At(2)),
        // the first differs, a later one differs, more than there is
        (3, NoStream, &[Old(1)], Conflict(Some(2))),
        (3, NoStream, &[Old(0), New], Conflict(Some(2))),
        (3, Exact(1), &[Old(2), New], Conflict(Some(2))),
        // at the right revision the ids are not looked at
        (3, Exact(2), &[Old(0)], At(3)),
        // without a revision, ids of recent events are known
        (3, Any, &[Old(1), Old(2)], At(2)),
        (3, StreamExists, &[Old(2)], At(2)),
        (3, Any, &[Old(2), New], Conflict(Some(2))),
    ]
}

#[tokio::test]
async fn an_append_is_written_repeated_or_refused_as_the_table_says() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (number, (before, expected, sent, outcome)) in rows().into_iter().enumerate() {
        let stream = server.stream(&format!("row{number}"));
        let old: Vec<Uuid> = (0..before).map(|_| Uuid::now_v7()).collect();
        for (revision, id) in (0_u64..).zip(&old) {
            let at = revision.checked_sub(1).map_or(Expected::NoStream, Expected::Exact);
            assert_eq!(server.append(&stream, at, &[*id]).await, Outcome::At(revision));
        }
        let ids: Vec<Uuid> = sent
            .iter()
            .map(|id| match id {
                New => Uuid::now_v7(),
                Old(revision) => old[*revision],
            })
            .collect();
        let came = server.append(&stream, expected, &ids).await;
        if came != outcome {
            wrong.push(format!("{before} events, {expected:?}, {sent:?}: {came:?} and not {outcome:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[tokio::test]
async fn an_event_that_cannot_be_is_refused_with_the_right_status() {
    let server = Server::start().await;
    let json = ("content-type", "application/json");
    for (name, event, status) in [
        ("notype", message(Uuid::now_v7(), "", &[json], b"{}"), "missing-required-metadata-property"),
        ("nocontent", message(Uuid::now_v7(), "Tried", &[], b"{}"), "missing-required-metadata-property"),
        ("nil", message(Uuid::nil(), "Tried", &[json], b"{}"), "Unknown"),
    ] {
        let came = server.send(&server.stream(name), Expected::Any, vec![event]).await;
        assert_eq!(came, Outcome::No(status.into()), "{name}");
    }
    // how much is too much is a setting of a real server
    if server.double.is_some() {
        let large = message(Uuid::now_v7(), "Tried", &[json], &vec![b' '; 1024 * 1024 + 1]);
        let came = server.send(&server.stream("large"), Expected::Any, vec![large]).await;
        assert_eq!(came, Outcome::No("maximum-append-size-exceeded".into()));
    }
}

#[tokio::test]
async fn binary_data_and_any_content_are_taken() {
    let server = Server::start().await;
    let stream = server.stream("binary");
    let binary = message(Uuid::now_v7(), "Tried", &[("content-type", "application/octet-stream")], &[0, 159, 146, 150]);
    let not_json = message(Uuid::now_v7(), "Tried", &[("content-type", "application/json")], b"not json");
    assert_eq!(server.send(&stream, Expected::NoStream, vec![binary, not_json]).await, Outcome::At(1));
}

#[tokio::test]
async fn positions_rise_and_leave_room() {
    let server = Server::start().await;
    let stream = server.stream("positions");
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    server.append(&stream, Expected::NoStream, &ids).await;
    let positions = server.positions(&stream).await;
    assert_eq!(positions.len(), 5);
    assert!(positions.windows(2).all(|pair| pair[1] > pair[0] + 1), "{positions:?}");
}
