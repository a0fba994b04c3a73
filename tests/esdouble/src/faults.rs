//! Faults on demand: which call, which fault, after how many calls, how many times; or at random, from a seed.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use parking_lot::Mutex;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// An append.
    Append,
    /// A read of a stream.
    ReadStream,
    /// A read of the whole log.
    ReadAll,
    /// A subscription.
    Subscribe,
    /// The question what the server can do.
    Features,
    /// The question for the nodes of the cluster.
    Gossip,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What was asked is done, and the connection is dropped before the answer.
    DoneThenDropped,
    /// What was asked is done, and the answer is `Aborted`, as after a time-out of the server's own.
    DoneThenAborted,
    /// Nothing is done, and the answer is `Unavailable`.
    Unavailable,
    /// Nothing is done, and there is no answer.
    Silent,
    /// What was asked is done, and there is no answer.
    DoneThenSilent,
    /// The connection is dropped in the middle of an answer of several messages, after so many.
    DroppedAfter(u32),
    /// An answer of several messages ends in order after so many.
    EndsAfter(u32),
    /// It ends with `Aborted` after so many.
    AbortedAfter(u32),
    /// It ends with `Unavailable` after so many.
    UnavailableAfter(u32),
    /// It goes on for ever without a message, after so many.
    StallsAfter(u32),
    /// A subscription begins so many records before where it was asked to.
    Repeats(u32),
    /// The node says that it is not the leader, and that a node at this port is.
    NotLeader(u16),
    /// All connections are told to go away.
    GoAway,
}

impl Fault {
    /// Whether what was asked is done all the same.
    pub(crate) fn is_done(self) -> bool {
        matches!(self, Self::DoneThenDropped | Self::DoneThenAborted | Self::DoneThenSilent)
    }
}

#[derive(Debug)]
struct Armed {
    call: Call,
    fault: Fault,
    skip: u32,
    times: u32,
}

/// The faults of a double. Changed while it runs.
#[derive(Default)]
pub struct Faults {
    armed: Mutex<Vec<Armed>>,
    chaos: Mutex<Option<Chaos>>,
    /// How many faults there were.
    happened: AtomicU64,
    refuses: AtomicBool,
    line: Line,
}

struct Chaos {
    seed: u64,
    /// One of so many calls fails.
    one_in: u64,
    /// The port at which nobody listens, for a leader that is not there.
    nobody: u16,
}

/// How bytes travel.
#[derive(Default)]
pub(crate) struct Line {
    /// How many bytes travel in a millisecond; 0 is as many as there are.
    slow: AtomicUsize,
    frozen: AtomicBool,
}

impl Line {
    /// Until when nothing travels, and how much afterwards.
    pub(crate) fn limit(&self) -> Option<(Duration, usize)> {
        if self.frozen.load(Ordering::Relaxed) {
            return Some((Duration::from_millis(20), 0));
        }
        let slow = self.slow.load(Ordering::Relaxed);
        (slow > 0).then_some((Duration::from_millis(1), slow))
    }
}

impl Faults {
    /// Lets the next such call fail.
    pub fn once(&self, call: Call, fault: Fault) {
        self.arm(call, fault, 0, 1);
    }

    /// Lets such calls fail: after `skip` good ones, `times` times.
    pub fn arm(&self, call: Call, fault: Fault, skip: u32, times: u32) {
        self.armed.lock().push(Armed { call, fault, skip, times });
    }

    /// Lets one of so many calls fail, in a way that the seed decides. `nobody` is a port at which nobody listens.
    pub fn chaos(&self, seed: u64, one_in: u64, nobody: u16) {
        *self.chaos.lock() = Some(Chaos { seed, one_in, nobody });
    }

    /// Ends all faults.
    pub fn none(&self) {
        self.armed.lock().clear();
        *self.chaos.lock() = None;
        self.refuse(false);
        self.slow(0);
        self.freeze(false);
    }

    /// Whether new connections are dropped at once.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::Relaxed);
    }

    /// How many bytes travel in a millisecond; 0 is as many as there are.
    pub fn slow(&self, bytes: usize) {
        self.line.slow.store(bytes, Ordering::Relaxed);
    }

    /// Whether nothing travels on connections that stay open.
    pub fn freeze(&self, frozen: bool) {
        self.line.frozen.store(frozen, Ordering::Relaxed);
    }

    /// How many faults there were.
    pub fn happened(&self) -> u64 {
        self.happened.load(Ordering::Relaxed)
    }

    pub(crate) fn refuses(&self) -> bool {
        self.refuses.load(Ordering::Relaxed)
    }

    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// Gives the fault of this call, if it has one.
    pub(crate) fn next(&self, call: Call) -> Option<Fault> {
        let fault = self.armed(call).or_else(|| self.chaos.lock().as_mut()?.next(call))?;
        self.happened.fetch_add(1, Ordering::Relaxed);
        Some(fault)
    }

    fn armed(&self, call: Call) -> Option<Fault> {
        let mut armed = self.armed.lock();
        let index = armed.iter().position(|armed| armed.call == call)?;
        let next = &mut armed[index];
        if next.skip > 0 {
            next.skip -= 1;
            return None;
        }
        let fault = next.fault;
        next.times -= 1;
        if next.times == 0 {
            armed.remove(index);
        }
        Some(fault)
    }
}

impl Chaos {
    fn next(&mut self, call: Call) -> Option<Fault> {
        if !random(&mut self.seed).is_multiple_of(self.one_in) {
            return None;
        }
        let nobody = self.nobody;
        let some = |choices: &[Fault], drawn: u64| choices.get(usize::try_from(drawn).ok()? % choices.len()).copied();
        let drawn = random(&mut self.seed) >> 32;
        let messages = u32::try_from(random(&mut self.seed) % 20).unwrap_or_default();
        match call {
            Call::Append => some(
                &[
                    Fault::DoneThenDropped,
                    Fault::DoneThenDropped,
                    Fault::DoneThenAborted,
                    Fault::DoneThenAborted,
                    Fault::Unavailable,
                    Fault::Unavailable,
                    Fault::GoAway,
                    Fault::NotLeader(nobody),
                    Fault::DoneThenSilent,
                    Fault::Silent,
                ],
                drawn,
            ),
            Call::ReadStream | Call::ReadAll => some(
                &[
                    Fault::Unavailable,
                    Fault::DroppedAfter(messages),
                    Fault::AbortedAfter(messages),
                    Fault::UnavailableAfter(messages),
                    Fault::GoAway,
                ],
                drawn,
            ),
            Call::Subscribe => some(
                &[
                    Fault::EndsAfter(messages),
                    Fault::DroppedAfter(messages),
                    Fault::AbortedAfter(messages),
                    Fault::UnavailableAfter(messages),
                    Fault::StallsAfter(messages),
                    Fault::Repeats(messages),
                ],
                drawn,
            ),
            Call::Features => Some(Fault::Unavailable),
            Call::Gossip => None,
        }
    }
}

/// A small generator (splitmix64, Steele et al., 2014).
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
