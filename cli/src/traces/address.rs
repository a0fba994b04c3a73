//! Where traces go: the address of a collector as people write it, taken apart.

use std::collections::HashMap;

use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap},
};

/// The address of a collector.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Where batches are posted, without credentials.
    pub(super) url: String,
    /// What may be said of it in a log line.
    pub(super) host: String,
    /// What goes along with each batch.
    pub(super) headers: HashMap<String, String>,
}

impl Address {
    /// Reads `http://HOST:PORT`, with the path of traces or without.
    ///
    /// # Errors
    /// When it is no address of HTTP. Credentials in it are not repeated.
    pub(super) fn read(collector: &str) -> Result<Self, String> {
        let base = collector.trim_end_matches('/');
        let whole = if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") };
        let no_address = |why: &str| format!("`{}` is no address for traces: {why}", without_credentials(collector));
        let url = Url::parse(&whole).map_err(|error| no_address(&error.to_string()))?;
        let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else {
            return Err(no_address("it begins with neither http:// nor https://"));
        };
        let host = host.to_owned();
        if url.username().is_empty() && url.password().is_none() {
            return Ok(Self { url: url.into(), host, headers: HashMap::new() });
        }
        // the client knows how credentials of an address become a header
        let client = reqwest::Client::builder().build().map_err(|error| error.to_string())?;
        let request = client.post(url).build().map_err(|error| error.without_url().to_string())?;
        Ok(Self { url: request.url().as_str().to_owned(), host, headers: authorization(request.headers()) })
    }
}

fn authorization(headers: &HeaderMap) -> HashMap<String, String> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.map(|value| (AUTHORIZATION.to_string(), value.to_owned())).into_iter().collect()
}

/// An address as it may be repeated, whether it can be read or not.
fn without_credentials(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    match rest.rsplit_once('@') {
        None => address.to_owned(),
        Some((_, host)) if scheme.is_empty() => host.to_owned(),
        Some((_, host)) => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(collector: &str) -> String {
        Address::read(collector).unwrap().url
    }

    #[test]
    fn the_path_of_traces_need_not_be_written() {
        let expected = "http://127.0.0.1:4318/v1/traces";
        assert_eq!(url("http://127.0.0.1:4318"), expected);
        assert_eq!(url("http://127.0.0.1:4318/"), expected);
        assert_eq!(url("http://127.0.0.1:4318/v1/traces"), expected);
        assert_eq!(url("https://collector.test/otlp"), "https://collector.test/otlp/v1/traces");
    }

    #[test]
    fn credentials_go_into_a_header_and_nowhere_else() {
        let address = Address::read("https://ana:s%40crt@collector.test:4318").unwrap();
        assert_eq!(address.url, "https://collector.test:4318/v1/traces");
        assert_eq!(address.host, "collector.test");
        // `ana:s@crt`
        assert_eq!(address.headers["authorization"], "Basic YW5hOnNAY3J0");
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_credentials() {
        let refused = |collector: &str| Address::read(collector).unwrap_err();
        let scheme = "it begins with neither http:// nor https://";
        assert_eq!(refused("localhost:4318"), format!("`localhost:4318` is no address for traces: {scheme}"));
        assert_eq!(refused("collector"), "`collector` is no address for traces: relative URL without a base");
        assert_eq!(
            refused("http://ana:secret@collector.test:port"),
            "`http://collector.test:port` is no address for traces: invalid port number"
        );
    }
}
