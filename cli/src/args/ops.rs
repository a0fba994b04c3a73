//! For those who look after the log and the read models.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand, Debug)]
pub(crate) enum OpsVerb {
    /// Lists, rebuilds and checks read models.
    #[command(subcommand)]
    Projections(ProjectionsVerb),
    /// Lists events that could not be applied to read models, tries them again, passes over them.
    #[command(subcommand)]
    Parked(ParkedVerb),
    /// Copies the log and its signed checkpoints into an empty folder, while a server works, and verifies the copy.
    Backup(TakeBackup),
    /// Brings a backup into a data folder that has no log, and verifies it.
    Restore(Restore),
}

#[derive(Args, Debug)]
pub(crate) struct TakeBackup {
    /// Where the backup goes.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: PathBuf,
    /// Where the keys of people go: another place, so that whoever is forgotten can be taken out of it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// Where the backup is.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) from: PathBuf,
    /// Where the keys of people were kept.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum ProjectionsVerb {
    /// Lists the read models and where they stand.
    List,
    /// Builds a read model anew from the log; all of them when none is named.
    Rebuild {
        /// The read model's name.
        name: Option<String>,
    },
    /// Compares a read model with a fresh build, row by row; all of them when none is named.
    Verify {
        /// The read model's name.
        name: Option<String>,
    },
    /// Shows the build before the last rebuild again.
    SwapBack {
        /// The read model's name.
        name: String,
    },
    /// Removes the build before the last rebuild.
    Discard {
        /// The read model's name.
        name: String,
    },
    /// Lets a read model stand still, also over restarts; what it has goes on being shown.
    Pause {
        /// The read model's name.
        name: String,
        /// Why, for the others.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Lets a read model follow the log again.
    Resume {
        /// The read model's name.
        name: String,
    },
    /// Shows a read model as it stood at a place in the log, and what has changed since; nobody notices.
    Replay {
        /// The read model's name.
        name: String,
        /// The place in the log.
        #[arg(long)]
        position: u64,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum ParkedVerb {
    /// Lists the events that could not be applied, and why.
    List,
    /// Lists the events that are passed over, and who wanted it.
    Skipped,
    /// Tries an event again, and what waits behind it in its stream.
    Retry {
        /// The event: `plan_list-41`, or its place in the log for all read models.
        id: String,
    },
    /// Passes over an event for good, and goes on with what waits behind it.
    Skip {
        /// The event: `plan_list-41`, or its place in the log for all read models.
        id: String,
        /// Why; it is kept.
        #[arg(long)]
        note: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum LogVerb {
    /// Counts streams and events.
    Stats,
    /// Copies a whole log into an empty one, or goes on with a copy that was interrupted; then compares the two.
    Copy(CopyLog),
}

#[derive(Args, Debug)]
pub(crate) struct CopyLog {
    /// The data folder or the server (`esdb://…`) that events come from. Nobody may write to it meanwhile.
    #[arg(long, value_name = "FOLDER|SERVER")]
    pub(crate) from: String,
    /// The data folder or the server that they go to.
    #[arg(long, value_name = "FOLDER|SERVER")]
    pub(crate) to: String,
}
