//! How words and days are compared: case, accents and punctuation do not matter.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::offline::text::fold;

/// Lower case, no accents, no apostrophes, single spaces in place of anything else.
pub(super) fn plain(text: &str) -> String {
    let folded = fold(text).replace('\'', "");
    folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether the words stand in a text and start at the beginning of a word: "photo" is in "Photograph".
pub(super) fn has_words(text: &str, words: &str) -> bool {
    format!(" {}", plain(text)).contains(&format!(" {}", plain(words)))
}

/// The day of an ISO date or date-time and its time as `HH:MM`. Whatever offset it carries, it is local time.
pub(super) fn day_and_time(text: &str) -> Option<(NaiveDate, Option<String>)> {
    let text = text.trim();
    let day: NaiveDate = text.get(..10)?.parse().ok()?;
    if text.len() == 10 {
        return Some((day, None));
    }
    let clock = text.get(11..16)?;
    let whole = format!("{day}T{clock}:00");
    let time: NaiveDateTime = whole.parse().ok()?;
    Some((day, Some(time.format("%H:%M").to_string())))
}

/// Every value inside a value that is neither a list nor an object; nulls are left out.
pub(super) fn leaves(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) => fields.values().flat_map(leaves).collect(),
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Null => Vec::new(),
        leaf => vec![leaf],
    }
}

/// Whether there is something in a value.
pub(super) fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The most rows that can each have a column of their own.
pub(super) fn distinct(rows: &[Vec<usize>]) -> usize {
    fn place(
        row: usize,
        rows: &[Vec<usize>],
        seen: &mut Vec<usize>,
        owner: &mut std::collections::HashMap<usize, usize>,
    ) -> bool {
        for column in &rows[row] {
            if seen.contains(column) {
                continue;
            }
            seen.push(*column);
            let free = match owner.get(column).copied() {
                None => true,
                Some(other) => place(other, rows, seen, owner),
            };
            if free {
                owner.insert(*column, row);
                return true;
            }
        }
        false
    }
    let mut owner = std::collections::HashMap::new();
    (0..rows.len()).filter(|row| place(*row, rows, &mut Vec::new(), &mut owner)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_at_the_beginning_of_words() {
        assert!(has_words("Photograph the façade", "photo"));
        assert!(has_words("Ask O'Malley: the menu", "omalley the"));
        assert!(!has_words("Telephoto lens", "photo"));
    }

    #[test]
    fn a_moment_is_read_as_local_time() {
        let day: NaiveDate = "2026-12-02".parse().unwrap();
        assert_eq!(day_and_time("2026-12-02"), Some((day, None)));
        assert_eq!(day_and_time("2026-12-02T10:00:00+01:00"), Some((day, Some("10:00".into()))));
        assert_eq!(day_and_time("2026-12-02T25:00"), None);
        assert_eq!(day_and_time("soon"), None);
    }

    #[test]
    fn each_row_takes_a_column_of_its_own() {
        assert_eq!(distinct(&[vec![0, 1], vec![0], vec![0]]), 2);
        assert_eq!(distinct(&[vec![0, 1], vec![0], vec![2]]), 3);
    }
}
