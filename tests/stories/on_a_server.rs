//! The same house over a log on a server: the folder has the read models alone. The server is the double.

use std::{net::TcpListener, path::Path, time::Duration};

use esdouble::{Double, Options};
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{PATIENCE, Server, cairn, chain, folder};

/// A double with its log in a file of this folder.
async fn double(folder: &Path, address: Option<std::net::SocketAddr>) -> Double {
    let usual = Options { file: Some(folder.join("server.log")), max_append: 16 * 1024 * 1024, ..Options::default() };
    let options = Options { address: address.unwrap_or(usual.address), ..usual };
    Double::start(options).await.expect("the double starts")
}

/// What `/readyz` answers: the status, and the word for the log.
async fn readiness(server: &Server) -> (StatusCode, Option<String>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let readyz = client.get(format!("{}/readyz", server.url)).send().await.expect("the server answers");
    let code = readyz.status();
    let body: Value = readyz.json().await.expect("JSON");
    let log = body["checks"].as_array().unwrap().iter().find(|check| check["name"] == "log").expect("a check").clone();
    (code, log["reason"].as_str().map(str::to_owned))
}

pub(crate) async fn until_ready(server: &Server, wanted: (StatusCode, Option<&str>)) {
    let in_time = tokio::time::timeout(PATIENCE, async {
        loop {
            let (status, reason) = readiness(server).await;
            if (status, reason.as_deref()) == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    in_time.await.unwrap_or_else(|_| panic!("never {wanted:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_made_run_and_proven_over_a_server_that_goes_away_in_between() {
    let (data, log) = (folder(), folder());
    let away = double(log.path(), None).await;
    let (connection, address) = (away.connection_string(), away.address());
    let flags = ["--eventstore", connection.as_str()];
    let server = Server::start_with(data.path(), &flags);
    until_ready(&server, (StatusCode::OK, None)).await;
    let plan = server.draft(chain("Over there", 5)).await;

    away.stop().await;
    until_ready(&server, (StatusCode::SERVICE_UNAVAILABLE, Some("unreachable"))).await;
    let back = double(log.path(), Some(address)).await;
    until_ready(&server, (StatusCode::OK, None)).await;

    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    let ended = server.plan_until(id, |plan| plan["status"] != "executing").await;
    assert_eq!(ended["status"], "completed", "{ended:#}");
    server.kill();
    let server = Server::start_with(data.path(), &flags);
    until_ready(&server, (StatusCode::OK, None)).await;
    assert_eq!(server.plan(id, 0).await["status"], "completed");
    assert_eq!(server.terminate(), Some(0));

    let (code, out, err) = cairn(data.path(), &["audit", "verify", "--eventstore", &connection]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(!data.path().join("log.db").exists(), "nothing of the log is in the folder");
    drop(back);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_that_is_started_before_its_server_says_so_and_opens_when_it_is_there() {
    let (data, log) = (folder(), folder());
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let connection = format!("esdb://{address}?tls=false");
    let server = Server::start_with(data.path(), &["--eventstore", &connection]);
    assert_eq!(readiness(&server).await, (StatusCode::SERVICE_UNAVAILABLE, Some("unreachable".into())));
    let early = server.get("/plans").await;
    assert_eq!(
        (early.status, &early.body["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"server.log-unavailable".into())
    );
    let _there = double(log.path(), Some(address)).await;
    until_ready(&server, (StatusCode::OK, None)).await;
    assert_eq!(server.get("/plans").await.status, StatusCode::OK);
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_connection_string_that_cannot_be_used_is_refused_without_repeating_it() {
    let folder = folder();
    let (code, _, err) = cairn(folder.path(), &["serve", "--eventstore", "esdb://ada:secret@?tls=false"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("names no host") && !err.contains("secret"), "{err}");
}
