//! A running double: its nodes, its log, its faults.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tokio_util::sync::CancellationToken;

use crate::{
    connection::{Door, accept},
    faults::Faults,
    service::{self, Cluster, Shared},
    store::{Placed, Proposed, Store},
    version::Version,
};

/// Somebody whom the double knows.
#[derive(Clone, Debug)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
    /// Whether the user is one of `$admins`.
    pub is_admin: bool,
}

/// How a double is started.
#[derive(Clone)]
pub struct Options {
    /// The file of the log; without one, the log is gone with the double.
    pub file: Option<PathBuf>,
    /// Where the first node listens; port 0 picks one.
    pub address: SocketAddr,
    /// Which server is played.
    pub version: Version,
    /// The largest append, in bytes.
    pub max_append: usize,
    /// Who may come in; nobody is asked when the list is empty.
    pub users: Vec<User>,
    /// The certificate, for TLS.
    pub tls: Option<Arc<ServerConfig>>,
    /// How many nodes there are, all over one log. The first one leads.
    pub nodes: usize,
    /// How many events the links to categories and types are behind; `None` makes none.
    pub links_lag: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            file: None,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            version: Version::default(),
            max_append: 1024 * 1024,
            users: Vec::new(),
            tls: None,
            nodes: 1,
            links_lag: None,
        }
    }
}

/// A running double. Stops when dropped, like a process that is killed.
pub struct Double {
    shared: Arc<Shared>,
    door: Arc<Door>,
    nodes: Vec<JoinHandle<()>>,
    addresses: Vec<SocketAddr>,
}

impl Double {
    /// Starts it.
    ///
    /// # Errors
    /// When the address is taken or the file cannot be used.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let mut store = match &options.file {
            Some(file) => Store::open(file)?,
            None => Store::in_memory(),
        };
        store.links_lag = options.links_lag;
        let mut listeners = Vec::new();
        for index in 0..options.nodes.max(1) {
            let address = if index == 0 { options.address } else { SocketAddr::new(options.address.ip(), 0) };
            listeners.push(TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?);
        }
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<Result<Vec<_>, _>>()?;
        let faults = Arc::new(Faults::default());
        let door = Arc::new(Door {
            faults: Arc::clone(&faults),
            tls: options.tls.clone().map(TlsAcceptor::from),
            stop: CancellationToken::new(),
            go_away: watch::Sender::new(0),
            cut_all: watch::Sender::new(0),
        });
        let shared = Arc::new(Shared {
            grown: watch::Sender::new(store.last_position()),
            store: Mutex::new(store),
            faults,
            options,
            cluster: Cluster::new(addresses.clone()),
            door: Arc::clone(&door),
        });
        let nodes = listeners.into_iter().enumerate().map(|(index, listener)| {
            let routes = service::routes(Arc::clone(&shared), index);
            tokio::spawn(accept(Arc::clone(&door), listener, routes))
        });
        let nodes = nodes.collect();
        Ok(Self { shared, door, nodes, addresses })
    }

    /// Where the first node listens.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Where all nodes listen.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// How a client reaches all nodes, without TLS and without a login.
    pub fn connection_string(&self) -> String {
        let hosts: Vec<_> = self.addresses.iter().map(SocketAddr::to_string).collect();
        format!("esdb://{}?tls=false", hosts.join(","))
    }

    /// The faults.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Looks into the log, or changes it behind everybody's back.
    pub fn with_store<T>(&self, look: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = self.shared.store.lock();
        let seen = look(&mut store);
        self.shared.grown.send_replace(store.last_position());
        seen
    }

    /// Appends what no client of ours would.
    pub fn write(&self, stream: &str, events: Vec<Proposed>) -> Placed {
        self.with_store(|store| store.write(Bytes::copy_from_slice(stream.as_bytes()), events))
    }

    /// Makes another node the leader.
    pub fn lead(&self, node: usize) {
        self.shared.cluster.lead(node);
    }

    /// Tells all connections to go away.
    pub fn go_away(&self) {
        self.door.go_away.send_modify(|times| *times += 1);
    }

    /// Drops all connections.
    pub fn cut_connections(&self) {
        self.door.cut_all.send_modify(|times| *times += 1);
    }

    /// Ends it at once; when this returns, nobody listens any more.
    pub async fn stop(mut self) {
        self.door.stop.cancel();
        for node in std::mem::take(&mut self.nodes) {
            // a task that panicked has ended as well
            let _ = node.await;
        }
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.door.stop.cancel();
    }
}
