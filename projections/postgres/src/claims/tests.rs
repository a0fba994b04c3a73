//! Claims over a real PostgreSQL, of several nodes in one process.

use std::time::Duration;

use pgserver::Server;

use super::*;
use crate::{Login, PostgresModels};

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const LEASE: Duration = Duration::from_secs(2);

/// A database that several nodes share; `None` where PostgreSQL is not installed.
fn database() -> Option<impl Fn() -> PostgresModels> {
    let server = Server::shared()?;
    let connection = format!("{}&schema={}", server.url(), server.fresh_name());
    Some(move || {
        PostgresModels::open(Settings::parse(&connection, Login::default()).unwrap().with_lease(LEASE)).unwrap()
    })
}

async fn next(claims: &Claims) -> ClaimNews {
    tokio::time::timeout(PATIENCE, claims.news()).await.expect("news in time").expect("open")
}

fn taken(plan: &str, over: bool) -> ClaimNews {
    ClaimNews::Taken { plan: plan.into(), over }
}

/// A node that dies: nothing is renewed or given back any more.
fn die(claims: &Claims) {
    claims.kept.lock().take().expect("it lives").abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_all_ask_for_is_taken_by_one_and_given_back_for_good() {
    let Some(database) = database() else { return };
    let (one, other) = (database(), database());
    let (one, other) = (one.claims("one".into(), 1), other.claims("other".into(), 1));
    for claims in [&one, &other] {
        claims.ask_for("pln_1", 7);
    }
    let (winner, loser) = tokio::select! {
        news = next(&one) => { assert_eq!(news, taken("pln_1", false)); (&one, &other) }
        news = next(&other) => { assert_eq!(news, taken("pln_1", false)); (&other, &one) }
    };
    assert!(winner.token("pln_1").is_some());
    assert_eq!(loser.token("pln_1"), None);
    // once this is done the server has heard both
    loser.close().await;
    winner.give_back("pln_1", None, 7);
    assert_eq!(winner.token("pln_1"), None);
    // Nothing more is to be done about it, or it would be taken first.
    winner.ask_for("pln_2", 0);
    assert_eq!(next(winner).await, taken("pln_2", false));
    winner.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_the_holder_did_not_see_has_the_plan_looked_after_again() {
    let Some(database) = database() else { return };
    let database = database();
    let (busy, other) = (database.claims("busy".into(), 1), database.claims("other".into(), 0));
    busy.ask_for("pln_1", 3);
    assert_eq!(next(&busy).await, taken("pln_1", false));
    let first = busy.token("pln_1").unwrap();
    // The other node tells of an event; when what follows it is known to the server, so is this.
    other.ask_for("pln_1", 9);
    other.close().await;
    busy.give_back("pln_1", None, 8);
    assert_eq!(next(&busy).await, taken("pln_1", false));
    assert!(busy.token("pln_1").unwrap() > first, "each taking has a later token");
    busy.give_back("pln_1", Some(Duration::from_millis(50)), 9);
    assert_eq!(next(&busy).await, taken("pln_1", false));
    busy.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_node_had_is_taken_over_once_its_lease_is_over_and_it_knows_of_that_first() {
    let Some(database) = database() else { return };
    let database = database();
    let dead = database.claims("dead".into(), 8);
    dead.ask_for("pln_1", 0);
    assert_eq!(next(&dead).await, taken("pln_1", false));
    let token = dead.token("pln_1").unwrap();
    die(&dead);
    let heir = database.claims("heir".into(), 8);
    assert_eq!(next(&heir).await, taken("pln_1", true));
    // Its own clock has told it before anybody else could take the plan, and it stays so.
    assert_eq!(dead.token("pln_1"), None);
    assert_eq!(next(&dead).await, ClaimNews::Lost { plan: "pln_1".into() });
    assert!(heir.token("pln_1").unwrap() > token);
    heir.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_takes_no_more_than_it_may_and_goes_on_when_it_gives_back() {
    let Some(database) = database() else { return };
    let database = database();
    let (one, other) = (database.claims("one".into(), 2), database.claims("other".into(), 0));
    for plan in ["pln_1", "pln_2", "pln_3"] {
        other.ask_for(plan, 1);
    }
    other.close().await;
    let (ClaimNews::Taken { plan: first, .. }, ClaimNews::Taken { .. }) = (next(&one).await, next(&one).await) else {
        panic!("two are taken")
    };
    assert_eq!(one.shared.held.lock().len(), 2);
    one.give_back(&first, None, 1);
    assert!(matches!(next(&one).await, ClaimNews::Taken { plan, .. } if plan != first));
    one.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_overtaken_has_lost_and_a_later_token_of_our_own_is_no_loss() {
    let Some(database) = database() else { return };
    let database = database();
    let claims = database.claims("one".into(), 2);
    claims.ask_for("pln_1", 0);
    assert_eq!(next(&claims).await, taken("pln_1", false));
    let token = claims.token("pln_1").unwrap();
    claims.overtaken("pln_1", token);
    assert_eq!(claims.token("pln_1"), Some(token));
    claims.overtaken("pln_1", token + 1);
    assert_eq!(claims.token("pln_1"), None);
    assert_eq!(next(&claims).await, ClaimNews::Lost { plan: "pln_1".into() });
    // It is not taken again before whoever worked on it has stopped.
    claims.give_back("pln_1", Some(Duration::ZERO), 0);
    assert_eq!(next(&claims).await, taken("pln_1", false));
    claims.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_log_has_later_tokens_than_the_database_the_next_is_later_still() {
    let Some(database) = database() else { return };
    let database = database();
    let claims = database.claims("one".into(), 2);
    claims.ask_for("pln_1", 0);
    assert_eq!(next(&claims).await, taken("pln_1", false));
    // an old copy of the database was put back
    let in_the_log = claims.token("pln_1").unwrap() + 1_000_000;
    claims.overtaken("pln_1", in_the_log);
    assert_eq!(next(&claims).await, ClaimNews::Lost { plan: "pln_1".into() });
    claims.give_back("pln_1", Some(Duration::ZERO), 0);
    assert_eq!(next(&claims).await, taken("pln_1", false));
    assert!(claims.token("pln_1").unwrap() > in_the_log);
    claims.close().await;
}
