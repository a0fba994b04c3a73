//! Ids in the path. One that is malformed names nothing, so it is answered like one that names nothing: 404.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{
    ids::{EntityId, PlanId, ScheduleId, StepId, TemplateId},
    plan::PlanRefusal,
    schedule::ScheduleRefusal,
    template::TemplateRefusal,
    workspace::EntityRefusal,
};

use crate::{
    problem::{Answer, Problem},
    state::AppState,
};

/// `/plans/{id}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanPath(pub PlanId);

/// `/plans/{id}/steps/{step}`.
#[derive(Clone, Debug)]
pub(crate) struct StepPath(pub PlanId, pub StepId);

/// `/workspace/entities/{id}`.
#[derive(Clone, Debug)]
pub(crate) struct EntityPath(pub EntityId);

impl FromRequestParts<AppState> for PlanPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        plan_in(&params).map(Self)
    }
}

impl FromRequestParts<AppState> for StepPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        let plan = plan_in(&params)?;
        let step = param(&params, "step");
        let step = step.parse().map_err(|_| PlanRefusal::NoSuchStep { step: shorten(step) })?;
        Ok(Self(plan, step))
    }
}

/// `/plans/{id}/comments/{comment}`.
#[derive(Clone, Debug)]
pub(crate) struct CommentPath(pub PlanId, pub String);

impl FromRequestParts<AppState> for CommentPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        Ok(Self(plan_in(&params)?, param(&params, "comment").to_owned()))
    }
}

/// `/workspace/entities/{id}/links/{link}`.
#[derive(Clone, Debug)]
pub(crate) struct LinkPath(pub EntityId, pub String);

impl FromRequestParts<AppState> for LinkPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let EntityPath(id) = EntityPath::from_request_parts(parts, state).await?;
        let params = raw(parts, state).await?;
        Ok(Self(id, param(&params, "link").to_owned()))
    }
}

impl FromRequestParts<AppState> for EntityPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        let id = param(&params, "id").parse().map_err(|_| EntityRefusal::NoSuchEntity)?;
        Ok(Self(id))
    }
}

/// `/templates/{id}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TemplatePath(pub TemplateId);

impl FromRequestParts<AppState> for TemplatePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        Ok(Self(param(&params, "id").parse().map_err(|_| TemplateRefusal::NoSuchTemplate)?))
    }
}

/// `/templates/{id}/versions/{version}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VersionPath(pub TemplateId, pub u32);

impl FromRequestParts<AppState> for VersionPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let TemplatePath(id) = TemplatePath::from_request_parts(parts, state).await?;
        let params = raw(parts, state).await?;
        // what is no number is no version either
        Ok(Self(id, param(&params, "version").parse().unwrap_or(0)))
    }
}

/// `/schedules/{id}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SchedulePath(pub ScheduleId);

impl FromRequestParts<AppState> for SchedulePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Answer<Self> {
        let params = raw(parts, state).await?;
        Ok(Self(param(&params, "id").parse().map_err(|_| ScheduleRefusal::NoSuchSchedule)?))
    }
}

async fn raw(parts: &mut Parts, state: &AppState) -> Answer<RawPathParams> {
    // Path params that are no UTF-8 cannot name anything either.
    RawPathParams::from_request_parts(parts, state).await.map_err(|_| PlanRefusal::NoSuchPlan.into())
}

fn plan_in(params: &RawPathParams) -> Answer<PlanId> {
    param(params, "id").parse().map_err(|_| PlanRefusal::NoSuchPlan.into())
}

fn param<'a>(params: &'a RawPathParams, name: &str) -> &'a str {
    params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}
