//! Statements that write rows by their key, without the SQL that one database or the other wants for many of them.

/// One statement that writes any number of rows of a table.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// The table.
    pub table: &'static str,
    /// What each row brings, in this order.
    pub columns: &'static [&'static str],
    /// What is done with it.
    pub action: Action,
}

/// What is done with the rows.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// They are new.
    Insert,
    /// They are new, or take the place of those with the same key. A key comes once among the rows of one writer.
    Put {
        /// The columns of the key.
        key: &'static [&'static str],
        /// Further columns that stay as they are in rows that are there.
        kept: &'static [&'static str],
    },
    /// They are there, and get new values in the columns outside the key.
    Change {
        /// The columns of the key.
        key: &'static [&'static str],
    },
    /// What has these values goes.
    Remove,
}

impl Write {
    /// The columns that a [`Put`](Action::Put) or a [`Change`](Action::Change) writes over.
    pub fn replaced(&self) -> impl Iterator<Item = &'static str> {
        let (key, kept): (&[&str], &[&str]) = match self.action {
            Action::Insert | Action::Remove => (self.columns, &[]),
            Action::Put { key, kept } => (key, kept),
            Action::Change { key } => (key, &[]),
        };
        self.columns.iter().copied().filter(move |column| !key.contains(column) && !kept.contains(column))
    }
}
