//! Templates over a log: large ones, and what is kept of people.

use domain::{
    actor::Actor,
    ids::TemplateId,
    plan::{Change, PlanCommand, PlanRefusal, PlanStatus, StepPatch, StepSpec},
    template::{
        CreateTemplate, Include, Included, Parameter, TemplateCommand, TemplateContent, TemplateDetails,
        TemplateRefusal, TemplateSource,
    },
};
use eventlog::MemoryLog;
use serde_json::{Map, Value, json};

use super::{by_alex, by_sam, commands};
use crate::{CommandError, Commands, RunTemplate, RunTemplateError};

fn step(index: usize, parameter: usize) -> StepSpec {
    let after = if index == 0 { json!([]) } else { json!([format!("s{}", (index - 1) / 2)]) };
    let step = json!({
        "id": format!("s{index}"), "title": format!("Step {index} of {{{{params.p{parameter}}}}}"),
        "action_type": "task.create", "params": {"title": format!("{{{{params.p{parameter}}}}}, {index}")},
        "depends_on": after,
    });
    serde_json::from_value(step).unwrap()
}

fn large(steps: usize, parameters: usize) -> TemplateContent {
    let parameter = |index| Parameter { name: format!("p{index}"), required: true, ..Parameter::default() };
    TemplateContent {
        plan_name: "A large one".into(),
        parameters: (0..parameters).map(parameter).collect(),
        steps: (0..steps).map(|index| step(index, index % parameters)).collect(),
        ..TemplateContent::default()
    }
}

async fn saved(commands: &Commands, content: TemplateContent) -> TemplateId {
    let details = TemplateDetails { name: "Large".into(), ..TemplateDetails::default() };
    let included = commands.included(&content, &Actor::person("alex")).await.unwrap();
    let create = CreateTemplate { details, content, source: TemplateSource::Written, included };
    commands.create_template(create, by_alex()).await.unwrap().0
}

fn run(template: TemplateId, arguments: Map<String, Value>) -> RunTemplate {
    RunTemplate { template, version: None, arguments, today: "2026-11-30".parse().unwrap(), schedule: None }
}

#[tokio::test]
async fn a_template_of_5000_steps_and_1000_parameters_makes_a_plan() {
    let commands = commands(MemoryLog::new());
    let template = saved(&commands, large(5_000, 1_000)).await;
    let arguments = (0..1_000).map(|index| (format!("p{index}"), json!(format!("value {index}")))).collect();
    let (_, committed) = commands.run_template(run(template, arguments), by_alex()).await.unwrap();
    assert_eq!(committed.state.steps.len(), 5_000);
    let last = committed.state.steps.values().last().unwrap();
    assert_eq!(last.spec.title, "Step 4999 of value 999");
    assert_eq!(last.spec.depends_on[0].as_str(), "s2499");
    assert_eq!(committed.state.origin.template.as_ref().unwrap().arguments.len(), 1_000);
}

#[tokio::test]
async fn a_plan_stays_on_the_version_that_it_was_made_from() {
    let commands = commands(MemoryLog::new());
    let template = saved(&commands, large(2, 1)).await;
    let arguments: Map<String, Value> = [("p0".to_owned(), json!("x"))].into_iter().collect();
    let (plan, first) = commands.run_template(run(template, arguments.clone()), by_alex()).await.unwrap();
    let (content, note) = (Box::new(large(3, 1)), String::new());
    let (own, included, source) = (template, Included::new(), TemplateSource::Written);
    let command = TemplateCommand::AddVersion { own, content, source, note, included };
    commands.templates.execute(&template, command, by_alex()).await.unwrap();
    let again = commands.plans.load_newest(&plan).await.unwrap();
    assert_eq!(again.state.content_hash(), first.state.content_hash());
    assert_eq!(again.state.origin.template.as_ref().unwrap().version, 1);
    let (_, second) = commands.run_template(run(template, arguments), by_alex()).await.unwrap();
    assert_eq!(second.state.origin.template.as_ref().unwrap().version, 2);
    assert_eq!(second.state.steps.len(), 3);
}

#[tokio::test]
async fn what_an_argument_breaks_points_at_the_argument_and_makes_no_plan() {
    let commands = commands(MemoryLog::new());
    let template = saved(&commands, large(2, 1)).await;
    let long = [("p0".to_owned(), json!("x".repeat(400)))].into_iter().collect();
    let refused = commands.run_template(run(template, long), by_alex()).await.unwrap_err();
    let RunTemplateError::Plan(CommandError::Refused(PlanRefusal::InvalidContent { problems })) = refused else {
        panic!("{refused}");
    };
    assert!(problems.iter().all(|problem| problem.pointer == "/arguments/p0"), "{problems:?}");
    let refused = commands.run_template(run(template, Map::new()), by_alex()).await.unwrap_err();
    let RunTemplateError::Template(CommandError::Refused(TemplateRefusal::BadArguments { problems })) = refused else {
        panic!("{refused}");
    };
    assert_eq!((problems[0].parameter.as_str(), problems[0].code), ("p0", "missing-argument"));
}

#[tokio::test]
async fn what_is_not_shared_is_not_there() {
    let commands = commands(MemoryLog::new());
    let template = saved(&commands, large(1, 1)).await;
    let sam = Actor::person("sam");
    assert!(commands.template(template, &sam).await.is_ok());
    let nobody = TemplateCommand::Share { shares: Vec::new() };
    commands.templates.execute(&template, nobody, by_alex()).await.unwrap();
    let refused = commands.template(template, &sam).await.unwrap_err();
    assert_eq!(refused, CommandError::Refused(TemplateRefusal::NoSuchTemplate));
    assert!(commands.template(template, &Actor::person("alex")).await.is_ok());
}

#[tokio::test]
async fn a_template_includes_others_and_never_itself() {
    let commands = commands(MemoryLog::new());
    let inner = saved(&commands, large(2, 1)).await;
    let include = |id: &str, template| Include {
        id: id.parse().unwrap(),
        template,
        version: 1,
        arguments: [("p0".to_owned(), json!("{{params.p0}}"))].into_iter().collect(),
        depends_on: vec!["s0".parse().unwrap()],
    };
    let twice = vec![include("one", inner), include("two", inner)];
    let outer = saved(&commands, TemplateContent { includes: twice, ..large(1, 1) }).await;
    let arguments: Map<String, Value> = [("p0".to_owned(), json!("x"))].into_iter().collect();
    let (_, committed) = commands.run_template(run(outer, arguments), by_alex()).await.unwrap();
    let ids: Vec<&str> = committed.state.steps.keys().map(domain::ids::StepId::as_str).collect();
    assert_eq!(ids, ["s0", "one-s0", "one-s1", "two-s0", "two-s1"]);
    assert_eq!(committed.state.steps[1].spec.title, "Step 0 of x");
    // the inner one may not include the outer one from now on
    let content = TemplateContent { includes: vec![include("back", outer)], ..large(1, 1) };
    let included = commands.included(&content, &Actor::person("alex")).await.unwrap();
    let (content, note, source) = (Box::new(content), String::new(), TemplateSource::Written);
    let command = TemplateCommand::AddVersion { own: inner, content, source, note, included };
    let refused = commands.templates.execute(&inner, command, by_alex()).await.unwrap_err();
    let CommandError::Refused(TemplateRefusal::InvalidContent { problems }) = refused else { panic!("{refused}") };
    assert_eq!(problems[0].code, domain::plan::ProblemCode::Cycle);
}

#[tokio::test]
async fn a_plan_from_a_pre_approved_version_is_approved_as_long_as_nobody_changes_it() {
    let commands = commands(MemoryLog::new());
    let template = saved(&commands, large(2, 1)).await;
    let yes = TemplateCommand::PreApprove { version: 1, note: String::new() };
    commands.templates.execute(&template, yes, by_alex()).await.unwrap();
    let arguments: Map<String, Value> = [("p0".to_owned(), json!("x"))].into_iter().collect();
    let (plan, committed) = commands.run_template(run(template, arguments.clone()), by_sam()).await.unwrap();
    assert_eq!(committed.state.status, PlanStatus::Approved);
    let approval = &committed.state.approvals[0];
    assert_eq!(approval.by, Actor::system());
    assert!(approval.note.as_ref().unwrap().starts_with("pre-approved by alex"));
    let patch = StepPatch { title: Some("Something else".into()), ..StepPatch::default() };
    let edit = PlanCommand::Edit { changes: vec![Change::EditStep { step: "s0".into(), patch }] };
    let edited = commands.plans.execute(&plan, edit, by_sam()).await.unwrap();
    assert_eq!(edited.state.status, PlanStatus::Draft);
    // another version is another thing
    let (own, content, source) = (template, Box::new(large(3, 1)), TemplateSource::Written);
    let add = TemplateCommand::AddVersion { own, content, source, note: String::new(), included: Included::new() };
    commands.templates.execute(&template, add, by_alex()).await.unwrap();
    let (_, committed) = commands.run_template(run(template, arguments), by_sam()).await.unwrap();
    assert_eq!(committed.state.status, PlanStatus::Draft);
}

#[tokio::test]
async fn what_leaves_the_workspace_still_needs_a_person() {
    let commands = commands(MemoryLog::new());
    let mut content = large(1, 1);
    content.steps[0].action_type = "http.request".into();
    content.steps[0].params = json!({"method": "GET", "url": "http://example.org/"});
    let template = saved(&commands, content).await;
    let yes = TemplateCommand::PreApprove { version: 1, note: String::new() };
    commands.templates.execute(&template, yes, by_alex()).await.unwrap();
    let arguments = [("p0".to_owned(), json!("x"))].into_iter().collect();
    let (_, committed) = commands.run_template(run(template, arguments), by_sam()).await.unwrap();
    assert_eq!(committed.state.status, PlanStatus::Draft);
}
