//! The words around a request that say nothing about what is wanted.

use std::sync::LazyLock;

use super::{loose_starts::plain, starts::strong};
use crate::offline::text::{Kind, Phrases, Token, from_gerund};

/// Ways to begin that are no part of what is asked.
static LEAD_INS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "please|kindly|also|just|so|ok|well|oh|and|then|anyway|alright|right|now|maybe|perhaps|possibly|additionally|furthermore|quickly|simply|but|plus",
        "first|firstly|second|secondly|third|thirdly|next|finally|lastly|afterwards|meanwhile ,?",
        "after|besides that|this ,?",
        "first|last of all ,?",
        "in addition ,?",
        "before|above anything|everything|all else ,?",
        "be|you're a|an dear|darling|sweetheart|star|angel|pal|love|gem|sport|friend and",
        "by the way ,?",
        "one more|last thing :?",
        "if you could|would|can please?",
        "if you don't mind ,?",
        "could|can|would|will you|we|i please|possibly|kindly|perhaps|maybe|also|just? ,?",
        "would|do you mind terribly|awfully|much|greatly|very|too|at? much|all?",
        "would it be possible|ok to|if",
        "is it possible to",
        "is there any? chance|way you|we|to could|can? ",
        "any chance you|we could|can",
        "it would|it'd be great|nice|good|lovely|helpful|wonderful|awesome|fantastic|perfect|useful if you|we could|can|would?",
        "it would|it'd help if you|we could|can|would?",
        "i|we would|'d like|love|want|need you to",
        "i'd|we'd like|love|prefer you? to",
        "i|we would like|love you? to",
        "i|we need|want|have|wish|intend|plan|hope|got|ought to",
        "i|we need|want you to",
        "i|we need|want to",
        "i|we really|also|just|still need|want|have to",
        "i'm|we're|i|we am|are? going|trying|looking|planning|hoping|about to",
        "i|we must|should|shall|will|would|could|can|may|might",
        "i'll|we'll need|have to",
        "i'll|we'll",
        "i've|we've got to",
        "i|we would|'d appreciate it if you could|would",
        "i'd|we'd appreciate it if you could|would",
        "i was|am|'m wondering|hoping if|whether|that? you|we could|can|might",
        "i'm wondering|hoping if|whether|that? you|we could|can|might",
        "i|we wonder if you could|can",
        "let's|let us",
        "help me|us to|with?",
        "in parallel ,?",
        "at the same time ,?",
        "i|we would|'d be ever? most|very|so|really|extremely? grateful|thankful|glad|happy|delighted|obliged if you could|can|would",
        "i'd|we'd be ever? most|very|so|really? grateful|thankful|glad|happy|delighted if you could|can|would",
        "i was|am|'m wondering|hoping if|whether it might|would|could|is be? possible|ok|okay|fine|alright to|if",
        "would|could it be possible|ok|okay|alright to",
        "what i|we need|want is like?",
        "long|in story short :|,?",
        "in short :|,?",
        "quick|little|small one|thing|question|request :|,?",
        "my|the|our request|wish|question :|is to?",
        "here is|are what i need :?",
        "go ahead and",
        "feel free to",
        "be sure to",
        "make sure to",
        "make sure|certain that? you|we|i",
        "see to it that you|we|i",
        "see that you|we|i",
        "make sure that you|we",
        "don't forget to",
        "do not forget to",
        "remember to",
        "try to|and",
        "be so kind|good|nice|sweet|helpful as? to|and",
        "would|could|will|can you? be so|very? kind|good|nice|sweet|helpful|able as? to|and",
        "i|we would|'d be grateful|happy|glad to have? you",
        "i've|we've|i|we have? just? decided|agreed|chosen|resolved to|on|that?",
        "i|we want|would|'d like? to|for you to",
        "the|our|my plan|goal|aim|intention|idea is to",
        "what we|i need|want is|are :?",
        "do me a favour|favor and|, ,?",
        "take a minute|moment to",
        "i|we hate|don't|'d|would|do not? like|want|mean|wish to bother|trouble|disturb|pester you|anybody ,? but",
        "i'm|we're|i am sorry to bother|trouble|disturb|ask|pester you? ,? but",
        "sorry|apologies to|for bother|bothering|trouble|disturb|disturbing|the? you|bother ,? but",
        "might|may|can it be possible|ok|okay|alright to|if",
        "a|small|slight|quick? change|changes of plan|plans :|,|–",
        "good|bad|quick|some? news|update|heads-up|fyi|status :|,|–",
        "now|so|back|down to? business|work|the? point :|,|–",
        "one|two|three|four|first|second|third|a|b|c :",
        "time to",
        "it's time to|for",
        "it is time to|for",
        "you should|must|need|have to?",
        "your task|job is to",
        "the|your|our next|first|last step|thing is to",
        "my request is to|that",
        "what i|we need|want is to|for?",
        "i|we have|'ve a? request :?",
    ])
});

/// Phrases that can stand anywhere and ask for nothing.
static FILLERS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        ", if it's|it isn't|not too|any much? trouble|problem|bother ,?",
        ", if it|that is not|isn't too much trouble ,?",
        "if it isn't too much trouble ,?",
        "if it's not|ok|okay|fine|no|possible|convenient too|with|problem|trouble? much|you? trouble? ,?",
        "if that's|that ok|okay|fine|possible|alright|works with|for? you|me? ,?",
        "if you'd be so|very? good|kind|nice|helpful as? to? ,?",
        "if you would|could be so|very? good|kind|nice|helpful as? to? ,?",
        ", with my|our|many best|warm|kind? thanks|regards",
        ", if that's|it's|that|it is? all right|alright|ok|okay|fine with|by? you|me? ,?",
        "if that's|it's all right with|by? you|me? ,?",
        "if at? all? possible ,?",
        "if you don't mind ,?",
        "if you can|could|would|please|like|want|may ,",
        ", if you can|could|would|please|like|may",
        "if you have|get|find|find|'ve a? minute|moment|time|chance|second ,?",
        "when|whenever you have|get|find|can|'ve a? minute|moment|time|chance|second? ,?",
        "when|whenever you can ,?",
        ", whenever|when|if it suits you ,?",
        "whenever|when|if it suits you ,?",
        ", whenever|when|if convenient ,?",
        "if you happen|chance to have|find|get a? minute|moment|time|chance|second ,?",
        "whenever|when|if convenient ,?",
        "as soon as possible",
        "as soon as you can",
        "asap",
        "right away",
        "for me please",
        ", please",
        "please",
        "pretty please",
        ", thanks|thx a|so|very? lot|much|million|ton|bunch? in? advance?",
        "thanks a|so|very? lot|much|million|ton|bunch? in? advance?",
        ", thank you so|very? much? in? advance?",
        "thank you so|very? much? in? advance?",
        "many thanks in? advance?",
        ", ok",
        "by the way",
        "kindly",
        "basically",
        "literally",
        "actually",
        ", like ,",
        "or whatever",
        "or something like? that?",
        "or so",
        "kind|sort of",
        "you know ,",
        "i mean ,",
        ", ideally",
        "if you will",
        "for once",
        "of course ,?",
        ", independent|independently of that|it|this|them ,?",
        ", separately ,?",
        "separately",
        ", too",
        ", as well",
    ])
});

/// How many tokens at the start are only a way to begin.
pub(crate) fn lead_in(tokens: &[Token]) -> usize {
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        let punctuation =
            usize::from(rest[0].kind == Kind::Punct && matches!(rest[0].text.as_str(), "," | "–" | "-" | ";"));
        let wants = wants_a_thing(rest);
        let taken = if wants > 0 {
            wants
        } else if punctuation > 0 {
            punctuation
        } else {
            LEAD_INS.longest(rest).max(asked_of_you(rest))
        };
        if taken == 0 || at + taken >= tokens.len() {
            break;
        }
        at += taken;
    }
    at
}

/// How far into a clause "… if you could" may stand, in tokens.
const FAR: usize = 16;

/// "It'd make my day if you were able to …": whatever stands before it, what follows is asked for. How many tokens stand
/// before the wish; none when the words tell of a thing, a day or somebody, as a wish of its own would.
fn asked_of_you(tokens: &[Token]) -> usize {
    static ASKED: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new(&[
            "you|somebody|someone|anybody|anyone|we could|can|would|will|might please|possibly|perhaps|kindly|maybe|just|also|quickly? be? able|willing|free|kind|so? kind|good? enough? to?",
            "you were|are|was to|able|free|willing to?",
            "you find|found|have|had the? time|moment|minute|chance to",
            "you|somebody|someone managed|manage to",
            "to have|get you",
            "trouble|bother|beg|request|ask you|somebody to",
            "for you to",
        ])
    });
    let near = &tokens[..tokens.len().min(FAR)];
    let tells = |token: &Token| {
        token.is_temporal()
            || !matches!(token.kind, Kind::Word | Kind::Punct)
            || token.is_capitalised()
                && !std::ptr::eq(token, &raw const tokens[0])
                && token.low != "i"
                && !token.low.starts_with("i'")
            || super::nouns::Noun::of(&token.low).is_some()
            || token.is_any("that's why which he she they it's")
    };
    let asks = |token: &Token| {
        token.is_any("might may could can trouble bother beg if whether wonder wondering hope hoping chance grateful glad happy obliged appreciate possible perhaps maybe asking ask favour favor kind help like love")
    };
    // most clauses ask in no such way
    if !near.iter().any(asks) {
        return 0;
    }
    for at in 1..near.len() {
        if near[..at].iter().any(tells) || near[at - 1].is_any("that who which what") && !near[..at].iter().any(asks) {
            return 0;
        }
        if !near[..at].iter().any(asks) {
            continue;
        }
        let taken = ASKED.longest(&tokens[at..]);
        if taken > 0 && at + taken < tokens.len() && starts_wish_or_work(&tokens[at + taken..]) {
            return at + taken;
        }
    }
    0
}

fn starts_wish_or_work(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| token.kind == Kind::Word && crate::offline::text::is_verb(&token.low))
        && tokens.len() > 1
}

/// "I need a …", "can I have two …": how many tokens only say that something is wanted.
fn wants_a_thing(tokens: &[Token]) -> usize {
    static WANTS: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::new(&[
            "i|we need|want|require|have also|now|just?",
            "i|we would|'d like|love|want",
            "i'd|we'd like|love|want",
            "i|we also|just|now|still? need|want",
            "can|could|may i|we please? have|get",
            "i|we could|would do|use with?",
            "i|we could|would|'d use|appreciate|welcome|value",
            "i'd|we'd also|really? appreciate|welcome|value|need|want|like",
            "i'd|we'd be glad|grateful|thankful|happy of|for|about|with",
            "i'll|we'll also|then? need|want|have",
            "give|get me|us",
        ])
    });
    let found = WANTS.longest(tokens);
    let thing = tokens.get(found).is_some_and(|token| {
        token.kind == Kind::Quoted
            || token.is_any("a an the some another new my our these following more")
            || super::super::text::number_word(&token.low).is_some()
            || super::nouns::Noun::is_plural(&token.low)
    });
    if found > 0 && thing { found } else { 0 }
}

/// The tokens from where the wish itself begins; "would you mind calling" becomes "call".
pub(crate) fn without_lead_in(tokens: &[Token]) -> Vec<Token> {
    let from = lead_in(tokens);
    let mut rest = aspect_taken(tokens[from..].to_vec());
    let minded = from > 0 && tokens[..from].iter().any(|token| token.is_any("mind to and"));
    if minded
        && tokens[..from].iter().rev().take(3).any(|token| token.is_any("mind"))
        && let Some(first) = rest.first_mut()
        && let Some(base) = from_gerund(&first.low)
    {
        *first = Token::new(base, Kind::Word, false);
    }
    rest
}

/// "keep chasing Ana", "try ringing Tom": what is to be done, whether it was begun before or not.
fn aspect_taken(mut tokens: Vec<Token>) -> Vec<Token> {
    let particle = usize::from(tokens.get(1).is_some_and(|token| token.is_any("on")));
    let begun = tokens.first().is_some_and(|token| token.is_any("keep continue carry go try"));
    let verb = tokens.get(1 + particle).and_then(|token| from_gerund(&token.low)).filter(|_| begun);
    let Some(verb) = verb else { return tokens };
    let kept = tokens.split_off(1 + particle);
    let mut turned = vec![Token::new(verb, Kind::Word, false)];
    turned.extend_from_slice(&kept[1..]);
    if strong(&turned) {
        return turned;
    }
    tokens.extend(kept);
    tokens
}

fn starts_anew(tokens: &[Token]) -> bool {
    !tokens.is_empty() && (strong(tokens) || plain(tokens))
}

/// Takes the phrases out that ask for nothing.
pub(crate) fn without_fillers(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let taken = Some(FILLERS.longest(&tokens[at..])).filter(|taken| *taken > 0);
        // "saying thanks for the help" is no politeness towards us
        let thanks = tokens[at..].iter().take(2).any(|token| token.is_any("thanks thank"));
        let taken = taken
            .filter(|taken| !thanks || at == 0 || at + taken == tokens.len() || tokens[at + taken].kind == Kind::Punct);
        let Some(taken) = taken else {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        };
        // the comma of ", please" may part two clauses
        let parts = tokens[at].is_mark(",") && !tokens[at + taken - 1].is_mark(",");
        if parts && at > 0 && starts_anew(&tokens[at + taken..]) {
            kept.push(tokens[at].clone());
        }
        at += taken;
    }
    // "set it up, will you"
    if let [.., mark, modal, you] = kept.as_slice()
        && mark.is_mark(",")
        && modal.is_any("will would could can")
        && you.is_any("you")
    {
        kept.truncate(kept.len() - 3);
    }
    while kept
        .last()
        .is_some_and(|token| token.kind == Kind::Punct && matches!(token.text.as_str(), "," | "–" | "-" | ";"))
    {
        kept.pop();
    }
    kept
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("Could you please mark it as done", "mark it as done")]
    #[case("I'd like you to call Ana", "call Ana")]
    #[case("would you mind booking a room", "book a room")]
    #[case("so, we need to move the fair", "move the fair")]
    #[case("It would be great if you could add a task", "add a task")]
    #[case("Could you possibly, if it isn't too much trouble, mark it", "mark it")]
    #[case("create a project, thanks a lot", "create a project")]
    #[case("please", "please")]
    fn politeness_falls_away(#[case] said: &str, #[case] meant: &str) {
        let kept = without_fillers(&tokens(said));
        let kept = if kept.is_empty() { tokens(said) } else { kept };
        assert_eq!(join(&without_lead_in(&kept)), meant);
    }
}
