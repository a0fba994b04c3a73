//! What each action does: executed, checked and simulated, one file per family.
//!
//! Workspace actions say what they write and how that reads (`workspace`); `desk` carries the write out through
//! `commands`. Calls to the outside are in `http`; what waits for a person or a clock in `manual` and `wait`.
//! [`simulate_plan`] foretells a whole plan. Undoing is in `undo`, once for all of them: it works on the recorded effects.

mod calendar;
mod desk;
mod foresight;
mod http;
mod ideas;
mod links;
mod manual;
mod messages;
mod notes;
mod people;
mod projects;
mod reminders;
mod simulation;
mod tasks;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod undo;
mod wait;
mod wording;
mod workspace;
mod world;
mod write;

use std::sync::Arc;

use commands::Commands;
use domain::action::{
    ActionType,
    params::{
        CalendarSchedule, IdeaArchive, IdeaCreate, IdeaUpdate, LinkCreate, MessageSend, NoteAdd, PersonCreate,
        PersonUpdate, ProjectArchive, ProjectCreate, ProjectSetMilestones, ProjectUpdate, ReminderSet, TaskComplete,
        TaskCreate, TaskUpdate,
    },
};

pub use http::{HttpConfig, HttpConfigError, Names, SystemNames};
pub use simulation::{ids_needed, simulate_plan};
pub(crate) use undo::TakeBack;
pub use world::{Found, Thing, World};
pub use write::Write;

use self::{
    desk::Desk,
    http::HttpRequest,
    manual::ManualStep,
    wait::WaitUntil,
    workspace::{OnWorkspace, WorkspaceAction},
};
use crate::registry::Builder;

/// Registers the actions that come with Cairn.
pub(crate) fn register(builder: Builder, commands: &Commands, http: HttpConfig) -> Result<Builder, HttpConfigError> {
    let desk = Desk::new(commands.clone());
    let builder = on_workspace::<ProjectCreate>(builder, &desk);
    let builder = on_workspace::<ProjectSetMilestones>(builder, &desk);
    let builder = on_workspace::<ProjectUpdate>(builder, &desk);
    let builder = on_workspace::<ProjectArchive>(builder, &desk);
    let builder = on_workspace::<TaskCreate>(builder, &desk);
    let builder = on_workspace::<TaskUpdate>(builder, &desk);
    let builder = on_workspace::<TaskComplete>(builder, &desk);
    let builder = on_workspace::<PersonCreate>(builder, &desk);
    let builder = on_workspace::<PersonUpdate>(builder, &desk);
    let builder = on_workspace::<LinkCreate>(builder, &desk);
    let builder = on_workspace::<ReminderSet>(builder, &desk);
    let builder = on_workspace::<IdeaCreate>(builder, &desk);
    let builder = on_workspace::<IdeaUpdate>(builder, &desk);
    let builder = on_workspace::<IdeaArchive>(builder, &desk);
    let builder = on_workspace::<NoteAdd>(builder, &desk);
    let builder = on_workspace::<MessageSend>(builder, &desk);
    let builder = on_workspace::<CalendarSchedule>(builder, &desk);
    let request = HttpRequest::new(known(&builder, HttpRequest::NAME), http)?;
    let wait = WaitUntil::new(known(&builder, WaitUntil::NAME));
    let manual = ManualStep::new(known(&builder, ManualStep::NAME));
    Ok(builder
        .action(HttpRequest::NAME, Arc::new(request))
        .action(WaitUntil::NAME, Arc::new(wait))
        .action(ManualStep::NAME, Arc::new(manual)))
}

fn on_workspace<A: WorkspaceAction>(builder: Builder, desk: &Desk) -> Builder {
    let action = OnWorkspace::<A>::new(known(&builder, A::NAME), desk.clone());
    builder.action(A::NAME, Arc::new(action))
}

fn known(builder: &Builder, name: &str) -> Arc<ActionType> {
    Arc::clone(builder.catalogue().get(name).expect("the built-in catalogue has all built-in actions"))
}
