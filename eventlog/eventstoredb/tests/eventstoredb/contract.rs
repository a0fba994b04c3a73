//! The contract of every log.

use std::sync::Arc;

use cairn_eventlog_eventstoredb::Patience;
use esdouble::Double;
use eventlog::EventLog;
use uuid::Uuid;

use crate::support::{self, PATIENCE, log_with};

/// Opens an empty log: of a double, or under a new prefix on the server that the environment names.
async fn open() -> (Arc<dyn EventLog>, Option<Double>) {
    let (connection, double) = if let Ok(server) = std::env::var("CAIRN_TEST_EVENTSTOREDB") {
        let join = if server.contains('?') { '&' } else { '?' };
        (format!("{server}{join}streamPrefix=test_{}.", Uuid::now_v7().simple()), None)
    } else {
        let double = support::double().await;
        (double.connection_string(), Some(double))
    };
    let log = log_with(&connection, Patience::default());
    log.reached(PATIENCE).await.expect("the server answers");
    (log, double)
}

eventlog::contract_suite!(open);
