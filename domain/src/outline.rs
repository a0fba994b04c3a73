//! A plan as text, one line per step: for snapshots in tests and for terminals.

use std::fmt::Write;

use crate::{ids::StepId, plan::Plan};

/// Writes a plan as a well-set list.
///
/// ```text
/// Launch Kestrel (draft, 2 steps)
///   1. create-project · project.create · pending
///   2. set-milestones · project.set_milestones · pending · after create-project
/// ```
pub fn outline(plan: &Plan) -> String {
    let mut text = String::new();
    let steps = if plan.steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", plan.steps.len()) };
    // writing to a String cannot fail
    let _ = writeln!(text, "{} ({}, {steps})", plan.details.name, plan.status.name());
    for (index, (id, step)) in plan.steps.iter().enumerate() {
        let _ = write!(text, "  {}. {id} · {} · {}", index + 1, step.spec.action_type, plan.step_status(step).name());
        if !step.spec.depends_on.is_empty() {
            let parents: Vec<&str> = step.spec.depends_on.iter().map(StepId::as_str).collect();
            let _ = write!(text, " · after {}", parents.join(", "));
        }
        text.push('\n');
    }
    text
}
