//! What waits for what: order words, conditions, steps that are meant by other steps.

use serde_json::Value;

use super::{Reader, ordinal};
use crate::offline::{
    draft::{Step, Thing, shortened},
    read::{Condition, Link},
    rows::{same_word, words},
    text::{Kind as TokenKind, Token, join},
};

impl Reader<'_> {
    /// Begins a clause that follows the ones before in this way.
    pub(crate) fn follow(&mut self, link: Link, starts_sentence: bool) {
        if let Some(barrier) = self.barrier_behind.take() {
            (self.barrier, self.until_done) = barrier;
        }
        match link {
            Link::Then => {
                let made: Vec<usize> = (self.since..self.draft.steps.len()).collect();
                if !made.is_empty() {
                    self.barrier = self.ends_of(&made);
                    self.until_done = false;
                    self.since = self.draft.steps.len();
                }
            }
            Link::And if starts_sentence => {
                self.talk.place = None;
                self.barrier.clear();
                self.since = self.draft.steps.len();
            }
            // beside the wish before: it waits for what that one waits for
            Link::And | Link::Parallel => {}
        }
    }

    /// "save that, and afterwards …": what comes follows the steps from here, where nothing was made since.
    pub(crate) fn goes_on_from(&mut self, step: usize) {
        if self.since >= self.draft.steps.len() {
            self.since = self.since.min(step);
        }
    }

    /// Those of the steps that none of the others waits for.
    pub(super) fn ends_of(&self, steps: &[usize]) -> Vec<usize> {
        let waited_for =
            |step: &&usize| !steps.iter().any(|other| other != *step && self.draft.comes_after(*other, **step));
        steps.iter().filter(waited_for).copied().collect()
    }

    /// Lets the clause at hand wait for what its condition names, and no other clause.
    pub(crate) fn wait_once(&mut self, condition: &Condition) {
        let barrier = (self.barrier.clone(), self.until_done);
        let since = self.since;
        self.wait_for(condition);
        self.barrier_behind = Some(barrier);
        self.since = since;
    }

    /// Lets what comes now wait for what a condition names: a step of this plan, or a person who sees that it is so.
    pub(crate) fn wait_for(&mut self, condition: &Condition) {
        for person in self.people_in(&condition.tokens) {
            self.talk.names(&person);
        }
        let steps = self.steps_meant(&condition.tokens);
        if !steps.is_empty() && !condition.uncertain {
            self.barrier = steps;
            self.until_done =
                !condition.tokens.iter().any(|token| token.is_any("created added made set up there saved"));
            self.since = self.draft.steps.len();
            return;
        }
        if !condition.uncertain && self.await_work(&condition.tokens) {
            return;
        }
        self.wait_and_see(condition);
    }

    /// A step at which a person sees whether a condition is so; what comes waits for it.
    fn wait_and_see(&mut self, condition: &Condition) {
        let text = join(&condition.tokens);
        let title = if condition.uncertain { format!("Check whether {text}") } else { format!("Wait until {text}") };
        let instructions = if condition.uncertain {
            format!("Check whether {text}. If not, skip what depends on this step.")
        } else {
            format!("Mark this as done when {text}.")
        };
        let before = self.ends_of(&(self.since..self.draft.steps.len()).collect::<Vec<_>>());
        let step = self.draft.push(Step::new("manual.step", shortened(&title, 120)).text("instructions", instructions));
        for index in before.into_iter().chain(self.barrier.clone()) {
            self.draft.order(step, index);
        }
        self.barrier = vec![step];
        self.until_done = false;
        self.since = self.draft.steps.len();
    }

    /// Lets steps that are there already wait for what a condition says, which no other step does.
    pub(crate) fn wait_behind(&mut self, later: &[usize], condition: &Condition) {
        let kept = (std::mem::take(&mut self.barrier), self.until_done, self.since);
        self.since = self.draft.steps.len();
        if condition.uncertain || !self.await_work(&condition.tokens) {
            self.wait_and_see(condition);
        }
        let before = std::mem::take(&mut self.barrier);
        (self.barrier, self.until_done, self.since) = kept;
        self.wait_for_steps(later, &before);
    }

    /// Lets steps that are there already wait for others: for tasks until they are done, where what waits is more than planned.
    pub(crate) fn wait_for_steps(&mut self, later: &[usize], before: &[usize]) {
        let mut before = before.to_vec();
        for step in later.iter().copied() {
            let kept = (std::mem::replace(&mut self.barrier, before), self.until_done);
            self.until_done = true;
            self.wait_until_done(self.draft.steps[step].action);
            before = std::mem::replace(&mut self.barrier, kept.0);
            self.until_done = kept.1;
            for earlier in &before {
                self.draft.order(step, *earlier);
            }
        }
    }

    /// The steps that words such as "both", "her approval" or "the audit is done" mean.
    pub(crate) fn steps_meant(&self, tokens: &[Token]) -> Vec<usize> {
        let count = self.draft.steps.len();
        if count == 0 {
            return Vec::new();
        }
        let says = |low: &str| tokens.iter().any(|token| token.is_any(low));
        let all_else = says("everything all") && says("else that this other others the");
        if all_else && !says("tasks") && tokens.len() <= 5 {
            return self.ends_of(&(0..count).collect::<Vec<_>>());
        }
        let group: Vec<usize> = self.talk.group.iter().filter_map(Thing::step).collect();
        if says("both all they they're these those two everything") && group.len() > 1 {
            return group;
        }
        if says("task step first second third")
            && let Some(nth) = tokens.iter().find_map(|token| {
                ordinal(&token.low).or_else(|| {
                    crate::offline::text::number_word(&token.low)
                        .filter(|_| !token.is_any("a an"))
                        .and_then(|n| i32::try_from(n).ok())
                        .map(|n| n - 1)
                })
            })
            && let Some(step) = usize::try_from(nth).ok().and_then(|nth| group.get(nth))
        {
            return vec![*step];
        }
        let wanted: Vec<String> = tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Word || token.kind == TokenKind::Quoted)
            .flat_map(|token| words(&token.text))
            .filter(|word| {
                !crate::offline::text::is_function_word(word)
                    && !matches!(
                        word.as_str(),
                        "done"
                            | "okay"
                            | "ok"
                            | "given"
                            | "approval"
                            | "approved"
                            | "happy"
                            | "finished"
                            | "complete"
                            | "completed"
                            | "over"
                            | "ready"
                            | "s"
                            | "step"
                    )
            })
            .collect();
        let hits = |step: &Step| {
            let own = words(&format!(
                "{} {}",
                step.title,
                step.params.values().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
            ));
            // whose work it is: "when Ruth has given her okay"
            let whose = step.pointed("assignee").map(|person| words(&person.label)).unwrap_or_default();
            let own: Vec<String> = own.into_iter().chain(whose).collect();
            wanted
                .iter()
                .filter(|word| {
                    own.iter().any(|own| {
                        same_word(own, word)
                            || (word.len() >= 5
                                && own.len() >= 5
                                && own[..5.min(own.len())] == word[..5.min(word.len())])
                    })
                })
                .count()
        };
        let scores: Vec<usize> = self.draft.steps.iter().map(hits).collect();
        let best = scores.iter().copied().max().unwrap_or(0);
        if best > 0 && best * 2 >= wanted.len() {
            let found = scores.iter().rposition(|score| *score == best);
            return found.into_iter().collect();
        }
        let pronoun = says(
            "he she he's she's it it's that that's this her his they they've done finished him them both all everything",
        );
        if wanted.is_empty() || (pronoun && wanted.len() <= 1) {
            let made: Vec<usize> = (self.since..count).collect();
            return if made.is_empty() { vec![count - 1] } else { self.ends_of(&made) };
        }
        Vec::new()
    }

    /// The step that makes what "it" or "them" in these words means.
    pub(crate) fn made_thing_in(&self, tokens: &[Token]) -> Option<usize> {
        let pronoun = tokens.iter().take(4).any(|token| token.is_any("it them this that"));
        self.talk.it().filter(|_| pronoun).and_then(Thing::step)
    }

    /// Lets a step wait for what it works on.
    pub(crate) fn order_after(&mut self, thing: &Thing, before: Option<usize>) {
        if let (Some(step), Some(before)) = (thing.step(), before) {
            self.draft.order(step, before);
        }
    }

    /// Lets steps so far wait for the next that is made.
    pub(crate) fn comes_before(&mut self, later: &[usize]) {
        self.comes_before.extend_from_slice(later);
        self.barrier.clear();
    }

    /// Lets everything that comes wait for a step.
    pub(crate) fn hold_for(&mut self, step: &Thing) {
        if let Some(index) = step.step() {
            self.barrier = vec![index];
            self.until_done = false;
            self.since = self.draft.steps.len();
        }
    }
}
