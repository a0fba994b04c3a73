//! Somebody asks to be forgotten: nothing readable of them is left on the disk, and everything else goes on.

use std::{fs, io::ErrorKind, path::Path};

use serde_json::{Value, json};

use crate::support::{Server, cairn, folder};

const NAME: &str = "Zephyrine Quill";
/// What is known of her, and what was said to and about her.
const SECRETS: [&str; 6] =
    [NAME, "zephyrine@quill.example", "Quillworks", "meet me by the weir", "afraid of heights", "ask after the cat"];

/// The secrets that stand readable in a file below the folder.
fn readable(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = match fs::read(&path) {
                Ok(bytes) => bytes,
                // the journal of a server that runs comes and goes; what is gone holds nothing
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => panic!("{}: {error}", path.display()),
            };
            let holds = |secret: &&str| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            found.extend(SECRETS.into_iter().filter(holds).map(|secret| format!("{secret} in {}", path.display())));
        }
    }
    found
}

/// A plan that adds her, writes to her, and notes something about her.
fn welcome() -> Value {
    json!({"name": "Welcome", "steps": [
        {"id": "add", "title": format!("Add {NAME}"), "action_type": "person.create",
            "params": {"name": NAME, "email": SECRETS[1]}},
        {"id": "where", "title": format!("Say where {NAME} works"), "action_type": "person.update", "depends_on": ["add"],
            "params": {"person": "{{steps.add.result.id}}", "organisation": SECRETS[2]}},
        {"id": "write", "title": format!("Write to {NAME}"), "action_type": "message.send", "depends_on": ["add"],
            "params": {"to": "{{steps.add.result.id}}", "body": SECRETS[3]}},
        {"id": "note", "title": "Note it", "action_type": "note.add", "depends_on": ["add"],
            "params": {"about": "{{steps.add.result.id}}", "text": SECRETS[4]}},
        {"id": "idea", "title": "Write down an idea", "action_type": "idea.create", "params": {"title": "Keep this"}},
    ]})
}

struct House {
    server: Server,
    person: String,
    plan: String,
}

impl House {
    /// Runs the plan, and has the read models built twice, so that there are older builds as well.
    async fn furnished(home: &Path) -> Self {
        let server = Server::start(home);
        let plan = server.draft(welcome()).await;
        server.approve_and_start(&plan).await;
        let plan = plan["id"].as_str().unwrap().to_owned();
        let done = server.plan_until(&plan, |plan| plan["status"] == "completed").await;
        let person = done["steps"][0]["result"]["id"].as_str().unwrap().to_owned();
        let body = json!({"kind": "reminder", "fields": {"message": SECRETS[5], "at": "2027-01-01", "about": person}});
        assert_eq!(server.post("/workspace/entities", body).await.status, 201);
        let rebuilt = server.post("/ops/projections/workspace/rebuild", json!({})).await;
        assert!(rebuilt.status.is_success(), "{:?}", rebuilt.body);
        Self { server, person, plan }
    }

    async fn forget(&self) -> Value {
        let path = format!("/workspace/entities/{}/forget", self.person);
        let answer = self.server.post(&path, json!({"reason": "they asked us to", "name": NAME})).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    }
}

fn gap(of: &Value) -> bool {
    of["$sealed"].is_string()
}

#[tokio::test]
async fn nothing_readable_of_somebody_who_was_forgotten_is_left_in_the_folder() {
    let home = folder();
    let house = House::furnished(home.path()).await;
    let views_apart: Vec<_> = readable(home.path()).into_iter().filter(|found| !found.contains("/models/")).collect();
    assert_eq!(views_apart, Vec::<String>::new(), "the log, its journal and the keys hold nothing to read");
    let before = house.server.entity(&house.person).await;
    assert_eq!((&before["fields"]["name"], &before["forgotten"]), (&json!(NAME), &json!(false)));

    // a look at the past, which remembers what it folded
    let then = house.server.get(&format!("/plans/{}?as_of=2", house.plan)).await.body;
    assert_eq!(then["steps"][0]["params"]["name"], NAME, "{then:#}");

    let told = house.forget().await;
    assert_eq!(told["mentioned"], 0, "{told:#}");
    let then = house.server.get(&format!("/plans/{}?as_of=2", house.plan)).await.body;
    assert!(gap(&then["steps"][0]["params"]["name"]), "the past tells no more than the present: {then:#}");
    assert_eq!(readable(home.path()), Vec::<String>::new(), "while the server runs");

    let person = house.server.entity(&house.person).await;
    assert_eq!((&person["forgotten"], &person["title"]), (&json!(true), &json!("forgotten")));
    assert!(gap(&person["fields"]["name"]) && gap(&person["fields"]["email"]), "{person:#}");
    let plan = house.server.plan(&house.plan, 0).await;
    assert!(gap(&plan["steps"][0]["params"]["name"]) && gap(&plan["steps"][0]["result"]["name"]), "{plan:#}");
    assert_eq!(plan["steps"][2]["title"], "(forgotten)");
    assert_eq!(plan["steps"][4]["title"], "Write down an idea");

    assert_eq!(house.server.terminate(), Some(0));
    assert_eq!(readable(home.path()), Vec::<String>::new(), "after the server ended");
    let (code, out, err) = cairn(home.path(), &["audit", "verify"]);
    assert_eq!(code, Some(0), "{out}{err}");
    let (code, out, err) = cairn(home.path(), &["ops", "projections", "verify"]);
    assert_eq!(code, Some(0), "the rows are those that the log gives: {out}{err}");
    let (_, before, _) = cairn(home.path(), &["dump", "--canonical"]);
    assert!(before.contains("$sealed") && !before.contains(NAME), "{before}");
    let (code, _, err) = cairn(home.path(), &["ops", "projections", "rebuild"]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(readable(home.path()), Vec::<String>::new(), "after a rebuild");
}

#[tokio::test]
async fn evidence_that_was_handed_out_tells_nothing_of_anybody_and_proves_on() {
    let (home, elsewhere) = (folder(), folder());
    let house = House::furnished(home.path()).await;
    let (file, later) = (elsewhere.path().join("before.html"), elsewhere.path().join("after.html"));
    let export = |file: &Path| cairn(home.path(), &["audit", "export", &house.plan, "--out", file.to_str().unwrap()]);
    assert_eq!(export(&file).0, Some(0));
    assert_eq!(readable(elsewhere.path()), Vec::<String>::new(), "what is about people leaves the house sealed");
    house.forget().await;
    assert_eq!(export(&later).0, Some(0));
    for file in [&file, &later] {
        let (code, _, err) = cairn(elsewhere.path(), &["audit", "verify-bundle", file.to_str().unwrap()]);
        assert_eq!(code, Some(0), "{err}");
    }
}

#[tokio::test]
async fn the_history_is_read_again_with_gaps_and_what_can_be_rolled_back_is() {
    let home = folder();
    let house = House::furnished(home.path()).await;
    house.forget().await;
    let events = house.server.get(&format!("/plans/{}/events?limit=200", house.plan)).await.body;
    let drafted = events["items"].as_array().unwrap().iter().find(|event| event["type"] == "PlanDrafted").unwrap();
    assert!(gap(&drafted["data"]["steps"][0]["params"]["name"]), "{drafted:#}");
    let forgotten = house.server.get("/events?type=PersonForgotten").await.body;
    assert_eq!(forgotten["items"][0]["reason"], "they asked us to", "{forgotten:#}");

    let path = format!("/plans/{}/rollback", house.plan);
    let seen = house.server.post(&format!("{path}/preview"), json!({})).await;
    let steps = seen.body["steps"].as_array().unwrap();
    let step = |id: &str| steps.iter().find(|step| step["step_id"] == id).unwrap();
    assert_eq!(step("where")["class"], "impossible", "{:#}", seen.body);
    assert!(step("where")["compensation"].as_str().unwrap().contains("was forgotten"));
    assert_eq!(step("idea")["class"], "exact");
    let body = json!({"preview_hash": seen.body["preview_hash"], "reason": "wrong plan", "name": "Welcome"});
    let etag = seen.etag.unwrap();
    let begun = house.server.post_with(&path, body, &[("if-match", &etag)]).await;
    assert_eq!(begun.status, 202, "{:?}", begun.body);
    let back = house.server.plan_until(&house.plan, |plan| plan["status"] != "rolling_back").await;
    assert_eq!(back["status"], "rolled_back", "{back:#}");
    let person = house.server.entity(&house.person).await;
    assert!(person["forgotten"] == true && gap(&person["fields"]["name"]), "nobody comes back: {person:#}");
}

#[tokio::test]
async fn a_key_that_came_back_goes_again_and_a_house_without_keys_stays_closed() {
    let (home, kept) = (folder(), folder());
    let house = House::furnished(home.path()).await;
    let keys = home.path().join("keys");
    let copy = |from: &Path, to: &Path| {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    copy(&keys, kept.path());
    house.forget().await;
    house.server.kill();

    // as when the process had ended between the event and the keys: they are as they were before
    for entry in fs::read_dir(&keys).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    copy(kept.path(), &keys);
    let server = Server::start(home.path());
    let person = server.entity(&house.person).await;
    assert!(person["forgotten"] == true && gap(&person["fields"]["name"]), "{person:#}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(readable(home.path()), Vec::<String>::new());
    for entry in fs::read_dir(&keys).unwrap() {
        let path = entry.unwrap().path();
        let is_hers = path.to_string_lossy().contains(&house.person);
        assert!(!is_hers || fs::metadata(&path).unwrap().len() == 0, "{} is destroyed", path.display());
    }

    fs::rename(&keys, home.path().join("elsewhere")).unwrap();
    let (code, _, err) = cairn(home.path(), &["ops", "projections", "list"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("would read as forgotten"), "{err}");
}

#[tokio::test]
async fn what_somebody_typed_is_named_and_the_command_line_asks_for_the_name() {
    let home = folder();
    let house = House::furnished(home.path()).await;
    let comment = json!({"text": format!("ask {NAME} first")});
    house.server.post(&format!("/plans/{}/comments", house.plan), comment).await;
    let asked = ["forget", house.person.as_str(), "--reason", "they asked us to"];
    let (code, _, err) = cairn(home.path(), &asked);
    assert_eq!((code, err.contains("--name or --yes")), (Some(2), true), "{err}");
    let (code, _, err) = cairn(home.path(), &[&asked[..], &["--name", "Zephyr"]].concat());
    assert_eq!((code, err.contains("workspace.wrong-name")), (Some(1), true), "{err}");
    let (code, out, err) = cairn(home.path(), &[&asked[..], &["--name", NAME]].concat());
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("free text of 1 events") && out.contains("CommentAdded"), "{out}");

    let path = format!("/workspace/entities/{}", house.person);
    let change = json!({"kind": "note", "fields": {"text": "who was that?", "about": house.person}});
    let refused = house.server.post("/workspace/entities", change).await;
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (409, &json!("workspace.forgotten")));
    let again = house.server.post(&format!("{path}/forget"), json!({"reason": "again", "name": "x"})).await;
    assert_eq!(again.status, 200, "{:?}", again.body);
    let nobody = house.server.post(&format!("{path}/forget"), json!({"name": "x"})).await;
    assert_eq!((nobody.status.as_u16(), &nobody.body["errors"][0]["pointer"]), (422, &json!("/reason")));
}
