//! What happens when something is asked of a thing in the workspace.

use serde_json::{Map, Value};

use super::{
    Entity, EntityArchived, EntityChanged, EntityCommand, EntityCreated, EntityEvent, EntityLinked, EntityRefusal,
    EntityRestored, EntityUnlinked, EntityWithdrawn, FieldChange, Kind, PersonForgotten,
};
use crate::{
    decider::{Context, Decider, Stamp},
    personal::Subject,
};

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
                if entity.is_forgotten() {
                    return Err(EntityRefusal::Forgotten);
                }
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
            EntityCommand::Forget { person, reason, name, also } => {
                let entity = state.as_ref().ok_or(EntityRefusal::NoSuchEntity)?;
                forget(entity, person, reason, &name, also)
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

/// A person can be forgotten whatever else has become of them; once forgotten, there is nothing left to forget.
fn forget(
    entity: &Entity,
    person: Subject,
    reason: String,
    name: &str,
    also: Vec<Subject>,
) -> Result<Vec<EntityEvent>, EntityRefusal> {
    if entity.kind != Kind::Person {
        return Err(EntityRefusal::NotAPerson { kind: entity.kind });
    }
    if reason.trim().is_empty() || reason.chars().count() > 2_000 {
        return Err(EntityRefusal::ReasonMissing);
    }
    if entity.is_forgotten() {
        return Ok(Vec::new());
    }
    if name.trim() != entity.title().trim() {
        return Err(EntityRefusal::WrongName);
    }
    let reason = reason.trim().to_owned();
    Ok(vec![PersonForgotten { person, reason, also }.into()])
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

    fn ana() -> EntityEvent {
        EntityCreated { kind: Kind::Person, fields: fields(&json!({"name": "Ana", "email": "a@b"})) }.into()
    }

    fn forget_ana(reason: &str, name: &str) -> EntityCommand {
        let (person, also) = ("per_1".parse().unwrap(), Vec::new());
        EntityCommand::Forget { person, reason: reason.into(), name: name.into(), also }
    }

    #[test]
    fn a_person_is_forgotten_by_name_and_with_a_reason_once() {
        let told = |reason: &str, name: &str| given::<EntityDecider>([ana()]).when(forget_ana(reason, name));
        told(" ", "Ana").refused(&EntityRefusal::ReasonMissing);
        told("she asked", "Anna").refused(&EntityRefusal::WrongName);
        let forgotten = told("she asked", " Ana ");
        let (person, reason) = ("per_1".parse().unwrap(), "she asked".into());
        forgotten.then([PersonForgotten { person, reason, also: Vec::new() }.into()]);
        let entity = forgotten.state().as_ref().unwrap();
        assert!(entity.is_forgotten());
        assert_eq!((entity.title(), entity.field("email")), ("forgotten", &json!({"$sealed": "per_1"})));
        let again = given::<EntityDecider>(std::iter::once(ana()).chain(forgotten.events().to_vec()));
        again.when(forget_ana("she asked", "Ana")).nothing_happens();
    }

    #[test]
    fn nothing_is_written_about_somebody_who_was_forgotten() {
        let forgotten = given::<EntityDecider>([ana()]).when(forget_ana("she asked", "Ana")).events().to_vec();
        let events: Vec<_> = std::iter::once(ana()).chain(forgotten).collect();
        let change = EntityCommand::Change { fields: fields(&json!({"email": "new@b"})), compensates: None };
        given::<EntityDecider>(events.clone()).when(change).refused(&EntityRefusal::Forgotten);
        let archived = given::<EntityDecider>(events).when(EntityCommand::Archive { compensates: None });
        assert!(archived.state().as_ref().unwrap().archived);
    }

    #[test]
    fn only_a_person_is_forgotten() {
        let task = given::<EntityDecider>([task(&json!({"title": "a"}))]);
        task.when(forget_ana("she asked", "a")).refused(&EntityRefusal::NotAPerson { kind: Kind::Task });
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
