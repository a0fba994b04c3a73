//! Weights where they lie: the bytes of the file are looked things up in as they are, so that a reader takes no memory
//! of its own and a server that is never asked does not even load them.
//!
//! The number of features (n), then n feature numbers in ascending order, n places behind their last pair, and the pairs:
//! a label and its weight, one byte each. Numbers have four bytes, the lowest first.

use std::borrow::Cow;

/// What a weight of one byte is multiplied with is not in the table: `scale` stands beside it.
#[derive(Clone, Debug, Default)]
pub struct Table {
    bytes: Cow<'static, [u8]>,
    features: usize,
    scale: f32,
}

/// How many bytes a number has.
const NUMBER: usize = 4;

impl Table {
    /// Makes a table of features, in ascending order, with the label and weight of each of their pairs.
    pub(crate) fn of(features: &[(u32, Vec<(u8, f32)>)]) -> Self {
        let weights = || features.iter().flat_map(|(_, pairs)| pairs).map(|(_, weight)| *weight);
        let scale = scale_of(weights());
        let mut bytes = small(features.len()).to_le_bytes().to_vec();
        bytes.extend(features.iter().flat_map(|(id, _)| id.to_le_bytes()));
        let mut behind = 0;
        for (_, pairs) in features {
            behind += pairs.len();
            bytes.extend(small(behind).to_le_bytes());
        }
        for (label, weight) in features.iter().flat_map(|(_, pairs)| pairs) {
            bytes.extend([*label, in_a_byte(*weight, scale)]);
        }
        Self { bytes: Cow::Owned(bytes), features: features.len(), scale }
    }

    /// Takes a table from the front of bytes; nothing when they hold none.
    pub(crate) fn read(bytes: &mut &'static [u8], scale: f32) -> Option<Self> {
        let features = number(bytes, 0)? as usize;
        let pairs = features.checked_sub(1).map_or(Some(0), |last| number(bytes, 1 + features + last))? as usize;
        let length = NUMBER + features * 2 * NUMBER + pairs * 2;
        let (own, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(Self { bytes: Cow::Borrowed(own), features, scale })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn scale(&self) -> f32 {
        self.scale
    }

    /// The features that say something, in ascending order.
    pub(crate) fn features(&self) -> impl Iterator<Item = u32> {
        (0..self.features).filter_map(|at| number(&self.bytes, 1 + at))
    }

    /// The labels that a feature says something about, and how much.
    pub(crate) fn weights(&self, feature: u32) -> impl Iterator<Item = (usize, f32)> {
        let (from, to) = self.place(feature).unwrap_or_default();
        let pairs = NUMBER + self.features * 2 * NUMBER;
        let own = self.bytes.get(pairs + from * 2..pairs + to * 2).unwrap_or_default();
        own.chunks_exact(2).map(|pair| (usize::from(pair[0]), out_of_byte(pair[1], self.scale)))
    }

    /// Which pairs are a feature's.
    fn place(&self, feature: u32) -> Option<(usize, usize)> {
        let at = self.find(feature)?;
        let behind = |at: usize| number(&self.bytes, 1 + self.features + at).map(|end| end as usize);
        Some((at.checked_sub(1).map_or(Some(0), behind)?, behind(at)?))
    }

    /// Where a feature stands. Feature numbers are hashes and so spread evenly: the search begins where one like it would
    /// be, in steps that double, and halves what lies between the last two.
    fn find(&self, feature: u32) -> Option<usize> {
        let id = |at: usize| number(&self.bytes, 1 + at);
        let guess = (u64::from(feature) * self.features as u64) >> 32;
        let guess = usize::try_from(guess).ok()?.min(self.features.checked_sub(1)?);
        let (mut low, mut high) = (guess, guess + 1);
        let mut step = 1;
        while low > 0 && id(low)? > feature {
            high = low;
            low = low.saturating_sub(step);
            step *= 2;
        }
        while high < self.features && id(high - 1)? < feature {
            low = high;
            high = (high + step).min(self.features);
            step *= 2;
        }
        while low < high {
            let middle = low.midpoint(high);
            match id(middle)?.cmp(&feature) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }
}

/// The number at a place, counted in numbers.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let from = at.checked_mul(NUMBER)?;
    Some(u32::from_le_bytes(bytes.get(from..from.checked_add(NUMBER)?)?.try_into().ok()?))
}

fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What stands for "never" beside weights of one byte.
const NEVER: i8 = i8::MIN;

pub(crate) fn in_a_byte(value: f32, scale: f32) -> u8 {
    if value <= super::crf::NEVER / 2.0 {
        return NEVER.to_le_bytes()[0];
    }
    #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
    let byte = (value / scale).round().clamp(-127.0, 127.0) as i8;
    byte.to_le_bytes()[0]
}

pub(crate) fn out_of_byte(byte: u8, scale: f32) -> f32 {
    match i8::from_le_bytes([byte]) {
        NEVER => super::crf::NEVER,
        value => f32::from(value) * scale,
    }
}

/// What the largest of some values has to be divided by to fit into a byte.
pub(crate) fn scale_of(values: impl Iterator<Item = f32>) -> f32 {
    values.filter(|value| *value > super::crf::NEVER / 2.0).fold(0.01_f32, |most, value| most.max(value.abs())) / 127.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_feature_has_its_own_weights_and_others_none() {
        let features: Vec<(u32, Vec<(u8, f32)>)> = (0..100_u8)
            .map(|n| (u32::from(n) * 7, (0..n % 4).map(|label| (label, f32::from(n) + f32::from(label))).collect()))
            .collect();
        let table = Table::of(&features);
        for (id, pairs) in &features {
            let found: Vec<(usize, f32)> = table.weights(*id).collect();
            assert_eq!(found.len(), pairs.len());
            for ((label, weight), (right, exact)) in found.iter().zip(pairs) {
                assert_eq!(*label, usize::from(*right));
                assert!((weight - exact).abs() <= table.scale() / 2.0 + 1e-4);
            }
            assert_eq!(table.weights(id + 1).count(), 0);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_features_are_found(ids in proptest::collection::btree_set(proptest::num::u32::ANY, 0..200), other: u32) {
            let features: Vec<(u32, Vec<(u8, f32)>)> = ids.iter().map(|id| (*id, vec![(1, 1.0)])).collect();
            let table = Table::of(&features);
            for (at, id) in ids.iter().enumerate() {
                assert_eq!(table.find(*id), Some(at));
            }
            assert_eq!(table.find(other).is_some(), ids.contains(&other));
        }
    }

    #[test]
    fn bytes_that_were_cut_off_are_no_table() {
        let bytes: &'static [u8] =
            Table::of(&[(3, vec![(0, 1.0)]), (9, vec![(1, 2.0), (2, 3.0)])]).bytes().to_vec().leak();
        for length in 0..bytes.len() {
            assert!(Table::read(&mut &bytes[..length], 1.0).is_none(), "{length}");
        }
        let mut rest = bytes;
        assert_eq!(Table::read(&mut rest, 1.0).unwrap().weights(9).count(), 2);
        assert!(rest.is_empty());
    }
}
