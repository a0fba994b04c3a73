//! An idea becomes a project: the project, a link to the idea, and the idea goes to the archive unless it is to stay.

use domain::workspace::Kind;

use crate::offline::{
    dates::DatePhrase,
    draft::{Step, Target, Thing},
    read::Clause,
    reader::{Reader, Reading, Stop},
    resolve::Found,
    slots::{dates, given_name, patterns, tidy},
    text::{Kind as TokenKind, Token, is_determiner, is_function_word},
};

patterns!(SHAPES:
    "~move|~take|~bring|~shift {idea} from|out of? the|my|our? ideas|idea list? to|into|over the|my|our? projects|project",
    "~convert|~turn|~promote|~make|~transform|~upgrade|~graduate|~develop|~evolve|~change|~elevate|~move|~bring|~take|~shape|~grow {idea} in|over|up? into|to|as|onto|in a|an|our|the|my? real|proper|full|full-blown|actual|new|live|own|running|fully-fledged? project|projects",
    "~make|~create|~start|~build|~launch|~open|~set|~spin|~do|~begin|~form|~get|~have a|an up|new|real|proper? real|proper|new? project out|from|based|of|for|around|up? of|from|on|out? {idea}",
    "~start|~create|~open|~begin|~set|~make a|the|new|an up|new? project for|from|on|about|around|with {idea}",
    "{idea} should|shall|will|must|can|could|needs|is|has|deserves|becomes|ought to|going|ready|now|to? be|become|to|turn? be|become|into|come? a|an|our? real|proper|full|actual|new|live|project's? project|projects",
    "~make|~convert|~turn {idea} a|an real|proper|full|actual|new? project",
    "a|an? new|real|proper|separate? project out|from|based|of|on of|on|from? {idea}",
    "{idea} : from? idea to|into a? project",
    "from? idea to|into a? project {idea*}",
    "~start|~begin ~work on {idea}",
    "~promote|~graduate|~upgrade|~convert {idea}",
    "~go|~going|~move|~moving|~press|~get ahead|forward|going|on|started with|on {idea}",
    "~do|~realise|~realize|~implement|~pursue|~start|~launch {idea}",
    "{idea} ~do|~get|is|has|was|got been? the? approved|approval|accepted|greenlit|green-lit|green|go-ahead|chosen|picked|go light?",
    "~give|~got {idea} the green|go|go-ahead light|ahead?",
);

// What keeps the idea where it is.
patterns!(KEEP:
    "keep|leave|retain|preserve|save {idea*}",
    "don't|do|never|not not? archive|delete|remove|touch|throw|lose|close|discard|shelve {idea*}",
    "without archiving|deleting|removing|touching|closing|losing {idea*}",
    "the? idea itself|as? such? stays|remains {rest*}",
    "the? idea itself? should|must|shall|can|may|needs|has|ought|is to? also? stay|remain {rest*}",
    "the? idea itself? should|must|shall|can|may|needs|has|ought|is to? also? be kept|left|open|untouched|preserved {rest*}",
    "not archived|archive",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    if keep(reader, &clause.tokens) {
        return Ok(true);
    }
    if again(reader, &clause.tokens) {
        return Ok(true);
    }
    let mut tokens = clause.tokens.clone();
    // "we won't do the flea circus"
    if tokens.iter().take(4).any(|token| token.is_any("won't don't not never can't cannot shouldn't wouldn't isn't no"))
    {
        return Ok(false);
    }
    let kept = take_keep(&mut tokens);
    let mut found = None;
    for way in [shape, only_project, by_meaning] {
        let Some((said, index)) = way(reader, &tokens) else { continue };
        found = which(reader, &said, index)?;
        if found.is_some() {
            break;
        }
    }
    let Some(idea) = found else { return Ok(false) };
    if is_one_already(reader, &idea) {
        return Ok(true);
    }
    let name = given_name(&mut tokens);
    let phrases: Vec<DatePhrase> = dates(&mut tokens);
    let due = match phrases.last() {
        Some(phrase) => reader.due(phrase)?,
        None => None,
    };
    becomes_project(reader, &idea, name, due, kept);
    Ok(true)
}

/// The project, its link to the idea, and the idea's way to the archive unless it is kept.
pub(crate) fn becomes_project(
    reader: &mut Reader<'_>,
    idea: &Thing,
    name: Option<String>,
    due: Option<crate::offline::make::Day>,
    kept: bool,
) {
    let body = body_of(reader, idea);
    let name =
        name.unwrap_or_else(|| crate::offline::draft::shortened(&crate::offline::text::capitalised(&idea.label), 60));
    let project = reader.make_project(&name, due, body);
    reader.make_link(&project, idea, Some("came_from"));
    let link = reader.draft.steps.len() - 1;
    if !kept && !reader.keeps_ideas() {
        let step = Step::new("idea.archive", format!("Archive idea “{}”", idea.label)).thing("idea", idea);
        let archived = reader.push(step, Kind::Idea, &idea.label);
        if let Some(archived) = archived.step() {
            reader.draft.order(archived, link);
        }
    }
    reader.talk.names(idea);
    reader.talk.about(&project);
    reader.undertaking = Some(project);
}

/// "Project, please": of the idea that was spoken of.
fn only_project(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, usize)> {
    patterns!(ONLY: "a|an? real|proper|new? project now?", "time for a|the? project", "make|create|want|need? it? a|an real|proper|new? project now?");
    let asked = ONLY.iter().any(|pattern| pattern.whole(tokens).is_some());
    let idea = reader.talk.it().is_some_and(|thing| thing.kind == Kind::Idea)
        || reader.selected().is_some_and(|thing| thing.kind == Kind::Idea);
    (asked && idea).then(|| (crate::offline::text::tokens("this idea"), 0))
}

/// Whatever the words: a project is to be, and an idea of the workspace is what it is to be made of.
fn by_meaning(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, usize)> {
    use crate::offline::read::nouns::Noun;
    let project = tokens.iter().position(|token| token.is_any("project"))?;
    let near = || tokens[..project].iter().rev().take(4);
    let indefinite =
        near().any(|token| token.is_any("a an as into proper real own")) && !near().any(|token| token.is_any("the"));
    let other = tokens.iter().enumerate().any(|(at, token)| {
        let counted = at.checked_sub(1).is_some_and(|before| is_determiner(&tokens[before].low));
        token.kind == TokenKind::Word
            && (counted || token.low.ends_with('s'))
            && matches!(
                Noun::of(&token.low),
                Some(Noun::Task | Noun::Note | Noun::Reminder | Noun::Message | Noun::Link | Noun::Milestone)
            )
            || token.is_any("link connect tell rename called named")
    });
    if !indefinite || other {
        return None;
    }
    let outside = |range: &std::ops::Range<usize>| !range.contains(&project);
    let windows =
        (1..=tokens.len().min(7)).rev().flat_map(|length| (0..=tokens.len() - length).map(move |at| at..at + length));
    let certain = |range: &std::ops::Range<usize>| {
        let words = &tokens[range.clone()];
        let says = words
            .iter()
            .any(|token| token.is_any("idea suggestion proposal thought concept") || token.kind == TokenKind::Quoted);
        let content = words.iter().filter(|token| !is_function_word(&token.low)).count();
        (says || content > 1)
            && words.iter().all(|token| token.kind != TokenKind::Punct && token.date().is_none())
            && reader.certainly(words, &[Kind::Idea]).is_some()
    };
    if let Some(range) = windows.filter(outside).find(certain) {
        return Some((tokens[range].to_vec(), 1));
    }
    let points = tokens[..project].iter().any(|token| token.is_any("it this that"));
    let idea = reader.talk.it().is_some_and(|thing| thing.kind == Kind::Idea)
        || reader.selected().is_some_and(|thing| thing.kind == Kind::Idea)
        || reader.talk.is_empty() && reader.told_of(&[Kind::Idea]).is_some();
    (points && idea).then(|| (crate::offline::text::tokens("this idea"), 0))
}

/// Whether this plan makes a project of the idea already, and the words only say so once more.
pub(crate) fn is_one_already(reader: &Reader<'_>, idea: &Thing) -> bool {
    reader.draft.steps.iter().any(|step| {
        step.params.get("relation").and_then(serde_json::Value::as_str) == Some("came_from")
            && step.points_at("to", idea)
    })
}

/// The words for the idea, and which way of speaking it was.
fn shape(reader: &Reader<'_>, tokens: &[Token]) -> Option<(Vec<Token>, usize)> {
    SHAPES.iter().enumerate().find_map(|(index, pattern)| {
        let found = pattern.find(tokens).filter(|found| {
            found.matched.start == 0
                || tokens[..found.matched.start]
                    .iter()
                    .all(|token| is_function_word(&token.low) || token.is_any("going want think decided time let's"))
        })?;
        let range = found.range("idea")?;
        // "decision made: this one becomes a project"
        let prelude = tokens[range.clone()].iter().rposition(|token| token.is_mark(":") || token.is_mark("–"));
        let range = prelude.map_or(range.start, |at| range.start + at + 1)..range.end;
        let at_end = range.end == found.matched.end;
        let mut words = if at_end { tokens[range.start..].to_vec() } else { tokens[range].to_vec() };
        words.retain(|token| token.date().is_none());
        if let Some(cut) = words
            .iter()
            .position(|token| token.is_mark(",") || token.is_any("called named with but and due while without as"))
            .filter(|cut| *cut > 0)
        {
            words.truncate(cut);
        }
        while words.len() > 1
            && words.last().is_some_and(|token| {
                token.is_any(
                    "forward ahead further up on thing over now real finally properly seriously today soon please then",
                ) || token.is_any("for") && words.len() > 2
            })
        {
            words.pop();
        }
        tidy(&mut words);
        let says_idea = words.iter().any(|token| token.is_any("idea suggestion thought"))
            || tokens.iter().any(|token| token.is_any("idea"));
        let is_idea = reader.certainly(&words, &[Kind::Idea]).is_some();
        let is_project = reader.certainly(&words, &[Kind::Project]).is_some()
            || words.iter().any(|token| token.is_any("task tasks"));
        let pronoun = words.len() <= 2 && words.iter().any(|token| token.is_any("it this that one"));
        let selected = reader.selected().is_some_and(|thing| thing.kind == Kind::Idea);
        let spoken = reader.talk.last_of(&[Kind::Idea]).is_some() || pronoun && reader.told_of(&[Kind::Idea]).is_some();
        let meant = says_idea || is_idea && !is_project || pronoun && (selected || spoken);
        // "turn X into a project" says that X is an idea, whatever it is called
        let fits = meant || index == 1 && !is_project && !words.is_empty();
        // "make a task for the idea project"
        let other = words.first().is_some_and(|token| token.is_any("a an") && !says_idea)
            || words.iter().any(|token| {
                token.is_any("task tasks milestone milestones meeting reminder note") && token.kind == TokenKind::Word
            });
        (fits && !other).then_some((words, index))
    })
}

fn which(reader: &mut Reader<'_>, said: &[Token], index: usize) -> Result<Option<Thing>, Stop> {
    let pronoun = said.iter().all(|token| {
        is_determiner(&token.low) || token.is_any("it this that one idea good great thing thought my here")
    });
    if pronoun {
        let selected = reader.selected().filter(|thing| thing.kind == Kind::Idea);
        let spoken = reader.talk.last_of(&[Kind::Idea]).cloned();
        if let Some(idea) = spoken.or(selected) {
            return Ok(Some(idea));
        }
        if let Some(idea) = reader.told_of(&[Kind::Idea]) {
            return Ok(Some(idea));
        }
        return reader.thing(&crate::offline::text::tokens("this idea"), &[Kind::Idea]).map(Some);
    }
    match reader.find(said, &[Kind::Idea]) {
        Found::One(idea) => Ok(Some(idea)),
        Found::Nothing if index >= 1 && !said.iter().any(|token| token.is_any("idea")) => Ok(None),
        found => reader.settle(found, said, &[Kind::Idea]).map(Some),
    }
}

/// The idea's text, unless it reads like an order to a machine.
fn body_of(reader: &Reader<'_>, idea: &Thing) -> Option<String> {
    let Target::Entity(id) = &idea.target else { return None };
    let body = reader.request.workspace.ideas.iter().find(|row| row.id.as_str() == id)?.body.clone()?;
    (!crate::safety::tries_to_change_the_rules(&body)).then(|| crate::safety::without_hidden(&body).0)
}

fn take_keep(tokens: &mut Vec<Token>) -> bool {
    let found = KEEP.iter().skip(1).find_map(|pattern| pattern.find(tokens)).or_else(|| KEEP[0].find(tokens));
    match found {
        Some(found) if found.matched.start > 0 => {
            let from = found.matched.start.saturating_sub(usize::from(
                tokens[found.matched.start - 1].is_any("and but")
                    || tokens[found.matched.start - 1].kind == TokenKind::Punct,
            ));
            tokens.truncate(from.max(1));
            tidy(tokens);
            true
        }
        _ => false,
    }
}

/// "but leave the idea where it is": the archiving is taken back.
fn keep(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    let says = KEEP.iter().any(|pattern| pattern.start(tokens).is_some());
    let of_idea = tokens.iter().any(|token| token.is_any("idea ideas it original archive archived"));
    if !(says && of_idea) {
        return false;
    }
    let at = reader.draft.steps.iter().rposition(|step| step.action == "idea.archive");
    match at {
        Some(at) if at + 1 == reader.draft.steps.len() => {
            reader.draft.steps.pop();
            true
        }
        Some(_) => false,
        None => {
            let speaks = tokens.iter().any(|token| token.is_any("idea ideas"));
            if speaks {
                reader.keep_ideas();
            }
            speaks
        }
    }
}

/// A second sentence that says the same: "It should be a project now, no longer an idea."
fn again(reader: &Reader<'_>, tokens: &[Token]) -> bool {
    let done = reader.draft.steps.iter().any(|step| {
        step.action == "link.create"
            && step.params.get("relation").and_then(serde_json::Value::as_str) == Some("came_from")
    });
    let says_project = tokens.iter().any(|token| token.is_any("project projects"));
    let pronoun = tokens.iter().take(3).any(|token| token.is_any("it this that so no"));
    done && pronoun
        && (says_project || tokens.iter().any(|token| token.is_any("idea ideas")))
        && tokens.len() <= 14
        && tokens.iter().all(|token| token.date().is_none())
        && !tokens.iter().any(|token| token.is_any("milestones milestone task tasks called"))
}
