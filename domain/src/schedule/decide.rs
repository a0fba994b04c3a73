//! What becomes of a command to a schedule.

use chrono::{DateTime, Utc};

use super::{
    CreateSchedule, Schedule, ScheduleCommand, ScheduleEvent, ScheduleFailed, ScheduleFired, ScheduleMissed,
    SchedulePaused, ScheduleRefusal, ScheduleRemoved, ScheduleResumed, TemplateScheduled,
};
use crate::decider::{Context, Decider, Stamp};

/// After how many failures in a row a schedule pauses by itself.
pub const MAX_FAILURES: u32 = 10;

const MAX_REASON_CHARS: usize = 2_000;
const MAX_MESSAGE_CHARS: usize = 2_000;

type Decision = Result<Vec<ScheduleEvent>, ScheduleRefusal>;

/// The decider of schedules.
pub struct ScheduleDecider;

impl Decider for ScheduleDecider {
    type State = Schedule;
    type Command = ScheduleCommand;
    type Event = ScheduleEvent;
    type Refusal = ScheduleRefusal;

    const CATEGORY: &'static str = "schedule";

    fn decide(schedule: &Schedule, command: ScheduleCommand, _: &Context) -> Decision {
        if let ScheduleCommand::Create(create) = command {
            return if schedule.exists() { Err(ScheduleRefusal::AlreadyExists) } else { Ok(vec![made(*create)]) };
        }
        if !schedule.exists() {
            return Err(ScheduleRefusal::NoSuchSchedule);
        }
        match command {
            ScheduleCommand::Create(_) => Err(ScheduleRefusal::AlreadyExists),
            ScheduleCommand::Pause { reason } => pause(schedule, reason),
            ScheduleCommand::Resume => resume(schedule),
            ScheduleCommand::Remove { reason } => remove(schedule, reason),
            ScheduleCommand::RecordPlan { due, plan, version } => {
                Ok(settled(schedule, due, [ScheduleFired { due, plan, version }.into()]))
            }
            ScheduleCommand::RecordFailure { due, code, message } => Ok(failed(schedule, due, code, &message)),
            ScheduleCommand::RecordMissed { until } => {
                let just_after = until + chrono::TimeDelta::microseconds(1);
                Ok(missed(schedule, just_after).into_iter().collect())
            }
        }
    }

    fn evolve(schedule: &mut Schedule, event: &ScheduleEvent, stamp: &Stamp) {
        schedule.evolve(event, stamp);
    }
}

fn made(create: CreateSchedule) -> ScheduleEvent {
    let CreateSchedule { template, version, rhythm, arguments, catch_up, about } = create;
    TemplateScheduled { template, version, rhythm, arguments, catch_up, about }.into()
}

fn need_reason(reason: &str) -> Result<(), ScheduleRefusal> {
    let fits = reason.chars().count() <= MAX_REASON_CHARS;
    if fits { Ok(()) } else { Err(ScheduleRefusal::ReasonTooLong { limit: MAX_REASON_CHARS }) }
}

fn need_there(schedule: &Schedule) -> Result<(), ScheduleRefusal> {
    if schedule.removed { Err(ScheduleRefusal::Removed) } else { Ok(()) }
}

fn pause(schedule: &Schedule, reason: String) -> Decision {
    need_there(schedule)?;
    need_reason(&reason)?;
    if schedule.paused.is_some() {
        return Err(ScheduleRefusal::Paused);
    }
    Ok(vec![SchedulePaused { reason }.into()])
}

fn resume(schedule: &Schedule) -> Decision {
    need_there(schedule)?;
    if schedule.paused.is_none() {
        return Err(ScheduleRefusal::NotPaused);
    }
    Ok(vec![ScheduleResumed {}.into()])
}

fn remove(schedule: &Schedule, reason: String) -> Decision {
    need_there(schedule)?;
    need_reason(&reason)?;
    Ok(vec![ScheduleRemoved { reason }.into()])
}

/// What came of a due time, behind those before it that were missed; nothing when it was dealt with already.
fn settled(
    schedule: &Schedule,
    due: DateTime<Utc>,
    outcome: impl IntoIterator<Item = ScheduleEvent>,
) -> Vec<ScheduleEvent> {
    if schedule.settled.is_some_and(|settled| due <= settled) {
        return Vec::new();
    }
    missed(schedule, due).into_iter().chain(outcome).collect()
}

fn missed(schedule: &Schedule, moment: DateTime<Utc>) -> Option<ScheduleEvent> {
    let super::Missed { first, last, count } = schedule.missed_before(moment)?;
    Some(ScheduleMissed { first, last, count }.into())
}

fn failed(schedule: &Schedule, due: DateTime<Utc>, code: String, message: &str) -> Vec<ScheduleEvent> {
    let message = message.chars().take(MAX_MESSAGE_CHARS).collect();
    let mut events = settled(schedule, due, [ScheduleFailed { due, code, message }.into()]);
    let is_new = !events.is_empty();
    if is_new && schedule.failures + 1 >= MAX_FAILURES && schedule.is_in_force() {
        let reason = format!("no plan could be made {MAX_FAILURES} times in a row");
        events.push(SchedulePaused { reason }.into());
    }
    events
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::TimeDelta;
    use serde_json::Map;

    use super::{super::*, *};
    use crate::{
        ids::{PlanId, TemplateId},
        testing::{self, given},
    };

    /// Every hour, from the moment of the tests on.
    fn scheduled(catch_up: CatchUp) -> TemplateScheduled {
        TemplateScheduled {
            template: TemplateId::new(uuid::Uuid::nil()),
            version: None,
            rhythm: Rhythm::parse("0 * * * *", "UTC").unwrap(),
            arguments: Map::new(),
            catch_up,
            about: BTreeMap::new(),
        }
    }

    fn hour(after: i64) -> DateTime<Utc> {
        let first = scheduled(CatchUp::Last).rhythm.after(testing::moment()).unwrap();
        first + TimeDelta::hours(after)
    }

    fn plan() -> PlanId {
        PlanId::new(uuid::Uuid::from_u128(7))
    }

    fn fired(after: i64) -> ScheduleEvent {
        ScheduleFired { due: hour(after), plan: plan(), version: 1 }.into()
    }

    fn record(after: i64) -> ScheduleCommand {
        ScheduleCommand::RecordPlan { due: hour(after), plan: plan(), version: 1 }
    }

    fn folded(events: &[ScheduleEvent]) -> Schedule {
        let stamp = Stamp { at: testing::moment(), actor: crate::actor::Actor::person("alex") };
        let mut schedule = Schedule::default();
        for event in events {
            schedule.evolve(event, &stamp);
        }
        schedule
    }

    #[test]
    fn each_due_time_leads_to_one_plan() {
        let events = [ScheduleEvent::from(scheduled(CatchUp::Last))];
        given::<ScheduleDecider>(events.clone()).when(record(0)).then([fired(0)]);
        given::<ScheduleDecider>([events[0].clone(), fired(0)]).when(record(0)).nothing_happens();
        given::<ScheduleDecider>([events[0].clone(), fired(1)]).when(record(0)).nothing_happens();
    }

    #[test]
    fn nothing_is_due_before_its_time_and_one_plan_is_at_it() {
        let schedule = folded(&[scheduled(CatchUp::Last).into()]);
        assert_eq!(schedule.next(), Some(hour(0)));
        assert_eq!(schedule.due(hour(0) - TimeDelta::seconds(1)), None);
        assert_eq!(schedule.due(hour(0)), Some(Due::Plan { due: hour(0) }));
        let schedule = folded(&[scheduled(CatchUp::Last).into(), fired(0)]);
        assert_eq!(schedule.due(hour(0)), None);
        assert_eq!(schedule.next(), Some(hour(1)));
    }

    #[test]
    fn of_the_times_that_were_missed_the_last_is_made_up_for() {
        let schedule = folded(&[scheduled(CatchUp::Last).into()]);
        let late = hour(3) + TimeDelta::minutes(40);
        assert_eq!(schedule.due(late), Some(Due::Plan { due: hour(3) }));
        let missed = ScheduleMissed { first: hour(0), last: hour(2), count: 3 };
        given::<ScheduleDecider>([scheduled(CatchUp::Last).into()]).when(record(3)).then([missed.into(), fired(3)]);
    }

    #[test]
    fn times_that_were_missed_are_only_counted_when_nothing_is_to_be_made_up_for() {
        let schedule = folded(&[scheduled(CatchUp::None).into()]);
        assert_eq!(schedule.due(hour(0) + LATE), Some(Due::Plan { due: hour(0) }));
        let late = hour(3) + TimeDelta::minutes(40);
        assert_eq!(schedule.due(late), Some(Due::Missed));
        let missed: ScheduleEvent = ScheduleMissed { first: hour(0), last: hour(3), count: 4 }.into();
        given::<ScheduleDecider>([scheduled(CatchUp::None).into()])
            .when(ScheduleCommand::RecordMissed { until: late })
            .then([missed.clone()]);
        let schedule = folded(&[scheduled(CatchUp::None).into(), missed]);
        assert_eq!((schedule.due(late), schedule.next()), (None, Some(hour(4))));
    }

    #[test]
    fn a_year_of_minutes_is_counted_up_to_a_bound() {
        let rhythm = Rhythm::parse("* * * * *", "UTC").unwrap();
        let schedule = folded(&[TemplateScheduled { rhythm, ..scheduled(CatchUp::Last) }.into()]);
        let later = hour(0) + TimeDelta::days(365);
        let missed = schedule.missed_before(later).unwrap();
        assert_eq!((missed.count, missed.last), (1_000, later - TimeDelta::minutes(1)));
    }

    #[test]
    fn what_rests_is_never_due_and_goes_on_with_the_first_time_from_then() {
        let pause = |reason: &str| ScheduleCommand::Pause { reason: reason.into() };
        let paused: ScheduleEvent = SchedulePaused { reason: "holidays".into() }.into();
        let made: ScheduleEvent = scheduled(CatchUp::Last).into();
        given::<ScheduleDecider>([made.clone()]).when(pause("holidays")).then([paused.clone()]);
        given::<ScheduleDecider>([made.clone(), paused.clone()]).when(pause("")).refused(&ScheduleRefusal::Paused);
        given::<ScheduleDecider>([made.clone()]).when(ScheduleCommand::Resume).refused(&ScheduleRefusal::NotPaused);
        given::<ScheduleDecider>([made.clone(), paused.clone()])
            .when(ScheduleCommand::Resume)
            .then([ScheduleResumed {}.into()]);
        let mut schedule = folded(&[made, paused]);
        assert_eq!((schedule.due(hour(9)), schedule.next()), (None, None));
        let later = Stamp { at: hour(5) + TimeDelta::minutes(1), actor: crate::actor::Actor::person("alex") };
        schedule.evolve(&ScheduleResumed {}.into(), &later);
        assert_eq!((schedule.due(later.at), schedule.next()), (None, Some(hour(6))));
    }

    #[test]
    fn what_was_removed_is_over() {
        let made: ScheduleEvent = scheduled(CatchUp::Last).into();
        let removed: ScheduleEvent = ScheduleRemoved { reason: String::new() }.into();
        let remove = ScheduleCommand::Remove { reason: String::new() };
        given::<ScheduleDecider>([made.clone()]).when(remove.clone()).then([removed.clone()]);
        given::<ScheduleDecider>([made.clone(), removed.clone()]).when(remove).refused(&ScheduleRefusal::Removed);
        given::<ScheduleDecider>([made.clone(), removed.clone()])
            .when(ScheduleCommand::Resume)
            .refused(&ScheduleRefusal::Removed);
        assert_eq!(folded(&[made, removed]).due(hour(9)), None);
        given::<ScheduleDecider>([]).when(ScheduleCommand::Resume).refused(&ScheduleRefusal::NoSuchSchedule);
    }

    #[test]
    fn a_failure_is_kept_and_ten_in_a_row_pause_it() {
        let failed =
            |after: i64| ScheduleFailed { due: hour(after), code: "template.retired".into(), message: "x".into() };
        let record = |after: i64| ScheduleCommand::RecordFailure {
            due: hour(after),
            code: "template.retired".into(),
            message: "x".into(),
        };
        let mut events: Vec<ScheduleEvent> = vec![scheduled(CatchUp::Last).into()];
        given::<ScheduleDecider>(events.clone()).when(record(0)).then([failed(0).into()]);
        events.extend((0..9).map(|after| failed(after).into()));
        let paused = SchedulePaused { reason: "no plan could be made 10 times in a row".into() };
        given::<ScheduleDecider>(events.clone()).when(record(9)).then([failed(9).into(), paused.into()]);
        events.push(fired(9));
        given::<ScheduleDecider>(events).when(record(10)).then([failed(10).into()]);
    }

    #[test]
    fn only_the_last_outcomes_are_kept() {
        let events = (0..30).map(fired);
        let schedule = folded(&std::iter::once(scheduled(CatchUp::Last).into()).chain(events).collect::<Vec<_>>());
        assert_eq!(schedule.outcomes.len(), MAX_OUTCOMES);
        assert_eq!(schedule.outcomes.back().unwrap().due, hour(29));
    }
}
