//! From the characters of a request to tokens that can be read: spelling mended, short forms written out, titles of the
//! workspace and dates as one token each, what was corrected taken back.

use std::collections::{HashMap, HashSet};

use super::{
    dates::{Calendar, mark, mark_events},
    read::{
        repaired, told_apart, with_days_in_figures, with_mail_first, without_courtesies, without_greeting,
        without_pleas, without_signature, without_sounds,
    },
    rows::{Row, words},
    text::{Kind, Token, correct, join, tokens},
};

/// The tokens of a request.
pub(super) fn prepared(rows: &[Row], text: &str, calendar: Calendar) -> Vec<Token> {
    let text = with_mail_first(text);
    let mut read = if is_shouted(&text) { tokens(&text.to_lowercase()) } else { tokens(&text) };
    let known: HashSet<&str> =
        rows.iter().flat_map(|row| row.words.iter().chain(&row.organisation)).map(String::as_str).collect();
    correct(&mut read, &|word| known.contains(word));
    let read = without_courtesies(with_days_in_figures(without_sounds(read)));
    let read = without_pleas(without_signature(without_greeting(read)));
    let is_person = |row: &&Row| row.kind == domain::workspace::Kind::Person;
    let people: HashSet<&str> = rows.iter().filter(is_person).flat_map(|row| &row.words).map(String::as_str).collect();
    let mut read = by_lines(short_forms(read, &people));
    let names: Vec<&str> = rows.iter().filter(is_person).map(|row| row.label.as_str()).collect();
    read = told_apart(read, &names);
    mend_names(&mut read, rows, &known);
    mend_titles(&mut read, rows, &known);
    let read = titles_as_one(rows, read);
    mark_events(&repaired(&mark(&read, calendar)))
}

/// Whether a text is written in capitals throughout.
fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters > 10 && text.chars().filter(|c| c.is_lowercase()).count() * 10 < letters
}

/// "a to do 4 oskar" is "a to-do for oskar".
fn short_forms(tokens: Vec<Token>, people: &HashSet<&str>) -> Vec<Token> {
    let mut written: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let next = tokens.get(at + 1);
        let starts = written.last().is_none_or(|before| before.kind == Kind::Break || before.is_mark("."));
        if starts && let Some(length) = to_oneself(&tokens[at..]) {
            if token.is_any("reminder") {
                written.extend(["remind", "me", "to"].map(|word| Token::new(word, Kind::Word, false)));
            }
            at += length;
            continue;
        }
        let counted = written.last().is_some_and(|before| before.is_any("a an the my new another his her admin as"));
        if token.is_any("to")
            && next.is_some_and(|next| next.is_any("do dos"))
            && counted
            && tokens.get(at + 2).is_none_or(|after| !after.is_any("it that this"))
        {
            written.push(Token::new("to-do", Kind::Word, token.glued));
            at += 2;
            continue;
        }
        // "permits/roof/opening": three of them
        let listed: Vec<&str> = token.text.split('/').collect();
        let word = |part: &&str| part.len() > 2 && part.chars().all(char::is_alphabetic);
        if token.kind == Kind::Word && listed.len() > 2 && listed.iter().all(word) {
            for (index, part) in listed.iter().enumerate() {
                if index > 0 {
                    written.push(Token::new("/", Kind::Punct, true));
                }
                written.push(Token::new(*part, Kind::Word, token.glued || index > 0));
            }
            at += 1;
            continue;
        }
        // "ms: alpha, beta"
        if token.text == "ms" && next.is_some_and(|next| next.is_mark(":")) {
            written.push(Token::new("milestones", Kind::Word, token.glued));
            at += 1;
            continue;
        }
        // "too pay the rent"
        if token.is_any("too") && next.is_some_and(|next| crate::offline::text::is_verb(&next.low)) && !starts {
            written.push(Token::new("to", Kind::Word, token.glued));
            at += 1;
            continue;
        }
        // "needs 2 be paid", "remind me 2 call her"
        let wished = written.last().is_some_and(|before| {
            before
                .is_any("need needs want wants have has had got me us him her them remember forget going supposed task")
        });
        let verb =
            |next: &Token| crate::offline::text::is_verb(&next.low) && next.lemma == next.low || next.low == "be";
        if token.text == "2" && wished && next.is_some_and(verb) {
            written.push(Token::new("to", Kind::Word, token.glued));
            at += 1;
            continue;
        }
        if token.text == "4" && next.is_some_and(|next| people.contains(next.low.as_str())) {
            written.push(Token::new("for", Kind::Word, false));
        } else {
            written.push(token.clone());
        }
        at += 1;
    }
    written
}

/// "1) call Ana 2) write to Tom": a line for each entry, as if it were written so.
fn by_lines(tokens: Vec<Token>) -> Vec<Token> {
    let number = |token: &Token| {
        token.kind == Kind::Number && token.low.parse::<u32>().is_ok_and(|number| (1..=20).contains(&number))
    };
    let mut written: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open: u32 = 0;
    let mut at = 0;
    while at < tokens.len() {
        let closes = |at: usize| tokens.get(at).is_some_and(|token| token.is_mark(")"));
        let brackets = usize::from(tokens[at].is_mark("("));
        let numbered = open == 0 && tokens.get(at + brackets).is_some_and(number) && closes(at + brackets + 1);
        if numbered && tokens.get(at + brackets + 2).is_some_and(|next| !next.glued) {
            if written.last().is_some_and(|before| before.kind != Kind::Break) {
                written.push(Token::new("\n", Kind::Break, false));
            }
            at += brackets + 2;
            continue;
        }
        match tokens[at].text.as_str() {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        written.push(tokens[at].clone());
        at += 1;
    }
    written
}

/// "a task for desmodn": the one person whose name is written so but for one slip, where a name belongs.
fn mend_names(tokens: &mut [Token], rows: &[Row], known: &HashSet<&str>) {
    let is_person = |row: &&Row| row.kind == domain::workspace::Kind::Person;
    for at in 1..tokens.len() {
        let addressed =
            tokens[at - 1].is_any("for to with remind ask tell message assign give ping email invite by from");
        let token = &tokens[at];
        let strange = token.kind == Kind::Word
            && !token.is_capitalised()
            && token.low.chars().count() >= 5
            && !known.contains(token.low.as_str())
            && super::text::is_no_word(&token.low);
        if !(addressed && strange) {
            continue;
        }
        let first_names = rows.iter().filter(is_person).filter_map(|row| row.label.split_whitespace().next());
        let mut near: Vec<&str> =
            first_names.filter(|name| super::text::distance(&super::text::fold(name), &token.low) == 1).collect();
        near.dedup();
        if let [name] = near[..] {
            tokens[at] = Token::new(name, Kind::Word, token.glued);
        }
    }
}

/// "the wintr lights project": a word of a title of the workspace but for one slip, beside another word of that title.
fn mend_titles(tokens: &mut [Token], rows: &[Row], known: &HashSet<&str>) {
    let is_person = |row: &Row| row.kind == domain::workspace::Kind::Person;
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let strange = token.kind == Kind::Word
            && token.low.chars().count() >= 4
            && !known.contains(token.low.as_str())
            && super::text::is_no_word(&token.low);
        if !strange {
            continue;
        }
        let beside = [at.checked_sub(1).and_then(|before| tokens.get(before)), tokens.get(at + 1)];
        let near = |row: &Row| {
            let own = beside.iter().flatten().any(|token| {
                token.low.chars().count() > 2
                    && row.words.contains(&token.low)
                    && !super::text::is_function_word(&token.low)
            });
            let slipped = |word: &&String| word.chars().count() >= 4 && super::text::distance(word, &token.low) == 1;
            if own { row.words.iter().find(slipped).cloned() } else { None }
        };
        let mut words: Vec<String> = rows.iter().filter(|row| !is_person(row)).filter_map(near).collect();
        words.dedup();
        if let [word] = words.as_slice() {
            let text = if token.is_capitalised() { super::text::capitalised(word) } else { word.clone() };
            tokens[at] = Token::new(text, Kind::Word, token.glued);
        }
    }
}

/// "reminder to self:", "note to self -": how many tokens it has.
fn to_oneself(tokens: &[Token]) -> Option<usize> {
    let [first, to, whom, ..] = tokens else { return None };
    let said = first.is_any("reminder note memo message") && to.is_any("to for") && whom.is_any("self myself me");
    let mark = tokens.get(3).is_some_and(|token| token.kind == Kind::Punct);
    (said && mark).then_some(4)
}

/// Puts one token in place of the words of a title of the workspace, so that nothing inside it is read as something else.
fn titles_as_one(rows: &[Row], tokens: Vec<Token>) -> Vec<Token> {
    let mut titles: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in rows.iter().filter(|row| row.kind != domain::workspace::Kind::Person && row.words.len() >= 2) {
        titles.entry(&row.words[0]).or_default().push(row);
    }
    let mut merged = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let first = words(&tokens[at].text).into_iter().next();
        let begun = first.and_then(|first| titles.get(first.as_str())).into_iter().flatten();
        let found = begun.filter_map(|row| title_at(&tokens, at, row)).max();
        if let Some(end) = found {
            merged.push(Token { plain: true, ..Token::new(join(&tokens[at..end]), Kind::Quoted, tokens[at].glued) });
            at = end;
        } else {
            merged.push(tokens[at].clone());
            at += 1;
        }
    }
    merged
}

/// Where a title ends that begins at a token: written as in the workspace, or with its sort behind it.
fn title_at(tokens: &[Token], at: usize, row: &Row) -> Option<usize> {
    let mut end = at;
    let mut said: Vec<String> = Vec::new();
    while said.len() < row.words.len() {
        let token = tokens.get(end).filter(|token| matches!(token.kind, Kind::Word | Kind::Number))?;
        said.extend(words(&token.text));
        end += 1;
    }
    if said != row.words {
        return None;
    }
    let written_small = tokens.iter().all(|token| !token.is_capitalised());
    let as_written = written_small
        || tokens[at].text.chars().next() == row.label.chars().next()
            && (at > 0 && !tokens[at - 1].is_mark(".") || row.words.len() > 2);
    let sorted = tokens.get(end).is_some_and(|token| token.is_any("project task idea"));
    (as_written || sorted || row.words.len() >= 3).then_some(end)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Do this: 1) call Ana 2) write to Tom", "Do this:\ncall Ana\nwrite to Tom")]
    #[case("(1) call Ana, (2) write to Tom", "call Ana,\nwrite to Tom")]
    #[case("call Ana (in week 3) soon", "call Ana (in week 3) soon")]
    fn a_numbered_list_is_read_line_by_line(#[case] text: &str, #[case] wanted: &str) {
        let told = |text: &str| -> Vec<String> { by_lines(tokens(text)).into_iter().map(|token| token.text).collect() };
        assert_eq!(told(text), told(wanted));
    }

    #[rstest]
    #[case("archive teh Wintr Lights project", "archive teh Winter Lights project")]
    #[case("archive winter lihgts", "archive winter lights")]
    #[case("archive the wintr thing", "archive the wintr thing")]
    #[case("a wintr night", "a wintr night")]
    fn a_title_with_a_slip_is_mended_beside_its_other_words(#[case] text: &str, #[case] wanted: &str) {
        let rows = [Row::new("row_1", domain::workspace::Kind::Project, "Winter Lights")];
        let mut read = tokens(text);
        mend_titles(&mut read, &rows, &HashSet::from(["winter", "lights"]));
        assert_eq!(join(&read), wanted);
    }

    #[rstest]
    #[case("a task for desmodn", "a task for Desmond")]
    #[case("a task for desert plants", "a task for desert plants")]
    #[case("a task for Desmodn", "a task for Desmodn")]
    #[case("the desmodn job", "the desmodn job")]
    fn a_name_with_one_slip_is_mended_where_names_belong(#[case] text: &str, #[case] wanted: &str) {
        let rows = [Row::new("row_1", domain::workspace::Kind::Person, "Desmond Achter")];
        let mut read = tokens(text);
        mend_names(&mut read, &rows, &HashSet::new());
        assert_eq!(join(&read), wanted);
    }
}
