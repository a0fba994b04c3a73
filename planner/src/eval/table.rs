//! The table that a run prints: how many cases of each category passed, and how long plans are.

use std::{collections::BTreeMap, fmt, time::Duration};

/// What came out for one category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// How many cases there are.
    pub cases: usize,
    /// How many of them say what is expected.
    pub graded: usize,
    /// How many of these passed.
    pub passed: usize,
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

impl Row {
    /// The share of graded cases that passed, from 0 to 1; nothing when no case says what is expected.
    pub fn pass_rate(&self) -> Option<f64> {
        (self.graded > 0).then(|| share(self.passed, self.graded))
    }

    /// Steps per plan; 0 without plans.
    pub fn mean_steps(&self) -> f64 {
        if self.plans == 0 { 0.0 } else { share(self.steps, self.plans) }
    }
}

/// Counts of cases are far below the precision of a double.
#[expect(clippy::cast_precision_loss)]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// What came out, by category and in all.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// By category, in alphabetical order.
    pub rows: BTreeMap<String, Row>,
    /// How long each case took, shortest first; empty when nobody looked at the clock.
    pub durations: Vec<Duration>,
    /// The cases that did not pass, each with what is wrong.
    pub missed: Vec<(String, Vec<String>)>,
}

impl Table {
    /// All categories together.
    pub fn total(&self) -> Row {
        self.rows.values().fold(Row::default(), |sum, row| Row {
            cases: sum.cases + row.cases,
            graded: sum.graded + row.graded,
            passed: sum.passed + row.passed,
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

    /// What is below these shares of passed cases, in a line each: over all, and in any one category.
    pub fn below(&self, overall: f64, category: f64) -> Vec<String> {
        let total = ("overall".to_owned(), self.total(), overall);
        let rows = self.rows.iter().map(|(name, row)| (name.clone(), row.clone(), category));
        let judged = rows.chain([total]);
        judged
            .filter_map(|(name, row, bar)| {
                let rate = row.pass_rate().filter(|rate| *rate < bar)?;
                Some(format!("{name}: {:.1} % passed, the bar is {:.1} %", rate * 100.0, bar * 100.0))
            })
            .collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:>7}{:>8}{:>9}{:>7}{:>9}{:>8}{:>8}{:>12}",
            "category", "cases", "passed", "rate", "plans", "clarify", "reject", "failed", "mean steps"
        )?;
        let all = ("overall".to_owned(), self.total());
        for (category, row) in self.rows.iter().map(|(category, row)| (category.clone(), row.clone())).chain([all]) {
            let (passed, rate) = match row.pass_rate() {
                Some(rate) => (row.passed.to_string(), format!("{:.1} %", rate * 100.0)),
                None => ("–".into(), "–".into()),
            };
            writeln!(
                f,
                "{category:<14}{:>7}{passed:>8}{rate:>9}{:>7}{:>9}{:>8}{:>8}{:>12.2}",
                row.cases,
                row.plans,
                row.clarified,
                row.rejected,
                row.failed,
                row.mean_steps()
            )?;
        }
        if self.durations.is_empty() {
            return Ok(());
        }
        let millis = |duration: Duration| duration.as_secs_f64() * 1_000.0;
        writeln!(
            f,
            "time per request: p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
            millis(self.percentile(500)),
            millis(self.percentile(990)),
            millis(self.percentile(1_000))
        )
    }
}
