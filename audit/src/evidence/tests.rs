//! Evidence proves what it shows, and anything else is refused in words.

use super::*;
use crate::{
    key::{Key, PublicKey},
    testing::{Archive, at},
};

fn keys() -> (Key, Key) {
    (Key::from_seed([1; 32]), Key::from_seed([2; 32]))
}

/// Three events of a plan among others, signed for by the second key, and one event that came later.
async fn evidence() -> Evidence {
    let (old, new) = keys();
    let mut archive = Archive::new(&old);
    archive.happen(&["plan-a", "plan-b", "plan-a"]).await;
    archive.sign(&old).await;
    archive.rotate(&old, &new);
    archive.happen(&["plan-c", "plan-a"]).await;
    archive.sign(&new).await;
    archive.happen(&["plan-a"]).await;
    Evidence::gather(&archive.log, &archive.ledger, &"plan-a".parse().unwrap(), at()).await.unwrap()
}

fn refused(page: &str) -> String {
    check(page.as_bytes(), None).unwrap_err().to_string()
}

fn trusted(key: &Key) -> PublicKey {
    key.public()
}

#[tokio::test]
async fn evidence_is_found_to_be_whole_with_nothing_but_the_file() {
    let page = evidence().await.page();
    let (old, new) = keys();
    for key in [None, Some(trusted(&old)), Some(trusted(&new))] {
        let checked = check(page.as_bytes(), key.as_ref()).unwrap();
        assert_eq!((checked.evidence.events.len(), checked.later), (4, 1));
        assert_eq!((checked.checkpoint.events, checked.checkpoint.streams, checked.key), (5, 3, new.public()));
    }
}

#[tokio::test]
async fn people_can_read_what_happened_and_nothing_of_it_is_markup() {
    let page = evidence().await.page();
    for said in ["<h1>Launch &lt;5&gt;</h1>", "Plan created", "ada (person)", "Nobody has signed for this event yet"] {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("Launch <"));
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_refused() {
    let page = evidence().await.page();
    let bytes = page.as_bytes();
    // every byte would take long; the stride meets every part of the file
    for place in (0..bytes.len()).step_by(211) {
        let mut changed = bytes.to_vec();
        changed[place] ^= 1;
        assert!(check(&changed, None).is_err(), "byte {place}: {}", &page[place.saturating_sub(20)..place]);
    }
}

#[tokio::test]
async fn evidence_that_was_changed_and_written_anew_is_refused_in_words() {
    type Change = fn(&mut Evidence);
    let cases: [(&str, Change, &str); 9] = [
        ("data", |e| e.events[1].data = "{}".into(), "revision 1 (position 3): the event was changed"),
        ("actor", |e| e.events[1].metadata = e.events[1].metadata.replace("ada", "eve"), "the event was changed"),
        ("gone", |e| drop(e.events.remove(1)), "revision 1 belongs here"),
        ("order", |e| e.events[1].position = Position::new(1), "position is not behind"),
        ("short", |e| e.events.truncate(1), "the signed head of the stream (revision 2)"),
        ("stream", |e| e.stream = "plan-b".parse().unwrap(), "the event was changed"),
        ("proof", |e| e.inclusion.path[0] = Hash32::ZERO, "does not lead"),
        (
            "statement",
            |e| e.checkpoint.statement = e.checkpoint.statement.replace("events: 5", "events: 6"),
            "the checkpoint is not signed",
        ),
        ("format", |e| e.format = "cairn.evidence.v9".into(), "`cairn.evidence.v9`"),
    ];
    for (what, change, said) in cases {
        let mut changed = evidence().await;
        change(&mut changed);
        let refusal = refused(&changed.page());
        assert!(refusal.contains(said), "{what}: {refusal}");
    }
}

#[tokio::test]
async fn a_history_computed_anew_and_signed_by_somebody_else_is_refused_with_the_key_one_trusts() {
    let stranger = Key::from_seed([9; 32]);
    let mut archive = Archive::new(&stranger);
    archive.happen(&["plan-a", "plan-b"]).await;
    archive.sign(&stranger).await;
    let forged = Evidence::gather(&archive.log, &archive.ledger, &"plan-a".parse().unwrap(), at()).await.unwrap();
    let (ours, _) = keys();
    let refusal = check(forged.page().as_bytes(), Some(&ours.public())).unwrap_err();
    assert_eq!(refusal, Refusal::OtherKey { expected: ours.public().id(), found: stranger.public().id() });
    // nor can the keys of ours be put before the stranger's statement
    let mut mixed = evidence().await;
    mixed.checkpoint = forged.checkpoint;
    assert_eq!(refused(&mixed.page()), Refusal::Signature { what: "the checkpoint" }.to_string());
}

#[tokio::test]
async fn a_page_that_says_something_else_than_its_evidence_is_refused() {
    let page = evidence().await.page();
    assert_eq!(refused(&page.replacen("ada (person)", "eve (person)", 1)), Refusal::Page.to_string());
    assert_eq!(refused(&format!("{page}<p>and more</p>")), Refusal::Page.to_string());
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_in_words() {
    for (file, said) in [
        (String::new(), "there is none inside"),
        ("<html>".repeat(10), "there is none inside"),
        ("<script type=\"application/json\" id=\"evidence\">\n{".to_owned(), "cut off"),
        ("<script type=\"application/json\" id=\"evidence\">\n[[\n</script>\n".to_owned(), "no evidence"),
        (
            format!("<script type=\"application/json\" id=\"evidence\">\n{}\n</script>\n", "[".repeat(100_000)),
            "no evidence",
        ),
    ] {
        let refusal = refused(&file);
        assert!(refusal.contains(said), "{refusal}");
    }
    assert!(check(&[0xff, 0xfe], None).unwrap_err().to_string().contains("UTF-8"));
}

#[tokio::test]
async fn a_stream_without_events_or_signature_gives_no_evidence() {
    let (key, _) = keys();
    let mut archive = Archive::new(&key);
    archive.happen(&["plan-a"]).await;
    let gather = async |archive: &Archive, stream: &str| {
        Evidence::gather(&archive.log, &archive.ledger, &stream.parse().unwrap(), at()).await.unwrap_err()
    };
    assert!(matches!(gather(&archive, "plan-z").await, EvidenceError::NoEvents { .. }));
    assert!(matches!(gather(&archive, "plan-a").await, EvidenceError::NotSigned { .. }));
}
