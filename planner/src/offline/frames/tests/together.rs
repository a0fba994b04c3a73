//! Frames that belong together, and those that hold several wishes.

use rstest::rstest;

use super::steps;

#[rstest]
#[case::tasks_among_milestones(
    "[project.create New project {name Thistle}] [project.milestones with milestones {milestone design} and {milestone launch}, {milestone add two tasks}, {milestone print labels} and {milestone book the hall}, {ref both} {date due Friday}]",
    &["0 project.create | Thistle", "1 project.set_milestones | @0", "2 task.create | Print labels | 2026-11-27 | @0", "3 task.create | Book the hall | 2026-11-27 | @0"]
)]
#[case::respectively("[idea_to_project Open two projects, {newname Heron and Otter}, {date due 5 March} and {date 26 March} respectively]",
    &["0 project.create | Heron | 2027-03-05", "1 project.create | Otter | 2027-03-26"])]
#[case::a_day_for_each(
    "[reschedule {task=Clear the gutters} moves to {date 1 December}, and {project=Skylight} to {date the Monday after that}]",
    &["0 task.update | 2026-12-01 | =Clear the gutters", "1 project.update | 2026-12-07 | =Skylight"]
)]
#[case::title_behind_the_person("[task.create A task for {me me}] [also to have {ref the quote} ready {date on Friday}]",
    &["0 task.create | Have the quote ready | 2026-11-27 | =me"])]
#[case::where_both_work(
    "[person.create {name Kit Rowe} and {name Jo Pask}]. [person.create Add {ref both} to my contacts] [task.create with {person Elm Works} as {title their employer}]",
    &["0 person.create | Kit Rowe | Elm Works", "1 person.create | Jo Pask | Elm Works"]
)]
#[case::once_more("[reminder.set Remind me of {project=Skylight} {date two days before it is due}], [task.create and {title once more on} {date the day itself}]",
    &["0 reminder.set | 2026-12-09T09:00:00 | =Skylight", "1 reminder.set | 2026-12-11T09:00:00 | =Skylight"])]
#[case::one_more_task("[task.create Tasks: {title strip the hall}], [link.create {task wire the lights}]. [given The wiring is for {person=Bert}]",
    &["0 task.create | Strip the hall", "1 task.create | Wire the lights | =Bert Holm"])]
#[case::somebody_too("[link.create Link {person=Ann} to {project=Skylight}], [message.send {person=Bert} too]",
    &["0 link.create | =Ann Becker | =Skylight", "1 link.create | =Bert Holm | =Skylight"])]
#[case::what_several_do("[task.create {person=Ann} {title hires the waiters}], [manual.step {person=Bert} {title trains the cooks}]",
    &["0 task.create | Hire the waiters | =Ann Becker", "1 task.create | Train the cooks | =Bert Holm"])]
#[case::told_in_a_project("[task.create {title write in} {project=Skylight} that the glass is cracked]",
    &["0 note.add | The glass is cracked. | =Skylight"])]
#[case::from_somebody("[assign {person=Ann} takes over {task=Clear the gutters} from {person=Bert}]",
    &["0 task.update | =Clear the gutters | =Ann Becker"])]
#[case::with_the_two("[person.create {name Kit Rowe} and {name Jo Pask}], [calendar.schedule book a {title debriefing} with {ref the two of them} {date on 3 December} {time at 1pm}]",
    &["0 person.create | Kit Rowe", "1 person.create | Jo Pask", "2 calendar.schedule | Debriefing with Kit Rowe and Jo Pask | 2026-12-03T13:00:00 | @0 | @1"])]
#[case::day_that_stays("[calendar.schedule {title Meeting} with {person=Ann} {date on Tuesday} {time at 4pm}], [correct make {ref that} {date Wednesday}]",
    &["0 calendar.schedule | Meeting with Ann Becker | 2026-11-25T16:00:00 | =Ann Becker"])]
#[case::own_day_of_the_last(
    "[task.create {title Bake}, {date on 3 December}]; [task.create {title clean up}], [also {date the day after it}]",
    &["0 task.create | Bake | 2026-12-03", "1 task.create | Clean up | 2026-12-04"]
)]
#[case::tasks_of_somebody("[task.create Two tasks for {person=Ann}: {title buy flour}]; [task.create {title bake}]",
    &["0 task.create | Buy flour | =Ann Becker", "1 task.create | Bake | =Ann Becker"])]
#[case::work_that_is_waited_for(
    "[after Don't archive {project=Skylight} until {cond the fees have been paid}]: [task.create make a task for {person=Ann} to {title pay them}], [archive archive {project=Skylight}]",
    &["0 task.create | Pay the fees | =Ann Becker", "1 manual.step | =Ann Becker | >0", "2 project.archive | =Skylight | >1"]
)]
#[case::an_idea_told_before("[task.create We really should {title have a lantern parade}]. [idea.create Save {ref that} as an idea]",
    &["0 idea.create | Have a lantern parade"])]
#[case::at_the_same_time("[given The {topic form} and the {name sheets} can be printed at the same time]",
    &["0 task.create | Print the form", "1 task.create | Print the sheets"])]
#[case::reason_behind_a_colon("[message.send Message {person=Ann} {body the reason}: {body the crane is broken}]",
    &["0 message.send | The crane is broken. | =Ann Becker"])]
#[case::long_enough("[calendar.schedule {title Coffee} with {person=Ann} {date on Friday} {time at 9}], [calendar.schedule {duration half an hour} will do]",
    &["0 calendar.schedule | Coffee with Ann Becker | 2026-11-27T09:00:00 | =Ann Becker"])]
#[case::text_of_an_idea("[idea.create Save an idea], [describe '{idea Silent disco}', with the text '{body borrow headphones}']",
    &["0 idea.create | Silent disco | borrow headphones"])]
#[case::as_many_names(
    "[project.create Two new projects: {name Heron}, {date due 29 January}], [task.create and {title Otter}, {date due 12 February}]",
    &["0 project.create | Heron | 2027-01-29", "1 project.create | Otter | 2027-02-12"]
)]
#[case::another_deadline("[rename {project=Skylight} gets a new name, {newname Rooflight}], and [calendar.schedule a {title new deadline}, {date 12 March}]",
    &["0 project.update | Rooflight | 2027-03-12 | =Skylight"])]
#[case::thanks("[archive Archive {project=Skylight}], [note.add I'd be most grateful]", &["0 project.archive | =Skylight"])]
#[case::a_sentence_ends("[project.milestones {project=Skylight} milestones: {milestone plan} and {milestone build .} {milestone Our roofer}]",
    &["0 project.set_milestones | =Skylight"])]
fn frames_belong_together(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps(line), expected, "{line}");
}
