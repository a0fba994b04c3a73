//! `cairn serve`: opens the folder, listens, and ends in order on SIGTERM or Ctrl-C.

use std::{io::Write, net::SocketAddr, time::Duration};

use tracing::{Subscriber, info};
use tracing_subscriber::{
    EnvFilter, Layer, layer::SubscriberExt as _, registry::LookupSpan, util::SubscriberInitExt as _,
};

use crate::{
    args::{Common, LogFormat, Serve},
    exit::Failure,
    settings::Settings,
    traces::Traces,
    wiring::{self, House, OpenLog},
};

/// How long an orderly end may take.
const GRACE: Duration = Duration::from_secs(9);

pub(super) async fn run(common: &Common, serve: &Serve) -> Result<(), Failure> {
    let mut settings = Settings::load(common)?;
    settings.allow_hosts(serve.http_allow.as_deref());
    settings.ask(&serve.planner);
    settings.take_on(&serve.role)?;
    let address = settings.listen(serve.listen.as_deref())?;
    let traces = write_logs(settings.log_format, serve.otlp.as_deref())?;
    let outcome = open_and_serve(&settings, address).await;
    if let Some(traces) = traces {
        traces.finish().await;
    }
    outcome
}

async fn open_and_serve(settings: &Settings, address: SocketAddr) -> Result<(), Failure> {
    let mut stop = std::pin::pin!(stop_signal()?);
    let log = OpenLog::open(settings)?;
    let served = if log.is_elsewhere() {
        let bound = wiring::bind(address).await?;
        let address = bound.local_addr().map_err(anyhow::Error::from)?;
        // it says in the meantime what is waited for
        let door = api::Door::waiting(bound);
        announce(&format!("http://{address}"), settings.log_format)?;
        tokio::select! {
            ready = log.ready() => ready?,
            () = &mut stop => return Ok(()),
        }
        House::open_on(settings, log).await?.let_in(door, address).await?
    } else {
        let house = House::open_on(settings, log).await?;
        let served = house.serve(wiring::bind(address).await?).await?;
        announce(&served.url(), settings.log_format)?;
        served
    };
    info!(address = served.url(), data_dir = %settings.data_dir.display(), "ready");
    stop.await;
    info!("stopping");
    tokio::time::timeout(GRACE, served.stop())
        .await
        .map_err(|_| Failure::unexpected("the server did not end within its time; nothing that was answered is lost"))?
}

/// The first line on stdout: scripts read the address from it.
fn announce(url: &str, format: LogFormat) -> Result<(), Failure> {
    let line = match format {
        LogFormat::Text => format!("listening on {url}"),
        LogFormat::Json => serde_json::json!({"message": format!("listening on {url}"), "url": url}).to_string(),
    };
    let mut out = std::io::stdout();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::unexpected(format!("stdout cannot be written: {error}")))
}

/// Writes log lines from now on, and sends traces to a collector when there is one.
fn write_logs(format: LogFormat, collector: Option<&str>) -> Result<Option<Traces>, Failure> {
    let filter = EnvFilter::try_from_env("CAIRN_LOG").unwrap_or_else(|_| {
        EnvFilter::new("info,refinery_core=warn,memory_serve=warn,eventstore=off,tokio_postgres=warn")
    });
    let Some(collector) = collector.filter(|address| !address.is_empty()) else {
        tracing_subscriber::registry().with(filter).with(lines(format)).init();
        return Ok(None);
    };
    let traces = Traces::start(collector).map_err(Failure::usage)?;
    // how much is written down does not change what is traced
    tracing_subscriber::registry().with(lines(format).with_filter(filter)).with(traces.layer()).init();
    Ok(Some(traces))
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    }
}

/// Waits for SIGTERM or Ctrl-C; the handlers stand before the folder is opened.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let handler = |kind| signal(kind).map_err(|error| Failure::unexpected(format!("no signal handler: {error}")));
    let (mut terminate, mut interrupt) = (handler(SignalKind::terminate())?, handler(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
