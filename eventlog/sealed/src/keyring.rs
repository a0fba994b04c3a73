//! The keys of people: one small file each, in a folder of their own beside the log.
//!
//! A file each, because then it can be seen what there is, and destroying a key is overwriting a file that holds nothing
//! else: no pages, journals or free lists that a database would keep of it. An empty file is the key of somebody who was
//! forgotten, so that no key is ever made for them again. What a disk keeps of overwritten blocks is beyond any program
//! on top of it.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use domain::personal::{Place, Subject};
use eventlog::{NewEvent, SealError, Seals, StreamName};
use parking_lot::{Mutex, RwLock};

use crate::{
    envelope::{self, Belonging},
    key::Key,
};

/// A file that is there while views may still show what a destroyed key had sealed.
const TRACES: &str = "traces";

/// As many bytes as a key file holds: 64 digits and the end of the line.
const FILE_BYTES: usize = 65;

/// Says what is wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// A file or the folder cannot be read or written.
    #[error("{} cannot be used: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{} holds no key: put the right file back from a copy", .path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
}

/// What there is of a subject's key.
#[derive(Clone, Debug)]
pub enum Found {
    /// The key.
    Key(Arc<Key>),
    /// It was destroyed.
    Forgotten,
    /// There never was one here.
    Nothing,
}

/// The keys in a folder. Several processes may make keys in it; what one destroys, another that has read it keeps in
/// memory until it [looks anew](Self::find_anew). Clones are handles to the same.
#[derive(Clone)]
pub struct KeyRing {
    ring: Arc<Ring>,
}

struct Ring {
    folder: PathBuf,
    known: RwLock<HashMap<Subject, Found>>,
    /// Held while a file is made or destroyed.
    writing: Mutex<()>,
}

impl KeyRing {
    /// Opens the folder, and makes it when it is missing; its owner alone may look into it.
    pub fn open(folder: &Path) -> Result<Self, KeyRingError> {
        make_private_folder(folder).map_err(|source| KeyRingError::File { path: folder.to_owned(), source })?;
        Ok(Self::at(folder))
    }

    /// Uses the folder for reading; it need not be there.
    pub fn at(folder: &Path) -> Self {
        let ring = Ring { folder: folder.to_owned(), known: RwLock::default(), writing: Mutex::default() };
        Self { ring: Arc::new(ring) }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.ring.folder
    }

    /// Looks for a subject's key.
    pub fn find(&self, whose: &Subject) -> Result<Found, KeyRingError> {
        if let Some(found) = self.ring.known.read().get(whose) {
            return Ok(found.clone());
        }
        let found = self.read(whose)?;
        if !matches!(found, Found::Nothing) {
            self.ring.known.write().insert(whose.clone(), found.clone());
        }
        Ok(found)
    }

    /// Looks for a subject's key on the disk, whatever is in memory: another process may have destroyed it.
    pub fn find_anew(&self, whose: &Subject) -> Result<Found, KeyRingError> {
        let _writing = self.ring.writing.lock();
        let found = self.read(whose)?;
        let mut known = self.ring.known.write();
        if matches!(found, Found::Nothing) {
            known.remove(whose)
        } else {
            known.insert(whose.clone(), found.clone())
        };
        Ok(found)
    }

    /// Gives a subject's key, and makes it at the first time; `None` when the subject was forgotten.
    pub fn find_or_make(&self, whose: &Subject) -> Result<Option<Arc<Key>>, KeyRingError> {
        match self.find(whose)? {
            Found::Key(key) => return Ok(Some(key)),
            Found::Forgotten => return Ok(None),
            Found::Nothing => {}
        }
        let _writing = self.ring.writing.lock();
        // somebody else may have made it in the meantime
        match self.find(whose)? {
            Found::Key(key) => Ok(Some(key)),
            Found::Forgotten => Ok(None),
            Found::Nothing => {
                let key = Arc::new(Key::generate());
                let path = self.path(whose);
                let is_ours = self.write(&path, &key).map_err(|source| KeyRingError::File { path, source })?;
                if !is_ours {
                    return Ok(match self.find(whose)? {
                        Found::Key(theirs) => Some(theirs),
                        Found::Forgotten | Found::Nothing => None,
                    });
                }
                self.ring.known.write().insert(whose.clone(), Found::Key(Arc::clone(&key)));
                Ok(Some(key))
            }
        }
    }

    /// Destroys a subject's key: overwritten and emptied on the disk before this answers. Nothing opens what it sealed,
    /// and no key is made for the subject again.
    pub fn forget(&self, whose: &Subject) -> Result<(), KeyRingError> {
        let _writing = self.ring.writing.lock();
        let traces = self.ring.folder.join(TRACES);
        fs::write(&traces, "").map_err(|source| KeyRingError::File { path: traces, source })?;
        let path = self.path(whose);
        let destroyed = self.overwrite(&path);
        // from here on nobody of this process opens anything, whatever the disk says
        self.ring.known.write().insert(whose.clone(), Found::Forgotten);
        destroyed.map_err(|source| {
            // the file may still be whole: ask it again
            self.ring.known.write().remove(whose);
            KeyRingError::File { path, source }
        })
    }

    fn path(&self, whose: &Subject) -> PathBuf {
        self.ring.folder.join(format!("{}.key", whose.as_str().replace('/', ".")))
    }

    fn read(&self, whose: &Subject) -> Result<Found, KeyRingError> {
        let path = self.path(whose);
        let text = match fs::read_to_string(&path) {
            Ok(text) => zeroize::Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(source) => return Err(KeyRingError::File { path, source }),
        };
        if text.is_empty() {
            return Ok(Found::Forgotten);
        }
        let key = Key::from_hex(text.trim_end()).map_err(|_| KeyRingError::NotAKey { path })?;
        Ok(Found::Key(Arc::new(key)))
    }

    /// Writes a whole file or none: under another name first, so that an empty file is never one that was cut off.
    ///
    /// Of two processes that share the folder one makes a key; the other is told `false`, and finds that one.
    fn write(&self, path: &Path, key: &Key) -> io::Result<bool> {
        let unfinished = path.with_extension(format!("new-{}", std::process::id()));
        // what was cut off in making: by this process or one that had its number, or under the name it had before
        for left in [&unfinished, &path.with_extension("new")] {
            match fs::remove_file(left) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&unfinished)?;
        file.write_all(key.to_hex().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        drop(file);
        let linked = fs::hard_link(&unfinished, path);
        fs::remove_file(&unfinished)?;
        match linked {
            Ok(()) => self.sync_folder().map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn overwrite(&self, path: &Path) -> io::Result<()> {
        // one that was never made is left empty, too
        let mut file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
        if file.metadata()?.len() > 0 {
            file.write_all(&[b'0'; FILE_BYTES])?;
            file.sync_all()?;
            file.set_len(0)?;
        }
        file.sync_all()?;
        self.sync_folder()
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.ring.folder)?.sync_all()
    }
}

#[async_trait]
impl Seals for KeyRing {
    async fn seal(&self, stream: &StreamName, event: NewEvent, places: &[Place]) -> Result<NewEvent, SealError> {
        if places.is_empty() {
            return Ok(event);
        }
        let mut with_keys = Vec::with_capacity(places.len());
        for place in places {
            let key = match self.find(&place.whose).map_err(refused)? {
                Found::Key(key) => Some(key),
                Found::Forgotten => None,
                Found::Nothing => self.make_off_the_runtime(place.whose.clone()).await?,
            };
            with_keys.push((place, key));
        }
        let belonging = Belonging { stream, event: event.id };
        let sealed = envelope::seal(&event.data, &belonging, &with_keys).map_err(refused)?;
        Ok(match sealed {
            Some(data) => NewEvent { data: data.into(), ..event },
            None => event,
        })
    }

    fn has_forgotten(&self, whose: &Subject) -> Result<bool, SealError> {
        Ok(matches!(self.find(whose).map_err(refused)?, Found::Forgotten))
    }

    async fn destroy(&self, whose: &[Subject]) -> Result<(), SealError> {
        let (ring, whose) = (self.clone(), whose.to_vec());
        let destroying = move || whose.iter().try_for_each(|whose| ring.forget(whose));
        tokio::task::spawn_blocking(destroying).await.map_err(refused)?.map_err(refused)
    }

    fn leaves_traces(&self) -> bool {
        self.ring.folder.join(TRACES).exists()
    }

    fn traces_gone(&self) -> Result<(), SealError> {
        match fs::remove_file(self.ring.folder.join(TRACES)) {
            Ok(()) => self.sync_folder().map_err(refused),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

impl KeyRing {
    /// A new key waits for the disk; whoever else runs does not.
    async fn make_off_the_runtime(&self, whose: Subject) -> Result<Option<Arc<Key>>, SealError> {
        let ring = self.clone();
        let made = tokio::task::spawn_blocking(move || ring.find_or_make(&whose));
        made.await.map_err(refused)?.map_err(refused)
    }
}

fn refused(cause: impl std::fmt::Display) -> SealError {
    SealError { cause: cause.to_string() }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(text: &str) -> Subject {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(&folder.path().join("keys")).unwrap();
        let ana = subject("per_ana");
        assert!(matches!(ring.find(&ana).unwrap(), Found::Nothing));
        let made = ring.find_or_make(&ana).unwrap().unwrap();
        let again = KeyRing::open(ring.folder()).unwrap();
        assert_eq!(*again.find_or_make(&ana).unwrap().unwrap().to_hex(), *made.to_hex());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_at_keys() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(&folder.path().join("keys")).unwrap();
        ring.find_or_make(&subject("per_ana")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(ring.folder()), mode(&ring.folder().join("per_ana.key"))), (0o700, 0o600));
    }

    #[test]
    fn a_destroyed_key_is_gone_for_this_process_and_the_next_and_is_not_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        let (ana, step) = (subject("per_ana"), subject("pln_00000000-0000-0000-0000-000000000007/add"));
        let secret = ring.find_or_make(&ana).unwrap().unwrap().to_hex();
        ring.find_or_make(&step).unwrap();
        for ring in [&ring, &KeyRing::open(folder.path()).unwrap()] {
            ring.forget(&ana).unwrap();
            ring.forget(&step).unwrap();
            assert!(ring.find_or_make(&ana).unwrap().is_none() && ring.find_or_make(&step).unwrap().is_none());
        }
        assert!(KeyRing::at(folder.path()).leaves_traces());
        for entry in fs::read_dir(folder.path()).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!text.contains(secret.as_str()));
        }
    }

    #[test]
    fn somebody_who_never_had_a_key_is_forgotten_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        ring.forget(&subject("per_bo")).unwrap();
        assert!(ring.find_or_make(&subject("per_bo")).unwrap().is_none());
    }

    #[test]
    fn a_key_whose_making_was_cut_off_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("per_ana.new"), "abc").unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        assert!(ring.find_or_make(&subject("per_ana")).unwrap().is_some());
        assert!(!folder.path().join("per_ana.new").exists());
    }

    #[test]
    fn of_two_processes_that_share_the_folder_one_makes_a_key_and_both_have_it() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (KeyRing::open(folder.path()).unwrap(), KeyRing::open(folder.path()).unwrap());
        let path = one.path(&subject("per_ana"));
        let key = Key::generate();
        assert!(one.write(&path, &key).unwrap());
        assert!(!other.write(&path, &Key::generate()).unwrap());
        let theirs = other.find_or_make(&subject("per_ana")).unwrap().unwrap();
        assert_eq!(theirs.to_hex().as_bytes(), key.to_hex().as_bytes());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_holds_no_key_is_an_error_and_nobody_counts_as_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("per_ana.key"), "scrambled").unwrap();
        let ring = KeyRing::open(folder.path()).unwrap();
        assert!(matches!(ring.find(&subject("per_ana")), Err(KeyRingError::NotAKey { .. })));
    }
}
