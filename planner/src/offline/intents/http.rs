//! Requests to the outside: "POST the release note to https://…".

use serde_json::Value;

use crate::offline::{
    draft::Step,
    read::Clause,
    reader::{Reader, Reading},
    slots::tidy,
    text::{Kind as TokenKind, Token, is_determiner, join},
    wording::sentence_of,
};

#[expect(clippy::unnecessary_wraps, reason = "all readers of clauses answer alike")]
pub(super) fn read(reader: &mut Reader<'_>, clause: &Clause) -> Reading {
    let tokens = &clause.tokens;
    let Some(at) = tokens.iter().position(|token| token.kind == TokenKind::Url) else { return Ok(false) };
    let first = tokens.first().map_or("", |token| token.low.as_str());
    let only_mentions = matches!(
        first,
        "create" | "add" | "note" | "remind" | "message" | "tell" | "write" | "link" | "read" | "review"
    ) && !tokens.iter().any(|token| token.is_any("request webhook post hook endpoint"));
    if only_mentions {
        return Ok(false);
    }
    let url = tokens[at].text.clone();
    let method = method(tokens);
    let body = body(reader, tokens, at);
    let host = url.split("//").nth(1).unwrap_or(&url).split('/').next().unwrap_or(&url).to_owned();
    let mut step = Step::new("http.request", format!("Send a {method} request to {host}"))
        .text("method", method)
        .text("url", &url);
    if method != "GET"
        && method != "HEAD"
        && method != "DELETE"
        && let Some(body) = body
    {
        step = step.value("body", body);
    }
    let sent = reader.push(step, domain::workspace::Kind::Note, &host);
    reader.talk.names(&sent);
    Ok(true)
}

fn method(tokens: &[Token]) -> &'static str {
    for token in tokens {
        let method = match token.low.as_str() {
            "post" => "POST",
            "get" | "fetch" | "download" | "read" => "GET",
            "put" if token.text == "PUT" || token.text == "Put" => "PUT",
            "patch" => "PATCH",
            "delete" => "DELETE",
            "head" if token.text == "HEAD" => "HEAD",
            _ => continue,
        };
        return method;
    }
    let sends = tokens.iter().any(|token| token.is_any("send webhook hook trigger notify push submit call publish"));
    if sends { "POST" } else { "GET" }
}

/// What is sent: a JSON text of the request, or the words that name it.
fn body(reader: &Reader<'_>, tokens: &[Token], url: usize) -> Option<Value> {
    let text = &reader.request.request;
    if let (Some(open), Some(close)) = (text.find('{'), text.rfind('}'))
        && open < close
        && let Ok(json) = serde_json::from_str::<Value>(&text[open..=close])
    {
        return Some(json);
    }
    let behind = tokens[url + 1..]
        .iter()
        .position(|token| token.is_any("with saying body payload"))
        .map(|found| url + 1 + found);
    let mut words: Vec<Token> = match behind {
        Some(from) => tokens[from..].to_vec(),
        None => tokens[..url].to_vec(),
    };
    words.retain(|token| {
        !token.is_any("post put patch send request webhook to a an with body payload call trigger json saying hit endpoint data http hook at push submit")
    });
    tidy(&mut words);
    if let [only] = words.as_slice()
        && only.kind == TokenKind::Quoted
    {
        return Some(Value::String(only.text.clone()));
    }
    let meaningful = words.iter().any(|token| token.kind == TokenKind::Word && !is_determiner(&token.low));
    meaningful
        .then(|| Value::String(sentence_of(&words).trim_end_matches('.').to_owned()))
        .filter(|_| !join(&words).is_empty())
}
