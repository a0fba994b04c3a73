//! What people read about the API: the document, a page to browse it offline, and a page for every error code.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    extract::Path,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use bytes::Bytes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{
    door, openapi,
    problem::{Answer, Problem, codes, planner_pages},
    state::AppState,
};

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi::document().into());

/// `/openapi.json`, `/docs` and `/errors`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/openapi.json", get(document))
        .route("/errors", get(error_index))
        .route("/errors/{code}", get(error_page))
        .merge(SwaggerUi::new("/docs").config(Config::from("/openapi.json")))
        .method_not_allowed_fallback(door::method_not_allowed)
}

async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone())
}

async fn error_index() -> Html<String> {
    let mut list = String::from("# Error codes\n\n| code | status | what |\n|---|---|---|\n");
    for code in codes::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(list, "| `{}` | {} | {} |", code.name, code.status.as_u16(), code.title);
    }
    Html(page("Error codes", &list))
}

async fn error_page(Path(name): Path<String>) -> Answer<Html<String>> {
    let found = codes::find(&name).map(|code| (code.title, code.page)).or_else(|| planner_pages::find(&name));
    let (title, text) = found.ok_or_else(|| {
        Problem::new(&codes::NO_SUCH_ROUTE, "There is no such error code: /errors lists the ones there are.")
    })?;
    Ok(Html(page(title, text)))
}

/// Makes a page of the part of Markdown that the error pages are written in.
fn page(title: &str, markdown: &str) -> String {
    let mut body = String::new();
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        // Writing to a String cannot fail.
        let _ = if let Some(heading) = block.strip_prefix("# ") {
            write!(body, "<h1>{}</h1>", inline(heading))
        } else if let Some(heading) = block.strip_prefix("## ") {
            write!(body, "<h2>{}</h2>", inline(heading))
        } else if block.starts_with('|') {
            write!(body, "<table>{}</table>", rows(block))
        } else {
            write!(body, "<p>{}</p>", inline(block))
        };
    }
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · Cairn</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>:root{{color-scheme:light dark}}\
         body{{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}}\
         code{{font-family:ui-monospace,monospace}}td,th{{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}}\
         </style></head><body><main>{body}</main></body></html>"
    )
}

fn rows(table: &str) -> String {
    let mut lines = table.lines();
    let head = lines.next().map(|line| row(line, "th")).unwrap_or_default();
    // The second line only draws the rule below the first.
    lines.skip(1).fold(head, |rows, line| rows + &row(line, "td"))
}

fn row(line: &str, cell: &str) -> String {
    let cells = line.trim().trim_matches('|').split('|');
    let cells: Vec<String> = cells.map(|text| format!("<{cell}>{}</{cell}>", inline(text.trim()))).collect();
    format!("<tr>{}</tr>", cells.concat())
}

/// Escapes a text, and marks what stands between back-ticks as code.
fn inline(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let marked = pieces.map(|(index, piece)| match index % 2 {
        0 => escape(piece),
        _ => format!("<code>{}</code>", escape(piece)),
    });
    marked.collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_headings_code_and_tables_and_escapes_the_rest() {
        let html = page("T", "# A <b>\n\nUse `x < y`.\n\n| a | b |\n|---|---|\n| `1` | 2 |\n");
        assert!(html.contains("<h1>A &lt;b&gt;</h1><p>Use <code>x &lt; y</code>.</p>"));
        assert!(html.contains("<tr><th>a</th><th>b</th></tr><tr><td><code>1</code></td><td>2</td></tr>"));
    }
}
