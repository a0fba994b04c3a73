//! How long it takes to fill a template and have the plan's decider check what came of it, beside copying its steps.

use std::{
    fmt,
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use domain::{
    action::Catalogue,
    template::{Labels, TemplateContent, check_arguments, instantiate},
};
use serde_json::{Map, Value, json};

const ROUNDS: usize = 100;

/// What was measured: for each size, copying the steps, and filling them.
pub(crate) struct Figures(Vec<(usize, usize, Duration, Duration)>);

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: &Duration| time.as_secs_f64() * 1e3;
        for (steps, parameters, copied, filled) in &self.0 {
            let (copied, filled) = (millis(copied), millis(filled));
            writeln!(
                f,
                "{steps} steps, {parameters} parameters: copied {copied:.2} ms, filled {filled:.2} ms (median)"
            )?;
        }
        Ok(())
    }
}

/// Fills templates of a hundred and of five thousand steps.
pub(crate) fn run() -> anyhow::Result<Figures> {
    let sizes = [(100, 10), (5_000, 1_000)];
    Ok(Figures(sizes.into_iter().map(|(steps, parameters)| measure(steps, parameters)).collect::<Result<_, _>>()?))
}

fn measure(steps: usize, parameters: usize) -> anyhow::Result<(usize, usize, Duration, Duration)> {
    let content = template(steps, parameters)?;
    anyhow::ensure!(domain::template::check(&content, Catalogue::builtin()).is_empty(), "the template can run");
    let given: Map<String, Value> = (0..parameters).map(|index| (format!("p{index}"), json!("Kestrel"))).collect();
    let (mut copies, mut fills) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let copy = content.steps.clone();
        copies.push(begin.elapsed());
        anyhow::ensure!(copy.len() == steps, "a copy has all steps");
        let begin = Instant::now();
        let refused = |_| anyhow::anyhow!("the arguments fit");
        let arguments = check_arguments(&content, &given, NaiveDate::default(), &Labels::new()).map_err(refused)?;
        let instance = instantiate(&content, &arguments).map_err(refused)?;
        fills.push(begin.elapsed());
        anyhow::ensure!(instance.steps.len() == steps, "a run has all steps");
    }
    Ok((steps, parameters, median(copies), median(fills)))
}

fn template(steps: usize, parameters: usize) -> anyhow::Result<TemplateContent> {
    let step = |index: usize| {
        let gap = format!("{{{{params.p{}}}}}", index % parameters);
        let after: Vec<String> = index.checked_sub(1).map(|before| format!("s{before}")).into_iter().collect();
        json!({"id": format!("s{index}"), "title": format!("Step {index} of {gap}"), "action_type": "task.create",
            "params": {"title": gap, "description": format!("as {gap} says")}, "depends_on": after})
    };
    let content = json!({
        "plan_name": "A plan", "steps": (0..steps).map(step).collect::<Vec<_>>(),
        "parameters": (0..parameters).map(|index| json!({"name": format!("p{index}")})).collect::<Vec<_>>(),
    });
    Ok(serde_json::from_value(content)?)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
