//! One of the ways to read a request: clause by clause, by the ways of speaking that are written down in `intents`.

use super::{
    candidate::{By, Candidate},
    in_general, intents, launch,
    read::{Clause, Link, Sentence, clauses},
    reader::{Reader, Reading, Stop},
    recipes::{Particulars, Recipes, UNDERTAKING, carry_out, recognise},
    scope,
    text::{Kind, Token, join},
};

/// Reads a request clause by clause, by the ways of speaking that are known.
pub(super) fn by_patterns<'a>(mut reader: Reader<'a>, recipes: &Recipes, sentences: &[Sentence]) -> Candidate<'a> {
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
    // what stops it has noted its question or refusal
    let (Ok(_) | Err(Stop)) = intents::from_statements(reader);
}
