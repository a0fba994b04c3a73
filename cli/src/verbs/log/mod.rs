//! `cairn log …`: how much there is, and moving it.

mod copy;
mod stats;

use crate::{
    args::{Common, LogVerb},
    exit::Failure,
};

pub(super) async fn run(common: &Common, verb: &LogVerb) -> Result<(), Failure> {
    match verb {
        LogVerb::Stats => stats::stats(common).await,
        LogVerb::Copy(asked) => copy::run(common, asked).await,
    }
}
