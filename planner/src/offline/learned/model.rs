//! The weights as they are kept in a file, and requests read with them.

use std::collections::HashMap;

use super::{
    crf::Field,
    features::{Stretch, for_intents, outside, within},
    pieces::Piece,
    rows::Row,
    table::{Table, in_a_byte, out_of_byte, scale_of},
};

/// Both rows of labels that are learned: what is asked for, and which words fill in what.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Finds the spans that ask for something.
    pub intents: Field,
    /// Finds the parts inside them.
    pub roles: Field,
}

/// A span, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub(crate) intent: String,
    /// Its pieces.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) parts: Vec<TaggedPart>,
    /// How sure the least certain of its labels is, 0 to 1.
    pub(crate) sure: f32,
}

/// Pieces that fill in a part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaggedPart {
    pub(crate) role: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// One way to read a request.
#[derive(Clone, Debug)]
pub(crate) struct ModelReading {
    pub(crate) spans: Vec<Tagged>,
    /// How much less likely it is than the most likely one: a natural logarithm, 0 for that one.
    pub(crate) behind: f32,
}

/// How well each role fits each place of a stretch: the ways to part a request have most stretches in common.
type KnownFits = HashMap<Stretch, Vec<f32>>;

/// How many ways to part a request into spans are looked at, and to fill in each.
const PARTINGS: usize = 5;
const FILLINGS: usize = 3;
/// What is so much less likely than the likeliest is not looked at.
const TOO_FAR_BEHIND: f32 = 5.0;

impl Model {
    /// Reads pieces.
    pub(crate) fn read(&self, pieces: &[Piece]) -> Vec<Tagged> {
        let never = vec![false; pieces.len()];
        let row = self.intents.label(&for_intents(pieces), &never, 1).into_iter().next();
        let spans = row.map(|row| spans(&self.intents, &row.labels)).unwrap_or_default();
        self.filled(pieces, &spans, 1, &mut KnownFits::new())
            .into_iter()
            .next()
            .map(|(tagged, _)| tagged)
            .unwrap_or_default()
    }

    /// The most likely ways to read pieces, the best first, at most `many` of them, no two alike.
    pub(crate) fn readings(&self, pieces: &[Piece], many: usize) -> Vec<ModelReading> {
        let never = vec![false; pieces.len()];
        let partings = self.intents.label(&for_intents(pieces), &never, PARTINGS);
        let best = partings.first().map_or(0.0, |row| row.score);
        let mut readings: Vec<ModelReading> = Vec::new();
        let mut known = KnownFits::new();
        for row in partings.iter().filter(|row| best - row.score < TOO_FAR_BEHIND) {
            let spans = spans(&self.intents, &row.labels);
            let fillings = self.filled(pieces, &spans, FILLINGS, &mut known);
            let likeliest = fillings.first().map_or(0.0, |(_, score)| *score);
            for (spans, score) in fillings {
                let behind = best - row.score + likeliest - score;
                if !readings.iter().any(|other| same(&other.spans, &spans)) {
                    readings.push(ModelReading { spans, behind });
                }
            }
        }
        readings.sort_by(|a, b| a.behind.total_cmp(&b.behind));
        readings.truncate(many);
        readings
    }

    /// The most likely ways to fill in the parts of spans, each with its score.
    fn filled(
        &self,
        pieces: &[Piece],
        spans: &[(String, usize, usize, f32)],
        many: usize,
        known: &mut KnownFits,
    ) -> Vec<(Vec<Tagged>, f32)> {
        let stretches: Vec<Stretch> =
            spans.iter().map(|(name, from, to, _)| Stretch { intent: name.clone(), from: *from, to: *to }).collect();
        let mut closed = vec![false; pieces.len()];
        let count = self.roles.labels.len();
        let mut fits = self.roles.fits(&[outside()]).repeat(pieces.len());
        for stretch in stretches {
            let (from, to) = (stretch.from, stretch.to);
            closed[from] = true;
            if let Some(behind) = closed.get_mut(to) {
                *behind = true;
            }
            let own = known.entry(stretch);
            let own = own.or_insert_with_key(|stretch| self.roles.fits(&within(pieces, stretch)));
            fits[from * count..to * count].copy_from_slice(own);
        }
        let rows = self.roles.rows(fits, &closed, many);
        let told = |row: Row| {
            let labels: Vec<(usize, f32)> = row.labels.iter().map(|label| (*label, 1.0)).collect();
            let parts = self::spans(&self.roles, &labels);
            let tagged = spans.iter().map(|(intent, from, to, sure)| {
                let own = parts.iter().filter(|(_, part, ..)| (*from..*to).contains(part));
                let parts =
                    own.map(|(role, from, to, _)| TaggedPart { role: role.clone(), from: *from, to: *to }).collect();
                Tagged { intent: intent.clone(), from: *from, to: *to, parts, sure: *sure }
            });
            (tagged.collect(), row.score)
        };
        rows.into_iter().map(told).collect()
    }
}

/// Whether two readings find the same spans and parts.
fn same(one: &[Tagged], other: &[Tagged]) -> bool {
    let what = |tagged: &Tagged| (tagged.intent.clone(), tagged.from, tagged.to, tagged.parts.clone());
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| what(one) == what(other))
}

/// Rows of labels as spans: name, first, behind the last, how sure on average.
pub(crate) fn spans(field: &Field, row: &[(usize, f32)]) -> Vec<(String, usize, usize, f32)> {
    let mut found: Vec<(String, usize, usize, f32)> = Vec::new();
    for (at, (label, sure)) in row.iter().enumerate() {
        let Some(name) = field.labels.get(*label) else { continue };
        let Some(kind) = name.get(2..) else { continue };
        match found.last_mut() {
            Some((open, _, to, sum)) if name.starts_with("I-") && *to == at && open == kind => {
                *to = at + 1;
                *sum += sure;
            }
            _ => found.push((kind.to_owned(), at, at + 1, *sure)),
        }
    }
    for (_, from, to, sum) in &mut found {
        #[expect(clippy::cast_precision_loss, reason = "spans are short")]
        let length = (*to - *from) as f32;
        *sum /= length;
    }
    found
}

const MAGIC: &[u8; 8] = b"CAIRNR02";

impl Model {
    /// The model as bytes: labels, then the weights, each in one byte beside the largest.
    pub fn to_bytes(&self, source: u64) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(source.to_le_bytes());
        for field in [&self.intents, &self.roles] {
            write_field(field, &mut bytes);
        }
        bytes
    }

    /// The model and the hash of the data it was learned from; nothing when the bytes are no model. Weights stay in the
    /// bytes, and are looked up there.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<(Self, u64)> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (source, mut rest) = rest.split_first_chunk::<8>()?;
        let intents = read_field(&mut rest)?;
        let roles = read_field(&mut rest)?;
        Some((Self { intents, roles }, u64::from_le_bytes(*source)))
    }
}

fn write_field(field: &Field, bytes: &mut Vec<u8>) {
    let count = u16::try_from(field.labels.len()).unwrap_or(0);
    bytes.extend(count.to_le_bytes());
    for label in &field.labels {
        bytes.push(u8::try_from(label.len()).unwrap_or(0));
        bytes.extend(label.as_bytes());
    }
    let scale = scale_of(field.steps.iter().copied());
    bytes.extend(scale.to_le_bytes());
    bytes.extend(field.steps.iter().map(|step| in_a_byte(*step, scale)));
    bytes.extend(field.table.scale().to_le_bytes());
    bytes.extend(field.table.bytes());
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn read_field(bytes: &mut &'static [u8]) -> Option<Field> {
    let count = usize::from(u16::from_le_bytes(take(bytes, 2)?.try_into().ok()?));
    let mut labels = Vec::with_capacity(count);
    for _ in 0..count {
        let length = usize::from(take(bytes, 1)?[0]);
        labels.push(String::from_utf8(take(bytes, length)?.to_vec()).ok()?);
    }
    let scale = f32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
    let steps = take(bytes, count * count + count)?.iter().map(|byte| out_of_byte(*byte, scale)).collect();
    let scale = f32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
    let table = Table::read(bytes, scale)?;
    Some(Field { labels, steps, table })
}
