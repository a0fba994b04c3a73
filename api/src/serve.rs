//! Listens: connections in, answers out, until the shutdown.

use std::io;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::{AppState, router};

/// Answers connections until [`Parts::shutdown`](crate::Parts::shutdown) is cancelled; then lets requests under way
/// come to their end, and returns.
///
/// # Errors
/// When the socket fails for good.
pub async fn serve(listener: TcpListener, state: AppState) -> io::Result<()> {
    let shutdown = state.shutdown.clone();
    // answers are small and wait for nothing: Nagle's delay would only hold them back
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection without TCP_NODELAY");
        }
    });
    axum::serve(listener, router(state)).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
