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
        let envelope = Envelope { key, ..envelope.clone() };
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

const PEOPLE: [[&str; 4]; 6] = [
    ["sarah", "Sarah Chen", "sarah.chen@northwind.example", "Northwind Design"],
    ["tom", "Tom Okafor", "tom@cairn.example", "Cairn Works"],
    ["priya", "Priya Raman", "priya@cairn.example", "Cairn Works"],
    ["miguel", "Miguel Santos", "miguel.santos@harbour.example", "Harbour Press"],
    ["anna", "Anna Lindqvist", "anna@lindqvist.example", "Lindqvist Legal"],
    ["lena", "Lena Haddad", "lena@cairn.example", "Cairn Works"],
];

const IDEAS: [[&str; 3]; 4] = [
    ["newsletter", "A monthly newsletter for customers", "Three short stories, one tip. Tom has a template."],
    [
        "walks",
        "Guided evening walks",
        "Small groups, once a week in spring. Needs a permit from the city and two guides.",
    ],
    [
        "referrals",
        "A referral programme",
        "A month free for whoever brings a friend. Ask Anna whether the terms allow it.",
    ],
    ["plants", "Plants for the office", "Something that survives holidays."],
];

fn things(today: NaiveDate) -> Vec<Thing> {
    let people = PEOPLE.map(|[key, name, email, organisation]| Thing {
        key,
        kind: Kind::Person,
        fields: json!({"name": name, "email": email, "organisation": organisation}),
    });
    let ideas =
        IDEAS.map(|[key, title, body]| Thing { key, kind: Kind::Idea, fields: json!({"title": title, "body": body}) });
    let day = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today).to_string();
    people.into_iter().chain(ideas).chain(projects(&day)).chain(tasks(&day)).collect()
}

fn projects(day: &impl Fn(u64) -> String) -> [Thing; 4] {
    let project = |key, fields| Thing { key, kind: Kind::Project, fields };
    let website = json!({
        "name": "Website relaunch",
        "description": "New pages, same addresses, nothing lost in the search engines.",
        "status": "active",
        "due_date": day(45),
        "milestones": [
            {"title": "Texts agreed", "due_date": day(10)},
            {"title": "Design signed off", "due_date": day(21)},
            {"title": "Launch", "due_date": day(45)},
        ],
    });
    let guide = json!({
        "name": "Field guide, second edition",
        "description": "New maps, a better index, a lighter cover.",
        "status": "active",
        "due_date": day(90),
        "milestones": [{"title": "Manuscript", "due_date": day(40)}, {"title": "Print files", "due_date": day(75)}],
    });
    let handbook = json!({
        "name": "Onboarding handbook",
        "description": "What new people ask in their first two weeks.",
        "status": "planned",
    });
    let fair = json!({"name": "Autumn fair", "description": "Our stand, and last year's lessons.", "status": "done"});
    [project("website", website), project("guide", guide), project("handbook", handbook), project("fair", fair)]
}

fn tasks(day: &impl Fn(u64) -> String) -> [Thing; 8] {
    let project = |key| id(Kind::Project, key);
    let person = |key| id(Kind::Person, key);
    let task = |key, title: &str, more: Value| {
        let mut fields = object(json!({"title": title, "status": "open"}));
        fields.extend(object(more));
        Thing { key, kind: Kind::Task, fields: Value::Object(fields) }
    };
    [
        task(
            "texts",
            "Collect the texts for the new pages",
            json!({"project": project("website"), "assignee": person("priya"), "due_date": day(7)}),
        ),
        task(
            "redirects",
            "List all old addresses for redirects",
            json!({"project": project("website"), "assignee": "me", "due_date": day(18), "tags": ["technical"]}),
        ),
        task(
            "quote",
            "Ask for a quote on the design",
            json!({"project": project("website"), "assignee": "me", "due_date": day(3)}),
        ),
        task(
            "maps",
            "Redraw the maps",
            json!({"project": project("guide"), "assignee": person("tom"), "due_date": day(30)}),
        ),
        task(
            "index",
            "Proof-read the index",
            json!({"project": project("guide"), "assignee": person("miguel"), "due_date": day(60)}),
        ),
        task(
            "contract",
            "Have the printer's contract looked at",
            json!({"project": project("guide"), "assignee": person("anna"), "due_date": day(5), "tags": ["legal"]}),
        ),
        task("insurance", "Renew the insurance", json!({"assignee": "me", "due_date": day(12), "admin": true})),
        task(
            "stand",
            "Write down what worked at the fair",
            json!({"project": project("fair"), "assignee": person("lena"), "status": "done"}),
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
