//! Templates on the command line: a plan that worked is saved, run for another project, carried to another house.

use serde_json::Value;

use crate::support::{cairn, folder};

fn ok(folder: &std::path::Path, args: &[&str]) -> String {
    let (code, out, err) = cairn(folder, args);
    assert_eq!(code, Some(0), "{args:?}: {err}");
    out
}

fn json(folder: &std::path::Path, args: &[&str]) -> Value {
    let out = ok(folder, &[args, &["--output", "json"]].concat());
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_launch_that_worked_is_run_for_another_project_and_carried_elsewhere() {
    let here = folder();
    let here = here.path();
    let plan = json(here, &["plan", "new", "Plan a launch for Kestrel on 31 March 2027"]);
    let id = plan["id"].as_str().unwrap();
    ok(here, &["plan", "approve", id, "--yes"]);
    ok(here, &["plan", "run", id]);
    let proposed = ok(here, &["template", "save", id, "--preview"]);
    assert!(proposed.contains("project_name") && proposed.contains("start_date"), "{proposed}");
    ok(here, &["template", "save", id, "--name", "Our launch", "--tag", "launch", "--rename", "project_name=what"]);

    let run = ["template", "run", "our launch", "--set", "what=Osprey", "--set", "start_date=2027-09-01"];
    let foretold = ok(here, &[&run[..], &["--preview"]].concat());
    assert!(foretold.contains("Osprey") && foretold.contains("nothing is made yet"), "{foretold}");
    let made = json(here, &run);
    assert_eq!(made["origin"]["template"]["name"], "Our launch");
    let (old, new) = (plan["steps"].as_array().unwrap(), made["steps"].as_array().unwrap());
    assert_eq!(old.len(), new.len());
    for (old, new) in old.iter().zip(new) {
        assert_eq!(old["depends_on"], new["depends_on"]);
    }
    assert!(!made["steps"].to_string().contains("Kestrel"), "every place of the name is another one now");
    let (code, _, err) =
        cairn(here, &["template", "run", "our launch", "--set", "what=Osprey", "--set", "start_date=soon"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("/arguments/start_date"), "{err}");

    let file = here.join("launch.yaml");
    let path = file.to_str().unwrap();
    ok(here, &["template", "export", "our launch", "--out", path]);
    let there = folder();
    let there = there.path();
    ok(there, &["template", "import", path]);
    let exported = std::fs::read_to_string(&file).unwrap();
    assert_eq!(ok(there, &["template", "export", "Our launch"]).trim(), exported.trim());
    std::fs::write(&file, exported.replace("project.create", "project.destroy")).unwrap();
    let (code, _, err) = cairn(there, &["template", "import", path]);
    assert_eq!(code, Some(1));
    assert!(err.contains("line ") && err.contains("template.bad-file"), "{err}");
    let listed = json(there, &["template", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "what was refused changed nothing");
}

#[test]
fn a_name_is_looked_up_for_a_person_and_versions_go_back_and_forth() {
    let folder = folder();
    let folder = folder.path();
    ok(folder, &["template", "starter"]);
    let (code, _, err) = cairn(folder, &["template", "run", "Follow-up", "--set", "who=Sarah"]);
    assert_eq!(code, Some(3), "{err}");
    let plan = json(folder, &["plan", "new", "Add Sarah Chen to the people"]);
    ok(folder, &["plan", "approve", plan["id"].as_str().unwrap(), "--yes"]);
    ok(folder, &["plan", "run", plan["id"].as_str().unwrap()]);
    let made = json(folder, &["template", "run", "Follow-up", "--set", "who=Sarah"]);
    assert_eq!(made["name"], "Follow up with Sarah Chen");

    let id = made["id"].as_str().unwrap();
    ok(folder, &["template", "save", id, "--version-of", "Follow-up"]);
    let differs = ok(folder, &["template", "diff", "Follow-up", "--from", "1"]);
    assert!(differs.contains("version 1 to 2"), "{differs}");
    ok(folder, &["template", "restore", "Follow-up", "--number", "1"]);
    let same = ok(folder, &["template", "diff", "Follow-up", "--from", "1"]);
    assert!(same.contains("nothing differs"), "{same}");
    ok(folder, &["template", "retire", "Follow-up", "--reason", "no longer needed"]);
    let (code, _, _) = cairn(folder, &["template", "run", "Follow-up", "--set", "who=Sarah"]);
    assert_eq!(code, Some(4));
}

#[test]
fn a_request_that_fits_a_template_is_told_so_with_the_template_filled_in() {
    let folder = folder();
    let folder = folder.path();
    ok(folder, &["template", "starter"]);
    let plan = json(folder, &["plan", "new", "Plan a project launch for Osprey on 1 June 2027"]);
    let fits = &plan["origin"]["fits"];
    assert_eq!((fits["name"].as_str(), fits["version"].as_u64()), (Some("Project launch"), Some(1)), "{plan}");
    assert_eq!(fits["arguments"], serde_json::json!({"project_name": "Osprey", "start_date": "2027-06-01"}));
    let shown = ok(folder, &["plan", "show", plan["id"].as_str().unwrap()]);
    assert!(shown.contains("the template “Project launch” fits as well: cairn template run tpl_"), "{shown}");
    let other = json(folder, &["plan", "new", "Write down the idea of a quieter office"]);
    assert_eq!(other["origin"]["fits"], Value::Null);
}

#[test]
fn a_template_is_scheduled_listed_paused_and_removed() {
    let folder = folder();
    let folder = folder.path();
    ok(folder, &["template", "starter"]);
    let weekly =
        ["template", "schedule", "add", "Weekly review", "--cron", "0 16 * * fri", "--time-zone", "Europe/Berlin"];
    let (code, _, err) = cairn(folder, &[&weekly[..], &["--set", "day=soon"]].concat());
    assert_eq!(code, Some(1), "{err}");
    let preview = ok(folder, &[&weekly[..], &["--preview"]].concat());
    assert!(preview.contains("Weekly review of "), "{preview}");
    let scheduled = json(folder, &[&weekly[..], &["--set", "focus=the launch"]].concat());
    let id = scheduled["id"].as_str().unwrap();
    assert_eq!(scheduled["next"].as_array().unwrap().len(), 5, "{scheduled}");
    let listed = json(folder, &["template", "schedule", "list"]);
    assert_eq!(listed[0]["template_name"], "Weekly review", "{listed}");
    ok(folder, &["template", "schedule", "pause", id, "--reason", "holidays"]);
    let listed = ok(folder, &["template", "schedule", "list", "Weekly review"]);
    assert!(listed.contains("paused"), "{listed}");
    ok(folder, &["template", "schedule", "resume", id]);
    ok(folder, &["template", "schedule", "remove", id]);
    let (code, _, _) = cairn(folder, &["template", "schedule", "resume", id]);
    assert_eq!(code, Some(4));
    let badly = ["template", "schedule", "add", "Weekly review", "--cron", "every monday"];
    let (code, _, err) = cairn(folder, &badly);
    assert_eq!(code, Some(1), "{err}");
    let lines = ok(folder, &["dump", "--canonical"]);
    assert!(lines.lines().any(|line| line.contains("\"type\":\"schedule\"") && line.contains(id)), "{lines}");
}
