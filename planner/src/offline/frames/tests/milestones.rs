//! Milestones counted from an end, from each other, and corrected.

use rstest::rstest;

use super::steps_in_full;

#[rstest]
#[case::counted_from_what_was_told(
    "[given The {project=Skylight} project ends {date on 27 March}]. [project.milestones Its milestones: {milestone bids closed} {date four weeks before}, {milestone glass ordered} {date one week before}, {milestone opening day} {date on the date itself}]",
    &[
        "0 project.set_milestones | =Skylight | Bids closed 2027-02-27 | Glass ordered 2027-03-20 | Opening day 2027-03-27",
    ]
)]
#[case::counted_from_their_end(
    "[project.milestones Milestones for {project=Skylight}, which ends on {date 27 March}: {milestone bids closed} {offset four weeks before}, {milestone glass ordered} {offset a week before} and {milestone opening} {offset on the day}]",
    &[
        "0 project.set_milestones | =Skylight | Bids closed 2027-02-27 | Glass ordered 2027-03-20 | Opening 2027-03-27",
    ]
)]
#[case::counted_from_the_deadline(
    "[project.milestones {project=Skylight} gets two milestones, {milestone glass ordered} {offset a week before the deadline} and {milestone handover} {offset on the due date}]",
    &[
        "0 project.set_milestones | =Skylight | Glass ordered 2026-12-04 | Handover 2026-12-11",
    ]
)]
#[case::counted_from_each_other(
    "[project.milestones For {project=Skylight}: {milestone contract signed} {date on 4 January}, {milestone frames up} {offset three weeks later} and {milestone glazed} {offset two weeks after that}]",
    &[
        "0 project.set_milestones | =Skylight | Contract signed 2027-01-04 | Frames up 2027-01-25 | Glazed 2027-02-08",
    ]
)]
#[case::back_from_the_last(
    "[project.milestones {project=Skylight} gets the milestones {milestone Sketches}, {milestone Model} and {milestone Show}, the last one {date on 26 March}, {spacing a week apart}]",
    &[
        "0 project.set_milestones | =Skylight | Sketches 2027-03-12 | Model 2027-03-19 | Show 2027-03-26",
    ]
)]
#[case::until_an_end(
    "[project.milestones Give {project=Skylight} the milestones {milestone Sketches}, {milestone Model} and {milestone Show}, {spacing two weeks apart}, ending {date on 26 March}]",
    &[
        "0 project.set_milestones | =Skylight | Sketches 2027-02-26 | Model 2027-03-12 | Show 2027-03-26",
    ]
)]
#[case::told_behind_them(
    "[project.create Project {name Lantern} is due {date 15 April}]. [project.milestones It has {count three} milestones, {milestone Sketches}, {milestone Model} and {milestone Show}]: [also {ref the last one} falls on {date the due date} and each of the others {spacing a month} before the next]",
    &[
        "0 project.create | Lantern | 2027-04-15",
        "1 project.set_milestones | @0 | Sketches 2027-02-15 | Model 2027-03-15 | Show 2027-04-15",
    ]
)]
#[case::weekly(
    "[project.milestones Plan {count four} milestones for {project=Skylight} at {milestone weekly intervals}], [also {ref the last one} {date on 15 January}]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2026-12-25 | Milestone 2 2027-01-01 | Milestone 3 2027-01-08 | Milestone 4 2027-01-15",
    ]
)]
#[case::a_corrected_day(
    "[project.milestones Milestones for {project=Skylight}: {milestone frames} on {date 10 December}, {milestone glass} on {date the 17th}], [correct no, make {milestone the glass} {date the 21st}], and [project.milestones {milestone opening} {date one week after the glass}]",
    &[
        "0 project.set_milestones | =Skylight | Frames 2026-12-10 | Glass 2026-12-21 | Opening 2026-12-28",
    ]
)]
#[case::corrected_by_name(
    "[project.milestones Milestones for {project=Skylight}: {milestone frames} {date 10 December}, {milestone glass} {date 17 December}], [correct sorry, {ref the glass} is {date 21 December}]",
    &[
        "0 project.set_milestones | =Skylight | Frames 2026-12-10 | Glass 2026-12-21",
    ]
)]
fn milestones_get_their_days(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps_in_full(line), expected, "{line}");
}
