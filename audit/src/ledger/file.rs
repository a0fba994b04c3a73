//! The ledger's file in the data folder, and copies of it elsewhere.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use crate::ledger::{Ledger, LedgerFault, Line};

/// Says why a ledger's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerFileError {
    /// It cannot be read or written.
    #[error("the checkpoints {} cannot be used: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is not as it was signed.
    #[error("the checkpoints {} are not as they were signed: {fault}", .path.display())]
    Fault {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: LedgerFault,
    },
}

/// Says why a copy was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read or written.
    #[error("{} cannot be written: {source}", .path.display())]
    File {
        /// The copy.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// What is there is no earlier copy of the same ledger.
    #[error(
        "{} has checkpoints that this folder does not have: it belongs to another folder, or this folder was replaced \
         with an older one. Nothing was written; run `cairn audit verify --checkpoint {}`",
        .path.display(), .path.display()
    )]
    OtherLedger {
        /// The copy.
        path: PathBuf,
    },
}

/// A ledger and the file it is written to. One process at a time, which the lock on the folder sees to.
#[derive(Debug)]
pub struct LedgerFile {
    path: PathBuf,
    file: File,
    ledger: Ledger,
}

impl LedgerFile {
    /// Opens the file, or makes it, to sign on. A last line that a crash cut off is taken away: it was never answered
    /// for.
    ///
    /// # Errors
    /// When the file cannot be used or is not as it was signed.
    pub fn open(path: &Path) -> Result<Self, LedgerFileError> {
        let failed = |source| LedgerFileError::File { path: path.to_owned(), source };
        let faulty = |fault| LedgerFileError::Fault { path: path.to_owned(), fault };
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        // line by line: all that ever moved is more than the memory of a server at rest should have to hold
        let (mut lines, mut line) = (BufReader::new(&file), String::new());
        let (mut ledger, mut whole) = (Ledger::without_moves(), 0);
        loop {
            line.clear();
            let read = lines.read_line(&mut line).map_err(failed)?;
            let Some(text) = line.strip_suffix('\n') else { break };
            ledger.take_text(text).map_err(faulty)?;
            whole += read as u64;
        }
        ledger.check_root().map_err(faulty)?;
        if !line.is_empty() {
            tracing::warn!(path = %path.display(), "the last checkpoint was cut off by a crash; it is signed anew");
            file.set_len(whole).map_err(failed)?;
        }
        (&file).seek(SeekFrom::Start(whole)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, ledger })
    }

    /// Reads the ledger in a file; `None` when there is none.
    ///
    /// # Errors
    /// When the file cannot be read or is not as it was signed.
    pub fn read(path: &Path) -> Result<Option<Ledger>, LedgerFileError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(LedgerFileError::File { path: path.to_owned(), source }),
        };
        let ledger = Ledger::read(&text).map_err(|fault| LedgerFileError::Fault { path: path.to_owned(), fault })?;
        Ok(Some(ledger).filter(|ledger| !ledger.is_empty()))
    }

    /// What the file holds.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Writes a line at the end and returns when it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written, or does not follow from what is there.
    pub fn write(&mut self, line: Line) -> Result<(), LedgerFileError> {
        let (text, number) = (line.text(), self.ledger.len() + 1);
        self.ledger.take(line).map_err(|problem| LedgerFileError::Fault {
            path: self.path.clone(),
            fault: LedgerFault { line: number, problem },
        })?;
        let failed = |source| LedgerFileError::File { path: self.path.clone(), source };
        let end = self.file.stream_position().map_err(failed)?;
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // half a line would be taken for the beginning of the next, and what is not in the file is not signed
            self.file.set_len(end).map_err(failed)?;
            *self = Self::open(&self.path)?;
            return Err(LedgerFileError::File { path: self.path.clone(), source });
        }
        Ok(())
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, LedgerFileError> {
        fs::read(&self.path).map_err(|source| LedgerFileError::File { path: self.path.clone(), source })
    }
}

/// Brings a copy of a ledger up to date, or makes it. A copy is only ever continued: one that has what this ledger does
/// not have is left alone.
///
/// # Errors
/// [`ExportError::OtherLedger`] when the copy is of another ledger, or is ahead of this one.
pub fn export(ledger: &[u8], copy: &Path) -> Result<(), ExportError> {
    let failed = |source| ExportError::File { path: copy.to_owned(), source };
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(copy).map_err(failed)?;
    let mut there = Vec::new();
    file.read_to_end(&mut there).map_err(failed)?;
    // a copy that a crash cut off is continued behind its last whole line
    let whole = there.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let is_text = whole == there.len() || ledger.starts_with(&there);
    let Some(rest) = ledger.strip_prefix(&there[..whole]).filter(|_| is_text) else {
        return Err(ExportError::OtherLedger { path: copy.to_owned() });
    };
    file.set_len(whole as u64).map_err(failed)?;
    file.seek(SeekFrom::Start(whole as u64)).map_err(failed)?;
    file.write_all(rest).and_then(|()| file.sync_all()).map_err(failed)
}
