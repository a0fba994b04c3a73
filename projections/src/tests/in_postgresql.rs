//! The same facts once more, with the models in PostgreSQL: one server, and a schema for each.
//!
//! They are one test, so that there is one server, also where each test has a process of its own.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures::FutureExt;
use pgserver::Server;

use super::{applying, asking, following, generations, operations, parking, past, place::Place, shared, steering};

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_holds_in_a_folder_holds_in_postgresql() {
    let Some(server) = Server::shared() else { return };
    let all = [
        generations::FACTS,
        parking::FACTS,
        applying::FACTS,
        following::FACTS,
        asking::FACTS,
        past::FACTS,
        shared::FACTS,
        steering::FACTS,
        operations::FACTS,
    ];
    let mut broken = Vec::new();
    for (name, fact) in all.into_iter().flatten() {
        let begin = Instant::now();
        let held = AssertUnwindSafe(fact(Place::schema(server))).catch_unwind().await;
        eprintln!("{name}: {} ({:?})", if held.is_ok() { "holds" } else { "BROKEN" }, begin.elapsed());
        broken.extend(held.is_err().then_some(*name));
    }
    assert!(broken.is_empty(), "in PostgreSQL these do not hold: {broken:?}");
}
