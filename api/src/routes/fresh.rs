//! Waiting until an answer is fresh enough, and saying when it is not.

use axum::{
    Json,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use eventlog::Position;
use projections::{ModelName, Waited};
use serde::Serialize;

use crate::{extract::Freshness, problem::Answer, state::AppState};

const STALE: HeaderName = HeaderName::from_static("cairn-stale");

/// Whether an answer is as fresh as was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fresh(bool);

impl Fresh {
    /// Waits until a read model has come as far as was asked for.
    pub(super) async fn model(state: &AppState, model: ModelName, freshness: Freshness) -> Self {
        let Some(position) = freshness.position() else { return Self(true) };
        let waited = state.models.wait_for_model(model, position, freshness.wait()).await;
        Self(waited == Waited::Reached)
    }

    /// Waits until the log has come as far as was asked for: for answers that are made from the log itself, which has
    /// everything that this server ever answered.
    pub(super) async fn log(state: &AppState, freshness: Freshness) -> Answer<Self> {
        match freshness.position() {
            Some(position) if state.log.head().await? < Some(position) => {
                // Whatever the log gets, the read models are the first to be told.
                Ok(Self::model(state, ModelName::PlanList, freshness).await)
            }
            Some(_) | None => Ok(Self(true)),
        }
    }

    /// Older than the log, whoever waits.
    pub(super) fn behind() -> Self {
        Self(false)
    }

    pub(super) fn is_stale(self) -> bool {
        !self.0
    }

    /// The answer, with a header that says when it is older than was asked for.
    pub(super) fn answer(self, body: &impl Serialize) -> Response {
        let mut response = Json(body).into_response();
        if self.is_stale() {
            response.headers_mut().insert(STALE, HeaderValue::from_static("true"));
        }
        response
    }
}

/// A place in the log as it is shown; 0 is before the first event.
pub(super) fn number(position: Option<Position>) -> u64 {
    position.map_or(0, Position::get)
}
