//! How to reach the server. The password comes from the environment or a file, and is in no message.

use std::{fs, path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::ConnectError;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// After how long a server that does not even acknowledge counts as gone.
const SILENCE: Duration = Duration::from_secs(20);

/// Who we are.
#[derive(Clone, Default)]
pub struct Login {
    /// Instead of the one in the connection string.
    pub user: Option<String>,
    /// Instead of the one in the connection string.
    pub password: Option<String>,
}

impl Login {
    /// Takes the password from a file; a line break at its end is no part of it.
    pub fn with_file(user: Option<String>, file: &Path) -> Result<Self, ConnectError> {
        let read = fs::read_to_string(file).map_err(|error| ConnectError::Settings {
            what: format!("the file {} with the password cannot be read: {error}", file.display()),
        })?;
        Ok(Self { user, password: Some(read.trim_end_matches(['\r', '\n']).to_owned()) })
    }
}

/// How to reach the server, and where in it our schemas are.
#[derive(Clone)]
pub struct Settings {
    config: Config,
    tls: MakeRustlsConnect,
    schema: String,
    lease: Duration,
}

impl Settings {
    /// The schema that is used when none is named.
    pub const DEFAULT_SCHEMA: &'static str = "cairn";

    /// How long a process that is not heard from keeps what it has taken, unless said otherwise.
    pub const DEFAULT_LEASE: Duration = Duration::from_secs(15);

    /// Reads `postgres://user@host:port/database?sslmode=…`.
    ///
    /// Two parameters are ours: `schema`, a name in small letters that all our schemas begin with, so that several
    /// houses can share a database, and `sslrootcert`, a file with the certificates to trust instead of the system's.
    /// `sslmode` is `disable`, `prefer`, or `require`, `verify-ca` or `verify-full`, which are one: a connection with TLS
    /// is made to a server whose certificate and name are right, or not at all.
    pub fn parse(connection: &str, login: Login) -> Result<Self, ConnectError> {
        let settings = |what: String| ConnectError::Settings { what };
        let Parts { rest, schema, roots } = take_ours(connection)?;
        let mut config: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
            settings(std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string))
        })?;
        if config.get_hosts().is_empty() {
            return Err(settings("it names no host: write postgres://user@host/database".to_owned()));
        }
        if let Some(user) = login.user {
            config.user(user);
        }
        if let Some(password) = login.password {
            config.password(password);
        }
        if config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) {
            config.ssl_mode(SslMode::Disable);
        }
        if config.get_application_name().is_none() {
            config.application_name("cairn");
        }
        config.connect_timeout(CONNECT).tcp_user_timeout(SILENCE).keepalives_idle(SILENCE);
        Ok(Self {
            config,
            tls: MakeRustlsConnect::new(trusting(roots.as_deref())?),
            schema,
            lease: Self::DEFAULT_LEASE,
        })
    }

    /// Lets a process that is not heard from keep what it has taken for so long.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    pub(crate) fn lease(&self) -> Duration {
        self.lease
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn tls(&self) -> MakeRustlsConnect {
        self.tls.clone()
    }

    /// What our schemas begin with; the first of them is named so.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }
}

struct Parts {
    rest: String,
    schema: String,
    roots: Option<String>,
}

/// Takes our own parameters out of the connection string.
fn take_ours(connection: &str) -> Result<Parts, ConnectError> {
    let (address, parameters) = connection.split_once('?').unwrap_or((connection, ""));
    let mut parts = Parts { rest: address.to_owned(), schema: Settings::DEFAULT_SCHEMA.to_owned(), roots: None };
    let mut kept = Vec::new();
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("schema", name)) => name.clone_into(&mut parts.schema),
            Some(("sslrootcert", file)) => parts.roots = Some(file.to_owned()),
            Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(parameter),
        }
    }
    let is_small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins_well = parts.schema.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins_well || !parts.schema.chars().all(is_small) || parts.schema.len() > 30 {
        let what = format!("`{}` is no schema: up to 30 small letters, digits and _", parts.schema);
        return Err(ConnectError::Settings { what });
    }
    if !kept.is_empty() {
        parts.rest = format!("{address}?{}", kept.join("&"));
    }
    Ok(parts)
}

/// TLS that trusts the certificates in a file, or those of the system.
fn trusting(file: Option<&str>) -> Result<ClientConfig, ConnectError> {
    let settings = |what: String| ConnectError::Settings { what };
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            let wrong = |error: &dyn std::fmt::Display| settings(format!("sslrootcert={file}: {error}"));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))? {
                let certificate = certificate.map_err(|error| wrong(&error))?;
                roots.add(certificate).map_err(|error| wrong(&error))?;
            }
        }
        None => {
            for certificate in rustls_native_certs::load_native_certs().certs {
                // One that cannot be read is one less to trust.
                drop(roots.add(certificate));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| settings(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(connection: &str) -> Result<Settings, String> {
        Settings::parse(connection, Login::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn our_own_parameters_are_taken_out() {
        let settings = parsed("postgres://cairn@db:5433/models?schema=house_2&sslmode=verify-full").unwrap();
        assert_eq!(settings.schema(), "house_2");
        assert_eq!(settings.config().get_ssl_mode(), SslMode::Require);
        assert_eq!(settings.config().get_ports(), [5433]);
        assert_eq!(parsed("postgres://cairn@db/models").unwrap().schema(), "cairn");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for wrong in [
            "postgres://cairn:secret@db:port/models",
            "postgres://cairn:secret@db/models?schema=Robert'); drop table",
            "postgres://cairn:secret@db/models?sslmode=maybe",
            "postgres://cairn:secret@db/models?sslrootcert=/nowhere",
            "postgres://",
        ] {
            let said = parsed(wrong).map(|_| ()).unwrap_err();
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn whoever_logs_in_by_other_means_wins_over_the_string() {
        let login = Login { user: Some("other".into()), password: Some("hush".into()) };
        let settings = Settings::parse("postgres://cairn:secret@db/models", login).unwrap();
        assert_eq!(
            (settings.config().get_user(), settings.config().get_password()),
            (Some("other"), Some(&b"hush"[..]))
        );
        assert!(!format!("{:?}", settings.config()).contains("hush"));
    }
}
