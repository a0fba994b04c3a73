//! Proof that a read model equals the log: a shadow is built from the log and compared with the live rows, one by one.
//!
//! Both stand at the same position: the live rows are read in one transaction, and the shadow is built up to exactly
//! what that transaction sees.

use std::sync::Arc;

use eventlog::{EventLog, Position};
use projections_store::Reads;
use serde::{Deserialize, Serialize};

use crate::{
    Difference, ModelError, ModelName, RebuildProgress,
    comparison::{Comparison, compare},
    model::{Model, Turn},
    opening::off_the_runtime,
    shadow::Shadow,
    table_store,
};

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// The model.
    pub model: ModelName,
    /// Where both stood; none when the model is empty.
    pub position: Option<Position>,
    /// How many rows were compared.
    pub rows: u64,
    /// How many of them differ.
    pub different: u64,
    /// The first 100 of them.
    pub differences: Vec<Difference>,
}

/// Compares the shown generation with what the log gives. Dropping the future ends it, and leaves nothing behind.
pub(crate) async fn verify(
    model: &Model,
    _turn: Turn,
    log: &Arc<dyn EventLog>,
    mut seen: impl FnMut(&RebuildProgress) + Send,
) -> Result<Verified, ModelError> {
    let (live, position) = now(model).await?;
    let shadow = Shadow::begin(model).await?;
    shadow.fill(model, log, position, &mut seen).await?;
    let Comparison { rows, different, differences, .. } = compare(model, live, shadow.build(), &mut seen).await?;
    off_the_runtime(move || {
        drop(shadow);
        Ok(())
    })
    .await?;
    let model = model.definition.name.parse()?;
    Ok(Verified { model, position, rows, different, differences })
}

/// The shown rows as they are at one moment, and where they stand.
pub(crate) async fn now(model: &Model) -> Result<(Box<dyn Reads>, Option<Position>), ModelError> {
    let (generations, name, shown) = (Arc::clone(&model.generations), model.definition.name, model.shown());
    off_the_runtime(move || {
        let live = generations.storage().moment(&shown).map_err(ModelError::storage(name))?;
        let checkpoint = table_store::checkpoint(&*live).map_err(ModelError::storage(name))?;
        Ok((live, checkpoint.map(|checkpoint| checkpoint.position)))
    })
    .await
}
