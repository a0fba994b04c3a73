//! The weights as they are kept in a file, and requests read with them.

use std::collections::HashMap;

use super::{
    crf::Field,
    features::{Stretch, for_intents, for_roles},
    pieces::Piece,
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

impl Model {
    /// Reads pieces.
    pub(crate) fn read(&self, pieces: &[Piece]) -> Vec<Tagged> {
        let never = vec![false; pieces.len()];
        let asked = self.intents.label(&for_intents(pieces), &never);
        let spans = spans(&self.intents, &asked);
        let stretches: Vec<Stretch> =
            spans.iter().map(|(name, from, to, _)| Stretch { intent: name.clone(), from: *from, to: *to }).collect();
        let mut closed = vec![false; pieces.len()];
        for stretch in &stretches {
            closed[stretch.from] = true;
            if let Some(behind) = closed.get_mut(stretch.to) {
                *behind = true;
            }
        }
        let filled = self.roles.label(&for_roles(pieces, &stretches), &closed);
        let parts = self::spans(&self.roles, &filled);
        spans
            .into_iter()
            .map(|(intent, from, to, sure)| {
                let own = parts.iter().filter(|(_, part, ..)| (from..to).contains(part));
                let parts: Vec<TaggedPart> =
                    own.map(|(role, from, to, _)| TaggedPart { role: role.clone(), from: *from, to: *to }).collect();
                Tagged { intent, from, to, parts, sure }
            })
            .collect()
    }
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

const MAGIC: &[u8; 8] = b"CAIRNR01";

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

    /// The model and the hash of the data it was learned from; nothing when the bytes are no model.
    pub fn from_bytes(bytes: &[u8]) -> Option<(Self, u64)> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (source, mut rest) = rest.split_first_chunk::<8>()?;
        let intents = read_field(&mut rest)?;
        let roles = read_field(&mut rest)?;
        Some((Self { intents, roles }, u64::from_le_bytes(*source)))
    }
}

/// What stands for "never" beside weights of one byte.
const NEVER: i8 = i8::MIN;

fn in_a_byte(value: f32, scale: f32) -> i8 {
    if value <= super::crf::NEVER / 2.0 {
        return NEVER;
    }
    #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
    let byte = (value / scale).round().clamp(-127.0, 127.0) as i8;
    byte
}

fn out_of_byte(byte: u8, scale: f32) -> f32 {
    match i8::from_le_bytes([byte]) {
        NEVER => super::crf::NEVER,
        value => f32::from(value) * scale,
    }
}

fn scale_of(values: impl Iterator<Item = f32>) -> f32 {
    values.filter(|value| *value > super::crf::NEVER / 2.0).fold(0.01_f32, |most, value| most.max(value.abs())) / 127.0
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
    bytes.extend(field.steps.iter().map(|step| in_a_byte(*step, scale).to_le_bytes()[0]));
    let scale = scale_of(field.weights.iter().map(|(_, weight)| *weight));
    bytes.extend(scale.to_le_bytes());
    let mut places: Vec<(u32, (u32, u32))> = field.places.iter().map(|(id, place)| (*id, *place)).collect();
    places.sort_unstable();
    bytes.extend(u32::try_from(places.len()).unwrap_or(0).to_le_bytes());
    for (id, (from, to)) in places {
        bytes.extend(id.to_le_bytes());
        bytes.push(u8::try_from(to - from).unwrap_or(u8::MAX));
        for (label, weight) in &field.weights[from as usize..to as usize] {
            bytes.push(u8::try_from(*label).unwrap_or(0));
            bytes.push(in_a_byte(*weight, scale).to_le_bytes()[0]);
        }
    }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(take(bytes, 4)?.try_into().ok()?))
}

fn read_field(bytes: &mut &[u8]) -> Option<Field> {
    let count = usize::from(u16::from_le_bytes(take(bytes, 2)?.try_into().ok()?));
    let mut labels = Vec::with_capacity(count);
    for _ in 0..count {
        let length = usize::from(take(bytes, 1)?[0]);
        labels.push(String::from_utf8(take(bytes, length)?.to_vec()).ok()?);
    }
    let scale = f32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
    let steps = take(bytes, count * count + count)?.iter().map(|byte| out_of_byte(*byte, scale)).collect();
    let scale = f32::from_le_bytes(take(bytes, 4)?.try_into().ok()?);
    let features = number(bytes)?;
    let mut places = HashMap::with_capacity(features as usize);
    let mut weights = Vec::new();
    for _ in 0..features {
        let id = number(bytes)?;
        let own = usize::from(take(bytes, 1)?[0]);
        let from = u32::try_from(weights.len()).ok()?;
        for pair in take(bytes, own * 2)?.chunks_exact(2) {
            weights.push((u16::from(pair[0]), out_of_byte(pair[1], scale)));
        }
        places.insert(id, (from, u32::try_from(weights.len()).ok()?));
    }
    Some(Field { labels, steps, places, weights })
}
