//! Listens: connections in, answers out, until the shutdown.

use std::io;

use axum::{Router, serve::ListenerExt};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{AppState, router};

/// Answers connections until [`Parts::shutdown`](crate::Parts::shutdown) is cancelled; then lets requests under way
/// come to their end, and returns.
///
/// # Errors
/// When the socket fails for good.
pub async fn serve(listener: TcpListener, state: AppState) -> io::Result<()> {
    let shutdown = state.shutdown.clone();
    listen(listener, router(state), shutdown).await
}

/// Answers connections until the shutdown.
pub(crate) async fn listen(listener: TcpListener, router: Router, shutdown: CancellationToken) -> io::Result<()> {
    // answers are small and wait for nothing: Nagle's delay would only hold them back
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection without TCP_NODELAY");
        }
    });
    axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await
}
