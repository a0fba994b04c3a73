//! What is said of some of several things: by their place, by where they belong, and of those that are left.

use rstest::rstest;

use super::{steps, steps_in_full};

#[rstest]
#[case::the_second_of_them(
    "[project.create Make two projects, {name Lantern} and {name Kiln}], [also {ref the second of them} due {date 14 May}]. [project.milestones {ref Lantern} gets the milestones {milestone tender} and {milestone award}].",
    &[
        "0 project.create | Lantern",
        "1 project.create | Kiln | 2027-05-14",
        "2 project.set_milestones | @0 | Tender  | Award ",
    ]
)]
#[case::the_second_in_the_same_breath(
    "[project.create Make two projects, {name Lantern} and {name Kiln}, the second of them due {date 14 May}].",
    &["0 project.create | Lantern", "1 project.create | Kiln | 2027-05-14"]
)]
#[case::two_places(
    "[task.create Tasks {title mow}, {title rake} and {title seed} in {project=Skylight}], the [also {ref second and third} due {date Friday}].",
    &[
        "0 task.create | Mow | =Skylight",
        "1 task.create | Rake | 2026-11-27 | =Skylight",
        "2 task.create | Seed | 2026-11-27 | =Skylight",
    ]
)]
#[case::for_each_somebody(
    "[task.create Add {title mow}, {title rake} and {title seed}], [also give {ref the first two} to {person=Ann}, {ref the last one} to {person=Bert}].",
    &["0 task.create | Mow | =Ann Becker", "1 task.create | Rake | =Ann Becker", "2 task.create | Seed | =Bert Holm"]
)]
#[case::by_where_they_belong(
    "[project.create Open the projects {name Lantern} and {name Kiln}]. [task.create {ref Each} needs a {title safety plan} task]: [also {person=Ann} does {ref Lantern's}], [also {person=Bert} does {ref Kiln's}].",
    &[
        "0 project.create | Lantern",
        "1 project.create | Kiln",
        "2 task.create | Safety plan | @0 | =Ann Becker",
        "3 task.create | Safety plan | @1 | =Bert Holm",
    ]
)]
#[case::the_one_for_a_project_and_the_other(
    "[project.create Open the projects {name Lantern} and {name Kiln}]. [task.create {ref Each} needs a task {title draw up a budget}], [also {ref the one for Lantern} is {person=Ann}'s], [also {ref the other} {person=Bert}'s].",
    &[
        "0 project.create | Lantern",
        "1 project.create | Kiln",
        "2 task.create | Draw up a budget | @0 | =Ann Becker",
        "3 task.create | Draw up a budget | @1 | =Bert Holm",
    ]
)]
#[case::the_rest(
    "[given For {project=Skylight} we need]: [task.create a {title stall plan}, a {title price list}, a {title rota}]. [also {person=Ann} does {ref the plan}], [also {ref the rest} is {me mine}].",
    &[
        "0 task.create | Stall plan | =Skylight | =Ann Becker",
        "1 task.create | Price list | =Skylight | =me",
        "2 task.create | Rota | =Skylight | =me",
    ]
)]
#[case::all_but_one(
    "[task.create Jobs for {project=Skylight}: {title felt the roof}, {title paint the door}]. [assign All of {ref them} are {person=Ann}'s and] [also {date due 30 April}], [task.create {title except the door}, which {person=Bert} does {date by 7 May}].",
    &[
        "0 task.create | Felt the roof | 2027-04-30 | =Skylight | =Ann Becker",
        "1 task.create | Paint the door | 2027-05-07 | =Skylight | =Bert Holm",
    ]
)]
#[case::milestones_for_both(
    "[project.create New projects {name Lantern} and {name Kiln}]. [project.milestones Give {ref both} the milestones {milestone start} and {milestone finish}].",
    &[
        "0 project.create | Lantern",
        "1 project.create | Kiln",
        "2 project.set_milestones | @0 | Start  | Finish ",
        "3 project.set_milestones | @1 | Start  | Finish ",
    ]
)]
fn some_of_several(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps_in_full(line), wanted);
}

#[rstest]
#[case::make_each_wait(
    "[task.create {person=Ann} {title sorts the boxes}], [task.create {person=Bert} {title scans the files}], [task.create {person=Ann} {title shreds the rest}]. [parallel Make each wait on the previous one].",
    &[
        "0 task.create | Sort the boxes | =Ann Becker",
        "1 task.create | Scan the files | =Bert Holm | >0",
        "2 task.create | Shred the rest | =Ann Becker | >1",
    ]
)]
#[case::each_to_start_after(
    "[project.create Create the project {name Kiln}] with [task.create two tasks, {title loading} and {title firing}], [then each to start only after {ref the previous one}], [also {ref both of them} for {person=Ann}].",
    &[
        "0 project.create | Kiln",
        "1 task.create | Loading | @0 | =Ann Becker",
        "2 task.create | Firing | @0 | =Ann Becker | >1",
    ]
)]
#[case::its_predecessor(
    "[task.create Tasks {title loading}, {title firing} and {title glazing}]. [then Every one of {ref them} depends on {ref its predecessor}].",
    &["0 task.create | Loading", "1 task.create | Firing | >0", "2 task.create | Glazing | >1"]
)]
#[case::may_not_go_ahead(
    "[manual.step Have {person=Ann} {title measure the windows}]. [task.create The {title order for the glass}, {me my} task, can't go out] [before before {ref that}].",
    &["0 manual.step | =Ann Becker", "1 task.create | Order for the glass | =me | >0"]
)]
#[case::only_if_somebody_has(
    "[message.send Send {person=Ann} {body the budget only if Bert has okayed it}].",
    &["0 manual.step", "1 message.send | The budget. | =Ann Becker | >0"]
)]
fn one_behind_the_other(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps(line), wanted);
}

#[rstest]
#[case::done_twice(
    "[complete Mark {task=Clear the gutters} as done], [complete {task=Clear the gutters} is finished], [archive archive {project=Carol Night}].",
    &["0 task.complete | =Clear the gutters", "1 project.archive | =Carol Night"]
)]
#[case::which_is_a_new_project(
    "[reminder.set Remind me {date on December 1} to {body look over Kiln}], [project.create which is a new project I'd like you to open] with [project.milestones {count two} milestones: {milestone research} and {milestone pilot}].",
    &[
        "0 task.create | Look over Kiln | 2026-12-01",
        "1 reminder.set | 2026-12-01T09:00:00 | @0",
        "2 project.create | Kiln",
        "3 project.set_milestones | @2",
    ]
)]
#[case::before_its_deadline(
    "[reminder.set Remind me {date two days before the Skylight deadline} and again {date on the day}].",
    &["0 reminder.set | 2026-12-09T09:00:00 | =Skylight", "1 reminder.set | 2026-12-11T09:00:00 | =Skylight"]
)]
#[case::the_one_who(
    "[task.create Have {person=Ann} as the one who {title finds a supplier} {date by 20 January}].",
    &["0 task.create | Find a supplier | 2027-01-20 | =Ann Becker"]
)]
fn said_in_passing(#[case] line: &str, #[case] wanted: &[&str]) {
    assert_eq!(steps(line), wanted);
}

#[rstest]
#[case(
    "[workflow Get everything in place for our {topic new bookkeeper}, {person Silvia Marchetti}]. [also {ref Her} first day is {date January 4}].",
    "Onboard Silvia Marchetti | 2027-01-04"
)]
#[case(
    "[workflow {person Femke Dijk} starts {date on Monday 11 January} as our {topic gardener}. Prepare everything for {ref her}].",
    "Onboard Femke Dijk | 2027-01-11"
)]
#[case("[workflow Kick off {topic onboarding of our newest customer}, {org Bramble & Co}].", "Onboard Bramble and Co")]
#[case(
    "[workflow Our intern {person Paul} leaves {date at the end of January}, please sort his {topic offboarding}].",
    "Offboard Paul | 2027-01-31"
)]
#[case(
    "[workflow {topic Board report} for Q4, due {date 20 January}, please plan {ref it}].",
    "Board report for Q4 | 2027-01-20"
)]
fn undertakings_have_a_name_and_a_day(#[case] line: &str, #[case] wanted: &str) {
    let made = steps(line);
    assert_eq!(made[0], format!("0 project.create | {wanted}"), "{made:#?}");
    assert!(made.len() > 4 && !made.iter().any(|step| step.starts_with('?')), "{made:#?}");
}
