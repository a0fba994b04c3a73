//! The sample workspace: a small company's people, ideas, projects and tasks.
//!
//! Idempotent: every thing has an id made from its name in the sample, so that loading it again finds it there. A repeat
//! under the same key gets the first answer. Dates are relative to the day it is loaded.

use chrono::{DateTime, Days, NaiveDate, Utc};
use commands::{CommandError, Envelope};
use domain::{
    ids::{EntityId, derive_uuid},
    workspace::{EntityCommand, EntityRefusal, Kind},
};
use serde_json::{Map, Value, json};

use crate::{bodies::entity::SampleLoaded, problem::Answer, state::AppState};

/// One thing of the sample.
struct Thing {
    key: &'static str,
    kind: Kind,
    fields: Value,
}

/// Makes what is not there yet.
pub(crate) async fn load(state: &AppState, envelope: &Envelope) -> Answer<SampleLoaded> {
    let mut loaded = SampleLoaded { created: 0, ids: Vec::new(), position: 0 };
    for Thing { key, kind, fields } in things(state.clock.now().date_naive()) {
        let id = id(kind, key);
        loaded.ids.push(id.to_string());
        let command = EntityCommand::Create { kind, fields: object(fields) };
        let key = envelope.key.as_ref().map(|given| format!("{given}/sample/{id}"));
        let envelope = Envelope { key, expected: None, ..envelope.clone() };
        match state.commands.entities.execute(&id, command, envelope).await {
            Ok(committed) => {
                loaded.created += 1;
                loaded.position = loaded.position.max(committed.position.get());
            }
            Err(CommandError::Refused(EntityRefusal::AlreadyExists { .. })) => {
                let known = state.commands.entities.load(&id).await?;
                loaded.position = loaded.position.max(known.position.map_or(0, eventlog::Position::get));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(loaded)
}

fn things(today: NaiveDate) -> Vec<Thing> {
    let day = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today).to_string();
    let person = |key| id(Kind::Person, key);
    let project = |key| id(Kind::Project, key);
    let thing = |kind, key, fields| Thing { key, kind, fields };
    vec![
        thing(
            Kind::Person,
            "sarah",
            json!({"name": "Sarah Chen", "email": "sarah.chen@northwind.example", "organisation": "Northwind Design"}),
        ),
        thing(
            Kind::Person,
            "tom",
            json!({"name": "Tom Okafor", "email": "tom@cairn.example", "organisation": "Cairn Works"}),
        ),
        thing(
            Kind::Person,
            "priya",
            json!({"name": "Priya Raman", "email": "priya@cairn.example", "organisation": "Cairn Works"}),
        ),
        thing(
            Kind::Person,
            "miguel",
            json!({"name": "Miguel Santos", "email": "miguel.santos@harbour.example", "organisation": "Harbour Press"}),
        ),
        thing(
            Kind::Person,
            "anna",
            json!({"name": "Anna Lindqvist", "email": "anna@lindqvist.example", "organisation": "Lindqvist Legal"}),
        ),
        thing(
            Kind::Person,
            "sara",
            json!({"name": "Sara Haddad", "email": "sara@cairn.example", "organisation": "Cairn Works"}),
        ),
        thing(
            Kind::Idea,
            "newsletter",
            json!({"title": "A monthly newsletter for customers", "body": "Short, three stories, one tip. Tom has a template. Start with the people who came to the webinar."}),
        ),
        thing(
            Kind::Idea,
            "walks",
            json!({"title": "Guided evening walks", "body": "Small groups, once a week in spring. Needs a permit from the city and two guides."}),
        ),
        thing(
            Kind::Idea,
            "referrals",
            json!({"title": "A referral programme", "body": "A month free for whoever brings a friend. Ask Anna whether the terms need a change."}),
        ),
        thing(
            Kind::Idea,
            "office-plants",
            json!({"title": "Plants for the office", "body": "Something that survives holidays."}),
        ),
        thing(
            Kind::Project,
            "website",
            json!({
                "name": "Website relaunch", "description": "New pages, same address, nothing lost in the search engines.",
                "status": "active", "due_date": day(45),
                "milestones": [{"title": "Texts agreed", "due_date": day(10)}, {"title": "Design signed off", "due_date": day(21)}, {"title": "Launch", "due_date": day(45)}],
            }),
        ),
        thing(
            Kind::Project,
            "kestrel",
            json!({
                "name": "Kestrel 2.0", "description": "The second edition of the field guide.", "status": "active", "due_date": day(90),
                "milestones": [{"title": "Manuscript", "due_date": day(40)}, {"title": "Print files", "due_date": day(75)}],
            }),
        ),
        thing(
            Kind::Project,
            "onboarding",
            json!({"name": "Onboarding handbook", "description": "What new people ask in their first two weeks.", "status": "planned"}),
        ),
        thing(
            Kind::Project,
            "fair",
            json!({"name": "Autumn fair", "description": "Our stand, last year's lessons.", "status": "done"}),
        ),
        thing(
            Kind::Task,
            "texts",
            json!({"title": "Collect the texts for the new pages", "status": "open", "project": project("website"), "assignee": person("priya"), "due_date": day(7)}),
        ),
        thing(
            Kind::Task,
            "redirects",
            json!({"title": "List all old addresses for redirects", "status": "open", "project": project("website"), "assignee": "me", "due_date": day(18), "tags": ["technical"]}),
        ),
        thing(
            Kind::Task,
            "quote",
            json!({"title": "Ask Sarah Chen for a quote on the design", "status": "open", "project": project("website"), "assignee": "me", "due_date": day(3)}),
        ),
        thing(
            Kind::Task,
            "maps",
            json!({"title": "Redraw the maps", "status": "open", "project": project("kestrel"), "assignee": person("tom"), "due_date": day(30)}),
        ),
        thing(
            Kind::Task,
            "index",
            json!({"title": "Proof-read the index", "status": "open", "project": project("kestrel"), "assignee": person("miguel"), "due_date": day(60)}),
        ),
        thing(
            Kind::Task,
            "contract",
            json!({"title": "Have Anna look at the printer's contract", "status": "open", "project": project("kestrel"), "assignee": person("anna"), "due_date": day(5), "tags": ["legal"]}),
        ),
        thing(
            Kind::Task,
            "insurance",
            json!({"title": "Renew the insurance", "status": "open", "assignee": "me", "due_date": day(12), "admin": true}),
        ),
        thing(
            Kind::Task,
            "stand",
            json!({"title": "Write down what worked at the fair", "status": "done", "project": project("fair"), "assignee": person("sara")}),
        ),
    ]
}

/// The id of a thing of the sample: the same on every load.
fn id(kind: Kind, key: &str) -> EntityId {
    EntityId::new(kind.prefix(), derive_uuid(DateTime::<Utc>::UNIX_EPOCH, &format!("sample/{}/{key}", kind.name())))
}

fn object(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn everything_in_the_sample_fits_its_kind_and_has_its_own_id() {
        let things = things(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        let ids: HashSet<EntityId> = things.iter().map(|thing| id(thing.kind, thing.key)).collect();
        assert_eq!(ids.len(), things.len());
        for thing in things {
            assert_eq!(thing.kind.check(&object(thing.fields)), [], "{}", thing.key);
        }
    }
}
