//! Where read models are kept, as a port: what the tables of a projection ask of a database.
//!
//! There is one SQL text for each question and each table, whatever the database. It is written in what SQLite and
//! PostgreSQL have in common; where they differ, an adapter makes up for it:
//!
//! | in our texts | what it means |
//! |---|---|
//! | `?1`, `?2`, …, or `?` for the next one | a value |
//! | `integer`, `text`, `blob`, `strict`, `without rowid` | 64 bits with a sign; UTF-8, ordered by bytes; bytes |
//! | `holds(text, part)` | whether a text has a part, which is in lower case, whatever the text's case; false for null |
//! | `json_each(list)` | a row for each element of a JSON list of texts, in the column `value` |
//! | `now_micros()` | in the register: what the clock of the database says, in microseconds since 1970 |
//! | `a cross join b on …` | a join for which `a` is walked first, where the order has to be told |
//! | `+column` | the column, whose index is not to be walked, where that has to be told |
//!
//! What is written goes through a [`Write`], a statement for many rows by their key: one database takes it row by row,
//! another a whole column at a time.
//!
//! Deliberately absent: what a model is. A store knows builds of models by name and number, and no fold.

mod cell;
mod error;
mod schema;
mod session;
mod storage;
mod value;
mod write;

pub use cell::{Cell, FromCell, Row, RowCells};
pub use error::StorageError;
pub use schema::{Schema, Table};
pub use session::{Reads, Session, Writer};
pub use storage::{BuildId, Mode, ModelStorage, Readers};
pub use value::{AsValue, Value};
pub use write::{Action, Write};
