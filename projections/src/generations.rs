//! Builds of read models, side by side: which there are, which is live, which one can be swapped back to.
//!
//! A build of a projection is called a generation. The register of them is kept where they are; making a generation live
//! is one transaction that names the one it replaces, so that of two processes only one succeeds.

use std::sync::Arc;

use parking_lot::Mutex;
use projections_store::{BuildId, ModelStorage, Reads, Session, StorageError, Value, values};

use crate::{ModelError, store::Definition};

/// What errors call the register.
const REGISTER: &str = "register of generations";

/// The register of all generations in one place.
pub(crate) struct Generations {
    storage: Arc<dyn ModelStorage>,
    /// None after an error: whoever comes next connects anew.
    register: Mutex<Option<Box<dyn Session>>>,
}

impl Generations {
    /// Opens the register, and makes it when it is missing.
    pub(crate) fn open(storage: Arc<dyn ModelStorage>) -> Result<Self, ModelError> {
        let register = storage.register().map_err(ModelError::storage(REGISTER))?;
        Ok(Self { storage, register: Mutex::new(Some(register)) })
    }

    /// Where the builds are.
    pub(crate) fn storage(&self) -> &Arc<dyn ModelStorage> {
        &self.storage
    }

    /// Gives the key that cursors are sealed with; it is drawn when the register is new.
    pub(crate) fn cursor_key(&self) -> Result<[u8; 32], ModelError> {
        self.change(|register| {
            let fresh: [u8; 32] = rand::random();
            let sql = "insert into cursor_key (id, key) values (1, ?1) on conflict (id) do nothing";
            tell(register, sql, values![fresh.as_slice()])?;
            let reads: &dyn Reads = register;
            reads.one("select key from cursor_key", &[], |row| row.get(0))?.ok_or(StorageError::Closed)
        })
    }

    /// Gives the generation that people are shown, if this version of the model was ever built.
    pub(crate) fn live(&self, model: &Definition) -> Result<Option<BuildId>, ModelError> {
        self.standing(model, "live")
    }

    /// Gives the generation that was live before.
    pub(crate) fn previous(&self, model: &Definition) -> Result<Option<BuildId>, ModelError> {
        self.standing(model, "previous")
    }

    /// Begins a generation; its build does not exist yet.
    pub(crate) fn begin(&self, model: &Definition) -> Result<BuildId, ModelError> {
        let number = self.change(|register| {
            let reads: &dyn Reads = register;
            let begun = reads.one(
                "insert into generations (model, version, number, standing)
                 select ?1, ?2, coalesce(max(number), 0) + 1, 'building' from generations where model = ?1
                 returning number",
                values![model.name, model.version],
                |row| row.get(0),
            );
            begun?.ok_or(StorageError::Closed)
        })?;
        Ok(generation(model, number))
    }

    /// Makes a generation live in place of `replaced`, which is kept to swap back to; what was kept before is removed.
    ///
    /// # Errors
    /// [`ModelError::Fenced`] when another generation than `replaced` is live.
    pub(crate) fn promote(
        &self,
        model: &Definition,
        generation: &BuildId,
        replaced: Option<&BuildId>,
    ) -> Result<(), ModelError> {
        let kept = self.previous(model)?;
        let done = self.change(|register| {
            if number_of(register, model, "live")? != replaced.map(|replaced| replaced.number) {
                return Ok(false);
            }
            let reads: &dyn Reads = register;
            let stand = |number: u32, standing: &str| {
                let sql = "update generations set standing = ?3 where model = ?1 and number = ?2 returning number";
                reads.one(sql, values![model.name, number, standing], |row| row.get::<u32>(0))
            };
            if let Some(kept) = kept.as_ref().filter(|kept| *kept != generation) {
                forget(register, kept)?;
            }
            // The one that comes back must leave its place before the one that goes takes it.
            if stand(generation.number, "building")?.is_none() {
                // Somebody took the build for one that was left behind.
                return Ok(false);
            }
            if let Some(replaced) = replaced {
                stand(replaced.number, "previous")?;
            }
            stand(generation.number, "live")?;
            Ok(true)
        })?;
        if !done {
            return Err(ModelError::Fenced { model: model.name });
        }
        match kept.filter(|kept| kept != generation) {
            Some(kept) => self.remove(&kept),
            None => Ok(()),
        }
    }

    /// Forgets a generation and removes its build.
    pub(crate) fn discard(&self, generation: &BuildId) -> Result<(), ModelError> {
        self.change(|register| forget(register, generation))?;
        self.remove(generation)
    }

    /// Removes a generation's build.
    pub(crate) fn remove(&self, generation: &BuildId) -> Result<(), ModelError> {
        self.storage.remove(generation).map_err(ModelError::storage(generation.model))
    }

    /// Removes every build of a model but this one, also those of other versions and what nobody registered.
    pub(crate) fn keep_only(&self, model: &Definition, kept: &BuildId) -> Result<(), ModelError> {
        self.change(|register| {
            let forget = "delete from generations where model = ?1 and (number <> ?2 or version <> ?3)";
            tell(register, forget, values![model.name, kept.number, kept.version])
        })?;
        self.storage.remove_others(kept).map_err(ModelError::storage(model.name))
    }

    /// Removes what interrupted builds left behind.
    pub(crate) fn sweep(&self, model: &Definition) -> Result<(), ModelError> {
        let unfinished = self.change(|register| {
            let reads: &dyn Reads = register;
            let sql = "select version, number from generations where model = ?1 and standing = 'building'";
            let build = |version, number| BuildId { model: model.name, version, number };
            reads.all(sql, values![model.name], |row| Ok(build(row.get(0)?, row.get(1)?)))
        })?;
        for build in unfinished {
            if !self.storage.is_being_made(&build).map_err(ModelError::storage(model.name))? {
                self.discard(&build)?;
            }
        }
        Ok(())
    }

    fn standing(&self, model: &Definition, standing: &str) -> Result<Option<BuildId>, ModelError> {
        let number = self.change(|register| number_of(register, model, standing))?;
        Ok(number.map(|number| generation(model, number)))
    }

    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&dyn Session) -> Result<T, StorageError>,
    ) -> Result<T, ModelError> {
        let mut register = self.register.lock();
        let changed = (|| {
            let session = match register.take() {
                Some(session) => session,
                None => self.storage.register()?,
            };
            session.begin()?;
            let changed = change(&*session)?;
            session.commit()?;
            // A session that failed is dropped, and its transaction with it.
            *register = Some(session);
            Ok(changed)
        })();
        changed.map_err(ModelError::storage(REGISTER))
    }
}

fn generation(model: &Definition, number: u32) -> BuildId {
    BuildId { model: model.name, version: model.version, number }
}

/// Runs a statement that answers nothing.
pub(crate) fn tell(register: &dyn Session, sql: &str, values: &[Value<'_>]) -> Result<(), StorageError> {
    register.visit(sql, values, &mut |_| Ok(()))
}

fn forget(register: &dyn Session, generation: &BuildId) -> Result<(), StorageError> {
    let sql = "delete from generations where model = ?1 and number = ?2";
    tell(register, sql, values![generation.model, generation.number])
}

fn number_of(register: &dyn Session, model: &Definition, standing: &str) -> Result<Option<u32>, StorageError> {
    let reads: &dyn Reads = register;
    let sql = "select number from generations where model = ?1 and version = ?2 and standing = ?3";
    reads.one(sql, values![model.name, model.version, standing], |row| row.get(0))
}
