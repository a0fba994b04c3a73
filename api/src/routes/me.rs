//! Who is asking.

use axum::{Json, extract::State};

use crate::{bodies::me::Me, state::AppState};

/// Says who is asking, and which planners can be asked.
#[utoipa::path(
    get, path = "/me", tag = "me", operation_id = "read_me",
    responses((status = 200, description = "Who is asking", body = Me))
)]
pub(crate) async fn read(State(state): State<AppState>) -> Json<Me> {
    Json(Me {
        actor: (&state.actor).into(),
        tenant: state.tenant.clone(),
        planners: state.planners.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
