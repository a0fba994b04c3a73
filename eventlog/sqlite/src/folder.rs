//! The lock on a data folder: one process at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    process,
};

use crate::OpenError;

/// The file in the folder that is locked.
const LOCK_FILE: &str = "lock";

/// Holds a folder for this process until dropped. The operating system lets go of it when the process ends, however
/// it ends, so that a lock file that was left behind locks nobody out.
#[derive(Debug)]
pub struct FolderLock {
    folder: PathBuf,
    file: File,
}

impl FolderLock {
    /// Makes the folder if it is not there, and takes it for this process.
    ///
    /// # Errors
    /// [`OpenError::FolderInUse`] with what is known about the owner; [`OpenError::Folder`] when the folder cannot be
    /// written.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        let unusable = |path: &Path, source| OpenError::Folder { path: path.to_owned(), source };
        fs::create_dir_all(folder).map_err(|source| unusable(folder, source))?;
        let path = folder.join(LOCK_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|source| unusable(&path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(folder, &mut file)),
            Err(TryLockError::Error(source)) => return Err(unusable(&path, source)),
        }
        let lock = Self { folder: folder.to_owned(), file };
        lock.write(None).map_err(|source| unusable(&path, source))?;
        Ok(lock)
    }

    /// Leaves the address this process listens on, for whoever finds the folder taken.
    pub fn set_address(&self, address: &str) -> Result<(), OpenError> {
        self.write(Some(address)).map_err(|source| OpenError::Folder { path: self.folder.join(LOCK_FILE), source })
    }

    fn write(&self, address: Option<&str>) -> io::Result<()> {
        let address = address.map(|address| format!("address={address}\n")).unwrap_or_default();
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "pid={}\n{address}", process::id())
    }
}

/// What the owner wrote down is a courtesy; without it the refusal is the same, with less to say.
fn in_use(folder: &Path, file: &mut File) -> OpenError {
    let mut note = String::new();
    if let Err(error) = file.read_to_string(&mut note) {
        tracing::debug!(%error, "the note of the folder's owner cannot be read");
    }
    let value = |key: &str| note.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    OpenError::FolderInUse {
        path: folder.to_owned(),
        pid: value("pid").and_then(|pid| pid.parse().ok()),
        address: value("address").map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_folder_is_refused_with_process_and_address() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path()).unwrap();
        let refusal = FolderLock::take(folder.path()).unwrap_err();
        assert!(
            matches!(&refusal, OpenError::FolderInUse { pid: Some(pid), address: None, .. } if *pid == process::id())
        );

        lock.set_address("http://127.0.0.1:7400").unwrap();
        let refusal = FolderLock::take(folder.path()).unwrap_err();
        assert!(refusal.to_string().contains("which listens on http://127.0.0.1:7400"), "{refusal}");
    }

    #[test]
    fn a_folder_is_free_again_when_the_lock_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        drop(FolderLock::take(folder.path()).unwrap());
        assert!(FolderLock::take(folder.path()).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("file");
        fs::write(&blocked, "").unwrap();
        let refusal = FolderLock::take(&blocked.join("data")).unwrap_err();
        assert!(matches!(refusal, OpenError::Folder { .. }), "{refusal}");
    }
}
