//! What holds for all models, in whatever database they are: each event counts exactly once, builds are alike, and people
//! read what they wrote.

mod applying;
mod asking;
mod following;
mod generations;
mod in_postgresql;
mod operations;
mod pages;
mod parking;
mod past;
mod place;
mod shared;
mod steering;
mod story;
mod story_schedules;
mod story_templates;

use projections_store::{BuildId, ModelStorage};

use crate::{ModelName, store::Definition};

/// All models.
fn definitions() -> [Definition; ModelName::ALL.len()] {
    ModelName::ALL.map(ModelName::definition)
}

/// A build of a model that stands in no register.
fn build(model: &Definition, number: u32) -> BuildId {
    BuildId { model: model.name, version: model.version, number }
}

/// All rows of a build, as text, table by table in the order of their keys; the checkpoint last.
fn dump(storage: &dyn ModelStorage, build: &BuildId) -> Vec<String> {
    let reads = storage.moment(build).unwrap();
    let mut tables = reads.tables().unwrap();
    tables.sort_by_key(|table| table.name == "checkpoint");
    let mut lines = Vec::new();
    for table in tables {
        let key: Vec<String> = table.key.iter().map(|index| (index + 1).to_string()).collect();
        let sql = format!("select {} from {} order by {}", table.columns.join(", "), table.name, key.join(", "));
        lines.extend(reads.all(&sql, &[], |row| Ok(format!("{}: {:?}", table.name, row.cells()?))).unwrap());
    }
    lines
}
