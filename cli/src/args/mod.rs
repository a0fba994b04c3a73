//! The words of the command line.

mod environment;
mod ops;
mod templates;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use ops::{CopyLog, LogVerb, OpsVerb, ParkedVerb, ProjectionsVerb, Restore, TakeBackup};
pub(crate) use templates::{AddSchedule, CatchUp, RunTemplate, SaveTemplate, ScheduleVerb, TemplateVerb};

use crate::planners::{Choice, PlannerArgs};

/// Turns a request into a plan of steps that people can trust.
#[derive(Parser, Debug)]
#[command(name = "cairn", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every verb understands.
#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// The folder that holds everything.
    #[arg(long, global = true, env = "CAIRN_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Where the log is when it is not in the folder: esdb://HOST:PORT,HOST:PORT?PARAMETERS.
    #[arg(long, global = true, env = "CAIRN_EVENTSTORE", hide_env_values = true, value_name = "URL")]
    pub(crate) eventstore: Option<String>,
    /// Where the read models are when they are not in the folder.
    #[arg(long, global = true, env = "CAIRN_POSTGRES", hide_env_values = true)]
    #[arg(value_name = "postgres://USER@HOST/DATABASE")]
    pub(crate) read_models: Option<String>,
    /// The address of a running server; without it, the one that holds the folder is used, or none.
    #[arg(long, global = true, env = "CAIRN_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value_t = OutputFormat::Table)]
    pub(crate) output: OutputFormat,
    /// How log lines are written to stderr.
    #[arg(long, global = true, value_enum, env = "CAIRN_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// How often the history is signed for, such as 5m or 1h.
    #[arg(long, global = true, hide = true, env = "CAIRN_CHECKPOINT_INTERVAL", value_name = "TIME")]
    pub(crate) checkpoint_interval: Option<String>,
    /// Where a copy of the signed checkpoints is kept; best on another disk or machine.
    #[arg(long, global = true, hide = true, env = "CAIRN_CHECKPOINT_EXPORT", value_name = "FILE")]
    pub(crate) checkpoint_export: Option<PathBuf>,
    /// Remembers who looked at the history, in `audit/reads.jsonl`.
    #[arg(long, global = true, hide = true, env = "CAIRN_AUDIT_READS")]
    pub(crate) audit_reads: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Table,
    Json,
    Jsonl,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// Serves the web page and the API.
    Serve(Serve),
    /// Makes, shows, approves and runs plans.
    #[command(subcommand)]
    Plan(PlanVerb),
    /// Saves plans as templates, and makes plans from them.
    #[command(subcommand)]
    Template(TemplateVerb),
    /// Sums up what became of drafts, by planner and kind of plan.
    Insights {
        /// Only plans that were made then or later, such as 2026-11-23T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
    /// Checks that nobody touched the history.
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Forgets a person for good: what is known of them is gone, from every copy of the log as well.
    Forget(ForgetPerson),
    /// Looks after the read models.
    #[command(subcommand)]
    Ops(OpsVerb),
    /// Looks into the log, and moves it.
    #[command(subcommand)]
    Log(LogVerb),
    /// Prints everything as sorted JSON, one thing a line.
    Dump(Dump),
    /// Shows how well-known undertakings are planned: the built-in recipes and those in the data folder.
    #[command(subcommand)]
    Recipes(RecipesVerb),
    /// Measures the planner.
    #[command(subcommand)]
    Eval(EvalVerb),
}

#[derive(Args, Debug)]
pub(crate) struct ForgetPerson {
    /// The person's id.
    pub(crate) person: String,
    /// Why; it is kept in the history. Do not name the person in it.
    #[arg(long)]
    pub(crate) reason: String,
    /// The person's name, which confirms who is meant; asked for when a person is there.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Does not ask for the person's name, and confirms by it.
    #[arg(long, short, conflicts_with = "name")]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
#[command(after_help = environment::WITHOUT_FLAGS)]
pub(crate) struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, env = "CAIRN_LISTEN", value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// Hosts, or host:port, that steps may send requests to, separated by commas.
    #[arg(long, env = "CAIRN_HTTP_ALLOW", value_name = "HOSTS")]
    pub(crate) http_allow: Option<String>,
    /// What this node does besides answering, where several share the read models.
    #[arg(long, env = "CAIRN_ROLE", value_enum, value_delimiter = ',', value_name = "ROLES")]
    pub(crate) role: Vec<Role>,
    #[command(flatten)]
    pub(crate) planner: PlannerArgs,
    /// Where traces are sent to, as OTLP over HTTP in protobuf: `http://HOST:4318`. Nowhere when it is not given.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true, value_name = "URL")]
    pub(crate) otlp: Option<String>,
}

/// What a node may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Answers; every node does.
    Api,
    /// Drafts plans and carries them out, in turns with the other nodes that do.
    Runner,
    /// Keeps the read models up to date, each of them one node at a time.
    Projector,
}

impl Role {
    pub(crate) const ALL: [Self; 3] = [Self::Api, Self::Runner, Self::Projector];
}

#[derive(Subcommand, Debug)]
pub(crate) enum PlanVerb {
    /// Asks for a plan in words and waits for the draft.
    New {
        /// What should be planned.
        request: String,
        /// The id of the thing that "this" means.
        #[arg(long, value_name = "ENTITY")]
        selection: Option<String>,
        /// Who drafts it.
        #[arg(long, value_enum, default_value_t = Choice::Auto)]
        planner: Choice,
    },
    /// Cancels a plan; while it is being drafted, the planner stops.
    Cancel {
        /// The plan's id.
        plan: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
    /// Says that a plan will not be carried out.
    Reject {
        /// The plan's id.
        plan: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
    /// Lets no further step start until somebody resumes; holds a rollback as well.
    Pause {
        /// The plan's id.
        plan: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
    /// Lets the steps of a paused plan start again, or its rollback go on.
    Resume {
        /// The plan's id.
        plan: String,
    },
    /// Lists plans, newest first.
    List {
        /// Only plans of this status; may be given several times.
        #[arg(long)]
        status: Vec<String>,
        /// How many at most, 1 to 200.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// As they stood: a place in the log such as 41, or a time such as 2026-11-23T14:00:00Z.
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
    },
    /// Shows a plan and its steps.
    Show {
        /// The plan's id.
        plan: String,
        /// As it stood: a revision such as 7, a place in the log such as position:41, or a time such as
        /// 2026-11-23T14:00:00Z.
        #[arg(long, value_name = "MOMENT")]
        as_of: Option<String>,
    },
    /// Approves the content that the plan has now, or the one that you saw.
    Approve {
        /// The plan's id.
        plan: String,
        /// The content hash that you saw.
        #[arg(long, value_name = "HASH")]
        content_hash: Option<String>,
        /// Why it is fine.
        #[arg(long)]
        note: Option<String>,
        /// A loud warning that you looked at, by its id; may be given several times.
        #[arg(long = "acknowledge", value_name = "ID")]
        acknowledged: Vec<String>,
        /// Approves without asking.
        #[arg(long, short)]
        yes: bool,
    },
    /// Answers what the planner asks; without answers, asks you one question after the other.
    Answer {
        /// The plan's id.
        plan: String,
        /// The question's id and the answer, such as `who-tom="Tom Hale"`; may be given several times.
        #[arg(long = "answer", value_name = "ID=TEXT")]
        answers: Vec<String>,
    },
    /// Asks for another draft of the same plan in words, and shows what differs.
    Revise {
        /// The plan's id.
        plan: String,
        /// What should be different.
        feedback: String,
    },
    /// Shows how a plan differs between two moments, or from another plan.
    Diff {
        /// The plan's id.
        plan: String,
        /// A revision such as 7, a place in the log such as position:41, or a time; now when another plan is named.
        #[arg(long, value_name = "MOMENT", required_unless_present = "with")]
        from: Option<String>,
        /// A moment, as above; now when not given.
        #[arg(long, value_name = "MOMENT")]
        to: Option<String>,
        /// Another plan that is compared with this one.
        #[arg(long, value_name = "PLAN")]
        with: Option<String>,
    },
    /// Judges a plan, 1 (poor) to 5 (excellent).
    Rate {
        /// The plan's id.
        plan: String,
        /// 1 to 5.
        score: u8,
        /// Words that go with it.
        #[arg(long)]
        comment: Option<String>,
    },
    /// Starts an approved plan and watches it to its end.
    Run {
        /// The plan's id.
        plan: String,
    },
    /// Watches a plan until it ends or waits for a person.
    Watch {
        /// The plan's id.
        plan: String,
    },
    /// Shows what a rollback would do, or carries out the one that you saw.
    Rollback(Rollback),
    /// Leaves a rollback half-way that is stuck or paused; the rest can be rolled back another time.
    StopRollback {
        /// The plan's id.
        plan: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Rollback {
    /// The plan's id.
    pub(crate) plan: String,
    /// Only this step.
    #[arg(long, value_name = "STEP", conflicts_with_all = ["from", "undo", "confirm"])]
    pub(crate) step: Option<String>,
    /// This step and all that come after it.
    #[arg(long, value_name = "STEP", conflicts_with_all = ["undo", "confirm"])]
    pub(crate) from: Option<String>,
    /// An earlier rollback: what it took back comes again.
    #[arg(long, value_name = "ROLLBACK", conflicts_with = "confirm")]
    pub(crate) undo: Option<String>,
    /// Shows what would happen, and the hash that confirms it; the default.
    #[arg(long)]
    pub(crate) preview: bool,
    /// The hash that the preview showed: carries out exactly that.
    #[arg(long, value_name = "HASH", requires = "reason", conflicts_with = "preview")]
    pub(crate) confirm: Option<String>,
    /// Why.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// What becomes of a thing that somebody changed later: ENTITY=keep, merge or restore; may be given several times.
    #[arg(long = "choose", value_name = "ENTITY=CHOICE")]
    pub(crate) choices: Vec<String>,
    /// The plan's name, when something is lost by the rollback; asked for when a person is there.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Does not ask for the plan's name, and confirms by it.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum AuditVerb {
    /// Checks every event of the log: its hash, its place, and what was signed for it.
    ///
    /// Names the first fault with its stream and revision, and ends with exit code 5.
    Verify {
        /// A copy of the checkpoints that was kept elsewhere; it also shows a cut tail and a folder that was replaced
        /// with an older one. Without it, the folder's own checkpoints are used.
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
        /// The public key that must have signed, in PEM form.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
    },
    /// Signs for the log as it stands now, and copies the checkpoints to a file.
    Checkpoint {
        /// Where the copy goes; a file that is there is continued, never set back.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Lists events of all plans and things, the latest first; those that fit everything that is given.
    Log(EventsAsked),
    /// Shows one event, what led to it and what followed from it.
    Show {
        /// The event's id.
        event: String,
    },
    /// Writes everything that proves one plan's history to a file: a page for people, with the evidence inside.
    Export {
        /// The plan's id.
        plan: String,
        /// Where the page goes.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Checks a file that `export` wrote; needs no data folder and no network.
    VerifyBundle {
        /// The file.
        file: PathBuf,
        /// The public key that must vouch for it, in PEM form; got in another way than the file.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
    },
    /// Lets a fresh signing key take over; the one before signs for it.
    RotateKey {
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Which events are wanted.
#[derive(Args, Debug)]
pub(crate) struct EventsAsked {
    /// Who did it, by id.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// What happened, such as `PlanApproved`; may be given several times.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// To which plan.
    #[arg(long)]
    pub(crate) plan: Option<String>,
    /// About which step of the plan.
    #[arg(long)]
    pub(crate) step: Option<String>,
    /// To which thing in the workspace.
    #[arg(long)]
    pub(crate) entity: Option<String>,
    /// As part of which request.
    #[arg(long, value_name = "ID")]
    pub(crate) correlation: Option<String>,
    /// Then or later, such as 2026-11-23T14:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Before then.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// With these words in the reason.
    #[arg(long, value_name = "WORDS")]
    pub(crate) reason: Option<String>,
    /// The earliest first.
    #[arg(long)]
    pub(crate) oldest_first: bool,
    /// How many at most.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Args, Debug)]
pub(crate) struct Dump {
    /// The one form: keys sorted, no positions, no times of projections.
    #[arg(long, required = true)]
    pub(crate) canonical: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum RecipesVerb {
    /// Lists them, your own first. Your own are the `*.json` files in the folder `recipes` of the data folder.
    List,
    /// Prints a recipe's file, to read or to begin one of your own with.
    Show {
        /// Its name.
        name: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum EvalVerb {
    /// Runs cases through a planner, and grades its answers where the cases say what is expected.
    Planner {
        /// A file of cases, one JSON object a line, or a folder of such files.
        #[arg(long, value_name = "FILE")]
        cases: PathBuf,
        /// Where the answers go; without it they are only graded.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        planner: Box<PlannerArgs>,
        #[command(flatten)]
        bars: Bars,
    },
    /// Grades answers that are in a file.
    Grade {
        /// The file of cases, or a folder of such files.
        #[arg(long, value_name = "FILE")]
        cases: PathBuf,
        /// The file of answers, one JSON object a line.
        #[arg(long, value_name = "FILE")]
        answers: PathBuf,
        #[command(flatten)]
        bars: Bars,
    },
}

/// What has to pass for the exit code 0, in per cent; below it the exit code is 5.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Bars {
    /// The least share of cases that pass, in per cent.
    #[arg(long, default_value_t = 0.0, value_name = "PER CENT")]
    pub(crate) bar: f64,
    /// The least share in any one category, in per cent.
    #[arg(long, default_value_t = 0.0, value_name = "PER CENT")]
    pub(crate) category_bar: f64,
    /// Tells of each case that did not pass what is wrong.
    #[arg(long)]
    pub(crate) verbose: bool,
}
