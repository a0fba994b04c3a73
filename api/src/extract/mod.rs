//! From a request to what a handler needs: ids from the path, parameters, the body of a write and what goes with it.
//!
//! Everything that cannot be read becomes a [`Problem`](crate::problem::Problem) that names the place; what a library
//! says about it is turned into a sentence here and never passed on.

mod as_of;
mod explain;
pub(crate) mod headers;
pub(crate) mod json;
mod path;
pub(crate) mod query;
mod write;

pub(crate) use as_of::AsOf;
pub(crate) use headers::etag;
pub(crate) use path::{CommentPath, EntityPath, LinkPath, PlanPath, SchedulePath, StepPath, TemplatePath, VersionPath};
pub(crate) use query::{Asked, Freshness, FromParams, MomentOfList, MomentOfOne, Paging, Params};
pub(crate) use write::{Body, Nothing, Write};
