//! Mail that is passed on: what somebody else wrote stands below, and what is wanted of it above.

/// Lines that say whose mail it is.
const HEADS: [&str; 8] = ["from", "to", "cc", "sent", "date", "subject", "betreff", "reply-to"];

/// "See below, a task for Ines please. > Could somebody mend the tap?": what was passed on first, as one would tell it,
/// without the lines at its head; then what is wanted.
pub(crate) fn with_mail_first(text: &str) -> String {
    let written: Vec<&str> = text.lines().map(str::trim).collect();
    let Some(place) = passed_on(&written) else { return text.to_owned() };
    let (ahead, passed) = written.split_at(place);
    let marked = passed.iter().any(|line| line.starts_with('>'));
    let first: Vec<&str> = ahead.iter().copied().filter(|line| line.chars().any(char::is_alphanumeric)).collect();
    // one's own words go on behind a quotation
    let (quoted, behind): (Vec<&str>, Vec<&str>) =
        passed.iter().partition(|line| !marked || line.is_empty() || line.starts_with('>'));
    let told: Vec<&str> = quoted
        .into_iter()
        .map(|line| line.trim_start_matches(['>', ' ']))
        .filter(|line| line.chars().any(char::is_alphanumeric) && !is_head(line) && !announces(line))
        .collect();
    let own: Vec<String> = first
        .into_iter()
        .chain(behind)
        .filter(|line| !announces(line) && !is_head(line))
        .map(without_pointers)
        .filter(|line| !line.is_empty())
        .collect();
    let told: Vec<String> = told.into_iter().map(str::to_owned).collect();
    if own.is_empty() || told.is_empty() {
        return text.to_owned();
    }
    [told, own].concat().join("\n")
}

/// Where the mail begins that is passed on: behind the first words of one's own.
fn passed_on(lines: &[&str]) -> Option<usize> {
    let begins = |at: usize| {
        let rest = || lines[at..].iter().take(5).map(|line| line.trim_start_matches(['>', ' ']));
        let heads = rest().filter(|line| is_head(line)).count();
        announces(lines[at])
            || lines[at].starts_with("> ") && lines[at].chars().any(char::is_alphabetic)
            || is_head(lines[at]) && heads >= 2
    };
    let own = |line: &&str| line.chars().any(char::is_alphanumeric);
    (0..lines.len()).find(|at| begins(*at) && lines[..*at].iter().any(own))
}

/// "From: Ines Falk", "Subject: the tap".
fn is_head(line: &str) -> bool {
    let head = line.split_once(':').map(|(head, _)| head.trim().to_lowercase());
    head.is_some_and(|head| HEADS.contains(&head.as_str()))
}

/// "---- Forwarded message ----", "Begin forwarded message:", "On Monday Ines wrote:".
fn announces(line: &str) -> bool {
    let low = line.to_lowercase();
    let ruled = line.starts_with("--") || line.ends_with(':');
    ruled && (low.contains("forwarded message") || low.contains("original message") || low.ends_with(" wrote:"))
}

/// "Fwd from Ines, see below - make that a task": the words that only point to the mail fall away.
fn without_pointers(line: &str) -> String {
    let mut rest = line.trim();
    loop {
        let end = rest.find([',', '.', ':', ';', '!', '–', '-']).unwrap_or(rest.len());
        let low = rest[..end].trim().to_lowercase();
        let words: Vec<&str> = low.split_whitespace().collect();
        let begins = |first: &str| words.first() == Some(&first);
        let points = matches!(words.as_slice(), ["see" | "read" | "as", .., "below"] | ["below" | "fyi"])
            || ["fwd", "fw", "forwarded", "forwarding"].into_iter().any(begins)
            || begins("passing") && words.last() == Some(&"on");
        if !points || words.len() > 5 || words.is_empty() {
            return rest.to_owned();
        }
        rest = rest[end..].trim_start_matches([',', '.', ':', ';', '!', '–', '-', ' ']);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "A task for Ines please.\n\n> From: Odd\n> Subject: tap\n> Could somebody mend the tap?",
        "Could somebody mend the tap?\nA task for Ines please."
    )]
    #[case(
        "fyi, remind me on friday\n---------- Forwarded message ---------\nFrom: Odd\nDate: today\nThe tap drips.",
        "The tap drips.\nremind me on friday"
    )]
    #[case(
        "Please see to it.\nFrom: Odd\nSubject: tap\n\nThe tap drips.\nOdd",
        "The tap drips.\nOdd\nPlease see to it."
    )]
    #[case(
        "Task for Ines:\nOn Monday Odd wrote:\n> the tap drips\nand tell him so",
        "the tap drips\nTask for Ines:\nand tell him so"
    )]
    #[case(
        "fwd from Odd, see below - make that a task?\n\n> The tap drips.\n> Odd",
        "The tap drips.\nOdd\nmake that a task?"
    )]
    #[case("Subject: Rename\nCall it Tap.", "Subject: Rename\nCall it Tap.")]
    #[case("Tasks:\n- call Odd\n- mend the tap", "Tasks:\n- call Odd\n- mend the tap")]
    #[case("> move it to Friday", "> move it to Friday")]
    fn mail_that_is_passed_on_is_read_first(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(with_mail_first(text), wanted);
    }
}
