//! Every code that a problem can have, with its status and what kind of problem it is.
//!
//! A code never changes its meaning and is never used again. `docs/errors/<code>.md` explains each; a test sees to it.

use axum::http::StatusCode;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, such as `plan.wrong-status`.
    pub name: &'static str,
    /// The HTTP status that goes with it.
    pub status: StatusCode,
    /// What kind of problem it is, for people.
    pub title: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// Declares codes and the list of all of them.
macro_rules! codes {
    ($($constant:ident = $status:ident $name:literal $title:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $title, ".")]
            pub static $constant: Code = Code {
                name: $name,
                status: StatusCode::$status,
                title: $title,
                page: include_str!(concat!("../../../docs/errors/", $name, ".md")),
            };
        )*

        /// All codes.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    // what was sent cannot be read
    MALFORMED_JSON = BAD_REQUEST "request.malformed-json" "The body is not JSON";
    INVALID_BODY = UNPROCESSABLE_ENTITY "request.invalid-body" "The body does not have the right shape";
    BAD_QUERY = BAD_REQUEST "request.bad-query" "A query parameter cannot be read";
    BAD_HEADER = BAD_REQUEST "request.bad-header" "A header cannot be read";
    BAD_CURSOR = BAD_REQUEST "request.bad-cursor" "The cursor belongs to another list";
    TOO_LARGE = PAYLOAD_TOO_LARGE "request.too-large" "The body is too large";
    TIMED_OUT = REQUEST_TIMEOUT "request.timed-out" "The body did not arrive in time";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "request.unsupported-media-type" "The body is not said to be JSON";
    NOT_ACCEPTABLE = NOT_ACCEPTABLE "request.not-acceptable" "The answer cannot be given in the form asked for";
    NO_SUCH_ROUTE = NOT_FOUND "request.no-such-route" "There is nothing at this address";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "request.method-not-allowed" "This cannot be done at this address";
    FOREIGN_HOST = MISDIRECTED_REQUEST "request.foreign-host" "The request was meant for another server";
    FOREIGN_ORIGIN = FORBIDDEN "request.foreign-origin" "The request comes from another site";
    TOO_MANY_WATCHERS = TOO_MANY_REQUESTS "request.too-many-watchers" "Too many live streams are open";

    // the state of things is not what the caller thinks
    IF_MATCH_MISSING = PRECONDITION_REQUIRED "precondition.if-match-missing" "The request must name the revision it was made on";
    REVISION_MISMATCH = PRECONDITION_FAILED "precondition.revision-mismatch" "Somebody changed it since you looked";
    CONFLICT = CONFLICT "command.conflict" "Others kept changing it at the same moment";
    KEY_REUSED = UNPROCESSABLE_ENTITY "idempotency.key-reused" "The idempotency key was used for something else";
    STILL_RUNNING = CONFLICT "idempotency.still-running" "The first request with this key is still running";

    // plans
    NO_SUCH_PLAN = NOT_FOUND "plan.no-such-plan" "There is no such plan";
    PLAN_ALREADY_EXISTS = CONFLICT "plan.already-exists" "This plan exists already";
    BAD_PLAN_REQUEST = UNPROCESSABLE_ENTITY "plan.bad-request" "A request needs words";
    WRONG_STATUS = CONFLICT "plan.wrong-status" "The plan's status does not allow this";
    INVALID_CONTENT = UNPROCESSABLE_ENTITY "plan.invalid-content" "The plan's content is not valid";
    STEP_HAS_DEPENDENTS = CONFLICT "plan.step-has-dependents" "Other steps need this step";
    NO_CHANGES = UNPROCESSABLE_ENTITY "plan.no-changes" "There are no changes to make";
    NOTHING_TO_APPROVE = CONFLICT "plan.nothing-to-approve" "The plan has no steps";
    CONTENT_CHANGED = CONFLICT "plan.content-changed" "The content is not what you saw";
    WARNINGS_NOT_ACKNOWLEDGED = CONFLICT "plan.warnings-not-acknowledged" "The plan carries warnings that you have not looked at";
    ALREADY_APPROVED_BY_YOU = CONFLICT "plan.already-approved-by-you" "You approved this content already";
    SELF_APPROVAL = FORBIDDEN "plan.self-approval" "Somebody else must approve this plan";
    NOT_APPROVED = CONFLICT "plan.not-approved" "The content is not what was approved";
    NO_SUCH_STEP = NOT_FOUND "plan.no-such-step" "There is no such step";
    WRONG_STEP_STATUS = CONFLICT "plan.wrong-step-status" "The step's status does not allow this";
    NOT_MANUAL = CONFLICT "plan.not-manual" "The step is not done by hand";
    NO_GATE = CONFLICT "plan.no-gate" "The step needs no approval";
    REASON_MISSING = UNPROCESSABLE_ENTITY "plan.reason-missing" "A reason is needed";
    BAD_SCORE = UNPROCESSABLE_ENTITY "plan.bad-score" "The score is not from 1 to 5";
    BAD_COMMENT = UNPROCESSABLE_ENTITY "plan.bad-comment" "The comment is empty or too long";
    NO_SUCH_COMMENT = NOT_FOUND "plan.no-such-comment" "There is no such comment";
    NO_SUCH_QUESTION = UNPROCESSABLE_ENTITY "plan.no-such-question" "The planner did not ask this";
    BAD_ANSWER = UNPROCESSABLE_ENTITY "plan.bad-answer" "The answer says nothing";
    BAD_FEEDBACK = UNPROCESSABLE_ENTITY "plan.bad-feedback" "Feedback needs words";
    NOT_THE_EXECUTOR = FORBIDDEN "plan.not-the-executor" "Only the executor records what steps did";
    NOTHING_TO_ROLL_BACK = CONFLICT "plan.nothing-to-roll-back" "There is nothing to roll back";
    NO_SUCH_ROLLBACK = NOT_FOUND "plan.no-such-rollback" "There is no such rollback";
    PREVIEW_STALE = CONFLICT "plan.preview-stale" "Things have moved since you looked";
    ROLLBACK_BLOCKED = CONFLICT "plan.rollback-blocked" "Something stands in the way of the rollback";
    CHOICE_MISSING = CONFLICT "plan.choice-missing" "Somebody changed something later";
    CHOICE_NOT_OFFERED = UNPROCESSABLE_ENTITY "plan.choice-not-offered" "This cannot be chosen";
    ROLLBACK_STOPPED = CONFLICT "plan.rollback-stopped" "You chose to stop";
    NAME_MISSING = UNPROCESSABLE_ENTITY "plan.name-missing" "What is lost is confirmed by the plan's name";
    WRONG_NAME = UNPROCESSABLE_ENTITY "plan.wrong-name" "This is not the plan's name";
    NO_SUCH_MOMENT = NOT_FOUND "plan.no-such-moment" "The plan did not exist at this moment";

    // the workspace
    NO_SUCH_ENTITY = NOT_FOUND "workspace.no-such-entity" "There is no such thing in the workspace";
    NO_SUCH_MOMENT_OF_THING = NOT_FOUND "workspace.no-such-moment" "The thing did not exist at this moment";
    ENTITY_ALREADY_EXISTS = CONFLICT "workspace.already-exists" "This id already names a thing";
    WRONG_PREFIX = UNPROCESSABLE_ENTITY "workspace.wrong-prefix" "The id is not one of this kind";
    BAD_FIELDS = UNPROCESSABLE_ENTITY "workspace.bad-fields" "The fields are not right for this kind of thing";
    ARCHIVED = CONFLICT "workspace.archived" "The thing is archived";
    WITHDRAWN = CONFLICT "workspace.withdrawn" "The thing was withdrawn";
    NOT_A_PERSON = CONFLICT "workspace.not-a-person" "Only a person can be forgotten";
    FORGOTTEN = CONFLICT "workspace.forgotten" "The person was forgotten";
    WRONG_PERSON_NAME = UNPROCESSABLE_ENTITY "workspace.wrong-name" "This is not the person's name";
    WORKSPACE_REASON_MISSING = UNPROCESSABLE_ENTITY "workspace.reason-missing" "A reason is needed";
    NOTHING_SEALED = SERVICE_UNAVAILABLE "workspace.nothing-sealed" "The server seals nothing";
    NO_SUCH_LINK = NOT_FOUND "workspace.no-such-link" "There is no such link";
    LINK_TO_ITSELF = UNPROCESSABLE_ENTITY "workspace.link-to-itself" "A thing cannot be linked to itself";
    BAD_RELATION = UNPROCESSABLE_ENTITY "workspace.bad-relation" "The relation is empty or too long";

    // templates
    NO_SUCH_TEMPLATE = NOT_FOUND "template.no-such-template" "There is no such template";
    TEMPLATE_ALREADY_EXISTS = CONFLICT "template.already-exists" "This template exists already";
    BAD_TEMPLATE_NAME = UNPROCESSABLE_ENTITY "template.bad-name" "A template needs a name";
    BAD_TEMPLATE_DETAILS = UNPROCESSABLE_ENTITY "template.bad-details" "A description, tag or note is too long";
    INVALID_TEMPLATE = UNPROCESSABLE_ENTITY "template.invalid-content" "The template's content is not valid";
    NO_SUCH_VERSION = NOT_FOUND "template.no-such-version" "There is no such version";
    TEMPLATE_RETIRED = CONFLICT "template.retired" "The template was retired";
    NOT_RETIRED = CONFLICT "template.not-retired" "The template is in use";
    NOT_PRE_APPROVED = CONFLICT "template.not-pre-approved" "No version is pre-approved";
    TEMPLATE_REASON_MISSING = UNPROCESSABLE_ENTITY "template.reason-missing" "A reason is needed";
    MAY_NOT_EDIT = FORBIDDEN "template.may-not-edit" "The template is not shared with you for editing";
    NOT_THE_OWNER = FORBIDDEN "template.not-the-owner" "Only whoever made it shares it";
    BAD_SHARES = UNPROCESSABLE_ENTITY "template.bad-shares" "The list of shares is not valid";
    BAD_TEMPLATE_FILE = UNPROCESSABLE_ENTITY "template.bad-file" "The file is no template";
    BAD_ARGUMENTS = UNPROCESSABLE_ENTITY "template.bad-arguments" "An argument is missing or wrong";

    // schedules
    NO_SUCH_SCHEDULE = NOT_FOUND "schedule.no-such-schedule" "There is no such schedule";
    SCHEDULE_ALREADY_EXISTS = CONFLICT "schedule.already-exists" "This schedule exists already";
    BAD_RHYTHM = UNPROCESSABLE_ENTITY "schedule.bad-rhythm" "The times of the schedule cannot be read";
    SCHEDULE_REMOVED = CONFLICT "schedule.removed" "The schedule was removed";
    SCHEDULE_PAUSED = CONFLICT "schedule.paused" "The schedule is paused already";
    SCHEDULE_NOT_PAUSED = CONFLICT "schedule.not-paused" "The schedule is not paused";
    SCHEDULE_REASON_TOO_LONG = UNPROCESSABLE_ENTITY "schedule.reason-too-long" "The reason is too long";
    MAY_NOT_CHANGE_SCHEDULE = FORBIDDEN "schedule.may-not-change" "You may not change this schedule";

    // read models
    NO_SUCH_PROJECTION = NOT_FOUND "ops.no-such-projection" "There is no such read model";
    REBUILD_RUNNING = CONFLICT "ops.rebuild-running" "A rebuild is under way already";
    NO_EARLIER_BUILD = CONFLICT "ops.no-earlier-build" "There is no earlier build to go back to";
    PROJECTION_PAUSED = CONFLICT "ops.projection-paused" "The read model is paused";
    NOT_PARKED = NOT_FOUND "ops.not-parked" "Nothing is parked there";
    NO_SUCH_OPERATION = NOT_FOUND "ops.no-such-operation" "There is no such operation";
    OPERATION_OVER = CONFLICT "ops.operation-over" "The operation cannot be ended any more";
    UNREADABLE_EVENT = CONFLICT "stream.unreadable-event" "This build cannot read an event of the stream";

    // history
    NOT_YET = NOT_FOUND "history.not-yet" "This moment has not come yet";
    READ_ONLY = CONFLICT "history.read-only" "Nothing can be done in the past";
    NO_SUCH_EVENT = NOT_FOUND "event.no-such-event" "There is no such event";

    // proof
    NOT_SIGNING = SERVICE_UNAVAILABLE "proof.not-signing" "The server does not sign";
    HISTORY_CHANGED = CONFLICT "proof.history-changed" "The history is not as it was signed for";
    NOTHING_TO_SIGN = CONFLICT "proof.nothing-to-sign" "There is nothing to sign for";
    COPY_BEHIND = CONFLICT "proof.copy-behind" "The copy of the checkpoints is behind";

    // the server
    LOG_UNAVAILABLE = SERVICE_UNAVAILABLE "server.log-unavailable" "The log cannot be reached";
    STORAGE_FULL = INSUFFICIENT_STORAGE "server.storage-full" "There is no space left for the log";
    READ_MODELS_UNAVAILABLE = SERVICE_UNAVAILABLE "server.read-models-unavailable" "The read models cannot be reached";
    OVERLOADED = SERVICE_UNAVAILABLE "server.overloaded" "The server has too much to do";
    SERVER_FAULT = INTERNAL_SERVER_ERROR "server.fault" "Something went wrong in the server";
}

/// Finds a code by its name.
pub fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::problem::planner_pages;

    #[test]
    fn every_code_has_its_own_name_and_a_page_that_names_it() {
        let names: HashSet<_> = ALL.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), ALL.len());
        for code in ALL {
            assert!(code.page.starts_with(&format!("# {}\n", code.title)), "{}", code.name);
            assert!(code.page.contains(&format!("`{}`", code.name)), "{}", code.name);
            assert!(code.page.contains(&code.status.as_u16().to_string()), "{}", code.name);
        }
    }

    #[test]
    fn the_list_of_pages_is_complete() {
        let list = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors/README.md")).unwrap();
        for Code { name, status, title, .. } in ALL {
            let line = format!("| [`{name}`]({name}.md) | {} | {title} |", status.as_u16());
            assert!(list.contains(&line), "docs/errors/README.md lacks the line: {line}");
        }
    }

    #[test]
    fn every_page_belongs_to_a_code() {
        let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors")).unwrap();
        for page in pages {
            let name = page.unwrap().file_name().into_string().unwrap();
            if let Some(name) = name.strip_suffix(".md").filter(|name| *name != "README") {
                let is_known = find(name).is_some() || planner_pages::find(name).is_some();
                assert!(is_known, "{name} is no code");
            }
        }
    }
}
