//! What was ever written can be read, and what was ever approved keeps its hash: see `tests/golden/README.md`.

use std::{collections::BTreeSet, fs, path::PathBuf};

use cairn_domain::{
    canonical,
    plan::{ContentHash, PlanEvent, Policy, StepSpec},
    schedule::ScheduleEvent,
    schema::{EventFamily, upcast},
    signing::SigningEvent,
    template::TemplateEvent,
    workspace::EntityEvent,
};
use serde::Deserialize;
use serde_json::Value;

/// One event as it was written once.
struct Golden {
    event_type: String,
    version: u16,
    data: Vec<u8>,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name)
}

fn files(name: &str) -> Vec<(String, Vec<u8>)> {
    let listed = fs::read_dir(folder(name)).expect("the golden files are part of the repository");
    let paths = listed.map(|entry| entry.expect("the folder can be listed").path());
    let read = |path: PathBuf| {
        let name = path.file_name().expect("a listed file has a name").to_string_lossy().into_owned();
        (name, fs::read(path).expect("a golden file can be read"))
    };
    paths.map(read).collect()
}

fn golden_events() -> Vec<Golden> {
    let parse = |(name, data): (String, Vec<u8>)| {
        let parts: Vec<&str> = name.split('.').collect();
        let [event_type, version, "json"] = parts[..] else { panic!("`{name}` is not named Type.v1.json") };
        let version = version.strip_prefix('v').and_then(|version| version.parse().ok());
        let version = version.unwrap_or_else(|| panic!("`{name}` has no version such as v1"));
        Golden { event_type: event_type.to_owned(), version, data }
    };
    files("events").into_iter().map(parse).collect()
}

fn all_types() -> impl Iterator<Item = &'static str> {
    let of_plans = PlanEvent::TYPES.iter().chain(EntityEvent::TYPES);
    of_plans.chain(SigningEvent::TYPES).chain(TemplateEvent::TYPES).chain(ScheduleEvent::TYPES).copied()
}

/// Reads an event, and gives the data it would be written with today.
fn read_and_write(golden: &Golden) -> Vec<u8> {
    let Golden { event_type, version, data } = golden;
    let written = if EntityEvent::TYPES.contains(&event_type.as_str()) {
        EntityEvent::decode(event_type, *version, data).map(|event| event.encode())
    } else if SigningEvent::TYPES.contains(&event_type.as_str()) {
        SigningEvent::decode(event_type, *version, data).map(|event| event.encode())
    } else if TemplateEvent::TYPES.contains(&event_type.as_str()) {
        TemplateEvent::decode(event_type, *version, data).map(|event| event.encode())
    } else if ScheduleEvent::TYPES.contains(&event_type.as_str()) {
        ScheduleEvent::decode(event_type, *version, data).map(|event| event.encode())
    } else {
        PlanEvent::decode(event_type, *version, data).map(|event| event.encode())
    };
    written.unwrap_or_else(|error| panic!("{event_type}.v{version}: {error}"))
}

fn in_one_form(data: &[u8]) -> String {
    canonical::to_string(&serde_json::from_slice::<Value>(data).expect("events are JSON"))
}

#[test]
fn every_event_ever_written_can_be_read() {
    for golden in golden_events() {
        read_and_write(&golden);
    }
}

#[test]
fn events_of_the_newest_version_are_written_as_they_were_read() {
    for golden in golden_events().iter().filter(|golden| golden.version == upcast::newest(&golden.event_type)) {
        assert_eq!(in_one_form(&read_and_write(golden)), in_one_form(&golden.data), "{}", golden.event_type);
    }
}

#[test]
fn there_is_a_file_for_every_version_of_every_type_and_no_other() {
    let there: BTreeSet<_> = golden_events().into_iter().map(|golden| (golden.event_type, golden.version)).collect();
    let wanted: BTreeSet<_> = all_types()
        .flat_map(|name| (1..=upcast::newest(name)).map(move |version| (name.to_owned(), version)))
        .collect();
    assert_eq!(there, wanted);
}

#[derive(Deserialize)]
struct Approved {
    steps: Vec<StepSpec>,
    policy: Policy,
    #[serde(rename = "content_hash")]
    hash: ContentHash,
}

#[test]
fn content_keeps_the_hash_it_was_approved_with() {
    for (name, data) in files("content-hash") {
        let content: Approved = serde_json::from_slice(&data).unwrap_or_else(|error| panic!("{name}: {error}"));
        let hash = ContentHash::of(&content.steps, &content.policy);
        assert_eq!(hash.to_string(), content.hash.to_string(), "{name}");
    }
}
