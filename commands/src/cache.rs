//! The states of the streams in use: at most so many, the least recently used go first.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use eventlog::StreamName;
use lru::LruCache;
use parking_lot::Mutex;

use crate::{Aggregate, Loaded};

/// Threads that look up different streams rarely meet in the same shard.
const SHARDS: usize = 16;

/// One stream and its state. Whoever holds the lock is the only one of this process that appends to the stream.
pub(crate) struct Entry<D: Aggregate> {
    pub(crate) stream: StreamName,
    /// `None` until it is loaded, and while somebody works on it.
    pub(crate) loaded: tokio::sync::Mutex<Option<Loaded<D::State>>>,
}

type Shard<D> = LruCache<<D as Aggregate>::Id, Arc<Entry<D>>>;

/// A bounded map of entries.
pub(crate) struct Cache<D: Aggregate> {
    shards: Box<[Mutex<Shard<D>>]>,
    hasher: RandomState,
    per_shard: usize,
}

impl<D: Aggregate> Cache<D> {
    /// Makes a cache of at most `capacity` streams, rounded up to the next multiple of the number of shards.
    pub(crate) fn new(capacity: usize) -> Self {
        let per_shard = capacity.div_ceil(SHARDS).max(1);
        let shards = (0..SHARDS).map(|_| Mutex::new(LruCache::unbounded())).collect();
        Self { shards, hasher: RandomState::new(), per_shard }
    }

    /// Gives the entry of a stream; there is one of each at any time.
    pub(crate) fn entry(&self, id: &D::Id) -> Arc<Entry<D>> {
        let shard = usize::try_from(self.hasher.hash_one(id) % SHARDS as u64).unwrap_or_default();
        let mut shard = self.shards[shard].lock();
        if let Some(entry) = shard.get(id) {
            return Arc::clone(entry);
        }
        self.make_room(&mut shard);
        let entry = Arc::new(Entry { stream: D::stream(id), loaded: tokio::sync::Mutex::new(None) });
        shard.put(id.clone(), Arc::clone(&entry));
        entry
    }

    /// Drops the states; the streams in work keep their places.
    pub(crate) async fn drop_states(&self) {
        for shard in &self.shards {
            let entries: Vec<_> = shard.lock().iter().map(|(_, entry)| Arc::clone(entry)).collect();
            for entry in entries {
                *entry.loaded.lock().await = None;
            }
        }
    }

    /// Drops what was not used for longest. What somebody works on stays: a second entry beside it would show an old
    /// state. So the cache may be over its bound by as many streams as there are commands under way.
    fn make_room(&self, shard: &mut Shard<D>) {
        let mut in_use = Vec::new();
        while shard.len() + in_use.len() >= self.per_shard {
            match shard.pop_lru() {
                Some((id, entry)) if Arc::strong_count(&entry) > 1 => in_use.push((id, entry)),
                Some(_) => {}
                None => break,
            }
        }
        for (id, entry) in in_use {
            shard.put(id, entry);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use domain::{ids::EntityId, workspace::EntityDecider};

    use super::*;

    fn id(number: usize) -> EntityId {
        format!("tsk_{number}").parse().unwrap()
    }

    #[test]
    fn the_cache_stays_within_its_bound() {
        let cache = Cache::<EntityDecider>::new(32);
        for number in 0..1_000 {
            cache.entry(&id(number));
        }
        assert!(cache.len() <= 32);
    }

    #[test]
    fn an_entry_in_use_is_never_doubled() {
        let cache = Cache::<EntityDecider>::new(1);
        let held = cache.entry(&id(0));
        for number in 1..1_000 {
            cache.entry(&id(number));
        }
        assert!(Arc::ptr_eq(&held, &cache.entry(&id(0))));
    }
}
