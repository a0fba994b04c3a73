//! The command line, on a folder without a server and beside one.

use std::process::Stdio;

use crate::support::{Server, binary, cairn, chain, folder};

#[test]
fn a_plan_is_made_approved_and_run_on_a_folder_without_a_server() {
    let folder = folder();
    let (code, out, err) = cairn(folder.path(), &["plan", "new", "Plan a project launch", "--output", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let plan: serde_json::Value = serde_json::from_str(&out).unwrap();
    let id = plan["id"].as_str().unwrap();
    let (code, _, err) = cairn(folder.path(), &["plan", "approve", id, "--yes"]);
    assert_eq!(code, Some(0), "{err}");
    let (code, out, err) = cairn(folder.path(), &["plan", "run", id]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("completed"), "{out}");
    let (code, _, _) = cairn(folder.path(), &["plan", "show", "pln_0190a000-0000-7000-8000-000000000000"]);
    assert_eq!(code, Some(3));
}

#[test]
fn a_plan_and_the_list_of_plans_are_shown_as_they_stood() {
    let folder = folder();
    let (_, out, _) = cairn(folder.path(), &["plan", "new", "Plan a project launch", "--output", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&out).unwrap();
    let id = plan["id"].as_str().unwrap();
    let (code, _, err) = cairn(folder.path(), &["plan", "approve", id, "--yes"]);
    assert_eq!(code, Some(0), "{err}");
    let (code, out, err) = cairn(folder.path(), &["plan", "show", id, "--as-of", "1"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("draft, revision 1") && out.contains("as of position 2"), "{out}");
    let (_, out, _) = cairn(folder.path(), &["plan", "list", "--as-of", "2"]);
    assert!(out.contains("draft") && !out.contains("approved"), "{out}");
    let (_, out, _) = cairn(folder.path(), &["plan", "diff", id, "--from", "1"]);
    assert!(out.contains("the plan was draft and is approved"), "{out}");
    let (code, _, err) = cairn(folder.path(), &["plan", "list", "--as-of", "999999"]);
    assert_eq!(code, Some(3));
    assert!(err.contains("has not come to 999999 yet"), "{err}");
}

#[tokio::test]
async fn verbs_beside_a_running_server_talk_to_it() {
    let folder = folder();
    let server = Server::start(folder.path());
    let plan = server.draft(chain("Beside", 2)).await;
    let (code, out, err) = cairn(folder.path(), &["plan", "show", plan["id"].as_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("Beside"));
    let (code, _, err) = cairn(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_ne!(code, Some(0));
    assert!(err.contains("in use"), "{err}");
}

#[test]
fn listening_beyond_this_machine_is_refused_with_a_way_on() {
    let folder = folder();
    let (code, _, err) = cairn(folder.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("127.0.0.1"), "{err}");
}

#[test]
fn whoever_has_read_enough_may_go() {
    let folder = folder();
    let mut verb = std::process::Command::new(binary());
    verb.args(["recipes", "list", "--data-dir"]).arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = verb.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
