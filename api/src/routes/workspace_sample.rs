//! A sample workspace to try things on.

use axum::{Json, extract::State};

use crate::{
    bodies::entity::SampleLoaded,
    extract::{Nothing, Write},
    problem::Answer,
    sample,
    state::AppState,
};

/// Fills the workspace with people, ideas, projects and tasks to try things on. What is there already stays as it is.
#[utoipa::path(
    post, path = "/workspace/sample", tag = "workspace", operation_id = "load_sample",
    responses((status = 200, description = "The sample is there", body = SampleLoaded))
)]
pub(crate) async fn load(State(state): State<AppState>, write: Write<Nothing>) -> Answer<Json<SampleLoaded>> {
    sample::load(&state, &write.envelope_of_new()).await.map(Json)
}
