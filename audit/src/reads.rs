//! Who looked at the history: one JSON object a line, in a house that is told to remember it.
//!
//! Written before the answer is given, and not forced to the disk each time: a crash of the machine may lose the last
//! lines, a crash of the process loses none. Deliberately absent: what was answered. It can be asked for again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use domain::actor::Actor;
use parking_lot::Mutex;
use serde::Serialize;

use crate::notary::FOLDER;

/// The file in the folder `audit` of the data folder.
pub const READS_FILE: &str = "reads.jsonl";

/// Says why a read cannot be remembered.
#[derive(Debug, thiserror::Error)]
#[error("the file of reads {} cannot be used: {source}", .path.display())]
pub struct ReadLogError {
    path: PathBuf,
    source: io::Error,
}

/// Somebody looked at something.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Read<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: &'a Actor,
    /// At what: a path, with what was asked for.
    pub what: &'a str,
    /// Names the request in the server's log.
    pub trace_id: &'a str,
}

/// The file that reads are remembered in.
#[derive(Debug)]
pub struct ReadLog {
    path: PathBuf,
    file: Mutex<File>,
}

impl ReadLog {
    /// Opens the file in a data folder, or makes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(data: &Path) -> Result<Self, ReadLogError> {
        let path = data.join(FOLDER).join(READS_FILE);
        let opened = fs::create_dir_all(data.join(FOLDER))
            .and_then(|()| OpenOptions::new().write(true).create(true).truncate(false).open(&path));
        match opened {
            Ok(file) => Ok(Self { path, file: Mutex::new(file) }),
            Err(source) => Err(ReadLogError { path, source }),
        }
    }

    /// Remembers a read.
    ///
    /// # Errors
    /// When it cannot be written: then nothing should be shown.
    pub fn note(&self, read: Read<'_>) -> Result<(), ReadLogError> {
        let mut line = serde_json::to_vec(&read).expect("times, names and texts are JSON");
        line.push(b'\n');
        let mut file = self.file.lock();
        let written = file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&line));
        written.map_err(|source| ReadLogError { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_remembered_one_a_line_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor::person("ada");
        for what in ["/api/v1/events", "/api/v1/events?actor=eve"] {
            let reads = ReadLog::open(folder.path()).unwrap();
            reads.note(Read { at: crate::testing::at(), actor: &actor, what, trace_id: "7" }).unwrap();
        }
        let text = fs::read_to_string(folder.path().join(FOLDER).join(READS_FILE)).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[1]["what"]), (2, &"/api/v1/events?actor=eve".into()));
        assert_eq!(lines[0]["actor"]["id"], "ada");
    }
}
