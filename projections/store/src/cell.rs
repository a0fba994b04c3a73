//! Values on their way out of a database.

use std::borrow::Cow;

use crate::StorageError;

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// An average.
    Real(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

impl Cell<'_> {
    /// The same, held by itself.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(number) => Cell::Integer(number),
            Self::Real(number) => Cell::Real(number),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Blob(bytes) => Cell::Blob(Cow::Owned(bytes.into_owned())),
        }
    }

    /// Says what it is, for an error.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Integer(_) => "a whole number",
            Self::Real(_) => "a number",
            Self::Text(_) => "a text",
            Self::Blob(_) => "bytes",
        }
    }

    /// The error for a cell that does not hold what was wanted.
    pub fn is_no(&self, wanted: &str) -> String {
        format!("{} where {wanted} was expected", self.kind())
    }
}

/// The cells of a row, as an adapter has them.
pub trait RowCells {
    /// How many there are.
    fn width(&self) -> usize;

    /// One of them, counted from 0.
    fn cell(&self, index: usize) -> Result<Cell<'_>, StorageError>;
}

/// One row of an answer.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    cells: &'a dyn RowCells,
}

impl<'a> Row<'a> {
    /// Shows cells as a row.
    pub fn new(cells: &'a dyn RowCells) -> Self {
        Self { cells }
    }

    /// Reads the column `index`, counted from 0.
    pub fn get<T: FromCell>(&self, index: usize) -> Result<T, StorageError> {
        T::from_cell(self.cells.cell(index)?).map_err(|what| StorageError::Column { index, what })
    }

    /// Reads a text without a copy of it, where the database allows that.
    pub fn text(&self, index: usize) -> Result<Cow<'a, str>, StorageError> {
        match self.cells.cell(index)? {
            Cell::Text(text) => Ok(text),
            other => Err(StorageError::Column { index, what: other.is_no("a text") }),
        }
    }

    /// All cells, held by themselves.
    pub fn cells(&self) -> Result<Vec<Cell<'static>>, StorageError> {
        (0..self.cells.width()).map(|index| Ok(self.cells.cell(index)?.into_owned())).collect()
    }
}

/// What can be read out of a cell.
pub trait FromCell: Sized {
    /// Reads it; an error says what is wrong.
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

impl FromCell for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Integer(number) => Ok(number),
            other => Err(other.is_no("a whole number")),
        }
    }
}

macro_rules! smaller_integers {
    ($($type:ty),*) => {$(
        impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                let number = i64::from_cell(cell)?;
                Self::try_from(number).map_err(|_| format!("{number} is out of range"))
            }
        }
    )*};
}

smaller_integers!(u32, u8);

impl FromCell for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        Ok(i64::from_cell(cell)? != 0)
    }
}

impl FromCell for f64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Real(number) => Ok(number),
            other => Err(other.is_no("a number")),
        }
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(text) => Ok(text.into_owned()),
            other => Err(other.is_no("a text")),
        }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Blob(bytes) => (&*bytes).try_into().map_err(|_| format!("{} bytes instead of {N}", bytes.len())),
            other => Err(other.is_no("bytes")),
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}
