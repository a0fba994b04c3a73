//! The server that speaks the providers' languages, as a program: for the browser's tests and for trying things.
//!
//! The first line says where it is; the key it accepts is in the second.

#[path = "mod.rs"]
mod providers;

use std::io::Write as _;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let server = providers::Providers::start().await;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", server.anthropic("").trim_end_matches('/'))?;
    writeln!(out, "key {}", providers::KEY)?;
    out.flush()?;
    std::future::pending().await
}
