//! Text as the offline planner sees it: tokens, words it knows, spelling, and patterns over tokens.

mod lexicon;
mod pattern;
mod scan;
mod spellings;
mod token;
mod typos;
mod verbs;

pub use lexicon::{is_determiner, is_function_word, is_object_noun, is_preposition, is_pronoun, is_title, number_word};
pub use pattern::{Captures, Pattern, Phrases};
pub use scan::tokens;
pub use token::{Kind, Token, capitalised, fold, join, listed};
pub use typos::{correct, distance, is_no_word, one_mistake};
pub use verbs::{base_form, from_gerund, is_verb};
