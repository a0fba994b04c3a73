//! Work that nobody waits for.

use std::{
    cell::Cell,
    thread,
    time::{Duration, Instant},
};

/// How long a thread that stepped back works before it gives way.
const STRETCH: Duration = Duration::from_micros(100);

thread_local! {
    /// Since when this thread works without giving way; none in threads that did not step back.
    static WORKING_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Lets everybody else go first on this processor: whoever asks does not wait for a build that nobody is shown yet. A
/// thread of Linux's idle class is put aside at once when any other wants to run, which niceness alone does not promise
/// (sched(7)). Elsewhere, and where the system refuses, the threads take their share.
pub(crate) fn step_back() {
    WORKING_SINCE.set(Some(Instant::now()));
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{
            NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy::Normal,
            set_thread_priority_and_policy, thread_native_id,
        };
        if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, Normal(Idle)) {
            tracing::debug!(?error, "a build takes as much of the processor as everybody");
        }
    }
}

/// Lets the processor choose anew, if this thread stepped back and has worked for a while. Whoever wakes up is not always
/// taken at once: the system may find that they had their share a moment ago, and looks again only at its next tick, some
/// milliseconds later, unless it is asked to.
pub(crate) fn give_way() {
    if WORKING_SINCE.get().is_some_and(|since| since.elapsed() >= STRETCH) {
        thread::yield_now();
        WORKING_SINCE.set(Some(Instant::now()));
    }
}
