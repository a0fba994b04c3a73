//! What a part of the house must not know, it does not name.

use crate::house::{named, nowhere};

#[test]
fn the_domain_has_no_clock_no_chance_and_does_not_wait() {
    let words = [
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant",
        "now_v7",
        "new_v4",
        "async fn",
        ".await",
        "std::fs",
        "std::net",
        "std::env",
        "std::thread",
    ];
    nowhere(named("domain/src", &words, |_| false));
}

#[test]
fn a_projection_never_asks_for_the_time() {
    nowhere(named("projections/src", &["Utc::now", "Local::now", "SystemTime"], |_| false));
}

const ADAPTERS: [&str; 6] =
    ["SqliteLog", "eventlog_sqlite", "EventStoreLog", "eventlog_eventstoredb", "KeyRing", "eventlog_sealed"];

#[test]
fn only_the_wiring_names_the_adapters_of_the_log() {
    for folder in ["api", "audit", "commands", "projections", "planner", "execution", "eventlog/src", "domain"] {
        nowhere(named(folder, &ADAPTERS, |_| false));
    }
    nowhere(named("cli", &ADAPTERS, |path| path.starts_with("cli/src/wiring/")));
}

const DATABASES: [&str; 4] = ["SqliteModels", "projections_sqlite", "PostgresModels", "projections_postgres"];

#[test]
fn only_the_wiring_names_the_databases_of_read_models() {
    for folder in ["api", "audit", "commands", "projections/src", "planner", "execution", "eventlog", "domain"] {
        nowhere(named(folder, &DATABASES, |_| false));
    }
    nowhere(named("cli", &DATABASES, |path| path.starts_with("cli/src/wiring/")));
}

#[test]
fn the_runner_does_not_reach_the_network_itself() {
    nowhere(named("execution/src", &["reqwest"], |path| path.starts_with("execution/src/actions/")));
}

#[test]
fn of_the_planner_only_what_asks_models_reaches_the_network() {
    nowhere(named("planner/src", &["reqwest", "TcpStream", "TcpListener"], |path| {
        path.starts_with("planner/src/models/")
    }));
}

#[test]
fn events_are_appended_by_commands_alone() {
    for folder in ["audit/src", "projections/src", "planner/src", "execution/src", "api/src"] {
        nowhere(named(folder, &[".append("], |_| false));
    }
}

#[test]
fn who_decides_and_who_shows_knows_no_key() {
    for folder in ["domain/src", "projections/src"] {
        nowhere(named(folder, &["Seals", "cipher", "decrypt"], |_| false));
    }
}

#[test]
fn one_file_above_the_log_knows_opentelemetry() {
    nowhere(named("commands/src", &["opentelemetry"], |path| path == "commands/src/trace.rs"));
    nowhere(named("cli/src", &["opentelemetry"], |path| path.starts_with("cli/src/traces/")));
}
