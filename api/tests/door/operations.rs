//! Long work on read models, as it is seen from other servers and after a restart.

use std::{path::Path, sync::Arc};

use eventlog::EventLog;
use pgserver::Server;
use projections_postgres::{Login, PostgresModels, Settings};
use projections_sqlite::SqliteModels;
use serde_json::{Value, json};

use crate::{
    fragile::FragileLog,
    house::{House, launch},
    operating::ended,
};

const OPERATIONS: &str = "/api/v1/ops/operations";

/// A server whose read models others share, called by a name.
async fn sharing(server: &Server, schema: &str, log: &Arc<FragileLog>, name: &str) -> House {
    let settings = Settings::parse(&format!("{}&schema={schema}", server.url()), Login::default()).unwrap();
    let storage = Arc::new(PostgresModels::open(settings).unwrap());
    House::over(storage, Arc::clone(log) as Arc<dyn EventLog>, |parts| name.clone_into(&mut parts.node)).await
}

async fn alone(folder: &Path, log: &Arc<FragileLog>) -> House {
    let storage = Arc::new(SqliteModels::open(folder).unwrap());
    House::over(storage, Arc::clone(log) as Arc<dyn EventLog>, |_| ()).await
}

/// Begins a comparison that nobody waits for; where it is found.
async fn compare(house: &House) -> String {
    let begun = house.post("/api/v1/ops/projections/plan_list/verify", json!({"background": true})).await;
    assert_eq!(begun.status.as_u16(), 202, "{}", begun.text);
    begun.header("location").to_owned()
}

/// Looks at an operation until it is as wanted.
async fn until(house: &House, place: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let operation = house.get(place).await.ok();
        if wanted(&operation) {
            return operation;
        }
        tokio::task::yield_now().await;
    }
}

async fn listed(house: &House) -> Vec<Value> {
    house.get(OPERATIONS).await.ok()["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_carries_out_every_server_shows_and_can_end() {
    let Some(server) = Server::shared() else { return };
    let (schema, log) = (server.fresh_name(), FragileLog::new());
    let one = sharing(server, &schema, &log, "one").await;
    let other = sharing(server, &schema, &log, "other").await;
    one.draft(launch()).await;
    one.settled().await;
    other.settled().await;

    let pages = log.read_slowly();
    pages.add_permits(1);
    let place = compare(&one).await;
    let seen = until(&other, &place, |operation| operation["progress"]["events"] == 1).await;
    assert_eq!(
        (&seen["state"], &seen["node"], &seen["progress"]["total"]),
        (&json!("running"), &json!("one"), &json!(2))
    );
    assert_eq!((&seen["can_cancel"], &seen["cancelling"]), (&json!(true), &json!(false)));
    assert_eq!(listed(&other).await, [seen]);

    let cancel = format!("{place}/cancel");
    let ending = other.post(&cancel, json!({})).await.ok();
    assert_eq!((&ending["can_cancel"], &ending["cancelling"]), (&json!(false), &json!(true)), "{ending:#}");
    for house in [&one, &other] {
        assert_eq!(ended(house, &place).await["state"], "cancelled");
        house.post(&cancel, json!({})).await.problem(409, "ops.operation-over");
    }

    // it left nothing behind: the other one does it now, and the first one sees what was found
    pages.add_permits(2);
    let place = compare(&other).await;
    let done = ended(&one, &place).await;
    assert_eq!((&done["state"], &done["node"]), (&json!("done"), &json!("other")), "{done:#}");
    assert_eq!((&done["verified"]["equal"], &done["verified"]["rows"]), (&json!(true), &json!(1)));
    assert_eq!(listed(&one).await, listed(&other).await);
    for house in [one, other] {
        house.models.shutdown().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_a_server_did_not_finish_is_told_of_after_a_restart() {
    let (folder, log) = (tempfile::tempdir().unwrap(), FragileLog::new());
    let house = alone(folder.path(), &log).await;
    house.draft(launch()).await;
    house.settled().await;
    let pages = log.read_slowly();
    pages.add_permits(1);
    let place = compare(&house).await;
    house.state.shutdown.cancel();
    let stopped = ended(&house, &place).await;
    assert_eq!((&stopped["state"], &stopped["node"]), (&json!("failed"), &Value::Null), "{stopped:#}");
    assert!(stopped["error"].as_str().unwrap().contains("was shut down before it was done"), "{stopped:#}");
    house.models.shutdown().await.unwrap();

    pages.add_permits(1_000);
    let house = alone(folder.path(), &log).await;
    assert_eq!(listed(&house).await, [stopped]);
    let done = compare(&house).await;
    assert_eq!(ended(&house, &done).await["verified"]["equal"], true);
    assert_eq!(listed(&house).await.len(), 2);
    house.models.shutdown().await.unwrap();
}
