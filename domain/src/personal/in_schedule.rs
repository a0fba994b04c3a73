//! The personal values in what happens to a schedule: what it gives for the parameters that say something about one person.

use super::{Form, Place, escaped};
use crate::schedule::ScheduleEvent;

/// Lists the values of an event that are about somebody.
pub fn in_schedule(event: &ScheduleEvent) -> Vec<Place> {
    let ScheduleEvent::TemplateScheduled(scheduled) = event else { return Vec::new() };
    let given = scheduled.about.iter().filter(|(name, _)| scheduled.arguments.contains_key(*name));
    let place = |(name, whose): (&String, &super::Subject)| Place {
        pointer: format!("/arguments/{}", escaped(name)),
        whose: whose.clone(),
        form: Form::Json,
    };
    given.map(place).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schedule::{SchedulePaused, TemplateScheduled};

    #[test]
    fn what_is_given_about_somebody_is_told() {
        let scheduled: TemplateScheduled = serde_json::from_value(json!({
            "template": "tpl_00000000-0000-0000-0000-000000000007",
            "rhythm": {"cron": "0 9 * * *", "time_zone": "UTC"},
            "arguments": {"words": "Dear Ana", "title": "Weekly"},
            "about": {"words": "per_1", "gone": "per_1"},
        }))
        .unwrap();
        let places = in_schedule(&scheduled.into());
        let told: Vec<_> = places.iter().map(|place| (place.pointer.as_str(), place.whose.as_str())).collect();
        assert_eq!(told, [("/arguments/words", "per_1")]);
        assert!(in_schedule(&SchedulePaused { reason: "x".into() }.into()).is_empty());
    }
}
