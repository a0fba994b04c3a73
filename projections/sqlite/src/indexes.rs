//! The indexes of a build, as SQLite makes them fastest.

use rusqlite::Connection;

/// Takes the row's key from the end of indexes that name it there: SQLite ends every entry of an index with it anyway
/// (<https://www.sqlite.org/queryplanner.html>, "Indices"), and sorts entries of one column in half the time.
pub(crate) fn without_row_keys(connection: &Connection, indexes: &str) -> rusqlite::Result<String> {
    let mut made = String::with_capacity(indexes.len());
    for statement in indexes.split_inclusive(';') {
        match with_row_key(connection, statement)? {
            Some((columns, key)) => made.extend([columns, &statement[columns.len() + key.len()..]]),
            None => made.push_str(statement),
        }
    }
    Ok(made)
}

/// Splits a statement before its last column, if that is the row's key and not the only one: gives what is before, and
/// the key with the comma that parts them.
fn with_row_key<'a>(connection: &Connection, statement: &'a str) -> rusqlite::Result<Option<(&'a str, &'a str)>> {
    let Some((made, list)) = statement.split_once(" (") else { return Ok(None) };
    let Some((_, table)) = made.rsplit_once(" on ") else { return Ok(None) };
    let Some((columns, _)) = list.split_once(')') else { return Ok(None) };
    let Some(before) = columns.rfind(',') else { return Ok(None) };
    let key = &columns[before..];
    let is_row_key =
        "select count(*) = 1 and max(name = ?2 and lower(type) = 'integer') from pragma_table_info(?1) where pk > 0";
    let is_row_key: bool = connection.query_row(is_row_key, [table, key[1..].trim()], |row| row.get(0))?;
    Ok(is_row_key.then(|| (&statement[..made.len() + 2 + before], key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_key_is_taken_from_the_end_and_nothing_else() {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "create table a (n integer primary key, x text, y text) strict;
                      create table b (n text primary key, x text) strict;
                      create table c (n integer, x text, primary key (n, x)) strict;";
        connection.execute_batch(tables).unwrap();
        let made = |sql: &str| without_row_keys(&connection, sql).unwrap();
        assert_eq!(
            made("create index i on a (x, n);\ncreate index j on a (y, x);"),
            "create index i on a (x);\ncreate index j on a (y, x);"
        );
        for kept in [
            "create index i on a (n) where x is not null;",
            "create index i on a (n, x);",
            "create index i on b (x, n);",
            "create index i on c (x, n);",
        ] {
            assert_eq!(made(kept), kept);
        }
        assert_eq!(
            made("create index i on a (x, y, n) where x is not null;"),
            "create index i on a (x, y) where x is not null;"
        );
    }

    #[test]
    fn rows_come_in_the_order_of_their_keys_without_sorting() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("create table a (n integer primary key, x integer) strict;").unwrap();
        connection.execute_batch(&without_row_keys(&connection, "create index i on a (x, n);").unwrap()).unwrap();
        let plan = "explain query plan select n from a where x = 1 and n < 9 order by n desc limit 3";
        let mut plan = connection.prepare(plan).unwrap();
        let steps: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(steps, ["SEARCH a USING COVERING INDEX i (x=? AND rowid<?)"]);
    }
}
