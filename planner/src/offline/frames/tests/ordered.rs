//! What waits for what, who approves, and what is put off.

use rstest::rstest;

use super::steps_in_full;

#[rstest]
#[case::what_was_written_is_checked_first(
    "[task.create {title Draft the offer for the stall}], [manual.step get {person=Ann} to {title check the figures}], and [message.send don't message {person=Bert} with {ref it}] [after until {cond she has}]",
    &[
        "0 task.create | Draft the offer for the stall",
        "1 manual.step | =Ann Becker | >0",
        "2 message.send | Hello Bert, it is done. | =Bert Holm | >1",
    ]
)]
#[case::somebody_okays_it(
    "[task.create {title Finish the label}], [manual.step let {person=Ann} {title okay it}]",
    &[
        "0 task.create | Finish the label",
        "1 manual.step | =Ann Becker | >0",
    ]
)]
#[case::forbidden_until(
    "[task.create {title Write the letter to the council}], [manual.step let {person=Bert} {title proofread it}] and [dont don't write to {person=Ann} about {ref it}] [after before {cond he has}]",
    &[
        "0 task.create | Write the letter to the council",
        "1 manual.step | =Bert Holm | >0",
        "2 message.send | Hello Ann, it is done. | =Ann Becker | >1",
    ]
)]
#[case::condition_left_in_the_text(
    "[task.create {title Write the menu}], [manual.step get {person=Ann} to {title check the prices}], and don't [message.send message {person=Bert} with {body it until she has}]",
    &[
        "0 task.create | Write the menu",
        "1 manual.step | =Ann Becker | >0",
        "2 message.send | Hello Bert, it is done. | =Bert Holm | >1",
    ]
)]
#[case::not_until_with_more_behind(
    "[manual.step {person=Ann} {title takes the keys to the porter}]. [message.send Let {person=Bert} know {body that they are on their way}], but [after not until {cond Ann has done that}], and [dont nothing to anyone else]",
    &[
        "0 manual.step | =Ann Becker",
        "1 message.send | They are on their way. | =Bert Holm | >0",
    ]
)]
#[case::not_until_before_another_wish(
    "[message.send Tell {person=Ann} that {body the hall is hers}], but [after not until {cond the deposit is paid}], and [task.create add a task to {title clean the hall}]",
    &[
        "0 message.send | The hall is hers. | =Ann Becker | >1",
        "1 manual.step",
        "2 task.create | Clean the hall",
    ]
)]
#[case::and_not_until(
    "[manual.step Get {person=Ann} to {title proofread the flyer}], then [task.create {person=Bert} has to {title sign it off}], and [after not until {cond he has signed}] [message.send should {person=Juniper} get a message that {body it is on its way}]",
    &[
        "0 manual.step | =Ann Becker",
        "1 task.create | Sign it off | =Bert Holm | >0",
        "2 manual.step | =Bert Holm | >1",
        "3 message.send | “Sign it off” is on its way. | =Juniper Hall | >2",
    ]
)]
#[case::all_three_first(
    "[task.create In {project=Skylight}, {title sanding}, {title priming} and {title taping} are tasks] [parallel that may run at once], but [task.create the {title opening party}] [then can't begin until {ref all three} are through]",
    &[
        "0 task.create | Sanding | =Skylight",
        "1 task.create | Priming | =Skylight",
        "2 task.create | Taping | =Skylight",
        "3 task.create | Opening party | =Skylight | >0 | >1 | >2",
    ]
)]
#[case::cond_of_those_before(
    "[task.create {title Mix the paint} and {title tape the edges}], [parallel at once]; [task.create {title the top coat}] [after can't begin until {cond both of them are done}]",
    &[
        "0 task.create | Mix the paint",
        "1 task.create | Tape the edges",
        "2 task.create | Top coat | >0 | >1",
    ]
)]
#[case::both_rest_on_it(
    "[task.create Enter tasks in {project=Skylight}]. [task.create The {title roof survey} is the first]. [task.create {title The cost report} and the {title risk report}] [then both rest on {ref the survey}], but [parallel {ref they} may be written side by side]",
    &[
        "0 task.create | Roof survey | =Skylight",
        "1 task.create | Cost report | =Skylight | >0",
        "2 task.create | Risk report | =Skylight | >0",
    ]
)]
#[case::told_where_they_belong(
    "[given Tasks for the {project=Skylight} project, please]. [task.create The {title roof survey}]. [task.create {title The cost report}]",
    &[
        "0 task.create | Roof survey | =Skylight",
        "1 task.create | Cost report | =Skylight",
    ]
)]
#[case::needs_both_and_follows(
    "[task.create In {project=Skylight}, {person=Ann} {title prepares the frames}] and [task.create {person=Bert} {title the glass}], [parallel side by side]; [task.create the {title fitting}, {person=Juniper}'s task], [then needs {ref both}], and [task.create the {title write-up}, {person=Juniper}'s as well], [then follows {ref the fitting}]. [also {ref Everything} has to be done by {date 26 February}]",
    &[
        "0 task.create | Prepare the frames | 2027-02-26 | =Skylight | =Ann Becker",
        "1 task.create | Prepare the glass | 2027-02-26 | =Skylight | =Bert Holm",
        "2 task.create | Fitting | 2027-02-26 | =Skylight | =Juniper Hall | >0 | >1",
        "3 task.create | Write-up | 2027-02-26 | =Skylight | =Juniper Hall | >2",
    ]
)]
#[case::one_that_is_named_waits(
    "[task.create {title Send the plates}, due {date 8 January}], and [task.create {title Press run}, due {date ten days later}]; [then {ref the press run} may not begin until {ref the plates} are sent]",
    &[
        "0 task.create | Send the plates | 2027-01-08",
        "1 task.create | Press run | 2027-01-18 | >0",
    ]
)]
#[case::the_last_of_these(
    "[task.create {title Cut the grass}, {title trim the hedge}, {title sweep the path}]: [also {ref the last of these} depends on both the others].",
    &[
        "0 task.create | Cut the grass",
        "1 task.create | Trim the hedge",
        "2 task.create | Sweep the path | >0 | >1",
    ]
)]
#[case::the_second_waits(
    "[task.create {title Cut the grass}, {title trim the hedge}], [then {ref the second} waits for {ref the first}].",
    &[
        "0 task.create | Cut the grass",
        "1 task.create | Trim the hedge | >0",
    ]
)]
#[case::unknown_condition_behind(
    "[task.create {title Tighten the bolts} and {title check the wires}], [then afterwards] [task.create {title paint the mast}], [after but not before {cond the paint has arrived}].",
    &[
        "0 task.create | Tighten the bolts",
        "1 task.create | Check the wires",
        "2 task.create | Paint the mast | >0 | >1 | >3",
        "3 manual.step",
    ]
)]
#[case::both_approve(
    "[manual.step {title The leaflet needs an okay} from both {person=Ann} and {person=Bert}], [parallel in either order], [then before] [message.send {ref it} goes to {person=Juniper} by message]",
    &[
        "0 manual.step | =Ann Becker",
        "1 manual.step | =Bert Holm",
        "2 message.send | Hello Juniper, it is done. | =Juniper Hall | >0 | >1",
    ]
)]
#[case::one_approves_after_the_other(
    "[manual.step First {person=Ann} and after {ref her} our chairman, {person=Bert}, must {title approve the letter}]. [then Only with {ref both approvals}] [message.send may {person=Juniper} be sent {ref it} in a message]",
    &[
        "0 manual.step | =Ann Becker",
        "1 manual.step | =Bert Holm | >0",
        "2 message.send | Hello Juniper, it is done. | =Juniper Hall | >0 | >1",
    ]
)]
#[case::task_for_both(
    "[task.create {title Read the lease} is for both {person=Ann} and {person=Bert}]",
    &[
        "0 task.create | Read the lease | =Ann Becker",
        "1 task.create | Read the lease | =Bert Holm",
    ]
)]
#[case::somebody_confirms(
    "[after Once {cond Bert has confirmed that the crane is free}], [complete {task=Clear the gutters} may be ticked off] and [message.send {person=Ann} told about {ref it}]",
    &[
        "0 manual.step | =Bert Holm",
        "1 task.complete | =Clear the gutters | >0",
        "2 message.send | Hello Ann, “Clear the gutters” is done. | =Ann Becker | >0",
    ]
)]
#[case::first_things_last(
    "[task.create Before {title the walls can be painted}, {title the cracks have to be filled}], and [before first of all] [task.create {title the shelves must be removed}]. [task.create Enter {ref all three} as tasks in {project=Skylight}].",
    &[
        "0 task.create | Paint the walls | =Skylight | >1 | >2",
        "1 task.create | Fill the cracks | =Skylight | >2",
        "2 task.create | Remove the shelves | =Skylight",
    ]
)]
#[case::day_behind_both(
    "[task.create {project=Skylight}: {person=Ann} {title does the posters}] and [task.create {person=Bert} {title the tickets}, both {date by 8 January}]; [then when {ref they're} through], [task.create {me I} {title add up the costs}], [also {date a week after their deadline}].",
    &[
        "0 task.create | Do the posters | 2027-01-08 | =Skylight | =Ann Becker",
        "1 task.create | Tickets | 2027-01-08 | =Skylight | =Bert Holm",
        "2 task.create | Add up the costs | 2027-01-15 | =Skylight | =me | >0 | >1",
    ]
)]
#[case::archived_at_last(
    "[before Before you archive the {project=Skylight} project], [note.add put a note on {ref it} that {body the keys are in the safe}], and [message.send tell {person=Ann} that {body it is closing}]",
    &[
        "0 note.add | The keys are in the safe. | =Skylight",
        "1 message.send | “Skylight” is closing. | =Ann Becker",
        "2 project.archive | =Skylight | >0 | >1",
    ]
)]
#[case::archived_by_its_own_wish(
    "[before Before you archive {ref the idea}], [link.create link {idea=Mascot} to {project=Skylight}]; [then then] [archive archive {ref the idea}]",
    &[
        "0 link.create | =Mascot for the club | =Skylight",
        "1 idea.archive | =Mascot for the club | >0",
    ]
)]
#[case::idea_kept_until_the_end(
    "[idea_to_project The {idea=Mascot} idea becomes a project], [message.send tell {person=Ann} about {ref it}]; [archive {ref the idea itself} is only to be archived at the very end], [then when {ref both} are done]",
    &[
        "0 project.create | Mascot for the club",
        "1 link.create | @0 | =Mascot for the club",
        "2 message.send | Hello Ann, the project “Mascot for the club” has been set up. | =Ann Becker",
        "3 idea.archive | =Mascot for the club | >1 | >2",
    ]
)]
#[case::person_behind_each_title(
    "[task.create In {project=Skylight}: {title skip hire} ({person=Ann}), {title sorting} ({person=Bert}) and the {title run to the tip} ({person=Ann} again)]",
    &[
        "0 task.create | Skip hire | =Skylight | =Ann Becker",
        "1 task.create | Sorting | =Skylight | =Bert Holm",
        "2 task.create | Run to the tip | =Skylight | =Ann Becker",
    ]
)]
#[case::nothing_more(
    "[task.create In {project=Skylight} add a task to {title clean the frames} and another to {title check the putty}], [dont no more than that], and [dont leave {ref both} unassigned]",
    &[
        "0 task.create | Clean the frames | =Skylight",
        "1 task.create | Check the putty | =Skylight",
    ]
)]
#[case::a_figure(
    "[note.add Note on {project=Skylight} that {body 84 panes are sold}] and [message.send message {person=Ann} {body the number}]",
    &[
        "0 note.add | 84 panes are sold. | =Skylight",
        "1 message.send | 84 panes are sold. | =Ann Becker",
    ]
)]
#[case::named_behind_the_comma(
    "[link.create Link {project=Skylight} to {ref our glazier}, {person=Bert}]",
    &[
        "0 link.create | =Skylight | =Bert Holm",
    ]
)]
fn requests_are_ordered(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps_in_full(line), expected, "{line}");
}
