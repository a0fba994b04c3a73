//! Templates: what worked once, with gaps where it will be another thing the next time.
//!
//! A template is saved from a plan: [`find()`] proposes what may be a parameter, [`mark`] puts placeholders in the place
//! of what somebody ticked. A run fills the gaps ([`check_arguments`], [`instantiate()`]) and gives the content of a plan,
//! which goes through review like any other. A change is a new version; versions are never changed.
//!
//! All of it is pure. What things are called and what day it is comes from whoever asks.

mod arguments;
mod check;
mod command;
mod content;
mod days;
mod decide;
mod event;
mod find;
mod include;
mod instantiate;
mod leaves;
mod marks;
pub mod placeholder;
mod refusal;
mod state;
mod versions;
mod written;

pub use arguments::{Argument, ArgumentProblem, Arguments, check_arguments, day, named_things};
pub use check::{check, check_with};
pub use command::{CreateTemplate, DetailsPatch, TemplateCommand};
pub use content::{MAX_PARAMETERS, Parameter, ParameterType, TemplateContent, is_parameter_name};
pub use days::DayStyle;
pub use decide::TemplateDecider;
pub use event::{
    Right, Share, SharedWith, TemplateBroughtBack, TemplateCreated, TemplateDetails, TemplateDetailsEdited,
    TemplateEvent, TemplatePreApprovalWithdrawn, TemplatePreApproved, TemplateRetired, TemplateShared, TemplateSource,
    TemplateVersionAdded,
};
pub use find::{Found, MAX_PLACES, Placed, Why, find};
pub use include::{Include, Included, MAX_INCLUDE_DEPTH, unfold};
pub use instantiate::{Instance, instantiate};
pub use marks::{Labels, Mark, mark, unplaced};
pub use refusal::TemplateRefusal;
pub use state::{PreApproval, Template, Version};
pub use versions::{ParameterChange, ParameterDifference, VersionDifference, compare};
pub use written::read_steps;
