//! What is learned is what the data says, and what ships was learned from it.

use std::{fs, path::Path};

use super::{
    crf::{Features, Field, feature},
    learn::{Effort, Example, learn},
    model::Model,
    tagged,
    train::{Source, fingerprint, malformed, quality, samples},
};

fn sources(folder: &str) -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("training").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap()).collect();
    files.sort_by_key(fs::DirEntry::file_name);
    files
        .iter()
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "txt"))
        .map(|file| Source {
            name: file.file_name().to_string_lossy().into_owned(),
            text: fs::read_to_string(file.path()).unwrap(),
        })
        .collect()
}

#[test]
fn the_weights_were_learned_from_the_data_that_is_there() {
    assert_eq!(tagged::source(), Some(fingerprint(&sources(""))), "the data has changed: `make train`");
}

#[test]
fn every_line_of_the_data_can_be_read() {
    let wrong: Vec<_> = [sources(""), sources("held")].concat();
    assert!(malformed(&wrong).is_empty(), "{:?}", malformed(&wrong));
}

#[test]
fn requests_that_were_kept_back_are_read() {
    let held: Vec<_> = samples(&sources("held")).0.into_iter().flatten().collect();
    let (model, _) = Model::from_bytes(include_bytes!("../../../training/reader.weights")).unwrap();
    let quality = quality(&model, &held, &mut |_, _, _| {});
    assert!(quality.whole.there >= 150);
    // Most of these lines are worded far from the usual. The weights that ship read 47.1 % of the spans and 64.7 % of the
    // parts exactly; others must not read fewer.
    assert!(quality.spans.f1() > 0.47 && quality.parts.f1() > 0.64, "{quality}");
}

/// "a" is x, "b" is y, and "c" is whatever stood before it.
fn toy() -> Vec<Example> {
    let place = |word: &str| vec![feature(&["word", word])];
    let row =
        |words: &str, labels: &[usize]| Example { row: words.split(' ').map(place).collect(), labels: labels.to_vec() };
    vec![row("a c c", &[1, 2, 2]), row("b c", &[3, 4]), row("a c b c", &[1, 2, 3, 4]), row("d a d b", &[0, 1, 0, 3])]
}

fn learned() -> Field {
    let labels = ["O", "B-x", "I-x", "B-y", "I-y"].map(str::to_owned).to_vec();
    learn(labels, &toy(), Effort { learners: 2, rounds: 30, at_least: 1, most: 1000, decay: 0.0, left_out: 0 })
}

fn labels(field: &Field, row: &[Features]) -> Vec<usize> {
    let best = field.label(row, &vec![false; row.len()], 1).remove(0);
    best.labels.into_iter().map(|(label, _)| label).collect()
}

#[test]
fn what_a_word_is_can_depend_on_what_stands_before_it() {
    let field = learned();
    let row: Vec<_> = ["d", "b", "c", "c", "a", "c"].iter().map(|word| vec![feature(&["word", word])]).collect();
    let found: Vec<usize> = labels(&field, &row);
    assert_eq!(found, [0, 3, 4, 4, 1, 2]);
}

#[test]
fn the_same_data_gives_the_same_bytes_and_bytes_the_same_labels() {
    let model = || Model { intents: learned(), roles: learned() };
    let bytes: &'static [u8] = model().to_bytes(7).leak();
    assert_eq!(bytes, model().to_bytes(7));
    let (read, source) = Model::from_bytes(bytes).unwrap();
    assert_eq!(source, 7);
    let row: Vec<_> = ["a", "c", "b", "c"].iter().map(|word| vec![feature(&["word", word])]).collect();
    assert_eq!(labels(&read.intents, &row), labels(&model().intents, &row));
    assert!(Model::from_bytes(&bytes[..bytes.len() - 1]).is_none());
    assert!(Model::from_bytes(b"no model").is_none());
}
