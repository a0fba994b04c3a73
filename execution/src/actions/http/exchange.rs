//! One request and its answer, with every redirect on the way checked like the first address.
//!
//! What matters most here is what may be said when something goes wrong: before anything was sent, a failure is only a
//! failure; once a request that must not be repeated has been sent, nobody here can tell what came of it.

use std::{error::Error, sync::Arc};

use reqwest::{Client, Response, Url, header::LOCATION};

use super::{
    allow::AllowList,
    answer::{Answer, ReadError, excerpt},
    names::AddressRefused,
    outgoing::{Outgoing, check_allowed, shown, strip},
};
use crate::registry::ActionError;

/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// Sends requests to allowed hosts.
pub(crate) struct Exchange {
    pub(crate) client: Client,
    pub(crate) allowed: Arc<AllowList>,
}

/// What a failure means for the step, as far as the exchange has come.
struct Progress {
    /// What people are told about the request: method and address.
    what: String,
    /// Whether the step's request may be repeated.
    repeatable: bool,
    /// How many redirects were followed.
    redirects: usize,
}

impl Exchange {
    /// Sends the request, follows redirects, reads the answer.
    ///
    /// # Errors
    /// Statuses from 400 on are failures, too.
    pub(crate) async fn run(&self, outgoing: Outgoing) -> Result<Answer, ActionError> {
        check_allowed(&outgoing.url, &self.allowed)?;
        let what = format!("{} {}", outgoing.method, shown(&outgoing.url));
        let mut progress = Progress { what, repeatable: outgoing.is_idempotent(), redirects: 0 };
        let mut outgoing = outgoing;
        loop {
            let response = self.send(&outgoing).await.map_err(|error| progress.failed(&error))?;
            let Some(target) = redirect(&response) else {
                return self.finish(response, &progress).await;
            };
            let status = response.status().as_u16();
            // The body of a redirect is of no interest; dropping the response closes the connection.
            drop(response);
            outgoing = self.follow(outgoing, status, &target, &mut progress)?;
        }
    }

    async fn send(&self, outgoing: &Outgoing) -> Result<Response, reqwest::Error> {
        let mut request = self.client.request(outgoing.method.clone(), outgoing.url.clone());
        request = request.headers(outgoing.headers.clone());
        if let Some(body) = &outgoing.body {
            request = request.body(body.clone());
        }
        request.send().await
    }

    fn follow(
        &self,
        outgoing: Outgoing,
        status: u16,
        target: &str,
        progress: &mut Progress,
    ) -> Result<Outgoing, ActionError> {
        let refused = |code: &str, why: String| {
            ActionError::failed(code, format!("{} was answered {status}, a redirect, and {why}", progress.what))
        };
        if progress.redirects == MAX_REDIRECTS {
            let why = format!("{MAX_REDIRECTS} have been followed already");
            return Err(refused("http.too-many-redirects", why));
        }
        let mut url = outgoing
            .url
            .join(target)
            .map_err(|error| refused("http.bad-redirect", format!("its target cannot be read: {error}")))?;
        if outgoing.url.scheme() == "https" && url.scheme() != "https" {
            return Err(refused("http.bad-redirect", format!("{} is not https", shown(&url))));
        }
        strip(&mut url);
        if let Err(error) = check_allowed(&url, &self.allowed) {
            return Err(match error {
                ActionError::Failed { code, message, .. } => refused(&code, message),
                ActionError::Unknown { message } => ActionError::Unknown { message },
            });
        }
        progress.redirects += 1;
        Ok(with_credentials_of(&outgoing.url.clone(), outgoing.redirected(status, url)))
    }

    async fn finish(&self, mut response: Response, progress: &Progress) -> Result<Answer, ActionError> {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            let said = excerpt(&mut response).await;
            let said = if said.is_empty() { said } else { format!(": {said}") };
            let message = format!("{} was answered {status}{said}", progress.what);
            let passing = progress.repeatable && matches!(status.as_u16(), 429 | 502 | 503 | 504);
            return Err(ActionError::Failed { code: "http.status".into(), message, retryable: passing });
        }
        Answer::read(response).await.map_err(|error| match error {
            ReadError::TooLarge { limit } => {
                let message = format!("{} was answered {status} with more than {limit} bytes", progress.what);
                ActionError::failed("http.answer-too-large", message)
            }
            ReadError::Broken(error) => progress.failed(&error),
        })
    }
}

impl Progress {
    fn failed(&self, error: &reqwest::Error) -> ActionError {
        let what = &self.what;
        if let Some(refused) = cause::<AddressRefused>(error) {
            return ActionError::failed("http.address-refused", refused.to_string());
        }
        if error.is_builder() {
            return ActionError::failed("http.bad-request", format!("{what} cannot be sent: {}", root(error)));
        }
        // Nothing has left this machine, except the requests that were redirected.
        if error.is_connect() {
            let message = format!("{what}: there is no connection: {}", root(error));
            let retryable = self.repeatable || self.redirects == 0;
            return ActionError::Failed { code: "http.no-connection".into(), message, retryable };
        }
        let why = if error.is_timeout() { "no answer came in time".to_owned() } else { root(error) };
        if self.repeatable {
            let code = if error.is_timeout() { "http.timed-out" } else { "http.cut-off" };
            return ActionError::passing(code, format!("{what}: {why}"));
        }
        ActionError::unknown(format!("{what} was sent, and whether it was carried out is not known: {why}"))
    }
}

/// The target of a redirect; an answer without one is an answer like any other.
fn redirect(response: &Response) -> Option<String> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let target = response.headers().get(LOCATION).filter(|_| redirects)?;
    Some(String::from_utf8_lossy(target.as_bytes()).into_owned())
}

/// Keeps the credentials that stood in the address for the same host.
fn with_credentials_of(before: &Url, mut outgoing: Outgoing) -> Outgoing {
    if before.origin() == outgoing.url.origin() {
        // fails only for addresses that cannot have credentials
        let _ = outgoing.url.set_username(before.username());
        let _ = outgoing.url.set_password(before.password());
    }
    outgoing
}

/// The first error of this type among the causes.
fn cause<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    let mut next = error.source();
    while let Some(inner) = next {
        if let Some(found) = inner.downcast_ref::<E>() {
            return Some(found);
        }
        next = inner.source();
    }
    None
}

/// What the last cause says; the ones above it only say that something went wrong.
fn root(error: &reqwest::Error) -> String {
    let mut last: &dyn Error = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    fn follow(from: &str, to: &str) -> Result<Outgoing, ActionError> {
        let allowed = Arc::new(AllowList::parse(["a.test", "b.test"]).unwrap());
        let exchange = Exchange { client: Client::new(), allowed };
        let outgoing = Outgoing {
            method: Method::GET,
            url: from.parse().unwrap(),
            headers: reqwest::header::HeaderMap::new(),
            body: None,
        };
        let mut progress = Progress { what: "GET x".into(), repeatable: true, redirects: 0 };
        exchange.follow(outgoing, 302, to, &mut progress)
    }

    #[test]
    fn a_redirect_from_https_to_http_is_not_followed() {
        let error = follow("https://a.test/", "http://a.test/x").unwrap_err();
        assert_eq!(error.to_string(), "GET x was answered 302, a redirect, and http://a.test/x is not https");
        assert!(follow("http://a.test/", "https://a.test/x").is_ok());
    }

    #[test]
    fn credentials_in_an_address_stay_with_their_host() {
        assert_eq!(follow("https://u:p@a.test/", "/x").unwrap().url.as_str(), "https://u:p@a.test/x");
        assert_eq!(follow("https://u:p@a.test/", "https://b.test/x").unwrap().url.as_str(), "https://b.test/x");
        assert_eq!(follow("https://a.test/", "https://q:r@b.test/x").unwrap().url.as_str(), "https://b.test/x");
    }
}
