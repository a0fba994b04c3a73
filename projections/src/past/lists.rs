//! Lists as they stood: of plans, of things, of what referred to a thing.
//!
//! A row of the read model whose last event lies before the moment is as it was then, and is taken as it is. Only what
//! changed since is folded from its stream, up to the moment; what was made later is passed over. So a list of the recent
//! past reads little, and no list reads the whole log.

use domain::{ids::EntityId, workspace::Entity};
use eventlog::{Position, StreamName};
use projections_store::{Reads, StorageError};
use serde::Serialize;

use super::{Cut, PastError, Strips, entity_stream, plan_stream};
use crate::{
    EntityFilter, EntityView, ModelError, ModelName, Models, Page, PageRequest, PlanFilter, PlanSummary, Projection,
    models::search_text,
    plan_list::{self, PlanList},
    workspace::{self, Backlink, Named, Workspace},
};

/// How many streams one answer folds at most. A page that needs more is shorter, and says where it goes on.
const FOLDED: usize = 1_000;

/// What referred to a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlinks {
    /// What referred to it, oldest first.
    pub items: Vec<Backlink>,
    /// So much has changed since that not everything was looked at: older things may have referred to it as well.
    pub partial: bool,
}

/// A list that can be read as it stood.
pub(crate) trait Listed: Projection<Row: Clone> {
    type Item: Send + 'static;
    type Filter: Clone + Serialize + Send + Sync + 'static;
    const MODEL: ModelName;

    /// The rows of what was there `at` a place, newest first, behind `behind`: those that have not changed since and fit,
    /// and all that have.
    fn candidates(
        reads: &dyn Reads,
        filter: &Self::Filter,
        at: Position,
        behind: u64,
        limit: usize,
    ) -> Result<Vec<Self::Item>, StorageError>;

    fn fits(filter: &Self::Filter, item: &Self::Item) -> bool;
    fn item(row: Self::Row) -> Option<Self::Item>;
    fn stream(item: &Self::Item) -> StreamName;
    /// The positions of its first and its last event.
    fn span(item: &Self::Item) -> (Position, Position);
}

impl Models {
    /// Lists plans as they stood at a place in the log, the newest first.
    ///
    /// A page that would have to look at very many plans is shorter than asked for, even empty, and has a `next`.
    pub async fn plans_at(
        &self,
        at: Position,
        mut filter: PlanFilter,
        page: PageRequest,
    ) -> Result<Page<PlanSummary>, PastError> {
        filter.text = search_text(filter.text);
        filter.statuses.sort_unstable_by_key(|status| status.name());
        filter.statuses.dedup();
        self.page_at(&self.past().lines, at, filter, page).await
    }

    /// Lists things as they stood at a place in the log, the newest first; pages are as those of
    /// [`plans_at`](Self::plans_at).
    pub async fn entities_at(
        &self,
        at: Position,
        mut filter: EntityFilter,
        page: PageRequest,
    ) -> Result<Page<EntityView>, PastError> {
        filter.text = search_text(filter.text);
        self.page_at(&self.past().things, at, filter, page).await
    }

    /// Lists what referred to a thing at a place in the log, by a field or by a link, oldest first: at most 1,000.
    pub async fn backlinks_at(&self, id: &EntityId, at: Position) -> Result<Backlinks, PastError> {
        let target = id.clone();
        let query = move |reads: &dyn Reads| {
            let unchanged = workspace::backlinks_until(reads, target.as_str(), at)?;
            Ok((unchanged, workspace::changed_since(reads, at, FOLDED + 1)?))
        };
        let ((mut found, mut changed), _) = self.read(ModelName::Workspace, query).await?;
        let partial = changed.len() > FOLDED;
        changed.truncate(FOLDED);
        for (created, source) in changed {
            let stood = self.past().things.at(&**self.log(), &entity_stream(&source), Cut::Position(at)).await?;
            let Some(view) = stood.row.and_then(workspace::Thing::into_view).filter(|view| !view.entity.withdrawn)
            else {
                continue;
            };
            found.extend(
                workspace::mentions_of(&view.entity, id).map(|(link, relation)| {
                    (created, Backlink { from: named(&view.id, &view.entity), link, relation })
                }),
            );
        }
        found.sort_by(|(one, a), (other, b)| (one, &a.link, &a.relation).cmp(&(other, &b.link, &b.relation)));
        found.truncate(FOLDED);
        Ok(Backlinks { items: found.into_iter().map(|(_, backlink)| backlink).collect(), partial })
    }

    async fn page_at<P: Listed>(
        &self,
        strips: &Strips<P>,
        at: Position,
        filter: P::Filter,
        request: PageRequest,
    ) -> Result<Page<P::Item>, PastError> {
        let (cursors, question) = (self.cursors(), ("as of", at.get(), P::MODEL, &filter));
        let begin = request.cursor.as_deref().map(|cursor| cursors.open(&question, cursor)).transpose();
        let mut behind = begin.map_err(ModelError::from)?.unwrap_or(i64::MAX.cast_unsigned());
        let limit = request.limit();
        let (mut items, mut folded) = (Vec::new(), 0);
        let mut more = true;
        while more && items.len() < limit && folded < FOLDED {
            let (asked, batch) = (filter.clone(), limit + 1);
            let query = move |reads: &dyn Reads| P::candidates(reads, &asked, at, behind, batch);
            let (rows, _) = self.read(P::MODEL, query).await?;
            more = rows.len() == batch;
            for (seen, row) in rows.into_iter().enumerate() {
                if items.len() == limit || folded == FOLDED {
                    more = true;
                    break;
                }
                // The last row of a full batch only says that there is more.
                if seen == limit {
                    break;
                }
                let (created, last) = P::span(&row);
                behind = created.get();
                if last <= at {
                    items.push(row);
                    continue;
                }
                folded += 1;
                let stood = strips.at(&**self.log(), &P::stream(&row), Cut::Position(at)).await?;
                items.extend(P::item(stood.row).filter(|item| P::fits(&filter, item)));
            }
        }
        let next = more.then(|| cursors.seal(&question, behind));
        Ok(Page { items, next, position: Some(at) })
    }
}

impl Listed for PlanList {
    type Item = PlanSummary;
    type Filter = PlanFilter;
    const MODEL: ModelName = ModelName::PlanList;

    fn candidates(
        reads: &dyn Reads,
        filter: &PlanFilter,
        at: Position,
        behind: u64,
        limit: usize,
    ) -> Result<Vec<PlanSummary>, StorageError> {
        plan_list::candidates(reads, filter, at, behind, limit)
    }

    fn fits(filter: &PlanFilter, plan: &PlanSummary) -> bool {
        let has = |text: &str| filter.text.as_deref().is_none_or(|part| text.to_lowercase().contains(part));
        let is_wanted = filter.statuses.is_empty() || filter.statuses.contains(&plan.status);
        is_wanted && (has(&plan.name) || plan.request.as_deref().is_some_and(has))
    }

    fn item(row: Self::Row) -> Option<PlanSummary> {
        row.map(plan_list::Line::into_summary)
    }

    fn stream(plan: &PlanSummary) -> StreamName {
        plan_stream(plan.id)
    }

    fn span(plan: &PlanSummary) -> (Position, Position) {
        (plan.created, plan.position)
    }
}

impl Listed for Workspace {
    type Item = EntityView;
    type Filter = EntityFilter;
    const MODEL: ModelName = ModelName::Workspace;

    fn candidates(
        reads: &dyn Reads,
        filter: &EntityFilter,
        at: Position,
        behind: u64,
        limit: usize,
    ) -> Result<Vec<EntityView>, StorageError> {
        workspace::candidates(reads, filter, at, behind, limit)
    }

    fn fits(filter: &EntityFilter, view: &EntityView) -> bool {
        let Entity { kind, archived, withdrawn, .. } = &view.entity;
        filter.kind.is_none_or(|wanted| wanted == *kind)
            && filter.text.as_deref().is_none_or(|part| view.title.to_lowercase().contains(part))
            && if filter.ids.is_empty() {
                (filter.archived || !archived) && !withdrawn
            } else {
                filter.ids.contains(&view.id)
            }
    }

    fn item(row: Self::Row) -> Option<EntityView> {
        row.and_then(workspace::Thing::into_view)
    }

    fn stream(view: &EntityView) -> StreamName {
        entity_stream(&view.id)
    }

    fn span(view: &EntityView) -> (Position, Position) {
        (view.created, view.position)
    }
}

fn named(id: &EntityId, entity: &Entity) -> Named {
    Named { id: id.clone(), kind: entity.kind, title: entity.title().to_owned(), archived: entity.archived }
}
