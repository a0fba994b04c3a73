//! `cairn log stats`: how much there is in the log.

use std::collections::{BTreeMap, HashSet};

use eventlog::{EventLog, Filter};
use serde_json::{Value, json};

use crate::{args::Common, exit::Failure, output, settings::Settings, wiring};

const PAGE: usize = 5_000;

pub(super) async fn stats(common: &Common) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let log = wiring::read_log(&settings)?;
    let counted = count(log.as_ref()).await?;
    output::one(&counted, common.output, |counted| {
        let mut lines = vec![format!("{} events in {} streams", counted["events"], counted["streams"])];
        for (event_type, count) in counted["types"].as_object().into_iter().flatten() {
            lines.push(format!("{:>10} {event_type}", count.as_u64().unwrap_or(0)));
        }
        lines.join("\n")
    });
    Ok(())
}

async fn count(log: &dyn EventLog) -> Result<Value, Failure> {
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    let mut streams = HashSet::new();
    let (mut events, mut bytes, mut after) = (0_u64, 0_u64, None);
    loop {
        let page = log
            .read_all(after, &Filter::All, PAGE)
            .await
            .map_err(|error| Failure::unexpected(format!("the log cannot be read: {error}")))?;
        for event in &page.events {
            events += 1;
            bytes += (event.data.len() + event.metadata_json.len()) as u64;
            streams.insert(event.stream.clone());
            *types.entry(event.event_type.to_string()).or_default() += 1;
        }
        if page.end {
            return Ok(json!({"events": events, "streams": streams.len(), "bytes": bytes, "types": types}));
        }
        after = page.next;
    }
}
