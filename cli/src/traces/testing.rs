//! An exporter for tests: keeps what it gets, as soon as nobody holds the door.

use std::sync::{Arc, Mutex, MutexGuard};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};

#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    door: Arc<Mutex<()>>,
    spans: Arc<Mutex<Vec<SpanData>>>,
}

impl Kept {
    /// Has whoever sends wait, until the guard is dropped.
    pub(super) fn hold(&self) -> MutexGuard<'_, ()> {
        self.door.lock().expect("nobody panics at the door")
    }

    /// What has come until now.
    pub(super) fn spans(&self) -> Vec<SpanData> {
        self.spans.lock().expect("nobody panics inside").clone()
    }
}

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        drop(self.hold());
        self.spans.lock().expect("nobody panics inside").extend(batch);
        Ok(())
    }
}
