//! Plain statements: what is there, what is wanted, who could do it. They seldom ask for a step, but what they say is
//! what "it", "she" and "sort that out" mean in the next clause.

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::patterns,
    text::{Kind as TokenKind, Token, is_function_word, is_verb},
};

// Wishes inside statements; the last slot is what is to be done.
patterns!(WISHES:
    "would|'d|she'd|he'd|they'd|we'd|i'd|who'd really|also|just|rather? like|love|want|prefer someone|somebody|anyone|us|me|you|anybody to {wish}",
    "would|'d|she'd|he'd|they'd|we'd|i'd really|also|just|rather? like|love|want to {wish}",
    "wants|needs|asked|wanted|asks|expects|begged for? someone|somebody|us|me|you|anyone to {wish}",
    "someone|somebody|anybody needs|has|should|must|ought|could to? {wish}",
    "needs|need|has|have|must|ought|wants to be {passive}",
    "should|must be {passive}",
    "need|needs a|an|the|some|new {thing}",
    "is|are|was|were|got|has|looks|seems|gone|went|keeps badly|totally|completely|been|again|terribly|very|so|rather|quite|a|pretty|half? bit|little? broken|leaking|damaged|missing|cracked|blocked|stuck|faulty|flickering|loose|dripping|rusty|jammed|torn|worn|dirty|filthy|mouldy|moldy|rotten|rotting|dead|empty|wobbly|squeaking|squeaky|peeling|flaking|overgrown|frozen|flooded|clogged|smashed|bent|crooked|unsafe|dangerous|dim|dark|cold|leaky|noisy|creaking|sagging|collapsed|wet|damp|stained|scratched|stale|expired|outdated|untidy|slippery|burnt|sticking|failing|falling|coming {rest*}",
    "is|are|was|were|got|has|looks|runs badly|totally|completely|been|again|terribly|very|so|rather|quite? out of {rest*}",
    "is|are|does|do|has|have|was not|never? isn't|aren't|doesn't|don't|won't|stopped|not? ~work|~open|~close|~shut|~start|~heat|~flush|~drain|~charge|~print|~lock properly|anymore|right? {rest*}",
    "isn't|aren't|doesn't|don't|won't|can't working|work|open|close|shut|start|heat|flush|drain|charge|print|lock|turn|function {rest*}",
    "asked|asking|asks whether|if we|you|i could|can|would {wish}",
    "wants|would like to know {question}",
    "complained|complains that|about {complaint}",
    "wants|wanted|needs|needed|expects|asked|likes|like|requires|demands to|for? have? {wanted}",
);

patterns!(COULD: "{who} could|can|should|would|will|might|is be? the|a|our right|best|perfect|very? man|woman|person|one|choice|candidate for|to it|that|this|the? do? job|it|that?", "{who} could|can|should|might|may|would|will easily|probably|perhaps|surely? do|take|handle|manage|fix|look it|that|this|into|care|on|at? of? it|that|this?");

#[expect(clippy::unnecessary_wraps, reason = "all readers of clauses answer alike")]
pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if let Some(person) = volunteer(reader, tokens) {
        reader.talk.names(&person);
        let last = reader.talk.last_of(&[Kind::Task]).cloned().filter(|task| task.step().is_some());
        if let Some(task) = last {
            reader.change(&task, Change::Points("assignee", person));
        }
        return Ok(true);
    }
    remember(reader, tokens);
    Ok(false)
}

/// "Oskar could do that": somebody for the task.
fn volunteer(reader: &Reader<'_>, tokens: &[Token]) -> Option<Thing> {
    let found = COULD.iter().find_map(|pattern| pattern.find(tokens))?;
    let who = found.get("who", tokens);
    let people = reader.people_in(who);
    people.into_iter().next_back().filter(|_| who.len() <= 6)
}

/// Notes whom and what a statement names.
pub(crate) fn remember(reader: &mut Reader<'_>, tokens: &[Token]) {
    for person in reader.people_in(tokens) {
        reader.talk.names(&person);
    }
    for (at, token) in tokens.iter().enumerate() {
        let kind = match token.low.as_str() {
            "project" => Kind::Project,
            "task" => Kind::Task,
            "idea" => Kind::Idea,
            _ => continue,
        };
        let from = tokens[..at]
            .iter()
            .rposition(|token| token.is_any("the my our this that your about on of with a"))
            .map_or(0, |found| found + 1);
        if at > from
            && let Some(thing) = reader.certainly(&tokens[from..=at], &[kind])
        {
            reader.talk.about(&thing);
        }
    }
    // "the idea about the ferry is ripe"
    for (at, token) in tokens.iter().enumerate() {
        let kind = match token.low.as_str() {
            "project" => Kind::Project,
            "task" => Kind::Task,
            "idea" => Kind::Idea,
            _ => continue,
        };
        let behind = &tokens[at + 1..];
        if behind.first().is_some_and(|token| token.is_any("about of for with on to")) {
            let end = behind
                .iter()
                .position(|token| {
                    token.kind == TokenKind::Punct || token.is_any("is was has looks seems became will isn't should")
                })
                .unwrap_or(behind.len());
            if let Some(thing) = reader.certainly(&behind[1..end.max(1)], &[kind]) {
                reader.talk.about(&thing);
            }
        }
    }
    // a title named whole, in quotes or not
    let quoted: Vec<Token> = tokens.iter().filter(|token| token.kind == TokenKind::Quoted).cloned().collect();
    for token in quoted {
        if let Some(thing) = reader.certainly(std::slice::from_ref(&token), &[Kind::Project, Kind::Task, Kind::Idea]) {
            reader.talk.about(&thing);
        }
    }
    let subject = tokens.iter().position(|token| token.is_any("is are was has looks seems became will isn't"));
    if let Some(end) = subject.filter(|end| (1..=7).contains(end))
        && let Some(thing) = reader.certainly(&tokens[..end], &[Kind::Project, Kind::Task, Kind::Idea])
    {
        reader.talk.about(&thing);
    }
}

/// What the statements so far say is to be done: "look at the broken swing".
pub(crate) fn wish_in(told: &[Vec<Token>]) -> Option<Vec<Token>> {
    told.iter().rev().find_map(|sentence| {
        WISHES.iter().enumerate().find_map(|(index, pattern)| {
            let found = pattern.find(sentence)?;
            let slot = [
                "wish",
                "wish",
                "wish",
                "wish",
                "passive",
                "passive",
                "thing",
                "rest",
                "rest",
                "rest",
                "rest",
                "wish",
                "question",
                "complaint",
                "wanted",
            ][index];
            let from = found.range(slot)?.start;
            let behind: Vec<Token> = sentence[from..].iter().take_while(|token| !token.is_mark(";")).cloned().collect();
            wish_of(index, sentence, found.matched.start, behind)
        })
    })
}

fn wish_of(index: usize, sentence: &[Token], matched: usize, behind: Vec<Token>) -> Option<Vec<Token>> {
    let word = |text: &str| Token::new(text, TokenKind::Word, false);
    let subject = || -> Vec<Token> {
        let from = sentence[..matched]
            .iter()
            .rposition(|token| {
                token.kind == TokenKind::Punct
                    || token.is_any("that because and but so said say says mention mentioned tell told think believe")
            })
            .map_or(0, |at| at + 1);
        let mut subject = sentence[from..matched].to_vec();
        // "The gate" begins the sentence no more
        if let Some(first) = subject.first_mut().filter(|first| crate::offline::text::is_determiner(&first.low)) {
            first.text.clone_from(&first.low);
        }
        subject
    };
    match index {
        0..=3 | 11 => behind.first().is_some_and(|token| is_verb(&token.low)).then_some(behind),
        // "the gutter needs to be cleaned" → "clean the gutter"
        4 | 5 => {
            let verb = behind.first()?.lemma.clone();
            let mut wish = vec![word(&verb)];
            wish.extend(subject());
            wish.extend(behind[1..].iter().cloned());
            (wish.len() > 1 && is_verb(&verb)).then_some(wish)
        }
        6 => {
            let mut wish = vec![word("get")];
            wish.extend(behind);
            Some(wish)
        }
        7..=10 => {
            let subject = subject();
            let named = subject.iter().any(|token| !is_function_word(&token.low));
            let mut wish = vec![word("fix")];
            wish.extend(subject);
            named.then_some(wish)
        }
        // "the brigade wants the lights tested before the visit" → "test the lights before the visit"
        14 => {
            let determined = behind.first().is_some_and(|token| crate::offline::text::is_determiner(&token.low));
            let end = behind
                .iter()
                .position(|token| token.date().is_some() || token.kind == TokenKind::Punct)
                .unwrap_or(behind.len());
            // the last one: "the broken banister repaired"
            let done = behind[..end].iter().rposition(|token| {
                token.kind == TokenKind::Word
                    && token.low != token.lemma
                    && is_verb(&token.lemma)
                    && !token.low.ends_with('s')
            })?;
            let mut wish = vec![word(&behind[done].lemma)];
            wish.extend(behind[..done].iter().cloned());
            wish.extend(behind[done + 1..].iter().cloned());
            (determined && done > 1).then_some(wish)
        }
        12 => {
            let mut wish = vec![word("find"), word("out")];
            wish.extend(behind);
            Some(wish)
        }
        _ => {
            let mut wish = vec![word("look"), word("into")];
            wish.extend(behind);
            Some(wish)
        }
    }
}

/// What the statements so far are about, when none of them says what is to be done: the last that tells of something.
pub(crate) fn matter_in(told: &[Vec<Token>]) -> Option<Vec<Token>> {
    let tells = |sentence: &&Vec<Token>| {
        let content = sentence.iter().filter(|token| !is_function_word(&token.low) && !token.is_temporal()).count();
        let of_me = sentence.first().is_some_and(|token| token.is_any("i i'm i've we we're we've thanks sorry hope"));
        content >= 2 && !of_me
    };
    told.iter().rev().find(tells).cloned()
}
