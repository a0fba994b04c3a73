//! What is said in passing: distances, days counted one from the other, exceptions, and what comes first after all.

use rstest::rstest;

use super::steps_in_full;

#[rstest]
#[case::one_every_weekday(
    "[project.milestones For {project=Skylight}: {count four} review points as milestones, {spacing one every Friday}, the first one {date this Friday}]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2026-11-27 | Milestone 2 2026-12-04 | Milestone 3 2026-12-11 | Milestone 4 2026-12-18",
    ]
)]
#[case::always_later_the_next(
    "[project.milestones Milestones in {project=Skylight}: the first {date on 11 January}, then always {spacing three weeks later} the next one, {count four} in total]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2027-01-11 | Milestone 2 2027-02-01 | Milestone 3 2027-02-22 | Milestone 4 2027-03-15",
    ]
)]
#[case::only_the_last_has_a_name(
    "[project.milestones Milestones for {project=Skylight} {spacing every ten days} beginning {date 5 May}, {count three} of them, the last one named {milestone Doors open}]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2027-05-05 | Milestone 2 2027-05-15 | Doors open 2027-05-25",
    ]
)]
#[case::reminders_counted_from_a_day(
    "[reminder.set remind me about {body the eye test} {date on 16 december} twice: {offset one week before} and {offset the day before}]",
    &[
        "0 task.create | Eye test | 2026-12-09",
        "1 reminder.set | 2026-12-09T09:00:00 | @0",
        "2 reminder.set | 2026-12-15T09:00:00 | @0",
    ]
)]
#[case::reminders_apart(
    "[reminder.set {count Three} reminders about {task=Clear the gutters}, {spacing a week apart}, the first of them {date on Monday}]",
    &[
        "0 reminder.set | 2026-11-30T09:00:00 | =Clear the gutters",
        "1 reminder.set | 2026-12-07T09:00:00 | =Clear the gutters",
        "2 reminder.set | 2026-12-14T09:00:00 | =Clear the gutters",
    ]
)]
#[case::meetings_one_behind_the_other(
    "[calendar.schedule {title Auditions} {date on 14 December}, {duration 40 minutes} each: {person=Ann} at {time 9 am}], [calendar.schedule {person=Bert} {time straight after} {ref her}], and [calendar.schedule {person=Juniper} {time straight after} {ref him}]",
    &[
        "0 calendar.schedule | Auditions with Ann Becker | 2026-12-14T09:00:00 | =Ann Becker | 40 minutes",
        "1 calendar.schedule | Auditions with Bert Holm | 2026-12-14T09:40:00 | =Bert Holm | 40 minutes",
        "2 calendar.schedule | Auditions with Juniper Hall | 2026-12-14T10:20:00 | =Juniper Hall | 40 minutes",
    ]
)]
#[case::at_the_same_time_on_another_day(
    "[calendar.schedule Plan {title talks} with {person=Ann} {date on Tuesday} at {time 10 am}] and [calendar.schedule with {person=Bert} {date on Wednesday}] [parallel at the same time], [also {duration half an hour} each]",
    &[
        "0 calendar.schedule | Talks with Ann Becker | 2026-11-24T10:00:00 | =Ann Becker | 30 minutes",
        "1 calendar.schedule | Talks with Bert Holm | 2026-11-25T10:00:00 | =Bert Holm | 30 minutes",
    ]
)]
#[case::at_eight_the_evening_before(
    "[calendar.schedule {title Breakfast} with {person=Ann} on {date Thursday} at {time 7:45}], [reminder.set a reminder {time at eight} {date the evening before}]",
    &[
        "0 calendar.schedule | Breakfast with Ann Becker | 2026-11-26T07:45:00 | =Ann Becker",
        "1 reminder.set | 2026-11-25T20:00:00 | @0",
    ]
)]
#[case::with_all_three(
    "[task.create A task each for {person=Ann} ({title frame}), {person=Bert} ({title hide}) and {person=Juniper} ({title paddles})]; [calendar.schedule a {title first meeting} with {ref all three} on {date 6 December} at {time 18:30}]",
    &[
        "0 task.create | Frame | =Ann Becker",
        "1 task.create | Hide | =Bert Holm",
        "2 task.create | Paddles | =Juniper Hall",
        "3 calendar.schedule | First meeting | 2026-12-06T18:30:00 | =Ann Becker | =Bert Holm | =Juniper Hall",
    ]
)]
#[case::not_before_it_is_done(
    "[task.create I need 3 tasks: {title record the song}, {title edit the song}, {title upload the song}]. [then you can't edit before {ref it}'s recorded and you can't upload before {ref it}'s edited]",
    &[
        "0 task.create | Record the song",
        "1 task.create | Edit the song | >0",
        "2 task.create | Upload the song | >1",
    ]
)]
#[case::waits_for_what_is_named_later(
    "[task.create {title the welding}] [then must wait for {ref the certificate}], [task.create {title the painting}] [then must wait for {ref the welding}], but [task.create {title the packing list}] [parallel depends on nothing]. [task.create {person=Ann} gets {title the certificate}]",
    &[
        "0 task.create | Welding | >3",
        "1 task.create | Painting | >0",
        "2 task.create | Packing list",
        "3 task.create | Certificate | =Ann Becker",
    ]
)]
#[case::first_of_all_a_note(
    "[archive I'd like {project=Skylight} archived], but [note.add put a note on {ref it} first that {body the glass came back}], [then and only when {ref it}'s archived] [message.send is {person=Ann} to hear about {ref it}, by message]",
    &[
        "0 project.archive | =Skylight | >1",
        "1 note.add | The glass came back. | =Skylight",
        "2 message.send | The glass came back. | =Ann Becker | >0",
    ]
)]
#[case::archived_behind_its_link(
    "[idea_to_project Make the idea {idea=mascot} a project], [task.create put a {title costume} task for {person=Ann} into {ref it}], and [archive archive {ref the idea}] [then only when {ref that task} has been made]",
    &[
        "0 project.create | Mascot for the club",
        "1 link.create | @0 | =Mascot for the club",
        "2 task.create | Costume | @0 | =Ann Becker",
        "3 idea.archive | =Mascot for the club | >1 | >2",
    ]
)]
#[case::nobody_starts_before(
    "[task.create For {project=Skylight}: {title scrape it}, {title prime it}, {title paint it}]. [then Nobody starts till the one before has finished]",
    &[
        "0 task.create | Scrape it | =Skylight",
        "1 task.create | Prime it | =Skylight | >0",
        "2 task.create | Paint it | =Skylight | >1",
    ]
)]
#[case::that_being_done(
    "[manual.step {person=Ann} has to {title try the new form} first]. [then When {ref she} is satisfied, and not a minute earlier], [http.request {method POST} to {url https://hooks.depot.example/form}] and, [then {ref that} being done], [message.send tell {person=Bert} that {body it is live}]",
    &[
        "0 manual.step | =Ann Becker",
        "1 http.request | POST | >0",
        "2 message.send | It is live. | =Bert Holm | >1",
    ]
)]
#[case::phases(
    "Phase one: [task.create {title circuit board} and {title housing}], [parallel at the same time]. Phase two, [then as soon as {ref both} exist]: [task.create {title assembly}]. [then Phase three]: [task.create {title burn-in}]",
    &[
        "0 task.create | Circuit board",
        "1 task.create | Housing",
        "2 task.create | Assembly | >0 | >1",
        "3 task.create | Burn-in | >2",
    ]
)]
#[case::the_first_two(
    "[task.create Please create tasks for {title oiling the lift}, {title briefing the guards} and {title paying the rent}]. [also {ref First two} are for {person=Ann}]",
    &[
        "0 task.create | Oil the lift | =Ann Becker",
        "1 task.create | Brief the guards | =Ann Becker",
        "2 task.create | Pay the rent",
    ]
)]
#[case::once_without_a_comma(
    "[task.create {title the soil test}], [task.create {title ordering the trees}] [then once {ref the test}'s back], and [task.create {title planting}] [then once {ref the trees} are here]",
    &[
        "0 task.create | Soil test",
        "1 task.create | Order the trees | >0",
        "2 task.create | Planting | >1",
    ]
)]
#[case::respectively(
    "[task.create Two tasks: {title read the lease} and {title sign it}], [then in that order], [also {date by 12 and 19 February} respectively]",
    &[
        "0 task.create | Read the lease | 2027-02-12",
        "1 task.create | Sign the lease | 2027-02-19 | >0",
    ]
)]
#[case::an_exception_read_as_a_task(
    "[task.create Tasks: {title hang the gate}, {title lay the floor}, {title fit the rack}]. [also {ref All of them} are {person=Ann}'s and due {date 30 December}], [task.create {title except the rack}, which {person=Bert} does {date by 7 January}]",
    &[
        "0 task.create | Hang the gate | 2026-12-30 | =Ann Becker",
        "1 task.create | Lay the floor | 2026-12-30 | =Ann Becker",
        "2 task.create | Fit the rack | 2027-01-07 | =Bert Holm",
    ]
)]
#[case::linked_to_each_of_the_two(
    "[person.create {name Agnes Thorne} and {name Lionel Marsh} are new contacts]. [task.create A task to {title send the tariff}]. [link.create Link {ref it} to {ref each of the two}]",
    &[
        "0 person.create | Agnes Thorne",
        "1 person.create | Lionel Marsh",
        "2 task.create | Send the tariff",
        "3 link.create | @2 | @0",
        "4 link.create | @2 | @1",
    ]
)]
#[case::held_off(
    "[manual.step {person=Ann} {title cleans up the list}]. Hold off on [message.send messaging {person=Bert} {body at the bank}] [then until {ref she's} finished], [then then] [message.send tell {ref him} {body the list is clean}]",
    &[
        "0 manual.step | =Ann Becker",
        "1 message.send | The list is clean. | =Bert Holm | >0",
    ]
)]
#[case::until_she_is_through(
    "[manual.step Have {person=Ann} {title check the text}], and [message.send keep my note to {person=Bert} that {body it can be read until she's through with it}]",
    &[
        "0 manual.step | =Ann Becker",
        "1 message.send | It can be read. | =Bert Holm | >0",
    ]
)]
#[case::another_month_before_that(
    "[given The fair is {date on 26 March}]. [project.milestones {project=Skylight} needs {milestone labels on} {date on the day itself}, {milestone distilling finished} {date three weeks earlier}, {milestone fruit delivered} {date another three weeks before that}]",
    &[
        "0 project.set_milestones | =Skylight | Labels 2027-03-26 | Distilling finished 2027-03-05 | Fruit delivered 2027-02-12",
    ]
)]
#[case::last_of_each_month(
    "[reminder.set On {date the last Friday of January}, {date of February} and {date of March}, remind me about {task=Clear the gutters}]",
    &[
        "0 reminder.set | 2027-01-29T09:00:00 | =Clear the gutters",
        "1 reminder.set | 2027-02-26T09:00:00 | =Clear the gutters",
        "2 reminder.set | 2027-03-26T09:00:00 | =Clear the gutters",
    ]
)]
#[case::starting_from(
    "[project.milestones Put {count three} milestones on {project=Skylight}, {spacing one on each Friday} {date beginning from 4 December}]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2026-12-04 | Milestone 2 2026-12-11 | Milestone 3 2026-12-18",
    ]
)]
#[case::starting_from_outside(
    "[project.milestones Put {count three} milestones on {project=Skylight}, one on {spacing each Friday} starting {date from 4 December}]",
    &[
        "0 project.set_milestones | =Skylight | Milestone 1 2026-12-04 | Milestone 2 2026-12-11 | Milestone 3 2026-12-18",
    ]
)]
#[case::before_what_is_made_already(
    "[before Before {cond anyone moves the piano}] [task.create {title the floor must be measured}], and [before before {cond the floor is measured}] [task.create {title the carpet has to come out}].",
    &[
        "0 task.create | Measure the floor | >1",
        "1 task.create | Carpet has to come out",
    ]
)]
#[case::the_first_and_the_last_two(
    "[task.create {title Grease the hinges}, {title oil the lock}, {title sand the sill}, {title paint the frame}]: [also {ref the last two} are {person=Bert}'s], [also {ref first two} for {person=Ann}].",
    &[
        "0 task.create | Grease the hinges | =Ann Becker",
        "1 task.create | Oil the lock | =Ann Becker",
        "2 task.create | Sand the sill | =Bert Holm",
        "3 task.create | Paint the frame | =Bert Holm",
    ]
)]
#[case::last_day_of_that_window(
    "[task.create Not before {date 3 December} but {date no later than 9 December}: {person=Ann} is to {title return the borrowed tents}]. [task.create Put {ref that} down as {ref her} task], and [reminder.set remind me of {ref it} on {date the last day of that window}].",
    &[
        "0 task.create | Return the borrowed tents | 2026-12-09 | =Ann Becker",
        "1 reminder.set | 2026-12-09T09:00:00 | @0",
    ]
)]
#[case::no_minute_earlier(
    "[manual.step The new till: {person=Ann} {title tries the new till}]. [then And when {ref she} is satisfied], [then no minute earlier], [message.send tell {person=Bert} {body it can go live}].",
    &[
        "0 manual.step | =Ann Becker",
        "1 message.send | It can go live. | =Bert Holm | >0",
    ]
)]
#[case::only_once_it_is_done_by_what_follows(
    "[message.send Tell {person=Ann} {body the trailer is hers on Monday}], [after but only once {cond it has passed its inspection}]. [task.create {person=Bert} has {title the inspection}, due {date Wednesday}].",
    &[
        "0 message.send | The trailer is yours on Monday. | =Ann Becker | >2",
        "1 task.create | Inspection | 2026-11-25 | =Bert Holm",
        "2 manual.step | =Bert Holm | >1",
    ]
)]
#[case::only_when_somebody_agrees(
    "[message.send Tell {person=Ann} {body the trailer is hers on Monday}], [after but only when {cond the insurer agrees}].",
    &[
        "0 message.send | The trailer is yours on Monday. | =Ann Becker | >1",
        "1 manual.step",
    ]
)]
#[case::waits_for_a_task_further_on(
    "[task.create {person=Ann} does {title the lighting test}], [then which can happen only after {ref the whale} stands]; [task.create {person=Bert} {title builds the whale}] and [task.create {person=Juniper} {title sews the flags}], [parallel neither waits for the other].",
    &[
        "0 task.create | Lighting test | =Ann Becker | >1",
        "1 task.create | Build the whale | =Bert Holm",
        "2 task.create | Sew the flags | =Juniper Hall",
    ]
)]
#[case::lessons_one_after_the_other(
    "[calendar.schedule {title Piano lessons} {date on Friday}, {duration 40 minutes} apiece: first {person=Ann} {time at 15:00}], [calendar.schedule then {person=Bert}] and [calendar.schedule then {person=Juniper}].",
    &[
        "0 calendar.schedule | Piano lessons | 2026-11-27T15:00:00 | =Ann Becker | 40 minutes",
        "1 calendar.schedule | Piano lessons | 2026-11-27T15:40:00 | =Bert Holm | >0 | 40 minutes",
        "2 calendar.schedule | Piano lessons | 2026-11-27T16:20:00 | =Juniper Hall | >1 | 40 minutes",
    ]
)]
#[case::each_at_a_time_of_its_own(
    "[calendar.schedule {title Auditions} {date on 14 December}: {person=Ann} {time at 9}, {person=Bert} {time at 10:30}, {person=Juniper} {time at 11}, {duration 40 minutes} each].",
    &[
        "0 calendar.schedule | Auditions with Ann Becker | 2026-12-14T09:00:00 | =Ann Becker | 40 minutes",
        "1 calendar.schedule | Auditions with Bert Holm | 2026-12-14T10:30:00 | =Bert Holm | 40 minutes",
        "2 calendar.schedule | Auditions with Juniper Hall | 2026-12-14T11:00:00 | =Juniper Hall | 40 minutes",
    ]
)]
#[case::named_before_the_colon(
    "[task.create {title The lease}: {person=Ann} {title reads it}] and [task.create {person=Bert} {title signs it}], [then in that order], [task.create {date by 3 and 10 December} {title respectively}].",
    &[
        "0 task.create | Read the lease | 2026-12-03 | =Ann Becker",
        "1 task.create | Sign the lease | 2026-12-10 | =Bert Holm | >0",
    ]
)]
#[case::one_apiece(
    "[task.create {person=Ann} and {person=Bert} each {title send me their mileage} {date by 10 January}], [task.create so that's one task {title apiece}].",
    &[
        "0 task.create | Send me their mileage | 2027-01-10 | =Ann Becker",
        "1 task.create | Send me their mileage | 2027-01-10 | =Bert Holm",
    ]
)]
#[case::after_what_was_moved(
    "[reschedule '{task=Clear the gutters}' slips to {date 9 January}]. [reschedule {project=Skylight} must be {date two days after it}], and [task.create {title wash the panes} {date a week after the gutters}].",
    &[
        "0 task.update | 2027-01-09 | =Clear the gutters",
        "1 project.update | 2027-01-11 | =Skylight",
        "2 task.create | Wash the panes | 2027-01-16",
    ]
)]
#[case::three_tasks_with_two_before(
    "[before Before {cond anyone moves the piano}] [task.create {title the floor must be measured}], and [before before {cond the floor is measured}] [task.create {title the carpet has to come out}]. [task.create Three tasks in the {project=Skylight} project please].",
    &[
        "0 task.create | Measure the floor | =Skylight | >2",
        "1 task.create | Move the piano | =Skylight | >0",
        "2 task.create | Carpet has to come out | =Skylight",
    ]
)]
#[case::a_task_for_each_month(
    "[task.create {title Inventory} tasks are needed for {date April}, {date May} and {date June}, each to be finished by the last day of its month], [also {ref all three} for {person=Ann}].",
    &[
        "0 task.create | Inventory | 2027-04-30 | =Ann Becker",
        "1 task.create | Inventory | 2027-05-31 | =Ann Becker",
        "2 task.create | Inventory | 2027-06-30 | =Ann Becker",
    ]
)]
#[case::each_by_the_end_of_its_month(
    "[task.create {title Stock taking} tasks are required {date for January}, {date February} and {date March}], [also each by the last day of the month], [also {ref all three} in the name of {person=Ann}].",
    &[
        "0 task.create | Stock taking | 2027-01-31 | =Ann Becker",
        "1 task.create | Stock taking | 2027-02-28 | =Ann Becker",
        "2 task.create | Stock taking | 2027-03-31 | =Ann Becker",
    ]
)]
#[case::that_saturday(
    "[calendar.schedule {title bake sale} is {date sat 5 dec 10am}]. [reminder.set ping me {time at 8} {date that saturday morning}]",
    &[
        "0 calendar.schedule | Bake sale | 2026-12-05T10:00:00",
        "1 reminder.set | 2026-12-05T08:00:00 | @0",
    ]
)]
fn what_is_said_in_passing_is_carried_out(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps_in_full(line), expected, "{line}");
}
