//! From files of annotated requests to a model, and how well it reads requests that it has not seen.

use std::fmt;

use super::{
    annotation::parse,
    corpus::{Labelled, Names, Sample, intent_labels, role_labels},
    crf::feature,
    features::{for_intents, for_roles},
    learn::{Dice, Effort, Example, learn},
    model::{Model, Tagged},
};

/// How the model that ships is learned.
pub const EFFORT: Effort = Effort { learners: 3, rounds: 11, at_least: 4, most: 400_000, decay: 1e-4, left_out: 25 };

/// How many careless or renamed copies are made of each request.
const COPIES: usize = 3;

/// A file of annotated requests.
#[derive(Clone, Debug)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// Its lines.
    pub text: String,
}

/// A line that could not be read.
#[derive(Clone, Debug)]
pub struct Malformed {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

/// How much of what is right was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Found and right.
    pub hits: usize,
    /// Found.
    pub found: usize,
    /// There to be found.
    pub there: usize,
}

impl Score {
    /// The harmonic mean of precision and recall, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn f1(self) -> f64 {
        if self.hits == 0 { 0.0 } else { 2.0 * self.hits as f64 / (self.found + self.there) as f64 }
    }
}

/// How well requests were read that were not learned from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quality {
    /// Spans with their intents.
    pub spans: Score,
    /// Parts with their roles, inside spans with the right intent.
    pub parts: Score,
    /// Requests of which all is right.
    pub whole: Score,
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |score: Score| score.f1() * 100.0;
        write!(
            f,
            "{} requests: spans {:.1} %, parts {:.1} %, whole requests {:.1} %",
            self.whole.there,
            percent(self.spans),
            percent(self.parts),
            percent(self.whole)
        )
    }
}

/// A number that changes with the data and with what is looked at: the model says what it was learned from.
pub fn fingerprint(sources: &[Source]) -> u64 {
    let mut parts: Vec<&str> = sources.iter().flat_map(|source| [source.name.as_str(), source.text.as_str()]).collect();
    parts.push(include_str!("../../../lexicon/classes.txt"));
    let low = feature(&parts);
    parts.push("again");
    u64::from(low) << 32 | u64::from(feature(&parts))
}

/// The samples of each source, and the lines that cannot be read.
pub(crate) fn samples(sources: &[Source]) -> (Vec<Vec<Sample>>, Vec<Malformed>) {
    let mut malformed = Vec::new();
    let mut all = Vec::new();
    for source in sources {
        let mut own = Vec::new();
        for (index, line) in source.text.lines().enumerate() {
            match parse(line) {
                Ok(Some(read)) => own.push(Sample::new(&read)),
                Ok(None) => {}
                Err(why) => malformed.push(Malformed { file: source.name.clone(), line: index + 1, why }),
            }
        }
        all.push(own);
    }
    (all, malformed)
}

/// The lines of sources that cannot be read.
pub fn malformed(sources: &[Source]) -> Vec<Malformed> {
    samples(sources).1
}

/// Learns a model from all that the sources have.
pub fn train(sources: &[Source], effort: Effort) -> Model {
    let all: Vec<Sample> = samples(sources).0.into_iter().flatten().collect();
    learned(&all, effort)
}

fn learned(samples: &[Sample], effort: Effort) -> Model {
    let names = Names::of(samples);
    let mut dice = Dice::new(11);
    let mut asked = Vec::new();
    let mut filled = Vec::new();
    for sample in samples {
        for copy in 0..=COPIES {
            let changed = changed(sample, copy, &names, &mut dice);
            let rows = changed.rows(&mut dice, &names);
            let Labelled { pieces, stretches, intents, roles } = changed.labelled(&rows);
            asked.push(Example { row: for_intents(&pieces), labels: intents });
            filled.push(Example { row: for_roles(&pieces, &stretches), labels: roles });
        }
    }
    std::thread::scope(|both| {
        let intents = both.spawn(|| learn(intent_labels(), &asked, effort));
        let roles = learn(role_labels(), &filled, effort);
        Model { intents: intents.join().expect("learning does not panic"), roles }
    })
}

/// A copy with other names in it or written carelessly; the first is as it stands.
fn changed(sample: &Sample, copy: usize, names: &Names, dice: &mut Dice) -> Sample {
    let mut changed = sample.clone();
    if copy == 0 {
        return changed;
    }
    if copy != 2 {
        changed.exchange(|role, _, _| {
            let chance = match role {
                "person" | "project" | "task" | "idea" => 80,
                "title" | "body" | "name" | "newname" | "milestone" | "topic" | "org" | "tag" | "date" | "time" => 40,
                _ => 0,
            };
            dice.percent(chance).then(|| names.any(role, dice)).filter(|name| !name.is_empty())
        });
    }
    if copy >= 2 {
        let (small, unquoted, unmarked) = (dice.percent(60), dice.percent(70), dice.percent(30));
        changed.careless(small, unquoted, unmarked);
    }
    changed
}

/// Learns from all sources but one and reads that one, for each: how well one learner reads requests of other authors.
///
/// `show` gets each request that is not read as it should be.
pub fn cross_validate(
    sources: &[Source],
    effort: Effort,
    mut show: impl FnMut(&str, &str, &str),
) -> Vec<(String, Quality)> {
    // a mean of several learners reads a little better, and takes as many times as long
    let effort = Effort { learners: 1, ..effort };
    let all = samples(sources).0;
    let mut told = Vec::new();
    for (held, source) in sources.iter().enumerate() {
        let rest: Vec<Sample> =
            all.iter().enumerate().filter(|(at, _)| *at != held).flat_map(|(_, own)| own.iter().cloned()).collect();
        let model = learned(&rest, effort);
        told.push((source.name.clone(), quality(&model, &all[held], &mut show)));
    }
    told
}

/// How well a model reads samples.
pub(crate) fn quality(model: &Model, samples: &[Sample], show: &mut impl FnMut(&str, &str, &str)) -> Quality {
    let names = Names::of(samples);
    let mut dice = Dice::new(5);
    let mut quality = Quality::default();
    for sample in samples {
        let labelled = sample.labelled(&sample.rows(&mut dice, &names));
        let right = as_tagged(&labelled);
        let found = model.read(&labelled.pieces);
        let spans = |tagged: &[Tagged]| -> Vec<(String, usize, usize)> {
            tagged.iter().map(|span| (span.intent.clone(), span.from, span.to)).collect()
        };
        let parts = |tagged: &[Tagged]| -> Vec<(String, String, usize, usize)> {
            let of = |span: &Tagged| {
                let intent = span.intent.clone();
                span.parts
                    .iter()
                    .map(move |part| (intent.clone(), part.role.clone(), part.from, part.to))
                    .collect::<Vec<_>>()
            };
            tagged.iter().flat_map(of).collect()
        };
        count(&mut quality.spans, &spans(&found), &spans(&right));
        count(&mut quality.parts, &parts(&found), &parts(&right));
        let same = spans(&found) == spans(&right) && parts(&found) == parts(&right);
        quality.whole.hits += usize::from(same);
        quality.whole.found += 1;
        quality.whole.there += 1;
        if !same {
            show(&sample.text(), &written(&labelled, &right), &written(&labelled, &found));
        }
    }
    quality
}

fn count<T: PartialEq>(score: &mut Score, found: &[T], right: &[T]) {
    score.found += found.len();
    score.there += right.len();
    score.hits += found.iter().filter(|one| right.contains(one)).count();
}

fn as_tagged(labelled: &Labelled) -> Vec<Tagged> {
    let names = role_labels();
    let mut tagged: Vec<Tagged> = Vec::new();
    for stretch in &labelled.stretches {
        let mut parts: Vec<super::model::TaggedPart> = Vec::new();
        for at in stretch.from..stretch.to {
            let label = names[labelled.roles[at]].as_str();
            let Some(role) = label.get(2..) else { continue };
            match parts.last_mut() {
                Some(last) if label.starts_with("I-") && last.to == at && last.role == role => last.to = at + 1,
                _ => parts.push(super::model::TaggedPart { role: role.into(), from: at, to: at + 1 }),
            }
        }
        tagged.push(Tagged { intent: stretch.intent.clone(), from: stretch.from, to: stretch.to, parts, sure: 1.0 });
    }
    tagged
}

/// A reading as an annotated line, to be looked at.
fn written(labelled: &Labelled, tagged: &[Tagged]) -> String {
    let mut line = String::new();
    for (at, piece) in labelled.pieces.iter().enumerate() {
        for span in tagged.iter().filter(|span| span.from == at) {
            line.push('[');
            line.push_str(&span.intent);
            line.push(' ');
        }
        let parts = || tagged.iter().flat_map(|span| &span.parts);
        for part in parts().filter(|part| part.from == at) {
            line.push('{');
            line.push_str(&part.role);
            line.push(' ');
        }
        line.push_str(&piece.low);
        if parts().any(|part| part.to == at + 1) {
            line.push('}');
        }
        if tagged.iter().any(|span| span.to == at + 1) {
            line.push(']');
        }
        line.push(' ');
    }
    line
}
