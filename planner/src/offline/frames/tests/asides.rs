//! What is wanted, with asides around it: who is meant, what was said before, forwarded mail and lines of a list.

use rstest::rstest;

use super::steps;

#[rstest]
#[case::put_that_in_her_notes(
    "And before I forget, [given our {person=Ann} can't bear the telephone, she only reads letters]; [note.add put {ref that} in {ref her} notes], so nobody rings in vain.",
    &["0 note.add | Our Ann can't bear the telephone, she only reads letters. | =Ann Becker"]
)]
#[case::on_his_card(
    "[given {person=Bert} is allergic to nuts], [note.add put {ref that} on {ref his} card please].",
    &["0 note.add | Bert is allergic to nuts. | =Bert Holm"]
)]
#[case::in_his_file(
    "[given {person=Bert} prefers tea]. [note.add Can you note {ref that} in {ref his} file]?",
    &["0 note.add | Bert prefers tea. | =Bert Holm"]
)]
#[case::whoever_is_called(
    "[given Oh, and the woman who does the varnish is called {name Edda Lund}, she's with {org Bright Floors}], I don't have her saved anywhere so please [person.create add {ref her} as a contact].",
    &["0 person.create | Edda Lund | Bright Floors"]
)]
#[case::his_name_is(
    "[given The new piper is {name Olav Berg}, {email olav@pipes.example}]. [person.create Could you save {ref him} in my contacts]?",
    &["0 person.create | Olav Berg"]
)]
#[case::write_both(
    "[given {person=Ann} and {person=Bert} should meet one day]: [link.create put a link between {ref them}]",
    &["0 link.create | =Ann Becker | =Bert Holm"]
)]
#[case::write_both_a_message(
    "[given {person=Ann} and {person=Bert} ought to know each other]: [link.create put a link between {ref them}] and [message.send write {ref both} a short message]",
    &[
        "0 link.create | =Ann Becker | =Bert Holm",
        "1 message.send | Ann and Bert ought to know each other. | =Ann Becker",
        "2 message.send | Ann and Bert ought to know each other. | =Bert Holm",
    ]
)]
#[case::the_first_is_done(
    "[given saturday list]: // - [complete {task=Clear the gutters}] // - [task.create {title Fix the gate} ({date wed})] // - [task.create {title Oil the bench} ({date fri})] // [also {ref first one}'s done, already in here, tick {ref it}]. [also {ref the other two} are new]",
    &["0 task.complete | =Clear the gutters", "1 task.create | Fix the gate | 2026-11-25", "2 task.create | Oil the bench | 2026-11-27"]
)]
#[case::due_on_a_line_of_its_own(
    "[project.create New project: {name Shelf System}] // - [project.milestones Milestones: {milestone concept}, {milestone prototype}, {milestone pilot}] // - [also Due: {date 31.03.2027}]",
    &["0 project.create | Shelf System | 2027-03-31", "1 project.set_milestones | @0"]
)]
#[case::due_taken_into_the_line_before(
    "[project.create New project: {name Shelf System}] // - [project.milestones Milestones: {milestone concept}, {milestone prototype}, {milestone pilot} // - Due: {date 31.03.2027}]",
    &["0 project.create | Shelf System | 2027-03-31", "1 project.set_milestones | @0"]
)]
#[case::corrected_for_a_reason(
    "[calendar.schedule Could you put {title the roofer} in the diary for {date Wednesday}], [correct no, hang on], [given I'm at my aunt's {date on Wednesday}], [correct so make that {date Thursday}, at {time half past two}]. [also {person=Ann} is {ref her} name], you've got her already.",
    &["0 calendar.schedule | Roofer | 2026-11-26T14:30:00 | =Ann Becker"]
)]
#[case::what_is_needed_for_tomorrow(
    "ugh i always forget. [given {body swim kit} needs 2 be in {date tomorrow}], [reminder.set remind me {date tonight} at {time 8}]",
    &["0 task.create | Swim kit | 2026-11-23", "1 reminder.set | 2026-11-23T20:00:00 | @0"]
)]
#[case::whose_day_it_is(
    "[given {body grannys bday} {date 12 dec}]!! [reminder.set remind me {offset a week b4} to {body get a pressie}]",
    &["0 task.create | Get a pressie | 2026-12-05", "1 reminder.set | 2026-12-05T09:00:00 | @0"]
)]
#[case::shifted_to_another_firm(
    "dear team [person.update pls note {person=mr holm} has shifted from harvest press to {org omkar plastics}], [also kindly update {ref his} contact]",
    &["0 person.update | Omkar plastics | =Bert Holm"]
)]
#[case::amended_accordingly(
    "[person.update Kindly be advised that {person=Ann}'s address is henceforth {email ann@oak.example}]. [reschedule I should be obliged if you would {task amend the record accordingly}].",
    &["0 person.update | =Ann Becker"]
)]
#[case::off_sick(
    "[given {person=Bert} is off sick]: [assign give {person=Ann} {task=Clear the gutters}]",
    &["0 task.update | =Clear the gutters | =Ann Becker"]
)]
#[case::both_of_our_judges(
    "[follow_up Both of our cake judges, {person=Ann} and {person=Bert}, need a follow-up from me]",
    &[
        "0 task.create | Follow up with Ann Becker | 2026-11-25",
        "1 link.create | @0 | =Ann Becker",
        "2 reminder.set | 2026-11-25T09:00:00 | @0",
        "3 task.create | Follow up with Bert Holm | 2026-11-25",
        "4 link.create | @3 | =Bert Holm",
        "5 reminder.set | 2026-11-25T09:00:00 | @3",
    ]
)]
#[case::namely(
    "[follow_up There are two people from the fair I ought to follow up with, namely {person=Ann} and {person=Bert}]",
    &[
        "0 task.create | Follow up with Ann Becker about the fair | 2026-11-25",
        "1 link.create | @0 | =Ann Becker",
        "2 reminder.set | 2026-11-25T09:00:00 | @0",
        "3 task.create | Follow up with Bert Holm about the fair | 2026-11-25",
        "4 link.create | @3 | =Bert Holm",
        "5 reminder.set | 2026-11-25T09:00:00 | @3",
    ]
)]
#[case::must_get_an_answer(
    "[follow_up {person=Ann} must get {topic a reply to her complaint} by {date the end of next week}], and please [note.add put down in {ref her} record that {body she has already written three times}]",
    &[
        "0 task.create | Follow up with Ann Becker about a reply to her complaint | 2026-12-04",
        "1 link.create | @0 | =Ann Becker",
        "2 reminder.set | 2026-12-04T09:00:00 | @0",
        "3 note.add | She has already written three times. | =Ann Becker",
    ]
)]
#[case::owed_an_answer(
    "[message.send {person=Ann} must get {body a decision on her leave by the end of next week}], and [note.add put on {ref her} file that {body she has asked twice}]",
    &[
        "0 task.create | Follow up with Ann Becker about a decision on her leave | 2026-12-04",
        "1 link.create | @0 | =Ann Becker",
        "2 reminder.set | 2026-12-04T09:00:00 | @0",
        "3 note.add | She has asked twice. | =Ann Becker",
    ]
)]
#[case::asked_that_it_is_done(
    "So, [given the assessors are sending someone round on {date 16 December}, and Clive at the insurers rang to ask that {title the hoses are serviced} {date before then}]. [given {person=Ann} normally sees to them], so [task.create could {ref she} have {ref that} as a task, please]?",
    &["0 task.create | Service the hoses | 2026-12-15 | =Ann Becker"]
)]
#[case::forwarded_by_somebody_named(
    "[given The boiler in the barn is leaking again]. [given Please get {person=Bert} to {title look at it} {date by Friday}]. Odd - [task.create can you make {ref that} a task]? ta",
    &["0 task.create | Look at The boiler in the barn | 2026-11-27 | =Bert Holm"]
)]
#[case::the_idea_stays(
    "[idea_to_project start a project from my {idea=mascot} idea please]. [idea_to_project {keep the idea itself stays where it is}]",
    &["0 project.create | Mascot for the club", "1 link.create | @0 | =Mascot for the club"]
)]
#[case::forwarded(
    "[given Hi, could someone from the club {title tow the boat trailer to the quay} for us? It's been here since autumn]. See below. [task.create Give {ref this} to {person=Bert} as a task please, due {date 20 May}], and [message.send message {person=Ann} that {body he's on it}].",
    &["0 task.create | Tow the boat trailer to the quay | 2027-05-20 | =Bert Holm", "1 message.send | He's on it. | =Ann Becker"]
)]
fn what_is_said_around_a_wish_is_heeded(#[case] line: &str, #[case] told: &[&str]) {
    assert_eq!(steps(line), told);
}
