//! Measuring a planner: runs it on a file of cases and writes its answers in the format of the grader.
//!
//! A case is a line of JSON with `id`, `category`, `request` and `context` (`today`, `selection`, `workspace`); what is
//! expected of it is the grader's business and is not read here.

use std::{
    collections::BTreeMap,
    fmt,
    io::{BufRead, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use domain::{action::Catalogue, ids::EntityId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    answer,
    contract::{Answer, Planner, PlanningRequest, WorkspaceView},
};

/// Why a file of cases could not be run.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file cannot be read or written.
    #[error("{path} cannot be used: {cause}")]
    File {
        /// Which file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A line is no case.
    #[error("line {line} of {path} is no case: {cause}")]
    BadCase {
        /// Which file.
        path: String,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    category: String,
    request: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    today: NaiveDate,
    #[serde(default)]
    selection: Option<EntityId>,
    #[serde(default)]
    workspace: WorkspaceView,
}

/// What came out for one category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// How many cases there are.
    pub cases: usize,
    /// How many were answered with a plan.
    pub plans: usize,
    /// How many with a question.
    pub clarified: usize,
    /// How many with a refusal.
    pub rejected: usize,
    /// How many answers did not pass the check, or did not come.
    pub failed: usize,
    /// Steps of all plans together.
    pub steps: usize,
}

/// What came out, by category and in all.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By category, in alphabetical order.
    pub rows: BTreeMap<String, Row>,
    /// How long each case took, shortest first.
    pub durations: Vec<Duration>,
}

impl Table {
    /// All categories together.
    pub fn total(&self) -> Row {
        self.rows.values().fold(Row::default(), |sum, row| Row {
            cases: sum.cases + row.cases,
            plans: sum.plans + row.plans,
            clarified: sum.clarified + row.clarified,
            rejected: sum.rejected + row.rejected,
            failed: sum.failed + row.failed,
            steps: sum.steps + row.steps,
        })
    }

    /// The time within which so many of a thousand cases were answered.
    pub fn percentile(&self, per_mille: usize) -> Duration {
        let last = self.durations.len().saturating_sub(1);
        self.durations.get((self.durations.len() * per_mille / 1_000).min(last)).copied().unwrap_or_default()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:>7}{:>7}{:>9}{:>9}{:>8}{:>12}",
            "category", "cases", "plans", "clarify", "reject", "failed", "mean steps"
        )?;
        let all = ("overall".to_owned(), self.total());
        for (category, row) in self.rows.iter().map(|(category, row)| (category.clone(), row.clone())).chain([all]) {
            // counts of cases are far below the precision of a double
            #[expect(clippy::cast_precision_loss)]
            let mean = if row.plans == 0 { 0.0 } else { row.steps as f64 / row.plans as f64 };
            writeln!(
                f,
                "{category:<14}{:>7}{:>7}{:>9}{:>9}{:>8}{mean:>12.2}",
                row.cases, row.plans, row.clarified, row.rejected, row.failed
            )?;
        }
        let millis = |duration: Duration| duration.as_secs_f64() * 1_000.0;
        write!(
            f,
            "time per request: p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
            millis(self.percentile(500)),
            millis(self.percentile(990)),
            millis(self.percentile(1_000))
        )
    }
}

/// Runs a planner on every case and writes one answer per line.
///
/// # Errors
/// See [`EvalError`]. A planner that fails on a case does not end the run: the case has no answer.
pub async fn run_cases(cases: &Path, out: &Path, planner: &dyn Planner) -> Result<Table, EvalError> {
    let file = |path: &Path| {
        let path = path.display().to_string();
        move |cause| EvalError::File { path, cause }
    };
    let reader = std::io::BufReader::new(std::fs::File::open(cases).map_err(file(cases))?);
    let mut writer = std::io::BufWriter::new(std::fs::File::create(out).map_err(file(out))?);
    let mut table = Table::default();
    for (index, line) in reader.lines().enumerate() {
        let line = line.map_err(file(cases))?;
        if line.trim().is_empty() {
            continue;
        }
        let bad = |cause| EvalError::BadCase { path: cases.display().to_string(), line: index + 1, cause };
        let case: Case = serde_json::from_str(&line).map_err(bad)?;
        let request = PlanningRequest {
            request: case.request,
            selection: case.context.selection,
            today: case.context.today,
            timezone: None,
            catalogue: Arc::clone(Catalogue::builtin()),
            workspace: case.context.workspace,
            answers: Map::new(),
        };
        let begun = Instant::now();
        let answered = planner.plan(&request).await;
        table.durations.push(begun.elapsed());
        let row = table.rows.entry(case.category).or_default();
        row.cases += 1;
        let answer = match answered {
            Ok(answer) => match answer::check(&answer, &request) {
                Ok(()) => answer,
                Err(problems) => {
                    tracing::warn!(case = %case.id, ?problems, "the answer did not pass the check");
                    row.failed += 1;
                    continue;
                }
            },
            Err(error) => {
                tracing::warn!(case = %case.id, %error, "the planner failed");
                row.failed += 1;
                continue;
            }
        };
        match &answer {
            Answer::Plan(plan) => {
                row.plans += 1;
                row.steps += plan.steps.len();
            }
            Answer::Clarify { .. } => row.clarified += 1,
            Answer::Reject { .. } => row.rejected += 1,
        }
        writeln!(writer, "{}", written(&case.id, &answer)).map_err(file(out))?;
    }
    writer.flush().map_err(file(out))?;
    table.durations.sort_unstable();
    Ok(table)
}

fn written(id: &str, answer: &Answer) -> Value {
    match answer {
        Answer::Plan(plan) => {
            let steps: Vec<Value> = plan
                .steps
                .iter()
                .map(|step| json!({"id": step.id, "action_type": step.action_type, "params": step.params, "depends_on": step.depends_on, "title": step.title}))
                .collect();
            json!({"id": id, "outcome": "plan", "message": plan.message, "steps": steps})
        }
        Answer::Clarify { message, questions } => {
            let questions: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
            json!({"id": id, "outcome": "clarify", "message": format!("{message} {}", questions.join(" "))})
        }
        Answer::Reject { message } => json!({"id": id, "outcome": "reject", "message": message}),
    }
}
