//! Forgetting, with real keys in a folder and the log sealed beneath.

use std::sync::Arc;

use domain::{
    action::Catalogue,
    ids::EntityId,
    personal::Subject,
    plan::{CreatePlan, DraftPlan, PlanEvent, StepInput},
    schema::Event,
    template::{CreateTemplate, Included, TemplateDetails, TemplateSource},
    testing,
    workspace::{EntityCommand, EntityRefusal, Kind},
};
use eventlog::{EventLog, Filter, MemoryLog, codec};
use eventlog_sealed::{Found, KeyRing, SealedLog, honour};
use serde_json::json;
use tempfile::TempDir;

use super::{by_alex, fields};
use crate::{CommandError, Commands, ForgetError, HandClock, RunTemplate};

struct House {
    stored: MemoryLog,
    keys: KeyRing,
    commands: Commands,
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(MemoryLog::new(), folder)
    }

    fn on(stored: MemoryLog, folder: TempDir) -> Self {
        let keys = KeyRing::open(folder.path()).unwrap();
        let log = Arc::new(SealedLog::over(Arc::new(stored.clone()), keys.clone()));
        let clock = Arc::new(HandClock::at(testing::moment()));
        let commands = Commands::sealing(log, Catalogue::builtin().clone(), clock, Arc::new(keys.clone()));
        Self { stored, keys, commands, folder }
    }

    async fn ana(&self) -> EntityId {
        let ana = fields(&json!({"name": "Ana Ferri", "email": "ana@ferri.example"}));
        self.commands.create_entity(Kind::Person, ana, by_alex()).await.unwrap().0
    }

    async fn forget(&self, person: &EntityId) -> Result<(), ForgetError> {
        let (reason, name) = ("she asked".to_owned(), "Ana Ferri".to_owned());
        self.commands.forget_person(person, reason, name, by_alex()).await.map(drop)
    }

    /// Everything that the log stores, as a text.
    async fn stored(&self) -> String {
        let page = self.stored.read_all(None, &Filter::All, 1_000).await.unwrap();
        page.events.iter().map(|event| String::from_utf8_lossy(&event.data).into_owned()).collect()
    }

    /// The same house after a restart: what it knows, it knows from the log.
    fn restarted(&self) -> Commands {
        let log = Arc::new(SealedLog::over(Arc::new(self.stored.clone()), self.keys.clone()));
        let clock = Arc::new(HandClock::at(testing::moment()));
        Commands::sealing(log, Catalogue::builtin().clone(), clock, Arc::new(self.keys.clone()))
    }
}

#[tokio::test]
async fn the_log_holds_nothing_to_read_and_whoever_reads_it_sees_everything() {
    let house = House::new();
    let ana = house.ana().await;
    let change = fields(&json!({"organisation": "Ferriworks"}));
    house
        .commands
        .entities
        .execute(&ana, EntityCommand::Change { fields: change, compensates: None }, by_alex())
        .await
        .unwrap();
    let stored = house.stored().await;
    assert!(!stored.contains("Ferri") && !stored.contains("ferri") && stored.contains("$sealed"), "{stored}");
    let live = house.commands.entities.load(&ana).await.unwrap();
    let replayed = house.restarted().entities.load_newest(&ana).await.unwrap();
    assert_eq!(live.state, replayed.state);
    assert_eq!(replayed.state.as_ref().as_ref().unwrap().field("organisation"), &json!("Ferriworks"));
}

#[tokio::test]
async fn a_forgotten_person_is_the_same_gap_in_memory_and_after_a_restart() {
    let house = House::new();
    let ana = house.ana().await;
    house.forget(&ana).await.unwrap();
    let live = house.commands.entities.load(&ana).await.unwrap();
    let replayed = house.restarted().entities.load_newest(&ana).await.unwrap();
    assert_eq!(live.state, replayed.state);
    assert!(live.state.as_ref().as_ref().unwrap().is_forgotten());
    let verified = eventlog::integrity::verify_all(&house.stored, |_| ()).await.unwrap();
    assert_eq!((verified.events, verified.fault), (2, None), "every chain holds");
    house.forget(&ana).await.unwrap();
    assert_eq!(house.stored.read_all(None, &Filter::All, 10).await.unwrap().events.len(), 2, "once is enough");
}

#[tokio::test]
async fn a_command_sent_twice_is_known_although_nothing_is_sealed_the_same_way_twice() {
    let house = House::new();
    let create = || {
        let ana = fields(&json!({"name": "Ana Ferri"}));
        house.commands.create_entity(Kind::Person, ana, by_alex().keyed("k", "d"))
    };
    let (first, again) = (create().await.unwrap(), create().await.unwrap());
    assert_eq!((first.0, again.1.repeated), (again.0, true));
    assert_eq!(house.stored.read_all(None, &Filter::All, 10).await.unwrap().events.len(), 1);
}

#[tokio::test]
async fn nothing_is_written_about_somebody_forgotten_and_a_plan_goes_on_with_gaps() {
    let house = House::new();
    let ana = house.ana().await;
    house.forget(&ana).await.unwrap();
    let note = fields(&json!({"text": "likes tea", "about": ana}));
    let refused = house.commands.create_entity(Kind::Note, note, by_alex()).await.unwrap_err();
    assert_eq!(refused, CommandError::Refused(EntityRefusal::Forgotten));

    let params = json!({"person": ana, "email": "new@ferri.example"}).as_object().unwrap().clone();
    let step =
        StepInput { title: "Change Ana".into(), action_type: "person.update".into(), params, ..StepInput::default() };
    let draft = DraftPlan { name: "Change".into(), steps: vec![step], ..DraftPlan::default() };
    let plan = CreatePlan { by_hand: Some(draft), ..CreatePlan::default() };
    let (id, live) = house.commands.create_plan(plan, by_alex()).await.unwrap();
    let replayed = house.restarted().plans.load_newest(&id).await.unwrap();
    assert_eq!(live.state, replayed.state);
    let stored = house.stored().await;
    assert!(!stored.contains("new@ferri") && !stored.contains("Change Ana"), "{stored}");
}

#[tokio::test]
async fn keys_that_are_left_when_the_process_ends_go_at_the_next_start() {
    let house = House::new();
    let ana = house.ana().await;
    let subject = Subject::person(&ana).unwrap();
    // as far as the event and no further
    let (person, reason, name) = (subject.clone(), "she asked".to_owned(), "Ana Ferri".to_owned());
    let command = EntityCommand::Forget { person, reason, name, also: Vec::new() };
    house.commands.entities.execute(&ana, command, by_alex()).await.unwrap();
    assert!(matches!(house.keys.find(&subject).unwrap(), Found::Key(_)));

    let keys = KeyRing::open(house.folder.path()).unwrap();
    assert_eq!(honour(&house.stored, &keys, false).await.unwrap(), 1);
    assert!(matches!(keys.find(&subject).unwrap(), Found::Forgotten));
    assert_eq!(honour(&house.stored, &keys, true).await.unwrap(), 0, "once is enough");
}

#[tokio::test]
async fn a_log_from_before_there_were_keys_is_read_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let stored = MemoryLog::new();
    let plain = super::commands(stored.clone());
    let ana = fields(&json!({"name": "Ana Ferri"}));
    let (id, _) = plain.create_entity(Kind::Person, ana, by_alex()).await.unwrap();
    let house = House::on(stored, folder);
    let read = house.commands.entities.load_newest(&id).await.unwrap();
    assert_eq!(read.state.as_ref().as_ref().unwrap().title(), "Ana Ferri");
    house.forget(&id).await.unwrap();
    assert!(house.stored().await.contains("Ana Ferri"), "what was written plainly stays so");
    let person = house.restarted().entities.load_newest(&id).await.unwrap();
    assert!(person.state.as_ref().as_ref().unwrap().is_forgotten());
}

#[tokio::test]
async fn a_house_without_keys_forgets_nobody() {
    let commands = super::commands(MemoryLog::new());
    let ana = fields(&json!({"name": "Ana Ferri"}));
    let (id, _) = commands.create_entity(Kind::Person, ana, by_alex()).await.unwrap();
    let refused = commands.forget_person(&id, "r".into(), "Ana Ferri".into(), by_alex()).await.err().unwrap();
    assert_eq!(refused, ForgetError::NotSealing);
}

#[tokio::test]
async fn what_stands_in_free_text_is_found_and_what_is_sealed_is_not() {
    let house = House::new();
    house.ana().await;
    let plan = CreatePlan { request: Some("write to ANA FERRI".into()), ..CreatePlan::default() };
    house.commands.create_plan(plan, by_alex()).await.unwrap();
    let (found, count) = Commands::mentions(&house.stored, &["Ana Ferri".into()], 10).await.unwrap();
    assert_eq!((found.len(), count), (1, 1));
    let decoded = codec::event(&found[0]);
    assert!(matches!(decoded.as_ref(), Ok(Event::Plan(PlanEvent::PlanCreated(_)))));
}

#[tokio::test]
async fn what_a_template_and_its_plans_say_of_a_person_goes_with_the_person() {
    let house = House::new();
    let ana = house.ana().await;
    let content = json!({
        "plan_name": "Write", "parameters": [{"name": "words", "required": true}],
        "steps": [
            {"id": "tell", "title": "Write to her", "action_type": "message.send",
                "params": {"to": ana.as_str(), "body": "Dear Ana, {{params.words}}"}},
        ],
    });
    let create = CreateTemplate {
        details: TemplateDetails { name: "Write".into(), ..TemplateDetails::default() },
        content: serde_json::from_value(content).unwrap(),
        source: TemplateSource::Written,
        included: Included::new(),
    };
    let (template, _) = house.commands.create_template(create, by_alex()).await.unwrap();
    let run = RunTemplate {
        template,
        version: None,
        arguments: fields(&json!({"words": "about the tumour"})),
        today: "2026-11-30".parse().unwrap(),
        schedule: None,
    };
    let (_, made) = house.commands.run_template(run.clone(), by_alex()).await.unwrap();
    let told = made.state.steps.values().next().unwrap().spec.params["body"].clone();
    assert_eq!(told, "Dear Ana, about the tumour");
    let stored = house.stored().await;
    assert!(!stored.contains("Dear Ana") && !stored.contains("tumour"), "{stored}");
    house.forget(&ana).await.unwrap();
    let loaded = house.restarted().templates.load_newest(&template).await.unwrap();
    let body = &loaded.state.newest().unwrap().content.steps[0].params["body"];
    assert!(domain::personal::is_withheld(body), "{body}");
    // what has a gap where a text must be cannot be run
    assert!(house.commands.run_template(run, by_alex()).await.is_err());
}
