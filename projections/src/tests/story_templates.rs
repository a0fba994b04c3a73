//! What people do to templates in the histories, and which plans are made from one.

use domain::{
    actor::Actor,
    ids::TemplateId,
    plan::FromTemplate,
    template::{
        CreateTemplate, DetailsPatch, Included, Right, Share, SharedWith, TemplateCommand, TemplateContent,
        TemplateDetails, TemplateSource,
    },
};
use serde_json::json;
use uuid::Uuid;

pub(super) fn template_id(index: usize) -> TemplateId {
    TemplateId::new(Uuid::from_u128(0x4000 + index as u128))
}

/// The template that a draft says it was made from, when it was.
pub(super) fn from_template(number: u8) -> Option<FromTemplate> {
    (!number.is_multiple_of(3)).then(|| FromTemplate {
        id: template_id(usize::from(number % 2)),
        name: format!("Template {}", number % 2),
        version: u32::from(number % 4) + 1,
        arguments: json!({"what": format!("Thing {number}")}).as_object().cloned().unwrap_or_default(),
        schedule: None,
    })
}

fn content(number: u8) -> TemplateContent {
    let step = |id: usize| {
        json!({"id": format!("s{id}"), "title": "Do {{params.what}}", "action_type": "idea.create",
            "params": {"title": "{{params.what}}"}})
    };
    let steps: Vec<_> = (0..=usize::from(number % 3)).map(step).collect();
    let content = json!({"plan_name": format!("Plan {number}"), "parameters": [{"name": "what"}], "steps": steps});
    serde_json::from_value(content).unwrap()
}

pub(super) fn template_command(verb: u8, number: u8) -> (TemplateCommand, Actor) {
    let source = TemplateSource::Written;
    let command = match verb {
        0..=3 => {
            let details = TemplateDetails {
                name: format!("Template {number}"),
                description: "What worked".into(),
                tags: vec![format!("tag{}", number % 4)],
            };
            TemplateCommand::Create(Box::new(CreateTemplate {
                details,
                content: content(number),
                source,
                included: Included::new(),
            }))
        }
        4..=9 => TemplateCommand::AddVersion {
            own: template_id(0),
            content: Box::new(content(number)),
            source,
            note: String::new(),
            included: Included::new(),
        },
        10..=12 => TemplateCommand::Restore { version: u32::from(number % 5), note: String::new() },
        13..=15 => {
            let name = Some(format!("Renamed {number}"));
            TemplateCommand::EditDetails(DetailsPatch { name, ..DetailsPatch::default() })
        }
        16 | 17 => TemplateCommand::Retire { reason: format!("because of {number}") },
        18..=20 => TemplateCommand::BringBack,
        _ => {
            let right = if number.is_multiple_of(2) { Right::Use } else { Right::Edit };
            TemplateCommand::Share { shares: vec![Share { with: SharedWith::Person("sam".into()), right }] }
        }
    };
    (command, Actor::person("alex"))
}
