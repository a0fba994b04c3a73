//! `cairn ops projections …`: lists, rebuilds and checks read models, through the server that holds the folder or on
//! the folder itself.

use std::fmt::Write as _;

use indicatif::ProgressBar;
use projections::{ModelName, RebuildProgress};
use serde_json::{Value, json};

use crate::{
    args::{Common, ProjectionsVerb},
    client::Client,
    exit::Failure,
    output::{self, Column},
    settings::Settings,
    wiring::{Offline, OpenError},
};

const STATES: &[Column] = &[
    ("model", "name"),
    ("status", "status"),
    ("version", "version"),
    ("generation", "generation"),
    ("position", "position"),
    ("behind", "behind"),
    ("parked", "parked"),
    ("last error", "last_error"),
];

pub(super) async fn run(common: &Common, verb: ProjectionsVerb) -> Result<(), Failure> {
    if let Some(server) = &common.server {
        return beside(common, &Client::new(server)?, verb).await;
    }
    let settings = Settings::load(common)?;
    match Offline::open(&settings).await {
        Ok(offline) => {
            let done = alone(common, &offline, verb).await;
            offline.close().await?;
            done
        }
        Err(OpenError::InUse { address: Some(address), .. }) => beside(common, &Client::new(&address)?, verb).await,
        Err(other) => Err(other.into()),
    }
}

/// Through a running server.
async fn beside(common: &Common, client: &Client, verb: ProjectionsVerb) -> Result<(), Failure> {
    let (verb, name) = match verb {
        ProjectionsVerb::List => {
            let states = client.get("/ops/projections").await?;
            let items = states.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            output::list(&items, STATES, common.output);
            return Ok(());
        }
        ProjectionsVerb::Rebuild { name } => ("rebuild", name),
        ProjectionsVerb::Verify { name } => ("verify", name),
    };
    for name in names(name.as_deref())? {
        let answer = client.post(&format!("/ops/projections/{}/{verb}", name.name()), &json!({}), None).await?;
        output::one(&answer, common.output, |answer| format!("{}: {answer}", name.name()));
    }
    Ok(())
}

/// On a folder that no server has.
async fn alone(common: &Common, offline: &Offline, verb: ProjectionsVerb) -> Result<(), Failure> {
    let models = &offline.models;
    match verb {
        ProjectionsVerb::List => {
            let states = models.states().await.map_err(anyhow::Error::from)?;
            let items: Result<Vec<Value>, _> = states.iter().map(serde_json::to_value).collect();
            output::list(&items.map_err(anyhow::Error::from)?, STATES, common.output);
        }
        ProjectionsVerb::Rebuild { name } => {
            let bar = output::progress(Some(0), output::EVENTS);
            let rebuilt = models.rebuild(&names(name.as_deref())?, |seen| show(&bar, seen)).await;
            bar.finish_and_clear();
            for built in rebuilt.map_err(anyhow::Error::from)? {
                let answer = serde_json::to_value(built).map_err(anyhow::Error::from)?;
                output::one(&answer, common.output, |_| {
                    let rate = f64::from(u32::try_from(built.events).unwrap_or(u32::MAX)) / built.took.as_secs_f64();
                    format!(
                        "{}: {} events, {rate:.0} a second, generation {}",
                        built.model, built.events, built.generation
                    )
                });
            }
        }
        ProjectionsVerb::Verify { name } => {
            let mut different = 0;
            for name in names(name.as_deref())? {
                let bar = output::progress(Some(0), output::EVENTS);
                let verified = models.verify(name, |seen| show(&bar, seen)).await;
                bar.finish_and_clear();
                let verified = verified.map_err(anyhow::Error::from)?;
                different += verified.different;
                let answer = serde_json::to_value(&verified).map_err(anyhow::Error::from)?;
                output::one(&answer, common.output, |_| {
                    let mut text = format!("{}: {} rows, {} differ", verified.model, verified.rows, verified.different);
                    for difference in &verified.differences {
                        // writing to a text cannot fail
                        let _ = write!(text, "\n  {} {}: {:?}", difference.table, difference.key, difference.kind);
                    }
                    text
                });
            }
            if different > 0 {
                return Err(Failure::verification(format!("{different} rows are not what the log gives; rebuild")));
            }
        }
    }
    Ok(())
}

fn names(name: Option<&str>) -> Result<Vec<ModelName>, Failure> {
    match name {
        None => Ok(ModelName::ALL.to_vec()),
        Some(name) => {
            let known = || ModelName::ALL.map(ModelName::name).join(", ");
            let found = name.replace('-', "_").parse();
            Ok(vec![
                found.map_err(|_| {
                    Failure::not_found(format!("there is no read model `{name}`; there are {}", known()))
                })?,
            ])
        }
    }
}

fn show(bar: &ProgressBar, seen: &RebuildProgress) {
    bar.set_length(seen.total);
    bar.set_position(seen.events);
}
