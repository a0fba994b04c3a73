//! The personal values in what happens to a plan: params, results and effects of steps that are about one person, and
//! the words that say so.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{Form, Place, Subject, escaped, in_entity::in_changes_to};
use crate::{
    action::Effect,
    ids::{EntityId, PlanId, StepId},
    plan::{Plan, PlanDetails, PlanEvent, Source, Sources, StepSpec, references_whole},
    references,
    rollback::Undo,
    workspace::{Kind, Privacy},
};

/// Lists the values of an event that are about somebody; `before` is the plan as the event finds it.
pub fn in_plan(id: PlanId, before: &Plan, event: &PlanEvent) -> Vec<Place> {
    let mut found = Found::new(Some(id), adders(before, event));
    let action = |step: &StepId| before.steps.get(step).map(|step| step.spec.action_type.as_str());
    let about = before.selection.as_ref().and_then(Subject::person);
    match event {
        PlanEvent::PlanCreated(e) => {
            let about = e.selection.as_ref().and_then(Subject::person);
            found.text("/request", about.as_ref(), e.request.as_deref());
        }
        PlanEvent::PlanDrafted(e) => {
            found.details("/details", &e.details, about.as_ref());
            found.text("/message", about.as_ref(), Some(&e.message));
            let nothing = Sources::new();
            for (index, step) in e.steps.iter().enumerate() {
                let sources = e.origin.sources.get(index).unwrap_or(&nothing);
                found.spec(&format!("/steps/{index}"), step, &format!("/origin/sources/{index}"), sources);
            }
            for name in e.origin.fits.iter().flat_map(|fits| fits.arguments.keys()) {
                if let Some(whose) = &about {
                    found.add(format!("/origin/fits/arguments/{}", escaped(name)), whose, Form::Json);
                }
            }
            for (index, suspect) in e.origin.suspects.iter().enumerate() {
                let whose = Subject::person(&suspect.entity);
                found.text(&format!("/origin/suspects/{index}/label"), whose.as_ref(), Some(&suspect.label));
                found.text(&format!("/origin/suspects/{index}/excerpt"), whose.as_ref(), Some(&suspect.excerpt));
            }
        }
        PlanEvent::PlanDetailsEdited(e) => {
            found.details("/before", &e.before, about.as_ref());
            found.details("/after", &e.after, about.as_ref());
        }
        PlanEvent::RevisionRequested(e) => found.text("/feedback", about.as_ref(), Some(&e.feedback)),
        PlanEvent::StepAdded(e) => found.spec("/step", &e.step, "", &Sources::new()),
        PlanEvent::StepEdited(e) => {
            found.spec("/before", &e.before, "", &Sources::new());
            found.spec("/after", &e.after, "", &Sources::new());
        }
        PlanEvent::StepRemoved(e) => found.spec("/step", &e.step, "", &Sources::new()),
        PlanEvent::StepStarted(e) => found.params(action(&e.step_id), &e.step_id, &e.params, "/params"),
        PlanEvent::StepRetried(e) => {
            if let Some(params) = &e.params {
                found.params(action(&e.step_id), &e.step_id, params, "/params");
            }
        }
        PlanEvent::StepCompleted(e) => {
            found.result(action(&e.step_id), &e.step_id, Some(&e.result));
            found.effects(&e.effects);
        }
        PlanEvent::StepOutcomeResolved(e) => found.result(action(&e.step_id), &e.step_id, e.result.as_ref()),
        PlanEvent::StepSkipped(e) => found.result(action(&e.step_id), &e.step_id, e.result.as_ref()),
        PlanEvent::StepRolledBack(e) => found.effects(&e.effects),
        PlanEvent::RollbackStarted(e) => {
            for (index, step) in e.steps.iter().enumerate() {
                for (act, undo) in step.undo.iter().enumerate() {
                    let base = format!("/steps/{index}/undo/{act}");
                    found.undo(undo, &base, &step.step_id, before);
                }
            }
        }
        PlanEvent::ModelAsked(_)
        | PlanEvent::PlanningFailed(_)
        | PlanEvent::ClarificationRequested(_)
        | PlanEvent::ClarificationAnswered(_)
        | PlanEvent::RevisionDeclined(_)
        | PlanEvent::StepsReordered(_)
        | PlanEvent::PlanApprovalGiven(_)
        | PlanEvent::PlanApproved(_)
        | PlanEvent::ApprovalVoided(_)
        | PlanEvent::PlanRejected(_)
        | PlanEvent::ExecutionStarted(_)
        | PlanEvent::StepAttemptFailed(_)
        | PlanEvent::StepFailed(_)
        | PlanEvent::StepOutcomeUnknown(_)
        | PlanEvent::StepApproved(_)
        | PlanEvent::ExecutionPaused(_)
        | PlanEvent::ExecutionResumed(_)
        | PlanEvent::ExecutionCancelled(_)
        | PlanEvent::PlanCompleted(_)
        | PlanEvent::PlanFailed(_)
        | PlanEvent::StepRollbackStarted(_)
        | PlanEvent::StepRollbackAttemptFailed(_)
        | PlanEvent::StepRollbackFailed(_)
        | PlanEvent::StepRollbackRetried(_)
        | PlanEvent::StepRollbackResolved(_)
        | PlanEvent::RollbackPaused(_)
        | PlanEvent::RollbackResumed(_)
        | PlanEvent::RollbackStopped(_)
        | PlanEvent::PlanRolledBack(_)
        | PlanEvent::PlanRated(_)
        | PlanEvent::CommentAdded(_)
        | PlanEvent::CommentResolved(_) => {}
    }
    found.places
}

/// How an action names the person that its params are about.
enum Names {
    /// It adds the person.
    Added,
    /// This param names the person or the thing it is about.
    Param(&'static str),
}

/// The kind of thing that an action writes, so that its params are the fields of that kind, and whom they are about.
fn writes(action: &str) -> Option<(Kind, Names)> {
    match action {
        "person.create" => Some((Kind::Person, Names::Added)),
        "person.update" => Some((Kind::Person, Names::Param("person"))),
        "message.send" => Some((Kind::Message, Names::Param("to"))),
        "note.add" => Some((Kind::Note, Names::Param("about"))),
        "reminder.set" => Some((Kind::Reminder, Names::Param("about"))),
        _ => None,
    }
}

/// The steps that add a person, so that a reference to one of them names somebody.
fn adders(before: &Plan, event: &PlanEvent) -> HashSet<StepId> {
    let drafted: &[StepSpec] = match event {
        PlanEvent::PlanDrafted(e) => &e.steps,
        PlanEvent::StepAdded(e) => std::slice::from_ref(&e.step),
        PlanEvent::StepEdited(e) => std::slice::from_ref(&e.after),
        _ => &[],
    };
    adders_among(before.specs().chain(drafted))
}

/// The steps among these that add a person.
pub(super) fn adders_among<'a>(steps: impl IntoIterator<Item = &'a StepSpec>) -> HashSet<StepId> {
    let adds = |spec: &&StepSpec| matches!(writes(&spec.action_type), Some((_, Names::Added)));
    steps.into_iter().filter(adds).map(|spec| spec.id.clone()).collect()
}

/// The places that are found.
pub(super) struct Found {
    /// The plan whose steps add people; without one, nobody is added.
    plan: Option<PlanId>,
    adders: HashSet<StepId>,
    pub(super) places: Vec<Place>,
}

impl Found {
    pub(super) fn new(plan: Option<PlanId>, adders: HashSet<StepId>) -> Self {
        Self { plan, adders, places: Vec::new() }
    }

    pub(super) fn add(&mut self, pointer: String, whose: &Subject, form: Form) {
        if self.places.iter().any(|place| place.pointer == pointer) {
            return;
        }
        self.places.push(Place { pointer, whose: whose.clone(), form });
    }

    fn text(&mut self, pointer: &str, whose: Option<&Subject>, text: Option<&str>) {
        if let (Some(whose), Some(text)) = (whose, text)
            && !text.is_empty()
        {
            self.add(pointer.to_owned(), whose, Form::Text);
        }
    }

    fn details(&mut self, base: &str, details: &PlanDetails, about: Option<&Subject>) {
        self.text(&format!("{base}/name"), about, Some(&details.name));
        self.text(&format!("{base}/description"), about, Some(&details.description));
    }

    /// A step as it was planned: its params, and its words when it is about one person alone. The words of the request
    /// that a sealed value came from are sealed like the value.
    pub(super) fn spec(&mut self, base: &str, spec: &StepSpec, sources_base: &str, sources: &Sources) {
        let first = self.places.len();
        self.params(Some(&spec.action_type), &spec.id, &spec.params, &format!("{base}/params"));
        if let Some(whose) = self.only_person(spec) {
            self.text(&format!("{base}/title"), Some(&whose), Some(&spec.title));
            self.text(&format!("{base}/description"), Some(&whose), Some(&spec.description));
        }
        let sealed: Vec<Place> = self.places[first..].to_vec();
        for place in sealed {
            let Some(within) = place.pointer.strip_prefix(base) else { continue };
            match sources.get(within) {
                Some(Source::Request { .. } | Source::Feedback { .. }) => {
                    self.add(format!("{sources_base}/{}/words", escaped(within)), &place.whose, Form::Text);
                }
                Some(Source::Template { parameter: Some(parameter), .. }) => {
                    self.add(format!("/origin/template/arguments/{}", escaped(parameter)), &place.whose, Form::Json);
                }
                Some(
                    Source::Answer { .. }
                    | Source::Workspace { .. }
                    | Source::StepResult { .. }
                    | Source::Template { .. }
                    | Source::Model { .. }
                    | Source::Planner { .. }
                    | Source::Person { .. }
                    | Source::Default,
                )
                | None => {}
            }
        }
    }

    fn params(&mut self, action: Option<&str>, step: &StepId, params: &Value, base: &str) {
        let Some((kind, names)) = action.and_then(writes) else { return };
        let whose = match names {
            Names::Added => self.added_by(step),
            Names::Param(name) => params.get(name).and_then(|value| self.named(value)),
        };
        if let Some(whose) = whose {
            self.fields(kind, &whose, params, base);
        }
    }

    /// The personal fields of a kind that an object has.
    fn fields(&mut self, kind: Kind, whose: &Subject, object: &Value, base: &str) {
        for (name, value) in object.as_object().into_iter().flatten() {
            if kind.privacy(name) != Privacy::Open && !value.is_null() {
                self.add(format!("{base}/{}", escaped(name)), whose, Form::Json);
            }
        }
    }

    /// What a step gave: of a person, what later steps may want to mention.
    fn result(&mut self, action: Option<&str>, step: &StepId, result: Option<&Value>) {
        let (Some(result), Some((kind, names))) = (result, action.and_then(writes)) else { return };
        let whose = match names {
            Names::Added => self.added_by(step),
            Names::Param(_) if kind == Kind::Person => result.get("id").and_then(|id| self.named(id)),
            // the results of the others name their thing and say nothing of whom it is about
            Names::Param(_) => None,
        };
        if let Some(whose) = whose {
            self.fields(kind, &whose, result, "/result");
        }
    }

    fn effects(&mut self, effects: &[Effect]) {
        for (index, effect) in effects.iter().enumerate() {
            if let Effect::EntityChanged { entity, changes, .. } = effect {
                self.places.extend(in_changes_to(entity, changes, &format!("/effects/{index}/changes")));
            }
        }
    }

    fn undo(&mut self, undo: &Undo, base: &str, step: &StepId, plan: &Plan) {
        match undo {
            Undo::SetFields { entity, changes, .. } => {
                self.places.extend(in_changes_to(entity, changes, &format!("{base}/changes")));
            }
            // it says the step's title
            Undo::Person { text } => {
                let spec = plan.steps.get(step).map(|step| &step.spec);
                let whose = spec.and_then(|spec| self.only_person(spec));
                self.text(&format!("{base}/text"), whose.as_ref(), Some(text));
            }
            Undo::Withdraw { .. }
            | Undo::Restore { .. }
            | Undo::Archive { .. }
            | Undo::Link { .. }
            | Undo::Unlink { .. }
            | Undo::Request { .. } => {}
        }
    }

    /// Whoever a step adds.
    fn added_by(&self, step: &StepId) -> Option<Subject> {
        Some(Subject::added_by(self.plan?, step))
    }

    /// The person that a value names: by id, or as whoever an earlier step adds.
    fn named(&self, value: &Value) -> Option<Subject> {
        if let Some(step) = references_whole(value) {
            return self.added_by(&step).filter(|_| self.adders.contains(&step));
        }
        Subject::person(&value.as_str()?.parse::<EntityId>().ok()?)
    }

    /// The person that a step is about, when its params name one and no other.
    fn only_person(&self, spec: &StepSpec) -> Option<Subject> {
        let mut named = BTreeSet::new();
        if let Some((_, Names::Added)) = writes(&spec.action_type) {
            named.extend(self.added_by(&spec.id));
        }
        people(&spec.params, &mut named);
        let referred = references::find(&spec.params).0.into_iter().map(|placed| placed.value.step);
        named.extend(referred.filter(|step| self.adders.contains(step)).filter_map(|step| self.added_by(&step)));
        match (named.len(), named.pop_first()) {
            (1, only) => only,
            (_, _) => None,
        }
    }
}

/// Collects the people that a value names by id.
fn people(value: &Value, named: &mut BTreeSet<Subject>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|field| people(field, named)),
        Value::Array(items) => items.iter().for_each(|item| people(item, named)),
        Value::String(text) => named.extend(text.parse::<EntityId>().ok().as_ref().and_then(Subject::person)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        action::Catalogue,
        plan::{
            Origin, PlanCreated, PlanDrafted, PlannerChoice, Policy, StepCompleted, StepInput, StepStarted, check_steps,
        },
        workspace::FieldChange,
    };

    const PLAN: &str = "pln_00000000-0000-0000-0000-000000000007";

    fn specs(steps: &Value) -> Vec<StepSpec> {
        let inputs: Vec<StepInput> = serde_json::from_value(steps.clone()).unwrap();
        check_steps(inputs, Catalogue::builtin()).unwrap()
    }

    fn drafted(steps: &Value, sources: Vec<Sources>) -> PlanEvent {
        PlanDrafted {
            details: PlanDetails { name: "Welcome".into(), description: String::new(), policy: Policy::default() },
            steps: specs(steps),
            origin: Origin { sources, ..Origin::default() },
            message: String::new(),
        }
        .into()
    }

    fn plan_after(events: &[PlanEvent]) -> Plan {
        let mut plan = Plan::default();
        let stamp = crate::decider::Stamp { at: crate::testing::moment(), actor: crate::actor::Actor::person("alex") };
        for event in events {
            plan.evolve(event, &stamp);
        }
        plan
    }

    fn told(before: &Plan, event: &PlanEvent) -> Vec<(String, String)> {
        let places = in_plan(PLAN.parse().unwrap(), before, event);
        let mut told: Vec<_> =
            places.into_iter().map(|place| (place.pointer, place.whose.to_string().replace(PLAN, "pln"))).collect();
        told.sort();
        told
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(pointer, whose)| ((*pointer).to_owned(), (*whose).to_owned())).collect()
    }

    fn welcome() -> Value {
        json!([
            {"id": "add", "title": "Add Ana", "action_type": "person.create", "params": {"name": "Ana"}},
            {"id": "tell", "title": "Greet Ana", "action_type": "message.send", "depends_on": ["add"],
                "params": {"to": "{{steps.add.result.id}}", "body": "Welcome, Ana"}},
            {"id": "project", "title": "Begin", "action_type": "project.create", "params": {"name": "Start"}},
            {"id": "note", "title": "Note it", "action_type": "note.add", "depends_on": ["project"],
                "params": {"about": "{{steps.project.result.id}}", "text": "begun"}},
        ])
    }

    #[test]
    fn a_draft_hides_what_is_about_somebody_who_is_yet_to_be_added() {
        let words = Source::Request { words: "Ana Ferri".into() };
        let sources = vec![Sources::from([("/params/name".into(), words.clone()), ("/title".into(), words)])];
        let expected = [
            ("/origin/sources/0/~1params~1name/words", "pln/add"),
            ("/origin/sources/0/~1title/words", "pln/add"),
            ("/steps/0/params/name", "pln/add"),
            ("/steps/0/title", "pln/add"),
            ("/steps/1/params/body", "pln/add"),
            ("/steps/1/title", "pln/add"),
        ];
        assert_eq!(told(&Plan::default(), &drafted(&welcome(), sources)), pairs(&expected));
    }

    #[test]
    fn a_run_hides_it_where_params_results_and_effects_carry_it() {
        let plan = plan_after(&[drafted(&welcome(), Vec::new())]);
        let step = |id: &str| id.parse::<StepId>().unwrap();
        let (attempt, key) = (1, "run/tell".to_owned());
        let params = json!({"to": "per_1", "body": "Welcome, Ana"});
        let started = StepStarted { step_id: step("tell"), attempt, key, params }.into();
        assert_eq!(told(&plan, &started), pairs(&[("/params/body", "per_1")]));
        let result = json!({"id": "per_1", "name": "Ana", "email": null});
        let changes = vec![FieldChange { field: "email".into(), before: Value::Null, after: json!("a@b") }];
        let (entity, event) = ("per_2".parse().unwrap(), uuid::Uuid::nil());
        let effects = vec![Effect::EntityChanged { entity, event, changes }];
        let completed = StepCompleted { step_id: step("add"), attempt, result, effects }.into();
        let expected = [("/effects/0/changes/0/after", "per_2"), ("/result/name", "pln/add")];
        assert_eq!(told(&plan, &completed), pairs(&expected));
    }

    #[test]
    fn the_words_of_a_plan_that_was_asked_for_about_a_person_are_about_that_person() {
        let created = PlanCreated {
            request: Some("Follow up with Ana".into()),
            selection: Some("per_1".parse().unwrap()),
            planner: PlannerChoice::Auto,
            today: None,
            timezone: None,
        }
        .into();
        assert_eq!(told(&Plan::default(), &created), pairs(&[("/request", "per_1")]));
        let plan = plan_after(&[created]);
        let steps = json!([{"id": "t", "title": "Call", "action_type": "task.create", "params": {"title": "Call"}}]);
        assert_eq!(told(&plan, &drafted(&steps, Vec::new())), pairs(&[("/details/name", "per_1")]));
    }

    #[test]
    fn words_about_two_people_are_left_to_both() {
        let steps = json!([{"id": "meet", "title": "Meet", "action_type": "calendar.schedule",
            "params": {"title": "Meet", "at": "2026-12-01", "attendees": ["per_1", "per_2"]}}]);
        assert_eq!(told(&Plan::default(), &drafted(&steps, Vec::new())), []);
    }
}
