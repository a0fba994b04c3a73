//! Running a planner over cases, and grading answers that are in a file.

use std::{
    collections::BTreeMap,
    io::{BufRead, Write},
    path::Path,
    time::{Duration, Instant},
};

use domain::plan::{Question, StepInput};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Case, EvalError, Table, grade, read_cases};
use crate::{
    answer,
    contract::{Answer, DraftedPlan, Planner},
};

/// What a planner made of a case.
pub struct Answered {
    /// The answer, or why there is none.
    pub answer: Result<Answer, String>,
    /// How long the planner took.
    pub took: Duration,
}

/// Lets a planner answer every case, one after the other. A planner that fails on a case does not end the run.
pub async fn answer_cases(cases: &[Case], planner: &dyn Planner) -> Vec<Answered> {
    let mut answered = Vec::with_capacity(cases.len());
    for case in cases {
        let request = case.told();
        let begun = Instant::now();
        let answer = planner.plan(&request).await;
        let took = begun.elapsed();
        let answer = answer.map_err(|error| error.to_string()).and_then(|answer| {
            let checked = answer::check(&answer, &request);
            checked
                .map(|()| answer)
                .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        });
        if let Err(problem) = &answer {
            tracing::warn!(case = %case.id, %problem, "no valid answer");
        }
        answered.push(Answered { answer, took });
    }
    answered
}

/// Runs a planner on a file of cases, writes one answer per line, and grades them where the cases say what is expected.
///
/// # Errors
/// See [`EvalError`].
pub async fn run_cases(cases: &Path, out: Option<&Path>, planner: &dyn Planner) -> Result<Table, EvalError> {
    let cases = read_cases(cases)?;
    let answered = answer_cases(&cases, planner).await;
    if let Some(out) = out {
        let mut writer = std::io::BufWriter::new(std::fs::File::create(out).map_err(EvalError::file(out))?);
        for (case, answered) in cases.iter().zip(&answered) {
            if let Ok(answer) = &answered.answer {
                writeln!(writer, "{}", written(&case.id, answer)).map_err(EvalError::file(out))?;
            }
        }
        writer.flush().map_err(EvalError::file(out))?;
    }
    let mut table = Table::default();
    for (case, answered) in cases.iter().zip(&answered) {
        table.durations.push(answered.took);
        count(&mut table, case, answered.answer.as_ref().map_err(String::as_str));
    }
    table.durations.sort();
    Ok(table)
}

/// Grades a file of answers, whoever wrote them.
///
/// # Errors
/// See [`EvalError`]. A case without an answer, or with two, does not pass.
pub fn grade_file(cases: &Path, answers: &Path) -> Result<Table, EvalError> {
    let cases = read_cases(cases)?;
    let file = std::fs::File::open(answers).map_err(EvalError::file(answers))?;
    let mut given: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    for (index, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.map_err(EvalError::file(answers))?;
        if line.trim().is_empty() {
            continue;
        }
        let bad = |cause: String| EvalError::BadAnswer { path: answers.display().to_string(), line: index + 1, cause };
        let read: Written = serde_json::from_str(&line).map_err(|cause| bad(cause.to_string()))?;
        let id = read.id.clone();
        if !cases.iter().any(|case| case.id == id) {
            return Err(bad(format!("there is no case `{id}`")));
        }
        given.entry(id).or_default().push(read.into_answer());
    }
    let mut table = Table::default();
    for case in &cases {
        let answer = match given.get(&case.id).map(Vec::as_slice) {
            Some([answer]) => Ok(answer),
            Some(_) => Err("answered twice"),
            None => Err("no answer"),
        };
        count(&mut table, case, answer);
    }
    Ok(table)
}

fn count(table: &mut Table, case: &Case, answer: Result<&Answer, &str>) {
    let row = table.rows.entry(case.category.clone()).or_default();
    row.cases += 1;
    match answer {
        Ok(Answer::Plan(plan)) => {
            row.plans += 1;
            row.steps += plan.steps.len();
        }
        Ok(Answer::Clarify { .. }) => row.clarified += 1,
        Ok(Answer::Reject { .. }) => row.rejected += 1,
        Err(_) => row.failed += 1,
    }
    if case.expect.is_none() {
        return;
    }
    row.graded += 1;
    let why = match answer {
        Ok(answer) => grade(case, answer),
        Err(problem) => vec![problem.to_owned()],
    };
    if why.is_empty() {
        row.passed += 1;
    } else {
        table.missed.push((case.id.clone(), why));
    }
}

/// An answer as a line of a file has it.
#[derive(Deserialize)]
struct Written {
    id: String,
    outcome: Outcome,
    #[serde(default)]
    message: String,
    #[serde(default)]
    steps: Vec<StepInput>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Plan,
    Clarify,
    Reject,
}

impl Written {
    fn into_answer(self) -> Answer {
        match self.outcome {
            Outcome::Plan => Answer::Plan(DraftedPlan {
                name: self.id,
                message: self.message,
                steps: self.steps,
                ..DraftedPlan::default()
            }),
            // a line of a file tells only that something was asked
            Outcome::Clarify => {
                let question = Question::new("question", self.message.clone(), Vec::new());
                Answer::Clarify { message: self.message, questions: vec![question] }
            }
            Outcome::Reject => Answer::Reject { message: self.message },
        }
    }
}

fn written(id: &str, answer: &Answer) -> Value {
    match answer {
        Answer::Plan(plan) => {
            let steps: Vec<Value> = plan
                .steps
                .iter()
                .map(|step| {
                    json!({
                        "id": step.id,
                        "action_type": step.action_type,
                        "params": step.params,
                        "depends_on": step.depends_on,
                    })
                })
                .collect();
            json!({"id": id, "outcome": "plan", "message": plan.message, "steps": steps})
        }
        Answer::Clarify { message, questions } => {
            let asked: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
            json!({"id": id, "outcome": "clarify", "message": format!("{message} {}", asked.join(" ")), "steps": []})
        }
        Answer::Reject { message } => json!({"id": id, "outcome": "reject", "message": message, "steps": []}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::OfflinePlanner;

    fn own_cases() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("evals")
    }

    #[tokio::test]
    async fn the_offline_planner_keeps_the_projects_own_cases_at_their_bar() {
        let answers = std::env::temp_dir().join(format!("cairn-own-cases-{}.jsonl", std::process::id()));
        let table = run_cases(&own_cases(), Some(&answers), &OfflinePlanner::default()).await.unwrap();
        let graded = grade_file(&own_cases(), &answers).unwrap();
        std::fs::remove_file(&answers).unwrap();
        assert_eq!(table.below(0.95, 0.85), Vec::<String>::new(), "{:#?}", table.missed);
        assert!(table.total().cases >= 690 && table.total().mean_steps() > 3.0, "{table}");
        assert_eq!(graded.rows, table.rows, "answers are graded alike from memory and from a file");
    }

    #[test]
    fn an_answer_to_no_case_names_its_line() {
        let answers = std::env::temp_dir().join(format!("cairn-no-case-{}.jsonl", std::process::id()));
        std::fs::write(&answers, "\n{\"id\": \"nobody\", \"outcome\": \"reject\", \"message\": \"no\"}\n").unwrap();
        let error = grade_file(&own_cases(), &answers).unwrap_err().to_string();
        std::fs::remove_file(&answers).unwrap();
        assert_eq!(error, format!("line 2 of {} is no answer: there is no case `nobody`", answers.display()));
    }
}
