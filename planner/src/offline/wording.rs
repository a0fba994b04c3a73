//! Names and titles out of a request's words.

use super::{
    draft::shortened,
    text::{Kind, Token, base_form, capitalised, from_gerund, is_determiner, is_preposition, join},
};

/// The longest name that is made of a request's words.
pub(crate) const NAME_CHARS: usize = 50;
/// The longest title that is made of a request's words.
pub(crate) const TITLE_CHARS: usize = 120;

/// Words that end a name: what follows them is about the thing, not its name.
const ENDS_NAME: &str = "\
    due with by so which that that's assigned tagged because where owned led including using please \
    starting beginning ending whose who when if once until before after has have is are was will should \
    needs having under as then thanks";

/// How many tokens from the start are one name.
pub(crate) fn name_length(tokens: &[Token]) -> usize {
    let Some(first) = tokens.first() else { return 0 };
    if first.kind == Kind::Quoted {
        return 1;
    }
    let start = usize::from(is_determiner(&first.low) && tokens.len() > 1);
    let proper = tokens.get(start).is_some_and(|token| token.is_capitalised() || token.kind == Kind::Number);
    let mut end = start;
    while let Some(token) = tokens.get(end) {
        let stops = match token.kind {
            Kind::Punct => !matches!(token.text.as_str(), "/" | "&"),
            Kind::Break | Kind::Email | Kind::Url | Kind::Date(_) => true,
            Kind::Quoted => end > start,
            Kind::Word if end == start => false,
            Kind::Word if token.is_any(ENDS_NAME) => true,
            Kind::Word if proper && is_preposition(&token.low) && token.low != "of" => {
                let behind = tokens[end + 1..].iter().find(|token| !is_determiner(&token.low));
                token.low == "for" || !behind.is_some_and(Token::is_capitalised)
            }
            Kind::Word if token.low == "and" => {
                // a name goes on behind "and" when it is written like one, or when nothing but the name is left
                let behind = tokens.get(end + 1);
                !behind.is_some_and(|token| {
                    token.is_capitalised() == proper && !is_determiner(&token.low) && token.kind == Kind::Word
                })
            }
            Kind::Word | Kind::Span(_) | Kind::Number => false,
        };
        if stops {
            break;
        }
        end += 1;
    }
    end
}

/// A name of some words: without articles, dates and marks, with a capital.
pub(crate) fn name_of(tokens: &[Token]) -> String {
    if let [only] = tokens
        && only.kind == Kind::Quoted
    {
        return shortened(&only.text, 300);
    }
    let kept: Vec<Token> =
        tokens.iter().filter(|token| !matches!(token.kind, Kind::Date(_) | Kind::Break)).cloned().collect();
    let lead = kept
        .iter()
        .take_while(|token| {
            is_determiner(&token.low)
                || token.kind == Kind::Punct
                || token.is_any("new called named proper real brand-new upcoming")
        })
        .count();
    let mut kept = if lead < kept.len() { &kept[lead..] } else { &kept[..] };
    while let Some((last, rest)) = kept.split_last() {
        let idle =
            last.kind == Kind::Punct || last.is_any("and on by for in at to with the a of from please starting due");
        if !idle || rest.is_empty() {
            break;
        }
        kept = rest;
    }
    shortened(&capitalised(&join(kept)), NAME_CHARS)
}

/// What a stage is called: as a title, but "opening night" is not "open night".
pub(crate) fn stage_of(tokens: &[Token]) -> String {
    let gerund = tokens.first().filter(|token| token.kind == Kind::Word && token.low.ends_with("ing"));
    let object = tokens.get(1).is_some_and(|token| is_determiner(&token.low) || token.is_capitalised());
    match gerund {
        Some(first) if !object => {
            let rest = title_of(&tokens[1..]);
            let rest = if tokens.len() > 1 { format!(" {}", lower(&rest, &tokens[1])) } else { String::new() };
            shortened(&format!("{}{rest}", capitalised(&first.text)), TITLE_CHARS)
        }
        _ => title_of(tokens),
    }
}

/// A phrase as it stands in the middle of a title, when its first word was written small.
fn lower(phrase: &str, first: &Token) -> String {
    let mut letters = phrase.chars();
    match letters.next() {
        Some(letter) if !first.is_capitalised() => letter.to_lowercase().chain(letters).collect(),
        _ => phrase.to_owned(),
    }
}

/// A task's title of some words: a verb phrase or a noun phrase, without dates, with a capital.
pub(crate) fn title_of(tokens: &[Token]) -> String {
    if let [only] = tokens
        && only.kind == Kind::Quoted
    {
        return shortened(&only.text, 300);
    }
    let mut kept: Vec<Token> =
        tokens.iter().filter(|token| !matches!(token.kind, Kind::Date(_) | Kind::Break)).cloned().collect();
    let lead = kept
        .iter()
        .take_while(|token| {
            token.kind == Kind::Punct
                || token.is_any("to for about that on of and please then is also just being regarding involving 's")
        })
        .count();
    if lead < kept.len() {
        kept.drain(..lead);
    }
    if let Some(first) = kept.first()
        && first.kind == Kind::Word
        && !first.is_capitalised()
        // alone it is what the thing is called: "netting"
        && kept.len() > 1
        && let Some(base) =
            from_gerund(&first.low).filter(|_| first.low.ends_with("ing") && !is_noun_in_ing(&first.low, kept.get(1)))
    {
        kept[0] = Token::new(base, Kind::Word, false);
    }
    if kept.len() > 1 && is_determiner(&kept[0].low) && !kept[0].is_any("both all every each no her his") {
        kept.remove(0);
    }
    while kept.len() > 1
        && kept.last().is_some_and(|last| {
            last.kind == Kind::Punct || last.is_any("and by on at to for please due then but too also the both is with")
        })
    {
        kept.pop();
    }
    shortened(&capitalised(&join(&kept)), TITLE_CHARS)
}

/// "training plan", "meeting room": words in -ing that are part of a noun.
fn is_noun_in_ing(low: &str, next: Option<&Token>) -> bool {
    match next {
        Some(next) => {
            next.is_any("plan room list report session schedule budget material materials notes agenda minutes page permit licence material machine water list campaign figures") || matches!(low, "meeting" | "building" | "ceiling" | "morning" | "evening" | "wedding" | "railing")
        }
        None => true,
    }
}

/// A sentence of some words, for notes and messages: a capital, and a full stop.
pub(crate) fn sentence_of(tokens: &[Token]) -> String {
    if let [only] = tokens
        && only.kind == Kind::Quoted
    {
        return only.text.trim().to_owned();
    }
    let text = capitalised(join(super::reader::trimmed(tokens)).trim());
    if text.is_empty() || text.ends_with(['.', '!', '?', '”', ':']) { text } else { format!("{text}.") }
}

/// The words with another subject: "the contract is ready", said to somebody.
pub(crate) fn first_name(label: &str) -> &str {
    label.split_whitespace().next().unwrap_or(label)
}

/// Whether the words begin like an instruction.
pub(crate) fn begins_with_verb(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| {
        super::text::is_verb(&token.low) || base_form(&token.low).is_some_and(|base| base == token.low)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::{dates, text::tokens};

    fn read(text: &str) -> Vec<Token> {
        dates::mark(&tokens(text), dates::Calendar { today: "2026-11-23".parse().unwrap() })
    }

    #[rstest]
    #[case("getting quotes", "Get quotes")]
    #[case("booking the electrician by Friday", "Book the electrician")]
    #[case("to renew the passports", "Renew the passports")]
    #[case("the final assessment", "Final assessment")]
    #[case("noise measurement", "Noise measurement")]
    #[case("marketing", "Marketing")]
    fn titles_are_phrases_with_a_capital(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(title_of(&read(text)), wanted);
    }

    #[rstest]
    #[case("Site Audit, make tasks", "Site Audit")]
    #[case("Redwood due 26 February", "Redwood")]
    #[case("the kitchen renovation", "Kitchen renovation")]
    #[case("Kestrel for the marketing team", "Kestrel")]
    #[case("Store of the Future with milestones", "Store of the Future")]
    #[case("'beehive no. 2' and more", "beehive no. 2")]
    fn names_end_where_something_else_begins(#[case] text: &str, #[case] wanted: &str) {
        let tokens = read(text);
        assert_eq!(name_of(&tokens[..name_length(&tokens)]), wanted);
    }
}
