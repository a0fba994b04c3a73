//! Who we are for the server.

use std::path::Path;

use eventstore::Credentials;
use secrecy::{ExposeSecret, SecretString};

/// A user and a password.
#[derive(Clone, Debug)]
pub struct Login {
    user: String,
    password: SecretString,
}

/// Says why no password is known.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The file with the password cannot be read.
    #[error("the password file {path} cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl Login {
    /// Takes a user and a password as they are.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: user.into(), password: SecretString::from(password.into()) }
    }

    /// Takes the password from a file; a line break at its end is not part of it.
    ///
    /// # Errors
    /// [`LoginError::Unreadable`].
    pub fn from_file(user: impl Into<String>, path: &Path) -> Result<Self, LoginError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| LoginError::Unreadable { path: path.display().to_string(), cause })?;
        Ok(Self::new(user, text.trim_end_matches(['\r', '\n'])))
    }

    /// As the client wants it. Given with every call: the client takes what stands in a connection string literally,
    /// so that a password with an `@` could never be right.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(self.user.clone(), self.password.expose_secret().to_owned())
    }

    /// As a part of a connection string, when nothing in it needs to be encoded. The client asks nodes of a cluster
    /// about each other with no other login than this one.
    pub(crate) fn in_a_string(&self) -> Option<String> {
        let is_plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        let password = self.password.expose_secret();
        (is_plain(&self.user) && is_plain(password)).then(|| format!("{}:{password}", self.user))
    }
}
