//! What the library is asked.

use chrono::{DateTime, Utc};
use domain::{
    actor::Actor,
    ids::{PlanId, TemplateId},
};
use projections_store::{Reads, Row, StorageError, values};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    TemplateFigures, TemplateSummary,
    table::{self, EVERYBODY},
};
use crate::{
    ModelError, ModelName, Models, Page, PageRequest,
    columns::{self, Bytes, Micros, Number},
};

/// Which templates are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplateFilter {
    /// Templates with this in their name, description or tags, whatever the case.
    pub text: Option<String>,
    /// Templates with this tag.
    pub tag: Option<String>,
    /// Whether retired ones are listed as well.
    pub retired: bool,
    /// Only those that this person made or that are shared with them; all when not given.
    pub shown_to: Option<String>,
}

/// The last plan that somebody made from a template.
#[derive(Clone, Debug, PartialEq)]
pub struct LastRun {
    /// The plan.
    pub plan: PlanId,
    /// The version it was made from.
    pub version: u32,
    /// What was given for the parameters.
    pub arguments: Map<String, Value>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Models {
    /// Lists templates, the newest first.
    pub async fn templates(
        &self,
        mut filter: TemplateFilter,
        page: PageRequest,
    ) -> Result<Page<TemplateSummary>, ModelError> {
        filter.text = crate::models::search_text(filter.text);
        filter.tag = crate::models::search_text(filter.tag);
        self.page(ModelName::Templates, filter, page, |template: &TemplateSummary| template.created, list).await
    }

    /// The templates of a name, whatever the case, the newest first; retired ones are left out.
    pub async fn templates_named(&self, name: &str) -> Result<Vec<TemplateId>, ModelError> {
        let name = name.trim().to_lowercase();
        let query = move |reads: &dyn Reads| {
            let sql = "select id, name from templates where retired = 0 order by created_position desc limit 10000";
            let all = reads.all(sql, values![], |row| {
                Ok((TemplateId::new(row.get::<Bytes>(0)?.0), row.text(1)?.to_lowercase()))
            })?;
            Ok(all.into_iter().filter(|(_, known)| *known == name).map(|(id, _)| id).collect())
        };
        Ok(self.read(ModelName::Templates, query).await?.0)
    }

    /// What became of the plans that were made from a template.
    pub async fn template_figures(&self, id: TemplateId) -> Result<TemplateFigures, ModelError> {
        Ok(self.read(ModelName::Templates, move |reads| figures(reads, id)).await?.0)
    }

    /// The last plan that somebody made from a template, so that they find what they gave then.
    pub async fn last_run(&self, id: TemplateId, actor: &Actor) -> Result<Option<LastRun>, ModelError> {
        let actor = actor.id.clone();
        let query = move |reads: &dyn Reads| {
            let sql = "select plan, version, arguments, made_at from runs
                 where template = ?1 and actor = ?2 order by position desc limit 1";
            reads.one(sql, values![Bytes(id.uuid()), actor], last)
        };
        Ok(self.read(ModelName::Templates, query).await?.0)
    }

    /// The last plans that were made from a template, newest first: at most `limit`.
    pub async fn template_runs(&self, id: TemplateId, limit: u32) -> Result<Vec<LastRun>, ModelError> {
        let query = move |reads: &dyn Reads| {
            let sql = "select plan, version, arguments, made_at from runs
                 where template = ?1 order by position desc limit ?2";
            reads.all(sql, values![Bytes(id.uuid()), limit], last)
        };
        Ok(self.read(ModelName::Templates, query).await?.0)
    }
}

fn last(row: &Row<'_>) -> Result<LastRun, StorageError> {
    Ok(LastRun {
        plan: columns::plan_id(row, 0)?,
        version: row.get(1)?,
        arguments: columns::json(row, 2)?,
        at: columns::moment(row, 3)?,
    })
}

fn list(
    reads: &dyn Reads,
    filter: &TemplateFilter,
    behind: Option<u64>,
    limit: usize,
) -> Result<Vec<TemplateSummary>, StorageError> {
    let sql = format!(
        "select {} from templates
         where (?1 is null or holds(name, ?1) or holds(description, ?1) or holds(tags, ?1))
             and (?2 is null or exists (select 1 from json_each(tags) where value = ?2))
             and retired <= ?3 and created_position < ?4
             and (?5 is null or owner = ?5 or exists (
                 select 1 from json_each(seen_by) where value = '{EVERYBODY}' or value = ?5))
         order by created_position desc limit ?6",
        table::columns()
    );
    let behind = Number(behind.unwrap_or(i64::MAX.cast_unsigned()));
    let (text, tag, person) = (filter.text.as_deref(), filter.tag.as_deref(), filter.shown_to.as_deref());
    let found =
        reads.all(&sql, values![text, tag, filter.retired, behind, person, Number(limit as u64)], table::summary)?;
    let with_figures = |template: TemplateSummary| {
        let figures = figures(reads, template.id)?;
        Ok(TemplateSummary { figures, ..template })
    };
    found.into_iter().map(with_figures).collect()
}

fn figures(reads: &dyn Reads, id: TemplateId) -> Result<TemplateFigures, StorageError> {
    let ended = |word: &str| format!("count(case when ended = '{word}' then 1 end)");
    let sql = format!(
        "select count(*), max(made_at), {}, {}, {},
             cast(avg(case when ended = 'completed' then ended_at - started_at end) as double precision)
         from runs where template = ?1",
        ended("completed"),
        ended("failed"),
        ended("cancelled")
    );
    let figures = reads.one(&sql, values![Bytes(id.uuid())], |row| {
        Ok(TemplateFigures {
            plans: row.get(0)?,
            last_used: row.get::<Option<Micros>>(1)?.map(|at| at.0),
            completed: row.get(2)?,
            failed: row.get(3)?,
            cancelled: row.get(4)?,
            mean_seconds: row.get::<Option<f64>>(5)?.map(|micros| micros / 1e6),
        })
    })?;
    Ok(figures.unwrap_or_default())
}
