//! Days and times that are counted from others, days that come again, and milestones at equal distances.

use rstest::rstest;

use super::{milestones, steps};

#[rstest]
#[case::an_hour_before(
    "[calendar.schedule Put a {title chat} with {person=Ann} in the calendar for {date Thursday} at {time 3pm}]. [reminder.set I want a reminder {date an hour before it}], and [task.create {person=Bert} should have {title the budget} ready {date the day before the chat}].",
    &["0 calendar.schedule | Chat with Ann Becker | 2026-11-26T15:00:00 | =Ann Becker", "1 reminder.set | 2026-11-26T14:00:00 | @0", "2 task.create | Budget | 2026-11-25 | =Bert Holm"]
)]
#[case::half_an_hour_before_it_starts(
    "[calendar.schedule {title Hearing} with {person=Ann} {date on 9 December at 11:00}]. [task.create {person=Bert} gets {title the file}, {date due three days ahead of the hearing}], and [reminder.set remind me {date half an hour before it starts}].",
    &["0 calendar.schedule | Hearing with Ann Becker | 2026-12-09T11:00:00 | =Ann Becker", "1 task.create | File | 2026-12-06 | =Bert Holm", "2 reminder.set | 2026-12-09T10:30:00 | @0"]
)]
#[case::a_day_and_an_hour_before(
    "[calendar.schedule {title Check-in} with {person=Ann} {date on Friday at 15:00}]. [reminder.set Remind me {date a day before} and {date an hour before}].",
    &["0 calendar.schedule | Check-in | 2026-11-27T15:00:00 | =Ann Becker", "1 reminder.set | 2026-11-26T09:00:00 | @0", "2 reminder.set | 2026-11-27T14:00:00 | @0"]
)]
#[case::minutes_before_each(
    "[calendar.schedule Schedule a {title check-in} with {person=Ann} {date on each of the next three Mondays at 9am}], [reminder.set and remind me {date ten minutes before each}]",
    &["0 calendar.schedule | Check-in | 2026-11-30T09:00:00 | =Ann Becker", "1 calendar.schedule | Check-in | 2026-12-07T09:00:00 | =Ann Becker", "2 calendar.schedule | Check-in | 2026-12-14T09:00:00 | =Ann Becker", "3 reminder.set | 2026-11-30T08:50:00 | @0", "4 reminder.set | 2026-12-07T08:50:00 | @1", "5 reminder.set | 2026-12-14T08:50:00 | @2"]
)]
#[case::evening_before(
    "[calendar.schedule {title Concert} on {date 12 December} at {time 20:00}], [reminder.set a reminder {date the evening before the concert, at 19:00}]",
    &["0 calendar.schedule | Concert | 2026-12-12T20:00:00", "1 reminder.set | 2026-12-11T19:00:00 | @0"]
)]
#[case::and_on_the_day(
    "[reschedule The task '{task=Clear the gutters}' is due {date on 30 January}]. [reminder.set Remind me of {ref it} {offset three weeks before}, {offset ten days before} and {date on the day}].",
    &["0 task.update | 2027-01-30 | =Clear the gutters", "1 reminder.set | 2027-01-09T09:00:00 | =Clear the gutters", "2 reminder.set | 2027-01-20T09:00:00 | =Clear the gutters", "3 reminder.set | 2027-01-30T09:00:00 | =Clear the gutters"]
)]
#[case::more_days_of_a_reminder(
    "[complete The task {task=Clear the gutters} is due on 30 January]. [reminder.set Remind me of {ref it} {offset three weeks before}], [also {offset ten days before} and {date on the day}].",
    &["0 task.update | 2027-01-30 | =Clear the gutters", "1 reminder.set | 2027-01-09T09:00:00 | =Clear the gutters", "2 reminder.set | 2027-01-20T09:00:00 | =Clear the gutters", "3 reminder.set | 2027-01-30T09:00:00 | =Clear the gutters"]
)]
#[case::two_reminders(
    "[reminder.set Set just two reminders for the project '{project=Skylight}': one {offset a week before it is due}, the other {offset the day before}].",
    &["0 reminder.set | 2026-12-04T09:00:00 | =Skylight", "1 reminder.set | 2026-12-10T09:00:00 | =Skylight"]
)]
#[case::before_the_time_is_up(
    "[given {title The old harmonium has to be sold} {date within two weeks}]: [task.create make {ref that} a task for {person=Bert}], and [reminder.set remind me {offset three days before the two weeks are up}].",
    &["0 task.create | Sell The old harmonium | 2026-12-07 | =Bert Holm", "1 reminder.set | 2026-12-04T09:00:00 | @0"]
)]
#[case::days_around_a_meeting(
    "[calendar.schedule {title Council evening} on {date 10 December} at {time 18:00} with {person=Ann} and {person=Bert}, {duration 90 minutes}]. [task.create {person=Bert} gets two tasks: {title the seating plan}, due {date a week before the meeting}, and {title the protocol}, due {date two days after it}].",
    &["0 calendar.schedule | Council evening | 2026-12-10T18:00:00 | =Ann Becker | =Bert Holm", "1 task.create | Seating plan | 2026-12-03 | =Bert Holm", "2 task.create | Protocol | 2026-12-12 | =Bert Holm"]
)]
#[case::days_before_an_event(
    "[calendar.schedule {title Regatta} {date on 13 March at 10:00}]. [task.create {title Check the boats} {date four weeks before}], [task.create {title print the numbers} {date one week before}] and [task.create {title hang the flags} {date on the day itself}].",
    &["0 calendar.schedule | Regatta | 2027-03-13T10:00:00", "1 task.create | Check the boats | 2027-02-13", "2 task.create | Print the numbers | 2027-03-06", "3 task.create | Hang the flags | 2027-03-13"]
)]
#[case::days_after_each_other(
    "[task.create Tasks for {person=Ann}: {title book the room} by {date 3 December}, {title print the badges} {date two days later} and {title pack the bags} {date a week after that}]. [dont Nothing else].",
    &["0 task.create | Book the room | 2026-12-03 | =Ann Becker", "1 task.create | Print the badges | 2026-12-05 | =Ann Becker", "2 task.create | Pack the bags | 2026-12-12 | =Ann Becker"]
)]
#[case::straight_after(
    "[calendar.schedule Schedule the {title hearing test} with {person=Ann} on {date 14 January} at {time 10:00} for {duration 45 minutes}] and [calendar.schedule the one with {person=Bert} {time straight after it}, also {duration 45 minutes}]. [reminder.set Remind me {offset the day before}].",
    &["0 calendar.schedule | Hearing test | 2027-01-14T10:00:00 | =Ann Becker", "1 calendar.schedule | Hearing test | 2027-01-14T10:45:00 | =Bert Holm", "2 reminder.set | 2027-01-13T09:00:00 | @1"]
)]
#[case::directly_afterwards(
    "[calendar.schedule {title Fitting} with {person=Ann} {date on Friday at 15:00} for {duration 20 minutes}] and [calendar.schedule with {person=Bert} {time directly afterwards}, {duration half an hour}]",
    &["0 calendar.schedule | Fitting with Ann Becker | 2026-11-27T15:00:00 | =Ann Becker", "1 calendar.schedule | Meeting with Bert Holm | 2026-11-27T15:20:00 | =Bert Holm"]
)]
#[case::a_series_of_tasks(
    "[task.create Three tasks named '{title Read the meters}' in {project=Skylight}, one for {date each of the next three Thursdays}]",
    &["0 task.create | Read the meters | 2026-11-26 | =Skylight", "1 task.create | Read the meters | 2026-12-03 | =Skylight", "2 task.create | Read the meters | 2026-12-10 | =Skylight"]
)]
#[case::a_series_behind_the_task(
    "[task.create Three tasks named '{title Read the meters}' in {project=Skylight}], [also {ref one} due {date on each of the next three Fridays}]",
    &["0 task.create | Read the meters | 2026-11-27 | =Skylight", "1 task.create | Read the meters | 2026-12-04 | =Skylight", "2 task.create | Read the meters | 2026-12-11 | =Skylight"]
)]
#[case::a_series_of_reminders(
    "[reminder.set Remind me to {body water the ferns} on {date each of the next three Mondays}]",
    &["0 task.create | Water the ferns | 2026-11-30", "1 reminder.set | 2026-11-30T09:00:00 | @0", "2 reminder.set | 2026-12-07T09:00:00 | @0", "3 reminder.set | 2026-12-14T09:00:00 | @0"]
)]
#[case::a_series_of_meetings(
    "[calendar.schedule {title Training} with {person=Ann} {date on each of the next two Wednesdays} at {time 18:00}]",
    &["0 calendar.schedule | Training with Ann Becker | 2026-11-25T18:00:00 | =Ann Becker", "1 calendar.schedule | Training with Ann Becker | 2026-12-02T18:00:00 | =Ann Becker"]
)]
#[case::a_day_for_each_of_several(
    "[task.create One task a week for {person=Ann} {date on the next three Tuesdays}: {title water the palms}, {title dust the shelves}, {title wash the panes}]",
    &["0 task.create | Water the palms | 2026-11-24 | =Ann Becker", "1 task.create | Dust the shelves | 2026-12-01 | =Ann Becker", "2 task.create | Wash the panes | 2026-12-08 | =Ann Becker"]
)]
fn days_are_counted(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps(line), expected, "{line}");
}

#[rstest]
#[case::back_from_the_last(
    "[project.milestones The {project=Skylight} project needs {count three} milestones {spacing a week apart}, the last one {date on 19 March}: {milestone frames in}, {milestone glass in}, {milestone roof sealed}]",
    &["Frames in | 2027-03-05", "Glass in | 2027-03-12", "Roof sealed | 2027-03-19"]
)]
#[case::ending(
    "[project.milestones Give {project=Skylight} the milestones {milestone plan}, {milestone build} and {milestone test}, {spacing two weeks apart}, ending {date on 12 March}]",
    &["Plan | 2027-02-12", "Build | 2027-02-26", "Test | 2027-03-12"]
)]
#[case::counted_back(
    "[project.milestones Three milestones for {project=Skylight}, {spacing a week apart}, counted back from {date 18 December}: {milestone walls}, {milestone roof}, {milestone keys}]",
    &["Walls | 2026-12-04", "Roof | 2026-12-11", "Keys | 2026-12-18"]
)]
#[case::last_said_behind(
    "[project.milestones {count Four} milestones for {project=Skylight}, {spacing ten days apart}], [also {ref the last of them} {date on 30 April}]",
    &["Milestone 1 | 2027-03-31", "Milestone 2 | 2027-04-10", "Milestone 3 | 2027-04-20", "Milestone 4 | 2027-04-30"]
)]
#[case::intervals_are_no_milestone(
    "[project.milestones Plan {count three} milestones for {project=Skylight} at {milestone weekly intervals}], [also {ref the last one} {date on 15 January}]",
    &["Milestone 1 | 2027-01-01", "Milestone 2 | 2027-01-08", "Milestone 3 | 2027-01-15"]
)]
#[case::from_a_day_to_another(
    "[project.milestones {project=Skylight} wants milestones {spacing every three days} {date from 1 December to 10 December}]",
    &["Milestone 1 | 2026-12-01", "Milestone 2 | 2026-12-04", "Milestone 3 | 2026-12-07", "Milestone 4 | 2026-12-10"]
)]
#[case::as_many_as_said(
    "[project.milestones I need a milestone {spacing every four days} in the {project=Skylight} project, {date from 1 February to 13 February}, so {count four} in all].",
    &["Milestone 1 | 2027-02-01", "Milestone 2 | 2027-02-05", "Milestone 3 | 2027-02-09", "Milestone 4 | 2027-02-13"]
)]
#[case::first_of_the_month(
    "[project.milestones Please put {count four} milestones on {project=Skylight}, always on {date the first of the month}, {date March through June}]",
    &["Milestone 1 | 2027-03-01", "Milestone 2 | 2027-04-01", "Milestone 3 | 2027-05-01", "Milestone 4 | 2027-06-01"]
)]
#[case::months_without_a_count(
    "[project.milestones Milestones for {project=Skylight}, {spacing on the 15th of each month}, {date March to May}]",
    &["Milestone 1 | 2027-03-15", "Milestone 2 | 2027-04-15", "Milestone 3 | 2027-05-15"]
)]
#[case::fewer_after_all(
    "[project.milestones Milestones for {project=Skylight}, {spacing every two weeks}, starting {date on 8 February}. {count Four} of them]. [correct No, make that {count three}].",
    &["Milestone 1 | 2027-02-08", "Milestone 2 | 2027-02-22", "Milestone 3 | 2027-03-08"]
)]
#[case::more_after_all(
    "[project.milestones {count Two} milestones for {project=Skylight}, {spacing a week apart}, from {date 4 January}]. [correct Or rather {count three}].",
    &["Milestone 1 | 2027-01-04", "Milestone 2 | 2027-01-11", "Milestone 3 | 2027-01-18"]
)]
#[case::each_before_the_deadline(
    "[project.create Create the project {name Jubilee}, due {date 9 June}], [project.milestones with milestones reckoned back from {date that day}: {milestone speakers asked} {date ten weeks before}, {milestone tent hired} {date four weeks before}, {milestone flags up} {date three days before}].",
    &["Speakers asked | 2027-03-31", "Tent hired | 2027-05-12", "Flags up | 2027-06-06"]
)]
#[case::on_the_date_itself(
    "[project.create New project {name Regatta}, {date 12 June}], [project.milestones milestones: {milestone entries closed} {date four weeks before}, {milestone boats checked} {date one week before}, {milestone race day} {date on the date itself}].",
    &["Entries closed | 2027-05-15", "Boats checked | 2027-06-05", "Race day | 2027-06-12"]
)]
#[case::each_after_the_other(
    "[project.milestones {project=Skylight}: {milestone plans} on {date 1 February}, {milestone permits} {date three weeks later}, {milestone roof} {date a month after that}]",
    &["Plans | 2027-02-01", "Permits | 2027-02-22", "Roof | 2027-03-22"]
)]
fn milestones_are_put_on_days(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(milestones(line), expected, "{line}");
}
