//! Letters, courtesies, telegrams and what is spoken.

use rstest::rstest;

use super::{steps, steps_in_full};

#[rstest]
#[case::what_lacks_something(
    "Dear all, what a week! [given The {title altar cloths need new hems} {date before the visit on 10 December}]. [given {person=Ann} is handy with a needle], so [task.create kindly make {ref that} {ref her} task].",
    &["0 task.create | Get new hems for The altar cloths | 2026-12-09 | =Ann Becker"]
)]
#[case::what_it_is(
    "[given The lamp by the door is out], and [given it'll {title need to be replaced} {date before 10 December}]. [given {person=Bert} has the ladder]. [task.create Can you give {ref him} a task for {ref it}]? And [reminder.set send me a reminder {offset the day before}, {body I've a memory like a sieve}].",
    &["0 task.create | Replace The lamp by the door | 2026-12-09 | =Bert Holm", "1 reminder.set | 2026-12-09T09:00:00 | @0"]
)]
#[case::somebody_handles_it(
    "[task.create So {title the programmes need to be printed}], and [message.send I'd like {person=Ann} {body to handle that}]. [also {date December 11} is fine as a due date].",
    &["0 task.create | Print the programmes | 2026-12-11 | =Ann Becker"]
)]
#[case::corrected_with_a_reason(
    "[task.create {title Print the programmes}], and [also I'd like {person=Bert}, no wait, he's on leave, {person=Ann} to handle {ref that}].",
    &["0 task.create | Print the programmes | =Ann Becker"]
)]
#[case::how_it_sounds(
    "[message.send Message to {person=Ann}: {body we come on Wednesday}]. [task.create {title Short and friendly} please].",
    &["0 message.send | We come on Wednesday. | =Ann Becker"]
)]
#[case::saying_so(
    "right so the frames are late again can you [note.add put a note on the {project=Skylight} project saying {ref that}] and [reschedule shove {ref the project} to {date 20 January}]",
    &["0 note.add | The frames are late again. | =Skylight", "1 project.update | 2027-01-20 | =Skylight"]
)]
#[case::ahead_of_it(
    "[task.create need a task for {person=Ann} to {title mow the yard} due {date sunday}] and [task.create another one for {ref her} to {title sharpen the blades}] [then which has to happen before {ref that}]",
    &["0 task.create | Mow the yard | 2026-11-29 | =Ann Becker | >1", "1 task.create | Sharpen the blades | =Ann Becker"]
)]
#[case::hashtags(
    "[task.create {title repaint the goalposts #pitch #summer} @{person=Ann}, due {date 12 June}]",
    &["0 task.create | Repaint the goalposts | 2027-06-12 | [\"pitch\",\"summer\"] | =Ann Becker"]
)]
#[case::afterthought(
    "[calendar.schedule Please put {title rehearsal} with {person=Ann} into the calendar, {date Friday} at {time 5pm}]. Many thanks // P.S. [correct Forget what I said about {time 5pm}], [also {time 6.30pm} it is].",
    &["0 calendar.schedule | Rehearsal with Ann Becker | 2026-11-27T18:30:00 | =Ann Becker"]
)]
#[case::away_that_day(
    "[calendar.schedule Book {person=Ann} for {date the 2nd}. No wait, she's away that day, so {date the 3rd}]. [also {time Four in the afternoon}, {duration half an hour} will do], it's only about the curtains.",
    &["0 calendar.schedule | Meeting with Ann Becker | 2026-12-03T16:00:00 | =Ann Becker"]
)]
#[case::it_has_happened(
    "[note.add Note for {project=Skylight}: {body the glass was cleaned}] [also {date yesterday} and {ref all} is fine].",
    &["0 note.add | The glass was cleaned yesterday and all is fine. | =Skylight"]
)]
#[case::whenever_it_suits(
    "[note.add Would you note on {project=Skylight}, whenever it suits you, that {body the glazier was paid}]? With friendly greetings, Dr. Albers",
    &["0 note.add | The glazier was paid. | =Skylight"]
)]
#[case::in_a_stiff_way(
    "[reschedule It is hereby requested that the project known as {project=Skylight} be accorded a due date of {date 18 June 2027}], and [note.add that a note be appended thereto to the effect that {body the glass has been paid for}].",
    &["0 project.update | 2027-06-18 | =Skylight", "1 note.add | The glass has been paid for. | =Skylight"]
)]
#[case::which_remains_open(
    "[complete It would be appreciated if {task=Clear the gutters} could be regarded as settled]. [status No action is required on {project=Skylight}, which {status remains active}].",
    &["0 task.complete | =Clear the gutters"]
)]
#[case::the_second_one(
    "[task.create Two tasks for {person=Ann}: {title buy ink} and {title fold the flyers}], [correct no sorry, {ref the second one} for {person=Bert}]",
    &["0 task.create | Buy ink | =Ann Becker", "1 task.create | Fold the flyers | =Bert Holm"]
)]
fn a_request_is_carried_out_in_whatever_manner_it_is_made(#[case] line: &str, #[case] told: &[&str]) {
    assert_eq!(steps(line), told);
}

#[rstest]
#[case::an_hour_will_do(
    "[given {person=Ann} would like to {title talk through the carols} and I told her that {date Thursday the 3rd of December} at {time half past ten} would suit me]. [given {duration Half an hour} ought to do]. [calendar.schedule Would you put {ref that} in the calendar with {ref her}]?",
    &["0 calendar.schedule | Talk through the carols | 2026-12-03T10:30:00 | =Ann Becker | 30 minutes"]
)]
#[case::roughly_an_hour(
    "[given What suits us is {date 3 December}, {time quarter past two}, {duration roughly ninety minutes}, to {title talk over the mural}]. [calendar.schedule Would you enter {ref that} in my diary with {person=Ann}]?",
    &["0 calendar.schedule | Talk over the mural | 2026-12-03T14:15:00 | =Ann Becker | 90 minutes"]
)]
fn a_length_told_ahead_is_heeded(#[case] line: &str, #[case] told: &[&str]) {
    assert_eq!(steps_in_full(line), told);
}
