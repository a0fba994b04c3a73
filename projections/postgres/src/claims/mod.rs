//! Which plans this node looks after, where several nodes could: each is claimed by one of them, for some seconds, and
//! claimed again before they are over.
//!
//! A claim has a token that grows each time somebody takes a plan. Whether it is still ours is told by our own clock,
//! which runs out before the server's: whoever was stopped for a while finds that out before doing anything else. Once a
//! claim was found to have run out it stays so, also when the server would have renewed it.
//!
//! - [`Claims`] answers at once, from memory.
//! - [`desk`] talks to the server: asks, takes, renews, gives back.

mod desk;

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{link::Engine, settings::Settings};

/// What a node is told about the plans it looks after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimNews {
    /// The plan is ours from now on.
    Taken {
        /// The plan.
        plan: String,
        /// Whether the node that had it did not give it back: it died, or stood still.
        over: bool,
    },
    /// The plan is no longer ours: nothing more may be done about it, and it is to be given back.
    Lost {
        /// The plan.
        plan: String,
    },
}

/// The claims of this process; they are tried for and kept until this is closed or dropped.
pub struct Claims {
    shared: Arc<Shared>,
    news: tokio::sync::Mutex<mpsc::UnboundedReceiver<ClaimNews>>,
    stop: CancellationToken,
    kept: Mutex<Option<tokio::task::JoinHandle<()>>>,
    _engine: Arc<Engine>,
}

impl Claims {
    /// Begins to look for plans, at most `most` at a time; `holder` is a name that no other process has.
    pub(crate) fn begin(engine: Arc<Engine>, settings: Settings, holder: String, most: usize) -> Self {
        let (tell, news) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { held: Mutex::default(), asked: Mutex::default(), wake: Notify::new(), tell });
        let stop = CancellationToken::new();
        let desk = desk::Desk::new(settings, holder, most, Arc::clone(&shared));
        let kept = engine.handle().spawn(desk.keep(stop.clone()));
        Self { shared, news: tokio::sync::Mutex::new(news), stop, kept: Mutex::new(Some(kept)), _engine: engine }
    }

    /// Has somebody look after a plan, this node or another. `told_at` is the place in the log of the event that asks for
    /// it, 0 when there is none.
    pub fn ask_for(&self, plan: &str, told_at: u64) {
        let told_at = i64::try_from(told_at).unwrap_or(i64::MAX);
        let mut asked = self.shared.asked.lock();
        let known = asked.wanted.entry(plan.to_owned()).or_default();
        *known = told_at.max(*known);
        drop(asked);
        self.shared.wake.notify_one();
    }

    /// Waits for the next that is to be told; `None` once this is closed.
    pub async fn news(&self) -> Option<ClaimNews> {
        self.news.lock().await.recv().await
    }

    /// The token of our claim on a plan; `None` when it is not ours at this moment, and then it is lost.
    pub fn token(&self, plan: &str) -> Option<u64> {
        self.shared.token(plan)
    }

    /// Somebody with a later token has written to the plan: our claim, if there is one, is lost.
    pub fn overtaken(&self, plan: &str, token: u64) {
        let mut held = self.shared.held.lock();
        if let Some(claim) = held.get_mut(plan)
            && claim.token.cast_unsigned() < token
        {
            warn!(plan, ours = claim.token, theirs = token, "another node has taken the plan");
            self.shared.lose(plan, claim);
            let mut asked = self.shared.asked.lock();
            asked.beyond = asked.beyond.max(token.cast_signed());
        }
    }

    /// Gives a plan back, ours or lost. Somebody is to look after it again after `wake_in`, or when an event behind
    /// `seen`, a place in the log, asks for it; `None` when only an event can.
    pub fn give_back(&self, plan: &str, wake_in: Option<Duration>, seen: u64) {
        let Some(claim) = self.shared.held.lock().remove(plan) else { return };
        let returned = Returned {
            plan: plan.to_owned(),
            token: claim.token,
            seen: i64::try_from(seen).unwrap_or(i64::MAX),
            wake_in: wake_in.map(|wake_in| i64::try_from(wake_in.as_millis()).unwrap_or(i64::MAX)),
        };
        self.shared.asked.lock().returned.push(returned);
        self.shared.wake.notify_one();
    }

    /// Gives everything back and takes nothing more.
    pub async fn close(&self) {
        let kept = self.kept.lock().take();
        self.stop.cancel();
        if let Some(kept) = kept {
            // An error says that the task broke down, and then the claims run out by themselves.
            drop(kept.await);
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What those who ask and the desk share.
struct Shared {
    held: Mutex<HashMap<String, Claim>>,
    asked: Mutex<Asked>,
    /// Something was asked.
    wake: Notify,
    tell: mpsc::UnboundedSender<ClaimNews>,
}

/// What waits to be told to the server.
#[derive(Default)]
struct Asked {
    /// Plans that somebody should look after, in order, so that two nodes never wait for each other's rows.
    wanted: BTreeMap<String, i64>,
    returned: Vec<Returned>,
    /// The latest token that was read in the log and is later than one that we were given; 0 when there is none.
    beyond: i64,
}

/// A claim of ours.
struct Claim {
    token: i64,
    /// Until when it is ours, by our own clock; `None` once it is lost, until it is given back.
    until: Option<Instant>,
}

/// A plan that is given back.
struct Returned {
    plan: String,
    token: i64,
    seen: i64,
    /// In milliseconds.
    wake_in: Option<i64>,
}

impl Shared {
    fn token(&self, plan: &str) -> Option<u64> {
        let mut held = self.held.lock();
        let claim = held.get_mut(plan)?;
        let until = claim.until?;
        if Instant::now() < until {
            return Some(claim.token.cast_unsigned());
        }
        self.lose(plan, claim);
        None
    }

    fn lose(&self, plan: &str, claim: &mut Claim) {
        if claim.until.take().is_some() {
            self.tell(ClaimNews::Lost { plan: plan.to_owned() });
        }
    }

    /// Notes a claim that the server gave us.
    fn take(&self, plan: String, token: i64, until: Instant, over: bool) {
        match self.held.lock().entry(plan.clone()) {
            Entry::Vacant(free) => free.insert(Claim { token, until: Some(until) }),
            // the server is never asked for what we hold
            Entry::Occupied(_) => return,
        };
        self.tell(ClaimNews::Taken { plan, over });
    }

    fn tell(&self, news: ClaimNews) {
        // An error says that nobody listens any more, and then nothing is done either.
        drop(self.tell.send(news));
    }
}

#[cfg(test)]
mod tests;
