//! Whoever watches goes to another node when the one that told them is gone, behind what they saw last.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::nodes::Cluster;
use crate::support::PATIENCE;

/// How long nothing may be heard before another node is asked: one that stands still keeps its connections.
const SILENCE: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_millis(50);

/// What a watcher was told.
pub(super) struct Seen {
    /// The places of all changes, in the order in which they came.
    pub(super) places: Vec<u64>,
    /// How often it went to another node.
    pub(super) moves: usize,
}

/// Follows everything from the beginning until the last place, which is known once it is `over`.
pub(super) async fn watch(cluster: Arc<Cluster>, seed: u64, over: Arc<AtomicBool>) -> Seen {
    let http = reqwest::Client::builder().no_proxy().connect_timeout(SILENCE).build().expect("a client");
    let (mut chance, mut told, mut over_since) = (seed, Seen { places: Vec::new(), moves: 0 }, None);
    loop {
        let is_over = over.load(Ordering::Relaxed);
        if is_over && told.places.last().copied() >= cluster.last_place() {
            return told;
        }
        if is_over {
            let since: &mut Instant = over_since.get_or_insert_with(Instant::now);
            assert!(since.elapsed() < PATIENCE, "a watcher came no further than {:?}", told.places.last());
        }
        let last = told.places.last().copied().unwrap_or_default();
        let asked = http.get(format!("{}/api/v1/live", cluster.any_url(&mut chance))).header("last-event-id", last);
        if let Ok(Ok(live)) = tokio::time::timeout(SILENCE, asked.send()).await
            && live.status().is_success()
        {
            follow(live, &mut told, &cluster).await;
        }
        told.moves += 1;
        tokio::time::sleep(AGAIN).await;
    }
}

/// Takes what a node tells until it tells nothing more.
async fn follow(mut live: reqwest::Response, seen: &mut Seen, cluster: &Cluster) {
    let mut unread = String::new();
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout(SILENCE, live.chunk()).await {
        unread.push_str(&String::from_utf8_lossy(&chunk));
        // what was cut off in its middle is told again
        while let Some((message, rest)) = unread.split_once("\n\n") {
            let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            match field("event:") {
                Some("change") => seen.places.push(field("id:").and_then(|id| id.parse().ok()).expect("a place")),
                Some("stale") => panic!("a watcher that was never long away is told to read everything again"),
                _ => {}
            }
            unread = rest.to_owned();
        }
        if cluster.last_place().is_some_and(|last| seen.places.last() >= Some(&last)) {
            return;
        }
    }
}
