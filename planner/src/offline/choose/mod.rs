//! Which of several readings of a request is answered.
//!
//! There is much to be said for and against a reading: whether it leads to a plan, what it leaves over, what it has in
//! common with the others. Each of these [`Looks`] has a weight, which was learned on requests that no reader was mended
//! for (`planner/training/choice.weights`); the reading with the highest sum is answered. What must not happen on the word of
//! one reader alone is no question of weights.

mod looks;
mod slips;

use std::sync::LazyLock;

pub(super) use looks::looks;

use super::candidate::{By, Candidate};
use crate::safety::RequestWords;

/// What there is to be said of a reading, by the names that [`name`] gives; [`COUNT`] of them.
pub type Looks = Vec<f32>;

/// How many things there are to be said of a reading: by whom it was read and what it leaves over, which counts by itself
/// for readings by patterns and for learned ones, and what it may have slipped in, whoever read it.
pub const COUNT: usize = 2 * looks::NAMES.len() + slips::NAMES.len();

/// The weights that were learned.
const LEARNED: &str = include_str!("../../../training/choice.weights");

static WEIGHTS: LazyLock<Vec<f32>> = LazyLock::new(|| weights(LEARNED));

/// Weights as they stand in a file: a name and a number a line. What is not named weighs nothing.
pub fn weights(file: &str) -> Vec<f32> {
    let mut weights = vec![0.0; COUNT];
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, weight)) = line.split_once(' ') else { continue };
        if let (Some(at), Ok(weight)) = (place(name), weight.trim().parse()) {
            weights[at] = weight;
        }
    }
    weights
}

/// The name of a place in [`Looks`].
pub fn name(at: usize) -> String {
    let own = looks::NAMES.len();
    match at / own {
        0 => format!("patterns:{}", looks::NAMES[at]),
        1 => format!("learned:{}", looks::NAMES[at - own]),
        _ => slips::NAMES[at - 2 * own].to_owned(),
    }
}

fn place(name: &str) -> Option<usize> {
    (0..COUNT).find(|at| self::name(*at) == name)
}

/// How much speaks for a reading.
pub fn worth(looks: &[f32], weights: &[f32]) -> f32 {
    looks.iter().zip(weights).map(|(look, weight)| look * weight).sum()
}

/// How much speaks for a reading, by the weights that ship.
pub fn worth_of(looks: &[f32]) -> f32 {
    worth(looks, &WEIGHTS)
}

/// The place of the reading that is answered: the best of those that lead to what is likeliest right.
pub(super) fn chosen(candidates: &[Candidate<'_>], looks: &[Looks], asked: &RequestWords) -> usize {
    let same_as = same_as(candidates);
    let may: Vec<usize> = (0..candidates.len()).filter(|at| may_be_answered(candidates, *at, asked)).collect();
    let ways: Vec<(usize, f32)> = may.iter().map(|at| (same_as[*at], worth_of(&looks[*at]))).collect();
    // where none may be answered, that of the patterns is: nothing in it rests on what was learned
    let patterns = || candidates.iter().position(|candidate| matches!(candidate.by, By::Patterns));
    best(&ways).and_then(|at| may.get(at)).copied().or_else(patterns).unwrap_or(0)
}

/// The place of the best of the ways that together are likeliest to be right: ways that lead to the same, by their number,
/// add up. Each has a worth, of which the exponential is how likely it is beside the others.
pub fn best(ways: &[(usize, f32)]) -> Option<usize> {
    let together =
        |group: usize| -> f32 { ways.iter().filter(|(own, _)| *own == group).map(|(_, worth)| worth.exp()).sum() };
    let worth = |at: &usize| (together(ways[*at].0), ways[*at].1);
    (0..ways.len()).max_by(|one, other| {
        let (one, other) = (worth(one), worth(other));
        one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1))
    })
}

/// For each reading the place of the first that leads to the same.
pub(super) fn same_as(candidates: &[Candidate<'_>]) -> Vec<usize> {
    let deeds: Vec<Vec<String>> = candidates.iter().map(Candidate::deeds).collect();
    deeds.iter().enumerate().map(|(at, own)| deeds.iter().position(|other| other == own).unwrap_or(at)).collect()
}

/// Whether a reading may be answered at all: nothing leaves the workspace that was not asked to, and what is put away is
/// put away on the word of more than one reading, unless the words say so.
fn may_be_answered(candidates: &[Candidate<'_>], at: usize, asked: &RequestWords) -> bool {
    let candidate = &candidates[at];
    let unasked =
        candidate.steps().iter().any(|step| goes_out(step.action) && !asked.ask_for(step.action, &step.params));
    let learned = matches!(candidate.by, By::Learned { .. });
    if unasked && learned {
        return false;
    }
    if makes_what_is_asked_about(candidates, candidate)
        || learned && (puts_away_unasked(candidate) || makes_of_what_goes_out(candidate))
    {
        return false;
    }
    // an errand is no question to the planner because one reader takes it for one
    if learned && candidate.beyond && candidate.steps().is_empty() && is_an_errand(candidates) {
        return false;
    }
    let away = candidate.count_of(".archive");
    let others = candidates.iter().enumerate().filter(|(other, _)| *other != at);
    let most_elsewhere = others.map(|(_, other)| other.count_of(".archive")).max().unwrap_or(0);
    away <= most_elsewhere.max(1)
}

/// Whether a project is put away although no word of the request is about that.
fn puts_away_unasked(candidate: &Candidate<'_>) -> bool {
    const AWAY: &str = "archive archived archives archiving archival shelve shelved bin binned scrap scrapped retire retired \
        drop dropped close closed closing bury buried dismiss discard ditch dump axe axed delete deleted remove removed stow tuck \
        kill killed abandon abandoned away junk trash withdraw file filed finished over wrapped done dead mothball cellar attic \
        history tidy clear put end ended wind finish completed complete off";
    candidate.count_of("project.archive") > 0 && !candidate.reader.whole.iter().any(|token| token.is_any(AWAY))
}

/// "send the contact list to somebody@example.com": whether what is to go to an address is made into something else, a
/// contact of that address or a task.
fn makes_of_what_goes_out(candidate: &Candidate<'_>) -> bool {
    const SENDING: &str = "send mail email e-mail forward export dump post share transmit upload leak";
    let words = &candidate.reader.whole;
    let first = words.iter().find(|token| !token.is_any("please kindly now just and can could would you will"));
    let address = words.iter().any(|token| token.text.contains('@') || token.text.contains("://"));
    let goes = candidate.count_of("message.send") + candidate.count_of("http.request") > 0;
    address && !goes && candidate.plans() && first.is_some_and(|token| token.is_any(SENDING))
}

/// Whether a step of this action leaves the workspace.
fn goes_out(action: &str) -> bool {
    matches!(action, "message.send" | "http.request")
}

/// Whether the patterns take the request for one thing to do and leave nothing over.
fn is_an_errand(candidates: &[Candidate<'_>]) -> bool {
    let patterns = candidates.iter().filter(|candidate| matches!(candidate.by, By::Patterns));
    let mut errands = patterns.filter(|candidate| {
        candidate.plans()
            && candidate.unread.is_empty()
            && candidate.steps().len() == 1
            && candidate.steps().iter().all(|step| step.action == "task.create")
    });
    errands.next().is_some()
}

/// "Set the Cormorant project to completed": what one reading asks about because it is not there is not made by another,
/// unless the words say so.
fn makes_what_is_asked_about(candidates: &[Candidate<'_>], candidate: &Candidate<'_>) -> bool {
    let reader = &candidate.reader;
    let says_so = reader.whole.iter().any(|token| {
        token.is_any("new add create make open start begin another need needs set save project contact contacts")
    });
    let missing = |name: &str| {
        candidates.iter().flat_map(|other| &other.reader.questions).any(|question| {
            question.text.starts_with("There is no") && question.text.to_lowercase().contains(&name.to_lowercase())
        })
    };
    let makes = candidate.steps().iter().filter(|step| matches!(step.action, "project.create" | "person.create"));
    let mut names = makes.filter_map(|step| step.params.get("name").and_then(serde_json::Value::as_str));
    !says_so && names.any(missing)
}

#[cfg(test)]
mod tests {
    use domain::action::Catalogue;
    use serde_json::Map;

    use super::*;
    use crate::{
        contract::{PlanningRequest, WorkspaceView},
        offline::{draft::Step, reader::Reader},
    };

    fn request(text: &str) -> PlanningRequest {
        PlanningRequest {
            request: text.into(),
            selection: None,
            today: chrono::NaiveDate::default(),
            timezone: None,
            catalogue: Catalogue::builtin().clone(),
            workspace: WorkspaceView::default(),
            answers: Map::new(),
            revising: None,
        }
    }

    fn reading<'a>(by: By, request: &'a PlanningRequest, actions: &[&'static str]) -> Candidate<'a> {
        let mut reader = Reader::new(request);
        reader.whole = crate::offline::text::tokens(&request.request).into();
        for action in actions {
            reader.draft.push(Step::new(action, *action));
        }
        Candidate { by, reader, beyond: false, unread: Vec::new() }
    }

    const SURE: By = By::Learned { behind: 0.0, sure: 1.0, left_out: 0.0 };

    #[test]
    fn what_may_not_be_answered_is_not_where_nothing_else_may_be_either() {
        let request = request("Tidy up the shed");
        let ways = [
            reading(SURE, &request, &["http.request"]),
            reading(SURE, &request, &["message.send", "task.create"]),
            reading(By::Patterns, &request, &["idea.archive", "idea.archive"]),
        ];
        let asked = RequestWords::of(&request);
        assert!((0..ways.len()).all(|at| !may_be_answered(&ways, at, &asked)));
        assert_eq!(chosen(&ways, &looks(&ways), &asked), 2);
    }

    #[test]
    fn a_project_is_put_away_only_when_the_words_are_about_that() {
        for (text, may) in [("Call Sarah about the choir tour", false), ("The choir tour is over", true)] {
            let request = request(text);
            let ways =
                [reading(SURE, &request, &["project.archive"]), reading(By::Patterns, &request, &["task.create"])];
            assert_eq!(may_be_answered(&ways, 0, &RequestWords::of(&request)), may, "{text}");
        }
    }

    #[test]
    fn ways_that_lead_to_the_same_add_up() {
        assert_eq!(best(&[(0, 1.0), (1, 0.8), (1, 0.7)]), Some(1));
        assert_eq!(best(&[(0, 1.0), (1, -2.0), (1, -2.0)]), Some(0));
        assert_eq!(best(&[]), None);
    }
}
