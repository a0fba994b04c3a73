//! The tables of a build.

/// A table, as the database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<String>,
    /// Which of them make up its key, in the key's order.
    pub key: Vec<usize>,
}

/// A model's SQL in two parts: what must be there to load rows, and the indexes that are made faster afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables.
    pub tables: String,
    /// The indexes, but for those that are part of a table.
    pub indexes: String,
}

impl Schema {
    /// Splits a schema text.
    pub fn of(sql: &str) -> Self {
        let without_comments: String =
            sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n");
        let mut schema = Self::default();
        for statement in without_comments.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let part = if statement.starts_with("create index") { &mut schema.indexes } else { &mut schema.tables };
            part.push_str(statement);
            part.push_str(";\n");
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_split_off_and_comments_do_not_matter() {
        let schema = Schema::of("-- for; all\ncreate table a (x integer); -- of; course\ncreate index i on a (x);\n");
        assert_eq!(schema.tables, "create table a (x integer);\n");
        assert_eq!(schema.indexes, "create index i on a (x);\n");
    }
}
