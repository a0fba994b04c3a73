//! A plan without its steps, as JSON.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    actor::Actor,
    ids::{EntityId, StepId},
    plan::{
        Approval, Comment, ContentHash, Effort, Feedback, Origin, Plan, PlanDetails, PlanStatus, PlannerChoice,
        Question, Revised, Rollback, Run, Step,
    },
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Everything of a plan but its steps. Borrows from the plan to be written; owns everything when read.
#[derive(Serialize, Deserialize)]
pub(super) struct Header<'a> {
    status: PlanStatus,
    request: Cow<'a, Option<String>>,
    selection: Cow<'a, Option<EntityId>>,
    planner: PlannerChoice,
    today: Option<NaiveDate>,
    timezone: Cow<'a, Option<String>>,
    details: Cow<'a, PlanDetails>,
    origin: Cow<'a, Origin>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    effort: Effort,
    message: Cow<'a, str>,
    questions: Cow<'a, [Question]>,
    answers: Cow<'a, Map<String, Value>>,
    feedback: Cow<'a, [Feedback]>,
    revising: Cow<'a, Option<Feedback>>,
    revised: Cow<'a, Option<Box<Revised>>>,
    declined: Cow<'a, Option<String>>,
    /// Sorted, so that the same plan gives the same bytes.
    retired: BTreeSet<StepId>,
    approvals: Cow<'a, [Approval]>,
    approved: Option<ContentHash>,
    run: Cow<'a, Option<Run>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    rollbacks: Cow<'a, [Rollback]>,
    comments: Cow<'a, [Comment]>,
    rating: Option<u8>,
    created_by: Cow<'a, Option<Actor>>,
    created_at: Option<DateTime<Utc>>,
    updated_at: Option<DateTime<Utc>>,
}

impl<'a> Header<'a> {
    /// Takes a plan apart. Every field is named, so that a new one cannot be forgotten here.
    pub(super) fn of(plan: &'a Plan) -> Self {
        let Plan {
            status,
            request,
            selection,
            planner,
            today,
            timezone,
            details,
            origin,
            effort,
            message,
            questions,
            answers,
            feedback,
            revising,
            revised,
            declined,
            steps: _,
            retired,
            approvals,
            approved,
            run,
            rollbacks,
            comments,
            rating,
            created_by,
            created_at,
            updated_at,
        } = plan;
        Self {
            status: *status,
            request: Cow::Borrowed(request),
            selection: Cow::Borrowed(selection),
            planner: *planner,
            today: *today,
            timezone: Cow::Borrowed(timezone),
            details: Cow::Borrowed(details),
            origin: Cow::Borrowed(origin),
            effort: *effort,
            message: Cow::Borrowed(message),
            questions: Cow::Borrowed(questions),
            answers: Cow::Borrowed(answers),
            feedback: Cow::Borrowed(feedback),
            revising: Cow::Borrowed(revising),
            revised: Cow::Borrowed(revised),
            declined: Cow::Borrowed(declined),
            retired: retired.iter().cloned().collect(),
            approvals: Cow::Borrowed(approvals),
            approved: *approved,
            run: Cow::Borrowed(run),
            rollbacks: Cow::Borrowed(rollbacks),
            comments: Cow::Borrowed(comments),
            rating: *rating,
            created_by: Cow::Borrowed(created_by),
            created_at: *created_at,
            updated_at: *updated_at,
        }
    }

    /// Puts a plan together again.
    pub(super) fn with_steps(self, steps: IndexMap<StepId, Arc<Step>>) -> Plan {
        Plan {
            status: self.status,
            request: self.request.into_owned(),
            selection: self.selection.into_owned(),
            planner: self.planner,
            today: self.today,
            timezone: self.timezone.into_owned(),
            details: self.details.into_owned(),
            origin: self.origin.into_owned(),
            effort: self.effort,
            message: self.message.into_owned(),
            questions: self.questions.into_owned(),
            answers: self.answers.into_owned(),
            feedback: self.feedback.into_owned(),
            revising: self.revising.into_owned(),
            revised: self.revised.into_owned(),
            declined: self.declined.into_owned(),
            steps,
            retired: self.retired.into_iter().collect(),
            approvals: self.approvals.into_owned(),
            approved: self.approved,
            run: self.run.into_owned(),
            rollbacks: self.rollbacks.into_owned(),
            comments: self.comments.into_owned(),
            rating: self.rating,
            created_by: self.created_by.into_owned(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn is_nothing(effort: &Effort) -> bool {
    *effort == Effort::default()
}

fn is_empty(rollbacks: &[Rollback]) -> bool {
    rollbacks.is_empty()
}
