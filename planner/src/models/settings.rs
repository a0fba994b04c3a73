//! What a model is asked with: where, which, with which key, how long, for how much.

use std::{fmt, time::Duration};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::budget::{Budget, Prices};

/// Whose language is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Messages of Anthropic.
    Anthropic,
    /// Chat completions, of OpenAI or of a server that speaks its language.
    Openai,
}

impl Provider {
    /// What a draft's origin calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::Openai => "openai",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::Openai => "OpenAI",
        }
    }

    /// Where it is when nothing else is said.
    pub const fn default_base_url(self) -> &'static str {
        match self {
            Self::Anthropic => "https://api.anthropic.com",
            Self::Openai => "https://api.openai.com/v1",
        }
    }

    /// The model that is asked when nothing else is said.
    pub const fn default_model(self) -> &'static str {
        match self {
            Self::Anthropic => "claude-sonnet-4-5",
            Self::Openai => "gpt-4.1",
        }
    }
}

/// A provider's key. It has no way to be printed.
#[derive(Clone)]
pub struct Key(SecretString);

/// Why a text is no key. The text is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be one line of visible ASCII characters")]
pub struct BadKey;

impl Key {
    /// Takes a key; space around it does not count.
    ///
    /// # Errors
    /// [`BadKey`]: empty, or with characters that no key has.
    pub fn new(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        let fine = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if fine { Ok(Self(text.into())) } else { Err(BadKey) }
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the first byte, and between two of them.
    pub silence: Duration,
    /// For everything together: all calls, all pauses, all repairs.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), silence: Duration::from_secs(30), whole: Duration::from_mins(2) }
    }
}

/// How calls that failed for the moment are repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// All calls for one answer, the first included: at least 1.
    pub calls: u32,
    /// The pause before the second call; it doubles with every further one, and a part of it is left to chance.
    pub first_pause: Duration,
    /// The longest pause that is our own choice. The provider may ask for more.
    pub longest_pause: Duration,
}

impl Default for Repeats {
    fn default() -> Self {
        Self { calls: 4, first_pause: Duration::from_millis(500), longest_pause: Duration::from_secs(8) }
    }
}

/// Why a model cannot be asked with these settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    /// The address is none.
    #[error("`{url}` is no address to ask a model at: write it like {example}")]
    BaseUrl {
        /// What was given, without a password.
        url: String,
        /// A good one.
        example: &'static str,
    },
    /// A budget in money for a model without prices.
    #[error(
        "the prices of `{model}` are not known, so its cost cannot be kept within a budget: give them as --planner-prices \
         IN/OUT, in US dollars for a million tokens"
    )]
    NoPrices {
        /// The model.
        model: String,
    },
    /// The network cannot be used at all.
    #[error("no connections can be made: {cause}")]
    NoClient {
        /// What the library says.
        cause: String,
    },
}

/// Everything a model is asked with.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// Whose language is spoken.
    pub provider: Provider,
    /// Where; for Anthropic without, for OpenAI with the version: `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key; a server of one's own may need none.
    pub key: Option<Key>,
    /// How long things may take.
    pub patience: Patience,
    /// How calls are repeated.
    pub repeats: Repeats,
    /// What one request may take.
    pub budget: Budget,
    /// What the model costs, when it is known.
    pub prices: Option<Prices>,
    /// How many calls may be open at once: at least 1.
    pub calls_at_once: usize,
}

impl ModelSettings {
    /// Settings with nothing but the key chosen.
    pub fn new(provider: Provider, key: Option<Key>) -> Self {
        Self {
            provider,
            base_url: provider.default_base_url().into(),
            model: provider.default_model().into(),
            key,
            patience: Patience::default(),
            repeats: Repeats::default(),
            budget: Budget::default(),
            prices: Prices::listed(provider.default_model()),
            calls_at_once: 16,
        }
    }

    /// The address that questions are sent to.
    pub(super) fn endpoint(&self) -> Result<Url, BadSettings> {
        let example = self.provider.default_base_url();
        let shown = self.base_url.rsplit('@').next().unwrap_or_default().to_owned();
        let bad = || BadSettings::BaseUrl { url: shown.clone(), example };
        let mut url: Url = self.base_url.trim().parse().map_err(|_| bad())?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !is_plain {
            return Err(bad());
        }
        let base = url.path().trim_end_matches('/').to_owned();
        let path = match self.provider {
            Provider::Anthropic if base.ends_with("/v1") => format!("{base}/messages"),
            Provider::Anthropic => format!("{base}/v1/messages"),
            Provider::Openai if base.is_empty() => "/v1/chat/completions".to_owned(),
            Provider::Openai => format!("{base}/chat/completions"),
        };
        url.set_path(&path);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn endpoint(provider: Provider, base_url: &str) -> Result<String, BadSettings> {
        let settings = ModelSettings { base_url: base_url.into(), ..ModelSettings::new(provider, None) };
        settings.endpoint().map(String::from)
    }

    #[rstest]
    #[case(Provider::Anthropic, "https://api.anthropic.com", "https://api.anthropic.com/v1/messages")]
    #[case(Provider::Anthropic, "http://127.0.0.1:9/v1/", "http://127.0.0.1:9/v1/messages")]
    #[case(Provider::Openai, "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions")]
    #[case(Provider::Openai, "http://localhost:11434", "http://localhost:11434/v1/chat/completions")]
    #[case(Provider::Openai, "http://gpu:8000/openai/", "http://gpu:8000/openai/chat/completions")]
    fn base_urls_are_taken_as_people_write_them(#[case] provider: Provider, #[case] base: &str, #[case] url: &str) {
        assert_eq!(endpoint(provider, base).as_deref(), Ok(url));
    }

    #[rstest]
    #[case("api.openai.com")]
    #[case("ftp://models.test")]
    #[case("https://me:secret@models.test/v1")]
    #[case("https://models.test/v1?key=secret")]
    fn what_is_no_base_url_is_refused_without_its_password(#[case] base: &str) {
        let refused = endpoint(Provider::Openai, base).unwrap_err().to_string();
        assert!(refused.contains("https://api.openai.com/v1"), "{refused}");
        assert!(!refused.contains("me:secret"), "{refused}");
    }

    #[test]
    fn a_key_is_never_printed() {
        let settings = ModelSettings::new(Provider::Anthropic, Some(Key::new(" sk-very-secret\n").unwrap()));
        assert!(!format!("{settings:?}").contains("very-secret"));
        assert_eq!(settings.key.unwrap().expose(), "sk-very-secret");
        assert_eq!(Key::new("two words").unwrap_err(), BadKey);
        assert_eq!(Key::new("\n").unwrap_err(), BadKey);
    }
}
