//! Requests with their reading marked in them: `[task.create Add {title Hem choir robes} for {person=Benedikta}]`.
//!
//! One request per line; ` // ` stands for a line break, lines that begin with `#` are comments. Brackets are spans that
//! ask for one action, braces the words that fill in a part of it. `=` behind a role says that the workspace has it.

/// A request and what its words are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    /// The request, without marks.
    pub text: String,
    /// The spans that ask for something, in order.
    pub spans: Vec<Span>,
}

/// A span of words that asks for one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it asks for: `task.create`.
    pub intent: String,
    /// The first byte.
    pub from: usize,
    /// The byte behind the last.
    pub to: usize,
    /// The parts it fills in.
    pub parts: Vec<Part>,
}

/// Words that fill in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part: `title`.
    pub role: String,
    /// Whether the workspace has what is named so.
    pub known: bool,
    /// The first byte.
    pub from: usize,
    /// The byte behind the last.
    pub to: usize,
}

/// What spans ask for.
pub const INTENTS: &[&str] = &[
    "project.create",
    "project.milestones",
    "task.create",
    "person.create",
    "idea.create",
    "note.add",
    "reminder.set",
    "calendar.schedule",
    "message.send",
    "http.request",
    "manual.step",
    "link.create",
    "rename",
    "reschedule",
    "assign",
    "status",
    "complete",
    "archive",
    "describe",
    "person.update",
    "launch",
    "follow_up",
    "idea_to_project",
    "workflow",
    "also",
    "given",
    "then",
    "after",
    "before",
    "parallel",
    "correct",
    "dont",
    "none",
];

/// The parts that words fill in.
pub const ROLES: &[&str] = &[
    "title",
    "name",
    "newname",
    "person",
    "project",
    "task",
    "idea",
    "ref",
    "me",
    "date",
    "time",
    "offset",
    "duration",
    "body",
    "subject",
    "status",
    "milestone",
    "count",
    "spacing",
    "tag",
    "email",
    "org",
    "url",
    "method",
    "admin",
    "topic",
    "place",
    "keep",
    "old",
    "set",
    "cond",
    "relation",
];

/// Reads one line; nothing for comments and empty lines, what is wrong with it otherwise.
pub fn parse(line: &str) -> Result<Option<Annotated>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = line.replace(" // ", "\n").replace(" //", "\n");
    let mut read = Annotated::default();
    let mut rest = line.as_str();
    while let Some(mark) = rest.find(['[', ']', '{', '}']) {
        read.text.push_str(&rest[..mark]);
        let behind = &rest[mark + 1..];
        let at = read.text.len();
        let open = read.spans.last().is_some_and(|span| span.to == OPEN);
        let inside = open && read.spans.last().and_then(|span| span.parts.last()).is_some_and(|part| part.to == OPEN);
        match &rest[mark..=mark] {
            "[" if !open => {
                let (intent, text) = behind.split_once([' ', '\n', ']']).ok_or("a span without words")?;
                if !INTENTS.contains(&intent) {
                    return Err(format!("no intent {intent:?}"));
                }
                read.spans.push(Span { intent: intent.into(), from: at, to: OPEN, parts: Vec::new() });
                rest = text;
            }
            "{" if open && !inside => {
                let (role, text, known) = match behind.find([' ', '=', '}']) {
                    Some(end) if behind[end..].starts_with(' ') => (&behind[..end], &behind[end + 1..], false),
                    Some(end) if behind[end..].starts_with('=') => (&behind[..end], &behind[end + 1..], true),
                    _ => return Err("a part without words".into()),
                };
                if !ROLES.contains(&role) {
                    return Err(format!("no role {role:?}"));
                }
                if let Some(span) = read.spans.last_mut() {
                    span.parts.push(Part { role: role.into(), known, from: at, to: OPEN });
                }
                rest = text;
            }
            "}" if inside => {
                if let Some(part) = read.spans.last_mut().and_then(|span| span.parts.last_mut()) {
                    part.to = at;
                }
                rest = behind;
            }
            "]" if open && !inside => {
                if let Some(span) = read.spans.last_mut() {
                    span.to = at;
                }
                rest = behind;
            }
            other => return Err(format!("{other} where none can be, at {:?}", &rest[mark.saturating_sub(0)..])),
        }
    }
    read.text.push_str(rest);
    if read.spans.iter().any(|span| span.to == OPEN) {
        return Err("a bracket is not closed".into());
    }
    Ok(Some(read))
}

const OPEN: usize = usize::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_taken_out() {
        let read = parse("Hi, [task.create add '{title Hem robes}' for {person=Ann}] // [also due {date Friday}]")
            .unwrap()
            .unwrap();
        assert_eq!(read.text, "Hi, add 'Hem robes' for Ann\ndue Friday");
        let said = |from: usize, to: usize| &read.text[from..to];
        let [first, second] = read.spans.as_slice() else { panic!("two spans") };
        assert_eq!(said(first.from, first.to), "add 'Hem robes' for Ann");
        assert_eq!(said(first.parts[0].from, first.parts[0].to), "Hem robes");
        assert!(first.parts[1].known && !first.parts[0].known);
        assert_eq!((second.intent.as_str(), said(second.parts[0].from, second.parts[0].to)), ("also", "Friday"));
    }

    #[test]
    fn what_is_malformed_is_told() {
        for line in ["[task.create x", "[nothing x]", "[also {nobody x}]", "[also {ref x]", "x}", "[also [also x]]"] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert_eq!(parse("# a comment"), Ok(None));
    }
}
