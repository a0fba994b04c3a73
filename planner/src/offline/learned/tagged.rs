//! A request's tokens, tagged with the weights that ship.

use std::sync::{LazyLock, OnceLock};

pub(crate) use super::model::{ModelReading, Tagged, TaggedPart};
use super::{model::Model, pieces::pieces};
use crate::offline::{resolve::Candidate, rows::Row, text::Token};

/// The weights that `cargo run -p cairn-planner --example train` wrote, and what they were learned from.
static SHIPPED: LazyLock<Option<(Model, u64)>> =
    LazyLock::new(|| Model::from_bytes(include_bytes!("../../../training/reader.weights")));

/// Weights that are read with instead of those that ship.
static OTHER: OnceLock<(Model, u64)> = OnceLock::new();

/// Reads with other weights than those that ship, to measure them; says whether they are weights and came in time.
pub(crate) fn read_with(weights: &'static [u8]) -> bool {
    Model::from_bytes(weights).is_some_and(|model| OTHER.set(model).is_ok())
}

fn model() -> Option<&'static (Model, u64)> {
    OTHER.get().or_else(|| SHIPPED.as_ref())
}

/// The most likely ways to read tokens, the best first, by places of tokens; none when there are no weights.
pub(crate) fn readings(tokens: &[Token], rows: &[Row], known: &[Candidate], many: usize) -> Vec<ModelReading> {
    let Some((model, _)) = model() else { return Vec::new() };
    let pieces = pieces(tokens, rows, known);
    let place = |piece: usize| pieces.get(piece).map_or(tokens.len(), |piece| piece.from);
    let behind = |piece: usize| piece.checked_sub(1).and_then(|last| pieces.get(last)).map_or(0, |piece| piece.to);
    let in_tokens = |tagged: Tagged| Tagged {
        from: place(tagged.from),
        to: behind(tagged.to),
        parts: tagged
            .parts
            .into_iter()
            .map(|part| TaggedPart { from: place(part.from), to: behind(part.to), ..part })
            .collect(),
        ..tagged
    };
    let readings = model.readings(&pieces, many).into_iter();
    readings
        .map(|reading| ModelReading { spans: reading.spans.into_iter().map(in_tokens).collect(), ..reading })
        .collect()
}

/// The hash of the data that the weights were learned from.
#[cfg(test)]
pub(crate) fn source() -> Option<u64> {
    model().map(|(_, source)| *source)
}

/// The reading that annotations ask for, by places of tokens: what weights that have learned everything would find.
#[cfg(test)]
pub(crate) fn as_annotated(read: &super::annotation::Annotated, rows: &[Row]) -> Vec<Tagged> {
    use super::corpus::{Sample, intent_labels, role_labels};

    let labelled = Sample::new(read).labelled(rows);
    let names = [intent_labels(), role_labels()];
    let runs = |labels: &[usize], names: &[String]| {
        let mut runs: Vec<(String, usize, usize)> = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            let Some((begins, name)) = names[*label].split_once('-') else { continue };
            match runs.last_mut() {
                Some(last) if begins == "I" && last.2 == at => last.2 = at + 1,
                _ => runs.push((name.to_owned(), at, at + 1)),
            }
        }
        runs
    };
    let place = |piece: usize| labelled.pieces[piece].from;
    let behind = |piece: usize| labelled.pieces[piece - 1].to;
    let parts = runs(&labelled.roles, &names[1]);
    let spans = runs(&labelled.intents, &names[0]).into_iter().map(|(intent, from, to)| {
        let own = parts.iter().filter(|(_, at, _)| (from..to).contains(at));
        let own = own.map(|(role, from, to)| TaggedPart { role: role.clone(), from: place(*from), to: behind(*to) });
        Tagged { intent, from: place(from), to: behind(to), parts: own.collect(), sure: 1.0 }
    });
    spans.collect()
}
