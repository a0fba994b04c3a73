//! A template as one file, in YAML or JSON: what people keep, mail and put under version control.
//!
//! A file comes from anywhere. It is read within limits (size, depth, number of values; no anchors, so that nothing can be
//! unfolded into more than it is), checked like any template, and refused with the line where it goes wrong.

use domain::{
    action::{Catalogue, RetryPolicy},
    plan::{OnFailure, Policy, Problem, StepInput, StepSpec},
    template::{self, Parameter, ParameterType, TemplateContent, TemplateDetails},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

/// What the first line of a file says: what it is, and in which form.
const FORM: &str = "template/1";
/// The largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024;
/// How deep lists and objects may stand inside each other.
const MAX_FILE_DEPTH: usize = 80;
const MAX_FILE_NODES: usize = 500_000;

/// Why a file is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct BadFile {
    /// Counted from 1; none when the file as a whole is at fault.
    pub line: Option<u64>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileFormat {
    #[default]
    Yaml,
    Json,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    cairn: Spanned<String>,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<String>,
    plan: FilePlan,
    #[serde(default)]
    parameters: Vec<Spanned<FileParameter>>,
    steps: Vec<Spanned<FileStep>>,
}

#[derive(Serialize)]
struct Written {
    cairn: &'static str,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    plan: FilePlan,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<FileParameter>,
    steps: Vec<FileStep>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePlan {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(default, skip_serializing_if = "is_usual")]
    policy: FilePolicy,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FilePolicy {
    on_failure: OnFailure,
    max_parallel: u32,
    approvals_required: u32,
    self_approval: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileParameter {
    name: String,
    #[serde(default, rename = "type")]
    of: ParameterType,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    help: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileStep {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    action: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    params: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    after: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    requires_approval: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_failure: Option<OnFailure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<u32>,
}

impl Default for FilePolicy {
    fn default() -> Self {
        Self::from(&Policy::default())
    }
}

impl From<&Policy> for FilePolicy {
    fn from(policy: &Policy) -> Self {
        let Policy { on_failure, max_parallel, approvals_required, self_approval } = *policy;
        Self { on_failure, max_parallel, approvals_required, self_approval }
    }
}

impl From<FilePolicy> for Policy {
    fn from(policy: FilePolicy) -> Self {
        let FilePolicy { on_failure, max_parallel, approvals_required, self_approval } = policy;
        Self { on_failure, max_parallel, approvals_required, self_approval }
    }
}

fn is_usual(policy: &FilePolicy) -> bool {
    *policy == FilePolicy::default()
}

/// Reads a file, YAML or JSON, and checks the template in it.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read(text: &str, catalogue: &Catalogue) -> Result<(TemplateDetails, TemplateContent), BadFile> {
    if text.len() > MAX_FILE_BYTES {
        let message = format!("the file has more than {} MiB", MAX_FILE_BYTES / 1024 / 1024);
        return Err(BadFile { line: None, message });
    }
    let read: Read = serde_saphyr::from_str_with_options(text, limits()).map_err(|error| unreadable(&error))?;
    let Read { cairn, name, description, tags, plan, parameters, steps } = read;
    if cairn.value != FORM {
        let message =
            format!("`cairn: {FORM}` is what this build reads, and the file says `{}`", shortened(&cairn.value));
        return Err(BadFile { line: Some(cairn.referenced.line()), message });
    }
    let lines = Lines {
        parameters: parameters.iter().map(|one| one.referenced.line()).collect(),
        steps: steps.iter().map(|one| one.referenced.line()).collect(),
    };
    let steps = template::read_steps(steps.into_iter().map(|step| step.value.into()).collect());
    let content = TemplateContent {
        plan_name: plan.name,
        plan_description: plan.description,
        policy: plan.policy.into(),
        parameters: parameters.into_iter().map(|parameter| parameter.value.into()).collect(),
        steps: steps.map_err(|problems| lines.first(&problems))?,
        includes: Vec::new(),
    };
    let problems = template::check(&content, catalogue);
    if !problems.is_empty() {
        return Err(lines.first(&problems));
    }
    Ok((TemplateDetails { name, description, tags }, content))
}

/// Writes a template without sub-plans (those are unfolded before); reading it gives the same content.
///
/// # Errors
/// When the format cannot hold it.
pub fn write(details: &TemplateDetails, content: &TemplateContent, format: FileFormat) -> Result<String, BadFile> {
    let written = Written {
        cairn: FORM,
        name: details.name.clone(),
        description: details.description.clone(),
        tags: details.tags.clone(),
        plan: FilePlan {
            name: content.plan_name.clone(),
            description: content.plan_description.clone(),
            policy: (&content.policy).into(),
        },
        parameters: content.parameters.iter().map(FileParameter::from).collect(),
        steps: content.steps.iter().map(FileStep::from).collect(),
    };
    let unwritable = |message: String| BadFile { line: None, message };
    match format {
        FileFormat::Yaml => serde_saphyr::to_string(&written).map_err(|error| unwritable(error.to_string())),
        FileFormat::Json => serde_json::to_string_pretty(&written).map_err(|error| unwritable(error.to_string())),
    }
}

fn limits() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_FILE_DEPTH,
            max_nodes: MAX_FILE_NODES,
            max_events: 2 * MAX_FILE_NODES,
            max_total_scalar_bytes: MAX_FILE_BYTES,
            max_aliases: 0,
            max_anchors: 0,
            max_merge_keys: 0,
            max_documents: 1,
        },
        strict_booleans: true,
        with_snippet: false,
    }
}

fn unreadable(error: &serde_saphyr::Error) -> BadFile {
    let line = error.location().map(|location| location.line()).filter(|line| *line > 0);
    // the parser's own words, without the excerpt that it draws below them
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let first = first.rsplit_once(" at line ").map_or(first, |(what, _)| what);
    BadFile { line, message: shortened(first) }
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

/// Where parameters and steps begin.
struct Lines {
    parameters: Vec<u64>,
    steps: Vec<u64>,
}

impl Lines {
    /// The first problem, at the line of the parameter or the step that has it.
    fn first(&self, problems: &[Problem]) -> BadFile {
        let line = |problem: &Problem| {
            let mut names = problem.pointer.split('/').skip(1);
            let lines = match names.next()? {
                "parameters" => &self.parameters,
                "steps" => &self.steps,
                _ => return None,
            };
            lines.get(names.next()?.parse::<usize>().ok()?).copied()
        };
        let first = problems.iter().min_by_key(|problem| line(problem).unwrap_or(u64::MAX));
        BadFile {
            line: first.and_then(line),
            message: first.map(|problem| problem.message.clone()).unwrap_or_default(),
        }
    }
}

impl From<FileParameter> for Parameter {
    fn from(parameter: FileParameter) -> Self {
        let FileParameter { name, of, label, help, required, default, choices } = parameter;
        Self { name, of, label, help, required, default, choices }
    }
}

impl From<&Parameter> for FileParameter {
    fn from(parameter: &Parameter) -> Self {
        let Parameter { name, of, label, help, required, default, choices } = parameter.clone();
        Self { name, of, label, help, required, default, choices }
    }
}

impl From<FileStep> for StepInput {
    fn from(step: FileStep) -> Self {
        Self {
            id: step.id,
            title: step.title,
            description: step.description,
            action_type: step.action,
            params: step.params,
            depends_on: step.after,
            requires_approval: step.requires_approval,
            on_failure: step.on_failure,
            retry: step.retry,
            timeout_seconds: step.timeout_seconds,
        }
    }
}

impl From<&StepSpec> for FileStep {
    fn from(step: &StepSpec) -> Self {
        Self {
            id: Some(step.id.to_string()),
            title: step.title.clone(),
            description: step.description.clone(),
            action: step.action_type.clone(),
            params: step.params.as_object().cloned().unwrap_or_default(),
            after: step.depends_on.iter().map(ToString::to_string).collect(),
            requires_approval: step.requires_approval,
            on_failure: step.on_failure,
            retry: step.retry,
            timeout_seconds: step.timeout_seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const LAUNCH: &str = "\
cairn: template/1
name: Launch
tags: [launch]
plan:
  name: 'Launch {{params.what}}'
parameters:
  - name: what
    required: true
  - {name: day, type: date, default: today + 3 days}
  - {name: loud, type: yes_no, default: true}
steps:
  - id: create
    title: 'Create: {{params.what}} # really'
    action: project.create
    params: {name: '{{params.what}}', due_date: '{{params.day + 7 days}}'}
  - id: tell
    action: task.create
    after: [create]
    params:
      title: |
        no: yes
        \"null\"
      project: '{{steps.create.result.id}}'
      admin: '{{params.loud}}'
";

    fn read_it(text: &str) -> Result<(TemplateDetails, TemplateContent), BadFile> {
        read(text, Catalogue::builtin())
    }

    #[rstest]
    #[case(FileFormat::Yaml)]
    #[case(FileFormat::Json)]
    fn what_is_written_is_read_as_it_was(#[case] format: FileFormat) {
        let (details, content) = read_it(LAUNCH).unwrap();
        assert_eq!(content.parameters[2].default, Some(Value::Bool(true)));
        let written = write(&details, &content, format).unwrap();
        assert_eq!(read_it(&written), Ok((details, content)), "{written}");
    }

    #[rstest]
    #[case::no_yaml("cairn: [", 1)]
    #[case::unknown_field(&LAUNCH.replace("tags:", "owner: me\ntags:"), 3)]
    #[case::other_form(&LAUNCH.replace("template/1", "template/9"), 1)]
    #[case::unknown_action(&LAUNCH.replace("task.create", "task.destroy"), 16)]
    #[case::unknown_parameter(&LAUNCH.replace("{{params.day + 7 days}}", "{{params.dya}}"), 12)]
    #[case::bad_default(&LAUNCH.replace("today + 3 days", "soon"), 9)]
    #[case::bad_type(&LAUNCH.replace("type: yes_no", "type: maybe"), 10)]
    #[case::twice(&LAUNCH.replace("name: Launch\n", "name: Launch\nname: Again\n"), 3)]
    #[case::twice_within(&LAUNCH.replace("required: true", "required: true\n    required: false"), 9)]
    #[case::wrong_type(&LAUNCH.replace("tags: [launch]", "tags: 3"), 3)]
    #[case::wrong_type_within(&LAUNCH.replace("required: true", "required: [1]"), 8)]
    #[case::alias(&LAUNCH.replace("after: [create]", "after: *a"), 18)]
    #[case::anchor(&LAUNCH.replace("tags: [launch]", "tags: &a [launch]"), 3)]
    #[case::deep(&LAUNCH.replace("after: [create]", &format!("after: {}x{}", "[".repeat(200), "]".repeat(200))), 18)]
    #[case::tab(&LAUNCH.replace("  - name: what", "\t- name: what"), 7)]
    #[case::cycle(&LAUNCH.replace("id: create\n", "id: create\n    after: [tell]\n"), 12)]
    fn a_broken_file_is_refused_with_its_line(#[case] text: &str, #[case] line: u64) {
        let refused = read_it(text).unwrap_err();
        assert_eq!(refused.line, Some(line), "{refused}");
    }

    #[test]
    fn a_hostile_file_is_refused_before_it_grows() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n";
        assert!(read_it(bomb).is_err());
        assert!(read_it(&format!("cairn: template/1\nname: {}x{}\n", "[".repeat(5_000), "]".repeat(5_000))).is_err());
        assert!(read_it(&"x".repeat(MAX_FILE_BYTES + 1)).is_err());
        assert!(read_it("").is_err() && read_it("\u{0}").is_err() && read_it("--- 1\n--- 2\n").is_err());
    }
}
