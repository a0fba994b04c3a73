//! One file per noun of the command line.

mod audit;
mod backup;
mod dump;
mod eval;
mod forget;
mod insights;
mod log;
mod parked;
mod plan;
mod projections;
mod projections_served;
mod recipes;
mod rollback;
mod serve;
mod talk;
mod template;
mod template_files;
mod template_schedules;

use crate::{
    args::{Cli, EvalVerb, OpsVerb, Verb},
    exit::Failure,
};

/// Does what was asked.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let common = cli.common;
    match cli.verb {
        Verb::Serve(serve) => serve::run(&common, &serve).await,
        Verb::Plan(verb) => plan::run(&common, verb).await,
        Verb::Template(verb) => template::run(&common, verb).await,
        Verb::Insights { since } => insights::show(&common, since.as_deref()).await,
        Verb::Audit(verb) => audit::run(&common, verb).await,
        Verb::Forget(asked) => forget::run(&common, asked).await,
        Verb::Ops(OpsVerb::Projections(verb)) => projections::run(&common, verb).await,
        Verb::Ops(OpsVerb::Parked(verb)) => parked::run(&common, verb).await,
        Verb::Ops(OpsVerb::Backup(asked)) => backup::take(&common, &asked).await,
        Verb::Ops(OpsVerb::Restore(asked)) => backup::restore(&common, &asked).await,
        Verb::Log(verb) => log::run(&common, &verb).await,
        Verb::Dump(_) => dump::canonical(&common).await,
        Verb::Recipes(verb) => recipes::run(&common, &verb),
        Verb::Eval(EvalVerb::Planner { cases, out, planner, bars }) => {
            eval::planner(&cases, out.as_deref(), &planner, bars).await
        }
        Verb::Eval(EvalVerb::Grade { cases, answers, bars }) => eval::grade(&cases, &answers, bars),
    }
}
