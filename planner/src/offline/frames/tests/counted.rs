//! Days that count from other things of a request, and days that come again.

use rstest::rstest;

use super::steps_in_full;

#[rstest]
#[case::a_series_of_reminders(
    "[reminder.set On {date each Friday in December} I want to be reminded of {task=Clear the gutters}]",
    &[
        "0 reminder.set | 2026-12-04T09:00:00 | =Clear the gutters",
        "1 reminder.set | 2026-12-11T09:00:00 | =Clear the gutters",
        "2 reminder.set | 2026-12-18T09:00:00 | =Clear the gutters",
        "3 reminder.set | 2026-12-25T09:00:00 | =Clear the gutters",
    ]
)]
#[case::the_next_three(
    "[reminder.set Remind me of {task=Clear the gutters} on {date each of the next three Fridays}]",
    &[
        "0 reminder.set | 2026-11-27T09:00:00 | =Clear the gutters",
        "1 reminder.set | 2026-12-04T09:00:00 | =Clear the gutters",
        "2 reminder.set | 2026-12-11T09:00:00 | =Clear the gutters",
    ]
)]
#[case::a_task_for_each_day(
    "[task.create Add {title Part 1}, {title Part 2} and {title Part 3} as tasks to {project=Skylight}, one for {date each of the next three Mondays}]",
    &[
        "0 task.create | Part 1 | 2026-11-30 | =Skylight",
        "1 task.create | Part 2 | 2026-12-07 | =Skylight",
        "2 task.create | Part 3 | 2026-12-14 | =Skylight",
    ]
)]
#[case::one_task_again_and_again(
    "[task.create {person=Ann} {title waters the palms} {date every Monday until 14 December}]",
    &[
        "0 task.create | Water the palms | 2026-11-23 | =Ann Becker",
        "1 task.create | Water the palms | 2026-11-30 | =Ann Becker",
        "2 task.create | Water the palms | 2026-12-07 | =Ann Becker",
        "3 task.create | Water the palms | 2026-12-14 | =Ann Becker",
    ]
)]
#[case::meetings_of_a_series(
    "[calendar.schedule {title Rehearsal} with {person=Ann} on {date the next two Thursdays} at {time 18:00}]",
    &[
        "0 calendar.schedule | Rehearsal with Ann Becker | 2026-11-26T18:00:00 | =Ann Becker",
        "1 calendar.schedule | Rehearsal with Ann Becker | 2026-12-03T18:00:00 | =Ann Becker",
    ]
)]
#[case::every_second_week(
    "[calendar.schedule Schedule three {duration one-hour} {title lessons} with {person=Ann}, {date every second Tuesday at 16:00}, {date starting on 1 December}]",
    &[
        "0 calendar.schedule | Lessons with Ann Becker | 2026-12-01T16:00:00 | =Ann Becker | 60 minutes",
        "1 calendar.schedule | Lessons with Ann Becker | 2026-12-15T16:00:00 | =Ann Becker | 60 minutes",
        "2 calendar.schedule | Lessons with Ann Becker | 2026-12-29T16:00:00 | =Ann Becker | 60 minutes",
    ]
)]
#[case::last_working_day(
    "[task.create {person=Ann} should {title submit the figures} by {date the last working day of January}] and [reminder.set remind me {offset two days earlier}]",
    &[
        "0 task.create | Submit the figures | 2027-01-29 | =Ann Becker",
        "1 reminder.set | 2027-01-27T09:00:00 | @0",
    ]
)]
#[case::and_on_the_day(
    "[project.create Project {name Fair}, due {date 20 March}], [reminder.set with reminders {offset two weeks before}, {offset one week before} and {offset on the day}]",
    &[
        "0 project.create | Fair | 2027-03-20",
        "1 reminder.set | 2027-03-06T09:00:00 | @0",
        "2 reminder.set | 2027-03-13T09:00:00 | @0",
        "3 reminder.set | 2027-03-20T09:00:00 | @0",
    ]
)]
#[case::of_the_month_before(
    "[task.create Two tasks for {project=Skylight}: {title the cranes have to be booked} by {date 29 January at the latest}], and [task.create {title the yard is to be reserved}, from {date 1 February} on but by {date the 12th}]. [also {person=Ann} does {ref both}]",
    &[
        "0 task.create | Book the cranes | 2027-01-29 | =Skylight | =Ann Becker",
        "1 task.create | Reserve the yard | 2027-02-12 | =Skylight | =Ann Becker",
    ]
)]
#[case::half_an_hour_on_a_day(
    "[idea.create Save the idea {title Tool shed}] and [calendar.schedule block {duration half an hour} {date on 9 December at 4 pm} to {title think it over}]",
    &[
        "0 idea.create | Tool shed",
        "1 calendar.schedule | Think “Tool shed” over | 2026-12-09T16:00:00 | 30 minutes",
    ]
)]
#[case::before_a_meeting_just_made(
    "[calendar.schedule {title Site visit} with {person=Ann} {date on the first Monday of February at 9:30}], and [reschedule {task=Clear the gutters} is due {date on the Friday before it}]",
    &[
        "0 calendar.schedule | Site visit | 2027-02-01T09:30:00 | =Ann Becker",
        "1 task.update | 2027-01-29 | =Clear the gutters",
    ]
)]
#[case::counted_from_a_meeting(
    "[calendar.schedule {title Concert} {date on 14 January at 18:30}]. [task.create {person=Bert} does the {title posters}, {date due two weeks before it}], and [task.create {title the accounts} are {date due a week after it}]",
    &[
        "0 calendar.schedule | Concert | 2027-01-14T18:30:00",
        "1 task.create | Posters | 2026-12-31 | =Bert Holm",
        "2 task.create | Accounts | 2027-01-21",
    ]
)]
#[case::away_that_day(
    "[calendar.schedule {title Coffee} with {person=Ann}, {date Tuesday at 2 pm}]. [correct No, wait], [given I'm away {date on Tuesday}]. [correct Make {ref it} {date Wednesday}, same time]. [also {duration Half an hour} will do].",
    &[
        "0 calendar.schedule | Coffee with Ann Becker | 2026-11-25T14:00:00 | =Ann Becker | 30 minutes",
    ]
)]
#[case::for_the_day_itself(
    "[project.create I need a project {name Cellar}], [calendar.schedule plus a calendar entry for the day itself, {date 23 January at 9:00}]",
    &[
        "0 project.create | Cellar",
        "1 calendar.schedule | Cellar | 2027-01-23T09:00:00",
    ]
)]
#[case::a_day_inside_a_title(
    "[reminder.set Remind me {date tomorrow at 8} to {body ring Bert}], and [task.create {title Friday's sale} becomes a task, due {date on the day}]",
    &[
        "0 reminder.set | 2026-11-24T08:00:00 | =Bert Holm",
        "1 task.create | Sale | 2026-11-27",
    ]
)]
#[case::tasks_a_week_apart(
    "[task.create {title Picking}, {title pressing}, {title bottling}: three tasks for {project=Skylight}], [then one after the other], [also {spacing a week apart}, with {ref picking} due {date on 4 January}]",
    &[
        "0 task.create | Picking | 2027-01-04 | =Skylight",
        "1 task.create | Pressing | 2027-01-11 | =Skylight | >0",
        "2 task.create | Bottling | 2027-01-18 | =Skylight | >1",
    ]
)]
#[case::back_from_the_last(
    "[task.create {title Mow}, {title rake} and {title sow}: three tasks], [also {spacing three days apart}, the last one due {date 4 January}]",
    &[
        "0 task.create | Mow | 2026-12-29",
        "1 task.create | Rake | 2027-01-01",
        "2 task.create | Sow | 2027-01-04",
    ]
)]
#[case::from_the_first(
    "[task.create Tasks for {title mowing}, {title raking} and {title sowing}, {spacing two weeks apart}, {ref the first} {date on 4 January}]",
    &[
        "0 task.create | Mowing | 2027-01-04",
        "1 task.create | Raking | 2027-01-18",
        "2 task.create | Sowing | 2027-02-01",
    ]
)]
fn days_are_reckoned(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps_in_full(line), expected, "{line}");
}
