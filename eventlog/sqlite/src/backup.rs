//! A copy of the log's file, made while the log is being written: what it holds is how the log stood when it began.

use std::{fs, path::Path};

use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use crate::{
    OpenError,
    error::while_opening,
    log::LOG_FILE,
    schema::{check_for_reading, open_for_reading},
};

/// How many pages of 4 KiB go over between two reports.
const PAGES: i32 = 2_048;

/// Copies the log in `folder` into the folder `to`, which has none yet. Anybody may write to the log meanwhile. `tell` is
/// told how many pages are done, and how many there are. A copy that was interrupted leaves no log behind.
///
/// # Errors
/// [`OpenError::NoLog`] when there is nothing to copy, [`OpenError::Exists`] when there is a log already; the others say
/// which file cannot be used.
pub fn back_up(folder: &Path, to: &Path, mut tell: impl FnMut(u64, u64)) -> Result<(), OpenError> {
    let (source, target) = (folder.join(LOG_FILE), to.join(LOG_FILE));
    check_for_reading(&source)?;
    if target.exists() {
        return Err(OpenError::Exists { path: target });
    }
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::Folder { path, source }
    };
    fs::create_dir_all(to).map_err(unusable(to))?;
    let unfinished = to.join(format!("{LOG_FILE}.unfinished"));
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(unusable(&unfinished))?;
    }
    copy(&source, &unfinished, &mut tell)?;
    let file = fs::File::open(&unfinished).map_err(unusable(&unfinished))?;
    file.sync_all().map_err(unusable(&unfinished))?;
    fs::rename(&unfinished, &target).map_err(unusable(&target))?;
    let folder = fs::File::open(to).map_err(unusable(to))?;
    folder.sync_all().map_err(unusable(to))
}

fn copy(source: &Path, target: &Path, tell: &mut impl FnMut(u64, u64)) -> Result<(), OpenError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| while_opening(&path, source)
    };
    let from = open_for_reading(source).map_err(failed(source))?;
    // A reader keeps its view while others write; without one, every write would begin the copy anew.
    from.execute_batch("begin; select count(*) from sqlite_schema;").map_err(failed(source))?;
    let mut into = Connection::open(target).map_err(failed(target))?;
    let backup = Backup::new(&from, &mut into).map_err(failed(target))?;
    loop {
        let step = backup.step(PAGES).map_err(failed(target))?;
        let progress = backup.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or_default();
        tell(pages(progress.pagecount) - pages(progress.remaining), pages(progress.pagecount));
        if step == StepResult::Done {
            return Ok(());
        }
    }
}
