//! Several of a kind in one breath, each with its own: meetings, links, people; and what only leads to a part.

use rstest::rstest;

use super::{steps, steps_in_full};

#[rstest]
#[case::meetings_of_their_own_length(
    "[calendar.schedule Book me {duration two hours} with {person=Ann} {date on Tuesday afternoon} {time at 2} for {title the sketch}, and {duration one hour} with {person=Bert} {date on Wednesday} {time at the same time} for {title the colours}].",
    &[
        "0 calendar.schedule | Sketch with Ann Becker | 2026-11-24T14:00:00 | =Ann Becker | 120 minutes",
        "1 calendar.schedule | Colours with Bert Holm | 2026-11-25T14:00:00 | =Bert Holm | 60 minutes",
    ]
)]
#[case::half_an_hour_and_an_hour(
    "[calendar.schedule Book {duration half an hour} with {person=Ann} {date on Tuesday} {time at 2} and {duration an hour} with {person=Bert} {date on Thursday} {time at 9}].",
    &[
        "0 calendar.schedule | Meeting with Ann Becker | 2026-11-24T14:00:00 | =Ann Becker | 30 minutes",
        "1 calendar.schedule | Meeting with Bert Holm | 2026-11-26T09:00:00 | =Bert Holm | 60 minutes",
    ]
)]
#[case::subject(
    "[calendar.schedule Get {person=Ann} and {person=Bert} together for {duration half an hour} {date next Monday} {time at 10}, {title subject budget}].",
    &["0 calendar.schedule | Budget with Ann Becker and Bert Holm | 2026-11-30T10:00:00 | =Ann Becker | =Bert Holm | 30 minutes"]
)]
fn meetings(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps_in_full(line), wanted);
}

#[rstest]
#[case::two_links(
    "[link.create Link {person=Ann} with {project=Carol Night} and {person=Bert} with {project=Skylight}].",
    &["0 link.create | =Ann Becker | =Carol Night", "1 link.create | =Bert Holm | =Skylight"]
)]
#[case::two_full_names(
    "[given There are two new members, {name Hana Sato and Luis Prado}]. [person.create Add {ref both} as contacts].",
    &["0 person.create | Hana Sato", "1 person.create | Luis Prado"]
)]
#[case::both_of_us(
    "[calendar.schedule {title the inspection} with {person=Ann} {date for 8 December} {time at 8:30}], [reminder.set remind {ref both of us} {offset the day before}].",
    &["0 calendar.schedule | Inspection with Ann Becker | 2026-12-08T08:30:00 | =Ann Becker", "1 reminder.set | 2026-12-07T09:00:00 | @0"]
)]
#[case::each_on_their_own(
    "[task.create {person=Ann} and {person=Bert} are to {title review the contract}, each on {title their own}, {date by 2 December}].",
    &[
        "0 task.create | Review the contract | 2026-12-02 | =Ann Becker",
        "1 task.create | Review the contract | 2026-12-02 | =Bert Holm",
    ]
)]
#[case::give_them_all(
    "[task.create Create tasks from {ref this} list] and [task.create {title give them} all to {person=Ann}: {title empty bins}, {title check lamps}].",
    &["0 task.create | Empty bins | =Ann Becker", "1 task.create | Check lamps | =Ann Becker"]
)]
#[case::by_the_tuesday_after(
    "[calendar.schedule Get {person=Ann} and {person=Bert} together {date next Monday} {time at 10}]; [then afterwards] [task.create {person=Bert} has a task to {title send round the minutes} {date by Tuesday}].",
    &[
        "0 calendar.schedule | Meeting with Ann Becker and Bert Holm | 2026-11-30T10:00:00 | =Ann Becker | =Bert Holm",
        "1 task.create | Send round the minutes | 2026-12-01 | =Bert Holm | >0",
    ]
)]
#[case::should_be_a_project(
    "[idea_to_project '{idea Open Studios}' should be a project]. [also {ref It's} due {date on 6 June}].",
    &["0 project.create | Open Studios | 2027-06-06"]
)]
#[case::only_when_she_has(
    "[manual.step {person=Ann} needs to {title countersign the contract}]. [message.send Message {person=Dr. Holm} at the foundation] [then only when {ref she} has done {ref that}], and [archive archive the {project=Carol Night} project] [then last of all].",
    &[
        "0 manual.step | =Ann Becker",
        "1 message.send | Hello Bert, it is done. | =Bert Holm | >0",
        "2 project.archive | =Carol Night | >1",
    ]
)]
fn pairs(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps(line), wanted);
}
