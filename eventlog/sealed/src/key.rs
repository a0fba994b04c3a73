//! One person's key, and what it seals.
//!
//! XChaCha20-Poly1305 with a random nonce of 24 bytes for each value, long enough to draw by chance for ever
//! (draft-irtf-cfrg-xchacha). What the value belongs to is authenticated with it, so that a sealed value cannot be moved
//! to another field, event or person.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    Key as CipherKey, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// A text that holds no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 hexadecimal digits")]
pub struct NotAKey;

/// A key of 32 bytes; wiped from memory when it goes.
pub struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    /// Draws a key.
    pub fn generate() -> Self {
        Self(Zeroizing::new(rand::random()))
    }

    /// Reads a key from its hexadecimal digits.
    pub(crate) fn from_hex(text: &str) -> Result<Self, NotAKey> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        hex::decode_to_slice(text, bytes.as_mut()).map_err(|_| NotAKey)?;
        Ok(Self(bytes))
    }

    pub(crate) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_ref()))
    }

    /// Seals a value that belongs to `context`.
    pub(crate) fn seal(&self, value: &[u8], context: &[u8]) -> Option<String> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: value, aad: context };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens a value; `None` when it is not one that this key sealed for `context`.
    pub(crate) fn open(&self, sealed: &str, context: &[u8]) -> Option<Vec<u8>> {
        let bytes = STANDARD_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: context };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&CipherKey::from(*self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_the_same_key_opens_a_value_and_only_where_it_belongs(value: Vec<u8>, context: Vec<u8>, other: Vec<u8>) {
            let (key, stranger) = (Key::generate(), Key::generate());
            let sealed = key.seal(&value, &context).unwrap();
            prop_assert_eq!(key.open(&sealed, &context), Some(value.clone()));
            prop_assert_eq!(stranger.open(&sealed, &context), None);
            if other != context {
                prop_assert_eq!(key.open(&sealed, &other), None);
            }
            prop_assert_ne!(key.seal(&value, &context).unwrap(), sealed, "no nonce is drawn twice");
        }

        #[test]
        fn a_sealed_value_that_was_changed_is_not_opened(value: Vec<u8>, at: usize, bit in 0..6_u32) {
            let key = Key::generate();
            let sealed = key.seal(&value, b"c").unwrap();
            let mut bytes = STANDARD_NO_PAD.decode(&sealed).unwrap();
            let place = at % bytes.len();
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(key.open(&STANDARD_NO_PAD.encode(&bytes), b"c"), None);
        }

        #[test]
        fn what_is_no_sealed_value_is_not_opened(text: String) {
            prop_assert_eq!(Key::generate().open(&text, b"c"), None);
        }
    }

    #[test]
    fn a_key_reads_as_it_was_written_and_is_not_shown() {
        let key = Key::generate();
        let again = Key::from_hex(&key.to_hex()).unwrap();
        assert_eq!(*again.0, *key.0);
        assert_eq!(format!("{key:?}"), "Key");
        assert_eq!(Key::from_hex("beef").err(), Some(NotAKey));
    }
}
