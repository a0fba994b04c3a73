//! Placeholders: `{{params.NAME}}`, by which the texts of a template leave a gap for a parameter.
//!
//! `{{params.day + 14 days}}` is so many days from a date, `{{params.day + 14 days as D MMMM YYYY}}` the same in words.
//! `{{params.who.name}}` is what people call the thing that a parameter names, `{{params.who.first_name}}` the first word
//! of that. A value that is one whole placeholder keeps the type of the argument. `{{literal.` stands for `{{` where a text
//! is to show what would else be read as a placeholder. References to results (`{{steps.…}}`) pass through.

use std::fmt;

use super::DayStyle;

/// What of an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    Value,
    /// What people call the thing.
    Name,
    /// The first word of that.
    FirstName,
    /// The day so many days later; earlier when negative.
    Days(i64),
    /// The same, in words.
    Written(i64, DayStyle),
}

/// One placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placeholder {
    pub name: String,
    pub form: Form,
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{params.{}", self.name)?;
        match self.form {
            Form::Value | Form::Days(0) => {}
            Form::Name => f.write_str(".name")?,
            Form::FirstName => f.write_str(".first_name")?,
            Form::Days(days) => offset(f, days)?,
            Form::Written(days, style) => {
                offset(f, days)?;
                write!(f, " as {style}")?;
            }
        }
        f.write_str("}}")
    }
}

fn offset(f: &mut fmt::Formatter<'_>, days: i64) -> fmt::Result {
    let (sign, count) = (if days < 0 { '-' } else { '+' }, days.unsigned_abs());
    if days == 0 { Ok(()) } else { write!(f, " {sign} {count} day{}", if count == 1 { "" } else { "s" }) }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Plain(&'a str),
    /// `{{`, written as `{{literal.`.
    Open,
    Gap(Placeholder),
    /// It begins like a placeholder and is none.
    Malformed(&'a str),
}

const LITERAL: &str = "literal.";
const PARAMS: &str = "params.";

/// Splits a text of a template.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut plain_from, mut at) = (0, 0);
    while let Some(next) = text[at..].find("{{") {
        let open = at + next;
        let inside = &text[open + 2..];
        let (piece, end) = if inside.starts_with(LITERAL) {
            (Piece::Open, open + 2 + LITERAL.len())
        } else if let Some(close) = inside.find("}}").filter(|_| inside.trim_start().starts_with(PARAMS)) {
            let read = parse(&inside[..close]);
            (read.map_or(Piece::Malformed(&inside[..close]), Piece::Gap), open + 2 + close + 2)
        } else {
            at = open + 2;
            continue;
        };
        if plain_from < open {
            found.push(Piece::Plain(&text[plain_from..open]));
        }
        found.push(piece);
        (plain_from, at) = (end, end);
    }
    if plain_from < text.len() {
        found.push(Piece::Plain(&text[plain_from..]));
    }
    found
}

/// The placeholder that a text is, when it is nothing else.
pub fn whole(text: &str) -> Option<Placeholder> {
    if !(text.starts_with("{{") && text.ends_with("}}")) {
        return None;
    }
    match <[Piece<'_>; 1]>::try_from(pieces(text)) {
        Ok([Piece::Gap(gap)]) => Some(gap),
        Ok([Piece::Plain(_) | Piece::Open | Piece::Malformed(_)]) | Err(_) => None,
    }
}

fn parse(inner: &str) -> Option<Placeholder> {
    let rest = inner.trim().strip_prefix(PARAMS)?;
    let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let form = match rest.trim() {
        "" => Form::Value,
        ".name" => Form::Name,
        ".first_name" => Form::FirstName,
        offset => match offset.split_once("as ") {
            Some((offset, style)) => Form::Written(days_or_none(offset)?, DayStyle::named(style.trim())?),
            None => Form::Days(days(offset)?),
        },
    };
    super::is_parameter_name(name).then(|| Placeholder { name: name.to_owned(), form })
}

fn days_or_none(text: &str) -> Option<i64> {
    if text.trim().is_empty() { Some(0) } else { days(text) }
}

/// Reads `+ 14 days`, `- 1 day`.
pub(super) fn days(text: &str) -> Option<i64> {
    let (negative, rest) = match text.trim().split_at_checked(1)? {
        ("+", rest) => (false, rest),
        ("-", rest) => (true, rest),
        _ => return None,
    };
    let rest = rest.trim();
    let count = rest.strip_suffix("days").or_else(|| rest.strip_suffix("day"))?.trim();
    let is_number = !count.is_empty() && count.len() <= 7 && count.bytes().all(|b| b.is_ascii_digit());
    let count: i64 = if is_number { count.parse().ok()? } else { return None };
    Some(if negative { -count } else { count })
}

/// Writes a plain text so that it reads as itself in a template.
pub fn escape(plain: &str) -> String {
    let mut written = String::with_capacity(plain.len());
    let mut rest = plain;
    while let Some(open) = rest.find("{{") {
        let inside = &rest[open + 2..];
        written.push_str(&rest[..open + 2]);
        if inside.starts_with(LITERAL) || inside.trim_start().starts_with(PARAMS) {
            written.push_str(LITERAL);
        }
        rest = inside;
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::value("{{params.who}}", "who", Form::Value)]
    #[case::spaces("{{ params.who }}", "who", Form::Value)]
    #[case::name("{{params.who.name}}", "who", Form::Name)]
    #[case::first_name("{{params.who.first_name}}", "who", Form::FirstName)]
    #[case::later("{{params.start_date + 14 days}}", "start_date", Form::Days(14))]
    #[case::tight("{{params.start_date+1day}}", "start_date", Form::Days(1))]
    #[case::in_words("{{params.start_date as D MMMM YYYY}}", "start_date", Form::Written(0, DayStyle::ALL[0]))]
    #[case::later_in_words("{{params.start_date + 1 day as MMM D}}", "start_date", Form::Written(1, DayStyle::ALL[7]))]
    #[case::earlier("{{params.start_date - 2 days}}", "start_date", Form::Days(-2))]
    fn placeholders_are_read(#[case] text: &str, #[case] name: &str, #[case] form: Form) {
        assert_eq!(whole(text), Some(Placeholder { name: name.into(), form }));
        assert_eq!(whole(&whole(text).unwrap().to_string()), whole(text));
    }

    #[rstest]
    #[case("{{params.Who}}")]
    #[case("{{params.}}")]
    #[case("{{params.who + many days}}")]
    #[case("{{params.who + 3 weeks}}")]
    #[case("{{params.who.email}}")]
    #[case("{{params.day as YYYY}}")]
    #[case("{{params.day + as D MMM}}")]
    fn what_only_begins_like_a_placeholder_is_named(#[case] text: &str) {
        assert!(matches!(pieces(text)[..], [Piece::Malformed(_)]), "{text}");
    }

    #[test]
    fn everything_else_is_plain() {
        for text in ["", "{{", "{{steps.a.result.id}}", "{{nope}}", "{ {params.a}}", "{{params.a", "}}{{"] {
            assert!(pieces(text).iter().all(|piece| matches!(piece, Piece::Plain(_))), "{text}");
        }
    }

    #[test]
    fn what_would_be_read_as_a_placeholder_is_written_so_that_it_is_not() {
        for plain in
            ["{{params.who}}", "{{ params.x", "{{literal.params.x}}", "{{{{params.a}}", "{{{params.a}}", "{{a}}"]
        {
            let written = escape(plain);
            let read: String = pieces(&written)
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) => *text,
                    Piece::Open => "{{",
                    Piece::Gap(_) | Piece::Malformed(_) => panic!("{written}"),
                })
                .collect();
            assert_eq!(read, plain);
        }
        assert_eq!(escape("{{steps.a.result.id}}"), "{{steps.a.result.id}}");
    }
}
