//! What else may be in a database, and what a server may say no to.

use bytes::Bytes;
use cairn_eventlog_eventstoredb::{EventStoreLog, Login, Settings};
use esdouble::{Options, User, store::Proposed};
use eventlog::{
    AppendError, Direction, EventLog, ExpectedRevision, Filter, ReadError, StreamFrom, SubscriptionItem, integrity,
};

use crate::support::{append, double_with, event, log_at, pair, quick, read, stream, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn system_events_links_and_other_peoples_events_are_passed_over() {
    let double = double_with(Options { links_lag: Some(2), ..Options::default() }).await;
    let log = log_at(&double.connection_string());
    let mut subscription = log.subscribe_all(None, Filter::All).await.unwrap();
    let mut positions = Vec::new();
    let large = Proposed::json("OrderPlaced", format!("\"{}\"", "x".repeat(15 * 1024 * 1024)));
    double.write("order-1", vec![large]);
    for n in 0..10 {
        double.write("order-1", vec![Proposed::json("OrderPlaced", "not json at all")]);
        // the server's clock goes back
        double.with_store(|store| store.clock_offset -= 600_000_000);
        double.write("cairn.nocategory", vec![Proposed::json("Odd", "{}")]);
        double.write("$stats-127.0.0.1", vec![Proposed::json("$statsCollected", "{}")]);
        double.with_store(|store| store.write(Bytes::from_static(b"\xff\xfe-1"), vec![Proposed::json("Bytes", "{}")]));
        positions.push(append(&log, "plan-1", n).await.unwrap().position.get());
    }
    let page = log.read_all(None, &Filter::All, 100).await.unwrap();
    assert_eq!(page.events.iter().map(|event| event.position.get()).collect::<Vec<_>>(), positions);
    assert!(page.end);
    let mut given = Vec::new();
    while given.len() < positions.len() {
        if let SubscriptionItem::Events(events) = subscription.next().await.unwrap().unwrap() {
            given.extend(events.iter().map(|event| event.position.get()));
        }
    }
    assert_eq!(given, positions);
    let verified = integrity::verify_all(&*log, |_| {}).await.unwrap();
    assert_eq!((verified.events, verified.fault), (10, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_somebody_else_in_a_stream_of_ours_is_damage_and_the_rest_is_read() {
    let (double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    double.write("cairn.plan-1", vec![Proposed::json("Smuggled", "{}")]);
    append(&log, "plan-2", 2).await.unwrap();
    let mut subscription = log.subscribe_all(None, Filter::All).await.unwrap();
    let ended = loop {
        match subscription.next().await.expect("it says something") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(matches!(ended, ReadError::DamagedEvent { .. }), "{ended:?}");
    let damaged = log.read_stream(&stream("plan-1"), StreamFrom::Start, Direction::Forward, 10).await.unwrap_err();
    assert!(matches!(damaged, ReadError::DamagedEvent { .. }), "{damaged:?}");
    let page = log.read_all(None, &Filter::All, 10).await.unwrap();
    assert_eq!((page.events.len(), page.end), (1, false));
    let damaged = log.read_all(page.next, &Filter::All, 10).await.unwrap_err();
    assert!(matches!(damaged, ReadError::DamagedEvent { .. }), "{damaged:?}");
    assert_eq!(read(&log, "plan-2").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_the_server_shall_cut_is_refused_before_events_are_lost() {
    let (double, log) = pair().await;
    append(&log, "plan-1", 1).await.unwrap();
    double.write("$$cairn.plan-1", vec![Proposed::json("$metadata", r#"{"$maxCount":1}"#)]);
    until("it is noticed", || log.obstacle().is_some_and(|obstacle| obstacle.contains("$maxCount"))).await;
    let refused = append(&log, "plan-2", 1).await.unwrap_err();
    assert!(refused.to_string().contains("plan-1"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_truncated_stream_is_not_read_as_a_shorter_one() {
    let (double, log) = pair().await;
    for n in 0..5 {
        append(&log, "plan-1", n).await.unwrap();
    }
    double.write("$$cairn.plan-1", vec![Proposed::json("$metadata", r#"{"$tb":3}"#)]);
    let damaged = log.read_stream(&stream("plan-1"), StreamFrom::Start, Direction::Forward, 10).await.unwrap_err();
    assert!(damaged.to_string().contains("truncated"), "{damaged}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_is_larger_than_the_server_takes_is_refused_with_its_limit() {
    let double = esdouble::Double::start(Options { max_append: 2_000, ..Options::default() }).await.unwrap();
    let log = log_at(&double.connection_string());
    let large = eventlog::NewEvent { data: format!("\"{}\"", "x".repeat(3_000)).into(), ..event(1) };
    let refused = log.append(&stream("plan-1"), ExpectedRevision::NoStream, vec![large]).await;
    assert!(matches!(refused, Err(AppendError::AppendTooLarge { limit: 2_000, .. })), "{refused:?}");
    append(&log, "plan-1", 1).await.expect("a smaller one is taken");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_said_in_words_and_a_right_one_may_have_any_characters() {
    let user = User { name: "cairn".into(), password: "p@ss:wörd/1".into(), is_admin: true };
    let reader = User { name: "reader".into(), password: "r".into(), is_admin: false };
    let double = double_with(Options { users: vec![user, reader], ..Options::default() }).await;
    let open = |login: Login| {
        let settings = Settings::parse(&double.connection_string(), Some(login)).unwrap().with_patience(quick());
        EventStoreLog::open(settings).unwrap()
    };
    let wrong = open(Login::new("cairn", "guess"));
    until("it is said", || wrong.obstacle().is_some_and(|obstacle| obstacle.contains("denies access"))).await;
    let right = open(Login::new("cairn", "p@ss:wörd/1"));
    append(&right, "plan-1", 1).await.expect("it is let in");
    let weak = open(Login::new("reader", "r"));
    let unread = weak.head().await.unwrap_err();
    assert!(unread.to_string().contains("$admins"), "{unread}");
}
