//! One write in the workspace: what all workspace actions come down to. Pure; `desk` carries it out.
//!
//! The same checks serve the simulation (would it work?) and the execution (may it start?), so that what people are
//! told before is what happens then.

use domain::{
    action::PredictedChange,
    ids::EntityId,
    workspace::{FieldType, Kind},
};
use serde_json::{Map, Value, json};

use super::world::{Found, Thing, World, kind_in_words};

/// What an action does in the workspace. Things are named by id or, in a simulation, by the reference that will name
/// them.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Makes a thing.
    Create { kind: Kind, fields: Map<String, Value> },
    /// Sets fields of a thing.
    Change { kind: Kind, target: String, fields: Map<String, Value> },
    /// Puts a thing away.
    Archive { kind: Kind, target: String },
    /// Links a thing to another.
    Link { from: String, to: String, relation: String },
}

/// Why a write would be refused as things stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// Stable, such as `workspace.archived`.
    pub(crate) code: &'static str,
    /// A sentence for people.
    pub(crate) message: String,
}

impl Obstacle {
    fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
}

/// Whether a thing is acted upon, or only mentioned. What is archived can still be mentioned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    ActedUpon,
    Mentioned,
}

impl Write {
    /// The ids of all things that must be there.
    pub(crate) fn ids(&self) -> Vec<EntityId> {
        let named: Vec<&str> = self.names().into_iter().map(|(_, name, _)| name).collect();
        named.into_iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// What keeps the write from being carried out in `world`.
    pub(crate) fn obstacles(&self, world: &World) -> Vec<Obstacle> {
        let mut obstacles: Vec<Obstacle> = Vec::new();
        for (kind, name, role) in self.names() {
            obstacles.extend(self.obstacle(kind, name, role, world));
        }
        match self {
            Self::Create { kind, fields } | Self::Change { kind, fields, .. } => {
                let known = fields.iter().filter(|(_, value)| !holds_reference(value));
                let known: Map<_, _> = known.map(|(name, value)| (name.clone(), value.clone())).collect();
                // what names a thing was looked at above
                let bad = kind.check_some(&known).into_iter().filter(|bad| !names_a_thing(*kind, &bad.field));
                obstacles.extend(bad.map(|bad| Obstacle::new("workspace.bad-fields", bad.message)));
            }
            Self::Link { from, to, .. } if from == to => {
                let message = "a thing cannot be linked to itself".to_owned();
                obstacles.push(Obstacle::new("workspace.link-to-itself", message));
            }
            Self::Archive { .. } | Self::Link { .. } => {}
        }
        obstacles
    }

    /// What the write would change in `world`, field by field.
    pub(crate) fn changes(&self, world: &World) -> Vec<PredictedChange> {
        let change = |entity: &str, field: &str, before: Value, after: Value| PredictedChange {
            entity: entity.to_owned(),
            field: field.to_owned(),
            before,
            after,
        };
        match self {
            Self::Create { kind, fields } => {
                let entity = format!("new {}", kind.name());
                fields.iter().map(|(name, after)| change(&entity, name, Value::Null, after.clone())).collect()
            }
            Self::Change { target, fields, .. } => {
                let thing = world.thing(target);
                let before = |name: &str| thing.and_then(|thing| thing.fields.get(name)).cloned().unwrap_or_default();
                let named = fields.iter().map(|(name, after)| change(target, name, before(name), after.clone()));
                named.filter(|change| change.before != change.after).collect()
            }
            Self::Archive { target, .. } => match world.thing(target) {
                Some(thing) if thing.archived => Vec::new(),
                Some(_) | None => vec![change(target, "archived", json!(false), json!(true))],
            },
            Self::Link { from, to, relation } => {
                vec![change(from, "links", Value::Null, json!({"relation": relation, "to": to}))]
            }
        }
    }

    /// Every thing that the write names: the kind it must be of (any when `None`), its name, its role.
    fn names(&self) -> Vec<(Option<Kind>, &str, Role)> {
        match self {
            Self::Create { kind, fields } => mentioned(*kind, fields),
            Self::Change { kind, target, fields } => {
                let mut names = vec![(Some(*kind), target.as_str(), Role::ActedUpon)];
                names.extend(mentioned(*kind, fields));
                names
            }
            Self::Archive { kind, target } => vec![(Some(*kind), target, Role::ActedUpon)],
            Self::Link { from, to, .. } => vec![(None, from, Role::Mentioned), (None, to, Role::Mentioned)],
        }
    }

    fn obstacle(&self, kind: Option<Kind>, name: &str, role: Role, world: &World) -> Option<Obstacle> {
        let sort = kind.map_or_else(|| "thing".to_owned(), kind_in_words);
        match world.find(name) {
            Found::Me if kind == Some(Kind::Person) && role == Role::Mentioned => None,
            Found::Later(_) => None,
            Found::Thing(thing) if kind.is_some_and(|kind| kind != thing.kind) => {
                let is = kind_in_words(thing.kind);
                Some(Obstacle::new("workspace.wrong-kind", format!("{} is a {is}, not a {sort}", thing.in_words())))
            }
            Found::Thing(thing) => self.obstacle_of(thing, role),
            Found::Missing(id) => {
                let sort = Kind::from_prefix(id.prefix()).map_or(sort, kind_in_words);
                let message = format!("there is no {sort} {id} in the workspace");
                Some(Obstacle::new("workspace.no-such-entity", message))
            }
            Found::Me | Found::NotAnId => {
                Some(Obstacle::new("workspace.bad-fields", format!("`{name}` is not the id of a {sort}")))
            }
        }
    }

    fn obstacle_of(&self, thing: &Thing, role: Role) -> Option<Obstacle> {
        let it = thing.in_words();
        if thing.withdrawn {
            let message = format!("{it} was withdrawn: its creation was taken back");
            return Some(Obstacle::new("workspace.withdrawn", message));
        }
        if !thing.archived || role == Role::Mentioned {
            return None;
        }
        let message = match self {
            Self::Archive { .. } => format!("{it} is archived already"),
            Self::Create { .. } | Self::Change { .. } | Self::Link { .. } => {
                format!("{it} is archived; restore it first")
            }
        };
        Some(Obstacle::new("workspace.archived", message))
    }
}

/// The part of a thing that later steps can refer to; see `entity_result` in the catalogue.
pub(crate) fn result_of(id: &str, kind: Kind, fields: &Map<String, Value>) -> Value {
    let names: &[&str] = match kind {
        Kind::Project => &["name", "due_date"],
        Kind::Task => &["title", "due_date"],
        Kind::Person => &["name", "email"],
        Kind::Idea => &["title"],
        Kind::Reminder => &["at"],
        Kind::CalendarEntry => &["title", "at"],
        Kind::Note | Kind::Message => &[],
    };
    let mut result = Map::from_iter([("id".to_owned(), json!(id))]);
    for name in names {
        result.insert((*name).to_owned(), fields.get(*name).cloned().unwrap_or_default());
    }
    Value::Object(result)
}

/// The things that fields of a kind mention.
fn mentioned(kind: Kind, fields: &Map<String, Value>) -> Vec<(Option<Kind>, &str, Role)> {
    let mut names = Vec::new();
    for field in kind.fields() {
        let Some(value) = fields.get(field.0) else { continue };
        let wanted = match field.1 {
            FieldType::Ref(kind) | FieldType::Refs(kind) => Some(kind),
            FieldType::AnyRef => None,
            FieldType::Text(_)
            | FieldType::Bool
            | FieldType::Count
            | FieldType::Date
            | FieldType::Texts
            | FieldType::Milestones => continue,
        };
        match value {
            Value::String(name) => names.push((wanted, name.as_str(), Role::Mentioned)),
            Value::Array(items) => {
                names.extend(items.iter().filter_map(Value::as_str).map(|name| (wanted, name, Role::Mentioned)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
        }
    }
    names
}

fn names_a_thing(kind: Kind, name: &str) -> bool {
    kind.fields()
        .iter()
        .any(|field| field.0 == name && matches!(field.1, FieldType::Ref(_) | FieldType::Refs(_) | FieldType::AnyRef))
}

fn holds_reference(value: &Value) -> bool {
    !domain::references::find(value).0.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::testing::{entity, fields, world};

    fn codes(write: &Write, world: &World) -> Vec<(&'static str, String)> {
        write.obstacles(world).into_iter().map(|obstacle| (obstacle.code, obstacle.message)).collect()
    }

    #[test]
    fn everything_a_write_names_must_be_there() {
        let world = world([("prj_1", entity(Kind::Project, &json!({"name": "Kestrel"})))]);
        let task = |value: Value| Write::Create { kind: Kind::Task, fields: fields(&value) };
        assert_eq!(codes(&task(json!({"title": "x", "project": "prj_1", "assignee": "me"})), &world), []);
        assert_eq!(
            codes(&task(json!({"title": "x", "assignee": "per_x"})), &world),
            [("workspace.no-such-entity", "there is no person per_x in the workspace".to_owned())]
        );
        assert_eq!(
            codes(&task(json!({"title": "x", "project": "me"})), &world),
            [("workspace.bad-fields", "`me` is not the id of a project".to_owned())]
        );
    }

    #[test]
    fn what_is_archived_is_not_changed_but_can_be_mentioned() {
        let mut idea = entity(Kind::Idea, &json!({"title": "Fly"}));
        idea.archived = true;
        let world = world([("ide_1", idea), ("prj_1", entity(Kind::Project, &json!({"name": "Kestrel"})))]);
        let archive = Write::Archive { kind: Kind::Idea, target: "ide_1".into() };
        let change =
            Write::Change { kind: Kind::Idea, target: "ide_1".into(), fields: fields(&json!({"title": "Soar"})) };
        let link = Write::Link { from: "prj_1".into(), to: "ide_1".into(), relation: "came_from".into() };
        assert_eq!(codes(&archive, &world)[0].1, "the idea “Fly” is archived already");
        assert_eq!(codes(&change, &world)[0].1, "the idea “Fly” is archived; restore it first");
        assert_eq!(codes(&link, &world), []);
    }

    #[test]
    fn a_change_shows_only_what_becomes_different() {
        let world = world([("tsk_1", entity(Kind::Task, &json!({"title": "a", "status": "open"})))]);
        let write = Write::Change {
            kind: Kind::Task,
            target: "tsk_1".into(),
            fields: fields(&json!({"title": "a", "status": "done"})),
        };
        let changes = write.changes(&world);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].field.as_str(), &changes[0].before), ("status", &json!("open")));
    }
}
