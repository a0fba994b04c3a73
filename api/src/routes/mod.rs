//! The routes, one file per family. Each handler carries its own entry in the API document.
//!
//! A handler reads what came in, asks one thing of the layers below, and makes the answer; it decides nothing.

mod actions;
mod activity;
mod answer;
mod approvals;
mod causes;
mod comments;
mod diff;
mod docs;
mod edits;
mod events;
mod forgetting;
mod fresh;
pub(crate) mod health;
mod insights;
mod live;
mod log;
mod me;
mod operations;
mod ops;
mod parked;
mod plans;
mod proof;
mod revisions;
mod rollbacks;
mod runs;
mod steps;
mod template_files;
mod template_schedules;
mod template_versions;
mod templates;
mod timeline;
mod workspace;
mod workspace_sample;

pub(crate) use docs::router as docs;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::state::AppState;

/// Everything under `/api/v1`.
pub(crate) fn v1() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(plans::list, plans::create))
        .routes(routes!(plans::read))
        .routes(routes!(edits::edit))
        .routes(routes!(approvals::answer))
        .routes(routes!(revisions::revise))
        .routes(routes!(revisions::keep))
        .routes(routes!(approvals::approve))
        .routes(routes!(approvals::reject))
        .routes(routes!(runs::start))
        .routes(routes!(runs::pause))
        .routes(routes!(runs::resume))
        .routes(routes!(runs::cancel))
        .routes(routes!(rollbacks::preview))
        .routes(routes!(rollbacks::roll_back))
        .routes(routes!(rollbacks::retry))
        .routes(routes!(rollbacks::resolve))
        .routes(routes!(rollbacks::stop))
        .routes(routes!(comments::rate))
        .routes(routes!(comments::add))
        .routes(routes!(comments::resolve))
        .routes(routes!(steps::approve))
        .routes(routes!(steps::skip))
        .routes(routes!(steps::retry))
        .routes(routes!(steps::complete))
        .routes(routes!(steps::resolve))
        .routes(routes!(events::of_plan))
        .routes(routes!(timeline::read))
        .routes(routes!(diff::read))
        .routes(routes!(events::search))
        .routes(routes!(causes::read))
        .routes(routes!(proof::of_plan))
        .routes(routes!(proof::evidence))
        .routes(routes!(proof::read))
        .routes(routes!(proof::download, proof::sign))
        .routes(routes!(proof::rotate))
        .routes(routes!(actions::list))
        .routes(routes!(activity::list))
        .routes(routes!(insights::read))
        .routes(routes!(live::watch))
        .routes(routes!(workspace::list, workspace::create))
        .routes(routes!(workspace::read, workspace::change))
        .routes(routes!(workspace::archive))
        .routes(routes!(workspace::restore))
        .routes(routes!(forgetting::forget))
        .routes(routes!(workspace::link))
        .routes(routes!(workspace::unlink))
        .routes(routes!(workspace::history))
        .routes(routes!(workspace_sample::load))
        .routes(routes!(templates::propose))
        .routes(routes!(templates::list, templates::create))
        .routes(routes!(templates::read, templates::change))
        .routes(routes!(templates::retire))
        .routes(routes!(templates::bring_back))
        .routes(routes!(templates::share))
        .routes(routes!(templates::preview))
        .routes(routes!(templates::run))
        .routes(routes!(template_files::import))
        .routes(routes!(template_files::starter))
        .routes(routes!(template_files::export))
        .routes(routes!(template_versions::list, template_versions::add))
        .routes(routes!(template_versions::read))
        .routes(routes!(template_versions::restore))
        .routes(routes!(template_versions::pre_approve))
        .routes(routes!(template_versions::withdraw))
        .routes(routes!(template_versions::diff))
        .routes(routes!(template_schedules::list, template_schedules::create))
        .routes(routes!(template_schedules::preview))
        .routes(routes!(template_schedules::list_all))
        .routes(routes!(template_schedules::read))
        .routes(routes!(template_schedules::pause))
        .routes(routes!(template_schedules::resume))
        .routes(routes!(template_schedules::remove))
        .routes(routes!(ops::list))
        .routes(routes!(ops::rebuild))
        .routes(routes!(ops::verify))
        .routes(routes!(ops::swap_back))
        .routes(routes!(ops::discard))
        .routes(routes!(ops::pause))
        .routes(routes!(ops::resume))
        .routes(routes!(ops::replay))
        .routes(routes!(operations::list))
        .routes(routes!(operations::read))
        .routes(routes!(operations::cancel))
        .routes(routes!(parked::list))
        .routes(routes!(parked::skipped))
        .routes(routes!(parked::retry))
        .routes(routes!(parked::skip))
        .routes(routes!(log::list))
        .routes(routes!(log::read))
        .routes(routes!(me::read))
}

/// What the machinery asks that runs the server.
pub(crate) fn health() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(health::startupz))
        .routes(routes!(health::metrics))
}
