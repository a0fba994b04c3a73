//! The figures of the server, in the text format that Prometheus reads.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

use crate::state::AppState;

/// How often what was counted is put into its buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// The bounds of the buckets that durations are counted in, in seconds.
const SECONDS: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

impl AppState {
    /// Notes how far the read models are behind the log.
    pub(crate) async fn note_lag(&self) {
        let Ok(models) = self.models.states().await else { return };
        for model in models {
            let seconds = model.behind_since.map_or(0.0, |at| (self.clock.now() - at).as_seconds_f64().max(0.0));
            // Gauges hold 53 bits exactly, which no log outgrows.
            #[allow(clippy::cast_precision_loss, reason = "a figure for a chart")]
            let (events, parked) = (model.behind as f64, model.parked as f64);
            metrics::gauge!("cairn_projection_lag_events", "model" => model.name).set(events);
            metrics::gauge!("cairn_projection_lag_seconds", "model" => model.name).set(seconds);
            metrics::gauge!("cairn_projection_parked_events", "model" => model.name).set(parked);
            metrics::gauge!("cairn_projection_rate_events", "model" => model.name).set(model.rate);
            let paused = if model.paused.is_some() { 1.0 } else { 0.0 };
            metrics::gauge!("cairn_projection_paused", "model" => model.name).set(paused);
        }
    }
}

/// Where the figures are gathered; by default nowhere.
#[derive(Clone, Default)]
pub struct Metrics {
    handle: Option<PrometheusHandle>,
}

impl Metrics {
    /// Gathers the figures of this process from now on. Once per process.
    ///
    /// # Errors
    /// When something else gathers them already.
    pub fn install() -> Result<Self, BuildError> {
        let builder =
            PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?;
        let handle = builder.install_recorder()?;
        metrics::describe_counter!("cairn_http_requests_total", "Requests answered, by method, route and status.");
        metrics::describe_histogram!("cairn_http_request_duration_seconds", "How long requests took, by route.");
        metrics::describe_gauge!("cairn_sse_clients", "Live streams that are open.");
        metrics::describe_gauge!("cairn_projection_lag_events", "How many events a read model is behind the log.");
        metrics::describe_gauge!(
            "cairn_projection_lag_seconds",
            "How long ago the first event was recorded that a read model lacks."
        );
        metrics::describe_gauge!(
            "cairn_projection_parked_events",
            "How many events could not be applied to a read model."
        );
        metrics::describe_gauge!("cairn_projection_rate_events", "Events per second that a read model takes, lately.");
        metrics::describe_gauge!("cairn_projection_paused", "1 while somebody has paused a read model.");
        metrics::describe_counter!("cairn_events_appended_total", "Events that this process appended to the log.");
        metrics::describe_gauge!("cairn_claims_held", "Plans that this node of several carries out at the moment.");
        metrics::describe_counter!("cairn_claims_taken_total", "Plans that this node took.");
        metrics::describe_counter!("cairn_claims_taken_over_total", "Those of them whose node died or stood still.");
        metrics::describe_counter!("cairn_claims_lost_total", "Plans that this node had to leave to another one.");
        metrics::describe_counter!(
            "cairn_steps_total",
            "Attempts at steps that ended here since the start, by outcome, and steps skipped here."
        );
        metrics::describe_histogram!("cairn_step_duration_seconds", "How long attempts at steps took.");
        metrics::describe_histogram!("cairn_append_duration_seconds", "How long appends to the log took, by outcome.");
        metrics::describe_gauge!("cairn_plans_in_flight", "Plans that this server carries out.");
        Ok(Self { handle: Some(handle) })
    }

    /// Writes the figures down.
    pub fn render(&self) -> String {
        self.handle.as_ref().map(PrometheusHandle::render).unwrap_or_default()
    }

    /// Keeps memory in bounds while nobody reads the figures, until `shutdown`.
    pub(crate) async fn look_after(&self, shutdown: &CancellationToken) {
        let Some(handle) = &self.handle else { return };
        while shutdown.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
            handle.run_upkeep();
        }
    }
}
