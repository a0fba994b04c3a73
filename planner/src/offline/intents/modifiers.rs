//! What is said about what the plan already has: "all due before Christmas", "each waits for the one before", "put them
//! in the Kestrel project", "no need to tell anybody".

use domain::workspace::Kind;

use crate::offline::{
    draft::Thing,
    make::Change,
    read::Clause,
    reader::{Reader, Reading},
    slots::{Sequence, patterns, sequence, tags},
    text::{Kind as TokenKind, Token, is_function_word},
};

patterns!(DUE_ALL: "all|both|everything|each|they|these|those|it|them of? them|it|these|the? tasks|is|are|should|must|to|be|has|have|needs|need? to? be? be? done|finished|completed|ready? @date", "and? all|both|each of? them? @date", "@date for all|both|each of? them?");
patterns!(IN_PROJECT: "put|place|file|move|add it|them|all|both|these of? them? all? in|into|to|under {project}", "it|they|all|both|these|everything of? them? should|must|belongs|belong|goes|go|is|are go|be|belong? in|to|into|part|under of? {project}");
patterns!(DEPENDS: "{b} ~depend on {a}", "{b} ~wait|waits for {a}", "{b} can|should|must|may|will only? start|begin|happen|come|go|run only? after|once|when {a}", "{b} ~come|~happen|~go|~follow only? after? {a}", "~do|~start {b} only? after|once {a}", "{a} ~come|~go|has|must|should|happen to? come|go|happen|be? done|finished? before {b}", "{a} first , then {b}");
patterns!(LAST: "{b} ~come|~go|~be last|at|in the? very? end|last|of? all?");
patterns!(FIRST: "{a} ~come|~go|~be first of? all?");
patterns!(TAG_THEM: "tag|label|mark it|them|all|both of? them? as|with? {tags}");
patterns!(TELL_NOBODY: "don't|do|no not|need? to? ~send|~tell|~notify|~message|~email|~inform anyone|anybody|anything|nobody|them|him|her|it|any {rest*}", "nobody|no-one|none should|must|needs be? to? {rest*}", "no messages|message|emails|mail {rest*}", "no need for|of a|an|any|another? {rest*}", "no reminder|reminders|notes|meeting|link|links|tasks|milestones needed|necessary|required|please|yet|though? {rest*}", "don't|do|never not? create|add|set|make|schedule|book|plan|assign|move|change|rename|complete|touch any|a|an|the|another|anything? {rest*}");

pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    if TELL_NOBODY.iter().any(|pattern| pattern.start(tokens).is_some())
        && !tokens.iter().any(|token| token.is_any("forget"))
    {
        return Ok(true);
    }
    if reader.draft.steps.is_empty() {
        return Ok(false);
    }
    if assigned(reader, tokens)? || named(reader, tokens) {
        return Ok(true);
    }
    if guests(reader, tokens)? || rescheduled(reader, tokens)? || told_topic(reader, tokens) {
        return Ok(true);
    }
    if due_for_all(reader, tokens)? || in_project(reader, tokens)? || depends(reader, tokens) || ordered(reader, tokens)
    {
        return Ok(true);
    }
    if let Some(found) = TAG_THEM.iter().find_map(|pattern| pattern.start(tokens)) {
        let _ = found;
        let mut words = tokens.clone();
        let found = tags(&mut words);
        let due = words.iter().find_map(|token| token.date().cloned());
        let made: Vec<usize> =
            reader.talk.group.iter().filter(|thing| thing.kind == Kind::Task).filter_map(Thing::step).collect();
        if !found.is_empty() && !made.is_empty() && !tokens.iter().any(|token| token.is_any("done complete finished")) {
            for step in made {
                reader.draft.steps[step].params.insert("tags".into(), found.clone().into());
            }
            if let Some((day, time)) = due.map(|phrase| reader.due(&phrase)).transpose()?.flatten() {
                for task in reader.talk.group.clone() {
                    reader.change(&task, Change::Text("due_date", crate::offline::dates::written(day, time)));
                }
            }
            return Ok(true);
        }
    }
    Ok(false)
}

/// "all assigned to Rosa", "they are for Wei".
fn assigned(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    patterns!(ASSIGNED: "that's|it's|this|that|it is? one|job|something|work|task? for {who}", "all|both|each|everything|they|it|these of? them|it|these|the? tasks? is|are|should|to? be? assigned|given|go|goes to {who}", "all|both|each|they of? them? are|is for {who}");
    let Some(found) = ASSIGNED.iter().find_map(|pattern| pattern.start(tokens)) else { return Ok(false) };
    let who = tokens[found.range("who").map_or(tokens.len(), |range| range.start)..].to_vec();
    if reader.people_in(&who).is_empty() && !who.iter().any(|token| token.is_any("me him her")) {
        return Ok(false);
    }
    let one = tokens[0].is_any("it it's that that's this");
    let tasks: Vec<Thing> = if one {
        reader.talk.last_of(&[Kind::Task]).cloned().into_iter().collect()
    } else {
        reader.talk.group.iter().filter(|thing| thing.kind == Kind::Task).cloned().collect()
    };
    let person = reader.person(&who)?;
    for task in &tasks {
        reader.change(task, Change::Points("assignee", person.clone()));
    }
    Ok(!tasks.is_empty())
}

/// "call it Shed 2": the name of what was just made.
fn named(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    patterns!(CALL: "call|name|title it|that {name}", "it|which should|shall|will|is to? be? called|named {name}", "the|its name|title is|should|be be? {name}");
    let Some(found) = CALL.iter().find_map(|pattern| pattern.start(tokens)) else { return false };
    let Some(from) = found.range("name").map(|range| range.start) else { return false };
    let name =
        crate::offline::wording::name_of(&tokens[from..from + crate::offline::wording::name_length(&tokens[from..])]);
    let Some(thing) = reader.talk.last_of(&[Kind::Project, Kind::Idea, Kind::Task]).cloned() else { return false };
    let Some(step) = thing.step() else { return false };
    let Some((_, field)) = crate::offline::reader::made_by(reader.draft.steps[step].action) else { return false };
    if name.is_empty() {
        return false;
    }
    reader.draft.steps[step].title = reader.draft.steps[step].title.replace(&thing.label, &name);
    reader.draft.steps[step].params.insert(field.into(), name.into());
    true
}

/// "invite Ruth too": one more for the entry in the calendar.
fn guests(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    patterns!(GUESTS: "invite|add|include {who} too|also|as well? to? it|the|that? meeting|call|event|entry?", "invite|add|include {who} to it|the|that meeting|call|event|entry|invitation?", "also invite|add|include {who}", "invite {who}");
    let Some(event) = reader.talk.last_of(&[Kind::CalendarEntry]).and_then(Thing::step) else { return Ok(false) };
    let Some(found) = GUESTS.iter().find_map(|pattern| pattern.whole(tokens)) else { return Ok(false) };
    let who = found.get("who", tokens).to_vec();
    if reader.people_in(&who).is_empty() {
        return Ok(false);
    }
    let people = reader.people(&who)?;
    let mut all: Vec<Thing> = reader.draft.steps[event].used().cloned().collect();
    all.extend(people.into_iter().filter(|person| person.target != crate::offline::draft::Target::Me));
    reader.draft.steps[event].set_things("attendees", &all);
    Ok(true)
}

/// "next check on 2 December", "the reminder should come on Friday": when the reminder of before is.
fn rescheduled(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    patterns!(WHEN: "the|my|our|a? next|first|follow-up|follow|reminder's? check|check-in|reminder|nudge|attempt|follow-up|date|try is|should|must|to? be|come|due? : ? @date", "and? remind me of? it|that|this? @date");
    if !WHEN.iter().any(|pattern| pattern.whole(tokens).is_some()) {
        return Ok(false);
    }
    let Some(at) = reader.draft.steps.iter().rposition(|step| step.action == "reminder.set") else { return Ok(false) };
    let Some(phrase) = tokens.iter().find_map(|token| token.date().cloned()) else { return Ok(false) };
    let Some((day, time)) = reader.moment(&phrase)? else { return Ok(false) };
    let time = time.or_else(|| chrono::NaiveTime::from_hms_opt(9, 0, 0));
    reader.draft.steps[at].params.insert("at".into(), crate::offline::dates::written(day, time).into());
    reader.draft.steps[at].title = format!("Set a reminder for {}", crate::offline::dates::in_words(day));
    let about = reader.draft.steps[at].pointed("about").and_then(Thing::step);
    if let Some(task) = about.filter(|step| reader.draft.steps[*step].action == "task.create") {
        let due = crate::offline::dates::written(day, None);
        reader.draft.steps[task].params.insert("due_date".into(), due.into());
    }
    reader.assumptions.retain(|assumption| !assumption.starts_with("No day was given"));
    Ok(true)
}

/// "It's about her promotion": what the follow-up of before is about.
fn told_topic(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    patterns!(ABOUT: "it's|that's|this|it|that is? about|regarding|concerning|re: {topic}", "topic|subject|reason|re: :|is? {topic}");
    let Some(found) = ABOUT.iter().find_map(|pattern| pattern.start(tokens)) else { return false };
    let Some(task) = reader.talk.last_of(&[Kind::Task]).and_then(Thing::step) else { return false };
    let from = found.range("topic").map_or(tokens.len(), |range| range.start);
    let topic = crate::offline::text::join(&tokens[from..]);
    let title = reader.draft.steps[task].params.get("title").and_then(serde_json::Value::as_str).unwrap_or_default();
    if !title.starts_with("Follow up") || title.contains(" about ") || topic.is_empty() {
        return false;
    }
    let whole = crate::offline::draft::shortened(&format!("{title} about {topic}"), 120);
    for step in &mut reader.draft.steps[task..] {
        for field in ["title", "message"] {
            if step.params.get(field).and_then(serde_json::Value::as_str).is_some_and(|text| whole.starts_with(text)) {
                step.params.insert(field.into(), whole.clone().into());
            }
        }
    }
    reader.draft.steps[task].title = format!("Create task “{whole}”");
    true
}

fn due_for_all(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some(_) = DUE_ALL.iter().find_map(|pattern| pattern.whole(tokens)) else { return Ok(false) };
    let Some(phrase) = tokens.iter().find_map(|token| token.date().cloned()) else { return Ok(false) };
    let one = tokens.first().is_some_and(|token| token.is_any("it"));
    let all = tokens.iter().any(|token| token.is_any("all everything each tasks"));
    let things: Vec<Thing> = if one {
        reader.talk.it().filter(|thing| matches!(thing.kind, Kind::Task | Kind::Project)).cloned().into_iter().collect()
    } else if all {
        let tasks: Vec<Thing> =
            reader.talk.all_of(&[Kind::Task]).into_iter().filter(|thing| thing.step().is_some()).collect();
        if tasks.is_empty() { reader.talk.group.clone() } else { tasks }
    } else {
        reader.talk.group.clone()
    };
    if things.is_empty() {
        return Ok(false);
    }
    let Some((day, time)) = reader.due(&phrase)? else { return Ok(false) };
    for thing in things {
        if matches!(thing.kind, Kind::Task | Kind::Project) {
            reader.change(&thing, Change::Text("due_date", crate::offline::dates::written(day, time)));
        }
    }
    Ok(true)
}

fn in_project(reader: &mut Reader<'_>, tokens: &[Token]) -> Reading {
    let Some(found) = IN_PROJECT.iter().find_map(|pattern| pattern.start(tokens)) else { return Ok(false) };
    let said = tokens[found.range("project").map_or(tokens.len(), |range| range.start)..].to_vec();
    let says_project =
        said.iter().any(|token| token.is_any("project")) || reader.certainly(&said, &[Kind::Project]).is_some();
    let tasks: Vec<Thing> =
        reader.talk.group.iter().filter(|thing| thing.kind == Kind::Task && thing.step().is_some()).cloned().collect();
    if !says_project || tasks.is_empty() {
        return Ok(false);
    }
    let project = reader.thing(&said, &[Kind::Project])?;
    for task in tasks {
        reader.change(&task, Change::Points("project", project.clone()));
    }
    Ok(true)
}

/// "the order is …", "they can run in parallel", "each waits for the one before it".
fn ordered(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    let mut rest = tokens.to_vec();
    let order = sequence(&mut rest);
    let leftover = rest
        .iter()
        .filter(|token| !is_function_word(&token.low) && token.kind == TokenKind::Word)
        .filter(|token| !token.is_any("do run tasks steps done work make one order put keep first start them"))
        .count();
    if order == Sequence::Unsaid || leftover > 0 || reader.talk.group.len() < 2 {
        return false;
    }
    if order == Sequence::Chain {
        let group = reader.talk.group.clone();
        super::tasks::chain(reader, &group, order);
    }
    true
}

/// "the furniture comes last", "the permit comes first": before or behind everything else of its kind.
fn at_the_edge(reader: &mut Reader<'_>, steps: &[usize], last: bool) -> bool {
    let others: Vec<usize> = reader.talk.group.iter().filter_map(Thing::step).collect();
    let mut told = false;
    for step in steps {
        for other in others.iter().filter(|other| !steps.contains(other)) {
            let (before, after) = if last { (*other, *step) } else { (*step, *other) };
            told |= reader.draft.order(after, before) || reader.draft.comes_after(after, before);
        }
    }
    told
}

/// "the assessment depends on both measurements".
fn depends(reader: &mut Reader<'_>, tokens: &[Token]) -> bool {
    if let Some(found) = LAST.iter().find_map(|pattern| pattern.whole(tokens)) {
        let last = reader.steps_meant(found.get("b", tokens));
        return at_the_edge(reader, &last, true);
    }
    if let Some(found) = FIRST.iter().find_map(|pattern| pattern.whole(tokens)) {
        let first = reader.steps_meant(found.get("a", tokens));
        return at_the_edge(reader, &first, false);
    }
    let found = DEPENDS.iter().find_map(|pattern| pattern.start(tokens));
    let Some(found) = found else { return false };
    let tail = |slot: &str| match found.range(slot) {
        Some(range) if range.end == found.matched.end => tokens[range.start..].to_vec(),
        Some(range) => tokens[range].to_vec(),
        None => Vec::new(),
    };
    let (after, before) = (reader.steps_meant(&tail("b")), reader.steps_meant(&tail("a")));
    let mut told = false;
    for step in &after {
        for earlier in &before {
            told |= reader.draft.order(*step, *earlier);
        }
    }
    told
}
