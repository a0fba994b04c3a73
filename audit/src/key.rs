//! The key that signs: made once, kept in the data folder, readable by its owner alone.
//!
//! Files are PEM (PKCS #8 and `SubjectPublicKeyInfo`), so that openssl reads them too.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use ed25519_dalek::{
    Signature as Ed25519Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

/// Says what is wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key file {} cannot be used: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file holds no key.
    #[error("{} holds no Ed25519 key in PEM form", .path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// Others can read the signing key.
    #[error("{} can be read by others (mode {mode:o}): whoever has it can sign; rotate the key, or `chmod 600` it if you know that nobody did", .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
}

/// Names a key: the first 16 bytes of the SHA-256 of its public half, in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 16]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for KeyId {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What checks signatures; 64 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Names the key.
    pub fn id(&self) -> KeyId {
        let digest = Sha256::digest(self.0.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        KeyId(id)
    }

    /// Says whether the key's owner signed this text. Strict: no second signature passes for the same text and key.
    pub fn signed(&self, text: &str, signature: &Signature) -> bool {
        self.0.verify_strict(text.as_bytes(), &signature.0).is_ok()
    }

    /// The key as PEM.
    pub fn pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("a public key of fixed length can be encoded")
    }

    /// Reads a key from PEM.
    pub fn from_pem(text: &str) -> Option<Self> {
        VerifyingKey::from_public_key_pem(text.trim()).ok().map(Self)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When it cannot be read or holds no key.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(path).map_err(|source| KeyError::File { path: path.to_owned(), source })?;
        Self::from_pem(&text).ok_or_else(|| KeyError::NotAKey { path: path.to_owned() })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key is 64 hex digits that name a point of the curve")]
pub struct NotAPublicKey;

impl FromStr for PublicKey {
    type Err = NotAPublicKey;

    fn from_str(text: &str) -> Result<Self, NotAPublicKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAPublicKey)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| NotAPublicKey)
    }
}

/// A signature; 128 hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(Ed25519Signature);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0.to_bytes()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let mut bytes = [0; 64];
        hex::decode_to_slice(&*text, &mut bytes).map_err(|_| D::Error::custom("a signature is 128 hex digits"))?;
        Ok(Self(Ed25519Signature::from_bytes(&bytes)))
    }
}

/// What signs.
pub struct Key(SigningKey);

impl Key {
    /// Makes a fresh key.
    pub fn generate() -> Self {
        Self::from_seed(rand::random())
    }

    /// Makes the key of a seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The half that others check signatures with.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a text.
    pub fn sign(&self, text: &str) -> Signature {
        Signature(self.0.sign(text.as_bytes()))
    }

    /// Reads a key file; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, holds no key, or can be read by others.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyError::File { path: path.to_owned(), source }),
        };
        refuse_exposed(path)?;
        let key = SigningKey::from_pkcs8_pem(text.trim()).map_err(|_| KeyError::NotAKey { path: path.to_owned() })?;
        Ok(Some(Self(key)))
    }

    /// Writes a new key file that its owner alone can read.
    ///
    /// # Errors
    /// When it cannot be written, or is there already.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).expect("a key of fixed length can be encoded");
        let failed = |source| KeyError::File { path: path.to_owned(), source };
        let mut file = owner_only().open(path).map_err(failed)?;
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
    }
}

impl fmt::Debug for Key {
    /// Shows which key it is, and nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public().id())
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file_and_others_cannot_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing.pem");
        assert!(Key::load(&path).unwrap().is_none());
        let key = Key::generate();
        key.save(&path).unwrap();
        assert_eq!(Key::load(&path).unwrap().unwrap().public(), key.public());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(Key::load(&path), Err(KeyError::Exposed { mode: 0o644, .. })));
        }
    }

    #[test]
    fn a_signature_fits_one_text_and_one_key() {
        let (key, other) = (Key::from_seed([1; 32]), Key::from_seed([2; 32]));
        let signature = key.sign("position: 7");
        assert!(key.public().signed("position: 7", &signature));
        assert!(!key.public().signed("position: 8", &signature));
        assert!(!other.public().signed("position: 7", &signature));
    }

    #[test]
    fn a_public_key_reads_as_hex_and_as_pem() {
        let public = Key::from_seed([1; 32]).public();
        assert_eq!(public.to_string().parse(), Ok(public));
        assert_eq!(PublicKey::from_pem(&public.pem()), Some(public));
        assert_eq!("00".parse::<PublicKey>(), Err(NotAPublicKey));
        assert_eq!(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----"), None);
    }
}
