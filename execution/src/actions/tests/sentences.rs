//! What people are told before a step runs.

use domain::{
    action::{Impact, ImpactLevel, Reversibility},
    workspace::Kind,
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::actions::{
    HttpConfig, World,
    testing::{House, entity, world},
};

fn workspace() -> World {
    let mut archived = entity(Kind::Idea, &json!({"title": "Old"}));
    archived.archived = true;
    let milestones = json!([{"title": "Start"}]);
    world([
        ("prj_1", entity(Kind::Project, &json!({"name": "Kestrel", "status": "active", "milestones": milestones}))),
        ("tsk_1", entity(Kind::Task, &json!({"title": "Call Sarah", "status": "open"}))),
        ("per_1", entity(Kind::Person, &json!({"name": "Sarah Chen"}))),
        ("per_2", entity(Kind::Person, &json!({"name": "Tom Ash"}))),
        ("ide_1", entity(Kind::Idea, &json!({"title": "Fly", "body": "high"}))),
        ("ide_2", archived),
        ("rem_1", entity(Kind::Reminder, &json!({"at": "2026-12-01"}))),
    ])
}

fn simulate(name: &str, params: &Value) -> Impact {
    let house = House::with_http(HttpConfig::allowing("api.test, b.test:8443"));
    house.action(name).simulate(params, &workspace())
}

#[rstest]
#[case("project.create", json!({"name": "Kestrel", "due_date": "2027-01-31"}), "Creates the project “Kestrel”, due 31 January 2027")]
#[case("project.set_milestones", json!({"project": "prj_1", "milestones": [{"title": "Design"}, {"title": "Launch"}]}), "Sets 2 milestones for the project “Kestrel”: “Design” and “Launch”")]
#[case("project.set_milestones", json!({"project": "prj_1", "milestones": []}), "Takes all milestones from the project “Kestrel”")]
#[case("project.update", json!({"project": "prj_1", "status": "on hold", "due_date": "2027-02-01"}), "Gives the project “Kestrel” the status “on hold” and the due date 1 February 2027")]
#[case("project.update", json!({"project": "prj_1"}), "Leaves the project “Kestrel” as it is")]
#[case("project.archive", json!({"project": "prj_1"}), "Archives the project “Kestrel”")]
#[case("task.create", json!({"title": "Book a room", "project": "prj_1", "assignee": "per_1", "due_date": "2026-12-04"}), "Creates the task “Book a room” in the project “Kestrel”, assigned to Sarah Chen, due 4 December 2026")]
#[case("task.create", json!({"title": "Follow up", "admin": true, "assignee": "me"}), "Creates the admin task “Follow up”, assigned to you")]
#[case("task.update", json!({"task": "tsk_1", "assignee": "per_2"}), "Assigns the task “Call Sarah” to Tom Ash")]
#[case("task.update", json!({"task": "tsk_1", "assignee": "per_2", "title": "Call"}), "Assigns the task “Call Sarah” to Tom Ash, with the title “Call”")]
#[case("task.complete", json!({"task": "tsk_1"}), "Marks the task “Call Sarah” as done")]
#[case("person.create", json!({"name": "Ann Lee", "organisation": "Acme"}), "Adds Ann Lee of Acme to the people")]
#[case("person.update", json!({"person": "per_1", "email": "s@a.test"}), "Gives Sarah Chen the mail address s@a.test")]
#[case("link.create", json!({"from": "tsk_1", "to": "per_1"}), "Links the task “Call Sarah” to Sarah Chen")]
#[case("link.create", json!({"from": "prj_1", "to": "ide_1", "relation": "came_from"}), "Links the project “Kestrel” to the idea “Fly” as “came from”")]
#[case("reminder.set", json!({"about": "per_1", "at": "2026-12-04T09:00", "message": "Ring"}), "Sets a reminder about Sarah Chen on 4 December 2026 at 09:00: “Ring”")]
#[case("idea.create", json!({"title": "Swim"}), "Writes down the idea “Swim”")]
#[case("idea.update", json!({"idea": "ide_1", "body": "higher"}), "Gives the idea “Fly” a new text")]
#[case("idea.archive", json!({"idea": "ide_1"}), "Archives the idea “Fly”")]
#[case("note.add", json!({"about": "rem_1", "text": "Likes\ntea"}), "Adds a note about the untitled reminder: “Likes tea”")]
#[case("message.send", json!({"to": "per_1", "subject": "Hi", "body": "Hello"}), "Sends Sarah Chen the message “Hi”")]
#[case("message.send", json!({"to": "me", "body": "Hello"}), "Sends you the message “Hello”")]
#[case("calendar.schedule", json!({"title": "Review", "at": "2026-12-04T14:00", "duration_minutes": 90, "attendees": ["me", "per_1"]}), "Schedules “Review” on 4 December 2026 at 14:00, for 1 hour 30 minutes, with you and Sarah Chen")]
#[case("http.request", json!({"method": "POST", "url": "https://u:p@api.test/x?q=1#f"}), "Sends a POST request to https://api.test/x?q=1")]
#[case("http.request", json!({"method": "GET", "url": "https://api.test/{{steps.a.result.id}}"}), "Reads an address on api.test")]
#[case("http.request", json!({"method": "DELETE", "url": "{{steps.a.result.url}}"}), "Sends a DELETE request for an address that is not known yet")]
#[case("manual.step", json!({"instructions": "Sign the lease", "assignee": "per_1"}), "Sarah Chen does this by hand: “Sign the lease”")]
#[case("manual.step", json!({"instructions": "Sign", "assignee": "me"}), "You do this by hand: “Sign”")]
#[case("manual.step", json!({"instructions": "Sign"}), "A person does this by hand: “Sign”")]
#[case("wait.until", json!({"at": "2026-12-04", "reason": "the offer ends"}), "Waits until 4 December 2026: the offer ends")]
fn a_step_is_told_in_one_sentence(#[case] name: &str, #[case] params: Value, #[case] sentence: &str) {
    let impact = simulate(name, &params);
    assert_eq!(impact.summary, sentence);
    assert_eq!(impact.problems, Vec::<String>::new());
}

#[rstest]
#[case("project.create", json!({"name": "x"}), ImpactLevel::Low, Reversibility::Reversible, false)]
#[case("project.set_milestones", json!({"project": "prj_1", "milestones": [{"title": "x"}]}), ImpactLevel::Medium, Reversibility::Reversible, false)]
#[case("idea.archive", json!({"idea": "ide_1"}), ImpactLevel::Medium, Reversibility::Reversible, false)]
#[case("message.send", json!({"to": "per_1", "body": "x"}), ImpactLevel::High, Reversibility::Irreversible, true)]
#[case("http.request", json!({"method": "GET", "url": "http://api.test"}), ImpactLevel::Low, Reversibility::Reversible, true)]
#[case("http.request", json!({"method": "HEAD", "url": "http://api.test"}), ImpactLevel::Low, Reversibility::Reversible, true)]
#[case("http.request", json!({"method": "PUT", "url": "http://api.test"}), ImpactLevel::High, Reversibility::Irreversible, true)]
#[case("http.request", json!({"method": "POST", "url": "http://api.test", "compensate": {"method": "DELETE", "url": "http://api.test/1"}}), ImpactLevel::Medium, Reversibility::Compensatable, true)]
#[case("wait.until", json!({"at": "2026-12-04"}), ImpactLevel::None, Reversibility::Reversible, false)]
#[case("manual.step", json!({"instructions": "x"}), ImpactLevel::Low, Reversibility::Irreversible, false)]
fn a_step_says_how_much_it_changes_and_whether_it_can_be_taken_back(
    #[case] name: &str,
    #[case] params: Value,
    #[case] level: ImpactLevel,
    #[case] reversibility: Reversibility,
    #[case] outside: bool,
) {
    let impact = simulate(name, &params);
    assert_eq!((impact.level, impact.reversibility, impact.outside), (level, reversibility, outside));
}

#[rstest]
#[case("task.create", json!({"title": "x", "assignee": "per_x"}), "there is no person per_x in the workspace")]
#[case("idea.archive", json!({"idea": "ide_2"}), "the idea “Old” is archived already")]
#[case("task.create", json!({"title": "x", "assignee": "Sarah"}), "`Sarah` is not the id of a person")]
#[case("manual.step", json!({"instructions": "x", "assignee": "per_x"}), "there is no person per_x in the workspace")]
#[case("http.request", json!({"method": "GET", "url": "http://c.test/"}), "host c.test is not on the list of allowed hosts; to allow it, add it to CAIRN_HTTP_ALLOW and restart")]
#[case("http.request", json!({"method": "GET", "url": "https://b.test/{{steps.a.result.id}}"}), "host b.test is not on the list of allowed hosts; to allow it, add it to CAIRN_HTTP_ALLOW and restart")]
#[case("http.request", json!({"method": "POST", "url": "http://api.test", "compensate": {"method": "DELETE"}}), "the request that makes up for this one could not be sent: it has no url")]
#[case("project.create", json!({"name": "x", "due_date": "soon"}), "`due_date` must be a date such as 2026-11-23, or a time such as 2026-11-23T14:00")]
#[case("project.create", json!({"name": 3}), "the params do not fit this action")]
fn a_step_says_what_would_make_it_fail(#[case] name: &str, #[case] params: Value, #[case] problem: &str) {
    assert_eq!(simulate(name, &params).problems, [problem]);
}

#[test]
fn changes_are_told_field_by_field() {
    let impact = simulate("task.update", &json!({"task": "tsk_1", "status": "open", "title": "Call her"}));
    let changes: Vec<_> =
        impact.changes.iter().map(|c| (c.entity.as_str(), c.field.as_str(), &c.before, &c.after)).collect();
    assert_eq!(changes, [("tsk_1", "title", &json!("Call Sarah"), &json!("Call her"))]);

    let impact = simulate("idea.create", &json!({"title": "Swim"}));
    let changes: Vec<_> =
        impact.changes.iter().map(|c| (c.entity.as_str(), c.field.as_str(), &c.before, &c.after)).collect();
    assert_eq!(changes, [("new idea", "title", &Value::Null, &json!("Swim"))]);
}

#[test]
fn params_with_a_reference_where_a_list_will_be_are_told_in_general() {
    let params = json!({"project": "prj_1", "milestones": "{{steps.call.result.body.list}}"});
    let impact = simulate("project.set_milestones", &params);
    assert_eq!(impact.summary, "Replaces the list of a project's milestones.");
    assert_eq!(impact.problems, Vec::<String>::new());
    assert_eq!(
        impact.unknown,
        ["`milestones` takes `body.list` from step call, which is known once that step has run"]
    );
}
