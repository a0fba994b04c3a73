//! What takes one effect back, as the thing stands after what comes before it in the undo.
//!
//! What counts is the value: a field that holds what the step wrote is set back whoever wrote it last, one that holds
//! what it held before is left alone, and any other is a conflict.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Change, Choice, Class, Conflict, Undo, World, choice::Choices};
use crate::{
    action::Effect,
    ids::{EntityId, RunId},
    personal::is_withheld,
    workspace::{Entity, EntityEvent, FieldChange, Link},
};

/// What became of one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is taken back, or was already.
    Undone,
    /// A person chose to leave it.
    Kept,
    /// A person has to choose first.
    Open,
    /// Nothing can take it back.
    Lasting,
}

/// How one effect is taken back.
pub(super) struct Part {
    pub(super) class: Class,
    /// What is done, for people.
    pub(super) sentence: String,
    pub(super) changes: Vec<Change>,
    pub(super) undo: Vec<Undo>,
    pub(super) fate: Fate,
    /// What is gone for good, in sentences.
    pub(super) lost: Vec<String>,
}

/// The things as the undo leaves them, step by step.
pub(super) struct Bench<'a> {
    world: &'a World,
    things: BTreeMap<EntityId, Option<Entity>>,
    /// Per thing, the events of the steps that are rolled back and what made up for them before.
    ours: HashMap<EntityId, HashSet<Uuid>>,
    choices: &'a Choices<'a>,
    run: Option<RunId>,
}

const WHOLE: [Choice; 3] = [Choice::Keep, Choice::Restore, Choice::Stop];
const PART: [Choice; 4] = [Choice::Keep, Choice::Restore, Choice::Merge, Choice::Stop];

impl<'a> Bench<'a> {
    pub(super) fn new<'e>(
        world: &'a World,
        effects: impl Iterator<Item = &'e Effect>,
        choices: &'a Choices<'a>,
        run: Option<RunId>,
    ) -> Self {
        let mut events: HashMap<EntityId, HashSet<Uuid>> = HashMap::new();
        for (entity, event) in effects.filter_map(Effect::on_entity) {
            events.entry(entity.clone()).or_default().insert(event);
        }
        let chain = |(entity, events): (EntityId, HashSet<Uuid>)| {
            let chain = world.history(&entity).map_or_else(|| events.clone(), |history| history.chain(&events));
            (entity, chain)
        };
        let ours: HashMap<_, _> = events.into_iter().map(chain).collect();
        let thing = |entity: &EntityId| world.history(entity).and_then(super::History::entity);
        let things = ours.keys().map(|entity| (entity.clone(), thing(entity))).collect();
        Self { world, things, ours, choices, run }
    }

    /// Takes one effect on the workspace back; `None` for one that is not on the workspace.
    pub(super) fn take_back(&mut self, effect: &Effect) -> Option<Part> {
        let (entity, event) = effect.on_entity()?;
        let Some(thing) = self.things.get(entity).cloned().flatten() else {
            return Some(lasting(format!("{entity} is not in the workspace any more")));
        };
        let part = match effect {
            Effect::EntityCreated { .. } => self.uncreate(entity, event, &thing),
            Effect::EntityChanged { changes, .. } => self.unchange(entity, event, changes, &thing),
            Effect::EntityArchived { .. } => self.flag(entity, event, &thing, "archived", thing.archived),
            Effect::EntityRestored { .. } => self.put_away_again(entity, event, &thing),
            Effect::EntityLinked { link, to, .. } => self.unlink(entity, event, link, to, &thing),
            Effect::EntityUnlinked { link, relation, to, .. } => {
                let link = Link { id: link.clone(), relation: relation.clone(), to: to.clone() };
                self.link_again(entity, event, link, &thing)
            }
            Effect::EntityWithdrawn { archived, .. } => self.bring_back(entity, event, *archived, &thing),
            Effect::OutsideCall { .. } | Effect::PersonDid { .. } => return None,
        };
        Some(part)
    }

    /// A thing that was made goes, unless somebody has changed it since.
    fn uncreate(&mut self, entity: &EntityId, event: Uuid, thing: &Entity) -> Part {
        let name = in_words(thing);
        if thing.withdrawn {
            return nothing(format!("{name} was taken back already"));
        }
        let created = self.created(entity);
        let mut changes = Vec::new();
        let fields: Vec<&String> =
            created.keys().chain(thing.fields.keys().filter(|field| !created.contains_key(*field))).collect();
        for field in fields {
            let now = thing.field(field).clone();
            // what was forgotten is nobody's later change any more, and nothing is lost with it
            let written = if is_withheld(&now) { now.clone() } else { created.get(field).cloned().unwrap_or_default() };
            changes.push(self.change(entity, field, [Value::Null, written, now], &WHOLE));
        }
        if thing.archived {
            changes.push(self.change(entity, "archived", [Value::Null, json!(false), json!(true)], &WHOLE));
        }
        if !thing.links.is_empty() {
            let links = thing.links.iter().map(|link| json!({"relation": link.relation, "to": link.to})).collect();
            changes.push(self.change(entity, "links", [Value::Null, json!([]), links], &WHOLE));
        }
        let fate = self.fate_of_whole(entity, &changes);
        if fate != Fate::Undone {
            stay(&mut changes);
            return left(format!("{} stays", sentence_case(&name)), changes, fate);
        }
        let lost = lost_changes(&changes, &name);
        self.alter(entity, |thing| thing.withdrawn = true);
        let undo = vec![Undo::Withdraw { entity: entity.clone(), compensates: event }];
        undone(format!("Takes {name} back"), changes, undo, lost)
    }

    /// Fields go back to what they were, except those that somebody has changed since.
    fn unchange(&mut self, entity: &EntityId, event: Uuid, written: &[FieldChange], thing: &Entity) -> Part {
        let name = in_words(thing);
        if thing.withdrawn {
            return lasting(format!("{} was taken back since, and its fields with it", sentence_case(&name)));
        }
        if written.iter().any(|change| is_withheld(&change.before) || is_withheld(&change.after)) {
            return lasting(format!("What was known of {name} was forgotten, and cannot be brought back"));
        }
        let row = |change: &FieldChange| {
            let values = [change.before.clone(), change.after.clone(), thing.field(&change.field).clone()];
            self.change(entity, &change.field, values, &PART)
        };
        let mut changes: Vec<Change> = written.iter().map(row).collect();
        let has_work = changes.iter().any(|change| change.now != change.after || change.conflict.is_some());
        if thing.archived && has_work {
            changes.push(self.change(entity, "archived", [json!(false), json!(false), json!(true)], &WHOLE));
        }
        if self.fate_of_parts(entity, &changes) != Fate::Undone {
            let fate = self.fate_of_parts(entity, &changes);
            stay(&mut changes);
            return left(format!("{} stays as it is", sentence_case(&name)), changes, fate);
        }
        for change in changes.iter_mut().filter(|change| change.conflict.is_some()) {
            let choice = self.choices.of_field(entity, &change.field);
            change.after = if choice == Some(Choice::Restore) { change.before.clone() } else { change.now.clone() };
        }
        let lost = lost_changes(&changes, &name);
        let mut undo = Vec::new();
        let moved = |change: &&Change| change.after != change.now && change.field != "archived";
        let fields: Vec<FieldChange> = changes.iter().filter(moved).map(back).collect();
        if thing.archived && changes.iter().any(|change| change.field == "archived" && !json_true(&change.after)) {
            undo.push(Undo::Restore { entity: entity.clone(), compensates: event });
        }
        self.alter(entity, |thing| {
            thing.archived &= undo.is_empty();
            for change in &fields {
                set(&mut thing.fields, change);
            }
        });
        let fate = if fields.is_empty() && changes.iter().any(|change| change.conflict.is_some()) {
            Fate::Kept
        } else {
            Fate::Undone
        };
        let sentence = match fields.as_slice() {
            [] => format!("{} stays as it is", sentence_case(&name)),
            [one] => format!("Sets the {} of {name} back", plain_field(&one.field)),
            many => format!("Sets {} fields of {name} back", many.len()),
        };
        if !fields.is_empty() {
            undo.push(Undo::SetFields { entity: entity.clone(), compensates: event, changes: fields });
        }
        Part { fate, ..undone(sentence, changes, undo, lost) }
    }

    /// An archived thing is taken out again.
    fn flag(&mut self, entity: &EntityId, event: Uuid, thing: &Entity, field: &str, is_set: bool) -> Part {
        let name = in_words(thing);
        let mut changes = vec![plain(entity, field, json!(false), json!(true), json!(is_set), json!(false))];
        if !is_set || thing.withdrawn {
            return Part { changes, ..nothing(format!("{} is in use already", sentence_case(&name))) };
        }
        if self.choices.keeps_any(entity) {
            stay(&mut changes);
            return left(format!("{} stays archived", sentence_case(&name)), changes, Fate::Kept);
        }
        self.alter(entity, |thing| thing.archived = false);
        let undo = vec![Undo::Restore { entity: entity.clone(), compensates: event }];
        undone(format!("Takes {name} out of the archive"), changes, undo, Vec::new())
    }

    fn put_away_again(&mut self, entity: &EntityId, event: Uuid, thing: &Entity) -> Part {
        let name = in_words(thing);
        let changes = vec![plain(entity, "archived", json!(true), json!(false), json!(thing.archived), json!(true))];
        if thing.archived || thing.withdrawn {
            return Part { changes, ..nothing(format!("{} is archived already", sentence_case(&name))) };
        }
        self.alter(entity, |thing| thing.archived = true);
        let undo = vec![Undo::Archive { entity: entity.clone(), compensates: event }];
        undone(format!("Archives {name} again"), changes, undo, Vec::new())
    }

    fn unlink(&mut self, entity: &EntityId, event: Uuid, link: &str, to: &EntityId, thing: &Entity) -> Part {
        let name = in_words(thing);
        let known = thing.links.iter().find(|known| known.id == link);
        let value = json!({"relation": known.map(|known| &known.relation), "to": to});
        let now = if known.is_some() { value.clone() } else { Value::Null };
        let mut changes = vec![plain(entity, "links", Value::Null, value, now, Value::Null)];
        if known.is_none() || thing.withdrawn {
            return Part { changes, ..nothing(format!("The link on {name} is gone already")) };
        }
        if self.choices.keeps_any(entity) {
            stay(&mut changes);
            return left(format!("The link on {name} stays"), changes, Fate::Kept);
        }
        self.alter(entity, |thing| thing.links.retain(|known| known.id != link));
        let relation = known.map_or_else(String::new, |known| known.relation.clone());
        let (link, to) = (link.to_owned(), to.clone());
        let undo = vec![Undo::Unlink { entity: entity.clone(), compensates: event, link, relation, to }];
        undone(format!("Takes the link on {name} away"), changes, undo, Vec::new())
    }

    fn link_again(&mut self, entity: &EntityId, event: Uuid, link: Link, thing: &Entity) -> Part {
        let name = in_words(thing);
        let value = json!({"relation": link.relation, "to": link.to});
        let is_there = thing.links.iter().any(|known| known.id == link.id);
        let now = if is_there { value.clone() } else { Value::Null };
        let changes = vec![plain(entity, "links", value.clone(), Value::Null, now, value)];
        if is_there {
            return Part { changes, ..nothing(format!("The link on {name} is there already")) };
        }
        if thing.withdrawn {
            return lasting(format!("{} was taken back since, and its links with it", sentence_case(&name)));
        }
        self.alter(entity, |thing| thing.links.push(link.clone()));
        let Link { id, relation, to } = link;
        let undo = vec![Undo::Link { entity: entity.clone(), compensates: event, link: id, relation, to }];
        undone(format!("Links {name} again"), changes, undo, Vec::new())
    }

    /// A thing that was taken back comes again, as it was.
    fn bring_back(&mut self, entity: &EntityId, event: Uuid, archived: bool, thing: &Entity) -> Part {
        let name = in_words(thing);
        let mut changes: Vec<Change> = thing
            .fields
            .iter()
            .map(|(field, value)| plain(entity, field, value.clone(), Value::Null, Value::Null, value.clone()))
            .collect();
        if !thing.withdrawn {
            stay(&mut changes);
            return Part { changes, ..nothing(format!("{} is there already", sentence_case(&name))) };
        }
        self.alter(entity, |thing| {
            thing.withdrawn = false;
            thing.archived = archived;
        });
        let mut undo = vec![Undo::Restore { entity: entity.clone(), compensates: event }];
        if archived {
            undo.push(Undo::Archive { entity: entity.clone(), compensates: event });
        }
        undone(format!("Brings {name} back"), changes, undo, Vec::new())
    }

    /// A field's row, with the conflict when it holds neither what the step wrote nor what it held before.
    fn change(&self, entity: &EntityId, field: &str, values: [Value; 3], choices: &[Choice]) -> Change {
        let [before, written, now] = values;
        let goes = before == Value::Null && choices == WHOLE;
        let clashes = now != written && (goes || now != before);
        let after = if clashes { now.clone() } else { before.clone() };
        let conflict = if clashes { self.conflict(entity, field) } else { None };
        let choices = if conflict.is_some() { choices.to_vec() } else { Vec::new() };
        Change { entity: entity.clone(), field: field.to_owned(), before, written, now, after, conflict, choices }
    }

    fn conflict(&self, entity: &EntityId, field: &str) -> Option<Conflict> {
        let ours = self.ours.get(entity)?;
        let past = self.world.history(entity)?.setter(field, ours)?;
        let run = self.run.map(|run| format!("{run}/"));
        let of_this_run = |key: &String| key.strip_prefix(&run?)?.split('/').next()?.parse().ok();
        let step_id = past.key.as_ref().and_then(of_this_run);
        Some(Conflict { actor: past.stamp.actor.clone(), at: past.stamp.at, event: past.id, step_id })
    }

    /// A thing goes or stays as a whole.
    fn fate_of_whole(&self, entity: &EntityId, changes: &[Change]) -> Fate {
        if self.choices.keeps_any(entity) {
            return Fate::Kept;
        }
        let mut conflicts = changes.iter().filter(|change| change.conflict.is_some());
        let decided = |change: &Change| self.choices.of_field(entity, &change.field) == Some(Choice::Restore);
        if conflicts.all(decided) { Fate::Undone } else { Fate::Open }
    }

    /// Fields stay or go back one by one.
    fn fate_of_parts(&self, entity: &EntityId, changes: &[Change]) -> Fate {
        if self.choices.keeps(entity) {
            return Fate::Kept;
        }
        let open = |change: &&Change| change.conflict.is_some() && !self.is_decided(entity, change);
        if changes.iter().any(|change| open(&change)) { Fate::Open } else { Fate::Undone }
    }

    fn is_decided(&self, entity: &EntityId, change: &Change) -> bool {
        match self.choices.of_field(entity, &change.field) {
            Some(choice) => change.choices.contains(&choice) && choice != Choice::Stop,
            None => false,
        }
    }

    fn created(&self, entity: &EntityId) -> Map<String, Value> {
        let first = self.world.history(entity).and_then(|history| history.0.first());
        match first.map(|past| &past.event) {
            Some(EntityEvent::EntityCreated(created)) => created.fields.clone(),
            Some(
                EntityEvent::EntityChanged(_)
                | EntityEvent::EntityArchived(_)
                | EntityEvent::EntityRestored(_)
                | EntityEvent::EntityLinked(_)
                | EntityEvent::EntityUnlinked(_)
                | EntityEvent::EntityWithdrawn(_)
                | EntityEvent::PersonForgotten(_),
            )
            | None => Map::new(),
        }
    }

    fn alter(&mut self, entity: &EntityId, change: impl FnOnce(&mut Entity)) {
        if let Some(Some(thing)) = self.things.get_mut(entity) {
            change(thing);
        }
    }
}

fn set(fields: &mut Map<String, Value>, change: &FieldChange) {
    if change.after.is_null() {
        fields.shift_remove(&change.field);
    } else {
        fields.insert(change.field.clone(), change.after.clone());
    }
}

fn back(change: &Change) -> FieldChange {
    FieldChange { field: change.field.clone(), before: change.now.clone(), after: change.after.clone() }
}

fn json_true(value: &Value) -> bool {
    *value == Value::Bool(true)
}

fn plain(entity: &EntityId, field: &str, before: Value, written: Value, now: Value, after: Value) -> Change {
    let (entity, field) = (entity.clone(), field.to_owned());
    Change { entity, field, before, written, now, after, conflict: None, choices: Vec::new() }
}

fn stay(changes: &mut [Change]) {
    for change in changes {
        change.after = change.now.clone();
    }
}

/// What somebody changed later and would lose.
fn lost_changes(changes: &[Change], name: &str) -> Vec<String> {
    let lost = changes.iter().filter(|change| change.conflict.is_some() && change.after != change.now);
    let said = lost.filter_map(|change| {
        let conflict = change.conflict.as_ref()?;
        Some(format!("what {} changed later in the {} of {name}", conflict.actor.id, plain_field(&change.field)))
    });
    said.collect()
}

fn undone(sentence: String, changes: Vec<Change>, undo: Vec<Undo>, lost: Vec<String>) -> Part {
    Part { class: Class::Exact, sentence, changes, undo, fate: Fate::Undone, lost }
}

fn nothing(sentence: String) -> Part {
    undone(sentence, Vec::new(), Vec::new(), Vec::new())
}

fn left(sentence: String, changes: Vec<Change>, fate: Fate) -> Part {
    Part { fate, ..undone(sentence, changes, Vec::new(), Vec::new()) }
}

/// Something that nothing can take back.
pub(super) fn lasting(sentence: String) -> Part {
    let lost = vec![sentence.clone()];
    Part { class: Class::Impossible, fate: Fate::Lasting, ..undone(sentence, Vec::new(), Vec::new(), lost) }
}

/// Something that is made up for as well as it can be.
pub(super) fn made_up_for(sentence: String, undo: Undo) -> Part {
    Part { class: Class::BestEffort, ..undone(sentence, Vec::new(), vec![undo], Vec::new()) }
}

/// Something that changed nothing.
pub(super) fn harmless(sentence: &str) -> Part {
    nothing(sentence.to_owned())
}

/// A thing as people know it: the task “Write the copy”.
fn in_words(thing: &Entity) -> String {
    format!("the {} “{}”", thing.kind.name().replace('_', " "), thing.title())
}

/// A field's name as it reads in a sentence.
fn plain_field(field: &str) -> String {
    field.replace('_', " ")
}

fn sentence_case(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
