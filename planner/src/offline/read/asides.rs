//! What is said between the words of a request and asks for nothing: a greeting, courtesies, idle reasons, a signature.
//!
//! They are taken out before anything is read, so that no reader takes them for a part of what is asked.

use std::sync::LazyLock;

use crate::offline::{
    dates::{month_number, weekday},
    text::{Kind, Phrases, Token},
};

/// Courtesies that leave it to the reader when something is done, or beg pardon for asking.
static COURTESIES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "whenever|when it|this|that best? suits you? best|most?",
        "whenever|when|if convenient|practicable for|to? you?",
        "whenever|when|if it's|that's convenient|easiest|best for|to? you?",
        "whenever|when|if it|that is|happens to? be? convenient|easiest for|to? you?",
        "at|in your earliest|own|next? convenience|leisure|time",
        "at the very? earliest convenience|opportunity?",
        "at a|some|any|whatever|whichever moment|time|point is|that's? entirely|quite|most|more? convenient|suitable|suits for|to? you?",
        "at some convenient moment|time|point",
        "should you|one find|have|get|happen a|the|any|some|to|have spare|free|quiet? time|moment|minute|opportunity|chance|leisure",
        "should it|that|this so? suit|please|be you|convenient|possible|agreeable for|to? you?",
        "if|when|whenever you have|get|find|'ve got? a|the|some|any spare|free|quiet? moment|minute|second|sec|time|chance|opportunity",
        "if|when|whenever you've got? a|the|some|any spare|free|quiet? moment|minute|second|sec|time|chance|opportunity",
        "only? if it's|that's not|no too? much|an|any? bother|trouble|imposition|inconvenience|hassle for|to? you?",
        "only? if it|that is|isn't|wouldn't not|no|be? too? much|an|any? bother|trouble|imposition|inconvenience|hassle for|to? you?",
        "if it's|that's quite? all|al? right|alright|ok|okay|fine|acceptable|agreeable with|by|for|to? you?",
        "if it|that is quite? all|al? right|alright|ok|okay|fine|acceptable|agreeable with|by|for|to? you?",
        "if you would|could|will|'d be so|very? kind|good|nice|gracious as? to?",
        "if you'd be so|very? kind|good|nice|gracious as? to?",
        "if you don't|wouldn't|won't mind me|my? asking|saying?",
        "if i may be? so? bold?",
        "if i might be? so? bold?",
        "if it's|it at? all? possible",
        "if at all possible",
        "if|when|whenever|until you get|come|'ve|have get|got? round|around to it|that|this|them ,? really?",
        "before i|we forget it|that|this|them? again|altogether?",
        "before i|we lose the|my|our will|mind|marbles|temper|patience|nerve|sanity to? live?",
        "before it|this|that slips|goes right|clean|straight? out of my|our mind|memory|head",
        "before it|this|that slips|escapes my|our? mind|memory|me",
        "so|in that|order? it|this|that does|do not get|be|go lost|forgotten",
        "so|in that|order? it|this|that doesn't|won't|isn't|can't get|be|go? lost|forgotten",
        "lest i|we forget it|that|this?",
    ])
});

/// Takes out courtesies where they stand between marks or at either end of a sentence.
pub(crate) fn without_courtesies(tokens: Vec<Token>) -> Vec<Token> {
    let begins = |token: &Token| token.is_any("whenever when at in should if only before so lest");
    if !tokens.iter().any(begins) {
        return tokens;
    }
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let taken = if begins(&tokens[at]) { courtesy(&kept, &tokens[at..]) } else { 0 };
        if taken == 0 {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += taken;
        // "Whenever you have a moment, and only if it's no bother, …"
        while kept.last().is_some_and(|token| token.is_any("only")) {
            kept.pop();
        }
        let joined = kept.last().is_some_and(|token| token.is_any("and but"))
            && kept.len().checked_sub(2).is_none_or(|before| opens(&kept[before]));
        if joined {
            kept.pop();
        }
        let opened = kept.last().is_some_and(|token| token.is_mark("(") || token.is_mark(",") || token.is_mark("–"));
        let closes = tokens.get(at).is_some_and(|token| {
            let mark = [")", ",", "–", ":"].iter().any(|mark| token.is_mark(mark));
            mark || token.kind == Kind::Punct && !opened
        });
        let last = tokens.get(at).is_none_or(ends_sentence);
        if opened && (closes || last) {
            kept.pop();
        }
        let mark = tokens.get(at).is_some_and(|token| {
            [",", "–", ")"].iter().any(|mark| token.is_mark(mark)) || token.is_mark(":") && !opened
        });
        if mark && (opened || kept.last().is_none_or(ends_sentence)) {
            at += 1;
        }
    }
    kept
}

fn ends_sentence(token: &Token) -> bool {
    token.kind == Kind::Break || matches!(token.text.as_str(), "." | "!" | "?") && token.kind == Kind::Punct
}

fn opens(token: &Token) -> bool {
    matches!(token.kind, Kind::Punct | Kind::Break)
}

/// How many tokens of a courtesy begin here; none when it is what somebody is asked or told.
fn courtesy(before: &[Token], rest: &[Token]) -> usize {
    let taken = COURTESIES.longest(rest);
    if taken == 0 {
        return 0;
    }
    // "on 5 March at the earliest" is a bound
    let named = |low: &str| weekday(low).is_some() || month_number(low).is_some();
    let date = |token: &Token| {
        token.kind == Kind::Number || named(&token.low) || token.is_any("today tomorrow week month year noon midday")
    };
    if rest[taken - 1].is_any("earliest") && before.iter().rev().take(4).any(date) {
        return 0;
    }
    let behind = rest.get(taken);
    let led = before.last().is_none_or(|token| opens(token) || token.is_any("and but only please"));
    let closed = behind.is_none_or(opens);
    let from = before.iter().rposition(ends_sentence).map_or(0, |end| end + 1);
    let sentence = &before[from..];
    // "ask Tom if that's all right", "tell her to ring me when you have a minute"
    let told =
        "ask asks asking check see know find wonder wondering hear whether say says saying tell message text write";
    let asked = !led && sentence.iter().rev().take(6).any(|token| token.is_any(told));
    let in_a_text = sentence.iter().any(|token| token.is_any("tell message text write say saying reply mail email"))
        && behind.is_none_or(ends_sentence)
        && !(led && before.last().is_some_and(|token| token.is_mark(",")));
    if (led || closed) && !asked && !in_a_text { taken } else { 0 }
}

/// Takes away a greeting at the beginning, "Good morning, dear all,": words that only greet, up to the first mark.
pub(crate) fn without_greeting(mut tokens: Vec<Token>) -> Vec<Token> {
    let Some(end) = tokens.iter().take(6).position(|token| matches!(token.kind, Kind::Punct | Kind::Break)) else {
        return tokens;
    };
    let said = &tokens[..end];
    let greets = said.first().is_some_and(|token| token.is_any("good hi hello hey dear hiya greetings morning hallo"));
    let good = said.first().is_none_or(|token| token.low != "good")
        || said.get(1).is_some_and(|token| token.is_any("morning afternoon evening day"));
    let only = said.iter().all(|token| {
        token.kind == Kind::Word
            && token.is_any(
                "good hi hello hey dear hiya greetings morning afternoon evening day hallo all everyone everybody team there again \
                 folks both you my to friends colleagues sir madam",
            )
    });
    let closed = matches!(tokens[end].text.as_str(), "," | "!" | "." | "–") || tokens[end].kind == Kind::Break;
    let more = tokens[end..].iter().any(|token| token.kind == Kind::Word);
    if greets && good && only && closed && more {
        let marks = tokens[end..].iter().take_while(|token| matches!(token.kind, Kind::Punct | Kind::Break)).count();
        // a list's marks belong to it
        let bullet =
            tokens[end..end + marks].iter().position(|token| matches!(token.text.as_str(), "-" | "*" | "•" | "("));
        tokens.drain(..end + bullet.unwrap_or(marks));
    }
    tokens
}

const CLOSINGS: &str = "best regards cheers thanks thank sincerely yours kind kindest warm warmest many love ta warmly cordially \
     respectfully bye greetings with friendly hugs xx faithfully gratefully";

/// Takes away a signature at the end, "With friendly greetings, Dr. Albers": a sentence or line that only says goodbye, and
/// a short name behind it.
pub(crate) fn without_signature(mut tokens: Vec<Token>) -> Vec<Token> {
    let Some(last) = tokens.iter().rposition(|token| !matches!(token.kind, Kind::Punct | Kind::Break)) else {
        return tokens;
    };
    let from = (last.saturating_sub(9)..=last).find(|at| {
        let begins = *at > 0 && ends_sentence(&tokens[at - 1]);
        begins && tokens[*at].is_any(CLOSINGS) && says_goodbye(&tokens[*at..=last])
    });
    if let Some(from) = from {
        tokens.truncate(from);
    }
    tokens
}

/// "Best, Trudy", "kind regards // Ana Ruiz", "thanks, sandy": words of farewell, then a name of at most three words.
fn says_goodbye(tokens: &[Token]) -> bool {
    let farewell = tokens
        .iter()
        .take_while(|token| {
            token.is_any(CLOSINGS)
                || token
                    .is_any("a an the my and in advance again so very much lot wishes from in haste for now you dear")
        })
        .count();
    let said = tokens[..farewell].iter().any(|token| {
        token.is_any("regards wishes greetings cheers sincerely yours thanks thank love best bye hugs ta faithfully")
    });
    let rest = &tokens[farewell..];
    let parted = rest.first().is_some_and(|token| matches!(token.kind, Kind::Punct | Kind::Break));
    let name: Vec<&Token> = rest.iter().filter(|token| !matches!(token.kind, Kind::Punct | Kind::Break)).collect();
    let is_name = |token: &&Token| token.kind == Kind::Word && !token.is_any("and please then also to for the a in on");
    said && parted && (1..=3).contains(&name.len()) && name.iter().all(is_name) && {
        let capitals = name.iter().all(|token| token.is_capitalised());
        capitals || name.len() == 1
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("Put on the Kiln project, whenever it suits you, that it is lit", "Put on the Kiln project that it is lit")]
    #[case("Whenever you have a moment, and only if it's no bother, would you add it?", "would you add it?")]
    #[case("archive it (if it's not too much trouble), and tell Ana", "archive it, and tell Ana")]
    #[case("Might you, at your own convenience, close it?", "Might you close it?")]
    #[case("should you find the time, please close it", "please close it")]
    #[case("Close the Kiln task, if that's all right with you.", "Close the Kiln task.")]
    #[case("close it at your earliest convenience", "close it")]
    #[case("kindly file it at the earliest", "kindly file it")]
    #[case("file it on 5 March at the earliest", "file it on 5 March at the earliest")]
    #[case("ask Tom if that's all right", "ask Tom if that's all right")]
    #[case("tell Ana to ring me when you have a minute", "tell Ana to ring me when you have a minute")]
    #[case("If that is done, tell Ana", "If that is done, tell Ana")]
    #[case("when you have the keys, tell Ana", "when you have the keys, tell Ana")]
    #[case("And before I forget, Tom only reads letters", "Tom only reads letters")]
    #[case("mark it as done before I lose the will to live?", "mark it as done?")]
    #[case("Write down an idea, so that it does not get lost: a mill", "Write down an idea: a mill")]
    #[case("We all went out. Before I forget it again: remind me", "We all went out. remind me")]
    #[case("Close it? Whenever you get round to it, really.", "Close it?.")]
    #[case("tell Ana before it goes to Tom", "tell Ana before it goes to Tom")]
    #[case("tell Ana before it's too late", "tell Ana before it's too late")]
    fn courtesies_fall_away(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&without_courtesies(tokens(said))), meant);
    }

    #[rstest]
    #[case("Good morning, it is necessary to add a task", "it is necessary to add a task")]
    #[case("Dear all,\n\nwhat a week!", "what a week!")]
    #[case("Hello!", "Hello!")]
    #[case("morning run, then breakfast", "morning run, then breakfast")]
    #[case("Hi Ana, add a task", "Hi Ana, add a task")]
    fn a_greeting_falls_away(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&without_greeting(tokens(said))), meant);
    }

    #[rstest]
    #[case("Add an idea. With friendly greetings, Dr. Albers", "Add an idea.")]
    #[case("add an idea.\ncheers, sandy", "add an idea.\n")]
    #[case("Add an idea!\n\nThanks so much,\nAna Ruiz", "Add an idea!\n")]
    #[case("Send him: all is well. Thanks for Ana", "Send him: all is well. Thanks for Ana")]
    #[case("Add an idea. Thank Tom, and tell Ana", "Add an idea. Thank Tom, and tell Ana")]
    #[case("Thanks, Ana", "Thanks, Ana")]
    fn a_signature_falls_away(#[case] said: &str, #[case] meant: &str) {
        let texts = |tokens: &[Token]| tokens.iter().map(|token| token.text.clone()).collect::<Vec<String>>();
        assert_eq!(texts(&without_signature(tokens(said))), texts(&tokens(meant)));
    }
}
