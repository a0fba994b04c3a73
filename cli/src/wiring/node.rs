//! What people call this process where several share the work.

use std::{env, fs, process};

/// Names the machine, where it says what it is called, and the process.
pub(super) fn name() -> String {
    let process = format!("process {}", process::id());
    match machine() {
        Some(machine) => format!("{machine}, {process}"),
        None => process,
    }
}

fn machine() -> Option<String> {
    let told = fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| env::var("HOSTNAME").ok());
    told.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}
