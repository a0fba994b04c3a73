//! A ledger takes what follows and is signed, and names the line that does not or is not.

use super::*;
use crate::{
    key::Key,
    testing::{Archive, at},
};

/// A key, a checkpoint over two streams, a change of the key, and a checkpoint over one stream that went on.
async fn four_lines() -> Vec<String> {
    let (old, new) = (Key::from_seed([1; 32]), Key::from_seed([2; 32]));
    let mut archive = Archive::new(&old);
    archive.happen(&["plan-a", "plan-b"]).await;
    archive.sign(&old).await;
    archive.rotate(&old, &new);
    archive.happen(&["plan-a", "plan-a"]).await;
    archive.sign(&new).await;
    archive.lines
}

fn problem(lines: &[String]) -> (u64, Problem) {
    let fault = Ledger::read(&lines.concat()).unwrap_err();
    (fault.line, fault.problem)
}

#[tokio::test]
async fn what_was_written_is_read_with_its_keys_and_heads() {
    let ledger = Ledger::read(&four_lines().await.concat()).unwrap();
    assert_eq!((ledger.len(), ledger.keys().len(), ledger.checkpoints().len()), (4, 2, 2));
    assert_eq!(ledger.rotations()[0].reason, "the yearly change");
    let heads: Vec<(String, u64)> =
        ledger.heads().iter().map(|head| (head.stream.to_string(), head.revision.get())).collect();
    assert_eq!(heads, [("plan-a".to_owned(), 2), ("plan-b".to_owned(), 0)]);
    let moved: Vec<usize> = ledger.checkpoints().iter().map(|signed| signed.moved.len()).collect();
    assert_eq!(moved, [2, 1]);
}

#[tokio::test]
async fn a_line_that_was_cut_off_does_not_count() {
    let mut lines = four_lines().await;
    let cut = lines[3].len() - 2;
    lines[3].truncate(cut);
    assert_eq!(Ledger::read(&lines.concat()).unwrap().len(), 3);
}

#[tokio::test]
async fn a_changed_statement_has_no_signature() {
    for (line, from, to) in [(0, "time: 2026", "time: 2025"), (1, "events: 2", "events: 3"), (2, "yearly", "weekly")] {
        let mut lines = four_lines().await;
        lines[line] = lines[line].replace(from, to);
        assert_eq!(problem(&lines), (line as u64 + 1, Problem::Signature), "{from}");
    }
}

#[tokio::test]
async fn changed_heads_are_not_those_that_were_signed() {
    let mut lines = four_lines().await;
    lines[3] = lines[3].replace("[\"plan-a\",2,", "[\"plan-a\",3,");
    assert_eq!(problem(&lines), (4, Problem::Heads));
}

#[tokio::test]
async fn a_line_that_is_taken_out_exchanged_or_doubled_is_missed() {
    let lines = four_lines().await;
    let pick = |places: &[usize]| places.iter().map(|place| lines[*place].clone()).collect::<Vec<_>>();
    assert_eq!(problem(&pick(&[0, 2, 3])), (2, Problem::Number { expected: 1, found: 2 }));
    assert_eq!(problem(&pick(&[0, 1, 1])), (3, Problem::Number { expected: 2, found: 1 }));
    assert_eq!(problem(&pick(&[1])), (1, Problem::Number { expected: 0, found: 1 }));
    assert_eq!(problem(&["{\"statement\":\"\"}\n".into()]).0, 1);
}

#[tokio::test]
async fn a_statement_of_another_key_is_refused() {
    let stranger = Key::from_seed([9; 32]);
    let lines = four_lines().await;
    let mut ledger = Ledger::read(&lines[..2].concat()).unwrap();
    let line = Line::rotation(&ledger, (&stranger, &stranger), "person eve", "mine now", at());
    let expected = Key::from_seed([1; 32]).public().id();
    assert_eq!(ledger.take(line), Err(Problem::Key { expected, found: stranger.public().id() }));
    let rotation: Line = serde_json::from_str(&lines[2]).unwrap();
    let unsigned = Line { countersignature: None, ..rotation.clone() };
    assert_eq!(ledger.take(unsigned), Err(Problem::Countersignature));
    assert_eq!(ledger.take(rotation), Ok(()));
}

#[tokio::test]
async fn a_copy_is_continued_and_never_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("checkpoints.jsonl");
    let lines = four_lines().await;
    for count in [1, 2, 2, 4] {
        export(lines[..count].concat().as_bytes(), &copy).unwrap();
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), lines[..count].concat());
    }
    for other in [lines[..3].concat(), lines.concat().replace("ada", "eve")] {
        assert!(matches!(export(other.as_bytes(), &copy), Err(ExportError::OtherLedger { .. })));
    }
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), lines.concat());
}

#[tokio::test]
async fn a_file_goes_on_after_a_crash_in_the_middle_of_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoints.jsonl");
    let lines = four_lines().await;
    std::fs::write(&path, format!("{}{}", lines[..3].concat(), &lines[3][..20])).unwrap();
    let mut file = LedgerFile::open(&path).unwrap();
    file.write(serde_json::from_str(&lines[3]).unwrap()).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), lines.concat());
    assert_eq!(file.ledger().len(), 4);
}

#[tokio::test]
async fn a_file_to_sign_on_checks_all_moves_and_keeps_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoints.jsonl");
    let mut lines = four_lines().await;
    std::fs::write(&path, lines.concat()).unwrap();
    let file = LedgerFile::open(&path).unwrap();
    let whole = Ledger::read(&lines.concat()).unwrap();
    assert_eq!((file.ledger().heads(), file.ledger().len()), (whole.heads(), whole.len()));
    assert!(file.ledger().checkpoints().iter().all(|signed| signed.moved.is_empty()));
    lines[1] = lines[1].replace("[\"plan-b\",0,", "[\"plan-b\",1,");
    std::fs::write(&path, lines.concat()).unwrap();
    let error = LedgerFile::open(&path).unwrap_err();
    let LedgerFileError::Fault { fault, .. } = error else { panic!("{error}") };
    assert_eq!((fault.line, fault.problem), (2, Problem::Heads));
}
