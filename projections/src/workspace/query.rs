//! What the workspace is asked.

use domain::{ids::EntityId, workspace::Kind};
use eventlog::Position;
use projections_store::{Reads, Row, StorageError, values};
use serde::Serialize;

use super::{EntityView, table};
use crate::{
    ModelError, ModelName, Models, Page, PageRequest,
    columns::{self, Number, Word},
};

/// Which things are wanted. Things whose creation was taken back are listed only when they are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EntityFilter {
    /// Only these, whatever has become of them; all when empty.
    pub ids: Vec<EntityId>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Things with this in their title, whatever the case.
    pub text: Option<String>,
    /// Whether archived things are listed as well.
    pub archived: bool,
}

/// Which names are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameFilter {
    /// Only these kinds; all when empty.
    pub kinds: Vec<Kind>,
    /// Names that hold at least one of these, whatever the case; all when empty.
    pub parts: Vec<String>,
    /// Whether archived things are listed as well.
    pub archived: bool,
    /// How many at most.
    pub limit: usize,
}

/// A thing and what people call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The thing.
    pub id: EntityId,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What people call it.
    pub title: String,
    /// Whether it was put away.
    pub archived: bool,
}

/// A thing that refers to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backlink {
    /// The thing that refers.
    #[serde(flatten)]
    pub from: Named,
    /// The link by which it does; none when a field does.
    pub link: Option<String>,
    /// The link's relation, or the field's name.
    pub relation: String,
}

impl Models {
    /// Lists things, the newest first. Things that come later do not move those on further pages.
    pub async fn entities(&self, mut filter: EntityFilter, page: PageRequest) -> Result<Page<EntityView>, ModelError> {
        filter.text = crate::models::search_text(filter.text);
        self.page(ModelName::Workspace, filter, page, |entity: &EntityView| entity.created, list).await
    }

    /// Gives one thing, whatever has become of it; none when there is no such thing.
    pub async fn entity(&self, id: &EntityId) -> Result<Option<EntityView>, ModelError> {
        let id = id.clone();
        Ok(self.read(ModelName::Workspace, move |reads| table::entity(reads, id.as_str())).await?.0)
    }

    /// Lists what refers to a thing, by a field or by a link, oldest first: at most 1,000.
    pub async fn backlinks(&self, id: &EntityId) -> Result<Vec<Backlink>, ModelError> {
        let id = id.clone();
        Ok(self.read(ModelName::Workspace, move |reads| backlinks(reads, id.as_str())).await?.0)
    }

    /// Looks up things by their names, the newest first: for a planner who reads names in a request.
    pub async fn names(&self, mut filter: NameFilter) -> Result<Vec<Named>, ModelError> {
        filter.parts = filter.parts.into_iter().filter_map(|part| crate::models::search_text(Some(part))).collect();
        Ok(self.read(ModelName::Workspace, move |reads| names(reads, &filter)).await?.0)
    }
}

fn list(
    reads: &dyn Reads,
    filter: &EntityFilter,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<EntityView>, StorageError> {
    let kind_is = if filter.kind.is_some() { "kind = ?1" } else { "?1 is null" };
    let text_is = if filter.text.is_some() { "holds(title, ?2)" } else { "?2 is null" };
    let is_shown = if filter.ids.is_empty() {
        "archived <= ?4 and withdrawn = 0 and ?6 = '[]'"
    } else {
        "?4 is not null and id in (select value from json_each(?6))"
    };
    let sql = format!(
        "select {} from entities
         where {kind_is} and {text_is} and created_position < ?3 and {is_shown}
         order by created_position desc limit ?5",
        table::columns()
    );
    let behind = Number(behind.unwrap_or(i64::MAX.cast_unsigned()));
    let (kind, text, limit) = (filter.kind.map(Word), filter.text.as_deref(), Number(limit as u64));
    let ids = columns::Json(&filter.ids);
    reads.all(&sql, values![kind, text, behind, filter.archived, limit, ids], table::view)
}

fn backlinks(reads: &dyn Reads, id: &str) -> Result<Vec<Backlink>, StorageError> {
    let sql = "select e.id, e.kind, e.title, e.archived, m.place, m.label
         from mentions m cross join entities e on e.id = m.source
         where m.target = ?1 and e.withdrawn = 0
         order by e.created_position, m.place limit 1000";
    reads.all(sql, values![id], |row| {
        let link = row.text(4)?.strip_prefix("link:").map(str::to_owned);
        Ok(Backlink { from: named(row)?, link, relation: row.get(5)? })
    })
}

/// The things that were there `at` a place in the log, newest first: those that have not changed since and fit the
/// filter, and all of the kind that have, as they are now.
pub(crate) fn candidates(
    reads: &dyn Reads,
    filter: &EntityFilter,
    at: Position,
    behind: u64,
    limit: usize,
) -> Result<Vec<EntityView>, StorageError> {
    let sql = format!(
        "select {} from entities
         where created_position < ?1 and created_position <= ?2 and (?3 is null or kind = ?3)
             and (?7 = '[]' or id in (select value from json_each(?7)))
             and (position > ?2
                 or ((?4 is null or holds(title, ?4)) and (?7 <> '[]' or (archived <= ?5 and withdrawn = 0))))
         order by created_position desc limit ?6",
        table::columns()
    );
    let (kind, text, limit) = (filter.kind.map(Word), filter.text.as_deref(), Number(limit as u64));
    let ids = columns::Json(&filter.ids);
    reads.all(&sql, values![Number(behind), Number::from(at), kind, text, filter.archived, limit, ids], table::view)
}

/// What refers to a thing by things that have not changed since a place in the log, each with the place of its first
/// event.
pub(crate) fn backlinks_until(
    reads: &dyn Reads,
    id: &str,
    at: Position,
) -> Result<Vec<(Position, Backlink)>, StorageError> {
    let sql = "select e.id, e.kind, e.title, e.archived, m.place, m.label, e.created_position
         from mentions m cross join entities e on e.id = m.source
         where m.target = ?1 and e.withdrawn = 0 and e.position <= ?2
         order by e.created_position, m.place limit 1000";
    reads.all(sql, values![id, Number::from(at)], |row| {
        let link = row.text(4)?.strip_prefix("link:").map(str::to_owned);
        Ok((columns::position(row, 6)?, Backlink { from: named(row)?, link, relation: row.get(5)? }))
    })
}

/// The things that were there `at` a place in the log and have changed since, newest first.
pub(crate) fn changed_since(
    reads: &dyn Reads,
    at: Position,
    limit: usize,
) -> Result<Vec<(Position, EntityId)>, StorageError> {
    let sql = "select created_position, id from entities where created_position <= ?1 and position > ?1
         order by created_position desc limit ?2";
    reads.all(sql, values![Number::from(at), Number(limit as u64)], |row| {
        Ok((columns::position(row, 0)?, columns::parsed(row, 1)?))
    })
}

fn names(reads: &dyn Reads, filter: &NameFilter) -> Result<Vec<Named>, StorageError> {
    let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.name()).collect();
    let sql = "select id, kind, title, archived from entities
         where (?1 = '[]' or kind in (select value from json_each(?1)))
             and (?2 = '[]' or exists (select 1 from json_each(?2) where holds(title, value)))
             and archived <= ?3 and withdrawn = 0
         order by created_position desc limit ?4";
    let (kinds, parts) = (columns::Json(kinds), columns::Json(&filter.parts));
    reads.all(sql, values![kinds, parts, filter.archived, Number(filter.limit as u64)], named)
}

fn named(row: &Row<'_>) -> Result<Named, StorageError> {
    Ok(Named {
        id: columns::parsed(row, 0)?,
        kind: row.get::<Word<Kind>>(1)?.0,
        title: row.get(2)?,
        archived: row.get(3)?,
    })
}
