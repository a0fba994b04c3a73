//! From the SQL that all our texts are written in to PostgreSQL's.

/// Translates a statement: its values, and what tells another database which way to walk.
pub(crate) fn statement(sql: &str) -> String {
    let mut translated = String::with_capacity(sql.len() + 8);
    let mut characters = sql.chars().peekable();
    let (mut unnamed, mut quoted, mut before) = (0, false, ' ');
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        match character {
            '\'' => {
                quoted = !quoted;
                translated.push(character);
            }
            '?' if !quoted => {
                translated.push('$');
                if !next.is_ascii_digit() {
                    unnamed += 1;
                    translated.push_str(&unnamed.to_string());
                }
            }
            // A plus before a column keeps another database from walking its index.
            '+' if !quoted && before == ' ' && next.is_ascii_alphabetic() => {}
            _ => translated.push(character),
        }
        before = character;
    }
    translated.replace(" cross join ", " join ")
}

/// Translates statements that make tables and indexes.
pub(crate) fn definition(sql: &str) -> String {
    let mut translated = String::with_capacity(sql.len() * 2);
    let mut word = String::new();
    for character in sql.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(character);
            continue;
        }
        translated.push_str(match word.as_str() {
            "integer" => "bigint",
            "blob" => "bytea",
            // Ordered by bytes, as elsewhere.
            "text" => "text collate \"C\"",
            "strict" => "",
            other => other,
        });
        word.clear();
        translated.push(character);
    }
    translated.replace("without rowid", "").replace(",  ;", ";").replace(", ;", ";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_get_numbers_and_hints_go() {
        let sql = "select a from t cross join s on s.x = t.x where +t.a = ?1 and b = '?' and ?2 is null";
        assert_eq!(statement(sql), "select a from t join s on s.x = t.x where t.a = $1 and b = '?' and $2 is null");
        assert_eq!(statement("where true and a = ? and +b = ? limit ?"), "where true and a = $1 and b = $2 limit $3");
        assert_eq!(statement("select coalesce(max(n), 0) + 1"), "select coalesce(max(n), 0) + 1");
    }

    #[test]
    fn types_get_their_names() {
        let sql = "create table t (a integer primary key, b text not null, c blob) strict, without rowid;\n\
                   create table s (d integer) strict;";
        let expected = "create table t (a bigint primary key, b text collate \"C\" not null, c bytea) ;\n\
                        create table s (d bigint) ; ";
        assert_eq!(definition(sql), expected);
    }
}
