//! What is done to something, where the words say it of the thing: "it has to be primed", "may the hall be booked".

use super::frame::{Frame, Part};
use crate::offline::text::{Kind as TokenKind, Token, from_gerund, is_determiner, is_verb};

/// Words that only say that or when something is to be done.
const MODAL: &str = "must has have had to can may might could should shall will would needs need ought also still first \
    now finally only then already both all";

/// Work that is told of what it is done to.
#[derive(Clone, Debug)]
pub(super) struct Done {
    /// What is done, in its base form.
    pub(super) verb: Token,
    /// To what.
    pub(super) object: Vec<Token>,
    /// What else is told: "for the fair".
    pub(super) rest: Vec<Token>,
}

impl Done {
    /// "prime the gate".
    pub(super) fn work(self) -> Vec<Token> {
        std::iter::once(self.verb).chain(self.object).chain(self.rest).collect()
    }

    /// Whether only a pronoun says to what.
    pub(super) fn points(&self) -> bool {
        self.object.len() == 1 && self.object[0].is_any("it they this that these those them")
    }
}

/// The verb that a participle is a form of.
fn verb_of(token: &Token, bare: bool) -> Option<Token> {
    let form = token.lemma != token.low && is_verb(&token.lemma) && !token.low.ends_with("ing");
    // "it has to be cut": a form of its own
    let same = bare && token.lemma == token.low && is_verb(&token.low);
    (token.kind == TokenKind::Word && (form || same)).then(|| Token::new(token.lemma.clone(), TokenKind::Word, false))
}

/// "the fence needs painting", "the text needs a yes": what it needs.
fn needed(tokens: &[Token]) -> Option<Done> {
    let needs = (1..tokens.len().min(8)).find(|at| tokens[*at].is_any("needs need"))?;
    let (object, rest) = (&tokens[..needs], &tokens[needs + 1..]);
    let plain = |token: &Token| token.date().is_none() && !token.is_any("what that which who how whether if to");
    let thing = is_determiner(&object[0].low) || object[0].kind == TokenKind::Quoted;
    if !thing || !object.iter().all(plain) {
        return None;
    }
    let yes = "yes ok okay approval sign-off nod blessing go-ahead";
    let first = rest.iter().position(|token| !is_determiner(&token.low))?;
    let (verb, behind) = match from_gerund(&rest[first].low).filter(|_| first == 0 && rest[first].low.ends_with("ing"))
    {
        Some(verb) => (verb, &rest[1..]),
        None if rest[first].is_any(yes) => ("approve".to_owned(), &rest[rest.len()..]),
        None => return None,
    };
    Some(Done { verb: Token::new(verb, TokenKind::Word, false), object: object.to_vec(), rest: behind.to_vec() })
}

/// "the gate must be primed by hand", "the gate is hung": what is done, and to what.
pub(super) fn done_to(tokens: &[Token]) -> Option<Done> {
    if let Some(done) = needed(tokens) {
        return Some(done);
    }
    let first = tokens.first()?;
    let thing = is_determiner(&first.low) || first.is_any("it they this that these those");
    let be = (1..tokens.len().saturating_sub(1)).find(|at| {
        let bare = tokens[*at].is_any("be");
        tokens[*at].is_any("be get gets got is are was were been") && verb_of(&tokens[at + 1], bare).is_some()
    })?;
    let bare = tokens[be].is_any("be get");
    let modals = tokens[..be].iter().rev().take_while(|token| token.is_any(MODAL)).count();
    let object = &tokens[..be - modals];
    let plain = |token: &Token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted | TokenKind::Number);
    let named = !object.is_empty() && object.len() <= 6 && object.iter().all(plain);
    // "plants need to be watered" tells it without an article; "check that it is locked" tells of no work
    let told = thing
        || modals > 0 && bare && !object.iter().any(|token| token.is_any("that if whether to and what which who how"));
    let rest = tokens[be + 2..].to_vec();
    let states = !bare && (modals > 0 || rest.len() > 3);
    if !named || !told || states {
        return None;
    }
    Some(Done { verb: verb_of(&tokens[be + 1], bare)?, object: object.to_vec(), rest })
}

/// The same of a part of a frame, where the words behind it say what is done: "{the gate} has to be primed".
pub(super) fn done_to_part(frame: &Frame, part: &Part) -> Option<Done> {
    let behind = (part.at + part.tokens.len()).checked_sub(frame.from);
    let rest = behind.and_then(|at| frame.tokens.get(at..)).unwrap_or_default();
    let modals = rest.iter().take_while(|token| token.is_any(MODAL) || token.is_any("be get gets is are")).count();
    let passive = rest[..modals].iter().any(|token| token.is_any("be get gets"));
    let thing = part.tokens.first().is_some_and(|token| {
        is_determiner(&token.low) || token.is_any("it they this that these those") || token.kind == TokenKind::Quoted
    });
    let verb = verb_of(rest.get(modals).filter(|_| passive && thing)?, true)?;
    Some(Done { verb, object: part.tokens.clone(), rest: Vec::new() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("it has to be primed", Some("prime it"))]
    #[case("the hall be booked for the disco", Some("book the hall for the disco"))]
    #[case("The old dinghy must be sold", Some("sell The old dinghy"))]
    #[case("plants need to be watered", Some("water plants"))]
    #[case("the gate is hung", Some("hang the gate"))]
    #[case("the cake gets ordered", Some("order the cake"))]
    #[case("the hedge has to be cut", Some("cut the hedge"))]
    #[case("the coaches have to be booked", Some("book the coaches"))]
    #[case("the walls can be painted", Some("paint the walls"))]
    #[case("the soil has to be turned by hand", Some("turn the soil by hand"))]
    #[case("the fence needs painting", Some("paint the fence"))]
    #[case("the brochure needs a yes", Some("approve the brochure"))]
    #[case("check what has to be done", None)]
    #[case("see that the lamps are tested", None)]
    #[case("order what needs replacing", None)]
    #[case("the wallpaper must come off", None)]
    #[case("check that it is locked", None)]
    #[case("make sure the door is locked", None)]
    #[case("the card supplier is looked at by everybody in the town", None)]
    #[case("be patient", None)]
    #[case("the lights", None)]
    fn work_is_told_of_a_thing(#[case] text: &str, #[case] wanted: Option<&str>) {
        assert_eq!(done_to(&tokens(text)).map(|done| join(&done.work())).as_deref(), wanted);
    }
}
