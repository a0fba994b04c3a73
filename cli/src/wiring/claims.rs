//! The claims of this node on plans, as the runner and its log see them.

use std::{str::FromStr, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{actor::ActorKind, ids::PlanId};
use eventlog::{NewEvent, Position, RecordedEvent, StreamName};
use execution::runner::{Claims, GivenBack, News, plan_at_work};

use super::turn::Fence;

/// Who knows which plans are ours. Plans are named as in the log.
#[async_trait]
pub(crate) trait Register: Send + Sync + 'static {
    fn ask_for(&self, plan: &str, told_at: u64);
    async fn news(&self) -> Option<Told>;
    /// The token of our claim; `None` when there is none at this moment, and then it is lost.
    fn token(&self, plan: &str) -> Option<u64>;
    /// Somebody with this token has written to the plan.
    fn overtaken(&self, plan: &str, token: u64);
    fn give_back(&self, plan: &str, wake_in: Option<Duration>, seen: u64);
    async fn close(&self);
}

/// What is told about a plan.
pub(crate) enum Told {
    Taken { plan: String, over: bool },
    Lost { plan: String },
}

/// The claims of this node. What it writes for a plan carries the token of its claim; without one nothing is written.
pub(crate) struct NodeClaims(pub(crate) Arc<dyn Register>);

#[async_trait]
impl Claims for NodeClaims {
    fn ask_for(&self, plan: PlanId, told_at: Option<Position>) {
        self.0.ask_for(&plan.to_string(), told_at.map_or(0, Position::get));
    }

    async fn news(&self) -> Option<News> {
        loop {
            let told = self.0.news().await?;
            let (Told::Taken { plan: name, .. } | Told::Lost { plan: name }) = &told;
            let Ok(plan) = PlanId::from_str(name) else {
                // no plan of ours: nothing can be done about it
                self.0.give_back(name, None, u64::MAX);
                continue;
            };
            return Some(match told {
                Told::Taken { over, .. } => News::Taken { plan, over },
                Told::Lost { .. } => News::Lost { plan },
            });
        }
    }

    fn is_ours(&self, plan: PlanId) -> bool {
        self.0.token(&plan.to_string()).is_some()
    }

    fn give_back(&self, plan: PlanId, how: GivenBack) {
        self.0.give_back(&plan.to_string(), how.wake_in, how.seen.get());
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

impl Fence for NodeClaims {
    fn admits(&self, stream: &StreamName, events: &mut [NewEvent]) -> bool {
        // What goes on after its driver was given up belongs to no plan, and writes no more.
        let plan = match stream.category() {
            "plan" => stream.subject().to_owned(),
            _ => match plan_at_work() {
                Some(plan) => plan.to_string(),
                None => return false,
            },
        };
        let Some(token) = self.0.token(&plan) else { return false };
        for event in events {
            event.metadata.claim = Some(token);
        }
        true
    }

    fn sees(&self, events: &[Arc<RecordedEvent>]) {
        let by_nodes = events.iter().filter(|event| event.metadata.actor.kind == ActorKind::Executor);
        for event in by_nodes.filter(|event| event.stream.category() == "plan") {
            if let Some(token) = event.metadata.claim {
                self.0.overtaken(event.stream.subject(), token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use eventlog::{AppendError, Direction, EventId, EventLog, ExpectedRevision, MemoryLog, Metadata, StreamFrom};
    use parking_lot::Mutex;
    use uuid::Uuid;

    use super::{super::turn::FencedLog, *};

    /// The tokens that this node has.
    #[derive(Default)]
    struct Tokens(Mutex<HashMap<String, u64>>);

    #[async_trait]
    impl Register for Tokens {
        fn ask_for(&self, _: &str, _: u64) {}

        async fn news(&self) -> Option<Told> {
            None
        }

        fn token(&self, plan: &str) -> Option<u64> {
            self.0.lock().get(plan).copied()
        }

        fn overtaken(&self, plan: &str, token: u64) {
            self.0.lock().retain(|known, ours| known != plan || *ours >= token);
        }

        fn give_back(&self, plan: &str, _: Option<Duration>, _: u64) {
            self.0.lock().remove(plan);
        }

        async fn close(&self) {}
    }

    fn event() -> NewEvent {
        NewEvent {
            id: EventId::new(Uuid::now_v7()),
            event_type: "StepCompleted".into(),
            schema_version: 1,
            data: "{}".into(),
            metadata: Metadata {
                at: chrono::DateTime::UNIX_EPOCH,
                tenant: "local".into(),
                actor: domain::actor::Actor::executor(),
                correlation_id: Uuid::nil(),
                causation_id: None,
                reason: None,
                command: None,
                claim: None,
                span: None,
            },
        }
    }

    #[tokio::test]
    async fn a_node_writes_only_for_plans_that_it_has_and_under_its_token_until_it_reads_a_later_one() {
        let (stored, tokens) = (MemoryLog::new(), Arc::new(Tokens::default()));
        let node = |tokens: &Arc<Tokens>| {
            let claims = NodeClaims(Arc::clone(tokens) as Arc<dyn Register>);
            FencedLog::new(Arc::new(stored.clone()), Arc::new(claims))
        };
        let (log, plan) = (node(&tokens), PlanId::new(Uuid::from_u128(1)));
        let stream: StreamName = format!("plan-{plan}").parse().unwrap();
        let thing: StreamName = "entity-tsk_1".parse().unwrap();
        let append =
            |log, stream| async move { EventLog::append(log, stream, ExpectedRevision::Any, vec![event()]).await };
        assert!(matches!(append(&log, &stream).await, Err(AppendError::Unavailable { .. })));
        tokens.0.lock().insert(plan.to_string(), 3);
        append(&log, &stream).await.unwrap();
        assert!(matches!(append(&log, &thing).await, Err(AppendError::Unavailable { .. })), "nobody works for a plan");

        let other = Arc::new(Tokens::default());
        other.0.lock().insert(plan.to_string(), 4);
        let theirs = node(&other);
        append(&theirs, &stream).await.unwrap();
        let read = log.read_stream(&stream, StreamFrom::Start, Direction::Forward, 10).await.unwrap();
        assert_eq!(read.iter().map(|event| event.metadata.claim).collect::<Vec<_>>(), [Some(3), Some(4)]);
        assert!(
            matches!(append(&log, &stream).await, Err(AppendError::Unavailable { .. })),
            "it has read a later token"
        );
    }
}
