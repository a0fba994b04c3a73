//! Lists in a sentence: "design, build and launch".

use crate::offline::text::{Kind, Token};

/// The entries of a list: parted by commas, semicolons, "and" and "then".
pub(crate) fn split_list(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut entries: Vec<Vec<Token>> = vec![Vec::new()];
    let tail = tail(tokens);
    let commas = tokens[..tail].iter().any(|token| token.is_mark(",") || token.is_mark(";"));
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate() {
        depth += i32::from(token.is_mark("(")) - i32::from(token.is_mark(")"));
        let parts = depth == 0
            && (token.is_mark(",")
                || token.is_mark(";")
                || token.is_mark("/")
                || (token.is_any("and plus or then") && parts_entries(&tokens[..tail.max(at + 1)], at, commas)));
        if parts {
            entries.push(Vec::new());
        } else if let Some(entry) = entries.last_mut() {
            entry.push(token.clone());
        }
    }
    for entry in &mut entries {
        let lead = entry.iter().take_while(|token| token.is_any("and then also plus finally lastly")).count();
        entry.drain(..lead);
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// Where ", both due on Friday" begins: what is said of all entries.
fn tail(tokens: &[Token]) -> usize {
    let comma = tokens.iter().rposition(|token| token.is_mark(","));
    let of_all = |rest: &[Token]| {
        !rest.is_empty()
            && rest.iter().all(|token| {
                token.date().is_some() || token.is_any("both all each of them due is are should be and the three two")
            })
    };
    comma.filter(|comma| of_all(&tokens[comma + 1..])).unwrap_or(tokens.len())
}

/// Whether an "and" parts two entries: with commas before it, only the one that ends the list does.
fn parts_entries(tokens: &[Token], at: usize, commas: bool) -> bool {
    let quoted = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| token.kind == Kind::Quoted);
    if tokens[at].low == "then" || !commas || (quoted(at.checked_sub(1)) && quoted(Some(at + 1))) {
        return true;
    }
    let last_comma = tokens.iter().rposition(|token| token.is_mark(",") || token.is_mark(";")).unwrap_or(0);
    at > last_comma && !tokens[at + 1..].iter().any(|token| token.low == "and")
}
