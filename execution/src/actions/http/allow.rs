//! The allow-list: which hosts `http.request` may call. It is empty unless somebody fills it.

use std::net::IpAddr;

use reqwest::Url;

use super::address::is_public;

/// A host as it stands in an address or on the list, in one form only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// Lower case, international names in their ASCII form, without the last dot.
    Name(String),
    /// IPv4 addresses inside IPv6 ones are taken out.
    Address(IpAddr),
}

impl Host {
    /// The host of an address; `None` when it has none.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        url.host_str().filter(|host| !host.is_empty()).map(Self::parse)
    }

    fn parse(host: &str) -> Self {
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => Self::Address(address.to_canonical()),
            Err(_) => Self::Name(host.trim_end_matches('.').to_ascii_lowercase()),
        }
    }
}

/// One entry: a host, on one port or on all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    host: Host,
    port: Option<u16>,
}

/// An entry of the allow-list that names no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{entry}` on the list of allowed hosts is neither a host nor host:port; write `api.example.com` or `10.0.0.5:8080`, without scheme, path or wildcard"
)]
pub struct BadEntry {
    /// The entry as it was given.
    pub entry: String,
}

/// The hosts that may be called.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowList {
    entries: Vec<Entry>,
}

impl AllowList {
    /// Reads entries `host` or `host:port`; empty ones are left out.
    pub(crate) fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, BadEntry> {
        let given = entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
        Ok(Self { entries: given.map(parse_entry).collect::<Result<_, _>>()? })
    }

    /// Whether the list names this host, on this port.
    pub(crate) fn names(&self, host: &Host, port: u16) -> bool {
        self.entries.iter().any(|entry| entry.host == *host && entry.port.is_none_or(|known| known == port))
    }

    /// Whether a listed name may lead to this address.
    ///
    /// A name may lead to public addresses. It may lead to any other only when that address is on the list itself, with
    /// no port, since a name is looked up without one; `localhost` may lead to this machine.
    pub(crate) fn lets_name_lead_to(&self, name: &str, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let listed = Entry { host: Host::Address(address), port: None };
        let is_this_machine = name.eq_ignore_ascii_case("localhost") && address.is_loopback();
        is_public(address) || is_this_machine || self.entries.contains(&listed)
    }
}

fn parse_entry(entry: &str) -> Result<Entry, BadEntry> {
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Ok(Entry { host: Host::Address(address.to_canonical()), port: None });
    }
    let bad = || BadEntry { entry: entry.to_owned() };
    if entry.contains(['/', '@', '?', '#', '*', '\\', ' ', '%']) {
        return Err(bad());
    }
    let url = Url::parse(&format!("http://{entry}")).map_err(|_| bad())?;
    // the parser drops the scheme's own port
    let port = url.port().or_else(|| entry.ends_with(":80").then_some(80));
    Ok(Entry { host: Host::of(&url).ok_or_else(bad)?, port })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn names(list: &str, url: &str) -> bool {
        let url: Url = url.parse().unwrap();
        let allowed = AllowList::parse(list.split(',')).unwrap();
        allowed.names(&Host::of(&url).unwrap(), url.port_or_known_default().unwrap())
    }

    #[rstest]
    #[case("api.example.com", "https://api.example.com/x", true)]
    #[case("API.Example.com", "https://api.EXAMPLE.com:8443/x", true)]
    #[case("api.example.com.", "https://api.example.com/x", true)]
    #[case("api.example.com", "https://api.example.com./x", true)]
    #[case("example.com", "https://api.example.com/", false)]
    #[case("example.com", "https://example.com.evil.test/", false)]
    #[case("example.com", "https://evil.test/?example.com", false)]
    #[case("example.com", "https://example.com@evil.test/", false)]
    #[case("a.test:8080", "http://a.test:8080/", true)]
    #[case("a.test:8080", "http://a.test/", false)]
    #[case("a.test:80", "http://a.test/", true)]
    #[case("a.test:80", "https://a.test/", false)]
    #[case("a.test:443", "https://a.test/", true)]
    #[case("bücher.test", "https://xn--bcher-kva.test/", true)]
    #[case("10.0.0.5", "http://10.0.0.5:99/", true)]
    #[case("10.0.0.5", "http://[::ffff:10.0.0.5]/", true)]
    #[case("127.0.0.1", "http://2130706433/", true)]
    #[case("127.0.0.1", "http://0x7f.1/", true)]
    #[case("127.0.0.1", "http://127.0.0.2/", false)]
    #[case("::1", "http://[::1]:8080/", true)]
    #[case("[::1]:8080", "http://[::1]:8080/", true)]
    #[case("[::1]:8080", "http://[::1]:8081/", false)]
    #[case("a.test, b.test", "http://b.test/", true)]
    #[case("", "http://a.test/", false)]
    fn hosts_are_compared_in_one_form(#[case] list: &str, #[case] url: &str, #[case] named: bool) {
        assert_eq!(names(list, url), named);
    }

    #[rstest]
    #[case("https://a.test")]
    #[case("a.test/path")]
    #[case("*.a.test")]
    #[case("user@a.test")]
    #[case("a.test:99999")]
    #[case(":8080")]
    fn an_entry_that_is_no_host_is_refused(#[case] entry: &str) {
        assert_eq!(AllowList::parse([entry]).unwrap_err(), BadEntry { entry: entry.to_owned() });
    }

    #[rstest]
    #[case("a.test", "a.test", "93.184.215.14", true)]
    #[case("a.test", "a.test", "127.0.0.1", false)]
    #[case("a.test", "a.test", "::ffff:10.0.0.5", false)]
    #[case("a.test,10.0.0.5", "a.test", "10.0.0.5", true)]
    #[case("a.test,10.0.0.5", "a.test", "::ffff:10.0.0.5", true)]
    #[case("a.test,10.0.0.5:80", "a.test", "10.0.0.5", false)]
    #[case("a.test,localhost", "a.test", "127.0.0.1", false)]
    #[case("localhost", "localhost", "127.0.0.1", true)]
    #[case("localhost", "localhost", "::1", true)]
    #[case("localhost", "localhost", "10.0.0.5", false)]
    fn a_name_leads_inside_only_when_the_address_is_listed_too(
        #[case] list: &str,
        #[case] name: &str,
        #[case] address: &str,
        #[case] allowed: bool,
    ) {
        let list = AllowList::parse(list.split(',')).unwrap();
        assert_eq!(list.lets_name_lead_to(name, address.parse().unwrap()), allowed);
    }
}
