//! What holds for all models: each event counts exactly once, builds are alike, and people read what they wrote.

mod applying;
mod asking;
mod following;
mod parking;
mod past;
mod story;

use std::path::Path;

use rusqlite::types::Value;

use crate::{ModelName, readers, store::Definition, tables};

/// All models.
fn definitions() -> [Definition; 6] {
    ModelName::ALL.map(ModelName::definition)
}

/// All rows of a build, as text, table by table in the order of their keys; the checkpoint as well.
fn dump(path: &Path) -> Vec<String> {
    let connection = readers::open(path).unwrap();
    let mut lines = Vec::new();
    for table in tables::names(&connection).unwrap().into_iter().chain(["checkpoint".to_owned()]) {
        let shape = tables::shape(&connection, &table).unwrap();
        let columns = shape.columns.join(", ");
        let key: Vec<String> = shape.key.iter().map(|index| (index + 1).to_string()).collect();
        let mut query =
            connection.prepare(&format!("select {columns} from {table} order by {}", key.join(", "))).unwrap();
        let mut rows = query.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<Value> = (0..shape.columns.len()).map(|index| row.get(index).unwrap()).collect();
            lines.push(format!("{table}: {values:?}"));
        }
    }
    lines
}
