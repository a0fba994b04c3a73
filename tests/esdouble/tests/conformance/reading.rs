//! Reads: where they begin, where they end, and what they say besides events.

use cairn_esdouble::{
    Options, Version,
    protocol::event_store::client::{
        Empty,
        streams::read_req::options::{
            CountOption, ReadDirection, all_options::AllOption, stream_options::RevisionOption,
        },
    },
    store::Expected,
};
use uuid::Uuid;

use crate::server::{Server, at, of_all, of_stream};

#[tokio::test]
async fn a_stream_is_read_as_the_table_says() {
    use ReadDirection::{Backwards, Forwards};
    use RevisionOption::{End, Revision, Start};
    let server = Server::start().await;
    let stream = server.stream("read");
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    server.append(&stream, Expected::NoStream, &ids).await;
    let rows: [(RevisionOption, ReadDirection, u64, &[&str]); 11] = [
        (Start(Empty {}), Forwards, 99, &["0", "1", "2", "3", "4", "last 4"]),
        (Start(Empty {}), Forwards, 2, &["0", "1", "last 4"]),
        (Revision(3), Forwards, 99, &["3", "4", "last 4"]),
        (Revision(4), Forwards, 99, &["4", "last 4"]),
        (Revision(5), Forwards, 99, &["last 4"]),
        (Revision(99), Forwards, 99, &["last 4"]),
        (End(Empty {}), Backwards, 99, &["4", "3", "2", "1", "0"]),
        (End(Empty {}), Backwards, 1, &["4"]),
        (Revision(2), Backwards, 2, &["2", "1"]),
        (Revision(0), Backwards, 99, &["0"]),
        // a stretch that lies beyond the end is empty
        (Revision(99), Backwards, 2, &[]),
    ];
    let mut wrong = Vec::new();
    for (from, direction, count, told) in rows {
        let mut options = of_stream(&stream, from);
        options.set_read_direction(direction);
        options.count_option = Some(CountOption::Count(count));
        let came = server.read(options).await;
        if came != told {
            wrong.push(format!("{from:?} {direction:?} {count}: {came:?} and not {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[tokio::test]
async fn a_missing_stream_is_an_answer_and_no_error() {
    let server = Server::start().await;
    let options = of_stream(&server.stream("missing"), RevisionOption::Start(Empty {}));
    assert_eq!(server.read(options).await, ["not found"]);
}

#[tokio::test]
async fn the_whole_log_is_read_from_a_position_with_what_stands_there() {
    let server = Server::start().await;
    let stream = server.stream("all");
    let ids: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
    server.append(&stream, Expected::NoStream, &ids).await;
    let positions = server.positions(&stream).await;
    let read = |from, backward, count| {
        let mut options = of_all(from);
        options.count_option = Some(CountOption::Count(count));
        options.set_read_direction(if backward { ReadDirection::Backwards } else { ReadDirection::Forwards });
        server.read(options)
    };
    assert_eq!(read(at(positions[1]), false, 3).await, ["1", "2", "3"]);
    assert_eq!(read(at(positions[2]), false, 1).await, ["2"]);
    // the server itself is not quite of one mind whether a backward read has what stands at its position
    if server.double.is_some() {
        assert_eq!(read(at(positions[2]), true, 3).await, ["2", "1", "0"]);
        assert_eq!(read(AllOption::End(Empty {}), true, 2).await, ["3", "2"]);
        assert_eq!(read(at(positions[3] + 1), false, 1).await, ["InvalidArgument"]);
    }
}

#[tokio::test]
async fn older_servers_take_any_position() {
    let server = Server::start_with(Options { version: Version::V23_10, ..Options::default() }).await;
    if server.double.is_some() {
        assert_eq!(server.read(of_all(at(123_456_789))).await, Vec::<String>::new());
    }
}
