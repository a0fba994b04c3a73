//! What the models answer: filters, pages, cursors.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::{plan::PlanStatus, testing, workspace::Kind};
use eventlog::{EventLog, MemoryLog};
use serde::Serialize;

use super::{
    following::open,
    parking::recorded,
    place::{Place, facts},
    story::Story,
};
use crate::{
    ActivityFilter, CursorError, EntityFilter, HistoryFilter, ModelError, Models, NameFilter, Order, Page, PageRequest,
    PlanFilter,
};

/// Whether a filter should find an entry.
type Fits = Box<dyn Fn(&crate::HistoryEntry) -> bool>;

facts![
    plans_are_listed_by_status_and_words,
    a_page_further_on_does_not_move_when_plans_come,
    history_has_every_event_and_finds_them_by_everything_that_is_known,
    history_finds_types_whose_characters_no_database_keeps,
    things_are_found_by_kind_and_title_and_by_what_refers_to_them,
    the_feed_tells_in_sentences_what_people_did,
];

async fn opened(place: &Place) -> (Story, Models) {
    let story = Story::eventful().await;
    let models = open(place, &story.log).await;
    (story, models)
}

/// Walks all pages of two.
async fn all<T: Serialize, F: Future<Output = Result<Page<T>, ModelError>>>(ask: impl Fn(PageRequest) -> F) -> Vec<T> {
    let (mut items, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(PageRequest::first(2).after(cursor)).await.unwrap();
        assert!(page.items.len() <= 2);
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return items;
        }
    }
}

async fn plans_are_listed_by_status_and_words(place: Place) {
    let (story, models) = opened(&place).await;
    let plans = all(|page| models.plans(PlanFilter::default(), page)).await;
    assert_eq!(plans.len(), Story::plans());
    assert!(plans.is_sorted_by_key(|plan| std::cmp::Reverse(plan.created)));
    for status in PlanStatus::ALL {
        let filter = PlanFilter { statuses: vec![status, PlanStatus::Absent], text: None };
        let listed = all(|page| models.plans(filter.clone(), page)).await;
        let expected: Vec<_> = plans.iter().filter(|plan| plan.status == status).cloned().collect();
        assert_eq!(listed, expected, "{status:?}");
    }
    let any = PlanFilter { statuses: PlanStatus::ALL.to_vec(), text: Some(" LAUNCH ".into()) };
    assert_eq!(all(|page| models.plans(any.clone(), page)).await.len(), plans.len());
    let none = PlanFilter { statuses: Vec::new(), text: Some("landing".into()) };
    assert!(all(|page| models.plans(none.clone(), page)).await.is_empty());

    let in_flight = models.in_flight().await.unwrap();
    let running = (0..Story::plans())
        .filter(|index| matches!(story.plan(*index).status, PlanStatus::Executing | PlanStatus::Paused));
    assert_eq!(in_flight.running, running.map(Story::plan_id).collect::<Vec<_>>());
    models.shutdown().await.unwrap();
}

async fn a_page_further_on_does_not_move_when_plans_come(place: Place) {
    let mut story = Story::new();
    for subject in 0..3 {
        story.attempt((subject, 0, subject)).await;
    }
    let models = open(&place, &story.log).await;
    let first = models.plans(PlanFilter::default(), PageRequest::first(2)).await.unwrap();
    let ids = |page: &Page<crate::PlanSummary>| page.items.iter().map(|plan| plan.id).collect::<Vec<_>>();
    assert_eq!(ids(&first), [Story::plan_id(2), Story::plan_id(1)]);

    story.attempt((3, 0, 9)).await;
    let head = story.log.head().await.unwrap().unwrap();
    models.wait_for(head, std::time::Duration::from_mins(1)).await;
    let second = models.plans(PlanFilter::default(), PageRequest::first(2).after(first.next.clone())).await.unwrap();
    assert_eq!(ids(&second), [Story::plan_id(0)]);
    assert_eq!((second.next, second.position), (None, Some(head)));

    let other = PlanFilter { statuses: vec![PlanStatus::Draft], text: None };
    let refused = models.plans(other, PageRequest::first(2).after(first.next)).await.unwrap_err();
    assert!(matches!(refused, ModelError::Cursor(CursorError::OtherQuestion)));
    let refused = models.activity(ActivityFilter::default(), PageRequest::first(2).after(Some("00".into()))).await;
    assert!(matches!(refused, Err(ModelError::Cursor(CursorError::NotOurs))));
    models.shutdown().await.unwrap();
}

async fn history_has_every_event_and_finds_them_by_everything_that_is_known(place: Place) {
    let (story, models) = opened(&place).await;
    let events = story.events().await;
    let oldest_first = |filter: HistoryFilter| HistoryFilter { order: Order::OldestFirst, ..filter };
    let everything = all(|page| models.history(oldest_first(HistoryFilter::default()), page)).await;
    let expected: Vec<_> = events.iter().map(|event| (event.position, event.id, event.revision)).collect();
    assert_eq!(everything.iter().map(|e| (e.position, e.event_id, e.revision)).collect::<Vec<_>>(), expected);
    let mut backward = all(|page| models.history(HistoryFilter::default(), page)).await;
    backward.reverse();
    assert_eq!(backward, everything);

    let example = everything.iter().find(|entry| entry.step_id.is_some()).unwrap().clone();
    let thing = everything.iter().find(|entry| entry.entity_id.is_some()).unwrap().clone();
    let reasoned = everything.iter().find(|entry| entry.reason.is_some()).unwrap().clone();
    let (from, until) = (testing::moment() + TimeDelta::hours(2), testing::moment() + TimeDelta::hours(4));
    let questions: Vec<(HistoryFilter, Fits)> = vec![
        (HistoryFilter { plan: example.plan_id, ..HistoryFilter::default() }, {
            let plan = example.plan_id;
            Box::new(move |entry| entry.plan_id == plan)
        }),
        (HistoryFilter { plan: example.plan_id, step: example.step_id.clone(), ..HistoryFilter::default() }, {
            let (plan, step) = (example.plan_id, example.step_id.clone());
            Box::new(move |entry| entry.plan_id == plan && entry.step_id == step)
        }),
        (HistoryFilter { entity: thing.entity_id.clone(), ..HistoryFilter::default() }, {
            let entity = thing.entity_id.clone();
            Box::new(move |entry| entry.entity_id == entity)
        }),
        (
            HistoryFilter {
                actor: Some("alex".into()),
                types: vec!["CommentAdded".into()],
                ..HistoryFilter::default()
            },
            Box::new(|entry| entry.actor.id == "alex" && entry.event_type == "CommentAdded"),
        ),
        (
            HistoryFilter { types: vec!["StepStarted".into(), "StepFailed".into()], ..HistoryFilter::default() },
            Box::new(|entry| matches!(entry.event_type.as_str(), "StepStarted" | "StepFailed")),
        ),
        (HistoryFilter { correlation: Some(example.correlation_id), ..HistoryFilter::default() }, {
            let correlation = example.correlation_id;
            Box::new(move |entry| entry.correlation_id == correlation)
        }),
        (
            HistoryFilter { from: Some(from), until: Some(until), ..HistoryFilter::default() },
            Box::new(move |entry| (from..until).contains(&entry.at)),
        ),
        (
            HistoryFilter { reason: Some("BECAUSE".into()), ..HistoryFilter::default() },
            Box::new(|entry| entry.reason.as_deref().is_some_and(|reason| reason.contains("because"))),
        ),
    ];
    for (filter, fits) in questions {
        let filter = oldest_first(filter);
        let found = all(|page| models.history(filter.clone(), page)).await;
        let expected: Vec<_> = everything.iter().filter(|entry| fits(entry)).cloned().collect();
        assert!(!expected.is_empty(), "{filter:?} is asked for something that is there");
        assert_eq!(found, expected, "{filter:?}");
    }
    let recorded = models.recorded(std::slice::from_ref(&reasoned)).await.unwrap();
    assert_eq!(recorded[0].position, reasoned.position);
    models.shutdown().await.unwrap();
}

async fn history_finds_types_whose_characters_no_database_keeps(place: Place) {
    let log = MemoryLog::new();
    recorded(&log, &["plan-1 Odd\0", "plan-1 Even", "plan-1 Odd\u{fffd}"]).await;
    let models = open(&place, &log).await;
    for types in [vec!["Odd\0"], vec!["Odd\u{fffd}"], vec!["Odd\0", "Never"]] {
        let types: Vec<String> = types.into_iter().map(str::to_owned).collect();
        let filter = HistoryFilter { types, ..HistoryFilter::default() };
        let found = all(|page| models.history(filter.clone(), page)).await;
        let shown: Vec<_> = found.iter().map(|entry| (entry.position.get(), entry.event_type.as_str())).collect();
        assert_eq!(shown, [(3, "Odd\u{fffd}"), (1, "Odd\u{fffd}")], "{filter:?}");
    }
    let by_nobody = HistoryFilter { actor: Some("nobody".into()), ..HistoryFilter::default() };
    let of_no_type = HistoryFilter { types: vec!["Never".into()], ..HistoryFilter::default() };
    for filter in [by_nobody, of_no_type] {
        assert!(all(|page| models.history(filter.clone(), page)).await.is_empty(), "{filter:?}");
    }
    models.shutdown().await.unwrap();
}

async fn things_are_found_by_kind_and_title_and_by_what_refers_to_them(place: Place) {
    let (story, models) = opened(&place).await;
    let story = &story;
    let seen = |archived: bool| {
        let visible = (0..Story::things()).filter(move |index| {
            story.entity(*index).is_some_and(|entity| !entity.withdrawn && (archived || !entity.archived))
        });
        visible.map(Story::entity_id).collect::<BTreeSet<_>>()
    };
    for archived in [false, true] {
        let filter = EntityFilter { archived, ..EntityFilter::default() };
        let listed = all(|page| models.entities(filter.clone(), page)).await;
        assert_eq!(listed.into_iter().map(|view| view.id).collect::<BTreeSet<_>>(), seen(archived));
    }
    let made: Vec<_> =
        (0..Story::things()).filter(|index| story.entity(*index).is_some()).map(Story::entity_id).collect();
    let filter = EntityFilter { ids: made.clone(), ..EntityFilter::default() };
    let by_id = all(|page| models.entities(filter.clone(), page)).await;
    assert!(seen(false).len() < made.len(), "something was put away");
    assert_eq!(by_id.into_iter().map(|view| view.id).collect::<BTreeSet<_>>(), made.into_iter().collect());
    let filter = EntityFilter { kind: Some(Kind::Task), text: Some("ÄRGER".into()), archived: true, ids: Vec::new() };
    for task in all(|page| models.entities(filter.clone(), page)).await {
        assert_eq!(task.entity.kind, Kind::Task);
    }

    let names = NameFilter {
        kinds: vec![Kind::Person, Kind::Idea],
        parts: vec!["sarah".into(), "Thing".into()],
        archived: true,
        limit: 10,
    };
    for named in models.names(names).await.unwrap() {
        assert!(matches!(named.kind, Kind::Person | Kind::Idea) && named.title.contains("Thing"));
    }

    for target in 0..Story::things() {
        let target = Story::entity_id(target);
        let mut expected = BTreeSet::new();
        for source in 0..Story::things() {
            let Some(entity) = models.entity(&Story::entity_id(source)).await.unwrap() else { continue };
            let links = entity.entity.links.iter().filter(|link| link.to == target).map(|link| Some(link.id.clone()));
            let assigned = entity.entity.field("assignee").as_str() == Some(target.as_str());
            if !entity.entity.withdrawn {
                expected.extend(links.chain(assigned.then_some(None)).map(|link| (entity.id.clone(), link)));
            }
        }
        let found = models.backlinks(&target).await.unwrap();
        assert_eq!(found.into_iter().map(|back| (back.from.id, back.link)).collect::<BTreeSet<_>>(), expected);
    }
    models.shutdown().await.unwrap();
}

async fn the_feed_tells_in_sentences_what_people_did(place: Place) {
    let (_story, models) = opened(&place).await;
    let feed = all(|page| models.activity(ActivityFilter::default(), page)).await;
    assert!(feed.is_sorted_by_key(|item| std::cmp::Reverse(item.position)));
    let first = feed.iter().find(|item| item.event_type == "PlanDrafted").unwrap();
    assert!(first.sentence.starts_with("the planner drafted “Launch "), "{}", first.sentence);
    assert!(!feed.iter().any(|item| item.event_type == "StepStarted"));
    let of_plan = ActivityFilter { plan: Some(Story::plan_id(1)), entity: None };
    let listed = all(|page| models.activity(of_plan.clone(), page)).await;
    let expected: Vec<_> = feed.into_iter().filter(|item| item.plan_id == of_plan.plan).collect();
    assert_eq!(listed, expected);
    models.shutdown().await.unwrap();
}
