//! What requests name only in general: "the usual milestones and paperwork", "with everything that belongs to it".

use super::{
    read::nouns::Noun,
    slots::patterns,
    text::{Kind as TokenKind, Token, is_determiner, is_function_word, is_preposition},
};

/// Whether the words ask for a launch and do not say of what: "set everything up for the launch", "build me the full launch
/// project". What it is stands in another sentence.
fn is_vague(tokens: &[Token]) -> bool {
    let launch = |token: &Token| {
        token.kind == TokenKind::Word
            && (token.lemma == "launch" || token.is_any("kick-off kickoff rollout roll-out go-live opening"))
    };
    let lists = tokens.windows(2).any(|pair| {
        Noun::of(&pair[0].low) == Some(Noun::Milestone)
            && (pair[1].is_mark(":") || pair[1].is_any("for called named of are"))
    });
    tokens.iter().any(launch)
        && !lists
        && tokens.iter().all(|token| {
            let begins = std::ptr::eq(token, &raw const tokens[0]);
            launch(token)
                || token.kind == TokenKind::Punct
                || token.is_temporal()
                || is_function_word(&token.low)
                || is_determiner(&token.low)
                || is_preposition(&token.low)
                || super::text::is_pronoun(&token.low)
                || token.kind == TokenKind::Word
                    && (!token.is_capitalised() || begins)
                    && super::text::is_verb(&token.lemma)
                || token.is_any("everything project plan full whole complete proper entire preparations preparation setup set-up milestones admin paperwork tasks checklist necessary usual needed thing things lot it all")
        })
        && (tokens.len() > 2 || tokens.iter().any(|token| token.is_any("it everything all")))
}

/// Whether a word names the admin of an undertaking: "paperwork", "red tape".
fn is_admin(tokens: &[Token], at: usize) -> bool {
    let before = |words: &str| tokens[..at].iter().rev().take(2).any(|token| token.is_any(words));
    let token = &tokens[at];
    token.is_any("admin administrative administration paperwork housekeeping formalities bureaucracy chores clerical back-office red-tape")
        || token.is_any("tape") && before("red")
        || token.is_any("stuff things bits side work part jobs tasks to-dos matters duties bit")
            && before("boring dull office usual formal official tedious organisational organizational routine standard bureaucratic desk legal")
}

/// What a list names in general ends in one of these: "the dull office stuff".
const IN_GENERAL: &str = "\
    stuff things thing bits pieces side part work matters duties jobs chores tape paperwork admin package works lot extras \
    formalities housekeeping bureaucracy checklist setup set-up everything etc";

/// Milestones or admin that the request names only in general: "the usual milestones and paperwork".
pub(crate) fn is_generic(tokens: &[Token]) -> bool {
    let noun = (0..tokens.len()).find(|at| {
        tokens[*at].kind == TokenKind::Word
            && (Noun::is_plural(&tokens[*at].low)
                && matches!(Noun::of(&tokens[*at].low), Some(Noun::Milestone | Noun::Task))
                || is_admin(tokens, *at)
                || tokens[*at].is_any("checklist"))
    });
    let Some(noun) = noun else { return false };
    // what stands behind the noun is generic, too, and there is no list of names
    let behind = &tokens[noun + 1..];
    !behind.iter().any(|token| token.is_mark(":"))
        && behind.split(|token| token.kind == TokenKind::Punct || token.is_any("and plus with or")).all(|part| {
            let named = part.iter().any(|token| token.kind == TokenKind::Quoted || token.is_capitalised());
            let ends = part.iter().rev().find(|token| !token.is_temporal() && !is_preposition(&token.low));
            let in_general = ends.is_some_and(|token| token.is_any(IN_GENERAL)) && part.len() <= 6 && !named;
            in_general || part.iter().all(says_nothing_certain)
        })
}

fn says_nothing_certain(token: &Token) -> bool {
    is_function_word(&token.low)
        || token.date().is_some()
        || token.kind == TokenKind::Word
            && (Noun::of(&token.low).is_some()
                || token.is_any(IN_GENERAL)
                || token.is_any("usual goes go necessary needed required whatever standard administration typical comes come belongs belong along included rest list administrative handful few couple several needs need kind sort include including own boring full whole small like sensible reasonable good complete entire kit caboodle trimmings shebang yards nine shooting match structure framework bookkeeping organisational bells whistles"))
}

/// "with everything that belongs to it", "the whole package": all parts of an undertaking, and none by name.
pub(super) fn is_the_lot(tokens: &[Token]) -> bool {
    patterns!(LOT:
        "everything|all|whatever|anything that|which|what? go|goes|belong|belongs|come|comes along? to|with it|that|this|them|one",
        "everything|all|whatever|anything that? is|it|one|we|you|that's needed|necessary|required|usual|needs|need|takes",
        "the? whole|full|entire|complete package|works|lot|shebang|caboodle|programme|program|setup|set-up|thing|nine",
        "the works",
        "prepare|plan|arrange|organise|organize|do|set the usual up?",
        "with all|everything|the the? trimmings|extras|bells|works|usual",
        "from a|start|beginning to z|finish|end",
        "soup to nuts",
    );
    LOT.iter().any(|pattern| pattern.find(tokens).is_some())
}

/// Whether a request asks for milestones and the usual admin without naming any: that is how people ask for a launch,
/// whatever they call it.
pub(super) fn is_asked_for(sentences: &[super::read::Sentence]) -> bool {
    let unnamed = |tokens: &[Token], at: usize| {
        tokens.get(at + 1).is_none_or(|next| {
            !next.is_mark(":")
                && !next.is_any("called named for of are is")
                && next.kind != TokenKind::Quoted
                && !next.is_capitalised()
        })
    };
    let says = |fits: &dyn Fn(&Token) -> bool| {
        sentences.iter().any(|sentence| {
            let tokens = &sentence.tokens;
            tokens
                .iter()
                .enumerate()
                .any(|(at, token)| token.kind == TokenKind::Word && fits(token) && unnamed(tokens, at))
        })
    };
    let stages = says(&|token| Noun::of(&token.low) == Some(Noun::Milestone) && Noun::is_plural(&token.low));
    let admin = sentences.iter().any(|sentence| {
        let tokens = &sentence.tokens;
        (0..tokens.len()).any(|at| is_admin(tokens, at) && unnamed(tokens, at))
    });
    // a launch that names nothing is of what the other sentences speak of
    let vague = || {
        let clauses: Vec<_> = sentences.iter().flat_map(super::read::clauses).collect();
        clauses.len() > 1 && clauses.iter().any(|clause| is_vague(&clause.tokens))
    };
    // "we bring out a second edition in May. Prepare the usual."
    let the_lot = || {
        sentences.len() > 1
            && sentences.iter().any(|sentence| sentence.tokens.len() <= 6 && is_the_lot(&sentence.tokens))
    };
    stages && admin || vague() || the_lot()
}

/// Whether the clause only says once more what the undertaking is: "set it all up for me".
pub(crate) fn continues(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return true };
    let verb = first.is_any("create add define write set get also plan prepare organise organize do make put start help sort arrange onboard kick draw give launch line handle take include with milestones and come work build map lay let's roll need i we it usual plus including");
    let pronoun = tokens
        .iter()
        .take(5)
        .any(|token| token.is_any("it everything all this them that her him whole things plan usual lot"));
    let own = tokens.iter().any(|token| {
        token.kind == TokenKind::Quoted
            || token.date().is_some()
            || token.kind == TokenKind::Word
                && (token.is_any("remind reminder message called named link assign note")
                    || token.is_capitalised() && !is_function_word(&token.low) && !std::ptr::eq(token, first))
    });
    (verb || is_vague(tokens))
        && !own
        && (pronoun || is_generic(tokens) || is_vague(tokens) || is_the_lot(tokens))
        && tokens.iter().position(|token| token.is_mark(":")).is_none_or(|colon| is_generic(&tokens[colon + 1..]))
}
