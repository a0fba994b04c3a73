//! Builds of read models, side by side: which there are, which is live, which one can be swapped back to.
//!
//! A build of a projection is called a generation; each is a SQLite file of its own. The register of them is a small
//! SQLite file too: making a generation live is one transaction that names the one it replaces, so that of two
//! processes only one succeeds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::{ModelError, store::Definition};

const SCHEMA: &str = include_str!("../../migrations/sqlite/models/generations.v1.sql");
/// What errors call the register.
const REGISTER: &str = "register of generations";

/// One build of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generation {
    pub(crate) model: &'static str,
    /// The projection's version that makes it.
    pub(crate) version: u32,
    /// Counts the builds of a model from 1.
    pub(crate) number: u32,
    pub(crate) path: PathBuf,
}

/// The register of all generations in a folder.
pub(crate) struct Generations {
    folder: PathBuf,
    register: Mutex<Connection>,
}

impl Generations {
    /// Opens the register in `folder`, and makes both when they are missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, ModelError> {
        fs::create_dir_all(folder).map_err(|cause| ModelError::Folder { path: folder.to_owned(), cause })?;
        let register = open_register(&folder.join("generations.db")).map_err(ModelError::storage(REGISTER))?;
        Ok(Self { folder: folder.to_owned(), register: Mutex::new(register) })
    }

    /// Gives the key that cursors are sealed with; it is drawn when the folder is new.
    pub(crate) fn cursor_key(&self) -> Result<[u8; 32], ModelError> {
        self.change(|register| {
            let fresh: [u8; 32] = rand::random();
            register.execute("insert into cursor_key (id, key) values (1, ?1) on conflict (id) do nothing", [fresh])?;
            register.query_row("select key from cursor_key", [], |row| row.get(0))
        })
    }

    /// Gives the generation that people are shown, if this version of the model was ever built.
    pub(crate) fn live(&self, model: &Definition) -> Result<Option<Generation>, ModelError> {
        self.standing(model, "live")
    }

    /// Gives the generation that was live before.
    pub(crate) fn previous(&self, model: &Definition) -> Result<Option<Generation>, ModelError> {
        self.standing(model, "previous")
    }

    /// Begins a generation; its file does not exist yet.
    pub(crate) fn begin(&self, model: &Definition) -> Result<Generation, ModelError> {
        let number = self.change(|register| {
            register.query_row(
                "insert into generations (model, version, number, standing)
                 select ?1, ?2, coalesce(max(number), 0) + 1, 'building' from generations where model = ?1
                 returning number",
                params![model.name, model.version],
                |row| row.get(0),
            )
        })?;
        let generation = self.generation(model, number);
        let folder = self.folder.join(model.name);
        fs::create_dir_all(&folder).map_err(|cause| ModelError::Folder { path: folder, cause })?;
        remove(&generation.path)?;
        Ok(generation)
    }

    /// Makes a generation live in place of `replaced`, which is kept to swap back to; what was kept before is removed.
    ///
    /// # Errors
    /// [`ModelError::Fenced`] when another generation than `replaced` is live.
    pub(crate) fn promote(
        &self,
        model: &Definition,
        generation: &Generation,
        replaced: Option<&Generation>,
    ) -> Result<(), ModelError> {
        let kept = self.previous(model)?;
        let done = self.change(|register| {
            if number_of(register, model, "live")? != replaced.map(|replaced| replaced.number) {
                return Ok(false);
            }
            let mut stand =
                register.prepare("update generations set standing = ?3 where model = ?1 and number = ?2")?;
            let mut forget = register.prepare("delete from generations where model = ?1 and number = ?2")?;
            if let Some(kept) = kept.as_ref().filter(|kept| *kept != generation) {
                forget.execute(params![model.name, kept.number])?;
            }
            // The one that comes back must leave its place before the one that goes takes it.
            stand.execute(params![model.name, generation.number, "building"])?;
            if let Some(replaced) = replaced {
                stand.execute(params![model.name, replaced.number, "previous"])?;
            }
            stand.execute(params![model.name, generation.number, "live"])?;
            Ok(true)
        })?;
        if !done {
            return Err(ModelError::Fenced { model: model.name });
        }
        match kept.filter(|kept| kept != generation) {
            Some(kept) => remove(&kept.path),
            None => Ok(()),
        }
    }

    /// Forgets a generation and removes its file.
    pub(crate) fn discard(&self, generation: &Generation) -> Result<(), ModelError> {
        self.change(|register| {
            let forget = "delete from generations where model = ?1 and number = ?2";
            register.execute(forget, params![generation.model, generation.number])
        })?;
        remove(&generation.path)
    }

    /// Removes every build of a model but this one, also those of other versions and what nobody registered.
    pub(crate) fn keep_only(&self, model: &Definition, kept: &Generation) -> Result<(), ModelError> {
        self.change(|register| {
            let forget = "delete from generations where model = ?1 and (number <> ?2 or version <> ?3)";
            register.execute(forget, params![model.name, kept.number, kept.version])
        })?;
        let folder = self.folder.join(model.name);
        let refused = |cause| ModelError::Folder { path: folder.clone(), cause };
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let ours = name(&kept.path);
        for entry in fs::read_dir(&folder).map_err(refused)? {
            let path = entry.map_err(refused)?.path();
            if !name(&path).starts_with(&ours) {
                fs::remove_file(&path).map_err(refused)?;
            }
        }
        Ok(())
    }

    /// Removes what interrupted builds left behind.
    pub(crate) fn sweep(&self, model: &Definition) -> Result<(), ModelError> {
        let unfinished: Vec<(u32, u32)> = self.change(|register| {
            let mut query = register.prepare(
                "delete from generations where model = ?1 and standing = 'building' returning version, number",
            )?;
            query.query_map([model.name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        for (version, number) in unfinished {
            remove(&self.path(model.name, version, number))?;
        }
        Ok(())
    }

    fn standing(&self, model: &Definition, standing: &str) -> Result<Option<Generation>, ModelError> {
        let number = self.change(|register| number_of(register, model, standing))?;
        Ok(number.map(|number| self.generation(model, number)))
    }

    fn generation(&self, model: &Definition, number: u32) -> Generation {
        let path = self.path(model.name, model.version, number);
        Generation { model: model.name, version: model.version, number, path }
    }

    fn path(&self, model: &str, version: u32, number: u32) -> PathBuf {
        self.folder.join(model).join(format!("{version}-{number}.db"))
    }

    fn change<T>(&self, change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, ModelError> {
        let mut register = self.register.lock();
        let changed = register.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        });
        changed.map_err(ModelError::storage(REGISTER))
    }
}

fn open_register(path: &Path) -> rusqlite::Result<Connection> {
    let mut register = Connection::open(path)?;
    register.execute_batch("pragma synchronous = full; pragma cache_size = -64;")?;
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !transaction.table_exists(None, "generations")? {
        transaction.execute_batch(SCHEMA)?;
    }
    transaction.commit()?;
    Ok(register)
}

fn number_of(register: &Transaction<'_>, model: &Definition, standing: &str) -> rusqlite::Result<Option<u32>> {
    let query = "select number from generations where model = ?1 and version = ?2 and standing = ?3";
    register.query_row(query, params![model.name, model.version, standing], |row| row.get(0)).optional()
}

/// Removes a generation's file and what SQLite keeps beside it.
pub(crate) fn remove(path: &Path) -> Result<(), ModelError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(cause) => return Err(ModelError::Folder { path: name.into(), cause }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_list::PlanList;

    fn register() -> (tempfile::TempDir, Generations, Definition) {
        let folder = tempfile::tempdir().unwrap();
        let generations = Generations::open(folder.path()).unwrap();
        (folder, generations, Definition::of::<PlanList>())
    }

    #[test]
    fn the_generation_before_is_kept_and_the_one_before_that_removed() {
        let (_folder, generations, model) = register();
        let mut made = Vec::new();
        for _ in 0..3 {
            let generation = generations.begin(&model).unwrap();
            fs::write(&generation.path, "").unwrap();
            generations.promote(&model, &generation, made.last()).unwrap();
            made.push(generation);
        }
        assert_eq!(generations.live(&model).unwrap().as_ref(), made.get(2));
        assert_eq!(generations.previous(&model).unwrap().as_ref(), made.get(1));
        assert!(!made[0].path.exists() && made[1].path.exists());
    }

    #[test]
    fn swapping_back_exchanges_the_two() {
        let (_folder, generations, model) = register();
        let first = generations.begin(&model).unwrap();
        generations.promote(&model, &first, None).unwrap();
        let second = generations.begin(&model).unwrap();
        generations.promote(&model, &second, Some(&first)).unwrap();
        generations.promote(&model, &first, Some(&second)).unwrap();
        assert_eq!(generations.live(&model).unwrap(), Some(first));
        assert_eq!(generations.previous(&model).unwrap(), Some(second));
    }

    #[test]
    fn nothing_is_left_but_the_one_that_is_kept() {
        let (folder, generations, model) = register();
        let mut made = Vec::new();
        for _ in 0..2 {
            let generation = generations.begin(&model).unwrap();
            for suffix in ["", "-wal"] {
                fs::write(format!("{}{suffix}", generation.path.display()), "").unwrap();
            }
            generations.promote(&model, &generation, made.last()).unwrap();
            made.push(generation);
        }
        fs::write(folder.path().join("plan_list/0-1.db"), "of an older version").unwrap();
        generations.keep_only(&model, &made[1]).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path().join("plan_list"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, [format!("{}-2.db", model.version), format!("{}-2.db-wal", model.version)]);
        assert_eq!(generations.live(&model).unwrap().as_ref(), made.get(1));
        assert_eq!(generations.previous(&model).unwrap(), None);
    }

    #[test]
    fn of_two_who_replace_the_same_generation_one_is_fenced_off() {
        let (_folder, generations, model) = register();
        let first = generations.begin(&model).unwrap();
        generations.promote(&model, &first, None).unwrap();
        let (mine, theirs) = (generations.begin(&model).unwrap(), generations.begin(&model).unwrap());
        generations.promote(&model, &theirs, Some(&first)).unwrap();
        let fenced = generations.promote(&model, &mine, Some(&first)).unwrap_err();
        assert!(matches!(fenced, ModelError::Fenced { model: "plan_list" }));
        assert_eq!(generations.live(&model).unwrap(), Some(theirs));
    }

    #[test]
    fn an_interrupted_build_is_swept_away() {
        let (_folder, generations, model) = register();
        let build = generations.begin(&model).unwrap();
        fs::write(&build.path, "half").unwrap();
        generations.sweep(&model).unwrap();
        assert!(!build.path.exists());
    }

    #[test]
    fn the_cursor_key_stays() {
        let (folder, generations, _) = register();
        let key = generations.cursor_key().unwrap();
        drop(generations);
        assert_eq!(Generations::open(folder.path()).unwrap().cursor_key().unwrap(), key);
    }
}
