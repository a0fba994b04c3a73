//! Shows the cases that the offline planner misses: every way it read the request, where each leads and why that does not
//! pass, and the request as the learned reader marks it: `cargo run --release -p cairn-planner --example ways -- CASES…`

use std::{path::Path, process::ExitCode};

use cairn_planner::{
    contract::{Answer, PlanningRequest},
    eval::{Case, EvalError, grade, read_cases},
    offline::{Considered, OfflinePlanner, choose},
};

fn main() -> ExitCode {
    let planner = OfflinePlanner::default();
    for file in std::env::args().skip(1) {
        if let Err(error) = show(&planner, Path::new(&file)) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn show(planner: &OfflinePlanner, file: &Path) -> Result<(), EvalError> {
    for case in read_cases(file)? {
        let request = case.told();
        if grade(&case, &planner.answer(&request)).is_empty() {
            continue;
        }
        let ways = planner.considered(&request);
        let passes = ways.iter().any(|way| grade(&case, &way.answer).is_empty());
        let note = if passes { " (another way passes)" } else { "" };
        println!("== {} {}{note}\n{}", case.id, case.category, request.request);
        println!("   as tagged: {}", planner.annotated(&request));
        show_workspace(&request);
        for way in &ways {
            show_way(&case, way);
        }
    }
    Ok(())
}

fn show_workspace(request: &PlanningRequest) {
    let workspace = &request.workspace;
    let people: Vec<&str> = workspace.people.iter().map(|row| row.name.as_str()).collect();
    let projects: Vec<&str> = workspace.projects.iter().map(|row| row.name.as_str()).collect();
    let tasks: Vec<&str> = workspace.tasks.iter().map(|row| row.title.as_str()).collect();
    let ideas: Vec<&str> = workspace.ideas.iter().map(|row| row.title.as_str()).collect();
    println!("   people {people:?}, projects {projects:?}, tasks {tasks:?}, ideas {ideas:?}");
    println!("   on {}, open: {:?}", request.today, request.selection);
}

fn show_way(case: &Case, way: &Considered) {
    let worth = choose::worth_of(&way.looks);
    let by = if way.looks.first().is_some_and(|is| *is > 0.0) { "patterns" } else { "learned" };
    println!("   -- {by}, worth {worth:.2}: {}", grade(case, &way.answer).join("; "));
    match &way.answer {
        Answer::Plan(plan) => {
            for step in &plan.steps {
                let params = serde_json::Value::Object(step.params.clone());
                let id = step.id.as_deref().unwrap_or_default();
                println!("        {id} {} {params} after {:?}", step.action_type, step.depends_on);
            }
        }
        Answer::Clarify { message, questions } => {
            let asked: Vec<&str> = questions.iter().map(|question| question.text.as_str()).collect();
            println!("        asks: {message} {asked:?}");
        }
        Answer::Reject { message } => println!("        refuses: {message}"),
    }
}
