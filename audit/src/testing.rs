//! A small log and what signs for it, for the tests of this crate.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Actor;
use eventlog::{EventId, EventLog, ExpectedRevision, Filter, MemoryLog, Metadata, NewEvent};
use uuid::Uuid;

use crate::{
    key::Key,
    ledger::{Ledger, Line},
    standing::Standing,
};

pub(crate) fn at() -> DateTime<Utc> {
    "2026-11-30T08:00:00Z".parse().unwrap()
}

pub(crate) fn event(n: u8) -> NewEvent {
    NewEvent {
        id: EventId::new(Uuid::from_u128(u128::from(n) + 1)),
        event_type: "PlanCreated".into(),
        schema_version: 1,
        data: Bytes::from(format!(r#"{{"name":"Launch <{n}>","count":{n}}}"#)),
        metadata: Metadata {
            at: at() + TimeDelta::minutes(i64::from(n)),
            tenant: "local".into(),
            actor: Actor::person("ada"),
            correlation_id: Uuid::nil(),
            causation_id: None,
            reason: (n == 1).then(|| "because & so".to_owned()),
            command: None,
            claim: None,
            span: None,
        },
    }
}

/// A log and the ledger over it.
pub(crate) struct Archive {
    pub(crate) log: MemoryLog,
    pub(crate) ledger: Ledger,
    pub(crate) lines: Vec<String>,
    standing: Standing,
    count: u8,
}

impl Archive {
    pub(crate) fn new(key: &Key) -> Self {
        let mut archive = Self {
            log: MemoryLog::default(),
            ledger: Ledger::default(),
            lines: Vec::new(),
            standing: Standing::new(true),
            count: 0,
        };
        archive.take(Line::first(key, at()));
        archive
    }

    pub(crate) fn take(&mut self, line: Line) {
        self.lines.push(line.text());
        self.ledger.take(line).unwrap();
    }

    /// Appends one event to each of these streams.
    pub(crate) async fn happen(&mut self, streams: &[&str]) {
        for stream in streams {
            let event = event(self.count);
            self.log.append(&stream.parse().unwrap(), ExpectedRevision::Any, vec![event]).await.unwrap();
            self.count += 1;
        }
    }

    /// Signs for everything that happened.
    pub(crate) async fn sign(&mut self, key: &Key) {
        let page = self.log.read_all(self.standing.position(), &Filter::All, 1_000).await.unwrap();
        page.events.iter().for_each(|event| self.standing.take(event).unwrap());
        let moved: std::collections::BTreeSet<_> = page.events.iter().map(|event| &event.stream).collect();
        let moved = self.standing.heads_of(moved);
        let line = Line::checkpoint(&self.ledger, key, &self.standing, moved, at()).unwrap();
        self.take(line);
    }

    /// Lets another key take over.
    pub(crate) fn rotate(&mut self, old: &Key, new: &Key) {
        let line = Line::rotation(&self.ledger, (old, new), "person ada", "the yearly change", at());
        self.take(line);
    }
}
