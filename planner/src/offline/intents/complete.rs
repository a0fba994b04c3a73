//! Tasks that are done: "mark 'Pay the caterer' and 'Return the chairs' as done".

use domain::workspace::Kind;

use crate::offline::{
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::patterns,
    text::{Kind as TokenKind, Token},
};

patterns!(DONE:
    "mark|set|tick|check|flag|put|move|change|update|make|call|report {task} as|to|off? off|as? being? done|complete|completed|finished|closed|resolved|ticked|over",
    "set|change|update|put the? status of|for|on {task} to|as|into done|complete|completed|finished|closed|resolved",
    "tick|check|cross off {task}",
    "tick|check|cross {task} off the|my|our? list|board?",
    "complete|finish|close|resolve|tick|accomplish off|out|up? {task}",
    "i've|we've|i|we have|has? already|just? ~do|~finish|~complete|completed|finished|done with? {task}",
    "i'm|we're|i|we am|are? done|finished with {task}",
    "{task} is|are|was|were|has|have|got been? now|already|all|finally? been? done|finished|complete|completed|over",
    "{task} can|may|should|could be marked|ticked|closed|set|crossed|completed as? done|off|complete|completed|closed|finished?",
    "{task} done|finished|completed",
    "all|now|both? done|finished|completed|complete|ticked|closed with|off? : {task}",
);

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    for (index, pattern) in DONE.iter().enumerate() {
        let open_ended = matches!(index, 2 | 4 | 5 | 6 | 10);
        let found = if open_ended { pattern.start(tokens) } else { pattern.whole(&without_dates(tokens)) };
        let Some(found) = found else { continue };
        let said = if open_ended {
            tokens[found.range("task").map_or(0, |range| range.start)..].to_vec()
        } else {
            found.get("task", &without_dates(tokens)).to_vec()
        };
        let said: Vec<Token> = said.into_iter().filter(|token| token.date().is_none()).collect();
        if said.is_empty() || is_about_something_else(reader, index, &said) {
            continue;
        }
        let names_project = said.iter().any(|token| token.is_any("project"))
            && !said.iter().any(|token| token.is_any("task tasks to-do everything all"));
        let project = names_project || is_project_alone(reader, &said);
        if project {
            let project = reader.thing(&said, &[Kind::Project])?;
            if index >= 5 && !reader.next.is_empty() {
                reader.talk.about(&project);
                return Ok(true);
            }
            reader.change(&project, Change::Text("status", "done".into()));
            return Ok(true);
        }
        for task in reader.things(&said, &[Kind::Task], true)? {
            if reader.is_done(&task) {
                reader.assume(format!("“{}” is marked as done already.", task.label));
            }
            reader.complete(&task);
        }
        return Ok(true);
    }
    Ok(false)
}

fn without_dates(tokens: &[Token]) -> Vec<Token> {
    tokens.iter().filter(|token| token.date().is_none()).cloned().collect()
}

/// Whether the words name a project and no task.
fn is_project_alone(reader: &Reader<'_>, said: &[Token]) -> bool {
    reader.certainly(said, &[Kind::Task]).is_none() && reader.certainly(said, &[Kind::Project]).is_some()
}

/// "complete the form" is something to do unless there is such a task; "the audit is done" only tells of one there is.
fn is_about_something_else(reader: &Reader<'_>, index: usize, said: &[Token]) -> bool {
    // "move the sofa, each only when the one before is finished": a condition
    if said.iter().any(|token| token.is_any("when once until")) {
        return true;
    }
    let names_task =
        said.iter().any(|token| token.is_any("task tasks to-do to-dos") || token.kind == TokenKind::Quoted);
    let pronoun = said.len() <= 3 && said.iter().any(|token| token.is_any("it that this them both these one all"));
    let known = || {
        use crate::offline::resolve::Found;
        !matches!(reader.find(said, &[Kind::Task]), Found::Nothing | Found::Near(_))
            || crate::offline::read::split_list(said).iter().all(|part| reader.certainly(part, &[Kind::Task]).is_some())
    };
    let project = is_project_alone(reader, said);
    match index {
        0..=3 | 8 => false,
        // statements
        5..=7 | 9 => !(known() || project),
        _ => {
            !(names_task
                || (pronoun && !reader.talk.is_empty())
                || super::select::is_selection(said)
                || known()
                || project)
        }
    }
}
