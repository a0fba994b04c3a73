//! What waits for what by the words around wishes, and what may not be done.

use super::{AROUND, Carrying, adding::alike, frame::Frame};
use crate::offline::{
    draft::Thing,
    read::{Condition, Link},
    rows::words,
    slots::{Sequence, sequence},
    text::{Kind as TokenKind, Token, is_function_word, join, number_word},
};

impl Carrying<'_, '_> {
    /// "afterwards", "once both are through", "when the contract is signed".
    pub(super) fn order(&mut self, frame: &Frame, link: &mut Link) {
        let idle = "and then but so only just please not earlier no before that this after afterwards next once when whenever as soon sooner minute moment instant is being it's that's done finished later thereafter subsequently following followed by first second third finally lastly and, with their approval approvals okay okays consent of done, which which's all parallel simultaneously side by same time at";
        let leads = |token: &&Token| {
            token.kind == TokenKind::Punct
                || token.is_any(
                    "and then but so only just please after once when whenever as soon if provided in case the moment",
                )
        };
        let behind = &frame.tokens[frame.tokens.iter().take_while(leads).count()..];
        let rest: Vec<Token> = frame.words("cond").unwrap_or(behind).to_vec();
        if self.chains_as_listed(frame) || self.chains_what_was_made(frame) {
            return;
        }
        if self.goes_ahead(frame) || self.may_not_go_ahead(frame) {
            return;
        }
        // "the last of these depends on both of the others": heeded when all steps are there
        if crate::offline::stated_order::tells(self.reader, &frame.tokens) {
            return;
        }
        // "its tasks come strictly one after the other: …"
        let next = self.frames.get(self.at + 1).map(|next| next.intent.as_str());
        if matches!(next, Some("task.create" | "manual.step"))
            && !matches!(self.last_intent.as_str(), "task.create" | "manual.step")
            && sequence(&mut frame.tokens.clone()) == Sequence::Chain
        {
            self.chained = true;
            return;
        }
        // "phase two:", "step 3": what comes follows what is there
        let stage = |token: &Token| {
            token.kind == TokenKind::Punct
                || token.is_any("phase stage step round part then and")
                || token.kind == TokenKind::Number
                || number_word(&token.low).is_some()
                || is_function_word(&token.low)
        };
        if frame.says("phase stage step round part") && frame.tokens.len() <= 4 && frame.tokens.iter().all(stage) {
            *link = Link::Then;
            return;
        }
        // "only when it": nothing was planned yet that it could be
        if self.reader.draft.steps.is_empty() && rest.iter().all(|token| is_function_word(&token.low)) {
            return;
        }
        // "the lamps come last"
        if frame.says("last") && frame.says("come comes go goes") {
            let named =
                rest.iter().filter(|token| !token.is_any("last come comes go goes")).cloned().collect::<Vec<_>>();
            if let Some(last) = self.made_like(&named).and_then(|thing| thing.step()) {
                for before in (0..self.reader.draft.steps.len()).filter(|step| *step != last) {
                    if matches!(self.reader.draft.steps[before].action, "task.create" | "manual.step") {
                        self.reader.draft.order(last, before);
                    }
                }
                return;
            }
        }
        let uncertain = frame.says("if unless provided assuming case");
        let content = rest.iter().any(|token| token.kind != TokenKind::Punct && !token.is_any(idle));
        // "…, which comes after the two": said of the wish before
        if !content && !uncertain && frame.tokens.len() <= 4 && self.frames.get(self.at + 1).is_some() {
            self.reader.goes_on_from(self.begun);
        }
        let first = frame.tokens.iter().find(|token| !token.is_any("only but just and strictly directly"));
        if self.first_of_made(frame, &rest) || self.said_of_the_last(frame, &rest) {
            return;
        }
        let rest_waits = |frame: &Frame| AROUND.contains(&frame.intent.as_str()) && frame.intent != "also";
        let trailing = first.is_some_and(|token| token.is_any("that which")) && !frame.says("being having")
            || self.says_of_the_wish_before(frame)
            || self.hangs_on_the_wish_before(frame)
            || self.only_then(frame)
            || self.frames[self.at + 1..].iter().all(rest_waits)
            || first.is_some_and(|token| token.is_any("after following behind"))
                && self.frames.get(self.at + 1).is_some_and(|next| next.intent == "also");
        let made: Vec<usize> = (self.begun..self.reader.draft.steps.len()).collect();
        let later = if trailing { self.said_to_wait(frame, made.clone()) } else { Vec::new() };
        let named = later != made;
        if !later.is_empty() {
            let rest = if frame.has("cond") { rest } else { waited_for(&rest) };
            let others = rest.iter().any(|token| token.is_any("both all others other them")) && later.len() == 1;
            let group: Vec<usize> = self.made.iter().filter_map(Thing::step).collect();
            let steps = if others && group.contains(&later[0]) { group } else { self.reader.steps_meant(&rest) };
            let own = !steps.is_empty() && steps.iter().all(|step| later.contains(step));
            let told = frame.words("cond").is_some_and(|words| words.len() > 2) && own;
            // what a wish made waits for what was there before it; "the last of these" for any of them
            let there = |step: &usize| named || *step < self.begun;
            let before: Vec<usize> =
                steps.iter().copied().filter(|step| !later.contains(step) && there(step)).collect();
            // "…, that has to wait for the permit. The permit is Ann's job": it is among what is still to be made
            if before.is_empty() && content && self.made_further_on(&rest) {
                self.put_off.push((later, rest));
                return;
            }
            let unknown = content && (steps.is_empty() || told);
            if before.is_empty() && unknown {
                self.reader.wait_behind(&later, &Condition { tokens: rest, uncertain });
            } else {
                let before = if before.is_empty() { self.before_last() } else { before };
                self.reader.wait_for_steps(&later, &before);
            }
            return;
        }
        if !content && !uncertain {
            *link = Link::Then;
            return;
        }
        // "these two side by side, and when both are in, …": side by side were those before
        *link = Link::And;
        let condition = Condition { tokens: rest, uncertain };
        self.reader.wait_for(&condition);
    }

    /// "the hall first": before all the others of the group; "first the hall, then the band": in this order.
    fn first_of_made(&mut self, frame: &Frame, rest: &[Token]) -> bool {
        let group: Vec<usize> = self.made.iter().filter_map(Thing::step).collect();
        if !frame.says("first") || group.len() < 2 {
            return false;
        }
        let named = |said: &[Token], carrying: &Self| {
            let idle = |token: &&Token| !token.is_any("first please of all comes goes should be is done then");
            let words: Vec<Token> = said.iter().filter(idle).cloned().collect();
            carrying.made_like(&words).and_then(|thing| thing.step()).filter(|step| group.contains(step))
        };
        let parts: Vec<usize> = frame
            .tokens
            .split(|token| token.is_any("then") || token.is_mark(","))
            .filter_map(|part| named(part, self))
            .collect();
        if parts.len() > 1 {
            for pair in parts.windows(2) {
                self.reader.draft.order(pair[1], pair[0]);
            }
            return true;
        }
        let Some(first) = named(rest, self).or_else(|| parts.first().copied()) else { return false };
        for later in group.into_iter().filter(|step| *step != first) {
            self.reader.draft.order(later, first);
        }
        true
    }

    /// "…, but not before the review is finished.", "(after hiring it)": said of the wish before, where the sentence or the
    /// bracket ends behind it.
    fn said_of_the_last(&mut self, frame: &Frame, rest: &[Token]) -> bool {
        let ends = |token: &Token| {
            token.kind == TokenKind::Break || matches!(token.text.as_str(), "." | "!" | "?" | ")" | ";")
        };
        let whole = &self.reader.whole;
        let closed = whole.get(frame.to).is_none_or(ends) || whole.get(frame.to.saturating_sub(1)).is_some_and(ends);
        let opened =
            frame.from > 0 && whole.get(frame.from - 1).is_some_and(|token| ends(token) && !token.is_mark(")"));
        let waits =
            frame.tokens.iter().take(4).any(|token| token.is_any("after before until till once when following"));
        if !closed || opened || !waits || self.begun == 0 || self.begun >= self.reader.draft.steps.len() {
            return false;
        }
        let before: Vec<usize> = self.reader.steps_meant(rest).into_iter().filter(|step| *step < self.begun).collect();
        for later in self.begun..self.reader.draft.steps.len() {
            for earlier in &before {
                self.reader.draft.order(later, *earlier);
            }
        }
        !before.is_empty()
    }

    /// "…, which can only start once it is up", "needs both", "but not until she has done that": said of the wish before, not
    /// of the one that comes.
    fn says_of_the_wish_before(&self, frame: &Frame) -> bool {
        let first = frame.tokens.iter().find(|token| {
            token.kind != TokenKind::Punct && !token.is_any("only but just and strictly directly still also though")
        });
        let says = "needs need depends depend follows follow waits wait comes come builds build rests rest relies rely \
            hinges hinge can't cannot mustn't can may must has have should both they it";
        // "and not until he has signed should the printer hear of it" is said of what comes
        let not_until =
            frame.tokens.windows(2).take(4).any(|pair| pair[0].is_any("not") && pair[1].is_any("until till before"));
        let until = (not_until || first.is_some_and(|token| token.is_any("until till"))) && !self.goes_on[self.at];
        let spoken = frame.all("ref").any(|part| part.at == frame.from)
            && frame.says("needs follows depends waits comes may must can");
        let after = self.frames[..self.at]
            .last()
            .is_some_and(|before| !AROUND.contains(&before.intent.as_str()) || before.intent == "parallel");
        after && !self.starts[self.at] && (until || spoken || first.is_some_and(|token| token.is_any(says)))
    }

    /// "issue the tender once the survey is back, and …": without a mark between them, it is said of the wish before.
    fn hangs_on_the_wish_before(&self, frame: &Frame) -> bool {
        let whole = &self.reader.whole;
        let said = frame.tokens.iter().find(|token| !token.is_any("only but just"));
        let leads = said.is_some_and(|token| token.is_any("once when after as"));
        let wish = self.frames[..self.at].last().filter(|before| !AROUND.contains(&before.intent.as_str()));
        let joined = wish.is_some_and(|wish| {
            wish.to <= frame.from
                && frame.from > 0
                && whole[wish.to.saturating_sub(1)..frame.from]
                    .iter()
                    .all(|token| token.kind == TokenKind::Word && !token.is_any("and then but"))
        });
        let closes = |token: &Token| {
            matches!(token.kind, TokenKind::Punct | TokenKind::Break) && !token.is_mark(":") || token.is_any("and but")
        };
        leads && joined && frame.tokens.len() > 2 && whole.get(frame.to).is_none_or(closes)
    }

    /// "tell her the trailer is hers, but only once it has passed.": the sentence ends behind it, so it is said of the wish
    /// before.
    fn only_then(&self, frame: &Frame) -> bool {
        let mut said =
            frame.tokens.iter().filter(|token| token.kind != TokenKind::Punct && !token.is_any("but though"));
        let only = said.next().is_some_and(|token| token.is_any("only just"));
        let when = said.next().is_some_and(|token| token.is_any("once when after if as"));
        let ends = |token: &Token| token.kind == TokenKind::Break || matches!(token.text.as_str(), "." | "!" | ";");
        let wish = self.frames[..self.at].last().is_some_and(|before| !AROUND.contains(&before.intent.as_str()));
        let ended = self.reader.whole.get(frame.to).is_none_or(ends);
        only && when && wish && ended && !self.starts[self.at]
    }

    /// Whether a task that is still to be made is called by all of these words.
    fn made_further_on(&self, said: &[Token]) -> bool {
        let wanted = content_of(said);
        let rest = self.frames.get(self.at + 1..).unwrap_or_default();
        let makes = |frame: &&Frame| matches!(frame.intent.as_str(), "task.create" | "manual.step");
        let titles = rest.iter().filter(makes).flat_map(|frame| frame.all("title"));
        let mut titles = titles.map(|part| content_of(&part.tokens));
        !wanted.is_empty()
            && titles.any(|own| {
                let common = wanted.iter().filter(|word| own.iter().any(|own| alike(own, word))).count();
                common * 2 >= wanted.len() || common == own.len() && common > 0
            })
    }

    /// What waits for work that was only named behind it.
    pub(super) fn order_what_was_put_off(&mut self) {
        for (later, said) in std::mem::take(&mut self.put_off) {
            let mut before = self.reader.steps_meant(&said);
            before.retain(|step| !later.contains(step));
            self.reader.wait_for_steps(&later, &before);
        }
    }

    /// What waits, in words behind the wishes: "the last of these depends on both"; what the last wish made, where they name
    /// nothing. None when they name something that is not there.
    fn said_to_wait(&self, frame: &Frame, made: Vec<usize>) -> Vec<usize> {
        let joint = frame.tokens.iter().position(|token| {
            token.is_any(
                "until till before after once when unless on upon for needs need follows requires depends waits",
            )
        });
        let subject = frame.all("ref").find(|part| part.at < frame.from + joint.unwrap_or(0));
        let Some(subject) = subject.filter(|part| part.at <= frame.from + 2) else { return made };
        let group: Vec<usize> = self.made.iter().filter_map(Thing::step).collect();
        let says = |words: &str| subject.tokens.iter().any(|token| token.is_any(words));
        let nth = ["first", "second", "third", "fourth", "fifth"].iter().position(|word| says(word));
        if says("last latter final") {
            return group.last().copied().into_iter().collect();
        }
        if let Some(nth) = nth {
            return group.get(nth).copied().into_iter().collect();
        }
        if subject.tokens.iter().all(|token| is_function_word(&token.low)) {
            return made;
        }
        self.made_like(&subject.tokens).and_then(|thing| thing.step()).into_iter().collect()
    }

    /// The steps of the group that the last wish made, without the last; else all steps before it.
    pub(super) fn before_last(&self) -> Vec<usize> {
        let group: Vec<usize> = self.made.iter().filter_map(Thing::step).filter(|step| *step < self.begun).collect();
        if group.is_empty() { (0..self.begun).collect() } else { group }
    }

    /// "before that": the steps of the next wish come before those so far.
    pub(super) fn order_before(&mut self, frame: &Frame) {
        if self.goes_ahead(frame) || self.may_not_go_ahead(frame) {
            return;
        }
        // "and before the floor is measured, …": what is named, where this plan makes it
        let named = frame.words("cond").and_then(|said| self.made_like(&content_tokens(said)));
        let later: Vec<usize> = match named.and_then(|thing| thing.step()) {
            Some(step) => vec![step],
            None => (self.begun..self.reader.draft.steps.len()).collect(),
        };
        let Some(next) = self.frames.get(self.at + 1) else { return };
        if !AROUND.contains(&next.intent.as_str()) && !later.is_empty() {
            self.reader.comes_before(&later);
        }
    }

    /// "…, which has to happen before that": the wish before goes ahead of the one before it. Says whether it was that.
    fn goes_ahead(&mut self, frame: &Frame) -> bool {
        // "before that" may have been taken for a day
        let said = join(&frame.tokens).to_lowercase();
        let said = said.trim_end_matches(|c: char| !c.is_alphanumeric());
        let ends = ["before that", "before it", "before this", "ahead of that", "ahead of it"]
            .iter()
            .any(|words| said.ends_with(words));
        let tells = frame
            .tokens
            .iter()
            .take(3)
            .any(|token| token.is_any("which that this it happen happens comes come be done goes before"));
        let work = |step: &usize| matches!(self.reader.draft.steps[*step].action, "task.create" | "manual.step");
        let later = (0..self.begun).rev().find(work);
        let (Some(later), true) = (later, ends && tells) else { return false };
        let ahead: Vec<usize> = (self.begun..self.reader.draft.steps.len()).filter(work).collect();
        let [ahead] = ahead[..] else { return false };
        self.reader.draft.order(later, ahead);
        true
    }

    /// "leave the idea where it is", "don't tell her": nothing is done, and what was planned against it goes.
    pub(super) fn forbid(&mut self, frame: &Frame) {
        for part in frame.all("person") {
            for person in self.reader.people_in(&part.tokens) {
                self.reader.talk.names(&person);
            }
        }
        // "file the idea away", "it's not just an idea any more": nothing is forbidden by that
        let no_longer =
            frame.says("just only merely mere longer anymore more") && !frame.says("archive archived bin delete");
        if puts_away(&frame.tokens) || no_longer && frame.says("idea") {
            return;
        }
        if frame.says("idea ideas it original archive archived bin delete") && !frame.says("project tell message") {
            let last = self.reader.draft.steps.iter().rposition(|step| step.action == "idea.archive");
            if last.is_some_and(|last| last + 1 == self.reader.draft.steps.len())
                && self.last_intent == "idea_to_project"
            {
                self.reader.draft.steps.pop();
            } else {
                self.reader.keep_ideas();
            }
        }
    }
}

/// The words that name work, as they were said.
fn content_tokens(said: &[Token]) -> Vec<Token> {
    let idle = "anyone anybody someone somebody done finished ready";
    said.iter().filter(|token| !is_function_word(&token.low) && !token.is_any(idle)).cloned().collect()
}

/// The words that name work, without those that only say that it is done.
fn content_of(said: &[Token]) -> Vec<String> {
    let idle = "done finished ready complete completed there over through back in closed";
    let named = said
        .iter()
        .filter(|token| token.kind != TokenKind::Punct && !is_function_word(&token.low) && !token.is_any(idle));
    named.flat_map(|token| words(&token.text)).collect()
}

/// "the print run may not begin until the proofs are sent", "both build on the survey": what is waited for.
fn waited_for(said: &[Token]) -> Vec<Token> {
    let joint = said.iter().position(|token| {
        token.is_any("until till before after once when unless on upon for needs need follows requires")
    });
    let rest = joint.and_then(|at| said.get(at + 1..)).filter(|rest| !rest.is_empty());
    rest.unwrap_or(said).to_vec()
}

/// "file the idea away": no wish to keep it.
pub(super) fn puts_away(tokens: &[Token]) -> bool {
    let says = |words: &str| tokens.iter().any(|token| token.is_any(words));
    says("archive archived file filed away retire retired shelve shelved bin binned close closed drop dropped")
        && !says("don't dont not no never without leave keep keeps stay stays remain remains shouldn't mustn't needn't")
}
