//! What happens when something is asked of a thing in the workspace.

use serde_json::{Map, Value};

use super::{
    Entity, EntityArchived, EntityChanged, EntityCommand, EntityCreated, EntityEvent, EntityLinked, EntityRefusal,
    EntityRestored, EntityUnlinked, EntityWithdrawn, FieldChange, Kind,
};
use crate::decider::{Context, Decider, Stamp};

/// The decider of workspace entities; its state is `None` before the first event.
pub struct EntityDecider;

impl Decider for EntityDecider {
    type State = Option<Entity>;
    type Command = EntityCommand;
    type Event = EntityEvent;
    type Refusal = EntityRefusal;

    const CATEGORY: &'static str = "entity";

    fn decide(
        state: &Option<Entity>,
        command: EntityCommand,
        _context: &Context,
    ) -> Result<Vec<EntityEvent>, EntityRefusal> {
        match command {
            EntityCommand::Create { kind, fields } => create(state.as_ref(), kind, fields),
            EntityCommand::Change { fields, compensates } => {
                let entity = in_use(state.as_ref())?;
                let changes = changes(entity, &fields)?;
                if changes.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(vec![EntityChanged { changes, compensates }.into()])
            }
            EntityCommand::Archive { compensates } => {
                let entity = present(state.as_ref())?;
                let fact = EntityArchived { compensates };
                Ok(if entity.archived { Vec::new() } else { vec![fact.into()] })
            }
            EntityCommand::Restore { compensates } => {
                let entity = state.as_ref().ok_or(EntityRefusal::NoSuchEntity)?;
                let fact = EntityRestored { compensates };
                Ok(if entity.archived || entity.withdrawn { vec![fact.into()] } else { Vec::new() })
            }
            EntityCommand::Link { link, relation, to, compensates } => {
                let entity = present(state.as_ref())?;
                if entity.links.iter().any(|known| known.id == link) {
                    return Ok(Vec::new());
                }
                if relation.trim().is_empty() || relation.chars().count() > 100 {
                    return Err(EntityRefusal::BadRelation);
                }
                Ok(vec![EntityLinked { link, relation, to, compensates }.into()])
            }
            EntityCommand::Unlink { link, compensates } => {
                let entity = present(state.as_ref())?;
                if !entity.links.iter().any(|known| known.id == link) {
                    return Err(EntityRefusal::NoSuchLink { link });
                }
                Ok(vec![EntityUnlinked { link, compensates }.into()])
            }
            EntityCommand::Withdraw { compensates } => {
                let entity = state.as_ref().ok_or(EntityRefusal::NoSuchEntity)?;
                let fact = EntityWithdrawn { compensates };
                Ok(if entity.withdrawn { Vec::new() } else { vec![fact.into()] })
            }
        }
    }

    fn evolve(state: &mut Option<Entity>, event: &EntityEvent, stamp: &Stamp) {
        Entity::evolve(state, event, stamp);
    }
}

fn create(
    state: Option<&Entity>,
    kind: Kind,
    mut fields: Map<String, Value>,
) -> Result<Vec<EntityEvent>, EntityRefusal> {
    let problems = kind.check(&fields);
    if !problems.is_empty() {
        return Err(EntityRefusal::BadFields { problems });
    }
    fields.retain(|_, value| !value.is_null());
    match state {
        None => Ok(vec![EntityCreated { kind, fields }.into()]),
        Some(existing) => Err(EntityRefusal::AlreadyExists { kind: existing.kind }),
    }
}

fn changes(entity: &Entity, fields: &Map<String, Value>) -> Result<Vec<FieldChange>, EntityRefusal> {
    let problems = entity.kind.check_some(fields);
    if !problems.is_empty() {
        return Err(EntityRefusal::BadFields { problems });
    }
    let changed = fields.iter().filter(|(name, after)| entity.field(name) != *after);
    Ok(changed
        .map(|(name, after)| FieldChange {
            field: name.clone(),
            before: entity.field(name).clone(),
            after: after.clone(),
        })
        .collect())
}

fn present(entity: Option<&Entity>) -> Result<&Entity, EntityRefusal> {
    let entity = entity.ok_or(EntityRefusal::NoSuchEntity)?;
    if entity.withdrawn { Err(EntityRefusal::Withdrawn { kind: entity.kind }) } else { Ok(entity) }
}

fn in_use(entity: Option<&Entity>) -> Result<&Entity, EntityRefusal> {
    let entity = present(entity)?;
    if entity.archived { Err(EntityRefusal::Archived { kind: entity.kind }) } else { Ok(entity) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::given;

    fn fields(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn task(value: &Value) -> EntityEvent {
        EntityCreated { kind: Kind::Task, fields: fields(value) }.into()
    }

    #[test]
    fn a_change_records_before_and_after_and_skips_what_stays() {
        given::<EntityDecider>([task(&json!({"title": "a", "status": "open"}))])
            .when(EntityCommand::Change { fields: fields(&json!({"title": "a", "status": "done"})), compensates: None })
            .then([EntityChanged {
                changes: vec![FieldChange { field: "status".into(), before: json!("open"), after: json!("done") }],
                compensates: None,
            }
            .into()]);
    }

    #[test]
    fn a_change_to_the_same_values_is_no_event() {
        given::<EntityDecider>([task(&json!({"title": "a"}))])
            .when(EntityCommand::Change { fields: fields(&json!({"title": "a"})), compensates: None })
            .nothing_happens();
    }

    #[test]
    fn an_archived_thing_is_not_changed() {
        given::<EntityDecider>([task(&json!({"title": "a"})), EntityArchived { compensates: None }.into()])
            .when(EntityCommand::Change { fields: fields(&json!({"title": "b"})), compensates: None })
            .refused(&EntityRefusal::Archived { kind: Kind::Task });
    }

    #[test]
    fn creating_twice_is_refused() {
        given::<EntityDecider>([task(&json!({"title": "a"}))])
            .when(EntityCommand::Create { kind: Kind::Task, fields: fields(&json!({"title": "b"})) })
            .refused(&EntityRefusal::AlreadyExists { kind: Kind::Task });
    }

    #[test]
    fn a_thing_without_its_name_is_refused() {
        given::<EntityDecider>([]).when(EntityCommand::Create { kind: Kind::Person, fields: Map::new() }).refused(
            &EntityRefusal::BadFields {
                problems: vec![super::super::FieldProblem {
                    field: "name".into(),
                    message: "a person needs a `name`".into(),
                }],
            },
        );
    }

    #[test]
    fn linking_again_under_the_same_id_changes_nothing() {
        let linked = EntityLinked {
            link: "lnk_1".into(),
            relation: "about".into(),
            to: "per_1".parse().unwrap(),
            compensates: None,
        };
        given::<EntityDecider>([task(&json!({"title": "a"})), linked.into()])
            .when(EntityCommand::Link {
                link: "lnk_1".into(),
                relation: "about".into(),
                to: "per_1".parse().unwrap(),
                compensates: None,
            })
            .nothing_happens();
    }
}
