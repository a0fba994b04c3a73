//! The door before the house is open: it says that the log is waited for, and whether the process is well.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use axum::{Router, extract::Request, response::Response, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    AppState,
    bodies::health::HealthStatus,
    problem::refusals::log_unavailable,
    routes::health::{check, livez, summed_up},
    serve::listen,
};

/// A door that answers before the house behind it is open, and lets everybody in from then on. It is one door all the
/// time: no connection is cut when the house opens.
pub struct Door {
    house: Arc<OnceLock<Router>>,
    shutdown: CancellationToken,
    server: JoinHandle<io::Result<()>>,
}

impl Door {
    /// Answers from now on: health, and that everything else has to wait for the log.
    pub fn waiting(listener: TcpListener) -> Self {
        let (house, shutdown) = (Arc::<OnceLock<Router>>::default(), CancellationToken::new());
        let server = tokio::spawn(listen(listener, router(Arc::clone(&house)), shutdown.clone()));
        Self { house, shutdown, server }
    }

    /// What closes the door; the house behind it must have the same in [`Parts::shutdown`](crate::Parts::shutdown).
    pub fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Lets everybody in, and gives the task that answers until the shutdown.
    pub fn open(self, state: AppState) -> JoinHandle<io::Result<()>> {
        self.house.get_or_init(|| crate::router(state));
        self.server
    }
}

fn router(house: Arc<OnceLock<Router>>) -> Router {
    let waiting = Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(not_yet))
        .route("/startupz", get(not_yet))
        .fallback(later);
    Router::new().fallback(move |request: Request| {
        let router = house.get().unwrap_or(&waiting).clone();
        async move {
            let Ok(answer) = router.oneshot(request).await;
            answer
        }
    })
}

async fn not_yet() -> Response {
    summed_up(vec![check("server", None), check("log", Some((HealthStatus::Starting, "unreachable")))])
}

async fn later() -> Response {
    log_unavailable().render(Uuid::now_v7().simple().to_string())
}
