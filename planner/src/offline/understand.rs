//! From a request to an answer: tokens, sentences, clauses, wishes, steps.

use domain::plan::Question;

use super::{
    Way,
    candidate::{By, Candidate, Considered},
    choose::{chosen, looks, same_as},
    dates::Calendar,
    frames, in_general, intents, launch,
    learned::tagged::{ModelReading, readings},
    prepare::prepared,
    read::{Clause, Link, Sentence, clauses, sentences},
    reader::{Reader, Reading, Stop},
    recipes::{Particulars, Recipes, UNDERTAKING, carry_out, recognise},
    rows::words,
    scope, stated_order,
    text::{Kind, Token, join},
};
use crate::{
    answer,
    contract::{Answer, PlanningRequest},
    safety,
};

/// How many ways to read a request the learned reader is asked for.
const READINGS: usize = 6;

/// Reads a request and answers it.
pub(crate) fn understand(request: &PlanningRequest, recipes: &Recipes, way: Way) -> Answer {
    let text = said(request);
    match candidates(request, &text, recipes, way) {
        Ok(mut candidates) => {
            let looks = looks(&candidates);
            let at = chosen(&candidates, &looks, &safety::RequestWords::of(request));
            let answer = candidates.swap_remove(at).answer(&text);
            // "add a task for", and no more
            let is_whole = answer::check(&answer, request).is_ok();
            if is_whole {
                answer
            } else {
                what_should_be_planned("Something is missing there: say what is to be done.")
            }
        }
        Err(answer) => *answer,
    }
}

/// All the ways to read a request, for whoever learns which to choose; none when it is answered without a reader.
pub(crate) fn considered(request: &PlanningRequest, recipes: &Recipes) -> Vec<Considered> {
    let text = said(request);
    let candidates = candidates(request, &text, recipes, Way::Both).unwrap_or_default();
    let (looks, same_as) = (looks(&candidates), same_as(&candidates));
    let ways = looks.into_iter().zip(same_as).zip(candidates);
    ways.map(|((looks, same_as), way)| Considered { looks, same_as, answer: way.answer(&text) }).collect()
}

/// The request as the learned reader reads it, with the marks of `planner/training`.
pub(crate) fn annotated(request: &PlanningRequest) -> String {
    let reader = Reader::new(request);
    let marked = prepared(&reader.rows, &said(request), Calendar { today: request.today });
    let reading = readings(&marked, &reader.rows, &reader.known, 1).into_iter().next();
    let spans = reading.map(|reading| reading.spans).unwrap_or_default();
    let parts = || spans.iter().flat_map(|span| &span.parts);
    let mut line = String::new();
    for (at, token) in marked.iter().enumerate() {
        let opened = spans.iter().filter(|span| span.from == at).map(|span| format!("[{} ", span.intent));
        let named = parts().filter(|part| part.from == at).map(|part| format!("{{{} ", part.role));
        line.extend(opened.chain(named));
        line.push_str(&join(std::slice::from_ref(token)));
        line.extend(parts().filter(|part| part.to == at + 1).map(|_| '}'));
        line.extend(spans.iter().filter(|span| span.to == at + 1).map(|_| ']'));
        line.push(' ');
    }
    line
}

/// The request, or what was said when it was not understood.
fn said(request: &PlanningRequest) -> String {
    let more = request.answers.get("what-should-be-planned").and_then(serde_json::Value::as_str);
    more.map_or_else(|| safety::without_hidden(&request.request).0, str::to_owned)
}

/// The ways to read a request, at least one; or the answer when no reader is needed.
fn candidates<'a>(
    request: &'a PlanningRequest,
    text: &str,
    recipes: &Recipes,
    way: Way,
) -> Result<Vec<Candidate<'a>>, Box<Answer>> {
    let mut reader = Reader::new(request);
    if safety::without_hidden(&request.request).1 {
        reader.assume("The request had characters that cannot be seen; they were taken out before it was read.");
    }
    let marked = prepared(&reader.rows, text, Calendar { today: request.today });
    let sentences = sentences(&marked);
    if let Some(message) = scope::refusal(text, &sentences) {
        return Err(Box::new(Answer::Reject { message }));
    }
    if sentences.is_empty() || scope::is_gibberish(&sentences) {
        return Err(Box::new(what_should_be_planned(
            "Tell me what should be planned: a project, a few tasks, a reminder, something to follow up.",
        )));
    }
    reader.whole = marked.iter().filter(|token| token.kind != Kind::Break).cloned().collect();
    remember_dates(&mut reader, &sentences);
    reader.asks_for_launch = in_general::is_asked_for(&sentences);
    let readings = match way {
        Way::Patterns => Vec::new(),
        Way::Learned => readings(&marked, &reader.rows, &reader.known, 1),
        Way::Both => readings(&marked, &reader.rows, &reader.known, READINGS),
    };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for ModelReading { spans, behind } in readings.iter().filter(|reading| !reading.spans.is_empty()) {
        let mut reader = reader.clone();
        let told = frames::carry_out(&mut reader, recipes, spans, &marked);
        stated_order::heed(&mut reader, &marked);
        #[expect(clippy::cast_precision_loss, reason = "requests are short")]
        let left_out = told.left_out as f32 / told.words.max(1) as f32;
        let by = By::Learned { behind: *behind, sure: told.sure, left_out };
        candidates.push(Candidate { by, reader, beyond: told.beyond, unread: told.unread });
    }
    if way != Way::Learned || candidates.is_empty() {
        let mut by_patterns = by_patterns(reader, recipes, &sentences);
        stated_order::heed(&mut by_patterns.reader, &marked);
        candidates.push(by_patterns);
    }
    Ok(candidates)
}

/// Reads a request clause by clause, by the ways of speaking that are known.
fn by_patterns<'a>(mut reader: Reader<'a>, recipes: &Recipes, sentences: &[Sentence]) -> Candidate<'a> {
    let mut unread: Vec<String> = Vec::new();
    let mut beyond = false;
    for sentence in sentences {
        if scope::is_question(sentence) {
            beyond = true;
            reader.told.push(sentence.tokens.clone());
            continue;
        }
        let clauses = clauses(sentence);
        for (index, clause) in clauses.iter().enumerate() {
            if scope::is_beyond(&clause.tokens) {
                beyond = true;
                continue;
            }
            reader.next = clauses.get(index + 1).map(|clause| clause.tokens.clone()).unwrap_or_default();
            if !read_clause(&mut reader, recipes, clause, &clauses, index) {
                unread.push(join(&clause.tokens));
            }
            reader.told.push(clause.tokens.clone());
        }
    }
    last_resort(&mut reader, recipes, sentences, beyond);
    Candidate { by: By::Patterns, reader, beyond, unread }
}

/// Reads one clause; says whether it was understood.
fn read_clause(reader: &mut Reader<'_>, recipes: &Recipes, clause: &Clause, siblings: &[Clause], index: usize) -> bool {
    if clause.tokens.is_empty() || is_small_talk(&clause.tokens) {
        return true;
    }
    reader.follow(clause.link, index == 0 && clause.link == Link::And);
    if let Some(condition) = &clause.condition {
        reader.wait_for(condition);
    }
    let others = siblings
        .iter()
        .enumerate()
        .filter(|(other, clause)| *other != index && intents::is_plain_work(&clause.tokens))
        .count();
    if clause.announces && (only_counts(&clause.tokens) || sets_the_scene(reader, &clause.tokens)) {
        return true;
    }
    let mut clause = clause.clone();
    if let Err(Stop) = place_first(reader, &mut clause) {
        return true;
    }
    read_wish(reader, recipes, &clause, others == 0).unwrap_or(true)
}

/// "Two things:", "Add three notes:", "Here is what I need:": says only that there is something behind the colon.
fn only_counts(tokens: &[Token]) -> bool {
    use super::{read::nouns::Noun, text::is_function_word};
    let counted = tokens.windows(2).any(|pair| {
        super::text::number_word(&pair[0].low).is_some()
            && pair[1].is_any("things thing favours favors favour favor points items requests matters jobs")
    });
    counted && tokens.len() <= 10
        || tokens.iter().all(|token| {
        is_function_word(&token.low)
            || super::text::number_word(&token.low).is_some()
            || Noun::is_plural(&token.low)
            || token.is_any("things items points requests favours favors jobs add make set send create need file record please following list sort do new few get done change changes plan plans news update heads-up fyi correction")
    })
}

/// "What we need for the Flower Show project: …", "The 'Call plumber' task: …": what the clauses behind the colon are about.
fn sets_the_scene(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    use domain::workspace::Kind::{Idea, Project, Task};
    let thing = reader.certainly(tokens, &[Task, Project, Idea]).filter(|_| tokens.len() <= 8);
    let thing = thing.or_else(|| {
        let noun = tokens.iter().rposition(|token| token.is_any("project"))?;
        let from = tokens[..noun].iter().rposition(|token| token.is_any("for in on of to about with"))?;
        reader.certainly(&tokens[from + 1..=noun], &[Project])
    });
    let asks = tokens.first().is_some_and(|token| {
        super::text::is_verb(&token.low) && !token.is_any("need have plan") || token.is_any("a an another")
    });
    let Some(thing) = thing.filter(|_| !asks) else { return false };
    reader.talk.about(&thing);
    if thing.kind == Project {
        reader.talk.project = Some(thing);
    }
    true
}

/// "In the Tunnel project, create …": the project that the clause and those behind it are about.
fn place_first(reader: &mut Reader<'_>, clause: &mut Clause) -> Result<(), Stop> {
    let tokens = &clause.tokens;
    if !tokens.first().is_some_and(|token| token.is_any("in for on under within to")) {
        return Ok(());
    }
    let Some(noun) = tokens.iter().take(8).position(|token| token.is_any("project")) else { return Ok(()) };
    let mut end = noun + 1;
    if tokens.get(end).is_some_and(|token| token.is_capitalised() || token.kind == Kind::Quoted) && noun <= 2 {
        end += super::wording::name_length(&tokens[end..]);
    }
    let rest = &tokens[end..];
    let marks = rest.iter().take_while(|token| token.kind == Kind::Punct).count();
    if rest.len() < marks + 2 {
        return Ok(());
    }
    let said = tokens[1..end].to_vec();
    let rest = super::read::without_lead_in(&rest[marks..]);
    let project = reader.thing(&said, &[domain::workspace::Kind::Project])?;
    reader.talk.about(&project);
    reader.talk.place = Some(project.clone());
    reader.talk.project = Some(project);
    clause.tokens = rest;
    Ok(())
}

fn read_wish(reader: &mut Reader<'_>, recipes: &Recipes, clause: &Clause, alone: bool) -> Reading {
    if intents::special(reader, clause)? {
        return Ok(true);
    }
    if (reader.undertaking.is_some() || reader.recipe.is_some()) && in_general::continues(&clause.tokens) {
        return Ok(true);
    }
    let appointment = intents::is_appointment(reader, &clause.tokens);
    if reader.undertaking.is_none()
        && !appointment
        && (launch::is_spoken_of(&clause.tokens) || reader.asks_for_launch)
        && launch::read(reader, recipes, clause)?
    {
        return Ok(true);
    }
    let waits = super::read::trailing_condition(&clause.tokens).is_some();
    // what belongs to a project that is there makes no project of its own
    let placed = reader.talk.place.as_ref().is_some_and(|place| place.step().is_none());
    // "the tournament goes into the calendar"
    let noted = clause.tokens.iter().any(|token| token.is_any("calendar diary"));
    let waits = waits || names_a_project(&clause.tokens) || placed || appointment || noted;
    let known = if waits { None } else { recognise(recipes, &clause.tokens, alone) };
    if let (Some(recipe), Some(begun)) = (known, &reader.recipe)
        && recipe.name == *begun
    {
        // the same once more, in other words
        return Ok(true);
    }
    if reader.undertaking.is_none()
        && let Some(recipe) = known
        && (recipe.name != super::recipes::LAUNCH)
    {
        carry_out(reader, recipe, &clause.tokens, Particulars::default())?;
        return Ok(true);
    }
    if reader.undertaking.is_none() && !appointment && launch::read(reader, recipes, clause)? {
        return Ok(true);
    }
    if reader.undertaking.is_none() && plans_what_was_told(reader, recipes, &clause.tokens)? {
        return Ok(true);
    }
    if intents::certain(reader, clause)? {
        return Ok(true);
    }
    if reader.undertaking.is_none()
        && alone
        && asks_for_a_plan(&clause.tokens)
        && reader.draft.steps.is_empty()
        && let Some(recipe) = recipes.get(UNDERTAKING)
    {
        reader.doubts += 1;
        carry_out(reader, recipe, &clause.tokens, Particulars::default())?;
        return Ok(true);
    }
    let read = intents::loose(reader, clause)?;
    reader.doubts += usize::from(read);
    Ok(read)
}

/// "create a project 'Choir Weekend' with tasks to hire a coach": the project is described, and no undertaking that is known.
fn names_a_project(tokens: &[Token]) -> bool {
    use super::read::nouns::Noun;
    let makes = tokens.first().is_some_and(|token| token.is_any("create make open start set add new project begin"));
    let noun = tokens.iter().take(6).position(|token| token.is_any("project"));
    // "for the open day I want a project, with tasks for …"
    let wanted = tokens
        .windows(3)
        .any(|three| three[0].is_any("want need like") && three[1].is_any("a an") && three[2].is_any("project"));
    let named = noun
        .and_then(|noun| tokens.get(noun + 1))
        .is_some_and(|token| token.kind == Kind::Quoted || token.is_any("called named titled"));
    let parts = tokens.iter().any(|token| {
        token.kind == Kind::Word
            && matches!(Noun::of(&token.low), Some(Noun::Task | Noun::Milestone))
            && Noun::is_plural(&token.low)
    });
    (wanted || makes && noun.is_some()) && (named || parts && tokens.iter().any(|token| token.is_mark(",")))
}

/// "Plan it", "what do we need to do?": the undertaking that the sentences before speak of.
fn plans_what_was_told(reader: &mut Reader<'_>, recipes: &Recipes, tokens: &[Token]) -> Reading {
    let plans = tokens.first().is_some_and(|token| {
        token.is_any("plan organise organize prepare arrange set sort get draw make do take handle put need")
    });
    let vague = tokens.iter().skip(1).all(|token| {
        super::text::is_function_word(&token.low)
            || token.kind == Kind::Punct
            || token.is_any("everything plan ready things stuff needed need needs necessary required usual care list steps checklist thing whole organised prepared")
    });
    if !plans || !vague || tokens.len() > 9 || !reader.draft.steps.is_empty() {
        return Ok(false);
    }
    let told = reader.told.clone();
    for sentence in told.iter().rev() {
        if let Some(recipe) = recognise(recipes, sentence, true) {
            carry_out(reader, recipe, sentence, Particulars::default())?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// "plan the beekeeping year": something large that no recipe knows.
fn asks_for_a_plan(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return false };
    let plans = first.is_any("plan organise organize coordinate")
        || first.low == "sort" && tokens.get(1).is_some_and(|token| token.is_any("out"));
    let object = tokens
        .iter()
        .skip(1)
        .any(|token| matches!(token.kind, Kind::Word | Kind::Quoted) && !super::text::is_function_word(&token.low));
    plans && object && tokens.len() >= 2
}

fn is_small_talk(tokens: &[Token]) -> bool {
    const TALK: &str = "\
    thanks thank hope hello hi hey cheers bye sorry welcome great good nice ok well anyway yes sure forgive excuse pardon \
    regards best";
    let first = tokens.first().is_some_and(|token| token.is_any(TALK));
    let thanks_somebody = tokens.first().is_some_and(|token| token.low == "thank")
        && tokens.get(1).is_some_and(|token| token.low != "you");
    first && !thanks_somebody && !tokens.iter().any(|token| token.is_any("task project remind idea"))
        || tokens.iter().all(|token| matches!(token.kind, Kind::Punct))
}

/// Notes what happens on the days that the request names, so that "the day before the inspection" can be reckoned.
fn remember_dates(reader: &mut Reader<'_>, sentences: &[Sentence]) {
    for sentence in sentences {
        for (at, token) in sentence.tokens.iter().enumerate() {
            let Some(phrase) = token.date() else { continue };
            let Some(moment) = phrase.moment() else { continue };
            // "move the deadline from 12 to 19 February"
            let moves = sentence.tokens[..at].iter().rev().take(8).any(|token| token.is_any("deadline due move push"));
            let last = moment.until.filter(|_| phrase.role == super::dates::Role::From && moves);
            let Some(day) = last.or(moment.day) else { continue };
            let from = sentence.tokens[..at]
                .iter()
                .rposition(|token| token.kind == Kind::Punct || token.date().is_some())
                .map_or(0, |found| found + 1);
            let mut before = join(&sentence.tokens[from..at]);
            // "three weeks before the fair, which is on 17 April"
            let relative = sentence.tokens[from..at].first().is_some_and(|token| token.is_any("which that"));
            if let Some(named) = from.checked_sub(2).and_then(|named| sentence.tokens.get(named)).filter(|_| relative) {
                before = format!("{} {before}", named.text);
            }
            let event = phrase.event.clone().unwrap_or_default();
            if !words(&before).is_empty() || !event.is_empty() {
                reader.talk.day(&format!("{event} {before}"), day);
            }
        }
    }
}

/// When nothing was understood clause by clause: the request as a whole may still name an undertaking or a wish.
fn last_resort(reader: &mut Reader<'_>, recipes: &Recipes, sentences: &[Sentence], beyond: bool) {
    if !reader.draft.steps.is_empty() || !reader.questions.is_empty() || !reader.refusals.is_empty() || beyond {
        return;
    }
    for sentence in sentences {
        if let Some(recipe) = recognise(recipes, &sentence.tokens, true)
            && carry_out(reader, recipe, &sentence.tokens, Particulars::default()).is_ok()
        {
            return;
        }
    }
    if let Ok(true) = intents::from_statements(reader) {
        return;
    }
    let _ = reader;
}

/// Asks what the request is about.
pub(super) fn what_should_be_planned(message: &str) -> Answer {
    let question = Question::new(
        "what-should-be-planned",
        "What should be planned? A sentence with a verb helps: “create a project …”, “remind me …”, “follow up with …”.",
        Vec::new(),
    );
    Answer::Clarify { message: message.to_owned(), questions: vec![question] }
}
