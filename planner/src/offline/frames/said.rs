//! "She only reads letters; put that in her notes": what stands before a wish to tell or note it, in no wish of its own.

use super::{
    AROUND, Carrying,
    frame::{Frame, Part},
};
use crate::offline::text::{Kind as TokenKind, Token, is_function_word};

impl Carrying<'_, '_> {
    /// "the shirts are late again, can you put a note on Away Kit saying so", "put that on his card", "they ought to meet:
    /// write to both": the words said before, where the wish has none of its own.
    pub(super) fn said_before(&self, frame: &Frame) -> Option<Part> {
        let says_so = says_so(frame);
        let points = says_so || points_back(frame);
        let follows = !points && frame.intent == "message.send";
        let wishes = self.frames[..self.at].iter().filter(|frame| {
            let told = matches!(frame.intent.as_str(), "given" | "also") && !says_so;
            // "they ought to meet: link them and write to both"
            let joined = follows && matches!(frame.intent.as_str(), "link.create" | "given");
            !told && !joined
        });
        let before = wishes.map(|frame| frame.to).max().unwrap_or_default();
        let to = if follows { self.wishes_begin(frame) } else { frame.from };
        let whole = self.reader.whole.get(before..to).filter(|_| points || follows)?;
        let announced = whole.iter().rev().take(2).any(|token| token.is_mark(":") || token.is_any("so"));
        let ends = |token: &Token| {
            token.kind == TokenKind::Break || [".", "!", "?", ":", ";"].iter().any(|mark| token.is_mark(mark))
        };
        let last = whole.iter().rposition(|token| !ends(token) && token.kind != TokenKind::Punct)? + 1;
        let first = whole[..last].iter().rposition(ends).map_or(0, |at| at + 1);
        let said = &whole[first..last];
        let led = said.iter().take_while(|token| {
            token.kind == TokenKind::Punct
                || token.is_any("so right ok well and now anyway hi hey hello oh also but ps")
        });
        let led = led.count();
        let asks = |token: &&Token| {
            token.kind == TokenKind::Punct
                || token.is_any("can could would will we please so and just")
                || token.is_any("you") && points
        };
        let said = &said[led..said.len() - said[led..].iter().rev().take_while(asks).count()];
        let told = said.iter().filter(|token| !is_function_word(&token.low)).count() >= 2;
        (told && (points || announced)).then(|| Part {
            role: "body".into(),
            tokens: said.to_vec(),
            at: before + first + led,
        })
    }

    /// Where the first of the wishes begins that are joined to a wish by "and".
    fn wishes_begin(&self, frame: &Frame) -> usize {
        let linked = self.frames[..self.at].iter().rev().take_while(|before| {
            before.intent == "link.create" || AROUND.contains(&before.intent.as_str()) && before.intent != "given"
        });
        linked.map(|before| before.from).min().unwrap_or(frame.from)
    }
}

/// "a note saying that", "tell her about it": what was said is what is told.
fn says_so(frame: &Frame) -> bool {
    frame.tokens.windows(2).enumerate().any(|(at, pair)| {
        let ends = frame.tokens.get(at + 2).is_none_or(|token| token.kind == TokenKind::Punct || token.is_any("and"));
        pair[0].is_any("saying say says about mentioning") && pair[1].is_any("that so this it as") && ends
    })
}

/// "put that in her notes", "let him know that", "note this on his card".
fn points_back(frame: &Frame) -> bool {
    let is_text = |part: &Part| part.role == "body" || part.role == "title";
    let texts =
        frame.parts.iter().any(|part| is_text(part) && !part.tokens.iter().all(|token| is_function_word(&token.low)));
    let points = |part: &Part| {
        let only = matches!(part.tokens.as_slice(), [only] if only.is_any("that this so it"));
        // "write to her about it" is of a thing
        let it = part.tokens.first().is_some_and(|token| token.low == "it");
        only && (!it || frame.intent == "note.add" && frame.says("her his their notes card file record"))
    };
    !texts && frame.parts.iter().any(points)
}
