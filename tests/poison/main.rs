//! `poison FOLDER PLAN…`: writes one event of each kind that cannot be read, for the browser's tests. No server may have the
//! folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "mod.rs"]
mod poisoning;

use std::path::PathBuf;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder"));
    let plans: Vec<String> = args.collect();
    poisoning::poison(&folder, &plans).await;
    for (kind, event_type, ..) in poisoning::POISON {
        println!("{kind} {event_type}");
    }
}
