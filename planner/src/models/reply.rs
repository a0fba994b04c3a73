//! What a model wrote, as an answer: whole at the end, and step by step while it comes.

use domain::plan::{Question, StepInput};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::contract::{Answer, DraftedPlan};

/// The form of the answer, with room for models that are not bound to it.
#[derive(Deserialize)]
struct Reply {
    outcome: Outcome,
    #[serde(default, deserialize_with = "or_default")]
    message: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
    #[serde(default, deserialize_with = "or_default")]
    assumptions: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    questions: Vec<ReplyQuestion>,
    #[serde(default, deserialize_with = "or_default")]
    steps: Vec<ReplyStep>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Plan,
    Clarify,
    Reject,
}

#[derive(Deserialize)]
struct ReplyQuestion {
    id: String,
    text: String,
    #[serde(default, deserialize_with = "or_default")]
    choices: Vec<String>,
}

/// The part of a step that a model decides. Gates, failure policies and limits are not its to set.
#[derive(Deserialize)]
struct ReplyStep {
    #[serde(default)]
    id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    title: String,
    #[serde(default, deserialize_with = "or_default")]
    description: String,
    action_type: String,
    #[serde(default, deserialize_with = "or_default")]
    params: Map<String, Value>,
    #[serde(default, deserialize_with = "or_default")]
    depends_on: Vec<String>,
}

/// Null stands for nothing.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl From<ReplyStep> for StepInput {
    fn from(step: ReplyStep) -> Self {
        Self {
            id: step.id,
            title: step.title,
            description: step.description,
            action_type: step.action_type,
            params: step.params.into_iter().filter(|(_, value)| !value.is_null()).map(without_nulls).collect(),
            depends_on: step.depends_on,
            ..Self::default()
        }
    }
}

fn without_nulls((name, value): (String, Value)) -> (String, Value) {
    (name, stripped(value))
}

/// Takes out properties that are null: in strict forms that is how nothing is written.
fn stripped(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).map(without_nulls).collect(),
        Value::Array(list) => list.into_iter().map(stripped).collect(),
        other => other,
    }
}

/// Reads a whole answer.
///
/// # Errors
/// Where the text leaves the form, in words that a model can act on.
pub(super) fn read(text: &str, request: &str) -> Result<Answer, String> {
    let text = bare(text);
    let reply: Reply = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(match reply.outcome {
        Outcome::Plan => Answer::Plan(DraftedPlan {
            name: if reply.name.trim().is_empty() { headline(request) } else { reply.name },
            description: reply.description,
            steps: reply.steps.into_iter().map(Into::into).collect(),
            message: reply.message,
            assumptions: reply.assumptions,
            ..DraftedPlan::default()
        }),
        Outcome::Clarify if reply.questions.is_empty() => Answer::Clarify {
            questions: vec![Question::new("details", reply.message.clone(), Vec::new())],
            message: reply.message,
        },
        Outcome::Clarify => Answer::Clarify {
            message: reply.message,
            questions: reply
                .questions
                .into_iter()
                .map(|asked| Question::new(asked.id, asked.text, asked.choices))
                .collect(),
        },
        Outcome::Reject => Answer::Reject { message: reply.message },
    })
}

/// The JSON in a text: models that are not bound to a form like to put it between fences.
fn bare(text: &str) -> &str {
    match (text.find('{'), text.rfind('}')) {
        (Some(start), Some(end)) if start < end => &text[start..=end],
        _ => text.trim(),
    }
}

/// The first words of a request.
fn headline(request: &str) -> String {
    let line = request.lines().find(|line| !line.trim().is_empty()).unwrap_or("Plan").trim();
    let mut words: String = line.chars().take(80).collect();
    if line.chars().count() > 80 {
        words.push('…');
    }
    words
}

/// Finds the steps in an answer that is still coming.
#[derive(Debug, Default)]
pub(super) struct Coming {
    text: String,
    /// Up to where the text was read.
    read: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
    string_start: usize,
    /// The last text that stood directly in the answer: the name of what comes next.
    name: String,
    /// Where the list of steps is open, its depth.
    in_steps: bool,
    step_start: usize,
    steps: usize,
}

impl Coming {
    /// How many steps there were.
    pub(super) const fn steps(&self) -> usize {
        self.steps
    }

    /// Takes the next part of the text and gives the steps that it completes. What is no step is counted and left out.
    pub(super) fn hear(&mut self, more: &str) -> Vec<StepInput> {
        self.text.push_str(more);
        let mut found = Vec::new();
        // all marks of JSON are ASCII, so bytes will do
        while let Some(byte) = self.text.as_bytes().get(self.read).copied() {
            if self.in_string {
                self.inside_string(byte);
            } else {
                match byte {
                    b'"' => {
                        self.in_string = true;
                        self.string_start = self.read + 1;
                    }
                    b'{' | b'[' => self.open(byte),
                    b'}' | b']' => found.extend(self.close(byte)),
                    _ => {}
                }
            }
            self.read += 1;
        }
        found
    }

    fn inside_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            if self.depth == 1 {
                self.name = self.text[self.string_start..self.read].to_owned();
            }
        }
    }

    fn open(&mut self, byte: u8) {
        if byte == b'[' && self.depth == 1 && self.name == "steps" {
            self.in_steps = true;
        }
        if byte == b'{' && self.depth == 2 && self.in_steps {
            self.step_start = self.read;
        }
        self.depth += 1;
    }

    fn close(&mut self, byte: u8) -> Option<StepInput> {
        self.depth = self.depth.saturating_sub(1);
        if byte == b']' && self.depth == 1 {
            self.in_steps = false;
        }
        if byte != b'}' || self.depth != 2 || !self.in_steps {
            return None;
        }
        self.steps += 1;
        let step: Option<ReplyStep> = serde_json::from_str(&self.text[self.step_start..=self.read]).ok();
        step.map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn answer() -> String {
        json!({
            "outcome": "plan", "message": "the \"steps\": [ {", "name": "Kestrel", "description": null,
            "assumptions": [], "questions": [],
            "steps": [
                {"id": "a", "title": "One {", "action_type": "project.create", "params": {"name": "K\\", "due_date": null}, "depends_on": []},
                {"id": "b", "title": "Two ü", "action_type": "project.set_milestones",
                 "params": {"project": "{{steps.a.result.id}}", "milestones": [{"title": "x", "due_date": null}]}, "depends_on": ["a"]},
            ],
        })
        .to_string()
    }

    #[test]
    fn nothing_is_left_of_what_is_null() {
        let Answer::Plan(plan) = read(&answer(), "").unwrap() else { panic!("a plan") };
        assert_eq!(plan.name, "Kestrel");
        assert_eq!(plan.steps[0].params, *json!({"name": "K\\"}).as_object().unwrap());
        assert_eq!(plan.steps[1].params["milestones"], json!([{"title": "x"}]));
    }

    #[test]
    fn a_model_that_is_not_bound_to_the_form_is_understood() {
        let fenced =
            "Here you are:\n```json\n{\"outcome\": \"plan\", \"steps\": [{\"action_type\": \"idea.create\"}]}\n```";
        let Answer::Plan(plan) = read(fenced, "Write it down\nplease").unwrap() else { panic!("a plan") };
        assert_eq!((plan.name.as_str(), plan.steps.len()), ("Write it down", 1));
        let question = r#"{"outcome": "clarify", "message": "Which Tom?", "steps": []}"#;
        let Answer::Clarify { questions, .. } = read(question, "").unwrap() else { panic!("a question") };
        assert_eq!(questions[0].text, "Which Tom?");
    }

    #[test]
    fn what_is_not_the_form_is_said() {
        assert!(read("I would love to help!", "").is_err());
        let cause = read(r#"{"outcome": "plan", "steps": [{"title": "x"}]}"#, "").unwrap_err();
        assert!(cause.contains("action_type"), "{cause}");
    }

    proptest! {
        #[test]
        fn steps_come_one_by_one_wherever_the_text_is_cut(cuts in proptest::collection::vec(0_usize..600, 0..20)) {
            let text: Vec<char> = answer().chars().collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.push(text.len());
            cuts.sort_unstable();
            let mut coming = Coming::default();
            let mut found = Vec::new();
            let mut from = 0;
            for to in cuts {
                found.extend(coming.hear(&text[from..to].iter().collect::<String>()));
                from = to;
            }
            let Answer::Plan(plan) = read(&answer(), "").unwrap() else { panic!("a plan") };
            prop_assert_eq!(coming.steps(), 2);
            prop_assert_eq!(found, plan.steps);
        }
    }
}
