//! Is this a template that plans can be made from? Parameters, placeholders, and the steps as a run would fill them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::{Map, Number, Value};

use super::{
    Argument, Arguments, Included, Labels, MAX_PARAMETERS, Parameter, ParameterType, TemplateContent, check_arguments,
    content::is_parameter_name,
    instantiate,
    placeholder::{Form, Piece, pieces},
    unfold,
};
use crate::{
    action::Catalogue,
    ids::TemplateId,
    plan::{Problem, ProblemCode, StepInput, check_policy, check_steps},
};

const MAX_LABEL_CHARS: usize = 300;
const MAX_HELP_CHARS: usize = 2_000;
const MAX_CHOICES: usize = 500;
const MAX_PLAN_NAME_CHARS: usize = 300;

/// Finds what keeps a content from being a template; pointers go into the content: `/parameters/2/name`,
/// `/steps/0/params/title`.
pub fn check(content: &TemplateContent, catalogue: &Catalogue) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut checking = Checking { content, catalogue, problems: &mut problems };
    checking.parameters();
    checking.placeholders();
    if checking.problems.is_empty() {
        checking.steps();
    }
    problems
}

/// Finds the same with the sub-plans in their place; `own` is the template itself, as far as it is there already.
pub fn check_with(
    content: &TemplateContent,
    included: &Included,
    own: Option<TemplateId>,
    catalogue: &Catalogue,
) -> Vec<Problem> {
    if content.includes.is_empty() {
        return check(content, catalogue);
    }
    match unfold(content, included, own) {
        Ok(whole) => check(&whole, catalogue),
        Err(problems) => problems,
    }
}

/// The names of the parameters that have a place in the content.
pub(super) fn used(content: &TemplateContent) -> HashSet<String> {
    let mut names = HashSet::new();
    each_text(content, &mut |_, text| {
        for piece in pieces(text) {
            if let Piece::Gap(gap) = piece {
                names.insert(gap.name);
            }
        }
    });
    names
}

fn each_text(content: &TemplateContent, visit: &mut impl FnMut(&str, &str)) {
    visit("/plan_name", &content.plan_name);
    visit("/plan_description", &content.plan_description);
    for (index, include) in content.includes.iter().enumerate() {
        for (name, value) in &include.arguments {
            each_in(value, &mut format!("/includes/{index}/arguments/{name}"), visit);
        }
    }
    for (index, step) in content.steps.iter().enumerate() {
        visit(&format!("/steps/{index}/title"), &step.title);
        visit(&format!("/steps/{index}/description"), &step.description);
        each_in(&step.params, &mut format!("/steps/{index}/params"), visit);
    }
}

fn each_in(value: &Value, pointer: &mut String, visit: &mut impl FnMut(&str, &str)) {
    use super::leaves::within;
    match value {
        Value::String(text) => visit(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                within(pointer, &index.to_string(), |pointer| each_in(item, pointer, visit));
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                within(pointer, name, |pointer| each_in(field, pointer, visit));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

struct Checking<'a> {
    content: &'a TemplateContent,
    catalogue: &'a Catalogue,
    problems: &'a mut Vec<Problem>,
}

impl Checking<'_> {
    fn note(&mut self, code: ProblemCode, pointer: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { code, pointer: pointer.into(), step: None, message: message.into() });
    }

    fn parameters(&mut self) {
        let content = self.content;
        if content.parameters.len() > MAX_PARAMETERS {
            let message = format!("a template has at most {MAX_PARAMETERS} parameters");
            return self.note(ProblemCode::TooLarge, "/parameters", message);
        }
        let mut seen = HashSet::new();
        for (index, parameter) in content.parameters.iter().enumerate() {
            let place = format!("/parameters/{index}");
            let name = &parameter.name;
            if !is_parameter_name(name) {
                let message = format!(
                    "`{}` cannot be the name of a parameter: use lower-case letters, digits and underscores, and begin with a letter",
                    name.chars().take(80).collect::<String>()
                );
                self.note(ProblemCode::BadParameter, format!("{place}/name"), message);
            } else if !seen.insert(name.as_str()) {
                let message = format!("two parameters are called `{name}`: give each its own name");
                self.note(ProblemCode::BadParameter, format!("{place}/name"), message);
            }
            if parameter.label.chars().count() > MAX_LABEL_CHARS {
                let message = format!("a label has at most {MAX_LABEL_CHARS} characters");
                self.note(ProblemCode::TooLarge, format!("{place}/label"), message);
            }
            if parameter.help.chars().count() > MAX_HELP_CHARS {
                let message = format!("a help text has at most {MAX_HELP_CHARS} characters");
                self.note(ProblemCode::TooLarge, format!("{place}/help"), message);
            }
            self.choices(parameter, &place);
            self.default(parameter, &place);
        }
    }

    fn choices(&mut self, parameter: &Parameter, place: &str) {
        let is_choice = parameter.of == ParameterType::Choice;
        let empty = parameter.choices.iter().any(|choice| choice.trim().is_empty());
        let message = match parameter.choices.len() {
            0 if is_choice => "a choice needs something to choose from: list the choices",
            _ if parameter.choices.len() > MAX_CHOICES => "there are at most 500 choices",
            _ if empty => "a choice cannot be empty",
            _ => return,
        };
        self.note(ProblemCode::BadParameter, format!("{place}/choices"), message);
    }

    /// A default is what somebody could give; whether a thing exists is seen when the template runs.
    fn default(&mut self, parameter: &Parameter, place: &str) {
        let Some(default) = &parameter.default else { return };
        let mut labels = Labels::new();
        if let Some(id) = default.as_str().and_then(|text| text.trim().parse().ok()) {
            labels.insert(id, String::new());
        }
        let alone = TemplateContent { parameters: vec![parameter.clone()], ..TemplateContent::default() };
        let given = Map::from_iter([(parameter.name.clone(), default.clone())]);
        let refused = check_arguments(&alone, &given, NaiveDate::default(), &labels).err().unwrap_or_default();
        for problem in refused {
            self.note(ProblemCode::BadParameter, format!("{place}/default"), problem.message);
        }
    }

    fn placeholders(&mut self) {
        let content = self.content;
        let known: HashMap<&str, ParameterType> =
            content.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.of)).collect();
        let mut found = Vec::new();
        each_text(content, &mut |pointer, text| {
            for piece in pieces(text) {
                let (code, message) = match piece {
                    Piece::Plain(_) | Piece::Open => continue,
                    Piece::Malformed(inner) => (
                        ProblemCode::MalformedPlaceholder,
                        format!(
                            "`{{{{{inner}}}}}` is no placeholder: write {{{{params.NAME}}}} or {{{{params.NAME + 3 days}}}}"
                        ),
                    ),
                    Piece::Gap(gap) => match known.get(gap.name.as_str()) {
                        None => (ProblemCode::UnknownParameter, format!("{gap} names no parameter of the template")),
                        Some(of) if fits(*of, gap.form) => continue,
                        Some(of) => (
                            ProblemCode::MalformedPlaceholder,
                            format!("{gap} cannot be: `{}` is a {}", gap.name, of.name()),
                        ),
                    },
                };
                found.push(Problem { code, pointer: pointer.to_owned(), step: None, message });
            }
        });
        self.problems.extend(found);
    }

    /// Fills the gaps with samples and checks the steps like those of any plan. What is only wrong with a sample is not
    /// held against the template: the plan is checked again with what is given.
    fn steps(&mut self) {
        let content = self.content;
        let name = content.plan_name.trim();
        if name.is_empty() || name.chars().count() > MAX_PLAN_NAME_CHARS {
            let message = format!("the plans need a name of 1 to {MAX_PLAN_NAME_CHARS} characters");
            self.note(ProblemCode::BadValue, "/plan_name", message);
        }
        check_policy(&content.policy, "/policy", self.problems);
        if content.steps.is_empty() {
            return self.note(ProblemCode::BadValue, "/steps", "a template needs a step");
        }
        let Ok(instance) = instantiate(content, &samples(&content.parameters)) else {
            return self.note(ProblemCode::BadValue, "/steps", "a date is too many days from its parameter");
        };
        let inputs: Vec<StepInput> = instance.steps.iter().map(StepInput::from).collect();
        let found = check_steps(inputs, self.catalogue).err().unwrap_or_default();
        let is_of_sample = |problem: &Problem| {
            let mut names = problem.pointer.splitn(4, '/').skip(2);
            let index = names.next().and_then(|index| index.parse::<usize>().ok());
            let within = format!("/{}", names.next().unwrap_or_default());
            let filled =
                index.and_then(|index| instance.filled.get(index)).is_some_and(|filled| filled.contains_key(&within));
            filled && matches!(problem.code, ProblemCode::BadValue | ProblemCode::TooLarge)
        };
        self.problems.extend(found.into_iter().filter(|problem| !is_of_sample(problem)));
    }
}

fn fits(of: ParameterType, form: Form) -> bool {
    match form {
        Form::Value => true,
        Form::Name | Form::FirstName => of.kind().is_some(),
        Form::Days(_) | Form::Written(..) => of == ParameterType::Date,
    }
}

/// Something that each parameter could be.
fn samples(parameters: &[Parameter]) -> Arguments {
    let sample = |parameter: &Parameter| match parameter.of {
        ParameterType::Text => Argument::Text("x".into()),
        ParameterType::Number => Argument::Number(Number::from(1)),
        ParameterType::Date => Argument::Day(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()),
        ParameterType::Choice => Argument::Text(parameter.choices.first().cloned().unwrap_or_default()),
        ParameterType::YesNo => Argument::YesNo(true),
        ParameterType::Person | ParameterType::Project | ParameterType::Idea | ParameterType::Task => {
            let prefix = parameter.of.kind().map_or("per", crate::workspace::Kind::prefix);
            Argument::Thing { id: format!("{prefix}_sample"), name: "x".into() }
        }
    };
    parameters.iter().map(|parameter| (parameter.name.clone(), Some(sample(parameter)))).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn problems(content: Value) -> Vec<(ProblemCode, String)> {
        let content: TemplateContent = serde_json::from_value(content).unwrap();
        check(&content, Catalogue::builtin()).into_iter().map(|problem| (problem.code, problem.pointer)).collect()
    }

    fn with(parameters: Value, params: Value) -> Value {
        json!({"plan_name": "P", "parameters": parameters,
            "steps": [{"id": "a", "title": "A", "action_type": "calendar.schedule", "params": params}]})
    }

    #[test]
    fn a_template_that_can_run_has_no_problems() {
        let parameters = json!([
            {"name": "title"}, {"name": "day", "type": "date", "default": "today + 3 days"},
            {"name": "minutes", "type": "number"}, {"name": "who", "type": "person"},
        ]);
        let params = json!({"title": "{{params.title}} with {{params.who.first_name}}", "at": "{{params.day + 1 day}}",
            "duration_minutes": "{{params.minutes}}", "attendees": ["{{params.who}}"]});
        assert_eq!(problems(with(parameters, params)), []);
    }

    #[rstest]
    #[case::name(json!([{"name": "A b"}]), json!({"title": "x", "at": "2026-01-01"}), ProblemCode::BadParameter, "/parameters/0/name")]
    #[case::twice(json!([{"name": "a"}, {"name": "a"}]), json!({"title": "x", "at": "2026-01-01"}), ProblemCode::BadParameter, "/parameters/1/name")]
    #[case::choices(json!([{"name": "a", "type": "choice"}]), json!({"title": "x", "at": "2026-01-01"}), ProblemCode::BadParameter, "/parameters/0/choices")]
    #[case::default(json!([{"name": "a", "type": "date", "default": "soon"}]), json!({"title": "x", "at": "2026-01-01"}), ProblemCode::BadParameter, "/parameters/0/default")]
    #[case::unknown(json!([]), json!({"title": "{{params.a}}", "at": "2026-01-01"}), ProblemCode::UnknownParameter, "/steps/0/params/title")]
    #[case::malformed(json!([]), json!({"title": "{{params.a + 1 week}}", "at": "2026-01-01"}), ProblemCode::MalformedPlaceholder, "/steps/0/params/title")]
    #[case::no_date(json!([{"name": "a"}]), json!({"title": "{{params.a + 1 day}}", "at": "2026-01-01"}), ProblemCode::MalformedPlaceholder, "/steps/0/params/title")]
    #[case::wrong_type(json!([{"name": "a"}]), json!({"title": "x", "at": "2026-01-01", "duration_minutes": "{{params.a}}"}), ProblemCode::WrongType, "/steps/0/params/duration_minutes")]
    #[case::missing(json!([]), json!({"title": "x"}), ProblemCode::MissingParam, "/steps/0/params/at")]
    fn each_problem_points_at_its_field(
        #[case] parameters: Value,
        #[case] params: Value,
        #[case] code: ProblemCode,
        #[case] pointer: &str,
    ) {
        assert_eq!(problems(with(parameters, params)), [(code, pointer.to_owned())]);
    }

    #[test]
    fn what_only_a_sample_breaks_is_left_to_the_run() {
        let content = json!({"plan_name": "P", "parameters": [{"name": "url"}], "steps": [
            {"id": "a", "title": "A", "action_type": "http.request", "params": {"method": "GET", "url": "{{params.url}}"}},
        ]});
        assert_eq!(problems(content), []);
    }
}
