//! `cairn ops parked …`: events that could not be applied to read models, through the server that holds the folder or on
//! the folder itself.

use commands::{Clock, SystemClock};
use domain::actor::Actor;
use eventlog::Position;
use projections::{Decision, ModelError, ModelName, Retried};
use serde_json::{Value, json};

use super::projections::names;
use crate::{
    args::{Common, ParkedVerb},
    client::Client,
    exit::Failure,
    output::{self, Column},
    settings::Settings,
    wiring::{Offline, OpenError},
};

const PARKED: &[Column] = &[
    ("event", "id"),
    ("kind", "kind"),
    ("stream", "stream"),
    ("revision", "revision"),
    ("type", "type"),
    ("error", "error"),
];

const SKIPPED: &[Column] = &[
    ("model", "projection"),
    ("position", "position"),
    ("stream", "stream"),
    ("revision", "revision"),
    ("by", "decision.actor.id"),
    ("at", "decision.at"),
    ("note", "decision.note"),
];

const TRIED: &[Column] = &[("model", "projection"), ("parked before", "before"), ("parked now", "parked")];

pub(super) async fn run(common: &Common, verb: ParkedVerb) -> Result<(), Failure> {
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
async fn beside(common: &Common, client: &Client, verb: ParkedVerb) -> Result<(), Failure> {
    let (answer, columns) = match verb {
        ParkedVerb::List => (client.get("/ops/parked").await?, PARKED),
        ParkedVerb::Skipped => (client.get("/ops/skipped").await?, SKIPPED),
        ParkedVerb::Retry { id } => (client.post(&format!("/ops/parked/{id}/retry"), &json!({}), None).await?, TRIED),
        ParkedVerb::Skip { id, note } => {
            let path = format!("/ops/parked/{id}/skip");
            (client.post(&path, &json!({"note": note}), None).await?, TRIED)
        }
    };
    let items = answer.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    output::list(&items, columns, common.output);
    Ok(())
}

/// On a folder that no server has.
async fn alone(common: &Common, offline: &Offline, verb: ParkedVerb) -> Result<(), Failure> {
    let models = &offline.models;
    let mut items = Vec::new();
    let columns = match verb {
        ParkedVerb::List => {
            for name in ModelName::ALL {
                let parked = models.parked(name, 100).await.map_err(anyhow::Error::from)?;
                items.extend(parked.into_iter().map(|parked| {
                    json!({
                        "id": format!("{name}-{}", parked.position),
                        "projection": name.name(),
                        "position": parked.position.get(),
                        "stream": parked.stream.as_str(),
                        "revision": parked.revision.get(),
                        "error": parked.error,
                    })
                }));
            }
            PARKED
        }
        ParkedVerb::Skipped => {
            for name in ModelName::ALL {
                for skipped in models.skipped(name).await.map_err(anyhow::Error::from)? {
                    let mut item = serde_json::to_value(skipped).map_err(anyhow::Error::from)?;
                    item["projection"] = name.name().into();
                    items.push(item);
                }
            }
            SKIPPED
        }
        ParkedVerb::Retry { id } => {
            let (names, position) = meant(&id)?;
            for name in names {
                items.extend(tried(name, models.retry_parked(name, Some(position)).await)?);
            }
            TRIED
        }
        ParkedVerb::Skip { id, note } => {
            let note = note.trim().to_owned();
            if note.is_empty() {
                return Err(Failure::usage("say with --note why the event is passed over"));
            }
            let (names, position) = meant(&id)?;
            let decision = Decision { at: SystemClock.now(), actor: Actor::person("local"), note };
            for name in names {
                items.extend(tried(name, models.skip_parked(name, position, decision.clone()).await)?);
            }
            TRIED
        }
    };
    if columns == TRIED && items.is_empty() {
        return Err(Failure::not_found("no such event is parked: look at the list again"));
    }
    output::list(&items, columns, common.output);
    Ok(())
}

/// Reads `plan_list-41`, or `41` for all read models.
fn meant(id: &str) -> Result<(Vec<ModelName>, Position), Failure> {
    let (name, position) = id.rsplit_once('-').map_or((None, id), |(name, position)| (Some(name), position));
    let position = position.parse().ok().filter(|position| *position > 0);
    let position =
        position.ok_or_else(|| Failure::usage(format!("`{id}` is no parked event, such as plan_list-41")))?;
    Ok((names(name)?, Position::new(position)))
}

fn tried(name: ModelName, tried: Result<Retried, ModelError>) -> Result<Option<Value>, Failure> {
    match tried {
        Ok(Retried { before, parked, .. }) => {
            Ok(Some(json!({"projection": name.name(), "before": before, "parked": parked})))
        }
        Err(ModelError::NotParked { .. }) => Ok(None),
        Err(error) => Err(Failure::refused(error.to_string())),
    }
}
