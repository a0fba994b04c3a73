//! `cairn log copy`: brings a whole history into another log, and compares the two.

use std::{path::Path, time::Duration};

use eventlog::{
    EventLog, Position,
    copy::{self, Copied, Stage},
};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::{
    args::{Common, CopyLog},
    exit::Failure,
    output,
    settings::Settings,
    wiring::OpenLog,
};

/// How long a server may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run(common: &Common, asked: &CopyLog) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    if asked.from == asked.to {
        return Err(Failure::usage("--from and --to name the same log"));
    }
    if !is_server(&asked.from) && !Path::new(&asked.from).join("log.db").exists() {
        return Err(Failure::not_found(format!("there is no log in {}", asked.from)));
    }
    let (from, to) = (open(&settings, &asked.from).await?, open(&settings, &asked.to).await?);
    let length = from.shared().head().await.map_err(|error| Failure::unexpected(error.to_string()))?;
    let bar = Bar::new(from.shared().as_ref(), length);
    let copied =
        copy::copy(from.shared().as_ref(), to.shared().as_ref(), |stage, events| bar.tell(stage, events)).await;
    bar.0.finish_and_clear();
    let copied = copied.map_err(|error| Failure::refused(error.to_string()))?;
    // where they are, as the logs say it: a connection string may hold a password
    let places = [&from, &to].map(|log| log.shared().describe().place);
    from.close().await;
    to.close().await;
    output::one(&answer(&copied, &places), common.output, |_| text(&copied, asked));
    Ok(())
}

fn is_server(place: &str) -> bool {
    place.contains("://")
}

/// Opens a log and takes it: nobody writes to either meanwhile.
async fn open(settings: &Settings, place: &str) -> Result<OpenLog, Failure> {
    let log = if is_server(place) {
        OpenLog::elsewhere(settings, place)?
    } else {
        OpenLog::in_folder(Path::new(place)).map_err(Failure::from)?
    };
    log.ready_within(PATIENCE).await.map_err(Failure::from)?;
    Ok(log)
}

fn answer(copied: &Copied, [from, to]: &[String; 2]) -> Value {
    let Copied { events, streams, found } = copied;
    json!({"from": from, "to": to, "events": events, "streams": streams, "found": found, "equal": true})
}

fn text(copied: &Copied, asked: &CopyLog) -> String {
    let Copied { events, streams, found } = copied;
    let before = if *found > 0 { format!(", {found} of them were there already") } else { String::new() };
    let mut lines = vec![
        format!("copied: {events} events in {streams} streams{before}"),
        "compared: every event and every hash is the same in both".to_owned(),
    ];
    match (is_server(&asked.from), is_server(&asked.to)) {
        (false, true) => {
            lines.push("Next: start Cairn on the server's log, with a data folder of its own:".to_owned());
            lines.push("  cairn serve --eventstore CONNECTION --data-dir NEW".to_owned());
            lines.push(format!(
                "Bring {}/keys into it: without the keys everybody reads as forgotten. The signed checkpoints in \
                 {}/audit speak of places in the old log: keep them with it.",
                asked.from, asked.from
            ));
        }
        (_, false) => {
            lines.push(format!("Next: cairn serve --data-dir {}", asked.to));
            lines.push("Bring the folder `keys` into it: without the keys everybody reads as forgotten.".to_owned());
        }
        (true, true) => {}
    }
    lines.join("\n")
}

/// What a person sees meanwhile.
struct Bar(ProgressBar);

impl Bar {
    fn new(from: &dyn EventLog, head: Option<Position>) -> Self {
        // only where positions have no holes does the last one tell how many there are
        let length = head.map(Position::get).filter(|_| from.describe().dense_positions);
        let form = match length {
            Some(_) => "{msg:9} {bar:30} {pos} of {len} events, {per_sec}, {eta} left",
            None => "{msg:9} {spinner} {pos} events, {per_sec}",
        };
        Self(output::progress(length, form))
    }

    fn tell(&self, stage: Stage, events: u64) {
        let word = match stage {
            Stage::Comparing => "comparing",
            Stage::Copying => "copying",
            Stage::Verifying => "verifying",
        };
        if self.0.message() != word {
            self.0.set_message(word);
        }
        self.0.set_position(events);
    }
}
