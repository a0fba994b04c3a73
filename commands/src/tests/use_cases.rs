//! The use cases that are more than one plain command.

use domain::{
    ids::PlanId,
    plan::{
        Change, ContentHash, CreatePlan, DraftPlan, PlanCommand, PlanRefusal, PlanStatus, RemoveDependents, StepInput,
    },
    workspace::{EntityRefusal, Kind},
};
use eventlog::MemoryLog;
use serde_json::json;

use super::{by_alex, by_sam, commands, fields, task};
use crate::{ApproveError, CommandError, Commands};

fn step(id: &str, depends_on: &[&str]) -> StepInput {
    StepInput {
        id: Some(id.into()),
        title: format!("Do {id}"),
        action_type: "task.create".into(),
        params: fields(&json!({"title": id})),
        depends_on: depends_on.iter().map(ToString::to_string).collect(),
        ..StepInput::default()
    }
}

pub(super) fn two_steps_by_hand() -> CreatePlan {
    let draft = DraftPlan {
        name: "Two steps".into(),
        steps: vec![step("one", &[]), step("two", &["one"])],
        ..DraftPlan::default()
    };
    CreatePlan { by_hand: Some(draft), ..CreatePlan::default() }
}

async fn drafted(commands: &Commands) -> (PlanId, ContentHash) {
    let (id, committed) = commands.create_plan(two_steps_by_hand(), by_alex()).await.unwrap();
    (id, committed.state.content_hash())
}

#[tokio::test]
async fn an_approved_plan_starts() {
    let commands = commands(MemoryLog::new());
    let (id, content) = drafted(&commands).await;
    let approved = commands.approve_plan(id, content, None, Vec::new(), by_alex()).await.unwrap();
    assert_eq!(approved.state.status, PlanStatus::Approved);
    let started = commands.start_plan(id, by_alex()).await.unwrap();
    assert_eq!(started.state.status, PlanStatus::Executing);
}

#[tokio::test]
async fn approving_content_that_has_changed_tells_what_changed() {
    let commands = commands(MemoryLog::new());
    let (id, seen) = drafted(&commands).await;
    let change = Change::RemoveStep { step: "two".into(), dependents: RemoveDependents::Refuse };
    commands.plans.execute(&id, PlanCommand::Edit { changes: vec![change] }, by_sam()).await.unwrap();
    let refused = commands.approve_plan(id, seen, None, Vec::new(), by_alex()).await.err().unwrap();
    let ApproveError::ContentChanged { seen: named, current, changes } = refused else { panic!("{refused}") };
    assert_eq!(named, seen);
    assert_ne!(current, seen);
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert!(changes[0].contains("two"), "{changes:?}");
}

#[tokio::test]
async fn approving_content_that_never_was_says_so_without_changes() {
    let commands = commands(MemoryLog::new());
    let (id, _) = drafted(&commands).await;
    let invented: ContentHash = "ab".repeat(32).parse().unwrap();
    let refused = commands.approve_plan(id, invented, None, Vec::new(), by_alex()).await.err().unwrap();
    assert!(matches!(refused, ApproveError::ContentChanged { changes, .. } if changes.is_empty()));
}

#[tokio::test]
async fn starting_a_draft_is_refused() {
    let commands = commands(MemoryLog::new());
    let (id, _) = drafted(&commands).await;
    let refused = commands.start_plan(id, by_alex()).await.err().unwrap();
    assert!(matches!(refused, CommandError::Refused(PlanRefusal::WrongStatus { status: PlanStatus::Draft, .. })));
}

#[tokio::test]
async fn a_comment_gets_an_id() {
    let commands = commands(MemoryLog::new());
    let (plan, _) = drafted(&commands).await;
    let (comment, committed) = commands.comment(plan, "why two?".into(), None, by_sam()).await.unwrap();
    assert_eq!(committed.state.comments[0].id, comment);
}

#[tokio::test]
async fn a_link_needs_both_ends() {
    let commands = commands(MemoryLog::new());
    let title = fields(&json!({"title": "a"}));
    let (one, _) = commands.create_entity(Kind::Task, title.clone(), by_alex()).await.unwrap();
    let (two, _) = commands.create_entity(Kind::Task, title, by_alex()).await.unwrap();
    let (link, linked) = commands.link_entities(&one, "about".into(), two.clone(), by_alex()).await.unwrap();
    assert_eq!(linked.state.as_ref().as_ref().unwrap().links[0].id, link);
    let missing = commands.link_entities(&one, "about".into(), task(9), by_alex()).await.err();
    assert_eq!(missing, Some(CommandError::Refused(EntityRefusal::NoSuchEntity)));
    let itself = commands.link_entities(&two, "about".into(), two.clone(), by_alex()).await.err();
    assert_eq!(itself, Some(CommandError::Refused(EntityRefusal::LinkToItself)));
}
