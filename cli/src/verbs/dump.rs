//! `cairn dump --canonical`: all plans, templates and workspace entities as sorted JSON, one a line, without positions and without
//! the times of projections. Folded from the log itself, so that two folders can be compared.

use std::collections::BTreeMap;

use domain::{canonical, plan::Plan, schedule::Schedule, schema::Event, template::Template, workspace::Entity};
use eventlog::{EventLog, Filter, codec};
use serde_json::{Value, json};

use crate::{args::Common, exit::Failure, output, settings::Settings, wiring};

const PAGE: usize = 5_000;

pub(super) async fn canonical(common: &Common) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let log = wiring::read_opened_log(&settings)?;
    for line in fold(log.as_ref()).await? {
        output::line(line);
    }
    Ok(())
}

async fn fold(log: &dyn EventLog) -> Result<Vec<String>, Failure> {
    let unreadable = |what: String| Failure::unexpected(format!("the log cannot be read: {what}"));
    let mut plans: BTreeMap<String, Plan> = BTreeMap::new();
    let mut entities: BTreeMap<String, Option<Entity>> = BTreeMap::new();
    let mut templates: BTreeMap<String, Template> = BTreeMap::new();
    let mut schedules: BTreeMap<String, Schedule> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = log.read_all(after, &Filter::All, PAGE).await.map_err(|error| unreadable(error.to_string()))?;
        for recorded in &page.events {
            let (event, stamp) = (codec::event(recorded), codec::stamp(recorded));
            let name = recorded.stream.as_str().split_once('-').map_or("", |(_, id)| id).to_owned();
            match event.as_ref() {
                Ok(Event::Plan(event)) => plans.entry(name).or_default().evolve(event, &stamp),
                Ok(Event::Entity(event)) => Entity::evolve(entities.entry(name).or_default(), event, &stamp),
                Ok(Event::Template(event)) => templates.entry(name).or_default().evolve(event, &stamp),
                Ok(Event::Schedule(event)) => schedules.entry(name).or_default().evolve(event, &stamp),
                // of the proof, not of the things that are proven
                Ok(Event::Signing(_)) => {}
                Err(error) => return Err(unreadable(error.to_string())),
            }
        }
        if page.end {
            break;
        }
        after = page.next;
    }
    let plans = plans.iter().map(|(id, plan)| plan_line(id, plan));
    // a thing whose creation was taken back is not there
    let there = entities.iter().filter_map(|(id, entity)| Some((id, entity.as_ref().filter(|it| !it.withdrawn)?)));
    let entities = there.map(|(id, entity)| entity_line(id, entity));
    let templates = templates.iter().map(|(id, template)| template_line(id, template));
    let schedules = schedules.iter().map(|(id, schedule)| schedule_line(id, schedule));
    Ok(plans.chain(templates).chain(schedules).chain(entities).collect())
}

fn plan_line(id: &str, plan: &Plan) -> String {
    let steps: Vec<Value> =
        plan.steps.values().map(|step| json!({"spec": step.spec, "progress": step.progress})).collect();
    canonical::to_string(&json!({
        "type": "plan", "id": id, "status": plan.status, "request": plan.request, "details": plan.details,
        "content_hash": plan.content_hash(), "steps": steps, "message": plan.message, "rating": plan.rating,
        "comments": plan.comments, "approvals": plan.approvals, "run": plan.run, "rollbacks": plan.rollbacks,
    }))
}

fn template_line(id: &str, template: &Template) -> String {
    let versions: Vec<Value> = template
        .versions
        .iter()
        .map(|version| {
            json!({
                "number": version.number, "content": version.content, "source": version.source, "note": version.note,
                "restored": version.restored,
            })
        })
        .collect();
    canonical::to_string(&json!({
        "type": "template", "id": id, "details": template.details, "versions": versions, "retired": template.retired,
        "shares": template.shares, "owner": template.owner,
    }))
}

fn schedule_line(id: &str, schedule: &Schedule) -> String {
    canonical::to_string(&json!({"type": "schedule", "id": id, "schedule": schedule}))
}

fn entity_line(id: &str, entity: &Entity) -> String {
    let mut links = entity.links.clone();
    links.sort_by(|a, b| a.id.cmp(&b.id));
    canonical::to_string(&json!({
        "type": "entity", "id": id, "kind": entity.kind, "fields": entity.fields, "archived": entity.archived,
        "withdrawn": entity.withdrawn, "links": links,
    }))
}
