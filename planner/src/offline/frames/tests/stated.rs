//! Order, distances and days that are stated beside the wishes.

use rstest::rstest;

use super::steps_in_full;

#[rstest]
#[case::in_the_order_of_a_list(
    "[task.create Put {title the painting}, {title the sanding} and {title the priming} into {project=Skylight} as tasks], but [then in the right order: {ref sanding}, {ref priming}, {ref painting}].",
    &[
        "0 task.create | Painting | =Skylight | >2",
        "1 task.create | Sanding | =Skylight",
        "2 task.create | Priming | =Skylight | >1",
    ]
)]
#[case::then_in_parallel(
    "[task.create The first thing is to {title drain the pond}]. [then Then, in parallel], [task.create {title fix the liner} and {title clean the pump}, both due {date 2 December}]. [task.create {title Refilling} comes last, {date on 4 December}].",
    &[
        "0 task.create | Drain the pond",
        "1 task.create | Fix the liner | 2026-12-02 | >0",
        "2 task.create | Clean the pump | 2026-12-02 | >0",
        "3 task.create | Refilling | 2026-12-04 | >1 | >2",
    ]
)]
#[case::mine_needs_both(
    "[task.create {person=Ann} must {title hand in the budget} {date by 2 December}] and [task.create {person=Bert} the {title floor plan} {date by 4 December}]. [task.create The {title application}, {me mine}, needs both and is due {date 8 December}].",
    &[
        "0 task.create | Hand in the budget | 2026-12-02 | =Ann Becker",
        "1 task.create | Floor plan | 2026-12-04 | =Bert Holm",
        "2 task.create | Application | 2026-12-08 | =me | >0 | >1",
    ]
)]
#[case::starts_when(
    "[task.create Create '{title Load the van}' and '{title Drive to the hall}' for {person=Ann} {date on 11 December}]; [then {ref the driving} starts when {ref the loading} is through], and [task.create {title unloading}, for {person=Bert}], [then starts when {ref the driving} is].",
    &[
        "0 task.create | Load the van | 2026-12-11 | =Ann Becker",
        "1 task.create | Drive to the hall | 2026-12-11 | =Ann Becker | >0",
        "2 task.create | Unloading | =Bert Holm | >1",
    ]
)]
#[case::every_second_friday(
    "[project.milestones Milestones for {project=Skylight} {spacing every second Friday} {date starting 8 January}, {count three} altogether, the last one called {milestone Opening}].",
    &["0 project.set_milestones | =Skylight | Milestone 1 2027-01-08 | Milestone 2 2027-01-22 | Opening 2027-02-05"]
)]
#[case::before_its_deadline(
    "[task.create A task to {title book the coach}, due {date 10 days before the Skylight deadline}].",
    &["0 task.create | Book the coach | 2026-12-01"]
)]
#[case::as_long_each(
    "[calendar.schedule {title Call} {person=Ann} {time at 9} {date tomorrow}], [calendar.schedule then {time at 10} {person=Bert}]: [also put {ref them} in my calendar, {duration a quarter of an hour} each].",
    &[
        "0 calendar.schedule | Call with Ann Becker | 2026-11-24T09:00:00 | =Ann Becker | 15 minutes",
        "1 calendar.schedule | Meeting with Bert Holm | 2026-11-24T10:00:00 | =Bert Holm | >0 | 15 minutes",
    ]
)]
#[case::a_week_ahead(
    "[given We open {date on 4 March}]. [task.create {date Two weeks ahead of that} {title the flyers should be printed} ({person=Ann})], [task.create {date a week ahead} {title the windows cleaned} ({person=Ann})].",
    &[
        "0 task.create | Print the flyers | 2027-02-18 | =Ann Becker",
        "1 task.create | Windows cleaned | 2027-02-25 | =Ann Becker",
    ]
)]
#[case::first_of_all(
    "[task.create First of all {title clear the loft}, {date by 3 May}]. [task.create {title Boarding} comes last], [also {ref all of it} in {project=Skylight}].",
    &["0 task.create | Clear the loft | 2027-05-03 | =Skylight", "1 task.create | Boarding | =Skylight | >0"]
)]
#[case::in_a_new_project(
    "[task.create {person=Ann} gets two tasks in] [project.create a new project called {name Kiln}]: [task.create {title cleaning} and {title painting}], [then {ref each one} waiting for {ref the one before}].",
    &["0 project.create | Kiln", "1 task.create | Cleaning | @0 | =Ann Becker", "2 task.create | Painting | @0 | =Ann Becker | >1"]
)]
#[case::announced_for_all(
    "[task.create Tasks in the {project=Skylight} project: {person=Ann} {title measures the van}], [then then] [task.create {person=Bert} {title packs the set}]. [task.create {title Writing the press list}] [parallel has nothing to do with those two and can happen at any time].",
    &[
        "0 task.create | Measure the van | =Skylight | =Ann Becker",
        "1 task.create | Pack the set | =Skylight | =Bert Holm | >0",
        "2 task.create | Writing the press list | =Skylight",
    ]
)]
#[case::not_before_she_has(
    "[task.create {me I} {title write the assessment}], [manual.step {person=Ann} {title signs it off}], and [message.send {person=Bert} gets {ref it} by message], [before but not before {cond she has signed}].",
    &[
        "0 task.create | Write the assessment | =me",
        "1 manual.step | =Ann Becker | >0",
        "2 message.send | Hello Bert, it is done. | =Bert Holm | >1",
    ]
)]
fn what_is_stated_is_heeded(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps_in_full(line), wanted);
}
