//! Where the log is, read from a connection string.
//!
//! What would make the client panic or hang later is refused here, in words: files that are not there, parameters it
//! cannot take, commas where it rewrites them.

use std::{path::Path, time::Duration};

use eventstore::ClientSettings;
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::{login::Login, place::Names};

/// The port of a server that names none.
const PORT: u16 = 2113;
/// What the names of our streams begin with, unless the connection string says something else.
const PREFIX: &str = "cairn.";
/// The milliseconds for which the client waits before it connects at all; how often is our own business.
const INTERVAL: &str = "50";
/// The longest prefix; with it, the longest name of ours is still far below what the server takes.
const LONGEST_PREFIX: usize = 60;

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// One call to the server, or one more event of an answer.
    pub call: Duration,
    /// A read or an append with everything that is tried for it; afterwards it fails.
    pub whole: Duration,
    /// Connecting.
    pub connect: Duration,
    /// How long an event that was appended here may be missing from the subscription before that is replaced.
    pub lag: Duration,
    /// How often the end of the log is read beside the subscription.
    pub look: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(3),
            whole: Duration::from_secs(9),
            connect: Duration::from_secs(4),
            lag: Duration::from_secs(1),
            look: Duration::from_secs(5),
        }
    }
}

/// Where the log is and how it is reached.
#[derive(Clone)]
pub struct Settings {
    pub(crate) client: ClientSettings,
    pub(crate) login: Option<Login>,
    pub(crate) names: Names,
    pub(crate) hosts: Vec<(String, u16)>,
    pub(crate) patience: Patience,
    place: String,
}

/// Says why a connection string cannot be used. Never repeats it: there may be a password in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Another scheme, or none.
    #[error("a connection string begins with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://")]
    Scheme,
    /// No host, or one that is none.
    #[error("the connection string names no host that can be used: write esdb://HOST:PORT,HOST:PORT?PARAMETERS")]
    Host,
    /// A parameter with a value that it cannot have.
    #[error("the parameter {name} of the connection string {what}")]
    Parameter {
        /// Its name.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// Whatever else the client says.
    #[error("the connection string cannot be used: {0}")]
    Client(String),
}

impl Settings {
    /// Reads a connection string. A login that is given goes before one in the string.
    ///
    /// Besides what the client knows, `streamPrefix` says what the names of the streams begin with (`cairn.`).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, login: Option<Login>) -> Result<Self, SettingsError> {
        let (scheme, rest) = text.split_once("://").ok_or(SettingsError::Scheme)?;
        let scheme = match scheme {
            "esdb" | "kurrentdb" | "kurrent" | "kdb" => "esdb",
            "esdb+discover" | "kurrentdb+discover" | "kurrent+discover" | "kdb+discover" => "esdb+discover",
            _ => return Err(SettingsError::Scheme),
        };
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let authority = authority.trim_end_matches('/');
        let (user, hosts_text) =
            authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
        let hosts = hosts_text.split(',').map(host).collect::<Result<Vec<_>, _>>()?;
        let mut prefix = PREFIX.to_owned();
        let mut kept = form_urlencoded::Serializer::new(String::new());
        let mut parameters = Parameters::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name.eq_ignore_ascii_case("streamPrefix") {
                prefix = checked_prefix(&value)?;
                continue;
            }
            parameters.note(&name, &value)?;
            if hosts.len() > 1 && value.contains(',') {
                return Err(parameter(&name, "has a comma, which the client takes for the next host"));
            }
            kept.append_pair(&name, &value);
        }
        if let Some(file) = parameters.file_without_certificates() {
            kept.append_pair("tlsCaFile", file);
        }
        if !parameters.has_interval {
            kept.append_pair("discoveryInterval", INTERVAL);
        }
        let login = login.or_else(|| user.map(from_user_part));
        let known = login.as_ref().and_then(Login::in_a_string).map(|login| format!("{login}@")).unwrap_or_default();
        let mut plain = format!("{scheme}://{known}{hosts_text}");
        let query = kept.finish();
        if !query.is_empty() {
            plain = format!("{plain}?{query}");
        }
        // the client's own message repeats the string, which has the login in it
        let client = plain.parse::<ClientSettings>().map_err(|error| SettingsError::Client(without(&error, &known)))?;
        Ok(Self {
            client,
            login,
            names: Names::new(prefix.clone()),
            place: format!("{scheme}://{hosts_text}, streams {prefix}*"),
            hosts,
            patience: Patience::default(),
        })
    }

    /// Changes how long things may take.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Where the log is, without credentials.
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("place", &self.place).finish_non_exhaustive()
    }
}

/// What the client says about a string, without the login in it.
fn without(error: &eventstore::ClientSettingsParseError, login: &str) -> String {
    let text = error.to_string();
    if login.is_empty() { text } else { text.replace(login, "") }
}

/// What is known of the parameters when all were read.
#[derive(Default)]
struct Parameters {
    has_interval: bool,
    is_plain: bool,
    has_ca_file: bool,
}

impl Parameters {
    fn note(&mut self, name: &str, value: &str) -> Result<(), SettingsError> {
        match name.to_lowercase().as_str() {
            "tls" => self.is_plain = value.eq_ignore_ascii_case("false"),
            "discoveryinterval" => self.has_interval = true,
            "tlscafile" => {
                self.has_ca_file = true;
                readable_pem(name, value, "CERTIFICATE")?;
            }
            "usercertfile" => readable_pem(name, value, "CERTIFICATE")?,
            "userkeyfile" => readable_pem(name, value, "PRIVATE KEY")?,
            "defaultdeadline" => {
                return Err(parameter(name, "is not needed: every call has a deadline of its own; leave it out"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Without TLS the client still loads the certificates of the system, and dies where there are none, as in a slim
    /// container. A file without any keeps it from that.
    fn file_without_certificates(&self) -> Option<&'static str> {
        (cfg!(unix) && self.is_plain && !self.has_ca_file).then_some("/dev/null")
    }
}

fn parameter(name: &str, what: impl Into<String>) -> SettingsError {
    SettingsError::Parameter { name: name.to_owned(), what: what.into() }
}

fn readable_pem(name: &str, path: &str, label: &str) -> Result<(), SettingsError> {
    let text = std::fs::read_to_string(Path::new(path))
        .map_err(|error| parameter(name, format!("names a file that cannot be read ({path}): {error}")))?;
    let has_label = text.lines().any(|line| line.starts_with("-----BEGIN ") && line.contains(label));
    has_label.then_some(()).ok_or_else(|| parameter(name, format!("names a file without a {label} in PEM ({path})")))
}

fn host(text: &str) -> Result<(String, u16), SettingsError> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().map_err(|_| SettingsError::Host)?),
        Some(_) | None => (text, PORT),
    };
    let is_name = !name.is_empty() && !name.contains(['/', '@', ' ']);
    is_name.then(|| (name.to_owned(), port)).ok_or(SettingsError::Host)
}

fn checked_prefix(prefix: &str) -> Result<String, SettingsError> {
    let is_usable = !prefix.starts_with('$')
        && (1..=LONGEST_PREFIX).contains(&prefix.len())
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    let rule = format!("is 1 to {LONGEST_PREFIX} letters, digits, dots and underscores, without a hyphen");
    is_usable.then(|| prefix.to_owned()).ok_or_else(|| parameter("streamPrefix", rule))
}

fn from_user_part(part: &str) -> Login {
    let (user, password) = part.split_once(':').unwrap_or((part, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Login::new(decode(user), decode(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Settings {
        Settings::parse(text, None).unwrap()
    }

    fn refused(text: &str) -> SettingsError {
        Settings::parse(text, None).unwrap_err()
    }

    #[test]
    fn hosts_may_be_one_or_many_and_the_port_is_known() {
        let many = read("esdb://a:1,b,c:3?tls=false&nodePreference=follower");
        assert_eq!(many.hosts, [("a".into(), 1), ("b".into(), 2113), ("c".into(), 3)]);
        assert_eq!(many.client.hosts().len(), 3);
        let found = read("esdb+discover://cluster.example:2114?tls=false");
        assert!(found.client.is_dns_discovery_enabled());
    }

    #[test]
    fn the_schemes_of_the_successor_are_understood() {
        for scheme in ["kurrentdb", "kurrent", "kdb", "esdb"] {
            assert_eq!(read(&format!("{scheme}://h?tls=false")).place(), "esdb://h, streams cairn.*");
        }
        assert_eq!(refused("postgres://h"), SettingsError::Scheme);
        assert_eq!(refused("h:2113"), SettingsError::Scheme);
    }

    #[test]
    fn a_login_is_decoded_and_nowhere_repeated() {
        let settings = read("esdb://us%40er:p%3Ass@h?tls=false");
        let expected = eventstore::Credentials::new("us@er", "p:ss");
        assert_eq!(settings.login.as_ref().map(Login::credentials), Some(expected));
        assert!(!format!("{settings:?}").contains("p:ss") && !settings.place().contains('@'), "{settings:?}");
        assert_eq!(settings.client.default_authenticated_user(), &None, "it would be sent undecoded");
        let broken = refused("esdb://user:secret@:x?tls=false");
        assert!(!broken.to_string().contains("secret"), "{broken}");
    }

    #[test]
    fn what_the_client_would_stumble_over_is_refused_in_words() {
        assert_eq!(refused("esdb://"), SettingsError::Host);
        assert_eq!(refused("esdb://a:b"), SettingsError::Host);
        for (text, name) in [
            ("esdb://h?defaultDeadline=-1", "defaultDeadline"),
            ("esdb://h?tlsCaFile=/no/such/file", "tlsCaFile"),
            ("esdb://a,b?connectionName=x,y", "connectionName"),
            ("esdb://h?streamPrefix=a-b", "streamPrefix"),
            ("esdb://h?streamPrefix=$a", "streamPrefix"),
        ] {
            assert!(matches!(refused(text), SettingsError::Parameter { name: found, .. } if found == name), "{text}");
        }
    }
}
