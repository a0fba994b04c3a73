//! Which planners there are: flags and environment, then `cairn.toml`, then defaults. Keys come from the environment
//! or from a file, never from the command line, where everybody on the machine could read them.

use std::{env, path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, Parser, ValueEnum};
use domain::plan::PlannerChoice;
use planner::{
    contract::Planner,
    listener::Planners,
    models::{Budget, Key, ModelPlanner, ModelSettings, Patience, Prices, Provider},
    offline::{OfflinePlanner, recipes::Recipes},
};
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// What can be said about planners.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[command(next_help_heading = "Planners")]
pub(crate) struct PlannerArgs {
    /// Who is asked when a plan does not say it: `auto` is the first that has a key (`ANTHROPIC_API_KEY`, then
    /// `OPENAI_API_KEY`, or the key files below), and without one the offline planner.
    #[arg(long = "planner", value_enum, env = "CAIRN_PLANNER")]
    #[serde(rename = "use")]
    pub(crate) choice: Option<Choice>,
    /// How long a model may take for one request, with all repeats: `90s`, `2m`, or seconds [default: 2m]. After
    /// that the offline planner takes over.
    #[arg(long = "planner-timeout", env = "CAIRN_PLANNER_TIMEOUT", value_name = "TIME")]
    timeout: Option<String>,
    /// How long a connection to a provider may take [default: 5s].
    #[arg(long = "planner-connect-timeout", env = "CAIRN_PLANNER_CONNECT_TIMEOUT", value_name = "TIME")]
    connect_timeout: Option<String>,
    /// How long a provider may be silent, before its first byte and between two [default: 30s].
    #[arg(long = "planner-silence-timeout", env = "CAIRN_PLANNER_SILENCE_TIMEOUT", value_name = "TIME")]
    silence_timeout: Option<String>,
    /// How many tokens one request may take, in and out, with all repeats [default: 100000]. The call that goes
    /// beyond it is the last.
    #[arg(long = "planner-max-tokens", env = "CAIRN_PLANNER_MAX_TOKENS", value_name = "TOKENS")]
    max_tokens: Option<u64>,
    /// How much one request may cost, in US dollars [default: no limit]. The call that goes beyond it is the last.
    #[arg(long = "planner-max-cost", env = "CAIRN_PLANNER_MAX_COST", value_name = "DOLLARS")]
    max_cost: Option<f64>,
    /// What the model costs, in US dollars for a million tokens in and out, such as 3/15. Known models have list prices.
    #[arg(long = "planner-prices", env = "CAIRN_PLANNER_PRICES", value_name = "IN/OUT")]
    prices: Option<String>,
    /// The model of Anthropic [default: claude-sonnet-4-5].
    #[arg(long, env = "ANTHROPIC_MODEL", value_name = "MODEL")]
    anthropic_model: Option<String>,
    /// Where Anthropic is asked [default: <https://api.anthropic.com>].
    #[arg(long, env = "ANTHROPIC_BASE_URL", value_name = "URL")]
    anthropic_base_url: Option<String>,
    /// A file with the key for Anthropic; without it `ANTHROPIC_API_KEY` is used.
    #[arg(long, env = "ANTHROPIC_API_KEY_FILE", value_name = "FILE")]
    anthropic_key_file: Option<PathBuf>,
    /// The model of OpenAI, or of the server that speaks its language [default: gpt-4.1].
    #[arg(long, env = "OPENAI_MODEL", value_name = "MODEL")]
    openai_model: Option<String>,
    /// Where OpenAI is asked, or a server that speaks its language, such as <http://localhost:11434/v1> for Ollama; one
    /// that is given here needs no key [default: <https://api.openai.com/v1>].
    #[arg(long, env = "OPENAI_BASE_URL", value_name = "URL")]
    openai_base_url: Option<String>,
    /// A file with the key for OpenAI; without it `OPENAI_API_KEY` is used.
    #[arg(long, env = "OPENAI_API_KEY_FILE", value_name = "FILE")]
    openai_key_file: Option<PathBuf>,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Choice {
    Auto,
    Offline,
    Anthropic,
    Openai,
}

impl From<Choice> for PlannerChoice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Auto => Self::Auto,
            Choice::Offline => Self::Offline,
            Choice::Anthropic => Self::Anthropic,
            Choice::Openai => Self::Openai,
        }
    }
}

/// The environment, for verbs that have no flags about planners.
#[derive(Parser)]
struct FromEnvironment {
    #[command(flatten)]
    args: PlannerArgs,
}

impl PlannerArgs {
    /// What the environment says.
    pub(crate) fn from_environment() -> Result<Self, Failure> {
        let read = FromEnvironment::try_parse_from(["cairn"]);
        read.map(|read| read.args).map_err(|error| Failure::usage(error.to_string().trim_end().to_owned()))
    }

    /// Puts what `other` says where this says nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            choice: self.choice.or(other.choice),
            timeout: self.timeout.or(other.timeout),
            connect_timeout: self.connect_timeout.or(other.connect_timeout),
            silence_timeout: self.silence_timeout.or(other.silence_timeout),
            max_tokens: self.max_tokens.or(other.max_tokens),
            max_cost: self.max_cost.or(other.max_cost),
            prices: self.prices.or(other.prices),
            anthropic_model: self.anthropic_model.or(other.anthropic_model),
            anthropic_base_url: self.anthropic_base_url.or(other.anthropic_base_url),
            anthropic_key_file: self.anthropic_key_file.or(other.anthropic_key_file),
            openai_model: self.openai_model.or(other.openai_model),
            openai_base_url: self.openai_base_url.or(other.openai_base_url),
            openai_key_file: self.openai_key_file.or(other.openai_key_file),
        }
    }

    fn key_file(&self, provider: Provider) -> Option<&PathBuf> {
        match provider {
            Provider::Anthropic => self.anthropic_key_file.as_ref(),
            Provider::Openai => self.openai_key_file.as_ref(),
        }
    }

    fn base_url(&self, provider: Provider) -> Option<&String> {
        match provider {
            Provider::Anthropic => self.anthropic_base_url.as_ref(),
            Provider::Openai => self.openai_base_url.as_ref(),
        }
    }

    fn model(&self, provider: Provider) -> Option<&String> {
        match provider {
            Provider::Anthropic => self.anthropic_model.as_ref(),
            Provider::Openai => self.openai_model.as_ref(),
        }
    }

    /// The settings for a provider that can be asked.
    fn settings(&self, provider: Provider) -> Result<Option<ModelSettings>, Failure> {
        let key = self.key(provider)?;
        let is_own_server = provider == Provider::Openai && self.base_url(provider).is_some();
        if key.is_none() && !is_own_server {
            return Ok(None);
        }
        let defaults = ModelSettings::new(provider, key);
        let patience = Patience {
            connect: time("--planner-connect-timeout", self.connect_timeout.as_deref())?
                .unwrap_or(defaults.patience.connect),
            silence: time("--planner-silence-timeout", self.silence_timeout.as_deref())?
                .unwrap_or(defaults.patience.silence),
            whole: time("--planner-timeout", self.timeout.as_deref())?.unwrap_or(defaults.patience.whole),
        };
        let model = self.model(provider).cloned().unwrap_or_else(|| defaults.model.clone());
        let prices = self.prices.as_deref().map(prices).transpose()?;
        let budget = Budget {
            tokens: self.max_tokens.unwrap_or(defaults.budget.tokens),
            cost_micros: self.max_cost.map(dollars).transpose()?,
            ..defaults.budget
        };
        Ok(Some(ModelSettings {
            base_url: self.base_url(provider).cloned().unwrap_or_else(|| defaults.base_url.clone()),
            prices: prices.or_else(|| Prices::listed(&model)),
            model,
            patience,
            budget,
            ..defaults
        }))
    }

    fn key(&self, provider: Provider) -> Result<Option<Key>, Failure> {
        let (text, place) = match self.key_file(provider) {
            Some(file) => {
                let place = format!("the key file {}", file.display());
                let text = std::fs::read_to_string(file)
                    .map_err(|error| Failure::usage(format!("{place} cannot be read: {error}")))?;
                (text, place)
            }
            None => match env::var(variable(provider)) {
                Ok(text) if text.trim().is_empty() => return Ok(None),
                Ok(text) => (text, variable(provider).to_owned()),
                Err(env::VarError::NotPresent) => return Ok(None),
                Err(env::VarError::NotUnicode(_)) => (String::new(), variable(provider).to_owned()),
            },
        };
        let key = Key::new(&text);
        key.map(Some).map_err(|error| Failure::usage(format!("{place} holds no key: {error}")))
    }
}

/// The variable that holds a provider's key.
const fn variable(provider: Provider) -> &'static str {
    match provider {
        Provider::Anthropic => "ANTHROPIC_API_KEY",
        Provider::Openai => "OPENAI_API_KEY",
    }
}

/// A time as people write it: `90s`, `2m`, or seconds.
fn time(flag: &str, text: Option<&str>) -> Result<Option<Duration>, Failure> {
    let Some(text) = text.map(str::trim) else { return Ok(None) };
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let parsed = seconds.or_else(|| humantime::parse_duration(text).ok()).filter(|time| !time.is_zero());
    let wrong = || Failure::usage(format!("{flag} is a time such as 90s, 2m, or a number of seconds, not `{text}`"));
    parsed.map(Some).ok_or_else(wrong)
}

fn prices(text: &str) -> Result<Prices, Failure> {
    let amount = |text: &str| text.trim().parse::<f64>().ok().filter(|amount| amount.is_finite() && *amount >= 0.0);
    let parsed = text.split_once('/').and_then(|(input, output)| Some((amount(input)?, amount(output)?)));
    let (input, output) = parsed.ok_or_else(|| {
        let form = "two amounts of US dollars for a million tokens, in and out, such as 3/15";
        Failure::usage(format!("--planner-prices is {form}, not `{text}`"))
    })?;
    Ok(Prices::per_million(input, output))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
fn dollars(amount: f64) -> Result<u64, Failure> {
    if amount.is_finite() && (0.0..1_000_000.0).contains(&amount) {
        Ok((amount * 1_000_000.0).round() as u64)
    } else {
        Err(Failure::usage(format!("--planner-max-cost is an amount of US dollars, not `{amount}`")))
    }
}

/// A planner that people can choose, for the page.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) choice: PlannerChoice,
    /// The model that it asks.
    pub(crate) model: Option<String>,
    /// Why it cannot be asked, and what to do.
    pub(crate) reason: Option<String>,
}

/// The planners of a house, and what is said of them.
pub(crate) struct Hired {
    pub(crate) planners: Planners,
    pub(crate) offers: Vec<Offer>,
    /// Who answers when a plan does not say it.
    pub(crate) usual: &'static str,
}

/// Makes the planners that can be asked; the offline one plans by these recipes.
pub(crate) fn hire(args: &PlannerArgs, recipes: Recipes) -> Result<Hired, Failure> {
    let mut planners = Planners::offline(Arc::new(OfflinePlanner::new(recipes)));
    let mut usual = None;
    let mut offers = Vec::new();
    for provider in [Provider::Anthropic, Provider::Openai] {
        let choice = match provider {
            Provider::Anthropic => PlannerChoice::Anthropic,
            Provider::Openai => PlannerChoice::Openai,
        };
        let settings = args.settings(provider)?;
        let model = settings.as_ref().map(|settings| settings.model.clone());
        let reason = match settings {
            Some(settings) => {
                let made = ModelPlanner::new(settings).map_err(|error| Failure::usage(error.to_string()))?;
                usual.get_or_insert(made.name());
                planners = planners.with(Arc::new(made));
                None
            }
            None => Some(format!("There is no key: start the server with {} set.", variable(provider))),
        };
        offers.push(Offer { choice, model, reason });
    }
    let chosen = args.choice.unwrap_or(Choice::Auto);
    let missing = offers.iter().find(|offer| offer.choice == chosen.into()).and_then(|offer| offer.reason.as_ref());
    if missing.is_some() {
        let provider = if chosen == Choice::Anthropic { Provider::Anthropic } else { Provider::Openai };
        return Err(Failure::usage(format!(
            "the planner {} has no key: set {} or give a file with --{}-key-file",
            provider.name(),
            variable(provider),
            provider.name()
        )));
    }
    let usual = match chosen {
        Choice::Auto => usual.unwrap_or("offline"),
        Choice::Offline => "offline",
        Choice::Anthropic => "anthropic",
        Choice::Openai => "openai",
    };
    let offline = |choice| Offer { choice, model: None, reason: None };
    let auto = Offer {
        model: offers.iter().find(|offer| usual == name(offer.choice)).and_then(|offer| offer.model.clone()),
        ..offline(PlannerChoice::Auto)
    };
    let offers = [auto, offline(PlannerChoice::Offline)].into_iter().chain(offers).collect();
    Ok(Hired { planners: planners.preferring(chosen.into()), offers, usual })
}

const fn name(choice: PlannerChoice) -> &'static str {
    match choice {
        PlannerChoice::Auto => "auto",
        PlannerChoice::Offline => "offline",
        PlannerChoice::Anthropic => "anthropic",
        PlannerChoice::Openai => "openai",
    }
}

/// The one planner that is measured.
pub(crate) fn single(args: &PlannerArgs) -> Result<Box<dyn Planner>, Failure> {
    let provider = match args.choice.unwrap_or(Choice::Offline) {
        Choice::Auto | Choice::Offline => return Ok(Box::new(OfflinePlanner::default())),
        Choice::Anthropic => Provider::Anthropic,
        Choice::Openai => Provider::Openai,
    };
    let settings = args.settings(provider)?.ok_or_else(|| {
        Failure::usage(format!("the planner {} has no key: set {}", provider.name(), variable(provider)))
    })?;
    let planner = ModelPlanner::new(settings).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(Box::new(planner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(time("--t", Some("2m")).unwrap(), Some(Duration::from_mins(2)));
        assert_eq!(time("--t", Some("1.5")).unwrap(), Some(Duration::from_millis(1_500)));
        assert_eq!(time("--t", Some("250ms")).unwrap(), Some(Duration::from_millis(250)));
        assert!(time("--t", Some("0")).is_err());
        assert!(time("--t", Some("soon")).is_err());
    }

    #[test]
    fn prices_and_amounts_are_checked() {
        assert_eq!(prices("3/15").unwrap(), Prices::per_million(3.0, 15.0));
        assert!(prices("3").is_err() && prices("-1/2").is_err());
        assert_eq!(dollars(0.25).unwrap(), 250_000);
        assert!(dollars(-1.0).is_err());
    }

    #[test]
    fn a_server_of_ones_own_needs_no_key_and_a_choice_without_key_is_refused() {
        let file = PlannerArgs { anthropic_key_file: Some("/nowhere/key".into()), ..PlannerArgs::default() };
        assert!(hire(&file, Recipes::builtin().clone()).is_err());
        let own = PlannerArgs {
            openai_base_url: Some("http://127.0.0.1:9/v1".into()),
            choice: Some(Choice::Openai),
            ..PlannerArgs::default()
        };
        let hired = hire(&own, Recipes::builtin().clone()).unwrap();
        assert_eq!(hired.usual, "openai");
        assert!(hired.offers.iter().all(|offer| offer.choice != PlannerChoice::Openai || offer.reason.is_none()));
    }
}
