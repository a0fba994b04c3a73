//! Work that nobody waits for.

/// Lets everybody else go first on this processor: whoever asks does not wait for a build that nobody is shown yet. A
/// thread of Linux's idle class is put aside at once when any other wants to run, which niceness alone does not promise
/// (sched(7)). Elsewhere, and where the system refuses, the threads take their share.
pub(crate) fn step_back() {
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
