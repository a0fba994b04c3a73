//! Habits that a machine can watch.

use crate::house::{Line, Source, nowhere, root, sources};

/// More than this is split by verb.
const MAX_LINES: usize = 500;

const CRATES: &[&str] =
    &["domain", "eventlog", "audit", "commands", "projections", "planner", "execution", "api", "cli", "tests"];

fn all_sources() -> impl Iterator<Item = Source> {
    CRATES.iter().flat_map(|folder| sources(folder))
}

#[test]
fn no_file_is_longer_than_people_can_hold_in_their_heads() {
    let long = all_sources().filter(|source| source.line_count() > MAX_LINES);
    nowhere(long.map(|source| format!("{} has {} lines", source.path, source.line_count())).collect());
}

#[test]
fn folds_and_decisions_name_every_variant() {
    let watched = |source: &Source| {
        let path = source.path.as_str();
        let domain = ["domain/src/plan/", "domain/src/workspace/", "projections/src/"];
        domain.iter().any(|folder| path.starts_with(folder))
    };
    nowhere(all_sources().filter(watched).flat_map(|source| wildcards(&source)).collect());
}

/// Where a match over an enum of ours has an arm for whatever else there may be.
fn wildcards(source: &Source) -> Vec<String> {
    let lines: Vec<Line<'_>> = source.code().collect();
    let is_wildcard = |code: &str| code.trim_start().starts_with("_ =>") || code.trim_start().starts_with("_ if");
    let found = lines
        .iter()
        .enumerate()
        .filter(|(place, line)| is_wildcard(line.code) && is_over_our_enum(&lines[..*place], indent(line.code)));
    found.map(|(_, line)| format!("{}:{} passes over variants", source.path, line.number)).collect()
}

#[test]
fn a_wildcard_is_found_where_the_enum_is_ours_and_nowhere_else() {
    let text = "fn f() {\n    match e {\n        PlanEvent::A(_) => 1,\n        // why\n        _ => 2,\n    }\n    match v {\n        Value::Null => 1,\n        _ => 2,\n    }\n}\n";
    let source = Source::new("domain/src/plan/x.rs".into(), text.into());
    assert_eq!(wildcards(&source), ["domain/src/plan/x.rs:5 passes over variants"]);
}

/// Whether an arm of the match that a wildcard at this indent closes names a variant of ours.
fn is_over_our_enum(before: &[Line<'_>], wildcard: usize) -> bool {
    let arms = before.iter().rev().take_while(|line| line.code.is_empty() || indent(line.code) >= wildcard);
    let mut patterns =
        arms.filter(|line| indent(line.code) == wildcard).filter_map(|line| line.code.split("=>").next());
    let ours =
        ["PlanEvent::", "EntityEvent::", "PlanStatus::", "StepProgress::", "StepStatus::", "OnFailure::", "Self::"];
    patterns.any(|pattern| ours.iter().any(|name| pattern.contains(name)))
}

fn indent(code: &str) -> usize {
    code.len() - code.trim_start().len()
}

#[test]
fn every_module_opens_with_what_it_is_for() {
    let silent = all_sources().filter(|source| !source.opens_with_its_purpose());
    nowhere(silent.map(|source| format!("{} does not say what it is for", source.path)).collect());
}

#[test]
fn folders_of_the_house_are_all_watched() {
    let listed = std::fs::read_dir(root()).expect("the root can be listed");
    let crates = listed.map(|entry| entry.expect("an entry").path()).filter(|path| path.join("Cargo.toml").is_file());
    let names = crates.filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    let unwatched = names.filter(|name| !CRATES.contains(&name.as_str()));
    nowhere(unwatched.map(|name| format!("{name} is not watched")).collect());
}
