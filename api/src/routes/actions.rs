//! The catalogue of actions.

use axum::{Json, extract::State};

use crate::{
    bodies::action::{ActionPage, ActionType},
    problem::Answer,
    state::AppState,
};

/// Lists what steps can do, with JSON Schemas of their params and results.
#[utoipa::path(
    get, path = "/actions", tag = "actions", operation_id = "list_actions",
    responses((status = 200, description = "All actions", body = ActionPage))
)]
pub(crate) async fn list(State(state): State<AppState>) -> Answer<Json<ActionPage>> {
    let items = state.catalogue().iter().map(|action| ActionType::from(&**action)).collect();
    let position = state.log.head().await?.map_or(0, eventlog::Position::get);
    Ok(Json(ActionPage { items, next: None, position, stale: false, as_of: None }))
}
