//! `http.request`: a call to a host on the allow-list, and to no other.
//!
//! What stands between a plan and the network: the list of allowed hosts ([`allow`]), which is empty by default; the
//! addresses that names may lead to ([`names`], [`address`]); the limits on what is sent ([`outgoing`]) and read
//! ([`answer`]); and redirects, each checked like the first address ([`exchange`]). Proxies of the environment are not
//! used, and connections are not kept: a call is sent on a fresh one, so that a failure to connect is known to have
//! sent nothing.
//!
//! Where traces are gathered, a request says which trace it belongs to and that it was sent in the action's span (the
//! header `traceparent` of W3C Trace Context, flag `01`), unless the step sets that header itself. Where none are, it says
//! nothing: a trace with the flag `00` would tell most receivers not to gather theirs either. A host to which the answer of
//! another one redirects does not see the header.

mod address;
mod allow;
mod answer;
mod exchange;
mod names;
mod outgoing;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use commands::TraceContext;
use domain::action::{ActionType, Effect, Impact, ImpactLevel, Reversibility, params};
use reqwest::{Client, redirect};
use serde_json::{Map, Value};
use tracing::Span;

pub use self::{
    allow::BadEntry as HttpConfigError,
    names::{Names, SystemNames},
};
use self::{
    allow::{AllowList, Host},
    exchange::Exchange,
    names::CheckedNames,
    outgoing::{Outgoing, is_idempotent, not_allowed, shown},
};
use super::{foresight, workspace::read, world::World};
use crate::registry::{Action, ActionError, Call, Checked, Done};

/// What the caller is called.
const USER_AGENT: &str = concat!("cairn/", env!("CARGO_PKG_VERSION"));

/// How `http.request` may reach out.
#[derive(Clone)]
pub struct HttpConfig {
    /// The hosts that may be called: `host` or `host:port`, in any case. Empty: none.
    pub allow: Vec<String>,
    /// How long connecting may take, the look-up of the name included.
    pub connect_timeout: Duration,
    /// How long a request and its answer may take in all. A backstop: the runner drops a call when the step's own time
    /// is up.
    pub timeout: Duration,
    /// Who looks names up.
    pub names: Arc<dyn Names>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_hours(24),
            names: Arc::new(SystemNames),
        }
    }
}

impl HttpConfig {
    /// Reads a list of hosts separated by commas, as `CAIRN_HTTP_ALLOW` has it.
    pub fn allowing(hosts: &str) -> Self {
        Self { allow: hosts.split(',').map(str::to_owned).collect(), ..Self::default() }
    }
}

impl fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConfig")
            .field("allow", &self.allow)
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Sends an HTTP request.
pub(crate) struct HttpRequest {
    action: Arc<ActionType>,
    config: HttpConfig,
    allowed: Arc<AllowList>,
    /// Made at the first call: it reads the machine's certificates, which most houses never need.
    client: tokio::sync::OnceCell<Client>,
}

impl HttpRequest {
    pub(crate) const NAME: &'static str = "http.request";

    pub(crate) fn new(action: Arc<ActionType>, config: HttpConfig) -> Result<Self, HttpConfigError> {
        let allowed = Arc::new(AllowList::parse(config.allow.iter().map(String::as_str))?);
        Ok(Self { action, config, allowed, client: tokio::sync::OnceCell::new() })
    }

    async fn client(&self) -> Result<Client, ActionError> {
        self.client.get_or_try_init(|| self.build()).await.cloned()
    }

    async fn build(&self) -> Result<Client, ActionError> {
        let names = CheckedNames { names: Arc::clone(&self.config.names), allowed: Arc::clone(&self.allowed) };
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(names))
            .pool_max_idle_per_host(0)
            .connect_timeout(self.config.connect_timeout)
            .timeout(self.config.timeout);
        let built = tokio::task::spawn_blocking(move || builder.build()).await;
        let unusable = |why: String| ActionError::passing("http.no-client", format!("no request can be sent: {why}"));
        built.map_err(|error| unusable(error.to_string()))?.map_err(|error| unusable(error.to_string()))
    }
}

#[async_trait]
impl Action for HttpRequest {
    async fn execute(&self, call: Call) -> Result<Done, ActionError> {
        let params: params::HttpRequest = read(&call.params)?;
        let outgoing = Outgoing::read(&params, &call.key)?.in_trace(TraceContext::of(&Span::current()));
        outgoing::check_allowed(&outgoing.url, &self.allowed)?;
        let (method, url) = (outgoing.method.to_string(), shown(&outgoing.url));
        let exchange = Exchange { client: self.client().await?, allowed: Arc::clone(&self.allowed) };
        let answer = exchange.run(outgoing).await?;
        let compensate = params.compensate.map(Value::Object);
        let effect = Effect::OutsideCall { method, url, status: answer.status, compensate };
        Ok(Done { result: answer.result, effects: vec![effect] })
    }

    async fn check(&self, call: Call) -> Result<Checked, ActionError> {
        let params: params::HttpRequest = read(&call.params)?;
        // Nothing was written down on this side, and the other side cannot be asked.
        let repeatable = is_idempotent(&outgoing::method(&params.method)?);
        Ok(if repeatable { Checked::DidNotHappen } else { Checked::CannotTell })
    }

    fn simulate(&self, params: &Value, world: &World) -> Impact {
        let mut unknown = foresight::unknown(params, world);
        let Ok(known) = read::<params::HttpRequest>(params) else {
            return foresight::unreadable(&self.action, params, unknown);
        };
        let reads = matches!(known.method.as_str(), "GET" | "HEAD");
        let (level, reversibility) = match (reads, &known.compensate) {
            (true, _) => (ImpactLevel::Low, Reversibility::Reversible),
            (false, Some(_)) => (ImpactLevel::Medium, Reversibility::Compensatable),
            (false, None) => (ImpactLevel::High, Reversibility::Irreversible),
        };
        unknown.push("what the host answers".to_owned());
        Impact {
            level,
            reversibility,
            outside: true,
            summary: summary(&known),
            changes: Vec::new(),
            unknown,
            problems: self.problems(&known),
        }
    }
}

impl HttpRequest {
    fn problems(&self, params: &params::HttpRequest) -> Vec<String> {
        let mut problems = Vec::new();
        problems.extend(self.problem(&params.url));
        let compensation = params.compensate.as_ref();
        problems.extend(compensation.and_then(|request| self.problem_of_compensation(request)));
        problems
    }

    fn problem_of_compensation(&self, request: &Map<String, Value>) -> Option<String> {
        let problem = match request.get("url").and_then(Value::as_str) {
            Some(url) => self.problem(url)?,
            None => "it has no url".to_owned(),
        };
        Some(format!("the request that makes up for this one could not be sent: {problem}"))
    }

    fn problem(&self, url: &str) -> Option<String> {
        let url = match host_of(url)? {
            Ok(url) => url,
            Err(error) => return Some(error.to_string()),
        };
        let (host, port) = (Host::of(&url)?, url.port_or_known_default()?);
        (!self.allowed.names(&host, port)).then(|| not_allowed(&url))
    }
}

/// The address whose host a call would go to; `None` while a reference stands where the host will be.
fn host_of(url: &str) -> Option<Result<reqwest::Url, ActionError>> {
    let Some(start) = url.find("{{") else { return Some(outgoing::parse(url)) };
    // With a slash after the scheme's two the host is complete, whatever comes behind it.
    let known = &url[..start];
    let authority = known.split_once("://").map_or("", |(_, rest)| rest);
    authority.contains(['/', '?']).then(|| outgoing::parse(known))
}

fn summary(params: &params::HttpRequest) -> String {
    let url = host_of(&params.url).and_then(Result::ok);
    let host = url.as_ref().and_then(reqwest::Url::host_str).map(str::to_owned);
    let whole = reqwest::Url::parse(&params.url).ok().filter(|_| !params.url.contains("{{"));
    let target = match (whole, host) {
        (Some(url), _) => super::wording::brief(&shown(&url), 120),
        (None, Some(host)) => format!("an address on {host}"),
        (None, None) => "an address that is not known yet".to_owned(),
    };
    match params.method.as_str() {
        "GET" | "HEAD" => format!("Reads {target}"),
        "DELETE" => format!("Sends a DELETE request for {target}"),
        method => format!("Sends a {method} request to {target}"),
    }
}
