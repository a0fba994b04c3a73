//! What is known while a request is read: the workspace, the conversation, the steps so far, the open questions.

use chrono::{NaiveDate, NaiveTime};
use domain::{plan::Question, workspace::Kind};
use serde_json::Value;

use super::{
    dates::{Anchor, Calendar, DatePhrase, Role, When, in_words, shift},
    draft::{Draft, Step, Target, Thing, shortened},
    read::{Condition, Link},
    resolve::{Candidate, Found, find, people_named, people_near, people_of_organisation, wanted_words},
    rows::{Row, rows, same_word, words},
    talk::Talk,
    text::{Kind as TokenKind, Token, fold, is_determiner, is_pronoun, is_title, join, tokens},
};
use crate::contract::PlanningRequest;

/// Reading cannot go on with this clause: a question was asked or a refusal noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop;

/// Whether a clause was understood.
pub(crate) type Reading = Result<bool, Stop>;

/// Everything that is known while a request is read.
pub(crate) struct Reader<'a> {
    pub(crate) request: &'a PlanningRequest,
    pub(crate) calendar: Calendar,
    pub(crate) rows: Vec<Row>,
    pub(crate) draft: Draft,
    pub(crate) talk: Talk,
    pub(crate) questions: Vec<Question>,
    pub(crate) refusals: Vec<String>,
    pub(crate) assumptions: Vec<String>,
    /// The steps that whatever comes now has to wait for.
    barrier: Vec<usize>,
    /// Where the steps of the clauses since the last "then" begin.
    since: usize,
    /// A statement that the next clause may need: "introduce A to B".
    pub(crate) topic: Option<String>,
    /// The project, recipe or launch that the whole request is about.
    pub(crate) undertaking: Option<Thing>,
    /// All that was said before the clause at hand, for asks that only say "sort it out".
    pub(crate) told: Vec<Vec<Token>>,
    /// Ideas that become projects stay where they are.
    keeps_ideas: bool,
    /// The whole request, for people who are named in another sentence.
    pub(crate) whole: Vec<Token>,
    /// Steps that a recipe made; what the request says itself takes their place.
    pub(crate) generated: Vec<usize>,
    /// The clause behind the one at hand.
    pub(crate) next: Vec<Token>,
    /// What a statement says that somebody has still to be asked about.
    pub(crate) matter: Vec<Token>,
    /// A launch whose project has no name yet.
    pub(crate) unnamed_launch: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(request: &'a PlanningRequest) -> Self {
        Self {
            request,
            calendar: Calendar { today: request.today },
            rows: rows(&request.workspace),
            draft: Draft::default(),
            talk: Talk::default(),
            questions: Vec::new(),
            refusals: Vec::new(),
            assumptions: Vec::new(),
            barrier: Vec::new(),
            since: 0,
            topic: None,
            undertaking: None,
            told: Vec::new(),
            keeps_ideas: false,
            whole: Vec::new(),
            generated: Vec::new(),
            next: Vec::new(),
            matter: Vec::new(),
            unnamed_launch: false,
        }
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    /// Adds a step behind what it has to wait for; gives the thing it makes or changes.
    pub(crate) fn push(&mut self, step: Step, kind: Kind, label: &str) -> Thing {
        let index = self.draft.push(step);
        for before in self.barrier.clone() {
            self.draft.order(index, before);
        }
        Thing { target: Target::Step(index), kind, label: label.to_owned() }
    }

    /// Begins a clause that follows the ones before in this way.
    pub(crate) fn follow(&mut self, link: Link, starts_sentence: bool) {
        self.talk.next_clause();
        match link {
            Link::Then => {
                let made: Vec<usize> = (self.since..self.draft.steps.len()).collect();
                if !made.is_empty() {
                    self.barrier = self.ends_of(&made);
                    self.since = self.draft.steps.len();
                }
            }
            Link::Parallel => {
                self.barrier.clear();
                self.since = self.draft.steps.len();
            }
            Link::And if starts_sentence => {
                self.barrier.clear();
                self.since = self.draft.steps.len();
            }
            Link::And => {}
        }
    }

    /// Those of the steps that none of the others waits for.
    fn ends_of(&self, steps: &[usize]) -> Vec<usize> {
        let waited_for =
            |step: &&usize| !steps.iter().any(|other| other != *step && self.draft.comes_after(*other, **step));
        steps.iter().filter(waited_for).copied().collect()
    }

    /// Lets what comes now wait for what a condition names: a step of this plan, or a person who sees that it is so.
    pub(crate) fn wait_for(&mut self, condition: &Condition) {
        for person in self.people_in(&condition.tokens) {
            self.talk.names(&person);
        }
        let steps = self.steps_meant(&condition.tokens);
        if !steps.is_empty() && !condition.uncertain {
            self.barrier = steps;
            self.since = self.draft.steps.len();
            return;
        }
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
        self.since = self.draft.steps.len();
    }

    /// The steps that words such as "both", "her approval" or "the audit is done" mean.
    pub(crate) fn steps_meant(&self, tokens: &[Token]) -> Vec<usize> {
        let count = self.draft.steps.len();
        if count == 0 {
            return Vec::new();
        }
        let group: Vec<usize> = self.talk.group.iter().filter_map(Thing::step).collect();
        let says = |low: &str| tokens.iter().any(|token| token.is_any(low));
        if says("both all they they're these those two everything") && group.len() > 1 {
            return group;
        }
        if says("task step first second third")
            && let Some(nth) = tokens.iter().find_map(|token| {
                ordinal(&token.low).or_else(|| {
                    super::text::number_word(&token.low)
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
                !super::text::is_function_word(word)
                    && !matches!(
                        word.as_str(),
                        "done" | "finished" | "complete" | "completed" | "over" | "ready" | "s" | "step"
                    )
            })
            .collect();
        let hits = |step: &Step| {
            let own = words(&format!(
                "{} {}",
                step.title,
                step.params.values().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
            ));
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

    /// Lets everything that comes wait for a step.
    pub(crate) fn hold_for(&mut self, step: &Thing) {
        if let Some(index) = step.step() {
            self.barrier = vec![index];
            self.since = self.draft.steps.len();
        }
    }

    pub(crate) fn assume(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.assumptions.contains(&text) {
            self.assumptions.push(text);
        }
    }

    // ---- questions ---------------------------------------------------------------------------------------------

    /// The answer that was given to a question, if it was asked before.
    pub(crate) fn answer(&self, id: &str) -> Option<String> {
        let value = self.request.answers.get(id)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }

    /// Asks, once.
    pub(crate) fn ask(&mut self, id: String, text: impl Into<String>, choices: Vec<String>) -> Stop {
        if self.questions.len() < crate::answer::MAX_QUESTIONS
            && !self.questions.iter().any(|question| question.id == id)
        {
            self.questions.push(Question { id, text: text.into(), choices });
        }
        Stop
    }

    pub(crate) fn refuse(&mut self, text: impl Into<String>) -> Stop {
        self.refusals.push(text.into());
        Stop
    }

    // ---- things ------------------------------------------------------------------------------------------------

    /// What words can mean: the rows, and what this plan makes.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        let rows = self.rows.iter().map(|row| Candidate {
            thing: row.thing(),
            words: row.words.clone(),
            organisation: row.organisation.clone(),
            context: self.context_of(row),
            closed: row.is_closed(),
        });
        let made = self.draft.steps.iter().enumerate().filter_map(|(index, step)| {
            let (kind, field) = made_by(step.action)?;
            let label = step.params.get(field)?.as_str()?;
            let thing = Thing { target: Target::Step(index), kind, label: label.to_owned() };
            Some(Candidate { words: words(label), thing, organisation: Vec::new(), context: Vec::new(), closed: false })
        });
        // what this plan makes comes first: "the report task" is the one just created
        made.chain(rows).collect()
    }

    fn context_of(&self, row: &Row) -> Vec<String> {
        let words_of = |id: &Option<String>| {
            id.as_ref()
                .and_then(|id| self.rows.iter().find(|other| other.id == *id))
                .map(|other| other.words.clone())
                .unwrap_or_default()
        };
        words_of(&row.project).into_iter().chain(words_of(&row.assignee)).collect()
    }

    /// The thing some words mean, or a question about it.
    pub(crate) fn thing(&mut self, tokens: &[Token], kinds: &[Kind]) -> Result<Thing, Stop> {
        let tokens = trimmed(tokens);
        if let Some(thing) = self.pointed_at(tokens, kinds) {
            return Ok(thing);
        }
        let what = kind_in_words(kinds);
        if wanted_words(tokens).is_empty() {
            let choices = self.labels(kinds);
            let id = format!("which-{what}").replace(' ', "-");
            if let Some(thing) = self.answered(&id, kinds) {
                return Ok(thing);
            }
            return Err(self.ask(id, format!("Which {what} do you mean?"), choices));
        }
        let kinds = &self.kinds_said(tokens, kinds);
        let found = self.find(tokens, kinds);
        self.settle(found, tokens, kinds)
    }

    /// Finds without asking.
    pub(crate) fn find(&self, tokens: &[Token], kinds: &[Kind]) -> Found {
        let candidates = self.candidates();
        let made: Vec<Candidate> =
            candidates.iter().filter(|candidate| candidate.thing.step().is_some()).cloned().collect();
        match find(&made, trimmed(tokens), kinds) {
            found @ (Found::One(_) | Found::Many(_)) => found,
            Found::Near(_) | Found::Nothing => find(&candidates, trimmed(tokens), kinds),
        }
    }

    /// The thing when the words mean exactly one.
    pub(crate) fn certainly(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        match self.find(tokens, kinds) {
            Found::One(thing) => Some(thing),
            Found::Many(_) | Found::Near(_) | Found::Nothing => None,
        }
    }

    /// A noun such as "project" among the words narrows the kinds.
    fn kinds_said(&self, tokens: &[Token], kinds: &[Kind]) -> Vec<Kind> {
        let said: Vec<Kind> = tokens
            .iter()
            .filter_map(|token| match token.low.as_str() {
                "project" | "projects" => Some(Kind::Project),
                "task" | "tasks" | "to-do" | "to-dos" => Some(Kind::Task),
                "idea" | "ideas" => Some(Kind::Idea),
                "contact" | "person" => Some(Kind::Person),
                _ => None,
            })
            .filter(|kind| kinds.contains(kind))
            .collect();
        if said.is_empty() { kinds.to_vec() } else { said }
    }

    /// "it", "this idea", "the task", "the second one": what was spoken of or is open.
    fn pointed_at(&self, tokens: &[Token], kinds: &[Kind]) -> Option<Thing> {
        let first = tokens.first()?;
        let selected = || self.selected().filter(|thing| kinds.contains(&thing.kind));
        if tokens.len() == 1 && first.is_any("it this that them these those one everything thing") {
            let spoken =
                self.talk.it().filter(|thing| kinds.contains(&thing.kind)).or_else(|| self.talk.last_of(kinds));
            return spoken.cloned().or_else(selected);
        }
        if let Some(nth) = tokens.iter().find_map(|token| ordinal(&token.low))
            && tokens.len() <= 3
            && !self.talk.group.is_empty()
        {
            let index = if nth < 0 { self.talk.group.len().checked_sub(1)? } else { usize::try_from(nth).ok()? };
            return self.talk.group.get(index).filter(|thing| kinds.contains(&thing.kind)).cloned();
        }
        if !wanted_words(tokens).is_empty() {
            return None;
        }
        let said = self.kinds_said(tokens, kinds);
        let this = first.is_any("this these");
        let spoken = self.talk.last_of(&said).cloned();
        let selected = self.selected().filter(|thing| said.contains(&thing.kind));
        let open: Vec<Thing> =
            self.rows.iter().filter(|row| said.contains(&row.kind) && !row.is_closed()).map(Row::thing).collect();
        let only =
            if said.len() == 1 && open.len() == 1 && is_determiner(&first.low) { open.first().cloned() } else { None };
        if this { selected.or(spoken).or(only) } else { spoken.or(selected).or(only) }
    }

    /// What the person has open.
    pub(crate) fn selected(&self) -> Option<Thing> {
        let id = self.request.selection.as_ref()?;
        self.rows.iter().find(|row| row.id == id.as_str()).map(Row::thing)
    }

    /// Makes one thing of what was found, by an answer or a question where it must.
    pub(crate) fn settle(&mut self, found: Found, tokens: &[Token], kinds: &[Kind]) -> Result<Thing, Stop> {
        let said = join(trimmed(tokens));
        let what = kind_in_words(kinds);
        let id = question_id("which", &said);
        match found {
            Found::One(thing) => Ok(thing),
            Found::Many(things) => {
                if let Some(thing) = self.chosen(&id, &things, kinds) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There are several that “{said}” could mean. Which {what} is it?"), choices))
            }
            Found::Near(things) => {
                if let Some(thing) = self.chosen(&id, &things, kinds) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There is no {what} “{said}”. Did you mean one of these?"), choices))
            }
            Found::Nothing => {
                if let Some(thing) = self.answered(&id, kinds) {
                    return Ok(thing);
                }
                let choices = self.labels(kinds);
                Err(self.ask(
                    id,
                    format!("There is no {what} “{said}” in the workspace. Which one do you mean?"),
                    choices,
                ))
            }
        }
    }

    fn chosen(&self, id: &str, things: &[Thing], kinds: &[Kind]) -> Option<Thing> {
        let answer = fold(&self.answer(id)?);
        let fits = things.iter().find(|thing| fold(&self.choice(thing)) == answer || fold(&thing.label) == answer);
        fits.cloned().or_else(|| self.answered(id, kinds))
    }

    fn answered(&self, id: &str, kinds: &[Kind]) -> Option<Thing> {
        let answer = self.answer(id)?;
        let by_choice = self
            .rows
            .iter()
            .find(|row| kinds.contains(&row.kind) && fold(&row.choice()) == fold(&answer))
            .map(Row::thing);
        by_choice.or_else(|| self.certainly(&tokens(&answer), kinds))
    }

    fn choice(&self, thing: &Thing) -> String {
        match &thing.target {
            Target::Entity(id) => {
                self.rows.iter().find(|row| row.id == *id).map_or_else(|| thing.label.clone(), Row::choice)
            }
            Target::Step(_) | Target::Me => thing.label.clone(),
        }
    }

    /// The day a thing is due, as it stands in the workspace or in this plan.
    pub(crate) fn due_of(&self, thing: &Thing) -> Option<NaiveDate> {
        let text = match &thing.target {
            Target::Entity(id) => {
                let planned = self.draft.steps.iter().rev().find(|step| {
                    step.used().any(|used| used.target == thing.target) && step.action.ends_with(".update")
                });
                let planned =
                    planned.and_then(|step| step.params.get("due_date")).and_then(Value::as_str).map(str::to_owned);
                planned.or_else(|| self.rows.iter().find(|row| row.id == *id).and_then(|row| row.due.clone()))
            }
            Target::Step(index) => {
                let params = &self.draft.steps[*index].params;
                params.get("due_date").or_else(|| params.get("at")).and_then(Value::as_str).map(str::to_owned)
            }
            Target::Me => None,
        };
        text?.get(..10)?.parse().ok()
    }

    /// Whether a thing of the workspace is done or archived.
    pub(crate) fn is_done(&self, thing: &Thing) -> bool {
        matches!(&thing.target, Target::Entity(id) if self.rows.iter().any(|row| row.id == *id && row.is_closed()))
    }

    pub(crate) fn keeps_ideas(&self) -> bool {
        self.keeps_ideas
    }

    pub(crate) fn keep_ideas(&mut self) {
        self.keeps_ideas = true;
    }

    /// The words with names in place of "him", "it" and "his", where it is clear who or what is meant.
    pub(crate) fn spelled_out(&self, tokens: &[Token]) -> Vec<Token> {
        let named_inside = !self.people_in(tokens).is_empty();
        let person = self.talk.last_person().filter(|person| !named_inside && person.target != Target::Me);
        let thing = self
            .talk
            .it()
            .filter(|thing| matches!(thing.kind, Kind::Project | Kind::Task | Kind::Idea | Kind::CalendarEntry));
        let mut spelled: Vec<Token> = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            let before_noun = tokens
                .get(at + 1)
                .is_some_and(|next| next.kind == TokenKind::Word && !super::text::is_function_word(&next.low));
            let name = |text: &str| Token::new(text, TokenKind::Word, false);
            match (token.low.as_str(), person, thing) {
                ("him", Some(person), _) => spelled.push(name(&person.label)),
                ("her", Some(person), _)
                    if !before_noun || tokens.get(at + 1).is_some_and(|next| next.is_any("back again")) =>
                {
                    spelled.push(name(&person.label))
                }
                ("his" | "her", Some(person), _) if before_noun => {
                    // "send her brochures" reads like a possessive and is none
                    let given = at > 0
                        && tokens[at - 1].is_any("send give show tell bring offer")
                        && tokens.get(at + 1).is_some_and(|next| next.is_any("the a"));
                    spelled.push(name(&if given { person.label.clone() } else { format!("{}'s", person.label) }));
                }
                ("it", _, Some(thing)) if at > 0 && at <= 2 && token.kind == TokenKind::Word => {
                    spelled.push(name(&as_object(thing)))
                }
                _ => spelled.push(token.clone()),
            }
        }
        spelled
    }

    /// The words of a note or message, with a name in place of an "it" that begins them.
    pub(crate) fn spelled_text(&self, tokens: &[Token]) -> Vec<Token> {
        let begins = tokens.first().is_some_and(|token| token.is_any("it it's this that")) && tokens.len() > 1;
        let thing = self
            .talk
            .it()
            .filter(|thing| matches!(thing.kind, Kind::Project | Kind::Task | Kind::Idea | Kind::CalendarEntry));
        match (begins, thing) {
            (true, Some(thing)) => {
                let mut words = vec![Token::new(format!("“{}”", thing.label), TokenKind::Word, false)];
                if tokens[0].low == "it's" {
                    words.push(Token::new("is", TokenKind::Word, false));
                }
                words.extend_from_slice(&tokens[1..]);
                words
            }
            _ => tokens.to_vec(),
        }
    }

    /// The people that the whole request names.
    pub(crate) fn people_in_request(&self) -> Vec<Thing> {
        self.people_in(&self.whole)
    }

    /// Whether a word is somebody's name that the workspace does not have.
    pub(crate) fn is_strange(&self, token: &Token) -> bool {
        let known = self.rows.iter().any(|row| row.words.contains(&token.low) || row.organisation.contains(&token.low));
        !known && super::text::base_form(&token.low).is_none() && !super::text::is_function_word(&token.low)
    }

    /// Up to six names of open things of these kinds, to choose from.
    pub(crate) fn labels(&self, kinds: &[Kind]) -> Vec<String> {
        self.rows.iter().filter(|row| kinds.contains(&row.kind) && !row.is_closed()).take(6).map(Row::choice).collect()
    }

    // ---- people ------------------------------------------------------------------------------------------------

    /// The people that words name; pronouns count. Names that nobody has are not in it.
    pub(crate) fn people_in(&self, tokens: &[Token]) -> Vec<Thing> {
        let mut people: Vec<Thing> = Vec::new();
        for named in people_named(&self.candidates(), tokens) {
            if let Found::One(person) = named.found
                && !people.contains(&person)
            {
                people.push(person);
            }
        }
        people
    }

    /// Asks who is meant when a text names somebody of whom there are several; says who it is when that is known.
    pub(crate) fn make_people_clear(&mut self, tokens: &[Token]) -> Result<(), Stop> {
        for named in people_named(&self.candidates(), tokens) {
            if let Found::Many(_) = named.found {
                let said = tokens[named.from..named.to].to_vec();
                let person = self.settle_person(named.found, &said)?;
                self.talk.names(&person);
            }
        }
        Ok(())
    }

    /// The people that words mean, or a question.
    pub(crate) fn people(&mut self, tokens: &[Token]) -> Result<Vec<Thing>, Stop> {
        let tokens = trimmed(tokens);
        let all_there = tokens.iter().any(|token| token.is_any("everyone everybody all"))
            && tokens.iter().any(|token| token.is_any("from at of"));
        if all_there && !people_of_organisation(&self.candidates(), tokens).is_empty() {
            return self.everyone(tokens);
        }
        let named = people_named(&self.candidates(), tokens);
        let mut people: Vec<Thing> = Vec::new();
        let mut taken = vec![false; tokens.len()];
        for found in named {
            taken[found.from..found.to].fill(true);
            let person = self.settle_person(found.found, &tokens[found.from..found.to])?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        let rest: Vec<Token> =
            tokens.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(token, _)| token.clone()).collect();
        if rest.iter().any(|token| token.is_any("me myself")) {
            people.push(Thing::me());
        }
        if people.is_empty()
            && let Some(pronoun) = rest
                .iter()
                .find(|token| token.is_any("him her he she them they his their both each himself herself two"))
        {
            return self.people_meant(pronoun);
        }
        if people.is_empty() && rest.iter().any(|token| token.is_any("everyone everybody team all colleagues staff")) {
            return self.everyone(&rest);
        }
        if people.is_empty() {
            return self.unknown_person(tokens).map(|person| vec![person]);
        }
        // a name that is not in the workspace, in a list with one that is
        let listed = tokens.iter().enumerate().find(|(at, token)| {
            let joins = |token: &Token| token.is_mark(",") || token.is_any("and or plus");
            let in_list = at.checked_sub(1).is_some_and(|before| joins(&tokens[before]))
                || (*at == 0 && tokens.get(1).is_some_and(joins));
            !taken[*at] && in_list && stranger_in(std::slice::from_ref(token)).is_some()
        });
        if let Some((at, _)) = listed
            && let Some(stranger) = stranger_in(&tokens[at..])
        {
            let person = self.unknown_person(&[stranger])?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        Ok(people)
    }

    /// The one person that words mean, or a question.
    pub(crate) fn person(&mut self, tokens: &[Token]) -> Result<Thing, Stop> {
        let people = self.people(tokens)?;
        people.into_iter().next().ok_or(Stop)
    }

    fn settle_person(&mut self, found: Found, tokens: &[Token]) -> Result<Thing, Stop> {
        let said = join(tokens);
        let id = question_id("who", &said);
        match found {
            Found::Many(things) => {
                if let Some(thing) = self.chosen(&id, &things, &[Kind::Person]) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There is more than one {said}. Who is meant?"), choices))
            }
            Found::One(thing) => Ok(thing),
            Found::Near(_) | Found::Nothing => self.unknown_person(tokens),
        }
    }

    fn people_meant(&mut self, pronoun: &Token) -> Result<Vec<Thing>, Stop> {
        let all = self.talk.all_of(&[Kind::Person]);
        if pronoun.is_any("them they both each two their") && all.len() > 1 {
            return Ok(all);
        }
        if let Some(person) = self.talk.last_person() {
            return Ok(vec![person.clone()]);
        }
        if let Some(person) = self.selected().filter(|thing| thing.kind == Kind::Person) {
            return Ok(vec![person]);
        }
        let id = format!("who-{}", pronoun.low);
        if let Some(person) = self.answered(&id, &[Kind::Person]) {
            return Ok(vec![person]);
        }
        let choices = self.labels(&[Kind::Person]);
        Err(self.ask(id, format!("Who is meant by “{}”?", pronoun.text), choices))
    }

    fn everyone(&mut self, tokens: &[Token]) -> Result<Vec<Thing>, Stop> {
        let there = people_of_organisation(&self.candidates(), tokens);
        if !there.is_empty() {
            return Ok(there);
        }
        if let Some(project) = self.certainly(tokens, &[Kind::Project]) {
            let on_it = self.assigned_in(&project);
            if !on_it.is_empty() {
                return Ok(on_it);
            }
        }
        let spoken = self.talk.all_of(&[Kind::Person]);
        if spoken.len() > 1 {
            return Ok(spoken);
        }
        let id = "who-everyone".to_owned();
        if let Some(answer) = self.answer(&id) {
            let named = self.people_in(&tokens_of(&answer));
            if !named.is_empty() {
                return Ok(named);
            }
        }
        let choices = self.labels(&[Kind::Person]);
        Err(self.ask(id, "Who exactly is meant by everyone?", choices))
    }

    fn assigned_in(&self, project: &Thing) -> Vec<Thing> {
        let Target::Entity(id) = &project.target else { return Vec::new() };
        let assignees: Vec<&String> = self
            .rows
            .iter()
            .filter(|row| row.project.as_ref() == Some(id))
            .filter_map(|row| row.assignee.as_ref())
            .collect();
        self.rows
            .iter()
            .filter(|row| row.kind == Kind::Person && assignees.contains(&&row.id))
            .map(Row::thing)
            .collect()
    }

    /// Somebody who is not in the workspace: by organisation, by an answer, or asked about.
    fn unknown_person(&mut self, tokens: &[Token]) -> Result<Thing, Stop> {
        let by_place = people_of_organisation(&self.candidates(), tokens);
        if let [person] = by_place.as_slice() {
            self.assume(format!("{} is the person at that organisation.", person.label));
            return Ok(person.clone());
        }
        let name = stranger_in(tokens).map_or_else(|| join(trimmed(tokens)), |token| token.text);
        let id = question_id("who", &name);
        let add = format!("Add {name} as a new contact");
        if let Some(answer) = self.answer(&id) {
            if fold(&answer) == fold(&add) {
                let step = Step::new("person.create", format!("Add {name}")).text("name", &name);
                let person = self.push(step, Kind::Person, &name);
                self.talk.names(&person);
                return Ok(person);
            }
            if let Some(person) = self.answered(&id, &[Kind::Person]) {
                return Ok(person);
            }
        }
        let near = if by_place.is_empty() { people_near(&self.candidates(), &name) } else { by_place };
        let mut choices: Vec<String> = near.iter().map(|thing| self.choice(thing)).collect();
        let is_name = name.chars().next().is_some_and(char::is_uppercase);
        let text = if name.is_empty() || !is_name {
            choices = self.labels(&[Kind::Person]);
            "Who is meant?".to_owned()
        } else if choices.is_empty() {
            choices.push(add);
            format!("There is nobody called {name} in the workspace. Who is meant?")
        } else {
            choices.push(add);
            format!("There is nobody called {name} in the workspace. Did you mean one of these?")
        };
        Err(self.ask(id, text, choices))
    }

    // ---- dates -------------------------------------------------------------------------------------------------

    /// The day and time a phrase means, counted from what was spoken of where it must be.
    pub(crate) fn moment(&mut self, phrase: &DatePhrase) -> Result<Option<(NaiveDate, Option<NaiveTime>)>, Stop> {
        let (day, time) = match &phrase.when {
            When::At(moment) => match moment.day {
                Some(day) => (day, moment.time),
                None => match self.talk.the_last_day() {
                    Some(day) => (day, moment.time),
                    None => return Ok(None),
                },
            },
            When::Shifted { span, back, time, from } => {
                let anchor = match from {
                    Anchor::LastDate => self.talk.the_last_day(),
                    Anchor::Event(event) => {
                        let known = self.talk.day_of(event).or_else(|| self.due_day_said(event));
                        known.or_else(|| self.day_of_thing(event)).or_else(|| self.talk.the_last_day())
                    }
                };
                let Some(anchor) = anchor else { return Ok(None) };
                let day = shift(anchor, *span, *back);
                if *back && day >= self.calendar.today {
                    // "the day before …, two days before …": both count from the same day
                    return Ok(Some((day, *time)));
                }
                (day, *time)
            }
            When::Impossible => {
                let id = "which-day".to_owned();
                return Err(self.ask(
                    id,
                    "One of the dates is not in the calendar. Which day do you mean?",
                    Vec::new(),
                ));
            }
        };
        if day < self.calendar.today {
            return Err(self.ask(
                "which-day".into(),
                format!("{} has passed. Which day do you mean?", in_words(day)),
                Vec::new(),
            ));
        }
        self.talk.last_day(day);
        Ok(Some((day, time)))
    }

    /// "the due date", "the deadline": of what was spoken of last.
    fn due_day_said(&self, event: &str) -> Option<NaiveDate> {
        let says_due = words(event).iter().any(|word| matches!(word.as_str(), "due" | "deadline"));
        let thing = self.talk.project.clone().or_else(|| self.talk.it().cloned());
        thing.filter(|_| says_due).and_then(|thing| self.due_of(&thing))
    }

    /// "three days before the invoice is due": the due date of what is called so.
    fn day_of_thing(&mut self, event: &str) -> Option<NaiveDate> {
        let thing = self.certainly(&tokens(event), &[Kind::Task, Kind::Project])?;
        let due = self.due_of(&thing)?;
        self.talk.about(&thing);
        Some(due)
    }

    /// The day something has to be done by.
    pub(crate) fn due(&mut self, phrase: &DatePhrase) -> Result<Option<(NaiveDate, Option<NaiveTime>)>, Stop> {
        let range_end = phrase.moment().and_then(|moment| moment.until);
        let Some((day, time)) = self.moment(phrase)? else { return Ok(None) };
        let day = match (phrase.role, range_end) {
            (Role::Before, None) if day > self.calendar.today => day.pred_opt().unwrap_or(day),
            (Role::From | Role::After, _) => day,
            (Role::Before, Some(_)) => day.pred_opt().filter(|before| *before >= self.calendar.today).unwrap_or(day),
            // "next week", "in January": any day of it, so the last one that people work on
            (_, Some(last)) if (last - day).num_days() == 6 => {
                shift(last, super::dates::Span { count: 2, unit: super::dates::Unit::Day }, true).max(day)
            }
            (_, Some(last)) => last,
            _ => day,
        };
        Ok(Some((day, time)))
    }
}

/// A thing in the middle of a sentence: a task that says what is done stands for what it is done to.
fn as_object(thing: &Thing) -> String {
    let words: Vec<&str> = thing.label.splitn(2, ' ').collect();
    match words.as_slice() {
        [verb, rest] if thing.kind == Kind::Task && thing.step().is_some() && super::text::is_verb(&fold(verb)) => {
            (*rest).to_owned()
        }
        _ => format!("“{}”", thing.label),
    }
}

/// The kind of thing an action makes and the param it is known by.
pub(crate) fn made_by(action: &str) -> Option<(Kind, &'static str)> {
    let made = match action {
        "project.create" => (Kind::Project, "name"),
        "task.create" => (Kind::Task, "title"),
        "person.create" => (Kind::Person, "name"),
        "idea.create" => (Kind::Idea, "title"),
        "calendar.schedule" => (Kind::CalendarEntry, "title"),
        _ => return None,
    };
    Some(made)
}

fn tokens_of(text: &str) -> Vec<Token> {
    tokens(text)
}

/// Without articles, marks and possessives at the ends.
pub(crate) fn trimmed(tokens: &[Token]) -> &[Token] {
    let idle = |token: &Token| token.kind == TokenKind::Punct || token.kind == TokenKind::Break || token.low == "'s";
    let from = tokens.iter().position(|token| !idle(token)).unwrap_or(tokens.len());
    let to = tokens.iter().rposition(|token| !idle(token)).map_or(from, |last| last + 1);
    &tokens[from..to]
}

/// A capitalised word that no word of the language accounts for: somebody's name.
fn stranger_in(tokens: &[Token]) -> Option<Token> {
    let is_name = |token: &Token| {
        token.is_capitalised()
            && !is_pronoun(&token.low)
            && !is_title(&token.low)
            && !super::text::is_function_word(&token.low)
            && super::text::base_form(&token.low).is_none()
    };
    let from = tokens.iter().position(is_name)?;
    let run: Vec<Token> = tokens[from..].iter().take_while(|token| is_name(token)).cloned().collect();
    Some(Token::new(join(&run), TokenKind::Word, false))
}

fn ordinal(low: &str) -> Option<i32> {
    match low {
        "first" | "1st" | "former" => Some(0),
        "second" | "2nd" => Some(1),
        "third" | "3rd" => Some(2),
        "fourth" | "4th" => Some(3),
        "last" | "latter" => Some(-1),
        _ => None,
    }
}

pub(crate) fn kind_in_words(kinds: &[Kind]) -> String {
    match kinds {
        [one] => one.name().replace('_', " "),
        _ => "one".into(),
    }
}

fn question_id(prefix: &str, said: &str) -> String {
    let slug = words(said).into_iter().take(6).collect::<Vec<_>>().join("-");
    format!("{prefix}-{}", if slug.is_empty() { "it" } else { &slug })
}
