//! Order, offsets and times in plain everyday wording.

use rstest::rstest;

use super::steps;

#[rstest]
#[case::followed_by(
    "[parallel Two tasks for the {project=Skylight} project that don't depend on each other], [task.create {title mow the lawn} and {title trim the hedge}], [then followed by] [task.create one to {title clear the cuttings}]",
    &["0 task.create | Mow the lawn | =Skylight", "1 task.create | Trim the hedge | =Skylight", "2 task.create | Clear the cuttings | =Skylight | >0 | >1"]
)]
#[case::after_both(
    "[task.create In {project=Skylight}, add tasks for {title the survey} and for {title the soil test}] [parallel in parallel], [then then] [task.create one for {title the report}] [then after {ref both}]. [also All of {ref them} for {person=Ann}].",
    &["0 task.create | Survey | =Skylight | =Ann Becker", "1 task.create | Soil test | =Skylight | =Ann Becker", "2 task.create | Report | =Skylight | =Ann Becker | >0 | >1"]
)]
#[case::a_call_is_to_be_made("[follow_up Call {person=Bert}]", &["0 task.create | Call Bert"])]
#[case::a_follow_up_by_call_stays_one(
    "[follow_up Call {person=Bert} back about {topic the permit}]",
    &["0 task.create | Follow up with Bert Holm about the permit | 2026-11-25", "1 link.create | @0 | =Bert Holm", "2 reminder.set | 2026-11-25T09:00:00 | @0"]
)]
#[case::three_times_of_a_day(
    "[reminder.set Remind me to {body ring Bert} {date on 2 December} at {time 9:00}, {time 13:00} and {time 17:00}]",
    &["0 reminder.set | 2026-12-02T09:00:00 | =Bert Holm", "1 reminder.set | 2026-12-02T13:00:00 | =Bert Holm", "2 reminder.set | 2026-12-02T17:00:00 | =Bert Holm"]
)]
#[case::the_work_is_a_task_after_all(
    "[before Before {cond we order the chairs}], [manual.step {person=Ann} must {title measure the hall}]; [task.create make {ref her} a task for {ref that}, {date due Wednesday}]",
    &["0 task.create | Measure the hall | 2026-11-25 | =Ann Becker"]
)]
#[case::each_depends_on_the_one_before(
    "[task.create Make three tasks in the {project=Skylight} project: {title write the questions}, {title try them out}, {title send them out}]. [then Each depends on the one before]. [also {ref The last one} is {date due on 20 December}].",
    &["0 task.create | Write the questions | =Skylight", "1 task.create | Try them out | =Skylight | >0", "2 task.create | Send them out | 2026-12-20 | =Skylight | >1"]
)]
fn it_is_carried_out(#[case] line: &str, #[case] told: &[&str]) {
    assert_eq!(steps(line), told);
}
