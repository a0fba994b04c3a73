//! Query parameters. Unknown ones are ignored; one that cannot be read is named.

use std::{collections::HashMap, str::FromStr, time::Duration};

use axum::{
    extract::{FromRequestParts, Query},
    http::{Uri, request::Parts},
};
use eventlog::Position;
use projections::PageRequest;
use utoipa::IntoParams;

use super::{AsOf, headers::MAX_NUMBER};
use crate::problem::{Answer, FieldProblem, Problem, codes};

/// The query parameters as they came.
#[derive(Debug, Default)]
pub(crate) struct Params(HashMap<String, String>);

/// A set of query parameters.
pub(crate) trait FromParams: Sized {
    /// Reads them.
    ///
    /// # Errors
    /// `request.bad-query`, naming the parameter.
    fn from_params(params: &Params) -> Answer<Self>;
}

/// The query parameters that a handler takes.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub T);

impl<S: Sync, T: FromParams> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Answer<Self> {
        T::from_params(&Params::of(&parts.uri)?).map(Self)
    }
}

impl Params {
    fn of(uri: &Uri) -> Answer<Self> {
        let pairs = Query::<HashMap<String, String>>::try_from_uri(uri);
        pairs.map(|Query(pairs)| Self(pairs)).map_err(|_| bad_query("", "the query is not made of `name=value` pairs"))
    }

    /// A parameter as text; an empty one counts as not there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A parameter that reads as `T`; `wanted` says in words what that is.
    pub(crate) fn parsed<T: FromStr>(&self, name: &str, wanted: &str) -> Answer<Option<T>> {
        let parse = |text: &str| text.parse().map_err(|_| bad_query(name, &format!("`{name}` must be {wanted}")));
        self.text(name).map(parse).transpose()
    }

    /// A whole number that a position or a revision can be.
    pub(crate) fn number(&self, name: &str) -> Answer<Option<u64>> {
        let number = self.parsed(name, "a whole number, not negative")?;
        match number {
            Some(number) if number > MAX_NUMBER => Err(bad_query(name, &format!("`{name}` is too large"))),
            number => Ok(number),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Answer<Option<bool>> {
        self.parsed(name, "true or false")
    }
}

/// The refusal of a query parameter.
pub(crate) fn bad_query(name: &str, detail: &str) -> Problem {
    let errors = vec![FieldProblem::parameter(name, "bad-query", detail)];
    Problem::new(&codes::BAD_QUERY, format!("A query parameter cannot be read: {detail}.")).with_errors(errors)
}

/// How fresh an answer has to be.
#[derive(Clone, Copy, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Freshness {
    /// Waits until the answer shows everything up to this place in the log: the `position` that a write answered. When
    /// waiting takes too long, the answer is what there is, with the header `Cairn-Stale: true`.
    pub min_position: Option<u64>,
    /// How long to wait for `min_position`, in milliseconds: 2,000 when not given, at most 10,000.
    pub wait_ms: Option<u64>,
}

impl Freshness {
    const WAIT_MS: u64 = 2_000;
    const MAX_WAIT_MS: u64 = 10_000;

    /// The place in the log that the answer should show.
    pub(crate) fn position(&self) -> Option<Position> {
        self.min_position.filter(|number| *number > 0).map(Position::new)
    }

    /// The same, and at least as fresh as a moment that is asked for.
    pub(crate) fn reaching(self, at: Option<Position>) -> Self {
        Self { min_position: self.min_position.max(at.map(Position::get)), ..self }
    }

    /// How long to wait for it.
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms.unwrap_or(Self::WAIT_MS).min(Self::MAX_WAIT_MS))
    }
}

impl FromParams for Freshness {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self { min_position: params.number("min_position")?, wait_ms: params.number("wait_ms")? })
    }
}

/// Which moment of one plan or thing is wanted.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MomentOfOne {
    /// Shows it as it stood: a revision such as `7` or `revision:7`, a place in the log such as `position:41`, or a time
    /// such as `2026-11-23T14:00:00Z`. Nothing can be done to it then.
    #[param(value_type = Option<String>)]
    pub as_of: Option<AsOf>,
}

impl FromParams for MomentOfOne {
    fn from_params(params: &Params) -> Answer<Self> {
        Ok(Self { as_of: params.text("as_of").map(|text| AsOf::read("as_of", text)).transpose()? })
    }
}

/// Which moment of a list is wanted.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MomentOfList {
    /// Shows the list as it stood: a place in the log such as `41` or `position:41`, or a time such as
    /// `2026-11-23T14:00:00Z`. A page of the past may be short, or even empty, and still have a `next`.
    #[param(value_type = Option<String>)]
    pub as_of: Option<AsOf>,
}

impl FromParams for MomentOfList {
    fn from_params(params: &Params) -> Answer<Self> {
        let MomentOfOne { as_of } = MomentOfOne::from_params(params)?;
        Ok(Self { as_of })
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many items at most: 1 to 200, 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    const LIMIT: u64 = 50;
    const MAX_LIMIT: u64 = 200;

    /// How many items at most.
    pub(crate) fn limit(&self) -> usize {
        let limit = self.limit.unwrap_or(Self::LIMIT).clamp(1, Self::MAX_LIMIT);
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// The page, as the read models take it.
    pub(crate) fn request(self) -> PageRequest {
        PageRequest::first(self.limit()).after(self.cursor)
    }
}

impl FromParams for Paging {
    fn from_params(params: &Params) -> Answer<Self> {
        let limit = params.number("limit")?;
        if limit == Some(0) {
            return Err(bad_query("limit", "`limit` must be at least 1"));
        }
        Ok(Self { limit, cursor: params.text("cursor").map(str::to_owned) })
    }
}
