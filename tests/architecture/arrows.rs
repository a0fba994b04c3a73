//! Arrows between crates point strictly down.

use crate::house::{nowhere, packages};

/// The floors of the house, the ground first. A crate may use crates of lower floors and none of its own.
const FLOORS: &[&[&str]] = &[
    // servers for tests know nothing of ours: whoever talks to such a server is tested against it
    &["cairn-domain", "cairn-projections-store", "cairn-esdouble", "cairn-pgserver"],
    &["cairn-eventlog", "cairn-projections-sqlite", "cairn-projections-postgres"],
    &["cairn-eventlog-sealed"],
    &["cairn-audit", "cairn-commands", "cairn-projections", "cairn-eventlog-sqlite", "cairn-eventlog-eventstoredb"],
    &["cairn-planner", "cairn-execution", "cairn-embedded-ui"],
    &["cairn-api"],
    &["cairn"],
    &["cairn-tests", "cairn-benches"],
];

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|crates| crates.contains(&name))
}

#[test]
fn every_crate_has_its_floor() {
    let homeless = packages().into_iter().filter(|package| floor(&package.name).is_none());
    nowhere(homeless.map(|package| format!("{} stands on no floor", package.name)).collect());
}

#[test]
fn arrows_point_down() {
    let mut upward = Vec::new();
    for package in packages() {
        for dependency in &package.dependencies {
            if let (Some(own), Some(used)) = (floor(&package.name), floor(&dependency.name))
                && used >= own
            {
                upward.push(format!("{} uses {}", package.name, dependency.name));
            }
        }
    }
    nowhere(upward);
}

/// Who may depend on what, outside their tests. The crates of the top floor may use anything.
const KEEPERS: &[(&str, &[&str])] = &[
    // two files hold everything: the log and the read models
    ("rusqlite", &["cairn-eventlog-sqlite", "cairn-projections-sqlite"]),
    // the network is reached by planners and actions; the command line is a client of our own API
    ("reqwest", &["cairn-planner", "cairn-execution", "cairn"]),
    // HTTP is spoken at the door; the built page is served as a router that the door takes in
    ("axum", &["cairn-api", "cairn-embedded-ui"]),
    ("tower-http", &["cairn-api"]),
    ("utoipa", &["cairn-api"]),
    ("clap", &["cairn"]),
    ("anyhow", &["cairn", "cairn-esdouble"]),
    // one crate knows the client of the server, and the double its protocol
    ("eventstore", &["cairn-eventlog-eventstoredb"]),
    ("tonic", &["cairn-esdouble"]),
    // one crate knows the client of that server
    ("tokio-postgres", &["cairn-projections-postgres"]),
    ("deadpool-postgres", &["cairn-projections-postgres"]),
    // one crate knows what a trace context is, and the command line sends what is gathered
    ("opentelemetry", &["cairn-commands", "cairn"]),
    ("tracing-opentelemetry", &["cairn-commands", "cairn"]),
    ("opentelemetry_sdk", &["cairn"]),
    ("opentelemetry-otlp", &["cairn"]),
    // one crate seals
    ("chacha20poly1305", &["cairn-eventlog-sealed"]),
    // one crate signs
    ("ed25519-dalek", &["cairn-audit"]),
];

#[test]
fn what_reaches_outside_has_its_keeper() {
    let top = FLOORS.len() - 1;
    let mut strayed = Vec::new();
    for package in packages().iter().filter(|package| floor(&package.name) != Some(top)) {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.is_for_tests_only()) {
            let keepers = KEEPERS.iter().find(|(name, _)| *name == dependency.name);
            if keepers.is_some_and(|(_, keepers)| !keepers.contains(&package.name.as_str())) {
                strayed.push(format!("{} depends on {}", package.name, dependency.name));
            }
        }
    }
    nowhere(strayed);
}

#[test]
fn the_domain_stands_on_no_runtime() {
    let impure = ["tokio", "tokio-util", "futures", "async-trait", "rand", "tracing", "metrics", "rusqlite", "reqwest"];
    let domain = packages().into_iter().find(|package| package.name == "cairn-domain").expect("there is a domain");
    let used = domain.dependencies.iter().filter(|dependency| impure.contains(&dependency.name.as_str()));
    nowhere(used.map(|dependency| format!("cairn-domain depends on {}", dependency.name)).collect());
}
