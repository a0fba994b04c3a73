//! How things are said to people: quotes, dates, lists, counts.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use domain::references::{self, BRACE};
use serde_json::Value;

/// The most characters of a title or text that a sentence shows.
const SHOWN: usize = 80;

/// A text in quotation marks: one line, not too long, references in words.
pub(crate) fn quoted(text: &str) -> String {
    format!("“{}”", brief(text, SHOWN))
}

/// The first `limit` characters of a text on one line, references in words.
pub(crate) fn brief(text: &str, limit: usize) -> String {
    let line = without_references(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// Puts `[title of step-a]` for `{{steps.step-a.result.title}}`.
fn without_references(text: &str) -> String {
    let mut rest = text;
    let mut written = String::with_capacity(text.len());
    while let Some((start, end)) = braces(rest) {
        written.push_str(&rest[..start]);
        if &rest[start..end] == BRACE {
            written.push('{');
            rest = &rest[end..];
            continue;
        }
        let (found, _) = references::find(&Value::String(rest[start..end].to_owned()));
        match found.first() {
            Some(placed) => {
                let path = placed.value.path.join(".");
                let what = if path.is_empty() { "result" } else { path.as_str() };
                written.extend(["[", what, " of ", placed.value.step.as_str(), "]"]);
            }
            None => written.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    written.push_str(rest);
    written
}

/// Where the first `{{…}}` begins and ends.
fn braces(text: &str) -> Option<(usize, usize)> {
    let start = text.find("{{")?;
    let end = start + text[start..].find("}}")? + 2;
    Some((start, end))
}

/// A date or time as people write it: `31 January 2027`, `4 December 2026 at 14:00`. The time of day is the one that
/// is written, whatever offset it carries; a text that is no date stays as it is.
pub(crate) fn date(text: &str) -> String {
    const DAY: &str = "%-d %B %Y";
    const MOMENT: &str = "%-d %B %Y at %H:%M";
    let padded = text.replacen(' ', "T", 1);
    if let Ok(day) = text.parse::<NaiveDate>() {
        return day.format(DAY).to_string();
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(&padded) {
        return moment.format(MOMENT).to_string();
    }
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&padded, format).ok())
        .map_or_else(|| brief(text, SHOWN), |moment| moment.format(MOMENT).to_string())
}

/// `on 4 December 2026`, `on 4 December 2026 at 14:00`, or `at` and the text when it is no date yet.
pub(crate) fn when(text: &str) -> String {
    let said = date(text);
    let is_a_date = said.chars().next().is_some_and(|first| first.is_ascii_digit());
    if is_a_date { format!("on {said}") } else { format!("at {said}") }
}

/// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is counted.
pub(crate) fn list(items: &[String], limit: usize) -> String {
    let (shown, rest) = items.split_at(items.len().min(limit));
    let mut parts = shown.to_vec();
    if !rest.is_empty() {
        parts.push(format!("{} more", rest.len()));
    }
    match parts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 milestone`, `3 milestones`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// A duration in minutes: `45 minutes`, `1 hour`, `1 hour 30 minutes`.
pub(crate) fn minutes(total: u32) -> String {
    let (hours, minutes) = ((total / 60) as usize, (total % 60) as usize);
    match (hours, minutes) {
        (0, minutes) => count(minutes, "minute"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} {}", count(hours, "hour"), count(minutes, "minute")),
    }
}

/// The text with a capital first letter, to begin a sentence with.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Appends `part` after a comma when there is one.
pub(crate) fn and_then(sentence: &mut String, part: Option<String>) {
    if let Some(part) = part {
        sentence.push_str(", ");
        sentence.push_str(&part);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2027-01-31", "31 January 2027")]
    #[case("2026-12-04T14:00", "4 December 2026 at 14:00")]
    #[case("2026-12-04 14:00", "4 December 2026 at 14:00")]
    #[case("2026-12-04T14:00:00+05:00", "4 December 2026 at 14:00")]
    #[case("2026-12-04T14:00:00Z", "4 December 2026 at 14:00")]
    #[case("{{steps.a.result.due_date}}", "[due_date of a]")]
    fn dates_are_said_as_people_write_them(#[case] text: &str, #[case] said: &str) {
        assert_eq!(date(text), said);
    }

    #[test]
    fn a_quote_is_one_short_line_with_references_in_words() {
        assert_eq!(quoted("Fix\n the  roof"), "“Fix the roof”");
        assert_eq!(quoted("Say {{steps.a.result.title}} and {{nope}}"), "“Say [title of a] and {{nope}}”");
        assert_eq!(quoted("Say {{'{'}}{{'{'}}steps.a.result.title}}"), "“Say {{steps.a.result.title}}”");
        let long = quoted(&"é".repeat(200));
        assert_eq!(long.chars().count(), SHOWN + 3);
    }

    #[test]
    fn lists_and_counts_read_as_spoken() {
        let items: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(list(&items, 5), "a, b and c");
        assert_eq!(list(&items, 1), "a and 2 more");
        assert_eq!(count(1, "task"), "1 task");
        assert_eq!(minutes(90), "1 hour 30 minutes");
        assert_eq!(minutes(45), "45 minutes");
    }
}
