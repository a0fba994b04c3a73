//! What was done is taken back, and comes again.

use std::time::Duration;

use domain::{
    ids::StepId,
    plan::{OnFailure, PlanCommand, PlanRefusal, PlanStatus, Policy, StepInput, StepProgress},
    rollback::{Choice, ChoiceFor, Scope},
    workspace::{EntityCommand, Kind},
};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::{
    id, statuses,
    workshop::{Workshop, step},
};
use crate::actions::HttpConfig;

/// A launch: a project, its milestones, two tasks side by side, a link between them.
fn launch() -> Vec<StepInput> {
    let project = "{{steps.make.result.id}}";
    vec![
        step("make", "project.create", &json!({"name": "Kestrel"}), &[]),
        step(
            "milestones",
            "project.set_milestones",
            &json!({"project": project, "milestones": [{"title": "Beta"}]}),
            &["make"],
        ),
        step("copy", "task.create", &json!({"title": "Write the copy", "project": project}), &["make"]),
        step("site", "task.create", &json!({"title": "Build the site", "project": project}), &["make"]),
        step(
            "link",
            "link.create",
            &json!({"from": "{{steps.copy.result.id}}", "to": "{{steps.site.result.id}}", "relation": "blocks"}),
            &["copy", "site"],
        ),
    ]
}

fn step_id(name: &str) -> StepId {
    id(name)
}

#[tokio::test]
async fn a_whole_plan_is_rolled_back_and_the_rollback_undone() {
    let shop = Workshop::new();
    shop.thing(Kind::Project, json!({"name": "Older"})).await;
    let before = shop.dump().await;
    let plan = shop.started(launch(), Policy::default()).await;
    assert_eq!(shop.at_rest(plan).await.status, PlanStatus::Completed);
    let done = shop.dump().await;
    let rollback_id = shop.roll_back(plan, &Scope::Plan, Vec::new()).await.unwrap();
    let back = shop.at_rest(plan).await;
    assert_eq!(back.status, PlanStatus::RolledBack);
    assert!(statuses(&back).values().all(|status| *status == "undone"), "{:?}", statuses(&back));
    assert_eq!(shop.dump().await, before);
    shop.roll_back(plan, &Scope::Rollback { rollback_id }, Vec::new()).await.unwrap();
    let again = shop.at_rest(plan).await;
    assert_eq!(again.status, PlanStatus::Completed);
    assert!(statuses(&again).values().all(|status| *status == "completed"), "{:?}", statuses(&again));
    assert_eq!(shop.dump().await, done);
    shop.roll_back(plan, &Scope::Plan, Vec::new()).await.unwrap();
    shop.at_rest(plan).await;
    assert_eq!(shop.dump().await, before);
}

#[tokio::test]
async fn what_somebody_changed_is_asked_about_and_kept() {
    let shop = Workshop::new();
    let plan = shop.started(launch(), Policy::default()).await;
    let done = shop.at_rest(plan).await;
    let task = done.steps[&step_id("copy")].result().unwrap()["id"].clone();
    let task = task.as_str().unwrap().parse().unwrap();
    let fields = json!({"status": "done"}).as_object().unwrap().clone();
    assert!(shop.by_hand(&task, EntityCommand::Change { fields, compensates: None }).await);
    let refused = shop.roll_back(plan, &Scope::Plan, Vec::new()).await.unwrap_err();
    assert_eq!(refused, commands::CommandError::Refused(PlanRefusal::ChoiceMissing { entities: vec![task.clone()] }));
    let theirs = shop.dump().await[&task].clone();
    let keep = ChoiceFor { entity: task.clone(), field: None, choice: Choice::Keep };
    let rollback_id = shop.roll_back(plan, &Scope::Plan, vec![keep]).await.unwrap();
    let back = shop.at_rest(plan).await;
    assert_eq!((statuses(&back)["copy"], statuses(&back)["make"]), ("completed", "undone"));
    let left = shop.dump().await;
    assert_eq!(left.keys().collect::<Vec<_>>(), [&task]);
    assert_eq!(left[&task], theirs);
    shop.roll_back(plan, &Scope::Rollback { rollback_id }, Vec::new()).await.unwrap();
    assert_eq!(shop.at_rest(plan).await.status, PlanStatus::Completed);
    assert_eq!(shop.dump().await.len(), 3);
}

#[tokio::test]
async fn one_step_goes_and_the_rest_stays() {
    let shop = Workshop::new();
    let plan = shop.started(launch(), Policy::default()).await;
    shop.at_rest(plan).await;
    let before = shop.dump().await.len();
    let used = shop.roll_back(plan, &Scope::Step { step_id: step_id("copy") }, Vec::new()).await.unwrap_err();
    assert!(matches!(used, commands::CommandError::Refused(PlanRefusal::RollbackBlocked { .. })), "{used}");
    shop.roll_back(plan, &Scope::FromStep { step_id: step_id("copy") }, Vec::new()).await.unwrap();
    let back = shop.at_rest(plan).await;
    assert_eq!(back.status, PlanStatus::Completed);
    let undone: Vec<_> = statuses(&back).into_iter().filter(|(_, status)| *status == "undone").collect();
    assert_eq!(undone.iter().map(|(step, _)| step.as_str()).collect::<Vec<_>>(), ["copy", "link"]);
    assert_eq!(shop.dump().await.len(), before - 1);
}

#[tokio::test]
async fn a_confirmation_of_an_old_preview_changes_nothing() {
    let shop = Workshop::new();
    let project = shop.thing(Kind::Project, json!({"name": "Older", "status": "new"})).await;
    let steps = vec![step("set", "project.update", &json!({"project": project, "status": "hot"}), &[])];
    let plan = shop.started(steps, Policy::default()).await;
    shop.at_rest(plan).await;
    let (seen, _) = shop.commands.preview_rollback(plan, &Scope::Plan, &[]).await.unwrap();
    let fields = json!({"status": "mine"}).as_object().unwrap().clone();
    shop.by_hand(&project, EntityCommand::Change { fields, compensates: None }).await;
    let (before, events) = (shop.dump().await, shop.events().await);
    let confirmed = commands::Confirmed { seen: seen.hash, choices: Vec::new(), reason: "wrong".into(), name: None };
    let refused = shop.commands.roll_back(plan, confirmed, super::by_alex()).await.err().unwrap();
    let commands::CommandError::Refused(PlanRefusal::PreviewStale { current }) = refused else { panic!("{refused}") };
    assert_eq!(current.undecided, [project]);
    assert_eq!((shop.dump().await, shop.events().await), (before, events));
}

#[tokio::test]
async fn a_plan_with_that_policy_rolls_back_on_a_failure() {
    let shop = Workshop::new();
    let mut steps = launch();
    steps.push(step("bad", "http.request", &json!({"method": "GET", "url": "http://127.0.0.1:9/x"}), &["link"]));
    let policy = Policy { on_failure: OnFailure::Rollback, ..Policy::default() };
    let plan = shop.started(steps, policy).await;
    let back = shop.at_rest(plan).await;
    assert_eq!(back.status, PlanStatus::RolledBack);
    assert_eq!((statuses(&back)["bad"], statuses(&back)["make"]), ("failed", "undone"));
    assert!(shop.dump().await.is_empty());
}

#[tokio::test]
async fn a_request_is_made_up_for_and_a_person_is_asked() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/things"))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({"id": 7})))
        .mount(&server)
        .await;
    // the first time the host cannot be asked, the second time it does as it is told
    Mock::given(method("DELETE"))
        .and(path("/things/7"))
        .respond_with(ResponseTemplate::new(404))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("DELETE")).and(path("/things/7")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let host = server.uri().replace("http://", "");
    let shop = Workshop::with(HttpConfig { connect_timeout: Duration::from_secs(5), ..HttpConfig::allowing(&host) });
    let url = format!("{}/things", server.uri());
    let undo = json!({"method": "DELETE", "url": format!("{url}/{{{{result.id}}}}")});
    let steps = vec![
        step("post", "http.request", &json!({"method": "POST", "url": url, "compensate": undo}), &[]),
        step("call", "manual.step", &json!({"instructions": "Call the printer"}), &["post"]),
    ];
    let plan = shop.started(steps, Policy::default()).await;
    shop.until(plan, |plan| matches!(plan.steps[&step_id("call")].progress, StepProgress::Executing { .. })).await;
    shop.person(plan, PlanCommand::CompleteStep { step: step_id("call"), result: None, note: None }).await;
    shop.at_rest(plan).await;
    shop.roll_back(plan, &Scope::Plan, Vec::new()).await.unwrap();
    shop.until(plan, |plan| matches!(plan.steps[&step_id("call")].progress, StepProgress::Undoing { .. })).await;
    let settled = PlanCommand::ResolveRollback { step: step_id("call"), reason: "called again".into() };
    shop.person(plan, settled).await;
    let stuck = shop.at_rest(plan).await;
    assert_eq!((stuck.status, statuses(&stuck)["post"]), (PlanStatus::RollbackStuck, "undo_failed"));
    shop.person(plan, PlanCommand::RetryRollback { step: step_id("post") }).await;
    let back = shop.at_rest(plan).await;
    assert_eq!(back.status, PlanStatus::RolledBack);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn every_step_may_fail_and_what_was_done_goes_back() {
    for bad in ["make", "milestones", "copy", "site", "link"] {
        let shop = Workshop::new();
        let mut steps = launch();
        let broken = steps.iter_mut().find(|step| step.id.as_deref() == Some(bad)).unwrap();
        // a thing that is not there
        broken.action_type = "task.complete".into();
        broken.params = json!({"task": "tsk_nowhere"}).as_object().unwrap().clone();
        for step in &mut steps {
            step.params.retain(|_, value| !value.as_str().is_some_and(|text| text.contains(&format!("steps.{bad}."))));
        }
        steps.retain(|step| step.id.as_deref() != Some("link") || step.params.len() == 3 || bad == "link");
        steps.retain(|step| step.id.as_deref() != Some("milestones") || step.params.len() == 2 || bad == "milestones");
        let plan = shop.started(steps, Policy::default()).await;
        let failed = shop.at_rest(plan).await;
        assert_eq!(failed.status, PlanStatus::Failed, "{bad}");
        if failed.steps.values().any(|step| matches!(step.progress, StepProgress::Completed { .. })) {
            shop.roll_back(plan, &Scope::Plan, Vec::new()).await.unwrap();
            let back = shop.at_rest(plan).await;
            assert_eq!((back.status, statuses(&back)[bad]), (PlanStatus::RolledBack, "failed"), "{bad}");
        }
        assert!(shop.dump().await.is_empty(), "{bad}");
    }
}

#[tokio::test]
async fn every_undo_may_fail_and_the_plan_can_be_finished_from_there() {
    for bad in ["make", "milestones", "copy", "site", "link"] {
        let shop = Workshop::new();
        let plan = shop.started(launch(), Policy::default()).await;
        let done = shop.at_rest(plan).await;
        let on = if bad == "milestones" {
            "make"
        } else if bad == "link" {
            "copy"
        } else {
            bad
        };
        let thing = done.steps[&step_id(on)].result().unwrap()["id"].as_str().unwrap().parse().unwrap();
        // somebody is quicker than the undo: between confirmation and undo they change the thing
        shop.person(plan, PlanCommand::Comment { comment_id: "c".into(), text: "look".into(), step: None }).await;
        let scope = Scope::Plan;
        let (seen, _) = shop.commands.preview_rollback(plan, &scope, &[]).await.unwrap();
        let confirmed =
            commands::Confirmed { seen: seen.hash, choices: Vec::new(), reason: "wrong".into(), name: None };
        let shop = shop.stopped();
        shop.commands.roll_back(plan, confirmed, super::by_alex()).await.unwrap();
        shop.clock.advance(chrono::TimeDelta::seconds(1));
        let field = if bad == "milestones" { "milestones" } else { "description" };
        let value = if field == "milestones" { json!([{"title": "Mine"}]) } else { json!("mine") };
        let fields = [(field.to_owned(), value)].into_iter().collect();
        assert!(shop.by_hand(&thing, EntityCommand::Change { fields, compensates: None }).await);
        let shop = shop.going_on();
        let stuck = shop.at_rest(plan).await;
        assert_eq!(stuck.status, PlanStatus::RollbackStuck, "{bad}");
        let failed: Vec<_> = statuses(&stuck).into_iter().filter(|(_, status)| *status == "undo_failed").collect();
        assert!(!failed.is_empty(), "{bad}");
        let mut plan_now = stuck;
        while plan_now.status == PlanStatus::RollbackStuck {
            let steps: Vec<StepId> = plan_now
                .steps
                .iter()
                .filter(|(_, step)| matches!(step.progress, StepProgress::UndoFailed { .. }))
                .map(|(id, _)| id.clone())
                .collect();
            for (index, step) in steps.into_iter().enumerate() {
                let command = if index == 0 {
                    PlanCommand::ResolveRollback { step, reason: "settled it by hand".into() }
                } else {
                    PlanCommand::RetryRollback { step }
                };
                shop.person(plan, command).await;
            }
            plan_now = shop.at_rest(plan).await;
        }
        assert_eq!(plan_now.status, PlanStatus::RolledBack, "{bad}");
        assert!(statuses(&plan_now).values().all(|status| *status == "undone"), "{bad}");
    }
}
