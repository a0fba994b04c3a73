//! Pleas piled up before a wish: "I'd be awfully grateful if you would be so kind as to move it" asks to move it.

use std::sync::LazyLock;

use crate::offline::text::{Kind, Phrases, Token, is_verb};

static PLEAS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(&[
        "i'd|we'd be so|ever|most|very|really|truly|awfully|terribly|extremely|immensely|eternally|deeply|much? so|very|much? grateful|thankful|obliged|indebted|delighted|pleased|glad|appreciative to? you? if you would|could|can|might|were please|kindly|perhaps|possibly? be? so|very? kind|good|nice|gracious|able? as|enough? to?",
        "i|we would|should be so|ever|most|very|really|truly|awfully|terribly|extremely|immensely|eternally|deeply|much? so|very|much? grateful|thankful|obliged|indebted|delighted|pleased|glad|appreciative to? you? if you would|could|can|might|were please|kindly|perhaps|possibly? be? so|very? kind|good|nice|gracious|able? as|enough? to?",
        "it'd|it be|would|'d be? so|very|really|most|awfully|terribly? kind|good|nice|lovely|sweet|gracious of you if you would|could|were please|kindly? to?",
        "it'd|it be|would be? so|very|really|most|awfully|terribly? kind|good|nice|lovely|sweet|gracious of you to",
        "would|could|will|might|can you perhaps|possibly|please|kindly? be so|very|awfully|terribly kind|good|nice|lovely|gracious|sweet as|enough? to|and",
        "would|could|might|can you perhaps|possibly|please|kindly? find it in your|yourself heart|able? to",
        "i|we wonder|wondered|was|am if|whether|wondering if|whether? you would|could|might perhaps|possibly|please|kindly? be so kind|good|nice as to",
        "might|may|could i|we trouble|ask|beg|beseech|implore|prevail|invite upon? you to",
        "i|we beg|implore|beseech|humbly request|ask you to",
        "be a|an dear|darling|sweetheart|star|angel|pal|love|gem|sport and",
        "do me the|a kindness|favour|favor|courtesy of",
    ])
});

/// Takes away pleas at the beginning of a sentence or behind a comma, where what is asked for comes right behind them.
pub(crate) fn without_pleas(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let begins = kept.last().is_none_or(|before| {
            matches!(before.kind, Kind::Punct | Kind::Break) || before.is_any("and so but now please also then")
        });
        let taken = if begins { PLEAS.longest(&tokens[at..]) } else { 0 };
        let asks = tokens.get(at + taken).is_some_and(|next| {
            next.kind == Kind::Word && next.lemma == next.low && is_verb(&next.low) && !next.is_any("be have let know")
        });
        if taken > 0 && asks && at + taken + 1 < tokens.len() {
            at += taken;
            continue;
        }
        kept.push(tokens[at].clone());
        at += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::{join, tokens};

    #[rstest]
    #[case("I'd be awfully grateful if you would be so kind as to move it to Friday.", "move it to Friday.")]
    #[case("We should be most obliged to you if you could archive it.", "archive it.")]
    #[case(
        "Hello. Would you be so good as to close it? It would be lovely of you to tell Ana.",
        "Hello. close it? tell Ana."
    )]
    #[case("Might I trouble you to rename it?", "rename it?")]
    #[case("tell Ana I'd be grateful if you could call", "tell Ana I'd be grateful if you could call")]
    #[case("I'd be grateful if you could let me know", "I'd be grateful if you could let me know")]
    #[case("I'd be glad if the ramp was cleaned", "I'd be glad if the ramp was cleaned")]
    fn pleas_fall_away(#[case] said: &str, #[case] meant: &str) {
        assert_eq!(join(&without_pleas(tokens(said))), meant);
    }
}
