//! The words of `cairn template`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand, Debug)]
pub(crate) enum TemplateVerb {
    /// Lists the templates that you may use, newest first.
    List {
        /// Only those with these words in their name, description or tags.
        #[arg(long, short)]
        query: Option<String>,
        /// Only those with this tag.
        #[arg(long)]
        tag: Option<String>,
        /// Retired ones as well.
        #[arg(long)]
        retired: bool,
    },
    /// Shows a template: its parameters and steps.
    Show {
        /// The template's name or id.
        template: String,
        /// An earlier version, by its number.
        #[arg(long = "number", value_name = "NUMBER")]
        number: Option<u32>,
    },
    /// Saves a plan as a template.
    Save(SaveTemplate),
    /// Makes a plan from a template.
    Run(RunTemplate),
    /// Lists the versions of a template, newest first.
    Versions {
        /// The template's name or id.
        template: String,
    },
    /// Shows how two versions differ.
    Diff {
        /// The template's name or id.
        template: String,
        /// The earlier version.
        #[arg(long, value_name = "NUMBER")]
        from: u32,
        /// The later version; the newest when not given.
        #[arg(long, value_name = "NUMBER")]
        to: Option<u32>,
    },
    /// Makes a new version with the content of an earlier one.
    Restore {
        /// The template's name or id.
        template: String,
        /// The earlier version, by its number.
        #[arg(long = "number", value_name = "NUMBER")]
        number: u32,
    },
    /// Writes the newest version as one file.
    Export {
        /// The template's name or id.
        template: String,
        /// The file; standard output when not given. Its ending says the form: `.json`, else YAML.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Makes a template of a file, YAML or JSON.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Puts the templates that come with Cairn into the library.
    Starter,
    /// Runs a template by itself, at certain times.
    Schedule {
        #[command(subcommand)]
        verb: ScheduleVerb,
    },
    /// Says who else may use or edit a template: all that are not named may no longer.
    Share {
        /// The template's name or id.
        template: String,
        /// Who and what, such as tenant=use, person:kim=edit or role:planners=use; may be given several times.
        #[arg(long = "with", value_name = "WHO=RIGHT")]
        with: Vec<String>,
    },
    /// Lets plans that are made from a version count as approved once, as long as nobody changes them.
    PreApprove {
        /// The template's name or id.
        template: String,
        /// The version, by its number.
        #[arg(long = "number", value_name = "NUMBER")]
        number: u32,
        /// Why it is fine.
        #[arg(long)]
        note: Option<String>,
    },
    /// Withdraws the pre-approval of a template.
    WithdrawPreApproval {
        /// The template's name or id.
        template: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
    /// Retires a template; its versions and plans stay.
    Retire {
        /// The template's name or id.
        template: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: String,
    },
    /// Brings a retired template back.
    BringBack {
        /// The template's id; its name will do as well.
        template: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum ScheduleVerb {
    /// Schedules a template: each plan is a draft that goes through review like any other.
    Add(AddSchedule),
    /// Lists the schedules of a template, or all of them, newest first.
    List {
        /// The template's name or id; all templates when not given.
        template: Option<String>,
    },
    /// Pauses a schedule: no plan is made until it is resumed.
    Pause {
        /// The schedule's id.
        schedule: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Resumes a schedule, with the next time from now on.
    Resume {
        /// The schedule's id.
        schedule: String,
    },
    /// Removes a schedule; its plans stay.
    Remove {
        /// The schedule's id.
        schedule: String,
        /// Why; it is kept in the history.
        #[arg(long)]
        reason: Option<String>,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AddSchedule {
    /// The template's name or id.
    pub(crate) template: String,
    /// Minute, hour, day of the month, month, day of the week, such as "0 9 * * mon".
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) cron: String,
    /// Whose clocks it is read on, such as Europe/Berlin.
    #[arg(long, value_name = "NAME", default_value = "UTC")]
    pub(crate) time_zone: String,
    /// What a parameter is, such as `who=Sarah` or `"start_date=today + 7 days"`; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// One version, by its number; the newest at each time when not given.
    #[arg(long = "number", value_name = "NUMBER")]
    pub(crate) number: Option<u32>,
    /// What becomes of times that pass while the server is down.
    #[arg(long, value_enum, default_value_t = CatchUp::Last)]
    pub(crate) catch_up: CatchUp,
    /// Only shows when it would be due.
    #[arg(long)]
    pub(crate) preview: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CatchUp {
    /// The last of them is made up for.
    Last,
    /// They are only counted.
    None,
}

#[derive(Args, Debug)]
pub(crate) struct SaveTemplate {
    /// The plan's id.
    pub(crate) plan: String,
    /// What people call the template; the plan's name when not given.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What it is for.
    #[arg(long, default_value = "")]
    pub(crate) description: String,
    /// A word to find it by; may be given several times.
    #[arg(long = "tag", value_name = "WORD")]
    pub(crate) tags: Vec<String>,
    /// Also takes a proposal that is not ticked, by its name; may be given several times.
    #[arg(long = "with", value_name = "PARAMETER")]
    pub(crate) with: Vec<String>,
    /// Leaves out a proposal that is ticked, by its name; may be given several times.
    #[arg(long = "without", value_name = "PARAMETER")]
    pub(crate) without: Vec<String>,
    /// Gives a parameter another name, such as attendee=who; may be given several times.
    #[arg(long = "rename", value_name = "OLD=NEW")]
    pub(crate) renamed: Vec<String>,
    /// Only shows what would become a parameter.
    #[arg(long)]
    pub(crate) preview: bool,
    /// Saves the next version of this template instead of a new one.
    #[arg(long, value_name = "TEMPLATE", conflicts_with_all = ["name", "description", "tags"])]
    pub(crate) version_of: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct RunTemplate {
    /// The template's name or id.
    pub(crate) template: String,
    /// What a parameter is, such as who=Sarah or start_date=2027-01-11; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// An earlier version, by its number.
    #[arg(long = "number", value_name = "NUMBER")]
    pub(crate) number: Option<u32>,
    /// Only shows the plan as it would be.
    #[arg(long)]
    pub(crate) preview: bool,
}
