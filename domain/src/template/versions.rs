//! What differs between two versions of a template: its steps like those of a plan, and its parameters.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Parameter, TemplateContent};
use crate::difference::{Difference, FieldDifference, difference};

/// What became of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterChange {
    Added,
    Removed,
    Changed,
    Kept,
}

/// A parameter of either version; matched by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParameterDifference {
    pub name: String,
    pub change: ParameterChange,
    pub fields: Vec<FieldDifference>,
}

/// How two versions differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VersionDifference {
    /// The plans that are made: name, description, policy, steps.
    pub plan: Difference,
    /// Those of the later version in its order, then those that are gone.
    pub parameters: Vec<ParameterDifference>,
}

impl VersionDifference {
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty() && self.parameters.iter().all(|parameter| parameter.change == ParameterChange::Kept)
    }
}

/// Compares two versions.
pub fn compare(before: &TemplateContent, after: &TemplateContent) -> VersionDifference {
    let plan = difference(&before.as_plan(), &after.as_plan());
    let told =
        |parameter: &Parameter, change, fields| ParameterDifference { name: parameter.name.clone(), change, fields };
    let mut parameters: Vec<ParameterDifference> = Vec::with_capacity(after.parameters.len());
    for parameter in &after.parameters {
        parameters.push(match before.parameter(&parameter.name) {
            None => told(parameter, ParameterChange::Added, Vec::new()),
            Some(old) => {
                let fields = fields(old, parameter);
                let change = if fields.is_empty() { ParameterChange::Kept } else { ParameterChange::Changed };
                told(parameter, change, fields)
            }
        });
    }
    let gone = before.parameters.iter().filter(|parameter| after.parameter(&parameter.name).is_none());
    parameters.extend(gone.map(|parameter| told(parameter, ParameterChange::Removed, Vec::new())));
    VersionDifference { plan, parameters }
}

fn fields(before: &Parameter, after: &Parameter) -> Vec<FieldDifference> {
    let whole = |parameter: &Parameter| {
        json!({
            "type": parameter.of,
            "label": parameter.label,
            "help": parameter.help,
            "required": parameter.required,
            "default": parameter.default,
            "choices": parameter.choices,
        })
    };
    let (old, new) = (whole(before), whole(after));
    let names = ["type", "label", "help", "required", "default", "choices"];
    let value = |of: &Value, name: &str| of.get(name).cloned().unwrap_or_default();
    let changed = names.into_iter().filter(|name| value(&old, name) != value(&new, name));
    changed
        .map(|name| FieldDifference {
            pointer: format!("/{name}"),
            before: value(&old, name),
            after: value(&new, name),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::ParameterType;

    fn parameter(name: &str, of: ParameterType) -> Parameter {
        Parameter { name: name.into(), of, ..Parameter::default() }
    }

    #[test]
    fn parameters_are_compared_by_name() {
        let with = |parameters| TemplateContent { plan_name: "P".into(), parameters, ..TemplateContent::default() };
        let before = with(vec![parameter("a", ParameterType::Text), parameter("b", ParameterType::Text)]);
        let after = with(vec![parameter("c", ParameterType::Text), parameter("b", ParameterType::Date)]);
        let compared = compare(&before, &after);
        let told: Vec<_> = compared.parameters.iter().map(|p| (p.name.as_str(), p.change)).collect();
        assert_eq!(
            told,
            [("c", ParameterChange::Added), ("b", ParameterChange::Changed), ("a", ParameterChange::Removed)]
        );
        assert_eq!(compared.parameters[1].fields[0].pointer, "/type");
        assert!(compare(&before, &before).is_empty());
    }
}
