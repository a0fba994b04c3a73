//! Connections: accepted one by one, so that each can be dropped, told to go away, slowed down or frozen.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures::FutureExt as _;
use hyper::{Request, body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::Sleep,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::{Status, service::Routes};

use crate::faults::Faults;

/// How often the other side is asked whether it is still there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(10);

/// The connection that a call came in on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection(CancellationToken);

impl Connection {
    /// Drops it, with everything that is under way on it.
    pub(crate) fn cut(&self) {
        self.0.cancel();
    }
}

/// What all connections share.
pub(crate) struct Door {
    pub(crate) faults: Arc<Faults>,
    pub(crate) tls: Option<TlsAcceptor>,
    /// Dropped connections end with it.
    pub(crate) stop: CancellationToken,
    /// Raised when all connections are told to go away.
    pub(crate) go_away: watch::Sender<u64>,
    /// Raised when all connections are dropped.
    pub(crate) cut_all: watch::Sender<u64>,
}

/// Takes connections until the double is stopped.
pub(crate) async fn accept(door: Arc<Door>, listener: TcpListener, routes: Routes) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = door.stop.cancelled() => return,
        };
        let Ok((stream, _)) = accepted else { continue };
        if door.faults.refuses() || stream.set_nodelay(true).is_err() {
            continue;
        }
        let (door, routes) = (Arc::clone(&door), routes.clone());
        tokio::spawn(async move {
            let stop = door.stop.clone();
            tokio::select! {
                () = greet(door, stream, routes) => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

async fn greet(door: Arc<Door>, stream: TcpStream, routes: Routes) {
    let stream = Throttled { stream, faults: Arc::clone(&door.faults), pause: None };
    match &door.tls {
        None => serve(&door, stream, routes).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(&door, stream, routes).await;
            }
        }
    }
}

async fn serve<S>(door: &Door, stream: S, routes: Routes)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = Connection::default();
    let cut = connection.0.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        let mut routes = routes.clone();
        async move {
            let answered = tonic::codegen::Service::call(&mut routes, request.map(tonic::body::boxed)).await;
            Ok::<_, Infallible>(answered.unwrap_or_else(|error| Status::internal(error.to_string()).into_http()))
        }
    });
    let serving = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(100)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    let (mut go_away, mut cut_all) = (door.go_away.subscribe(), door.cut_all.subscribe());
    loop {
        tokio::select! {
            // how a connection ends is the other side's business
            _ = &mut serving => return,
            () = cut.cancelled() => return,
            _ = cut_all.changed() => return,
            changed = go_away.changed() => match changed {
                Ok(()) => serving.as_mut().graceful_shutdown(),
                Err(_) => return,
            },
        }
    }
}

/// A connection on which bytes travel as the faults say.
struct Throttled {
    stream: TcpStream,
    faults: Arc<Faults>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Throttled {
    /// How many bytes may travel now.
    fn allowance(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.poll_unpin(context));
                self.pause = None;
                if let Some((_, most @ 1..)) = self.faults.line().limit() {
                    return Poll::Ready(most);
                }
            }
            match self.faults.line().limit() {
                None => return Poll::Ready(usize::MAX),
                Some((time, _)) => self.pause = Some(Box::pin(tokio::time::sleep(time))),
            }
        }
    }
}

impl AsyncRead for Throttled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // what comes in is only held up when nothing travels at all: the way out is slow enough for both
        if matches!(self.faults.line().limit(), Some((_, 0))) {
            ready!(self.allowance(context));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Throttled {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let most = ready!(self.allowance(context)).min(bytes.len());
        Pin::new(&mut self.stream).poll_write(context, &bytes[..most])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
