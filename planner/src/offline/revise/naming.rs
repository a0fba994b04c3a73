//! "Rename the project to Kestrel", "call it Kestrel", "the plan should be called Kestrel".

use serde_json::Value;

use super::{Reading, Revision};
use crate::offline::{
    text::{Kind, Token, capitalised, join},
    wording::NAME_CHARS,
};

impl Revision<'_> {
    pub(super) fn rename(&mut self, tokens: &[Token]) -> Reading {
        let Some((target, name)) = renaming(tokens) else { return Ok(false) };
        let name = new_name(name);
        if name.is_empty() || name.chars().count() > NAME_CHARS * 4 {
            return Ok(false);
        }
        let whole = target.iter().any(|token| token.is_any("plan"));
        let project = self.draft.steps.iter().position(|step| step.action_type == "project.create");
        let meant = if whole { None } else { self.named_target(target)?.or(project) };
        if let Some(at) = meant {
            self.rename_step(at, &name);
        } else {
            self.draft.did(format!("The plan is called “{name}” now."));
            self.draft.name = name;
        }
        Ok(true)
    }

    /// The step that words name, when they name another one than the project.
    fn named_target(&mut self, target: &[Token]) -> Result<Option<usize>, super::Asked> {
        let plain = |token: &Token| token.is_any("the a this my our it project name title of plan that");
        if target.iter().all(plain) {
            return Ok(None);
        }
        let found = self.steps_meant(target);
        self.one_of(found, &join(target))
    }

    /// Gives what a step makes another name, and says the name everywhere where the old one was said.
    fn rename_step(&mut self, at: usize, name: &str) {
        let step = &mut self.draft.steps[at];
        let param = ["name", "title", "subject"].into_iter().find(|param| step.params.contains_key(*param));
        let Some(param) = param else {
            let old = std::mem::replace(&mut step.title, name.to_owned());
            self.draft.did(format!("“{old}” is called “{name}” now."));
            return;
        };
        let old = step.params.get(param).and_then(Value::as_str).unwrap_or_default().to_owned();
        step.params.insert(param.to_owned(), Value::String(name.to_owned()));
        self.draft.did(format!("“{old}” is called “{name}” now."));
        if old.is_empty() {
            return;
        }
        for step in &mut self.draft.steps {
            step.title = said_anew(&step.title, &old, name);
            step.description = said_anew(&step.description, &old, name);
            for (_, value) in &mut step.params {
                say_anew(value, &old, name);
            }
        }
        self.draft.name = said_anew(&self.draft.name, &old, name);
    }
}

/// What is renamed, and to what.
fn renaming(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let first = tokens.first()?;
    let to = |words: &str| tokens.iter().position(|token| token.is_any(words));
    if first.lemma == "rename" || first.is_any("retitle") {
        let at = to("to into as")?;
        return Some((tokens.get(1..at)?, tokens.get(at + 1..)?));
    }
    let changes_name = first.is_any("change set make update") || first.lemma == "change";
    if changes_name && let Some(name) = to("name title") {
        let at = tokens.iter().position(|token| token.is_any("to into")).filter(|at| *at > name)?;
        return Some((tokens.get(1..at)?, tokens.get(at + 1..)?));
    }
    if first.is_any("call name title") {
        let pronoun = tokens.get(1).filter(|token| token.is_any("it this"));
        if pronoun.is_some() {
            return Some((tokens.get(1..2)?, tokens.get(2..)?));
        }
        let noun = tokens.iter().take(4).position(|token| token.is_any("project plan"))?;
        return Some((tokens.get(1..=noun)?, tokens.get(noun + 1..)?));
    }
    let called = to("called named")?;
    let asks = tokens[..called].iter().any(|token| token.is_any("should be is must"));
    if asks { Some((tokens.get(..called)?, tokens.get(called + 1..)?)) } else { None }
}

fn new_name(tokens: &[Token]) -> String {
    if let Some(quoted) = tokens.iter().find(|token| token.kind == Kind::Quoted) {
        return quoted.text.clone();
    }
    capitalised(join(tokens).trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '.')))
}

fn say_anew(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if !text.contains("{{") => *text = said_anew(text, old, new),
        Value::Array(items) => items.iter_mut().for_each(|item| say_anew(item, old, new)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, field)| say_anew(field, old, new)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with one name in place of another, where it stands as whole words.
fn said_anew(text: &str, old: &str, new: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let before = rest[..at].chars().next_back().or_else(|| written.chars().next_back());
        let behind = rest[at + old.len()..].chars().next();
        let whole = !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric);
        written.push_str(&rest[..at]);
        written.push_str(if whole { new } else { old });
        rest = &rest[at + old.len()..];
    }
    written.push_str(rest);
    written
}
