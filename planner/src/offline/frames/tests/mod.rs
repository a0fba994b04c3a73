//! Annotated requests are carried out as they are annotated, whatever weights a reader has.

mod asides;
mod counted;
mod days;
mod manners;
mod milestones;
mod order;
mod ordered;
mod pairs;
mod passing;
mod plain;
mod some;
mod stated;
mod together;

use domain::{action::Catalogue, workspace::Kind};
use rstest::rstest;
use serde_json::Map;

use super::carry_out;
use crate::{
    contract::{PlanningRequest, WorkspaceView},
    offline::{
        draft::{Step, Target},
        learned::{annotation::parse, tagged::as_annotated},
        prepare::prepared,
        reader::Reader,
        recipes::Recipes,
        rows::{Row, known},
    },
};

fn rows() -> Vec<Row> {
    let named = [
        (Kind::Person, "Ann Becker"),
        (Kind::Person, "Bert Holm"),
        (Kind::Person, "Juniper Hall"),
        (Kind::Project, "Skylight"),
        (Kind::Project, "Carol Night"),
        (Kind::Task, "Clear the gutters"),
        (Kind::Idea, "Mascot for the club"),
    ];
    let mut rows: Vec<Row> =
        named.iter().enumerate().map(|(at, (kind, label))| Row::new(&format!("row_{at}"), *kind, label)).collect();
    for row in &mut rows {
        row.due = (row.label == "Skylight").then(|| "2026-12-11".to_owned());
    }
    rows
}

/// What an annotated request leads to, a line for each step: what it does, with what, behind which.
fn steps(line: &str) -> Vec<String> {
    let (questions, made) = carried_out(line);
    let asked = questions.into_iter().map(|question| format!("? {question}"));
    asked.chain(made.iter().enumerate().map(|(at, step)| told(at, step))).collect()
}

/// The same, with the milestones that are set and how long things last.
fn steps_in_full(line: &str) -> Vec<String> {
    let (questions, made) = carried_out(line);
    let in_full = |(at, step): (usize, &Step)| {
        let milestones = entries(step).into_iter().map(|(title, due)| format!("{title} {due}"));
        let minutes = step.params.get("duration_minutes").map(|minutes| format!("{minutes} minutes"));
        let words: Vec<String> = std::iter::once(told(at, step)).chain(milestones).chain(minutes).collect();
        words.join(" | ")
    };
    let asked = questions.into_iter().map(|question| format!("? {question}"));
    asked.chain(made.iter().enumerate().map(in_full)).collect()
}

/// The milestones that an annotated request leads to: what each is called, and its day.
fn milestones(line: &str) -> Vec<String> {
    let (_, made) = carried_out(line);
    made.iter().flat_map(entries).map(|(title, due)| format!("{title} | {due}")).collect()
}

/// The milestones that a step sets.
fn entries(step: &Step) -> Vec<(String, String)> {
    let list = step.params.get("milestones").and_then(|list| list.as_array());
    let text = |entry: &serde_json::Value, field: &str| {
        entry.get(field).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    list.into_iter().flatten().map(|entry| (text(entry, "title"), text(entry, "due_date"))).collect()
}

/// The questions and the steps that an annotated request leads to.
fn carried_out(line: &str) -> (Vec<String>, Vec<Step>) {
    let read = parse(line).unwrap().unwrap();
    let request = PlanningRequest {
        request: read.text.clone(),
        selection: None,
        today: "2026-11-23".parse().unwrap(),
        timezone: None,
        catalogue: Catalogue::builtin().clone(),
        workspace: WorkspaceView::default(),
        answers: Map::new(),
        revising: None,
    };
    let rows = rows();
    let mut reader = Reader::new(&request);
    reader.known = known(&rows).into();
    reader.rows = rows.clone().into();
    let marked = prepared(&rows, &read.text, reader.calendar);
    reader.whole = marked.clone().into();
    let tagged = as_annotated(&read, &rows);
    carry_out(&mut reader, Recipes::builtin(), &tagged, &marked);
    crate::offline::stated_order::heed(&mut reader, &marked);
    (reader.questions.iter().map(|question| question.text.clone()).collect(), reader.draft.steps.clone())
}

fn told(at: usize, step: &Step) -> String {
    let mut words = vec![format!("{at} {}", step.action)];
    let fields = ["title", "name", "text", "body", "status", "organisation", "due_date", "at", "method"];
    let values = fields.iter().filter_map(|field| step.params.get(*field)?.as_str());
    words.extend(values.map(str::to_owned));
    words.extend(step.params.get("tags").map(ToString::to_string));
    words.extend(step.used().map(|thing| match &thing.target {
        Target::Step(step) => format!("@{step}"),
        Target::Entity(_) => format!("={}", thing.label),
        Target::Me => "=me".to_owned(),
    }));
    words.extend(step.after.iter().map(|before| format!(">{before}")));
    words.join(" | ")
}

#[rstest]
#[case::shared_day(
    "[task.create Under {project=Carol Night}, add {title Copy scores} for {person=Ann}] and [task.create {title Label folders} for {person=Bert}, both {date due 3 December}]",
    &["0 task.create | Copy scores | 2026-12-03 | =Carol Night | =Ann Becker", "1 task.create | Label folders | 2026-12-03 | =Carol Night | =Bert Holm"]
)]
#[case::several_told("[given I met {person=Ann} and {person=Bert} at the fair]. [task.create {title Send thanks}]",
    &["0 task.create | Send thanks | =Ann Becker"])]
#[case::of_a_name_just_made(
    "[project.create New projects {name Juniper} and {name Sumac}]. [link.create Link {project=Sumac} to {person=Juniper}]",
    &["0 project.create | Juniper", "1 project.create | Sumac", "2 link.create | @1 | @0"]
)]
#[case::ahead_of_several(
    "[task.create {project=Skylight} needs three tasks, all {date due Friday}]: [idea.create {title record it}] and [task.create {title cut it}]",
    &["0 task.create | Record it | 2026-11-27 | =Skylight", "1 task.create | Cut it | 2026-11-27 | =Skylight"]
)]
#[case::added_by_stem(
    "[task.create Add tasks to {title insulate the walls} and {title hang the door}]; [also {person=Bert} takes {ref the insulation}]",
    &["0 task.create | Insulate the walls | =Bert Holm", "1 task.create | Hang the door"]
)]
#[case::condition_in_a_text(
    "[manual.step {person=Ann} {title checks the text}], [message.send message {person=Bert} {body only when the checking is through}]",
    &["0 manual.step | =Ann Becker", "1 message.send | The checking is through. | =Bert Holm | >0"]
)]
#[case::order_word_in_a_title(
    "[manual.step Have {person=Ann} {title translate the leaflet}], [manual.step let {person=Bert} {title proofread it afterwards}]",
    &["0 manual.step | =Ann Becker", "1 manual.step | =Bert Holm | >0"]
)]
#[case::before_anybody(
    "[task.create {person=Ann} has to {title sign the drawings} before anybody {title orders the steel}]",
    &["0 task.create | Sign the drawings | =Ann Becker", "1 task.create | Order the steel | >0"]
)]
#[case::subject_of_a_note(
    "[idea.create Add the idea {title Giant chess}], [note.add with a note that {person=Bert} could {body lend us the pieces}]",
    &["0 idea.create | Giant chess", "1 note.add | Bert could lend us the pieces. | @0"]
)]
#[case::told_to_me("[message.send Let me know {date on 15 January} that {person=Ann}'s {body contract runs out}]",
    &["0 reminder.set | 2027-01-15T09:00:00 | =Ann Becker"])]
#[case::noted_as_well(
    "[message.send Tell {person=Ann} {body the hall is booked}] and [note.add add a note about {ref it} to {project=Skylight}]",
    &["0 message.send | The hall is booked. | =Ann Becker", "1 note.add | The hall is booked. | =Skylight"]
)]
#[case::never_mind(
    "[follow_up What's {person=Ann} up to]? [correct Never mind], [task.create add a task {title Buy ink}]",
    &["0 task.create | Buy ink | =Ann Becker"]
)]
#[case::day_outside("Two weeks from now: [task.create add {title Buy ink}]", &["0 task.create | Buy ink | 2026-12-07"])]
#[case::dropped("[idea_to_project Drop the idea about {idea=mascot}]", &["0 idea.archive | =Mascot for the club"])]
#[case::new_idea("[idea_to_project New on the idea list: {idea Barter corner}]", &["0 idea.create | Barter corner"])]
#[case::thanks("[task.create Add {title Buy ink}]. [idea_to_project I'd be most grateful]", &["0 task.create | Buy ink"])]
#[case::put_to_a_status("[rename Set {task=Clear the gutters} to {newname in review}]",
    &["0 task.update | in review | =Clear the gutters"])]
#[case::own_status("[status {project=Skylight} should {status get the status confirmed}]",
    &["0 project.update | confirmed | =Skylight"])]
#[case::verb_first("[status Reopen {task=Clear the gutters}, they are {status blocked again}]",
    &["0 task.update | open | =Clear the gutters"])]
#[case::not_done("[complete {task=Clear the gutters} wasn't finished after all]",
    &["0 task.update | open | =Clear the gutters"])]
#[case::later_by("[reschedule The deadline of {project=Skylight} slips by {date two weeks}]",
    &["0 project.update | 2026-12-25 | =Skylight"])]
#[case::given_to_me("[assign Give {task=Clear the gutters} to {old me}]", &["0 task.update | =Clear the gutters | =me"])]
#[case::firm("[person.create New plumber. Name: {name Gerrit Postma}, firm: {name Postma Leidingen}]",
    &["0 person.create | Gerrit Postma | Postma Leidingen"])]
#[case::name_and_should(
    "[person.create Add {name Jolanda Kuipers}]. [task.create {title Jolanda should} get a task, {title check the labels}]",
    &["0 person.create | Jolanda Kuipers", "1 task.create | Check the labels | @0"]
)]
#[case::tagged("[task.create Add {title Paint it}; tag it {title outdoor}]; and [link.create hang {ref it} under {project=Skylight}]",
    &["0 task.create | Paint it | [\"outdoor\"] | =Skylight"])]
#[case::both_to_the_first(
    "[project.create {name Thimble} is a new project]. [link.create Attach to {ref it} {idea=Mascot} and our contact {person=Ann}]",
    &["0 project.create | Thimble", "1 link.create | @0 | =Mascot for the club", "2 link.create | @0 | =Ann Becker"]
)]
#[case::several_days(
    "[calendar.schedule {title Rehearsals} with {person=Ann} {date on 10 December} and {date 17 December}, {ref both} {time at 7 pm}], [reminder.set and a reminder {date the day before} each]",
    &["0 calendar.schedule | Rehearsals with Ann Becker | 2026-12-10T19:00:00 | =Ann Becker", "1 calendar.schedule | Rehearsals with Ann Becker | 2026-12-17T19:00:00 | =Ann Becker",
      "2 reminder.set | 2026-12-09T09:00:00 | @0", "3 reminder.set | 2026-12-16T09:00:00 | @1"]
)]
#[case::we_meet(
    "[message.send Tell {person=Ann} and {person=Bert} that {body it is done}], [calendar.schedule and we meet {date on 15 December at 5 pm}]",
    &["0 message.send | It is done. | =Ann Becker", "1 message.send | It is done. | =Bert Holm",
      "2 calendar.schedule | Meeting with Ann Becker and Bert Holm | 2026-12-15T17:00:00 | =Ann Becker | =Bert Holm"]
)]
#[case::that_day(
    "[calendar.schedule {title Site walk} with {person=Ann} {date on 11 December at 7 am}], [task.create {person=Bert} needs a task to {title bring the hats} {date that day}]",
    &["0 calendar.schedule | Site walk | 2026-12-11T07:00:00 | =Ann Becker", "1 task.create | Bring the hats | 2026-12-11 | =Bert Holm"]
)]
#[case::own_milestones(
    "[launch Set up {name Orchard Cinema} as a project with the milestones {milestone screen rented} and {milestone first showing}]",
    &["0 project.create | Orchard Cinema", "1 project.set_milestones | @0"]
)]
#[case::each_with_a_task(
    "[project.create Two new projects, {name Heron} and {name Tern}], [link.create {ref each} with one task {task Write the brief}]",
    &["0 project.create | Heron", "1 project.create | Tern", "2 task.create | Write the brief | @0", "3 task.create | Write the brief | @1"]
)]
#[case::afterwards_of_what_was_made(
    "[person.update {person=Ann}'s address is {email ann@oak.example}]. [none Save that], [then and after that] [message.send send {person=Ann} {body a short hello}]",
    &["0 person.update | =Ann Becker", "1 message.send | A short hello. | =Ann Becker | >0"]
)]
#[case::the_like_of_each(
    "[project.create Two new projects, {name Heron} and {name Tern}]. [task.create Add {title Write the brief} to {ref each}], [link.create and link {ref them}]",
    &["0 project.create | Heron", "1 project.create | Tern", "2 task.create | Write the brief | @0", "3 task.create | Write the brief | @1",
      "4 link.create | @0 | @1"]
)]
#[case::not_until(
    "[manual.step {person=Ann} {title signs the contract}]. [before Not until {cond the contract is signed}] [status may {project=Skylight} get the status {status confirmed}]",
    &["0 manual.step | =Ann Becker", "1 project.update | confirmed | =Skylight | >0"]
)]
#[case::one_by_its_name(
    "[task.create Tasks for {title bread}, {title cheese and wine}]. [task.create {title The wine one} goes to {person=Bert}]",
    &["0 task.create | Bread", "1 task.create | Cheese", "2 task.create | Wine | =Bert Holm"]
)]
#[case::two_texts(
    "[describe Change {idea=Mascot for the club} to {body A mascot for the choir} and put into {ref its} text that {body it is green}]",
    &["0 idea.update | Mascot for the choir | It is green. | =Mascot for the club"]
)]
#[case::what_it_is("[idea.create Log an idea, {title solar benches}], and [message.send ask {person=Ann} {body what she makes of it}]",
    &["0 idea.create | Solar benches", "1 message.send | Hello Ann, a question: what she makes of “Solar benches”? | =Ann Becker"])]
#[case::project_with_tasks(
    "[link.create Put together the project {project Glass Bridge} with the tasks {task Load test} and {task Opening speech}]; [also {person=Ann} gets the speech]",
    &["0 project.create | Glass Bridge", "1 task.create | Load test | @0", "2 task.create | Opening speech | @0 | =Ann Becker"]
)]
#[case::where_they_work("[given {person=Ann} and {person=Bert} left Corvid Press]. [link.create {ref Both} belong to {project Lapwing Books} now]",
    &["0 person.update | Lapwing Books | =Ann Becker", "1 person.update | Lapwing Books | =Bert Holm"])]
#[case::a_series(
    "[calendar.schedule {title Three check-ins} with {person=Ann}, one {date every Monday from 7 December}, {time at 10}]",
    &["0 calendar.schedule | Three check-ins | 2026-12-07T10:00:00 | =Ann Becker", "1 calendar.schedule | Three check-ins | 2026-12-14T10:00:00 | =Ann Becker",
      "2 calendar.schedule | Three check-ins | 2026-12-21T10:00:00 | =Ann Becker"]
)]
#[case::with_him(
    "[person.update {person=Bert} works for {org Mostek}]; [person.create his colleague {name Halina Mostek} is new] [link.create and should be linked with {ref him}]",
    &["0 person.update | Mostek | =Bert Holm", "1 person.create | Halina Mostek", "2 link.create | @1 | =Bert Holm"]
)]
#[case::own_dates("[project.create Two new projects: {body Heron due 2 April, Tern due 7 May}]",
    &["0 project.create | Heron | 2027-04-02", "1 project.create | Tern | 2027-05-07"])]
#[case::what_somebody_is("[person.create {name The new director} of {org Selby Glass} is {name Rufus Amadi}]",
    &["0 person.create | Rufus Amadi | Selby Glass"])]
#[case::said_again("[reminder.set Remind me of {person=Ann}]. [correct {date On Wednesday at 2 pm}, that is]",
    &["0 reminder.set | 2026-11-25T14:00:00 | =Ann Becker"])]
#[case::nothing_certain("[idea_to_project Do {ref the thing} we talked about]", &[])]
#[case::set_to_a_status("[launch Set the {project=Skylight} project to completed]", &["0 project.update | done | =Skylight"])]
#[case::given_what_is_there("[task.create Put the task {title Clear the gutters} on {person=Bert}'s list]",
    &["0 task.update | =Clear the gutters | =Bert Holm"])]
#[case::follow_up_by_title("[given I met {person=Ann} and {person=Bert}]. [task.create {title Follow up} with {ref each of them} {date on 2 December}]",
    &["0 task.create | Follow up with Ann Becker | 2026-12-02", "1 link.create | @0 | =Ann Becker", "2 reminder.set | 2026-12-02T09:00:00 | @0",
      "3 task.create | Follow up with Bert Holm | 2026-12-02", "4 link.create | @3 | =Bert Holm", "5 reminder.set | 2026-12-02T09:00:00 | @3"])]
#[case::gets_a_name("[project.create The {name Skylight} project gets a new name, {name Rooflight}]", &["0 project.update | Rooflight | =Skylight"])]
#[case::new_contact("[person.create New contact for the practice]: [follow_up {person Pilar Ruiz} from {org Norte Labs}]",
    &["0 person.create | Pilar Ruiz | Norte Labs"])]
#[case::not_kept("[idea_to_project Make a project out of {idea=mascot} {keep so switch it over}]",
    &["0 project.create | Mascot for the club", "1 link.create | @0 | =Mascot for the club", "2 idea.archive | =Mascot for the club | >1"])]
#[case::an_idea_again("[archive Archive {idea=mascot}] and [task.create add a new one, {title Giant chess}]",
    &["0 idea.archive | =Mascot for the club", "1 idea.create | Giant chess"])]
#[case::first_of_them(
    "[project.milestones Set {count two} milestones on {project=Skylight}, {spacing one week apart}], [also {ref the first of them} {date on 8 January}]",
    &["0 project.set_milestones | =Skylight"]
)]
#[case::all_due(
    "[task.create {project=Skylight} needs two tasks, all {date due Friday}: {title record it}], and [task.create {title cut it}]",
    &["0 task.create | Record it | 2026-11-27 | =Skylight", "1 task.create | Cut it | 2026-11-27 | =Skylight"]
)]
#[case::order_word_of_a_frame("[manual.step Have {person=Ann} {title write it}], [manual.step let {person=Bert} {title read it} afterwards]",
    &["0 manual.step | =Ann Becker", "1 manual.step | =Bert Holm | >0"])]
#[case::archived_politely("[launch Might I ask you to archive the {project=Skylight} project]", &["0 project.archive | =Skylight"])]
#[case::milestones_by_number(
    "[reminder.set From {date 7 December} on give us {count two} milestones for the {project=Skylight} project]",
    &["0 project.set_milestones | =Skylight"]
)]
#[case::no_task_of_an_excuse(
    "[assign Could {task=Clear the gutters} go to {person=Bert}]? [task.create If you have a {title spare minute}, of course]",
    &["0 task.update | =Clear the gutters | =Bert Holm"]
)]
#[case::reason_of_a_reminder(
    "[task.create {title Wind the clock}] and [reminder.set remind me {date on Friday}, {body otherwise I forget}]",
    &["0 task.create | Wind the clock", "1 reminder.set | 2026-11-27T09:00:00 | @0"]
)]
#[case::order_word_between("[task.create {person=Ann} {title cuts the boards}], then [task.create {person=Bert} {title paints the gate}]",
    &["0 task.create | Cut the boards | =Ann Becker", "1 task.create | Paint the gate | =Bert Holm | >0"])]
#[case::all_of_it_as_tasks(
    "[manual.step {person=Ann} {title primes the doors}] and [manual.step {person=Bert} {title sands the frames}]. [task.create Make those tasks in the {project=Skylight} project, {date due Friday}]",
    &["0 task.create | Prime the doors | 2026-11-27 | =Ann Becker | =Skylight", "1 task.create | Sand the frames | 2026-11-27 | =Bert Holm | =Skylight"]
)]
#[case::as_tasks_in_order(
    "[manual.step {person=Ann} {title primes the doors}], [manual.step {person=Bert} {title hangs the doors}]. [task.create {title Put both in as tasks}, in that order]",
    &["0 task.create | Prime the doors | =Ann Becker", "1 task.create | Hang the doors | =Bert Holm | >0"]
)]
#[case::each_sentence_for_itself(
    "[task.create A task for {person=Ann}: {title oil the hinges}. The {title paint order} is a task for {person=Bert}]",
    &["0 task.create | Oil the hinges | =Ann Becker", "1 task.create | Paint order | =Bert Holm"]
)]
#[case::waits_as_stated(
    "[task.create Tasks: {title cut the glass}, {title order putty}, {title draw a poster}]. [parallel The poster has to wait for the other two]",
    &["0 task.create | Cut the glass", "1 task.create | Order putty", "2 task.create | Draw a poster | >0 | >1"]
)]
#[case::may_not_start(
    "[task.create {title Rent a van}] and [task.create {title move the piano}]; [status {ref the piano} must not be moved until the van is rented]",
    &["0 task.create | Rent a van", "1 task.create | Move the piano | >0"]
)]
#[case::head_of_a_list(
    "[task.create Two jobs for {person=Ann} in {project=Skylight}: {title wash the panes} {date on Monday}], [task.create {title seal the edges} {date on Tuesday}]",
    &["0 task.create | Wash the panes | 2026-11-30 | =Skylight | =Ann Becker", "1 task.create | Seal the edges | 2026-11-24 | =Skylight | =Ann Becker"]
)]
#[case::comes_last("[task.create {title Sweep the yard}, {title hang the lamps}, {title paint the gate}]; [after {cond the lamps come last}]",
    &["0 task.create | Sweep the yard", "1 task.create | Hang the lamps | >0 | >2", "2 task.create | Paint the gate"])]
#[case::given_by_what_is_done("[task.create Tasks: {title fetch soil}, {title build boxes}]. [task.create {title Fetching soil} is {person=Ann}'s]",
    &["0 task.create | Fetch soil | =Ann Becker", "1 task.create | Build boxes"])]
#[case::a_day_for_each(
    "[task.create {title Cut it}, {title glue it}, {title paint it}]. [also Deadlines {date 2}], [also {date 4} and {date 6 December}]",
    &["0 task.create | Cut it | 2026-12-02", "1 task.create | Glue it | 2026-12-04", "2 task.create | Paint it | 2026-12-06"]
)]
#[case::to_be_done("[task.create {title the old felt} has to be stripped]", &["0 task.create | Strip the old felt"])]
#[case::work_that_gets_a_day(
    "[message.send Send {person=Ann} {body the minutes}], [before but not before] [manual.step {person=Bert} {title has corrected them}]. [task.create Give {ref him} a task for {ref the correction}, {date by Thursday}]",
    &["0 message.send | The minutes. | =Ann Becker | >2", "1 task.create | Correct them | 2026-11-26 | =Bert Holm", "2 manual.step | =Bert Holm | >1"]
)]
#[case::only_the_last(
    "[assign Give {task=Clear the gutters} to {person=Ann}]. [correct Ah no, she is away]. [assign Give {ref it} to {person=Bert} instead]",
    &["0 task.update | =Clear the gutters | =Bert Holm"]
)]
#[case::one_less("[task.create Tasks: {title hire a tent}, {title hire a band}]. [correct Actually drop the band]",
    &["0 task.create | Hire a tent"])]
#[case::same_time("[calendar.schedule {title Lunch} with {person=Ann} {date on Friday at noon}]. [correct Hm, better {date on Monday}]",
    &["0 calendar.schedule | Lunch with Ann Becker | 2026-11-30T12:00:00 | =Ann Becker"])]
#[case::whose_it_is("[task.create To-dos: {title mend} {person=Ann}'s bike]", &["0 task.create | Mend Ann's bike"])]
#[case::told_behind("[reminder.set A reminder {date on Friday}, {body to go off}], that I have to renew the passport",
    &["0 task.create | Renew the passport | 2026-11-27", "1 reminder.set | 2026-11-27T09:00:00 | @0"])]
#[case::as_many_as_said("[task.create Two tasks for {person=Ann}: {title mend the fence and paint the gate}]",
    &["0 task.create | Mend the fence | =Ann Becker", "1 task.create | Paint the gate | =Ann Becker"])]
#[case::a_day_ahead(
    "[calendar.schedule {title Handover} with {person=Ann} {date on 7 December at 10}], and, [also {date due the Thursday before it}], [task.create a task for {person=Bert} to {title print the list}]",
    &["0 calendar.schedule | Handover with Ann Becker | 2026-12-07T10:00:00 | =Ann Becker", "1 task.create | Print the list | 2026-12-03 | =Bert Holm"]
)]
#[case::from_one_day_to_another("[reschedule Move {project=Skylight} {date from 12 to 19 February}]",
    &["0 project.update | 2027-02-19 | =Skylight"])]
fn frames_are_carried_out(#[case] line: &str, #[case] expected: &[&str]) {
    assert_eq!(steps(line), expected, "{line}");
}
