//! `cairn ops backup` and `restore`: the log and its signed checkpoints, taken while a server works, and verified.
//!
//! The keys of people go elsewhere, or nowhere: a backup that has them would bring back whoever was forgotten since.

use std::{
    fs,
    path::{Path, PathBuf},
};

use audit::{
    ledger::LedgerFile,
    notary,
    verify::{self, Verified},
};
use serde_json::json;

use crate::{
    args::{Common, Restore, TakeBackup},
    exit::Failure,
    output,
    settings::Settings,
    wiring,
};

const KEYS: &str = "keys";

pub(super) async fn take(common: &Common, asked: &TakeBackup) -> Result<(), Failure> {
    let settings = embedded(common)?;
    let folder = settings.data_dir.clone();
    empty(&asked.to)?;
    // The checkpoints first: the log that follows has at least what they signed for.
    copy_files(&folder.join(notary::FOLDER), &asked.to.join(notary::FOLDER))?;
    back_up(&folder, &asked.to).await?;
    if let Some(keys) = &asked.keys {
        copy_files(&settings.keys(), keys)?;
    }
    let verified = verify(&asked.to).await?;
    let done = json!({"backup": asked.to, "events": verified.events, "streams": verified.streams, "verified": true});
    output::one(&done, common.output, |_| {
        let keys = match &asked.keys {
            Some(keys) => format!(
                "The keys of people are in {}: keep them apart, and replace them after somebody was forgotten.",
                keys.display()
            ),
            None => "The keys of people are not in it: without them everybody reads as forgotten. `--keys FOLDER` \
                     writes them elsewhere."
                .to_owned(),
        };
        format!("backup: {}\n{keys}", told(&verified, &asked.to))
    });
    Ok(())
}

pub(super) async fn restore(common: &Common, asked: &Restore) -> Result<(), Failure> {
    let settings = embedded(common)?;
    let folder = settings.data_dir.clone();
    empty(&folder)?;
    let before = verify(&asked.from).await?;
    copy_files(&asked.from.join(notary::FOLDER), &folder.join(notary::FOLDER))?;
    if let Some(keys) = &asked.keys {
        copy_files(keys, &settings.keys())?;
    }
    back_up(&asked.from, &folder).await?;
    let verified = verify(&folder).await?;
    if (before.events, before.streams) != (verified.events, verified.streams) {
        return Err(Failure::verification(
            "what was restored is not what the backup holds: somebody writes to one of them",
        ));
    }
    let done = json!({"restored": folder, "events": verified.events, "streams": verified.streams, "verified": true});
    output::one(&done, common.output, |_| {
        format!(
            "restored: {}\nNext: cairn serve --data-dir {} (the read models are built anew)",
            told(&verified, &folder),
            folder.display()
        )
    });
    Ok(())
}

fn embedded(common: &Common) -> Result<Settings, Failure> {
    let settings = Settings::load(common)?;
    if settings.eventstore.is_some() {
        return Err(Failure::usage(
            "the log is on a server: back it up with the server's own tools, or take it along with `cairn log copy`",
        ));
    }
    Ok(settings)
}

/// Refuses a folder in which something could be written over.
fn empty(folder: &Path) -> Result<(), Failure> {
    let found = [Path::new("log.db"), Path::new(notary::FOLDER), Path::new(KEYS)].map(|name| folder.join(name));
    match found.iter().find(|path| path.exists()) {
        Some(path) => Err(Failure::refused(format!("{} is there already: name an empty folder", path.display()))),
        None => Ok(()),
    }
}

async fn back_up(from: &Path, to: &Path) -> Result<(), Failure> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let bar = output::progress(None, "{msg} {bar:30} {percent} %, {eta} left");
    bar.set_message("copying");
    let shown = bar.clone();
    let copied = tokio::task::spawn_blocking(move || {
        wiring::back_up(&from, &to, |done, all| {
            shown.set_length(all);
            shown.set_position(done);
        })
    });
    let copied = copied.await.map_err(|error| Failure::unexpected(error.to_string()))?;
    bar.finish_and_clear();
    copied
}

/// Walks the whole log of a folder and holds it against the checkpoints beside it.
async fn verify(folder: &Path) -> Result<Verified, Failure> {
    let log = wiring::log_in(folder)?;
    let ledger = LedgerFile::read(&folder.join(notary::FOLDER).join(notary::LEDGER_FILE))
        .map_err(|error| Failure::verification(error.to_string()))?;
    let bar = output::progress(None, "{msg} {pos} events, {per_sec}");
    bar.set_message("verifying");
    let verified = verify::verify(log.as_ref(), ledger.as_ref(), |position| bar.set_position(position.get())).await;
    bar.finish_and_clear();
    let verified = verified.map_err(|error| Failure::verification(error.to_string()))?;
    match &verified.finding {
        None => Ok(verified),
        Some(finding) => {
            let place = folder.display();
            Err(Failure::verification(format!("the history in {place} is not as it was written: {finding}")))
        }
    }
}

fn told(verified: &Verified, folder: &Path) -> String {
    let Verified { events, streams, .. } = verified;
    format!("{events} events in {streams} streams, every hash as it was written, in {}", folder.display())
}

/// Copies the files of a folder that may not be there; for keys and checkpoints, which lie side by side.
fn copy_files(from: &Path, to: &Path) -> Result<(), Failure> {
    let unusable = |path: PathBuf| move |error| Failure::refused(format!("{} cannot be used: {error}", path.display()));
    if !from.exists() {
        return Ok(());
    }
    fs::create_dir_all(to).map_err(unusable(to.to_owned()))?;
    for file in fs::read_dir(from).map_err(unusable(from.to_owned()))? {
        let file = file.map_err(unusable(from.to_owned()))?;
        let target = to.join(file.file_name());
        if target.exists() {
            return Err(Failure::refused(format!("{} is there already: name an empty folder", target.display())));
        }
        fs::copy(file.path(), &target).map_err(unusable(target.clone()))?;
        fs::File::open(&target).and_then(|file| file.sync_all()).map_err(unusable(target))?;
    }
    Ok(())
}
