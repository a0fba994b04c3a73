//! Forgetting a person for good.

use std::sync::{Arc, LazyLock};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::{Commands, Envelope};
use domain::{ids::EntityId, workspace::EntityRefusal};
use eventlog::RecordedEvent;
use tokio::sync::Mutex;

use crate::{
    bodies::entity::{Forget, Forgotten, Mention},
    extract::{EntityPath, Write, etag},
    problem::{Answer, Problem},
    state::AppState,
};

/// How many events that name the person are listed.
const SHOWN: usize = 100;

/// One person at a time: the read models are built anew once the keys of the one before are gone.
static TURN: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);

/// Forgets a person for good.
///
/// The key that sealed what is known of them is destroyed, and nobody can bring that back: not from this log, nor from
/// a copy of it. That they were forgotten, by whom and why, is kept. The answer comes when the key is gone from the disk and
/// every read model has been built anew; it lists where the name still stands in free text.
#[utoipa::path(
    post, path = "/workspace/entities/{id}/forget", tag = "workspace", operation_id = "forget_person",
    params(("id" = String, Path, description = "The person")), request_body = Forget,
    responses((status = 200, description = "The person is forgotten", body = Forgotten, headers(("ETag" = String))))
)]
pub(crate) async fn forget(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    write: Write<Forget>,
) -> Answer<Response> {
    let envelope = write.envelope_because(write.body.reason.trim());
    // comes to its end also when whoever asked goes away
    let forgetting = tokio::spawn(carry_out(state, id, write.body, envelope));
    forgetting.await.map_err(|error| Problem::fault(&error))?
}

async fn carry_out(state: AppState, id: EntityId, asked: Forget, envelope: Envelope) -> Answer<Response> {
    let _turn = TURN.lock().await;
    let names = names(&state, &id).await?;
    let (mentions, mentioned) = Commands::mentions(&*state.stored, &names, SHOWN).await?;
    let committed = state.commands.forget_person(&id, asked.reason, asked.name, envelope).await?;
    if let Some(seals) = &state.seals
        && seals.leaves_traces()
    {
        state.models.renew().await?;
        seals.traces_gone().map_err(|error| Problem::fault(&error))?;
    }
    let body = Forgotten {
        id: id.to_string(),
        revision: committed.revision.get(),
        position: committed.position.get(),
        mentioned,
        mentions: mentions.iter().map(mention).collect(),
    };
    Ok((StatusCode::OK, [(header::ETAG, etag(committed.revision))], Json(body)).into_response())
}

/// What the person may be called by in free text, as long as it is known.
async fn names(state: &AppState, id: &EntityId) -> Answer<Vec<String>> {
    let loaded = state.commands.entities.load_newest(id).await?;
    let Some(person) = loaded.state.as_ref() else { return Err(EntityRefusal::NoSuchEntity.into()) };
    let known = ["name", "email"].map(|field| person.field(field).as_str().map(str::to_owned));
    Ok(known.into_iter().flatten().collect())
}

fn mention(event: &Arc<RecordedEvent>) -> Mention {
    Mention {
        position: event.position.get(),
        id: event.id.to_string(),
        stream: event.stream.to_string(),
        event_type: event.event_type.to_string(),
    }
}
