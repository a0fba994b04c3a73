//! The services of the protocol, and what all their calls have in common.

mod append;
mod batch;
mod delete;
mod features;
mod gossip;
mod read;
mod subscribe;
mod wire;

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

pub use wire::basic;

use futures::Stream;
use parking_lot::Mutex;
use tokio::sync::watch;
use tonic::{Request, Response, Status, Streaming, metadata::MetadataMap, service::Routes};

use crate::{
    connection::{Connection, Door},
    double::Options,
    faults::{Call, Fault, Faults},
    protocol::event_store::client::{
        gossip::gossip_server::GossipServer,
        server_features::server_features_server::ServerFeaturesServer,
        streams::{
            AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, DeleteReq, DeleteResp, ReadReq, ReadResp,
            TombstoneReq, TombstoneResp,
            streams_server::{Streams, StreamsServer},
        },
    },
    status,
    store::Store,
};

/// The largest message that is taken.
const LARGEST_MESSAGE: usize = 17 * 1024 * 1024;

pub(crate) type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What all nodes share.
pub(crate) struct Shared {
    pub(crate) store: Mutex<Store>,
    /// Tells where the log ends.
    pub(crate) grown: watch::Sender<u64>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) options: Options,
    pub(crate) cluster: Cluster,
    pub(crate) door: Arc<Door>,
}

/// The nodes, and which of them leads.
pub(crate) struct Cluster {
    pub(crate) addresses: Vec<SocketAddr>,
    leader: AtomicUsize,
}

impl Cluster {
    pub(crate) fn new(addresses: Vec<SocketAddr>) -> Self {
        Self { addresses, leader: AtomicUsize::new(0) }
    }

    pub(crate) fn lead(&self, node: usize) {
        self.leader.store(node, Ordering::Relaxed);
    }

    pub(crate) fn leader(&self) -> usize {
        self.leader.load(Ordering::Relaxed)
    }
}

/// One node.
#[derive(Clone)]
pub(crate) struct Node {
    shared: Arc<Shared>,
    index: usize,
}

/// The services of one node.
pub(crate) fn routes(shared: Arc<Shared>, index: usize) -> Routes {
    let node = Node { shared: Arc::clone(&shared), index };
    let streams = StreamsServer::new(node.clone())
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE);
    let routes = Routes::new(streams).add_service(GossipServer::new(node.clone()));
    let tells = shared.options.version.tells_what_it_can();
    let routes = if tells { routes.add_service(ServerFeaturesServer::new(node)) } else { routes };
    routes.prepare()
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anybody,
    Admin,
}

/// What a call may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rights(Caller);

impl Rights {
    /// Streams of the server's own, and the whole log, are for its admins.
    pub(crate) fn to_stream(self, stream: &[u8]) -> Result<(), Status> {
        if stream.starts_with(b"$") { self.to_all() } else { Ok(()) }
    }

    pub(crate) fn to_all(self) -> Result<(), Status> {
        if self.0 == Caller::Admin { Ok(()) } else { Err(status::access_denied()) }
    }
}

impl Node {
    /// What every call goes through: who calls, whether the leader is meant, and the faults before anything is done.
    /// Gives the fault that strikes later.
    async fn enter(&self, metadata: &MetadataMap, call: Call) -> Result<(Rights, Option<Fault>), Status> {
        let rights = Rights(self.caller(metadata)?);
        let leader = self.shared.cluster.leader();
        if metadata.contains_key("requires-leader") && leader != self.index {
            let address = self.shared.cluster.addresses[leader];
            return Err(status::not_leader(&address.ip().to_string(), address.port()));
        }
        match self.shared.faults.next(call) {
            Some(Fault::Unavailable) => Err(status::not_ready()),
            Some(Fault::NotLeader(port)) => Err(status::not_leader("127.0.0.1", port)),
            Some(Fault::Silent) => std::future::pending().await,
            Some(Fault::GoAway) => {
                self.shared.door.go_away.send_modify(|times| *times += 1);
                Ok((rights, None))
            }
            later => Ok((rights, later)),
        }
    }

    /// The faults of a call that asks nobody who they are.
    async fn fault_alone(&self, call: Call) -> Result<(), Status> {
        match self.shared.faults.next(call) {
            Some(Fault::Unavailable) => Err(status::not_ready()),
            Some(Fault::Silent) => std::future::pending().await,
            Some(_) | None => Ok(()),
        }
    }

    fn caller(&self, metadata: &MetadataMap) -> Result<Caller, Status> {
        let users = &self.shared.options.users;
        if users.is_empty() {
            return Ok(Caller::Admin);
        }
        let Some(given) = metadata.get("authorization") else { return Ok(Caller::Anybody) };
        let known = users.iter().find(|user| wire::basic(&user.name, &user.password).as_bytes() == given.as_bytes());
        let user = known.ok_or_else(|| Status::unauthenticated(""))?;
        Ok(if user.is_admin { Caller::Admin } else { Caller::Anybody })
    }

    /// Lets subscribers know what was written.
    fn announce(&self, store: &Store) {
        self.shared.grown.send_replace(store.last_position());
    }
}

fn connection<T>(request: &Request<T>) -> Connection {
    request.extensions().get::<Connection>().cloned().unwrap_or_default()
}

/// Answers within the time that the caller gives, as the server does.
async fn within<T>(metadata: &MetadataMap, answer: impl Future<Output = Result<T, Status>>) -> Result<T, Status> {
    let Some(time) = metadata.get("grpc-timeout").and_then(|text| timeout(text.to_str().ok()?)) else {
        return answer.await;
    };
    let answered = tokio::time::timeout(time, answer).await;
    answered.unwrap_or_else(|_| Err(Status::deadline_exceeded("Deadline Exceeded")))
}

/// A number and a letter for its unit, from hours to nanoseconds.
fn timeout(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[tonic::async_trait]
impl Streams for Node {
    type ReadStream = Answers<ReadResp>;
    type BatchAppendStream = Answers<BatchAppendResp>;

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Self::ReadStream>, Status> {
        self.answer_read(request).await
    }

    async fn append(&self, request: Request<Streaming<AppendReq>>) -> Result<Response<AppendResp>, Status> {
        let metadata = request.metadata().clone();
        within(&metadata, self.answer_append(request)).await
    }

    async fn delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        self.answer_delete(request).await
    }

    async fn tombstone(&self, request: Request<TombstoneReq>) -> Result<Response<TombstoneResp>, Status> {
        self.answer_tombstone(request).await
    }

    async fn batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Self::BatchAppendStream>, Status> {
        self.answer_batch_append(request).await
    }
}
