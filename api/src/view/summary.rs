//! A plan as a row of a list.

use domain::plan::PlanStatus;
use eventlog::Position;
use projections::{Cut, PlanSummary as Row};

use super::{
    past,
    plan::{impact_in_words, progress},
};
use crate::{
    bodies::plan::{PlanImpact, PlanSummary, Progress},
    problem::Answer,
    state::AppState,
};

/// How much of a request stands in for a name, in characters.
const NAME_CHARS: usize = 80;

/// Shows a row, as of an earlier place in the log if there is one. Which steps are under way is not in the row, and is
/// looked up for plans that run.
pub(crate) async fn summary(state: &AppState, row: Row, at: Option<Position>) -> Answer<PlanSummary> {
    let current = match row.status {
        PlanStatus::Executing
        | PlanStatus::Paused
        | PlanStatus::Cancelled
        | PlanStatus::RollingBack
        | PlanStatus::RollbackStuck => current(state, &row, at).await?,
        PlanStatus::Absent
        | PlanStatus::Drafting
        | PlanStatus::NeedsAnswer
        | PlanStatus::Draft
        | PlanStatus::Approved
        | PlanStatus::Completed
        | PlanStatus::Failed
        | PlanStatus::Rejected
        | PlanStatus::RolledBack => Vec::new(),
    };
    let (total, outside, irreversible) = (row.progress.total, row.impact.outside, row.impact.irreversible);
    Ok(PlanSummary {
        id: row.id.to_string(),
        name: if row.name.is_empty() { beginning(row.request.as_deref().unwrap_or_default()) } else { row.name },
        request: row.request,
        status: row.status.into(),
        revision: row.revision.get(),
        position: row.position.get(),
        progress: Progress {
            total,
            completed: row.progress.completed,
            failed: row.progress.failed,
            skipped: row.progress.skipped,
            undone: None,
            current,
        },
        impact: PlanImpact { outside, irreversible, summary: impact_in_words(total, outside, irreversible) },
        created_at: row.created_at,
        updated_at: row.updated_at,
        created_by: (&row.created_by).into(),
    })
}

async fn current(state: &AppState, row: &Row, at: Option<Position>) -> Answer<Vec<String>> {
    let progress = match at {
        Some(at) => progress(&past(state, row.id, Cut::Position(at)).await?.plan),
        None => progress(&state.commands.plans.load(&row.id).await?.state),
    };
    Ok(progress.current)
}

fn beginning(request: &str) -> String {
    match request.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}…", request[..end].trim_end()),
        None => request.to_owned(),
    }
}
