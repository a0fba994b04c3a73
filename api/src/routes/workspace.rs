//! Things in the workspace: made, changed, put away and linked by hand.

use axum::{extract::State, http::StatusCode, response::Response};
use commands::Aggregate;
use domain::{
    ids::EntityId,
    workspace::{EntityCommand, EntityDecider, EntityRefusal, Kind},
};
use projections::ModelName;
use utoipa::IntoParams;

use super::{
    answer::{self, tagged},
    events,
    fresh::{Fresh, number},
};
use crate::{
    bodies::{
        entity::{Entity, EntityPage, EntityPatch, EntityWritten, NewEntity, NewLink},
        event::EventPage,
    },
    extract::{
        AsOf, Asked, EntityPath, Freshness, FromParams, LinkPath, MomentOfList, MomentOfOne, Nothing, Paging, Params,
        Write, query::bad_query,
    },
    problem::Answer,
    state::AppState,
    view,
};

const RELATION: &str = "related";

/// Which things are wanted.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntityFilter {
    /// Only this kind.
    #[param(value_type = Option<crate::bodies::entity::EntityKind>)]
    kind: Option<Kind>,
    /// Words in the title.
    q: Option<String>,
    /// Whether things that were put away are listed as well; they are not, when not given.
    archived: Option<bool>,
    /// Only these, whatever has become of them, also when their creation was taken back: ids with commas between them,
    /// at most 200.
    #[param(value_type = Option<String>)]
    ids: Vec<EntityId>,
}

/// How many things can be asked for by their ids: as many as fit on a page.
const IDS: usize = 200;

impl FromParams for EntityFilter {
    fn from_params(params: &Params) -> Answer<Self> {
        let read = |name: &str| {
            Kind::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                bad_query("kind", &format!("`{name}` is no kind of thing; there are {}", known.join(", ")))
            })
        };
        Ok(Self {
            kind: params.text("kind").map(read).transpose()?,
            q: params.text("q").map(str::to_owned),
            archived: params.flag("archived")?,
            ids: params.text("ids").map(read_ids).transpose()?.unwrap_or_default(),
        })
    }
}

fn read_ids(text: &str) -> Answer<Vec<EntityId>> {
    let ids: Vec<EntityId> = text
        .split(',')
        .map(|id| id.parse().map_err(|_| bad_query("ids", &format!("`{id}` is no id of a thing"))))
        .collect::<Answer<_>>()?;
    if ids.len() > IDS {
        return Err(bad_query("ids", &format!("`ids` names {} things; at most {IDS} fit in one answer", ids.len())));
    }
    Ok(ids)
}

/// Lists things, the newest first, as they are or as they stood earlier.
#[utoipa::path(
    get, path = "/workspace/entities", tag = "workspace", operation_id = "list_entities",
    params(EntityFilter, MomentOfList, Paging, Freshness),
    responses((status = 200, description = "Things", body = EntityPage))
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asked(filter): Asked<EntityFilter>,
    Asked(moment): Asked<MomentOfList>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let at = answer::moment_of_list(&state, moment).await?;
    let fresh = Fresh::model(&state, ModelName::Workspace, freshness.reaching(at)).await;
    let EntityFilter { kind, q, archived, ids } = filter;
    let filter = projections::EntityFilter { ids, kind, text: q, archived: archived.unwrap_or_default() };
    let page = match at {
        Some(at) => state.models.entities_at(at, filter, paging.request()).await.map_err(view::unreadable)?,
        None => state.models.entities(filter, paging.request()).await?,
    };
    let items = page.items.iter().map(|thing| view::entity(&thing.id, &thing.entity, thing.revision, thing.position));
    let (items, position) = (items.collect(), number(page.position));
    let as_of = answer::as_of(&state, at).await?;
    Ok(fresh.answer(&EntityPage { items, next: page.next, position, stale: fresh.is_stale(), as_of }))
}

/// Makes a thing.
#[utoipa::path(
    post, path = "/workspace/entities", tag = "workspace", operation_id = "create_entity", request_body = NewEntity,
    responses((status = 201, description = "The thing was made", body = EntityWritten, headers(("Location" = String), ("ETag" = String))))
)]
pub(crate) async fn create(State(state): State<AppState>, write: Write<NewEntity>) -> Answer<Response> {
    let envelope = write.envelope_of_new();
    let NewEntity { kind, fields } = write.body;
    let (id, committed) = state.commands.create_entity(kind.into(), fields, envelope).await?;
    answer::made(&id, &committed)
}

/// Reads a thing, as it is or as it stood earlier.
#[utoipa::path(
    get, path = "/workspace/entities/{id}", tag = "workspace", operation_id = "read_entity",
    params(("id" = String, Path, description = "The thing"), MomentOfOne, Freshness),
    responses((status = 200, description = "The thing", body = Entity, headers(("ETag" = String))))
)]
pub(crate) async fn read(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    Asked(moment): Asked<MomentOfOne>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    if let Some(as_of) = moment.as_of {
        return read_past(&state, &id, as_of, freshness).await;
    }
    let fresh = Fresh::model(&state, ModelName::Workspace, freshness).await;
    let loaded = state.commands.entities.load_newest(&id).await?;
    let (Some(entity), Some(revision), Some(position)) = (loaded.state.as_ref(), loaded.revision, loaded.position)
    else {
        return Err(EntityRefusal::NoSuchEntity.into());
    };
    let linked_from = state.models.backlinks(&id).await?.into_iter().map(view::backlink).collect();
    let body = Entity { linked_from, ..view::entity(&id, entity, revision, position) };
    Ok(tagged(fresh.answer(&body), revision))
}

async fn read_past(state: &AppState, id: &EntityId, as_of: AsOf, freshness: Freshness) -> Answer<Response> {
    let (thing, at) = view::past_entity(state, id, as_of.of_one(state).await?).await?;
    let fresh = Fresh::model(state, ModelName::Workspace, freshness.reaching(Some(at))).await;
    let backlinks = state.models.backlinks_at(id, at).await.map_err(view::unreadable)?;
    let body = Entity {
        linked_from: backlinks.items.into_iter().map(view::backlink).collect(),
        linked_from_partial: backlinks.partial,
        as_of: answer::as_of(state, Some(at)).await?,
        ..view::entity(id, &thing.entity, thing.revision, thing.position)
    };
    Ok(tagged(fresh.answer(&body), thing.revision))
}

/// Changes fields of a thing.
#[utoipa::path(
    patch, path = "/workspace/entities/{id}", tag = "workspace", operation_id = "change_entity",
    params(("id" = String, Path, description = "The thing")), request_body = EntityPatch,
    responses((status = 200, description = "The thing is changed", body = EntityWritten, headers(("ETag" = String))))
)]
pub(crate) async fn change(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    write: Write<EntityPatch>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let command = EntityCommand::Change { fields: write.body.fields, compensates: None };
    let committed = state.commands.entities.execute(&id, command, envelope).await?;
    Ok(answer::entity_written(StatusCode::OK, &id, None, &committed))
}

/// Puts a thing away.
#[utoipa::path(
    post, path = "/workspace/entities/{id}/archive", tag = "workspace", operation_id = "archive_entity",
    params(("id" = String, Path, description = "The thing")),
    responses((status = 200, description = "The thing is archived", body = EntityWritten, headers(("ETag" = String))))
)]
pub(crate) async fn archive(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let command = EntityCommand::Archive { compensates: None };
    let committed = state.commands.entities.execute(&id, command, write.envelope()).await?;
    Ok(answer::entity_written(StatusCode::OK, &id, None, &committed))
}

/// Brings back a thing that was put away or withdrawn.
#[utoipa::path(
    post, path = "/workspace/entities/{id}/restore", tag = "workspace", operation_id = "restore_entity",
    params(("id" = String, Path, description = "The thing")),
    responses((status = 200, description = "The thing is in use again", body = EntityWritten, headers(("ETag" = String))))
)]
pub(crate) async fn restore(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let command = EntityCommand::Restore { compensates: None };
    let committed = state.commands.entities.execute(&id, command, write.envelope()).await?;
    Ok(answer::entity_written(StatusCode::OK, &id, None, &committed))
}

/// Links a thing to another one.
#[utoipa::path(
    post, path = "/workspace/entities/{id}/links", tag = "workspace", operation_id = "link_entity",
    params(("id" = String, Path, description = "The thing that the link starts from")), request_body = NewLink,
    responses((status = 201, description = "The link is made", body = EntityWritten, headers(("ETag" = String))))
)]
pub(crate) async fn link(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    write: Write<NewLink>,
) -> Answer<Response> {
    let envelope = write.envelope();
    let NewLink { to, relation } = write.body;
    let relation = relation.unwrap_or_else(|| RELATION.to_owned());
    let (link_id, committed) = state.commands.link_entities(&id, relation, to, envelope).await?;
    Ok(answer::entity_written(StatusCode::CREATED, &id, Some(link_id), &committed))
}

/// Takes a link away.
#[utoipa::path(
    delete, path = "/workspace/entities/{id}/links/{link}", tag = "workspace", operation_id = "unlink_entity",
    params(
        ("id" = String, Path, description = "The thing that the link starts from"),
        ("link" = String, Path, description = "The link"),
    ),
    responses((status = 200, description = "The link is gone", body = EntityWritten, headers(("ETag" = String))))
)]
pub(crate) async fn unlink(
    State(state): State<AppState>,
    LinkPath(id, link): LinkPath,
    write: Write<Nothing>,
) -> Answer<Response> {
    let command = EntityCommand::Unlink { link, compensates: None };
    let committed = state.commands.entities.execute(&id, command, write.envelope()).await?;
    Ok(answer::entity_written(StatusCode::OK, &id, None, &committed))
}

/// Lists what happened to a thing, oldest first.
#[utoipa::path(
    get, path = "/workspace/entities/{id}/history", tag = "workspace", operation_id = "list_entity_events",
    params(("id" = String, Path, description = "The thing"), MomentOfOne, Paging, Freshness),
    responses((status = 200, description = "Events", body = EventPage))
)]
pub(crate) async fn history(
    State(state): State<AppState>,
    EntityPath(id): EntityPath,
    Asked(moment): Asked<MomentOfOne>,
    Asked(paging): Asked<Paging>,
    Asked(freshness): Asked<Freshness>,
) -> Answer<Response> {
    let page = events::of_stream(&state, &EntityDecider::stream(&id), moment, &paging, freshness).await?;
    page.ok_or_else(|| EntityRefusal::NoSuchEntity.into())
}
