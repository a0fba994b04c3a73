//! A process that is killed in the middle of its work loses no append it has answered.

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use eventlog::integrity::verify_all;

use crate::{append, length, open};

const FOLDER: &str = "CAIRN_TEST_APPEND_UNTIL_KILLED";

#[tokio::test]
async fn a_killed_process_has_lost_no_append_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = HashMap::new();
    for answers in [1, 200, 600] {
        let answered = append_and_be_killed(folder.path(), answers);
        let log = open(folder.path());
        for (stream, revision) in &answered {
            before.insert(stream.clone(), *revision);
        }
        for (stream, revision) in &before {
            let stored = length(&log, stream).await as u64;
            assert!(stored > *revision, "{stream} has {stored} events, revision {revision} was answered");
        }
        assert_eq!(verify_all(&log, |_| {}).await.unwrap().fault, None);
    }
}

/// Starts this test binary as another process and kills it after so many answers; gives the last answered revision of
/// each stream.
fn append_and_be_killed(folder: &std::path::Path, answers: usize) -> HashMap<String, u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::the_process_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said: Vec<_> = lines.by_ref().filter_map(|line| answer_in(&line)).take(answers).collect();
    child.kill().unwrap();
    // What it had said before it was killed counts as well; only the very last line may be cut off.
    let rest: Vec<_> = lines.collect();
    said.extend(rest.iter().rev().skip(1).rev().filter_map(|line| answer_in(line)));
    child.wait().unwrap();
    assert!(said.len() >= answers, "the other process ended after {} answers", said.len());
    said.into_iter().collect()
}

fn answer_in(line: &str) -> Option<(String, u64)> {
    let (stream, revision) = line.strip_prefix("answered ")?.split_once(' ')?;
    Some((stream.to_owned(), revision.parse().ok()?))
}

/// Not a fact of its own: what the other process runs. Alone it has no folder and nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_is_killed() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let log = Arc::new(open(&folder));
    let writers: Vec<_> = (0..8)
        .map(|n| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let name = format!("plan-{n}");
                loop {
                    let appended = append(&log, &name, 1 + n % 3).await;
                    // The test runner leaves its own line unfinished.
                    println!("\nanswered {name} {}", appended.revision);
                }
            })
        })
        .collect();
    for writer in writers {
        let () = writer.await.unwrap();
    }
}
