//! Launches: a project with milestones and the admin that goes with it, however the request calls it.

use super::{
    in_general::{continues, is_generic, is_the_lot},
    read::{Clause, nouns::Noun},
    reader::{Reader, Reading},
    recipes::{LAUNCH, Particulars, Recipes, carry_out},
    slots::{given_name, patterns},
    text::{Kind as TokenKind, Pattern, Token, is_determiner, is_function_word, is_preposition},
    wording::{name_length, name_of},
};
use domain::workspace::Kind;
use std::sync::LazyLock;

/// Ways to speak of a launch; `{name}` is what is launched, where the words tell.
static SHAPES: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        "launch|rollout|roll-out|kick-off|kickoff|go-live|opening|introduction plan|project|checklist|programme for|of|:|–|- {name}",
        "~go|~bring|~come|~get to market with {name}",
        "~go live with {name}",
        "~start|~begin|~open|~kick off? with {name}",
        "~bring out {name}",
        "~bring {name} out @date",
        "~put {name} on the market",
        "~get the ball rolling on|for|with {name}",
        "~put {name} into practice|operation|service|action",
        "plan|project|checklist for the|our|my? launch|rollout|roll-out|kick-off|kickoff|opening|start|go-live|introduction of|for {name}",
        "launch|rollout|roll-out|kick-off|kickoff|go-live|unveiling|introduction|opening|debut|start of|for {name}",
        "the|our|my {name} launch|rollout|roll-out|go-live|kick-off|kickoff",
        "~launch|~unveil|~debut|~introduce {name}",
        "~roll out {name}",
        "~roll {name} out",
        "~kick off|of {name}",
        "~kick {name} off",
        "~get|~bring {name} off the|of ground",
        "~get|~set {name} going|started|rolling|underway|running|moving|launched|live|kicked up|off? and? running?",
        "~get|~make {name} ready for|to launch|go-live|market|go|start|release|opening live?",
        "~bring|~take {name} to market|life|launch",
        "~bring|~take {name} live",
        "{name} ~go live",
        "{name} ~launch|starts|begins|opens|kicks off? @date",
        "{name} is|are|has|will|should|must due|going|supposed|meant|scheduled|planned|expected|ready|about|set|be? to? be? launch|launched|live|start|start|open|launching|starting|opening",
        "~open {name}",
        "~start up {name}",
        "~make a? start|beginning on|with {name}",
        "~get cracking|going|started|moving on|with {name}",
        "~begin|~start ~work on {name}",
        "new project about|ready|set|due to start|begin|kick|launch off? , {name}",
        "new|a project is|about|ready|set|starting|starts|coming|kicking|begins about|ready|set|starting|coming|planned|due|up|off|to? up|off|to|ahead? start|begin|launch|soon? :|,|– {name}",
        "project launch|kick-off|kickoff|start : {name}",
        "{name} : launch|kick-off|kickoff|rollout plan?",
        "{name} launch plan?",
    ]
    .into_iter()
    .map(Pattern::new)
    .collect()
});

/// Ways to begin something that are said of launches only when milestones and the usual admin are asked for as well.
static BEGINNINGS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        "~start|~begin|~found|~open|~create|~establish|~build|~make|~introduce|~organise|~organize|~publish|~produce|~run|~plan|~prepare|~do up? {name}",
        "~set|~put|~get|~bring up|together|going|out {name}",
        "{name} ~start|~begin|~open",
        "a|an|the|our new {name}",
    ]
    .into_iter()
    .map(Pattern::new)
    .collect()
});

patterns!(KICK_OFF: "~kick off", "~go live");

const WORDS: &str = "\
    launch launching launches launched kick-off kickoff kick kicking kicks rollout roll-out roll rolling \
    go-live live ground market unveil unveiling opening debut going started start-up starting introduce \
    introducing";

/// Whether the clause uses a word that is said of launches alone.
pub(super) fn is_spoken_of(tokens: &[Token]) -> bool {
    let kick_off = KICK_OFF.iter().any(|pattern| pattern.find(tokens).is_some());
    // "the project, milestones included": in general, not by name
    let usual = is_generic(tokens) && tokens.iter().any(|token| token.is_any("project"));
    kick_off
        || usual
        || tokens
            .iter()
            .any(|token| token.lemma == "launch" || token.is_any("kick-off kickoff rollout roll-out go-live"))
}

pub(super) fn read(reader: &mut Reader<'_>, recipes: &Recipes, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    let generic = is_generic(tokens) || is_the_lot(tokens);
    if reader.undertaking.is_some() && continues(tokens) {
        return Ok(true);
    }
    let spoken = tokens.iter().any(|token| token.kind == TokenKind::Word && token.is_any(WORDS));
    let makes_project = tokens.iter().take(8).any(|token| token.is_any("project"))
        && generic
        && tokens.first().is_some_and(|token| {
            token.is_any("create set start plan prepare make open new begin get need a draw build put project the organise organize add initiate establish our we")
        });
    let starting = tokens.iter().take(3).any(|token| token.is_any("new"))
        && tokens.iter().take(5).any(|token| token.is_any("project"))
        && tokens.iter().any(|token| token.is_any("start starts starting begin begins coming"));
    // "we start Project Sandpiper in February"
    let start = tokens.iter().position(|token| matches!(token.lemma.as_str(), "start" | "begin" | "open"));
    let tells = tokens.first().is_some_and(|token| token.is_any("we we're our i i'm"));
    let starts_named = start.is_some()
        && tokens.windows(2).enumerate().any(|(at, pair)| {
            pair[0].is_any("project")
                && pair[1].is_capitalised()
                && (tells || at <= 2 && start.is_some_and(|start| start > at))
                && reader.certainly(&tokens[at + 1..at + 2], &[Kind::Project]).is_none()
        });
    let starting = starting || starts_named;
    let plans_project = tokens.len() >= 2
        && tokens[0].is_any("plan prepare organise organize")
        && tokens.iter().take(6).any(|token| token.is_any("project"))
        && !tokens.iter().take(6).any(|token| token.is_any("meeting review call"));
    let lists_milestones = !generic
        && tokens.iter().any(|token| token.kind == TokenKind::Word && Noun::of(&token.low) == Some(Noun::Milestone));
    if lists_milestones {
        return Ok(false);
    }
    let introduces_somebody =
        tokens.iter().any(|token| token.lemma == "introduce") && !reader.people_in(tokens).is_empty();
    let begins = reader.asks_for_launch && BEGINNINGS.iter().any(|pattern| pattern.find(tokens).is_some());
    if !(spoken || makes_project || starting || plans_project || begins) || is_one_thing(tokens) || introduces_somebody
    {
        return Ok(false);
    }
    let mut words = tokens.clone();
    let given = given_name(&mut words);
    let shape = |named: bool| {
        SHAPES.iter().enumerate().find_map(|(index, pattern)| {
            let found = pattern.find(&words)?;
            let range = found.range("name")?;
            let at_end = range.end == found.matched.end;
            let said = if at_end { words[range.start..].to_vec() } else { words[range].to_vec() };
            let somebody =
                said.len() == 1 && super::text::is_pronoun(&said[0].low) && !said[0].is_any("it this that them");
            let points = said.iter().take(2).any(|token| token.is_any("it this that them")) && said.len() <= 2;
            let fits = !named || points || launched(&said).is_some();
            ((said.len() <= 9 || at_end) && !somebody && fits).then_some((index, said))
        })
    };
    // one that names what is launched, or else any
    let shape = shape(true).or_else(|| shape(false));
    let shape = shape.or_else(|| {
        let begun = BEGINNINGS.iter().filter(|_| reader.asks_for_launch).find_map(|pattern| pattern.find(&words))?;
        let from = begun.range("name")?.start;
        let at_end = begun.range("name")?.end == begun.matched.end;
        let said = if at_end { words[from..].to_vec() } else { begun.get("name", &words).to_vec() };
        Some((SHAPES.len(), said))
    });
    let certain = given.is_some()
        || shape.is_some()
        || makes_project
        || plans_project
        || starts_named
        || tokens.iter().any(|token| token.is_any("launch kick-off kickoff rollout roll-out go-live"));
    if !certain {
        return Ok(false);
    }
    let said = shape.map(|(_, said)| said);
    let pronoun = said
        .as_ref()
        .is_some_and(|said| said.iter().take(2).any(|token| token.is_any("it this that them")) && said.len() <= 2);
    let name =
        given.or_else(|| said.filter(|_| !pronoun).and_then(|said| launched(&said))).or_else(|| project_said(tokens));
    let selected = reader.selected().filter(|thing| thing.kind == Kind::Project && name.is_none() && pronoun);
    let known = name
        .as_ref()
        .and_then(|name| {
            reader.rows.iter().find(|row| row.kind == Kind::Project && row.label.eq_ignore_ascii_case(name))
        })
        .map(super::rows::Row::thing);
    let Some(recipe) = recipes.get(LAUNCH) else { return Ok(false) };
    let name = name.or_else(|| told_before(reader));
    let unnamed = name.is_none() && known.is_none() && selected.is_none();
    if unnamed {
        reader.assume("The request does not name the project: it can be renamed before it is approved.");
    }
    let particulars = Particulars {
        name: Some(name.unwrap_or_else(|| "Project launch".into())),
        project: known.or(selected),
        ..Particulars::default()
    };
    carry_out(reader, recipe, tokens, particulars)?;
    reader.unnamed_launch = unnamed;
    Ok(true)
}

/// "create a task to launch the ferret", "add a kick-off task", "remind me of the launch": one thing.
fn is_one_thing(tokens: &[Token]) -> bool {
    let Some(first) = tokens.first() else { return true };
    if first.is_any("remind archive rename mark complete link note message tell email assign move push postpone change update invite ask tick close reschedule give send jot let notify inform") {
        return true;
    }
    let head = tokens.iter().take(7).take_while(|token| {
        !is_preposition(&token.low) && token.kind != TokenKind::Punct && !token.is_any("called named")
    });
    head.clone().any(|token| {
        token.kind == TokenKind::Word
            && (matches!(
                Noun::of(&token.low),
                Some(Noun::Task | Noun::Reminder | Noun::Note | Noun::Idea | Noun::Person | Noun::Message | Noun::Link)
            ) || matches!(
                token.low.as_str(),
                "meeting"
                    | "call"
                    | "milestone"
                    | "milestones"
                    | "party"
                    | "event"
                    | "dinner"
                    | "webinar"
                    | "campaign"
                    | "video"
                    | "email"
                    | "page"
            ))
    }) && !(is_generic(tokens) && tokens.iter().any(|token| token.is_any("project launch rollout")))
}

/// What is launched, as a name.
fn launched(said: &[Token]) -> Option<String> {
    let said: Vec<Token> = said
        .iter()
        .filter(|token| {
            !(token.is_any("project")
                && said.len() > 1
                && !said.iter().any(|other| other.is_capitalised() && other.low == "project"))
        })
        .cloned()
        .collect();
    if said
        .first()
        .is_some_and(|token| token.is_any("with and including plus complete as all") && !token.is_capitalised())
    {
        return None;
    }
    let lead = said
        .iter()
        .take_while(|token| {
            is_determiner(&token.low)
                || token
                    .is_any("new of for up soon shortly now next we're we are organise organize plan prepare arrange coordinate handle do")
                || token.kind == TokenKind::Punct
        })
        .count();
    let mut rest = &said[lead.min(said.len())..];
    if rest.len() > 1 && rest[0].low == "project" && rest[0].is_capitalised() && rest[1].is_capitalised() {
        rest = &rest[1..];
    }
    if rest.first().is_some_and(|token| token.is_any("is are was were has have will")) {
        return None;
    }
    let name = name_of(&rest[..name_length(rest)]);
    let content = rest.iter().take(name_length(rest)).any(|token| {
        token.kind != TokenKind::Word
            || !is_function_word(&token.low)
                && !token.is_any("project launch plan everything things work full whole proper set get make")
    });
    (!name.is_empty() && content && name.chars().any(char::is_alphanumeric)).then_some(name)
}

/// "the Greenhouse project", "Project Halcyon", behind other words.
fn project_said(tokens: &[Token]) -> Option<String> {
    if let Some(quoted) = tokens.iter().find(|token| token.kind == TokenKind::Quoted) {
        return Some(quoted.text.clone());
    }
    let noun = tokens.iter().position(|token| token.is_any("project"))?;
    let behind = &tokens[noun + 1..];
    if behind.first().is_some_and(Token::is_capitalised) {
        return launched(&behind[..name_length(behind)]);
    }
    let lead = behind
        .iter()
        .take_while(|token| {
            token.is_any("going started rolling running underway together up set for about on to around")
                || token.is_mark(":")
        })
        .count();
    if lead > 0 {
        let rest = &behind[lead..];
        return launched(&rest[..name_length(rest)]);
    }
    let from = tokens[..noun]
        .iter()
        .rposition(|token| {
            is_determiner(&token.low)
                || is_preposition(&token.low)
                || token.is_any("up off start plan create new prepare")
        })
        .map_or(0, |at| at + 1);
    launched(&tokens[from..noun]).or_else(|| {
        let comma = behind.iter().position(|token| token.is_mark(",") || token.is_mark(":") || token.is_mark("–"))?;
        let rest = &behind[comma + 1..];
        launched(&rest[..name_length(rest)])
    })
}

/// What an earlier sentence spoke of: "We have built a ferry app. Launch it in May."
fn told_before(reader: &Reader<'_>) -> Option<String> {
    let by_shape = |sentence: &Vec<Token>| {
        SHAPES.iter().find_map(|pattern| {
            let range = pattern.find(sentence)?.range("name")?;
            launched(&sentence[range.start..])
        })
    };
    // "we've got the go-ahead for the Millbrook Bridge": a name that is nobody's
    let by_name = |sentence: &Vec<Token>| {
        let marked = sentence.iter().position(|token| token.is_any("for of about on with called named is"))?;
        let lead = sentence[marked + 1..].iter().take_while(|token| is_determiner(&token.low)).count();
        let rest = &sentence[marked + 1 + lead..];
        let nobody = rest.first().is_some_and(|token| token.is_capitalised() || token.kind == TokenKind::Quoted)
            && reader.people_in(&rest[..rest.len().min(2)]).is_empty();
        if nobody { launched(&rest[..name_length(rest)]) } else { None }
    };
    reader.told.iter().rev().find_map(by_shape).or_else(|| reader.told.iter().rev().find_map(by_name)).or_else(|| {
        reader.told.iter().rev().find_map(|sentence| {
            let from =
                sentence.iter().position(|token| is_determiner(&token.low) && token.is_any("the our a an my"))?;
            let rest = &sentence[from + 1..];
            let lead = rest.iter().take_while(|token| token.is_any("new")).count();
            launched(&rest[lead..lead + name_length(&rest[lead..])])
        })
    })
}
