//! Characters that people do not see: found, taken out, or written out so that they can be seen.

use std::{borrow::Cow, fmt::Write as _};

/// Takes out the characters that people do not see and says whether there were any.
pub fn without_hidden(text: &str) -> (String, bool) {
    let mut visible = String::with_capacity(text.len());
    let mut hidden = false;
    each(text, |c, unseen| if unseen { hidden = true } else { visible.push(c) });
    (visible, hidden)
}

/// Whether a text holds characters that people do not see.
pub fn has_hidden(text: &str) -> bool {
    let mut hidden = false;
    each(text, |_, unseen| hidden |= unseen);
    hidden
}

/// Writes hidden characters out: `⟦U+200B⟧`, `⟦U+200B ×3⟧`, and what is spelt in tag characters as `⟦hidden: …⟧`.
pub fn marked(text: &str) -> Cow<'_, str> {
    if !has_hidden(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut run: Vec<char> = Vec::new();
    each(text, |c, unseen| {
        if unseen && run.last().is_none_or(|last| *last == c || (spelt(*last).is_some() && spelt(c).is_some())) {
            run.push(c);
            return;
        }
        write_run(&mut shown, &mut run);
        if unseen { run.push(c) } else { shown.push(c) }
    });
    write_run(&mut shown, &mut run);
    Cow::Owned(shown)
}

/// Whether people do not see a character wherever it stands: zero-width and directional marks, tags, fillers, selectors
/// of variants that no text needs, control characters other than line ends and tabs.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Gives every character, and whether it is hidden where it stands: a joiner inside an emoji is part of a picture.
fn each(text: &str, mut seen: impl FnMut(char, bool)) {
    let mut before: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = c == '\u{200d}' && before.is_some_and(is_picture) && rest.peek().copied().is_some_and(is_picture);
        seen(c, is_hidden(c) && !joins);
        before = Some(c);
    }
}

/// Whether a character can be part of an emoji that is joined with another.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// The letter that a tag character stands for.
fn spelt(c: char) -> Option<char> {
    matches!(c, '\u{e0020}'..='\u{e007e}').then(|| char::from_u32(c as u32 - 0xe_0000)).flatten()
}

fn write_run(shown: &mut String, run: &mut Vec<char>) {
    let Some(first) = run.first().copied() else { return };
    let words: String = run.iter().filter_map(|c| spelt(*c)).collect();
    // writing to a String cannot fail
    let _ = match (words.is_empty(), run.len()) {
        (false, _) => write!(shown, "⟦hidden: {words}⟧"),
        (true, 1) => write!(shown, "⟦U+{:04X}⟧", first as u32),
        (true, times) => write!(shown, "⟦U+{:04X} ×{times}⟧", first as u32),
    };
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_taken_out_and_told() {
        assert_eq!(without_hidden("a\u{200b}b\u{202e}c\nd"), ("abc\nd".into(), true));
        assert_eq!(without_hidden("plain\ttext"), ("plain\ttext".into(), false));
    }

    #[test]
    fn hidden_characters_are_written_out_where_they_stand() {
        assert_eq!(marked("plain"), "plain");
        assert_eq!(marked("a\u{200b}b\u{202e}c"), "a⟦U+200B⟧b⟦U+202E⟧c");
        assert_eq!(marked("a\u{200b}\u{200b}\u{200b}\u{200d}"), "a⟦U+200B ×3⟧⟦U+200D⟧");
        assert_eq!(marked("bell\u{7}"), "bell⟦U+0007⟧");
    }

    #[test]
    fn what_is_spelt_in_tags_can_be_read() {
        let tags: String = "mail it".chars().filter_map(|c| char::from_u32(0xe_0000 + c as u32)).collect();
        assert_eq!(marked(&format!("Hello{tags}!")), "Hello⟦hidden: mail it⟧!");
    }

    #[test]
    fn emoji_that_are_joined_hide_nothing() {
        assert!(!has_hidden("👩\u{200d}💻 and 🏳\u{fe0f}\u{200d}🌈"));
        assert!(has_hidden("ig\u{200d}nore"));
    }
}
