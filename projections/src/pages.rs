//! The pages of a log from its start on, read ahead.
//!
//! A log in this process is read with this process's processors: for a build that nobody is shown yet, on a thread that
//! lets everybody else go first. Read where requests are answered, each page would keep those waiting that came in
//! meanwhile.

use std::{sync::Arc, thread};

use eventlog::{EventLog, Filter, Page, Position, ReadError, RecordedEvent};
use tokio::sync::mpsc;

use crate::{ModelError, stepping_back::step_back};

/// How many events are read at a time.
pub(crate) const PAGE: usize = 1_000;
/// How many pages are read ahead at most.
const AHEAD: usize = 2;

/// The pages that are read; dropping it ends the reading.
pub(crate) struct Pages {
    inbox: mpsc::Receiver<Result<Page, ReadError>>,
    ended: bool,
}

impl Pages {
    /// Begins to read, up to the end of the log or up to and including `until`.
    pub(crate) fn read(log: Arc<dyn EventLog>, until: Option<Position>) -> Result<Self, ModelError> {
        let (pages, inbox) = mpsc::channel(AHEAD);
        if log.describe().embedded {
            let no_thread = |cause| ModelError::NoThread { model: "log reader", cause };
            // What is read is read by this runtime's own threads, which are as little urgent as the one that starts them.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(no_thread)?;
            let read = move || {
                step_back();
                runtime.block_on(send_all(&*log, until, &pages));
            };
            thread::Builder::new().name("log reader".into()).spawn(read).map_err(no_thread)?;
        } else {
            tokio::spawn(async move { send_all(&*log, until, &pages).await });
        }
        Ok(Self { inbox, ended: false })
    }

    /// The events of the next page; none behind the last one.
    ///
    /// # Errors
    /// When the log cannot be read, or who reads it stopped before its end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Arc<RecordedEvent>>>, ModelError> {
        if self.ended {
            return Ok(None);
        }
        let page = self.inbox.recv().await.ok_or(ModelError::Stopped)??;
        self.ended = page.end;
        Ok(Some(page.events))
    }
}

/// Sends page after page, the last one as an end, until nobody takes them any more.
async fn send_all(log: &dyn EventLog, until: Option<Position>, pages: &mpsc::Sender<Result<Page, ReadError>>) {
    let mut after = None;
    loop {
        let mut page = tokio::select! {
            biased;
            () = pages.closed() => return,
            page = log.read_all(after, &Filter::All, PAGE) => page,
        };
        if let Ok(page) = &mut page {
            page.events.retain(|event| until.is_none_or(|until| event.position <= until));
            page.end |= until.is_some() && page.next >= until;
            after = page.next;
        }
        let goes_on = page.as_ref().is_ok_and(|page| !page.end);
        if pages.send(page).await.is_err() || !goes_on {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_reads_no_further_is_not_taken_for_the_end_of_the_log() {
        let (pages, inbox) = mpsc::channel(1);
        drop(pages);
        let mut pages = Pages { inbox, ended: false };
        assert!(matches!(pages.next().await, Err(ModelError::Stopped)));
    }
}
