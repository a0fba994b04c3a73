//! Keeps what looks like a secret out of prompts.
//!
//! A floor, not a promise: what nobody could tell from ordinary words goes through.

/// What stands in place of a secret.
pub(super) const LEFT_OUT: &str = "[secret left out]";

/// How keys of well-known services begin.
const PREFIXES: [&str; 22] = [
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "pk_live_",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "hf_",
    "npm_",
    "pypi-",
    "dop_v1_",
    "SG.",
];

/// Words that announce a secret: `password: …`, `token = …`.
const LABELS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "client_secret",
    "authorization",
    "key",
];

/// Takes out what looks like a secret and says how many there were.
pub(super) fn without_secrets(text: &str) -> (String, usize) {
    let (mut clean, mut found) = without_blocks(text);
    let mut result = String::with_capacity(clean.len());
    let mut expected = Expected::Nothing;
    let mut rest = clean.as_str();
    while !rest.is_empty() {
        let end = rest.find(is_border).unwrap_or(rest.len());
        if end == 0 {
            let width = rest.chars().next().map_or(1, char::len_utf8);
            result.push_str(&rest[..width]);
            rest = &rest[width..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        let (kept, next, is_secret) = read(word, after, expected);
        result.push_str(&kept);
        found += usize::from(is_secret);
        expected = next;
        rest = after;
    }
    clean = result;
    (clean, found)
}

/// What the last words make of the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Nothing,
    /// `password` was read: a secret follows `:`, `=` or `is`.
    Sign,
    /// `password:` was read.
    Secret,
}

fn is_border(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | '(' | ')' | '{' | '}' | '|')
}

/// Reads one word: what is kept of it, what it makes of the next one, whether it was a secret.
fn read(word: &str, after: &str, expected: Expected) -> (String, Expected, bool) {
    let lower = word.to_lowercase();
    match expected {
        Expected::Secret if matches!(lower.as_str(), "bearer" | "basic" | "is" | "=" | ":") => {
            return (word.to_owned(), Expected::Secret, false);
        }
        Expected::Secret => return (LEFT_OUT.to_owned(), Expected::Nothing, true),
        Expected::Sign if matches!(lower.as_str(), "is" | "=" | ":") && looks_typed(after) => {
            return (word.to_owned(), Expected::Secret, false);
        }
        Expected::Sign | Expected::Nothing => {}
    }
    if let Some((label, value)) = word.split_once(['=', ':']).filter(|(label, _)| is_label(label)) {
        let sign = &word[label.len()..=label.len()];
        return match value {
            "" => (word.to_owned(), Expected::Secret, false),
            _ => (format!("{label}{sign}{LEFT_OUT}"), Expected::Nothing, true),
        };
    }
    if lower == "bearer" && looks_typed(after) {
        return (word.to_owned(), Expected::Secret, false);
    }
    if is_label(word) {
        return (word.to_owned(), Expected::Sign, false);
    }
    if let Some(without) = without_login(word) {
        return (without, Expected::Nothing, true);
    }
    if is_key(word) {
        (LEFT_OUT.to_owned(), Expected::Nothing, true)
    } else {
        (word.to_owned(), Expected::Nothing, false)
    }
}

fn is_label(word: &str) -> bool {
    let lower = word.trim_matches(['*', '_', '-', '.']).to_lowercase();
    LABELS
        .iter()
        .any(|label| lower == *label || lower.ends_with(&format!("_{label}")) || lower.ends_with(&format!("-{label}")))
}

/// Whether the next word looks like something that was typed as a secret: not a plain lower-case word. "The key is
/// trust" has no secret.
fn looks_typed(after: &str) -> bool {
    let next = after.trim_start_matches(is_border).split(is_border).next().unwrap_or_default();
    next.len() >= 6 && next.chars().any(|c| !c.is_ascii_lowercase())
}

/// Whether a word is a key by its looks.
fn is_key(word: &str) -> bool {
    let word = word.trim_end_matches(['.', '!', '?', ':']);
    let known = PREFIXES.iter().any(|prefix| word.starts_with(prefix) && word.len() >= prefix.len() + 12);
    let is_token = word.starts_with("eyJ") && word.matches('.').count() == 2 && word.len() > 40;
    known || is_token || is_random(word)
}

/// Whether a word is a long run of letters of both cases and digits, such as nobody writes.
fn is_random(word: &str) -> bool {
    let run =
        word.len() >= 32 && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '=' | '-'));
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    let is_mixed = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit);
    let is_hex = word.len() >= 40 && word.chars().all(|c| c.is_ascii_hexdigit());
    (run && is_mixed) || is_hex
}

/// `https://name:password@host` without name and password.
fn without_login(word: &str) -> Option<String> {
    let (scheme, rest) = word.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (login, _) = authority.rsplit_once('@')?;
    login.contains(':').then(|| format!("{scheme}://{LEFT_OUT}@{}", &rest[login.len() + 1..]))
}

/// Takes out PEM blocks.
fn without_blocks(text: &str) -> (String, usize) {
    let mut result = String::with_capacity(text.len());
    let mut found = 0;
    let mut rest = text;
    while let Some(start) = rest.find("-----BEGIN ") {
        result.push_str(&rest[..start]);
        result.push_str(LEFT_OUT);
        found += 1;
        let end = rest[start..].find("-----END ").and_then(|end| {
            let end = start + end + "-----END ".len();
            rest[end..].find("-----").map(|tail| end + tail + "-----".len())
        });
        rest = end.map_or("", |end| &rest[end..]);
    }
    result.push_str(rest);
    (result, found)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("call it with sk-ant-REDACTED now", "call it with [secret left out] now")]
    #[case("the password is Tr0ub4dor&3 by the way", "the password is [secret left out] by the way")]
    #[case("API_KEY=abc123 and DB_PASSWORD: hunter22", "API_KEY=[secret left out] and DB_PASSWORD: [secret left out]")]
    #[case("Authorization: Bearer abcdef123", "Authorization: Bearer [secret left out]")]
    #[case("open https://ana:pw12@intranet.test/x", "open https://[secret left out]@intranet.test/x")]
    #[case("use ghp_0123456789abcdefghijABCDEFGHIJ.", "use [secret left out]")]
    #[case("aZ3kd93kDKd93kd93kDKd93kd9aZ3kd93kDK", "[secret left out]")]
    #[case("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end", "[secret left out] end")]
    fn what_looks_like_a_secret_is_left_out(#[case] text: &str, #[case] clean: &str) {
        let (found, count) = without_secrets(text);
        assert_eq!(found, clean);
        assert!(count > 0);
    }

    #[rstest]
    #[case("Plan the launch of Kestrel, due 2027-01-31")]
    #[case("The key is trust; write a token of thanks to Ana")]
    #[case("task tsk_01940b1e-7c5e-7a7e-8f21-5a1f6b1f7a77 is late")]
    #[case("mail ana@example.com and see https://example.com/plans?tab=1")]
    #[case("Change the password policy and tell everybody what the password rules are")]
    fn ordinary_words_are_left_alone(#[case] text: &str) {
        assert_eq!(without_secrets(text), (text.to_owned(), 0));
    }
}
