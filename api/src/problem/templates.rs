//! Refusals of templates, as problems.

use commands::RunTemplateError;
use domain::template::TemplateRefusal;

use super::{
    FieldProblem, Problem, codes,
    refusals::{Refusal, escape, missing, sentence},
};

impl From<TemplateRefusal> for Problem {
    fn from(refusal: TemplateRefusal) -> Self {
        let code = match &refusal {
            TemplateRefusal::NoSuchTemplate => &codes::NO_SUCH_TEMPLATE,
            TemplateRefusal::AlreadyExists => &codes::TEMPLATE_ALREADY_EXISTS,
            TemplateRefusal::BadName { .. } => &codes::BAD_TEMPLATE_NAME,
            TemplateRefusal::BadDetails { .. } => &codes::BAD_TEMPLATE_DETAILS,
            TemplateRefusal::InvalidContent { .. } => &codes::INVALID_TEMPLATE,
            TemplateRefusal::NoSuchVersion { .. } => &codes::NO_SUCH_VERSION,
            TemplateRefusal::Retired => &codes::TEMPLATE_RETIRED,
            TemplateRefusal::NotRetired => &codes::NOT_RETIRED,
            TemplateRefusal::NotPreApproved => &codes::NOT_PRE_APPROVED,
            TemplateRefusal::ReasonMissing => &codes::TEMPLATE_REASON_MISSING,
            TemplateRefusal::MayNotEdit => &codes::MAY_NOT_EDIT,
            TemplateRefusal::NotTheOwner => &codes::NOT_THE_OWNER,
            TemplateRefusal::BadShares { .. } => &codes::BAD_SHARES,
            TemplateRefusal::BadArguments { .. } => &codes::BAD_ARGUMENTS,
        };
        let problem = Self::new(code, sentence(&refusal));
        match refusal {
            TemplateRefusal::BadName { .. } => problem.with_errors(vec![missing("name", "give it a name")]),
            TemplateRefusal::BadDetails { field, message } => {
                problem.with_errors(vec![FieldProblem::new(format!("/{field}"), "too-large", message)])
            }
            TemplateRefusal::InvalidContent { problems } => {
                problem.with_errors(problems.into_iter().map(FieldProblem::from).collect())
            }
            TemplateRefusal::NoSuchVersion { newest, .. } => problem.with("newest", newest),
            TemplateRefusal::ReasonMissing => {
                problem.with_errors(vec![missing("reason", "say why, in 1 to 2,000 characters")])
            }
            TemplateRefusal::BadShares { .. } => problem.with_errors(vec![FieldProblem::new(
                "/shares",
                "bad-value",
                "name each person, role or the tenant once",
            )]),
            TemplateRefusal::BadArguments { problems } => {
                let errors = problems.into_iter().map(|problem| {
                    FieldProblem::new(
                        format!("/arguments/{}", escape(&problem.parameter)),
                        problem.code,
                        problem.message,
                    )
                });
                problem.with_errors(errors.collect())
            }
            TemplateRefusal::NoSuchTemplate
            | TemplateRefusal::AlreadyExists
            | TemplateRefusal::Retired
            | TemplateRefusal::NotRetired
            | TemplateRefusal::NotPreApproved
            | TemplateRefusal::MayNotEdit
            | TemplateRefusal::NotTheOwner => problem,
        }
    }
}

impl Refusal for TemplateRefusal {
    fn nothing_there() -> Self {
        Self::NoSuchTemplate
    }
}

impl From<RunTemplateError> for Problem {
    fn from(error: RunTemplateError) -> Self {
        match error {
            RunTemplateError::Template(error) => error.into(),
            RunTemplateError::Plan(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_on_the_way_out() {
        for refusal in [
            TemplateRefusal::NoSuchTemplate,
            TemplateRefusal::AlreadyExists,
            TemplateRefusal::BadName { limit: 1 },
            TemplateRefusal::BadDetails { field: "tags", message: "x".into() },
            TemplateRefusal::InvalidContent { problems: Vec::new() },
            TemplateRefusal::NoSuchVersion { version: 2, newest: 1 },
            TemplateRefusal::Retired,
            TemplateRefusal::NotRetired,
            TemplateRefusal::NotPreApproved,
            TemplateRefusal::ReasonMissing,
            TemplateRefusal::MayNotEdit,
            TemplateRefusal::NotTheOwner,
            TemplateRefusal::BadShares { limit: 1 },
            TemplateRefusal::BadArguments { problems: Vec::new() },
        ] {
            let code = refusal.code();
            assert_eq!(Problem::from(refusal).code().name, code);
        }
    }
}
