//! The personal values in what happens to a template: what its steps say about one person, and what its parameters hold
//! for such places when nothing is given.
//!
//! People whom a step of the plan adds that the template was saved from are known by that step, so that what is kept of
//! them here goes with them.

use super::{Form, Place, in_plan};
use crate::{
    plan::{Sources, StepSpec},
    template::{
        Parameter, TemplateContent, TemplateEvent, TemplateSource,
        placeholder::{Piece, pieces},
    },
};

/// Lists the values of an event that are about somebody.
pub fn in_template(event: &TemplateEvent) -> Vec<Place> {
    let (content, source) = match event {
        TemplateEvent::TemplateCreated(e) => (&e.content, &e.source),
        TemplateEvent::TemplateVersionAdded(e) => (&e.content, &e.source),
        TemplateEvent::TemplateDetailsEdited(_)
        | TemplateEvent::TemplateRetired(_)
        | TemplateEvent::TemplateBroughtBack(_)
        | TemplateEvent::TemplateShared(_)
        | TemplateEvent::TemplatePreApproved(_)
        | TemplateEvent::TemplatePreApprovalWithdrawn(_) => return Vec::new(),
    };
    in_content(content, source)
}

fn in_content(content: &TemplateContent, source: &TemplateSource) -> Vec<Place> {
    let plan = match source {
        TemplateSource::Plan { plan, .. } => Some(*plan),
        TemplateSource::File | TemplateSource::Starter { .. } | TemplateSource::Written => None,
    };
    let mut found = in_plan::Found::new(plan, in_plan::adders_among(&content.steps));
    for (index, step) in content.steps.iter().enumerate() {
        let (first, base) = (found.places.len(), format!("/content/steps/{index}"));
        found.spec(&base, step, "", &Sources::new());
        let sealed: Vec<Place> = found.places[first..].to_vec();
        for place in sealed {
            let within = place.pointer.strip_prefix(&base).unwrap_or_default();
            for parameter in defaults_in(step, within, &content.parameters) {
                found.add(format!("/content/parameters/{parameter}/default"), &place.whose, Form::Json);
            }
        }
    }
    found.places
}

/// The parameters with a default that have a gap in a value of a step, by their index.
fn defaults_in(step: &StepSpec, within: &str, parameters: &[Parameter]) -> Vec<usize> {
    let text = match within {
        "/title" => Some(step.title.as_str()),
        "/description" => Some(step.description.as_str()),
        params => params.strip_prefix("/params").and_then(|place| step.params.pointer(place)?.as_str()),
    };
    let gaps = text.map(pieces).unwrap_or_default().into_iter().filter_map(|piece| match piece {
        Piece::Gap(gap) => Some(gap.name),
        Piece::Plain(_) | Piece::Open | Piece::Malformed(_) => None,
    });
    let with_default = |name: String| {
        let index = parameters.iter().position(|parameter| parameter.name == name)?;
        parameters[index].default.is_some().then_some(index)
    };
    gaps.filter_map(with_default).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::{TemplateCreated, TemplateDetails};

    fn told(source: TemplateSource) -> Vec<(String, String)> {
        let content = serde_json::from_value(json!({
            "plan_name": "Welcome",
            "parameters": [{"name": "name"}, {"name": "words", "default": "Welcome, Ana"}],
            "steps": [
                {"id": "add", "title": "Add Ana", "action_type": "person.create", "params": {"name": "Ana"}},
                {"id": "greet", "title": "Greet", "action_type": "message.send",
                    "params": {"to": "per_1", "body": "{{params.words}}"}},
                {"id": "note", "title": "Note", "action_type": "task.create", "params": {"title": "{{params.words}}"}},
            ],
        }));
        let details = TemplateDetails::default();
        let event = TemplateCreated { details, content: content.unwrap(), source }.into();
        let places = in_template(&event).into_iter();
        places.map(|place| (place.pointer, place.whose.to_string())).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(pointer, whose)| ((*pointer).to_owned(), (*whose).to_owned())).collect()
    }

    #[test]
    fn what_is_about_one_person_is_told_with_the_defaults_that_go_there() {
        let of_one = [
            ("/content/steps/1/params/body", "per_1"),
            ("/content/steps/1/title", "per_1"),
            ("/content/parameters/1/default", "per_1"),
        ];
        assert_eq!(told(TemplateSource::Written), pairs(&of_one));
    }

    #[test]
    fn who_is_added_is_known_by_the_step_of_the_plan_it_was_saved_from() {
        let plan = "pln_00000000-0000-0000-0000-000000000007";
        let content_hash = "00".repeat(32).parse().unwrap();
        let told = told(TemplateSource::Plan { plan: plan.parse().unwrap(), content_hash });
        assert_eq!(
            told[..2],
            pairs(&[
                ("/content/steps/0/params/name", &format!("{plan}/add")),
                ("/content/steps/0/title", &format!("{plan}/add")),
            ])
        );
    }
}
