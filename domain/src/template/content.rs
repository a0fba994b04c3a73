//! What a template holds: the steps of a plan with gaps in them, and the parameters that fill the gaps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Include;
use crate::{
    difference::Content,
    plan::{PlanDetails, Policy, StepSpec},
    workspace::Kind,
};

/// The most parameters a template may have.
pub const MAX_PARAMETERS: usize = 2_000;

/// What a parameter holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// Any words.
    #[default]
    Text,
    Number,
    /// A day; dates in the plan may be so many days from it.
    Date,
    /// Somebody in the workspace, or `me`.
    Person,
    Project,
    Idea,
    Task,
    /// One of the choices.
    Choice,
    YesNo,
}

impl ParameterType {
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Number,
        Self::Date,
        Self::Person,
        Self::Project,
        Self::Idea,
        Self::Task,
        Self::Choice,
        Self::YesNo,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Person => "person",
            Self::Project => "project",
            Self::Idea => "idea",
            Self::Task => "task",
            Self::Choice => "choice",
            Self::YesNo => "yes_no",
        }
    }

    /// The kind of thing that it names, when it names one.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Person => Some(Kind::Person),
            Self::Project => Some(Kind::Project),
            Self::Idea => Some(Kind::Idea),
            Self::Task => Some(Kind::Task),
            Self::Text | Self::Number | Self::Date | Self::Choice | Self::YesNo => None,
        }
    }

    /// The type that names things of a kind, when there is one.
    pub fn of_kind(kind: Kind) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.kind() == Some(kind))
    }
}

/// One gap of a template, and how it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// 1 to 64 lower-case letters, digits and underscores, beginning with a letter; unique in the template.
    pub name: String,
    #[serde(default, rename = "type")]
    pub of: ParameterType,
    /// What people read beside the field; the name when empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Whether a run needs a value. What is not given otherwise is left out of the plan.
    #[serde(default)]
    pub required: bool,
    /// What holds when nothing is given; of a date also `today`, `today + 7 days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What can be chosen, for a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

impl Parameter {
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 64;

    /// What people read.
    pub fn label(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }
}

/// Whether a text can be the name of a parameter.
pub fn is_parameter_name(name: &str) -> bool {
    name.len() <= Parameter::MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One version of a template: a plan with gaps. Texts hold placeholders (`{{params.NAME}}`, see
/// [`placeholder`](super::placeholder)).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TemplateContent {
    /// The name of the plans that are made from it.
    pub plan_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub plan_description: String,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    pub steps: Vec<StepSpec>,
    /// Templates whose plans are part of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Include>,
}

impl TemplateContent {
    /// A plan's content as a template without parameters; texts that look like placeholders stay texts.
    pub fn without_gaps(content: &Content) -> Self {
        super::mark(content, &[], &super::Labels::new())
    }

    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The content as a plan would have it, with the gaps still in it: for people who compare.
    pub fn as_plan(&self) -> Content {
        let details = PlanDetails {
            name: self.plan_name.clone(),
            description: self.plan_description.clone(),
            policy: self.policy.clone(),
        };
        Content { details, steps: self.steps.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_named_like_a_variable() {
        for good in ["who", "start_date", "a1"] {
            assert!(is_parameter_name(good), "{good}");
        }
        for bad in ["", "1a", "Who", "a-b", "a b", "_a", &"a".repeat(65)] {
            assert!(!is_parameter_name(bad), "{bad}");
        }
    }

    #[test]
    fn types_are_written_by_their_names() {
        for of in ParameterType::ALL {
            assert_eq!(serde_json::to_value(of).unwrap(), of.name());
        }
    }
}
