//! What a request takes back of what it asked for before.

use super::{
    AROUND,
    frame::{Frame, Part, is_plural_pronoun},
};
use crate::offline::{
    rows::{same_word, words},
    text::{Token, is_function_word, join},
};

/// "Give it to Caspar. No, he is away. Give it to Marigold instead": only the last is meant.
pub(super) fn overruled(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let (before, behind) = frames.split_at_mut(at);
        let frame = &behind[0];
        let single = matches!(frame.intent.as_str(), "assign" | "reschedule" | "rename" | "status");
        let points = frame.parts.iter().all(|part| {
            let names = matches!(part.role.as_str(), "task" | "project" | "idea" | "set");
            let several = part.role == "ref" && is_plural_pronoun(&part.tokens);
            !names && !several
        });
        let Some(wish) = before.iter().rposition(|other| !AROUND.contains(&other.intent.as_str())) else { continue };
        let corrected =
            before[wish + 1..].iter().any(|other| other.intent == "correct") || frame.says("instead rather");
        let wish = &mut before[wish];
        if single && points && corrected && wish.intent == frame.intent {
            wish.intent = "given".into();
            wish.parts.retain(|part| matches!(part.role.as_str(), "task" | "project" | "idea"));
        }
    }
}

/// "tasks to hire the tent, the PA and portaloos. Actually, scrap the PA": one of them less.
pub(super) fn scrapped(frames: &mut [Frame]) {
    for at in 1..frames.len() {
        let (before, behind) = frames.split_at_mut(at);
        let frame = &mut behind[0];
        let Some(said) = scraps(frame) else { continue };
        let fits = |part: &Part| {
            let own = words(&join(&part.tokens));
            part.role == "title" && said.iter().all(|word| own.iter().any(|own| same_word(own, word)))
        };
        let fitting: Vec<(usize, usize)> = before
            .iter()
            .enumerate()
            .filter(|(_, wish)| wish.intent == "task.create" && wish.all("title").count() > 1)
            .flat_map(|(wish, frame)| {
                frame.parts.iter().enumerate().filter(|(_, part)| fits(part)).map(move |(part, _)| (wish, part))
            })
            .collect();
        if let [(wish, part)] = fitting[..] {
            before[wish].parts.remove(part);
            frame.intent = "given".into();
            frame.parts.clear();
        }
    }
}

/// What is not wanted any more, in words with content.
fn scraps(frame: &Frame) -> Option<Vec<String>> {
    if !matches!(frame.intent.as_str(), "correct" | "dont") {
        return None;
    }
    let verb = "scrap drop skip forget cancel scratch strike leave lose remove delete omit without";
    let at = frame.tokens.iter().take(5).position(|token| token.is_any(verb))?;
    let end = frame.tokens[at..].iter().position(|token| token.is_mark(",") || token.is_mark("."));
    let rest = &frame.tokens[at + 1..end.map_or(frame.tokens.len(), |end| at + end)];
    let content = |token: &&Token| !is_function_word(&token.low) && !token.is_any("out off task one");
    let said: Vec<String> = rest.iter().filter(content).flat_map(|token| words(&token.text)).collect();
    (!said.is_empty()).then_some(said)
}
