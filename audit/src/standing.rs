//! How the whole log stands at one position: the head of every stream, and a digest of the order of all events.
//!
//! The chain of a stream does not say between which events of other streams an event came. For that, a second digest
//! runs over the whole log:
//!
//! ```text
//! order = SHA-256( "cairn.order.v1" ‖ order before ‖ position ‖ hash of the event )
//! head  = "cairn.head.v1" ‖ len(stream) ‖ stream ‖ revision ‖ hash of the stream's last event
//! ```
//!
//! Numbers are 8 bytes, big-endian; the order before the first event is 32 zero bytes. The heads, sorted by stream, are
//! the leaves of the tree in [`merkle`](crate::merkle).

use std::{
    borrow::Borrow,
    collections::{BTreeMap, HashMap},
};

use eventlog::{
    Hash32, Position, RecordedEvent, Revision, StreamName,
    integrity::{ChainEnd, Chains, Fault},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::merkle;

const ORDER_TAG: &[u8] = b"cairn.order.v1";
const HEAD_TAG: &[u8] = b"cairn.head.v1";

/// The head of a stream: its last event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(StreamName, Revision, Hash32)", from = "(StreamName, Revision, Hash32)")]
pub struct Head {
    /// The stream.
    pub stream: StreamName,
    /// The revision of its last event.
    pub revision: Revision,
    /// The hash of its last event, which stands for all before it.
    pub hash: Hash32,
}

impl Head {
    /// The hash of this head as a leaf of the tree.
    pub fn leaf(&self) -> Hash32 {
        let name = self.stream.as_str().as_bytes();
        let mut bytes = HEAD_TAG.to_vec();
        bytes.extend((name.len() as u64).to_be_bytes());
        bytes.extend(name);
        bytes.extend(self.revision.get().to_be_bytes());
        bytes.extend(self.hash.as_bytes());
        merkle::leaf_hash(&bytes)
    }

    pub(crate) fn end(&self) -> ChainEnd {
        ChainEnd { revision: self.revision, hash: self.hash }
    }
}

impl From<Head> for (StreamName, Revision, Hash32) {
    fn from(head: Head) -> Self {
        (head.stream, head.revision, head.hash)
    }
}

impl From<(StreamName, Revision, Hash32)> for Head {
    fn from((stream, revision, hash): (StreamName, Revision, Hash32)) -> Self {
        Self { stream, revision, hash }
    }
}

/// The root of the tree over these heads, which are sorted by stream.
pub(crate) fn root_of<H: Borrow<Head>>(heads: impl IntoIterator<Item = H>) -> Hash32 {
    let leaves: Vec<Hash32> = heads.into_iter().map(|head| head.borrow().leaf()).collect();
    merkle::root(&leaves)
}

/// How the log stands at one position, every event up to there checked.
#[derive(Clone, Debug)]
pub struct Standing {
    chains: Chains,
    position: Option<Position>,
    order: Hash32,
}

impl Standing {
    /// Begins before the first event. `dense_positions` says that a missing position is a fault.
    pub fn new(dense_positions: bool) -> Self {
        Self { chains: Chains::new(dense_positions), position: None, order: Hash32::ZERO }
    }

    /// Goes on from where a checkpoint left off.
    pub(crate) fn resume(
        position: Position,
        events: u64,
        order: Hash32,
        heads: &BTreeMap<StreamName, ChainEnd>,
        dense_positions: bool,
    ) -> Self {
        let ends: HashMap<StreamName, ChainEnd> = heads.iter().map(|(stream, end)| (stream.clone(), *end)).collect();
        Self { chains: Chains::resume(position, events, ends, dense_positions), position: Some(position), order }
    }

    /// Checks the next event and takes it in; a faulty one is not taken in.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, event: &RecordedEvent) -> Result<(), Fault> {
        self.chains.check(event)?;
        self.position = Some(event.position);
        let hasher = Sha256::new_with_prefix(ORDER_TAG)
            .chain_update(self.order.as_bytes())
            .chain_update(event.position.get().to_be_bytes())
            .chain_update(event.hash.as_bytes());
        self.order = Hash32::new(hasher.finalize().into());
        Ok(())
    }

    /// The position of the last event taken in.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// How many events were taken in.
    pub fn events(&self) -> u64 {
        self.chains.events()
    }

    /// How many streams they belong to.
    pub fn streams(&self) -> u64 {
        self.chains.ends().len() as u64
    }

    /// The digest of the order of all events.
    pub fn order(&self) -> Hash32 {
        self.order
    }

    /// The end of a stream's chain.
    pub fn end_of(&self, stream: &StreamName) -> Option<ChainEnd> {
        self.chains.ends().get(stream).copied()
    }

    /// The heads of these streams, sorted; of all of them with [`heads`](Self::heads).
    pub(crate) fn heads_of<'a>(&self, streams: impl IntoIterator<Item = &'a StreamName>) -> Vec<Head> {
        let heads = streams.into_iter().filter_map(|stream| self.end_of(stream).map(|end| head(stream, end)));
        sorted(heads.collect())
    }

    /// The heads of all streams, sorted.
    pub fn heads(&self) -> Vec<Head> {
        sorted(self.chains.ends().iter().map(|(stream, end)| head(stream, *end)).collect())
    }
}

fn head(stream: &StreamName, end: ChainEnd) -> Head {
    Head { stream: stream.clone(), revision: end.revision, hash: end.hash }
}

fn sorted(mut heads: Vec<Head>) -> Vec<Head> {
    heads.sort_unstable_by(|a, b| a.stream.cmp(&b.stream));
    heads
}
