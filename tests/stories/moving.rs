//! Whoever outgrows one machine takes the whole history along to a server, and back.

use std::{fs, path::Path};

use esdouble::{Double, Options};
use reqwest::StatusCode;

use crate::{
    on_a_server::until_ready,
    support::{Server, cairn, chain, folder},
};

async fn double(folder: &Path) -> Double {
    let file = Some(folder.join("server.log"));
    Double::start(Options { file, max_append: 16 * 1024 * 1024, ..Options::default() })
        .await
        .expect("the double starts")
}

fn copy(from: &str, to: &str) -> (Option<i32>, String, String) {
    cairn(folder().path(), &["log", "copy", "--from", from, "--to", to])
}

/// Everything that the events of a folder's log come to.
fn dump(folder: &Path, flags: &[&str]) -> String {
    let (code, out, err) = cairn(folder, &[&["dump", "--canonical"], flags].concat());
    assert_eq!(code, Some(0), "{err}");
    out
}

/// A new folder with the keys of another one, without which nobody can be read.
fn with_keys_of(other: &Path) -> tempfile::TempDir {
    let home = folder();
    fs::create_dir_all(home.path().join("keys")).unwrap();
    for key in fs::read_dir(other.join("keys")).unwrap().flatten() {
        fs::copy(key.path(), home.path().join("keys").join(key.file_name())).unwrap();
    }
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_moves_to_a_server_and_back_and_is_the_same_everywhere() {
    let (first, log) = (folder(), folder());
    let server = Server::start(first.path());
    server.post("/workspace/sample", serde_json::json!({})).await;
    let plan = server.draft(chain("Move house", 5)).await;
    server.approve_and_start(&plan).await;
    let id = plan["id"].as_str().unwrap();
    server.plan_until(id, |plan| plan["status"] == "completed").await;
    let here = first.path().to_str().unwrap().to_owned();
    let double = double(log.path()).await;
    let there = double.connection_string();

    // a log that somebody writes to is not copied
    let (code, _, err) = copy(&here, &there);
    assert!(code != Some(0) && err.contains("in use"), "{err}");
    assert_eq!(server.terminate(), Some(0));

    let (code, out, err) = copy(&here, &there);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("every event and every hash is the same in both"), "{out}");
    let again = copy(&here, &there).1;
    assert!(again.contains("of them were there already"), "{again}");

    // what is told of it has no password in it
    let login = there.replace("esdb://", "esdb://ada:secret@");
    let (code, out, err) =
        cairn(folder().path(), &["log", "copy", "--from", &here, "--to", &login, "--output", "json"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("\"equal\": true") && !out.contains("secret") && !err.contains("secret"), "{out}{err}");

    let before = dump(first.path(), &[]);
    assert!(before.contains("Sarah Chen"));
    let on_server = with_keys_of(first.path());
    assert_eq!(dump(on_server.path(), &["--eventstore", &there]), before);
    // and life goes on there
    let server = Server::start_with(on_server.path(), &["--eventstore", &there]);
    until_ready(&server, (StatusCode::OK, None)).await;
    assert_eq!(server.plan(id, 0).await["status"], "completed");
    server.draft(chain("Settle in", 2)).await;
    assert_eq!(server.terminate(), Some(0));

    let back = with_keys_of(first.path());
    let (code, _, err) = copy(&there, back.path().to_str().unwrap());
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(dump(back.path(), &[]), dump(on_server.path(), &["--eventstore", &there]));
    let (code, out, err) = cairn(back.path(), &["audit", "verify"]);
    assert_eq!(code, Some(0), "{out}{err}");

    // two histories are not mixed
    let (code, _, err) = copy(&here, back.path().to_str().unwrap());
    assert!(code != Some(0) && err.contains("two histories"), "{err}");
}

#[test]
fn a_log_that_is_not_there_is_not_made() {
    let home = folder();
    let (missing, to) = (home.path().join("nothing"), home.path().join("new"));
    let (code, _, err) = copy(missing.to_str().unwrap(), to.to_str().unwrap());
    assert!(code != Some(0) && err.contains("there is no log in"), "{err}");
    assert!(!missing.exists() && !to.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_taken_while_the_server_works_and_restored_elsewhere() {
    let (home, place) = (folder(), folder());
    let server = Server::start(home.path());
    server.post("/workspace/sample", serde_json::json!({})).await;
    let plan = server.draft(chain("Before the fire", 3)).await;
    let (backup, keys) = (place.path().join("backup"), place.path().join("keys"));
    let paths = [backup.to_str().unwrap(), keys.to_str().unwrap()];
    let (code, out, err) = cairn(home.path(), &["ops", "backup", "--to", paths[0], "--keys", paths[1]]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("every hash as it was written"), "{out}");
    assert!(!backup.join("keys").exists(), "keys are kept apart");
    let (code, _, err) = cairn(home.path(), &["ops", "backup", "--to", paths[0]]);
    assert!(code != Some(0) && err.contains("there already"), "{err}");
    server.draft(chain("After the backup", 3)).await;
    assert_eq!(server.terminate(), Some(0));

    let new = place.path().join("new");
    let (code, out, err) = cairn(&new, &["ops", "restore", "--from", paths[0], "--keys", paths[1]]);
    assert_eq!(code, Some(0), "{out}{err}");
    let server = Server::start(&new);
    let id = plan["id"].as_str().unwrap();
    assert_eq!(server.plan(id, 0).await["name"], "Before the fire");
    assert_eq!(server.get("/plans").await.body["items"].as_array().unwrap().len(), 1);
    assert!(server.entities("person").await.iter().any(|person| person["title"] == "Sarah Chen"));
    assert_eq!(server.terminate(), Some(0));
    let (code, _, err) = cairn(&new, &["ops", "restore", "--from", paths[0]]);
    assert!(code != Some(0) && err.contains("there already"), "{err}");

    // a backup that was touched is not brought back
    let file = backup.join("log.db");
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.windows(15).position(|window| window == b"Before the fire").unwrap();
    bytes[at] = b'A';
    fs::write(&file, bytes).unwrap();
    let other = place.path().join("other");
    let (code, _, err) = cairn(&other, &["ops", "restore", "--from", paths[0]]);
    assert!(code != Some(0) && err.contains("not as it was written"), "{err}");
    assert!(!other.join("log.db").exists());
}
