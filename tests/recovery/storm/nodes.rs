//! The nodes, and what happens to them.

use std::{
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use pgserver::Server as Postgres;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{
    random,
    support::{PATIENCE, Server, folder},
};

const NODES: usize = 3;
/// Short, so that much happens.
pub(super) const LEASE: Duration = Duration::from_secs(3);
/// How often something is asked for again.
const AGAIN: Duration = Duration::from_millis(50);

/// The nodes of a house.
pub(super) struct Cluster {
    eventstore: String,
    read_models: String,
    /// Asks who has which plans.
    claims: tokio_postgres::Client,
    schema: String,
    keys: TempDir,
    folders: Vec<TempDir>,
    /// A node that is down has none.
    nodes: Vec<Mutex<Option<Server>>>,
    urls: Vec<Mutex<String>>,
    /// How far a watcher must come; 0 while that is not known.
    last: AtomicU64,
}

/// Something that happened to a node.
pub(super) struct Disturbance {
    pub(super) at: DateTime<Utc>,
    /// Killed, or stopped for a while.
    pub(super) killed: bool,
    /// The plans that the node looked after, with the tokens of its claims.
    pub(super) held: Vec<(String, u64)>,
}

impl Cluster {
    pub(super) async fn start(eventstore: String, postgres: &Postgres) -> Self {
        let schema = postgres.fresh_name();
        let (claims, connection) = tokio_postgres::connect(postgres.url(), NoTls).await.expect("PostgreSQL answers");
        tokio::spawn(connection);
        let cluster = Self {
            eventstore,
            read_models: format!("{}&schema={schema}", postgres.url()),
            claims,
            schema,
            keys: folder(),
            folders: (0..NODES).map(|_| folder()).collect(),
            nodes: (0..NODES).map(|_| Mutex::default()).collect(),
            urls: (0..NODES).map(|_| Mutex::default()).collect(),
            last: AtomicU64::new(0),
        };
        for node in 0..NODES {
            cluster.begin(node);
            cluster.until_ready(node).await;
        }
        cluster
    }

    /// Any node, whether it is there or not.
    pub(super) fn any_url(&self, seed: &mut u64) -> String {
        let number = usize::try_from(random(seed) % NODES as u64).unwrap_or_default();
        self.urls[number].lock().clone()
    }

    pub(super) fn expect_watchers_to_see(&self, last: u64) {
        self.last.store(last, Ordering::Relaxed);
    }

    /// The last place of the log, once nothing more happens.
    pub(super) fn last_place(&self) -> Option<u64> {
        Some(self.last.load(Ordering::Relaxed)).filter(|last| *last > 0)
    }

    /// Ends all nodes in order.
    pub(super) fn stop(&self) {
        for node in &self.nodes {
            let server = node.lock().take().expect("it is there");
            assert_eq!(server.terminate(), Some(0));
        }
    }

    fn begin(&self, node: usize) {
        let keys = self.keys.path().join("keys");
        let (lease, keys) = (LEASE.as_secs().to_string(), keys.to_str().expect("UTF-8").to_owned());
        let flags = ["--eventstore", &self.eventstore, "--read-models", &self.read_models];
        let variables =
            [("CAIRN_LOG", "error"), ("CAIRN_LEASE_SECONDS", lease.as_str()), ("CAIRN_KEYS", keys.as_str())];
        let folder: &Path = self.folders[node].path();
        let server = Server::start_in(folder, &flags, &variables, Stdio::inherit());
        server.url.clone_into(&mut self.urls[node].lock());
        *self.nodes[node].lock() = Some(server);
    }

    async fn until_ready(&self, node: usize) {
        let url = format!("{}/readyz", self.urls[node].lock());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(3)).build().expect("a client");
        let ready = async {
            while !http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                tokio::time::sleep(AGAIN).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.expect("the node is ready in time");
    }

    async fn held_by(&self, process: u32) -> Vec<(String, u64)> {
        let sql = format!(
            "select plan, token from {}.claims where holder like 'process {process} %' and until > now()",
            self.schema
        );
        let rows = self.claims.query(&sql, &[]).await.expect("PostgreSQL answers");
        rows.iter().map(|row| (row.get(0), row.get::<_, i64>(1).cast_unsigned())).collect()
    }
}

/// Kills and stops one node after the other, each for a while, until `end`; then all are there again.
pub(super) async fn disturb(cluster: &Cluster, seed: u64, end: Instant) -> Vec<Disturbance> {
    let (mut seed, mut disturbances) = (seed, Vec::new());
    while Instant::now() < end {
        let node = usize::try_from(random(&mut seed) % NODES as u64).unwrap_or_default();
        let killed = random(&mut seed).is_multiple_of(2);
        let process = cluster.nodes[node].lock().as_ref().expect("it is there").id();
        let held = cluster.held_by(process).await;
        let at = Utc::now();
        if killed {
            let server = cluster.nodes[node].lock().take().expect("it is there");
            server.kill();
        } else {
            cluster.nodes[node].lock().as_ref().expect("it is there").signal("-STOP");
        }
        disturbances.push(Disturbance { at, killed, held });
        // shorter than a lease, and longer than it takes others to take over
        pass(500 + random(&mut seed) % 5_500).await;
        if killed {
            cluster.begin(node);
        } else {
            cluster.nodes[node].lock().as_ref().expect("it is there").signal("-CONT");
        }
        cluster.until_ready(node).await;
        pass(300 + random(&mut seed) % 1_200).await;
    }
    disturbances
}

/// Lets things be as they are for a while, in milliseconds: that is what is tried here.
async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
