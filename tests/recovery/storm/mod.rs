//! Nodes are killed and stopped at random while plans run on them: nothing is written by a node whose claim is over,
//! every plan ends, and whoever watches misses nothing.
//!
//! `CAIRN_STORM_SECONDS` says how long (20), `CAIRN_STORM_SEED` which disturbances. The nodes are real processes over a
//! real PostgreSQL; the log's server is the double.

mod load;
mod nodes;
mod verdict;
mod watchers;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use esdouble::{Double, Options};
use eventlog::EventLog;
use eventlog_eventstoredb::{EventStoreLog, Settings};
use futures::future::join_all;
use pgserver::Server as Postgres;

use self::nodes::{Cluster, LEASE};
use crate::support::folder;

/// How many plans are under way at once, and how many watch.
const ERRANDS: u64 = 6;
const WATCHERS: u64 = 4;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_die_and_stand_still_at_random_lose_nothing_and_write_nothing_late() {
    let Some(postgres) = Postgres::shared() else { return };
    let (seconds, seed) = (setting("CAIRN_STORM_SECONDS", 20), setting("CAIRN_STORM_SEED", 11));
    let log = folder();
    let options = Options { file: Some(log.path().join("server.log")), max_append: 16 << 20, ..Options::default() };
    let double = Double::start(options).await.expect("the double starts");
    let cluster = Arc::new(Cluster::start(double.connection_string(), postgres).await);

    let over = Arc::new(AtomicBool::new(false));
    let watchers: Vec<_> = (0..WATCHERS)
        .map(|n| tokio::spawn(watchers::watch(Arc::clone(&cluster), seed + n, Arc::clone(&over))))
        .collect();
    let end = Instant::now() + Duration::from_secs(seconds);
    let errands: Vec<_> =
        (0..ERRANDS).map(|n| tokio::spawn(load::run(Arc::clone(&cluster), n, seed * 1_000 + n, end))).collect();
    let disturbances = nodes::disturb(&cluster, seed, end).await;
    let plans: Vec<load::Ended> =
        join_all(errands).await.into_iter().flat_map(|errand| errand.expect("every plan ends")).collect();

    let settings = Settings::parse(&double.connection_string(), None).expect("a connection string");
    let stored = EventStoreLog::open(settings).expect("a log");
    assert!(stored.settled().await, "the log can be read");
    let events = verdict::all_events(&stored).await;
    let last = stored.head().await.expect("a head").expect("events").get();
    cluster.expect_watchers_to_see(last);
    over.store(true, Ordering::Relaxed);
    let positions: Vec<u64> = events.iter().map(|event| event.position.get()).collect();
    let mut moves = 0;
    for watcher in watchers {
        let told = watcher.await.expect("the watcher comes to the end");
        assert_eq!(told.places, positions, "no gap and no repetition, in order");
        moves += told.moves;
    }
    let checked = verdict::check_writes(&events, &plans);
    let took = verdict::check_take_overs(&events, &disturbances, LEASE + Duration::from_secs(5));
    cluster.stop();
    let (killed, stopped) = disturbances.iter().fold((0, 0), |(killed, stopped), disturbance| {
        if disturbance.killed { (killed + 1, stopped) } else { (killed, stopped + 1) }
    });
    println!(
        "{seconds} s, seed {seed}: {killed} kills, {stopped} stops; {} plans ended, {} rolled back; {} events, {checked} of \
         them under claims, 0 stale; {} take-overs, {took}; watchers moved {moves} times and missed nothing",
        plans.len(),
        plans.iter().filter(|plan| plan.rolled_back).count(),
        events.len(),
        took.count,
    );
    double.stop().await;
}
