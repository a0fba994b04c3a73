//! What waits for what, whose all of it is, and where it belongs, as the words around the work say.

use rstest::rstest;

use super::steps;

#[rstest]
#[case::work_told_before_it_is_asked_for(
    "[before Before {cond the gate is hung}] [task.create {title it has to be primed}]. [task.create Two tasks in the {project=Skylight} project, both for {person=Ann}].",
    &["0 task.create | Prime the gate | =Skylight | =Ann Becker", "1 task.create | Hang the gate | =Skylight | =Ann Becker | >0"]
)]
#[case::both_of_what_was_told(
    "[before Before {cond the boats are launched}], [manual.step {title the slipway must be cleaned}]. [task.create Make {ref both} tasks for {person=Bert}].",
    &["0 task.create | Clean the slipway | =Bert Holm", "1 task.create | Launch the boats | =Bert Holm | >0"]
)]
#[case::first_then_finally(
    "[task.create Three tasks for {person=Bert}: first {title drain the boiler}, then {title swap the valve} and finally {title fill it up}]",
    &["0 task.create | Drain the boiler | =Bert Holm", "1 task.create | Swap the valve | =Bert Holm | >0", "2 task.create | Fill the valve up | =Bert Holm | >1"]
)]
#[case::a_task_for_each(
    "[given In the {project=Skylight} project]: [manual.step {person=Ann} {title measures the stairs}]. [then Once {ref she has done that}], [task.create {title the wood} can be ordered], and [then once {ref it} is ordered] [task.create {title a joiner} can be booked]. [task.create A task for each, please].",
    &["0 task.create | Measure the stairs | =Ann Becker | =Skylight", "1 task.create | Order the wood | =Skylight | >0", "2 task.create | Book a joiner | =Skylight | >1"]
)]
#[case::one_task_for_each(
    "[task.create In {project=Skylight}]: [manual.step {person=Ann} {title counts the beds}]. [then When {cond she has done so}], [task.create {title the linen can be washed}], [then and once {cond that is washed}], [task.create {title the rooms can be opened}]. [task.create One task for {ref each}].",
    &["0 task.create | Count the beds | =Ann Becker | =Skylight", "1 task.create | Wash the linen | =Skylight | >0", "2 task.create | Open the rooms | =Skylight | >1"]
)]
#[case::the_last_of_these(
    "[task.create For the {project=Skylight} project: a task to {title rent ladders}, a task to {title find painters} and a task to {title write the rota}]. [then {ref The last of these} depends on {ref the other two}], [parallel which are independent].",
    &["0 task.create | Rent ladders | =Skylight", "1 task.create | Find painters | =Skylight", "2 task.create | Write the rota | =Skylight | >0 | >1"]
)]
#[case::the_first_two(
    "[task.create Tasks to {title hire a tent}, {title find a cook} and {title write the menu}]. [then {ref The last one} has to wait for {ref the first two}], [parallel {ref these} are independent of each other].",
    &["0 task.create | Hire a tent", "1 task.create | Find a cook", "2 task.create | Write the menu | >0 | >1"]
)]
#[case::second_and_third(
    "[task.create Three tasks: {title clear the barn}, {title lay the floor}, {title hang the lights}]. [then {ref The second} has to wait for {ref the first} and {ref the third} for {ref the second}].",
    &["0 task.create | Clear the barn", "1 task.create | Lay the floor | >0", "2 task.create | Hang the lights | >1"]
)]
#[case::none_waits(
    "[task.create Make three tasks in {project=Skylight} ({title washing}, {title drying}, {title folding}), each due {date 11 March}] and [parallel none of {ref them} waiting for the others].",
    &["0 task.create | Washing | 2027-03-11 | =Skylight", "1 task.create | Drying | 2027-03-11 | =Skylight", "2 task.create | Folding | 2027-03-11 | =Skylight"]
)]
#[case::both_for_somebody(
    "[task.create {title Count the chairs} {date no later than 8 January}], [then and after that] [task.create {title write the list}, {date no later than 15 January}]. [task.create Two tasks, both for {person=Ann}]. [dont Send nothing to anyone].",
    &["0 task.create | Count the chairs | 2027-01-08 | =Ann Becker", "1 task.create | Write the list | 2027-01-15 | =Ann Becker | >0"]
)]
#[case::nothing_to_anybody(
    "[task.create {title Book the band}]. [task.create {title Send nothing to anyone}].",
    &["0 task.create | Book the band"]
)]
#[case::only_then_may(
    "[manual.step By {date the end of the month} {person=Ann} must {title renew the music permit}]; [then only then] [task.create may {title the yard be let for the market}]. [task.create Put {ref both} down as tasks].",
    &["0 task.create | Renew the music permit | 2026-11-30 | =Ann Becker", "1 task.create | Let the yard for the market | >0"]
)]
#[case::all_three_tasks(
    "[task.create In the {project=Skylight} project {person=Ann} {title does the tiling}] and [task.create {person=Bert} {title the guttering}], [parallel side by side]. [then When {ref both} are through], [manual.step {person=Juniper} {title hangs the lanterns}]. [also {ref All three tasks} are due {date 17 December}].",
    &["0 task.create | Do the tiling | 2026-12-17 | =Ann Becker | =Skylight", "1 task.create | Guttering | 2026-12-17 | =Bert Holm | =Skylight", "2 task.create | Hang the lanterns | 2026-12-17 | =Juniper Hall | =Skylight | >0 | >1"]
)]
#[case::not_before_the_review(
    "[manual.step {person=Ann} {title drafts the notice}], [manual.step {person=Bert} {title reviews it}], and [manual.step {person=Juniper} {title puts it online}], [then but not before {ref the review} is finished]. [task.create Create the tasks].",
    &["0 task.create | Draft the notice | =Ann Becker", "1 task.create | Review it | =Bert Holm | >0", "2 task.create | Put it online | =Juniper Hall | >1"]
)]
#[case::not_before_the_check(
    "[task.create {person=Ann} {title writes the songs}], [manual.step {person=Bert} {title checks them}], and [task.create {person=Juniper} {title prints them}], [then not before {cond the check is over}]. [task.create Make tasks of {ref that}].",
    &["0 task.create | Write the songs | =Ann Becker", "1 task.create | Check them | =Bert Holm | >0", "2 task.create | Print them | =Juniper Hall | >1"]
)]
#[case::after_the_plastering(
    "[task.create {project=Skylight} project: {title clear the wall}], [task.create {title render} after that], [task.create {title tile} after the rendering]. [parallel {title Choosing the lamps} can go on in parallel]. [task.create Four tasks].",
    &["0 task.create | Clear the wall | =Skylight", "1 task.create | Render | =Skylight | >0", "2 task.create | Tile | =Skylight | >1", "3 task.create | Choosing the lamps | =Skylight"]
)]
#[case::after_the_lining(
    "[task.create In {project=Skylight}: {title dig the pond}, {title line it} after that, {title plant lilies} after the lining]",
    &["0 task.create | Dig the pond | =Skylight", "1 task.create | Line the pond | =Skylight | >0", "2 task.create | Plant lilies | =Skylight | >1"]
)]
#[case::before_you(
    "[before Before you] [rename rename the project '{project=Skylight}' to '{newname Rooflight}'], [note.add add a note to {ref it} saying {body what it was called before}]",
    &["0 project.update | Rooflight | =Skylight | >1", "1 note.add | What it was called before. | =Skylight"]
)]
#[case::before_you_outside(
    "Before you [archive archive {idea=Mascot}], [message.send tell {person=Ann} {body the mascot is dropped}]",
    &["0 idea.archive | =Mascot for the club | >1", "1 message.send | The mascot is dropped. | =Ann Becker"]
)]
#[case::named_in_a_before(
    "[before Before you archive {project=Skylight}], [note.add note on {ref it} that {body the keys are with Bert}]",
    &["0 note.add | The keys are with Bert. | =Skylight", "1 project.archive | =Skylight | >0"]
)]
#[case::comes_first(
    "[task.create Two tasks for {person=Bert} in {project=Skylight}: {title book the choir} {date before 6 March} and {title book the tent} {date by 20 February}]. [then {ref Tent} first].",
    &["0 task.create | Book the choir | 2027-03-05 | =Skylight | =Bert Holm | >1", "1 task.create | Book the tent | 2027-02-20 | =Skylight | =Bert Holm"]
)]
#[case::taken_for_a_task(
    "[task.create Two tasks: {title book the choir} and {title book the tent}]. [task.create {title Tent first}].",
    &["0 task.create | Book the choir | >1", "1 task.create | Book the tent"]
)]
#[case::first_this_then_that(
    "[task.create Two tasks: {title wash the van} and {title fill the tank}]. [then First {ref the tank}, then {ref the van}].",
    &["0 task.create | Wash the van | >1", "1 task.create | Fill the tank"]
)]
#[case::heading_above_lines(
    "[given For the {project=Skylight} project]: // - [task.create task: {title hire a crane}] // - [task.create task: {title test the crane}] ([then after hiring it]) // - [reminder.set reminder {date on 2 December} about {ref the project}]",
    &["0 task.create | Hire a crane | =Skylight", "1 task.create | Test the crane | =Skylight | >0", "2 reminder.set | 2026-12-02T09:00:00 | =Skylight"]
)]
#[case::in_brackets(
    "[task.create For {project=Skylight}: {title hire a crane}, {title test the crane} ({title after hiring it})]",
    &["0 task.create | Hire a crane | =Skylight", "1 task.create | Test the crane | =Skylight | >0"]
)]
#[case::heading_of_all(
    "[given For {person=Ann}, all due {date 3 December}, all in the {project=Skylight} project]: [task.create {title sweep the stage}, {title check the ropes}, {title count the cues}]. [parallel The order doesn't matter].",
    &["0 task.create | Sweep the stage | 2026-12-03 | =Skylight | =Ann Becker", "1 task.create | Check the ropes | 2026-12-03 | =Skylight | =Ann Becker", "2 task.create | Count the cues | 2026-12-03 | =Skylight | =Ann Becker"]
)]
#[case::until_she_has_said_yes(
    "[task.create {title Write the letter}], [manual.step get {person=Ann} to {title check it}], [message.send and don't message {ref it} to {person=Bert} until she has said yes]",
    &["0 task.create | Write the letter", "1 manual.step | =Ann Becker | >0", "2 message.send | Hello Bert, it is done. | =Bert Holm | >1"]
)]
#[case::unknown_verb_of_somebody(
    "[task.create {person=Ann} {title cuts the boards}]; [then only when {ref she} is finished] [task.create {person=Bert} {title nails them down}]",
    &["0 task.create | Cut the boards | =Ann Becker", "1 task.create | Nail them down | =Bert Holm | >0"]
)]
fn work_is_put_in_order(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps(line), expected, "{line}");
}
