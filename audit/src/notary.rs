//! The notary: follows the log, checks what it follows, and signs for it.
//!
//! A checkpoint is signed only when every event since the one before follows from the heads that were signed then; so a
//! log that was tampered with is not signed for a second time. What was signed is on the disk before it is told.
//!
//! Deliberately absent: a clock. Whoever asks says what time it is.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use eventlog::{EventLog, Filter, Position, ReadError, StreamName, integrity::Fault};
use parking_lot::RwLock;
use tokio::sync::Mutex;

use crate::{
    key::{Key, KeyError, KeyId, PublicKey},
    ledger::{ExportError, Ledger, LedgerFile, LedgerFileError, Line, export},
    standing::Standing,
    statement::Checkpoint,
};

/// The folder within the data folder.
pub const FOLDER: &str = "audit";
/// The ledger in it.
pub const LEDGER_FILE: &str = "checkpoints.jsonl";
/// The public half of the key in charge.
pub const PUBLIC_KEY_FILE: &str = "public.pem";

/// How many events are held in memory at a time.
const PAGE: usize = 1_000;

/// Says why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum NotaryError {
    /// The folder cannot be made.
    #[error("the folder {} cannot be used: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key that the ledger names is not there.
    #[error("the signing key {} is missing: put it back, or move the folder {} away to begin a new ledger", .path.display(), .path.parent().unwrap_or(.path).display())]
    KeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerFileError),
    /// A copy of the ledger cannot be brought up to date.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The log is not what was signed for, and so nothing is signed.
    #[error("nothing is signed, because the history is not as it was signed before: {0}")]
    Fault(Fault),
    /// The log ends before the last checkpoint.
    #[error("nothing is signed, because the log ends at {} and was signed for up to position {signed}: events are missing at the end", AtEnd(*.head))]
    Shorter {
        /// Where the log ends.
        head: Option<Position>,
        /// What was signed for.
        signed: Position,
    },
    /// There is no event to sign for.
    #[error("the log is empty: there is nothing to sign for yet")]
    Empty,
}

struct AtEnd(Option<Position>);

impl std::fmt::Display for AtEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(position) => write!(f, "position {position}"),
            None => f.write_str("nothing"),
        }
    }
}

/// What there is to say of the proof.
#[derive(Clone, Debug)]
pub struct ProofState {
    /// The last checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// The key in charge.
    pub key: PublicKey,
    /// How many checkpoints there are.
    pub checkpoints: u64,
    /// How often the key was changed.
    pub rotations: u64,
    /// Where the ledger is.
    pub ledger: PathBuf,
    /// Where copies of it go.
    pub export: Option<PathBuf>,
    /// Why the last try to sign failed, if it did.
    pub trouble: Option<String>,
}

/// Signs for a log. One for each folder, which its lock sees to.
pub struct Notary {
    log: Arc<dyn EventLog>,
    folder: PathBuf,
    export: Option<PathBuf>,
    desk: Mutex<Desk>,
    /// What was last known, for those who ask while the desk is busy.
    state: RwLock<ProofState>,
}

/// What only one may use at a time.
struct Desk {
    key: Key,
    ledger: LedgerFile,
    standing: Standing,
    /// The streams that went on since the last checkpoint.
    moved: BTreeSet<StreamName>,
}

impl Notary {
    /// Opens the ledger in a data folder; a new one begins with a fresh key.
    ///
    /// # Errors
    /// When ledger or key cannot be used.
    pub fn open(
        log: Arc<dyn EventLog>,
        data: &Path,
        export: Option<PathBuf>,
        now: DateTime<Utc>,
    ) -> Result<Self, NotaryError> {
        let folder = data.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|source| NotaryError::Folder { path: folder.clone(), source })?;
        let mut ledger = LedgerFile::open(&folder.join(LEDGER_FILE))?;
        let key = if let Some(public) = ledger.ledger().key() {
            load(&folder, public.id())?
        } else {
            let key = make(&folder)?;
            ledger.write(Line::first(&key, now))?;
            key
        };
        show(&folder, &key)?;
        let dense = log.describe().dense_positions;
        let standing = match ledger.ledger().last_checkpoint() {
            Some(last) => Standing::resume(last.position, last.events, last.order, ledger.ledger().ends(), dense),
            None => Standing::new(dense),
        };
        let state = RwLock::new(state_of(&folder, export.clone(), ledger.ledger(), &key, None));
        let desk = Desk { key, ledger, standing, moved: BTreeSet::new() };
        Ok(Self { log, folder, export, desk: Mutex::new(desk), state })
    }

    /// Signs for the log as it stands now; when nothing happened since the last checkpoint, that one still stands.
    /// Brings the copy up to date, if one is kept.
    ///
    /// # Errors
    /// When the log is not what was signed for before, or something cannot be read or written.
    pub async fn sign(&self, now: DateTime<Utc>) -> Result<Checkpoint, NotaryError> {
        let mut desk = self.desk.lock().await;
        let signed = self.sign_at(&mut desk, now).await;
        let trouble = signed.as_ref().err().filter(|error| !matches!(error, NotaryError::Empty));
        self.tell(&desk, trouble.map(ToString::to_string));
        signed
    }

    async fn sign_at(&self, desk: &mut Desk, now: DateTime<Utc>) -> Result<Checkpoint, NotaryError> {
        self.catch_up(desk).await?;
        if !desk.moved.is_empty() {
            let moved = desk.standing.heads_of(&desk.moved);
            let line = Line::checkpoint(desk.ledger.ledger(), &desk.key, &desk.standing, moved, now);
            desk.ledger.write(line.ok_or(NotaryError::Empty)?)?;
            desk.moved.clear();
        }
        if let Some(copy) = &self.export {
            export(&desk.ledger.bytes()?, copy)?;
        }
        desk.ledger.ledger().last_checkpoint().cloned().ok_or(NotaryError::Empty)
    }

    async fn catch_up(&self, desk: &mut Desk) -> Result<(), NotaryError> {
        loop {
            let page = match self.log.read_all(desk.standing.position(), &Filter::All, PAGE).await {
                Ok(page) => page,
                Err(ReadError::PositionAhead { asked, head }) => {
                    return Err(NotaryError::Shorter { head, signed: asked });
                }
                Err(error) => return Err(NotaryError::Fault(Fault::unreadable(error)?)),
            };
            for event in &page.events {
                desk.standing.take(event).map_err(NotaryError::Fault)?;
                if !desk.moved.contains(&event.stream) {
                    desk.moved.insert(event.stream.clone());
                }
            }
            if page.end {
                return Ok(());
            }
        }
    }

    /// Lets a fresh key take over; the one before signs for it, and its file is taken away.
    ///
    /// # Errors
    /// When something cannot be written.
    pub async fn rotate(&self, actor: &str, reason: &str, now: DateTime<Utc>) -> Result<PublicKey, NotaryError> {
        let mut desk = self.desk.lock().await;
        let fresh = make(&self.folder)?;
        let line = Line::rotation(desk.ledger.ledger(), (&desk.key, &fresh), actor, reason, now);
        desk.ledger.write(line)?;
        let before = key_file(&self.folder, desk.key.public().id());
        desk.key = fresh;
        show(&self.folder, &desk.key)?;
        fs::remove_file(&before).map_err(|source| KeyError::File { path: before, source })?;
        self.tell(&desk, None);
        if let Some(copy) = &self.export {
            export(&desk.ledger.bytes()?, copy)?;
        }
        Ok(desk.key.public())
    }

    fn tell(&self, desk: &Desk, trouble: Option<String>) {
        *self.state.write() = state_of(&self.folder, self.export.clone(), desk.ledger.ledger(), &desk.key, trouble);
    }

    /// What there is to say of the proof.
    pub fn state(&self) -> ProofState {
        self.state.read().clone()
    }

    /// The ledger, for as long as it takes to look something up in it.
    pub async fn with_ledger<T>(&self, ask: impl FnOnce(&Ledger) -> T) -> T {
        ask(self.desk.lock().await.ledger.ledger())
    }

    /// The ledger's bytes: what a copy of it holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn document(&self) -> Result<Vec<u8>, NotaryError> {
        Ok(self.desk.lock().await.ledger.bytes()?)
    }
}

fn state_of(folder: &Path, export: Option<PathBuf>, ledger: &Ledger, key: &Key, trouble: Option<String>) -> ProofState {
    ProofState {
        checkpoint: ledger.last_checkpoint().cloned(),
        key: key.public(),
        checkpoints: ledger.checkpoints().len() as u64,
        rotations: ledger.rotations().len() as u64,
        ledger: folder.join(LEDGER_FILE),
        export,
        trouble,
    }
}

fn key_file(folder: &Path, id: KeyId) -> PathBuf {
    folder.join(format!("key-{id}.pem"))
}

fn make(folder: &Path) -> Result<Key, KeyError> {
    let key = Key::generate();
    key.save(&key_file(folder, key.public().id()))?;
    Ok(key)
}

fn load(folder: &Path, id: KeyId) -> Result<Key, NotaryError> {
    let path = key_file(folder, id);
    Key::load(&path)?.ok_or(NotaryError::KeyMissing { path })
}

/// Leaves the public half where people find it.
fn show(folder: &Path, key: &Key) -> Result<(), KeyError> {
    let path = folder.join(PUBLIC_KEY_FILE);
    fs::write(&path, key.public().pem()).map_err(|source| KeyError::File { path, source })
}
