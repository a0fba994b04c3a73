//! Measuring a planner: cases with what is expected of them, answers, and grades.
//!
//! A file of cases has one JSON object a line; `planner/evals/README.md` tells the format. [`run_cases`] lets a planner
//! answer them and writes the answers, [`grade_file`] grades answers that anybody wrote. A case passes only when its
//! answer passes the check that every answer passes, and everything that is expected of it holds. Nothing here knows
//! which planner it measures.

mod case;
mod fit;
mod grade;
mod matcher;
mod plan;
mod run;
mod table;
mod words;

use std::path::Path;

pub use case::{Case, read_cases};
pub use grade::grade;
pub use run::{Answered, answer_cases, grade_file, run_cases};
pub use table::{Row, Table};

/// Why a file of cases or answers could not be used.
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
        cause: String,
    },
    /// A line is no answer.
    #[error("line {line} of {path} is no answer: {cause}")]
    BadAnswer {
        /// Which file.
        path: String,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// There is nothing to measure by.
    #[error("{path} has no cases")]
    NoCases {
        /// Which file.
        path: String,
    },
}

impl EvalError {
    fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |cause| Self::File { path: path.clone(), cause }
    }
}
