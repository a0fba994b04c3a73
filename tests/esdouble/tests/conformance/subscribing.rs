//! Subscriptions: they begin behind the place that is named, and say how far they are.

use cairn_esdouble::{
    Options, Version,
    protocol::event_store::client::{
        Empty,
        streams::read_req::{
            Options as ReadOptions,
            options::{
                FilterOption, FilterOptions, ReadDirection,
                all_options::AllOption,
                filter_options::{Expression, Filter, Window},
                stream_options::RevisionOption,
            },
        },
    },
    store::Expected,
};
use uuid::Uuid;

use crate::server::{Server, at, of_all, of_stream, subscription};

async fn filled(server: &Server, name: &str, count: usize) -> String {
    let stream = server.stream(name);
    let ids: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
    server.append(&stream, Expected::NoStream, &ids).await;
    stream
}

fn filtered(from: AllOption, regex: &str, prefixes: &[&str], window: u32) -> ReadOptions {
    let expression =
        Expression { regex: regex.into(), prefix: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect() };
    let filter = FilterOptions {
        filter: Some(Filter::StreamIdentifier(expression)),
        window: Some(Window::Max(window)),
        checkpoint_interval_multiplier: 1,
    };
    ReadOptions {
        count_option: Some(subscription()),
        filter_option: Some(FilterOption::Filter(filter)),
        ..of_all(from)
    }
}

#[tokio::test]
async fn a_stream_is_followed_from_behind_a_revision() {
    let server = Server::start().await;
    let stream = filled(&server, "followed", 4).await;
    for (from, told) in [
        (RevisionOption::Start(Empty {}), ["confirmed", "0", "1", "2", "3", "caught up"].as_slice()),
        (RevisionOption::Revision(1), &["confirmed", "2", "3", "caught up"]),
        (RevisionOption::Revision(3), &["confirmed", "caught up"]),
        (RevisionOption::End(Empty {}), &["confirmed", "caught up"]),
    ] {
        let options = ReadOptions { count_option: Some(subscription()), ..of_stream(&stream, from) };
        assert_eq!(server.subscribe(options, told.len()).await, told, "{from:?}");
    }
}

#[tokio::test]
async fn what_is_appended_comes_and_a_missing_stream_is_waited_for() {
    let server = Server::start().await;
    let stream = server.stream("awaited");
    let options =
        ReadOptions { count_option: Some(subscription()), ..of_stream(&stream, RevisionOption::Start(Empty {})) };
    let (told, ()) = tokio::join!(server.subscribe(options, 4), async {
        for n in 0..2 {
            let expected = if n == 0 { Expected::NoStream } else { Expected::Exact(n - 1) };
            server.append(&stream, expected, &[Uuid::now_v7()]).await;
        }
    });
    let events: Vec<_> = told.iter().filter(|told| *told != "caught up").collect();
    assert_eq!(events, ["confirmed", "0", "1"]);
}

#[tokio::test]
async fn the_whole_log_is_followed_from_behind_a_position_and_filtered_by_prefix() {
    let server = Server::start().await;
    let wanted = filled(&server, "wanted", 3).await;
    filled(&server, "other", 3).await;
    let positions = server.positions(&wanted).await;
    let told = server.subscribe(filtered(at(positions[0]), "", &[&wanted], 1_000), 3).await;
    assert_eq!(told, ["confirmed", "1", "2"]);
}

#[tokio::test]
async fn checkpoints_come_after_so_many_records_whether_they_pass_or_not() {
    let server = Server::start().await;
    let first = filled(&server, "noise", 1).await;
    let begin = server.positions(&first).await[0];
    filled(&server, "noise2", 4).await;
    let told = server.subscribe(filtered(at(begin), "", &["nothing-begins-like-this"], 2), 3).await;
    assert_eq!(told, ["confirmed", "checkpoint", "checkpoint"]);
}

#[tokio::test]
async fn an_expression_goes_before_prefixes() {
    let server = Server::start().await;
    let stream = filled(&server, "expressed", 2).await;
    let begin = server.positions(&stream).await[0];
    let told = server.subscribe(filtered(at(begin), r"^[^\$].*", &["nothing-begins-like-this"], 1_000), 2).await;
    assert_eq!(told, ["confirmed", "1"]);
}

#[tokio::test]
async fn what_cannot_be_combined_is_refused() {
    let server = Server::start().await;
    let stream = filled(&server, "backwards", 1).await;
    let mut options =
        ReadOptions { count_option: Some(subscription()), ..of_stream(&stream, RevisionOption::Start(Empty {})) };
    options.set_read_direction(ReadDirection::Backwards);
    assert_eq!(server.read(options).await, ["InvalidArgument"]);
}

#[tokio::test]
async fn older_servers_do_not_say_when_they_have_caught_up() {
    let server = Server::start_with(Options { version: Version::V22_10, ..Options::default() }).await;
    if server.double.is_none() {
        return;
    }
    let stream = filled(&server, "older", 1).await;
    let options =
        ReadOptions { count_option: Some(subscription()), ..of_stream(&stream, RevisionOption::Start(Empty {})) };
    let (told, _) = tokio::join!(server.subscribe(options, 3), async {
        server.append(&stream, Expected::Exact(0), &[Uuid::now_v7()]).await
    });
    assert_eq!(told, ["confirmed", "0", "1"]);
}
