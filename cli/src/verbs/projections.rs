//! `cairn ops projections …`: lists, rebuilds and checks read models, through the server that holds the folder or on
//! the folder itself.

use std::fmt::Write as _;

use commands::{Clock, SystemClock};
use domain::actor::Actor;
use eventlog::Position;
use indicatif::ProgressBar;
use projections::{Decision, ModelError, ModelName, ModelState, Models, RebuildProgress};
use serde_json::Value;

use super::projections_served;
use crate::{
    args::{Common, ProjectionsVerb},
    client::Client,
    exit::Failure,
    output::{self, Column},
    settings::Settings,
    wiring::{Offline, OpenError},
};

pub(super) const STATES: &[Column] = &[
    ("model", "name"),
    ("state", "state"),
    ("version", "version"),
    ("generation", "generation"),
    ("position", "position"),
    ("behind", "lag_events"),
    ("parked", "parked"),
    ("skipped", "skipped"),
    ("paused", "paused.note"),
    ("last error", "last_error"),
];

pub(super) async fn run(common: &Common, verb: ProjectionsVerb) -> Result<(), Failure> {
    if let Some(server) = &common.server {
        return projections_served::run(common, &Client::new(server)?, verb).await;
    }
    let settings = Settings::load(common)?;
    match Offline::open(&settings).await {
        Ok(offline) => {
            let done = alone(common, &offline, verb).await;
            offline.close().await?;
            done
        }
        Err(OpenError::InUse { address: Some(address), .. }) => {
            projections_served::run(common, &Client::new(&address)?, verb).await
        }
        Err(other) => Err(other.into()),
    }
}

/// On a folder that no server has.
async fn alone(common: &Common, offline: &Offline, verb: ProjectionsVerb) -> Result<(), Failure> {
    let models = &offline.models;
    match verb {
        ProjectionsVerb::List => {
            let states = models.states().await.map_err(anyhow::Error::from)?;
            let items: Result<Vec<Value>, _> = states.iter().map(shown).collect();
            output::list(&items?, STATES, common.output);
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
                output::one(&answer, common.output, |answer| {
                    let heading = format!("{}: {} rows, {} differ", verified.model, verified.rows, verified.different);
                    heading + &differences(answer)
                });
            }
            if different > 0 {
                return Err(Failure::verification(format!("{different} rows are not what the log gives; rebuild")));
            }
        }
        ProjectionsVerb::SwapBack { name } => {
            let name = names(Some(&name))?[0];
            changed(common, models, name, models.swap_back(name).await).await?;
        }
        ProjectionsVerb::Discard { name } => {
            let name = names(Some(&name))?[0];
            changed(common, models, name, models.discard_earlier(name).await).await?;
        }
        ProjectionsVerb::Pause { name, note } => {
            let name = names(Some(&name))?[0];
            let decision = Decision { at: SystemClock.now(), actor: Actor::person("local"), note };
            changed(common, models, name, models.pause(name, decision).await).await?;
        }
        ProjectionsVerb::Resume { name } => {
            let name = names(Some(&name))?[0];
            changed(common, models, name, models.resume(name).await).await?;
        }
        ProjectionsVerb::Replay { name, position } => {
            let name = names(Some(&name))?[0];
            if position == 0 {
                return Err(Failure::usage("places in the log count from 1"));
            }
            let bar = output::progress(Some(0), output::EVENTS);
            let replayed = models.replay(name, Position::new(position), |seen| show(&bar, seen)).await;
            bar.finish_and_clear();
            let replayed = serde_json::to_value(replayed.map_err(refused)?).map_err(anyhow::Error::from)?;
            output::one(&replayed, common.output, |replayed| projections_served::shadow(name.name(), replayed));
        }
    }
    Ok(())
}

/// Shows a model after something was done to it.
async fn changed(
    common: &Common,
    models: &Models,
    name: ModelName,
    done: Result<(), ModelError>,
) -> Result<(), Failure> {
    done.map_err(refused)?;
    let states = models.states().await.map_err(anyhow::Error::from)?;
    let states: Result<Vec<Value>, _> = states.iter().filter(|state| state.name == name.name()).map(shown).collect();
    output::list(&states?, STATES, common.output);
    Ok(())
}

/// A state with the names that the API gives.
fn shown(state: &ModelState) -> Result<Value, Failure> {
    let mut shown = serde_json::to_value(state).map_err(anyhow::Error::from)?;
    shown["state"] = shown["status"].take();
    shown["lag_events"] = shown["behind"].take();
    Ok(shown)
}

fn refused(error: ModelError) -> Failure {
    match error {
        ModelError::Busy { .. } | ModelError::NoEarlierBuild { .. } | ModelError::Fenced { .. } => {
            Failure::conflict(error.to_string())
        }
        _ => Failure::refused(error.to_string()),
    }
}

/// The differences that a comparison found, a line each.
pub(super) fn differences(found: &Value) -> String {
    let mut text = String::new();
    for difference in found.get("differences").and_then(Value::as_array).into_iter().flatten() {
        let field = |name| output::text(difference, name);
        // the server has it in words; on the folder it is put in words here
        let words = match (field("kind"), field("difference")) {
            ("", "column") => {
                format!("`{}` is `{}`, and the log gives `{}`", field("column"), field("live"), field("rebuilt"))
            }
            ("", "missing") => "the log gives this row, and the read model has not got it".to_owned(),
            ("", _) => "the read model has this row, and the log does not give it".to_owned(),
            (_, words) => words.to_owned(),
        };
        // writing to a text cannot fail
        let _ = write!(text, "\n  {} {}: {words}", field("table"), field("key"));
    }
    text
}

pub(super) fn names(name: Option<&str>) -> Result<Vec<ModelName>, Failure> {
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
