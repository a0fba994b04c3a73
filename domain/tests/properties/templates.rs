//! A plan made into a template, and filled with what it had before, is the same plan; and whatever is asked of a
//! template, its versions stay as they are.

use std::sync::Arc;

use cairn_domain::{
    action::Catalogue,
    decider::{Decider, Stamp},
    difference::Content,
    ids::{PlanId, TemplateId},
    plan::{ContentHash, PlanDetails, check_steps},
    template::{
        CreateTemplate, DetailsPatch, Include, Included, Labels, Mark, Parameter, ParameterType, Right, Share,
        SharedWith, Template, TemplateBroughtBack, TemplateCommand, TemplateContent, TemplateCreated, TemplateDecider,
        TemplateDetails, TemplateDetailsEdited, TemplateEvent, TemplatePreApprovalWithdrawn, TemplatePreApproved,
        TemplateRetired, TemplateShared, TemplateSource, TemplateVersionAdded, check, check_arguments, find,
        instantiate, mark,
    },
    testing,
};
use proptest::{collection::vec, option::of, prelude::*, sample};
use serde_json::{Map, Value};

use crate::{
    events::{policy, spec},
    plans,
    values::{json, object, step_id, text, uuid},
};

/// Texts that are all but placeholders and references.
fn awkward() -> impl Strategy<Value = String> {
    let part = sample::select(
        &[
            "{{",
            "}}",
            "{",
            "}",
            "params.",
            "literal.",
            "steps.s0.result.id",
            "who",
            " ",
            "Kestrel",
            "'{'",
            "2026-12-01",
            "31 March 2027",
            "March 3",
            " 5 May",
            ", 2028",
            "29 Feb",
            "<b>",
        ][..],
    );
    vec(part, 0..7).prop_map(|parts| parts.concat())
}

/// A plan's content: valid steps, with awkward texts where any text may be.
fn content() -> impl Strategy<Value = Content> {
    (plans::draft(1..8), vec(of(awkward()), 8), awkward()).prop_map(|(draft, words, name)| {
        let mut steps = check_steps(draft.steps, Catalogue::builtin()).expect("random drafts are valid");
        for (step, words) in steps.iter_mut().zip(words) {
            let Some(words) = words else { continue };
            step.title.push_str(&words);
            for field in ["description", "body", "text", "message", "instructions"] {
                if let Some(Value::String(text)) = step.params.get_mut(field) {
                    text.push_str(&words);
                }
            }
        }
        let details = PlanDetails {
            name: format!("P {name}"),
            policy: draft.policy.unwrap_or_default(),
            ..PlanDetails::default()
        };
        Content { details, steps }
    })
}

fn labels() -> Labels {
    let names = [("per_1", "Sarah Chen"), ("prj_1", "Kestrel"), ("tsk_1", "Call"), ("ide_1", "A quieter office")];
    names.into_iter().map(|(id, name)| (id.parse().expect("an entity id"), name.to_owned())).collect()
}

/// Those of the proposals that the bits tick, with the values that they have in the plan as arguments.
fn ticked(content: &Content, ticks: u64) -> (Vec<Mark>, Map<String, Value>) {
    let found = find(content, &labels(), Catalogue::builtin(), "2027-01-15".parse().expect("a day"));
    let kept = found.into_iter().enumerate().filter(|(index, _)| ticks >> (index % 64) & 1 == 1);
    let marks: Vec<Mark> = kept.map(|(_, found)| found.mark).collect();
    let given = marks.iter().map(|mark| (mark.parameter.name.clone(), mark.value.clone())).collect();
    (marks, given)
}

fn filled(content: &TemplateContent, given: &Map<String, Value>) -> Content {
    let today = "2026-11-30".parse().expect("a day");
    let arguments = check_arguments(content, given, today, &labels()).expect("the values of the plan fit");
    let instance = instantiate(content, &arguments).expect("the days of the plan are in the calendar");
    Content { details: instance.details, steps: instance.steps }
}

proptest! {
    #![proptest_config(crate::cases(400))]

    #[test]
    fn a_plan_made_into_a_template_and_filled_with_its_own_values_is_the_same(content in content(), ticks in any::<u64>()) {
        let (marks, given) = ticked(&content, ticks);
        let template = mark(&content, &marks, &labels());
        let again = filled(&template, &given);
        prop_assert_eq!(&again, &content);
        prop_assert_eq!(
            ContentHash::of(&again.steps, &again.details.policy),
            ContentHash::of(&content.steps, &content.details.policy)
        );
    }

    #[test]
    fn what_is_proposed_makes_a_template_that_can_run(draft in plans::draft(1..8), ticks in any::<u64>()) {
        let steps = check_steps(draft.steps, Catalogue::builtin()).expect("random drafts are valid");
        let details = PlanDetails { name: "A plan".into(), ..PlanDetails::default() };
        let content = Content { details, steps };
        let (marks, _) = ticked(&content, ticks);
        let template = mark(&content, &marks, &labels());
        prop_assert_eq!(check(&template, Catalogue::builtin()), []);
    }

    #[test]
    fn whatever_is_given_for_a_text_adds_no_reference(content in content(), ticks in any::<u64>(), evil in awkward()) {
        let (marks, mut given) = ticked(&content, ticks);
        for mark in marks.iter().filter(|mark| mark.parameter.of == ParameterType::Text) {
            given.insert(mark.parameter.name.clone(), Value::from(format!("x{evil}")));
        }
        let template = mark(&content, &marks, &labels());
        let again = filled(&template, &given);
        for (before, after) in content.steps.iter().zip(&again.steps) {
            let references = |params| cairn_domain::references::find(params).0.len();
            prop_assert!(references(&after.params) <= references(&before.params), "{:?}", after.params);
        }
    }
}

fn parameter() -> impl Strategy<Value = Parameter> {
    let of_type = sample::select(&ParameterType::ALL[..]);
    (text(), of_type, text(), text(), any::<bool>(), of(json()), vec(text(), 0..3)).prop_map(
        |(name, of, label, help, required, default, choices)| Parameter {
            name,
            of,
            label,
            help,
            required,
            default,
            choices,
        },
    )
}

fn any_content() -> impl Strategy<Value = TemplateContent> {
    (text(), text(), policy(), vec(parameter(), 0..3), vec(spec(), 0..3), vec(include(), 0..2)).prop_map(
        |(plan_name, plan_description, policy, parameters, steps, includes)| TemplateContent {
            plan_name,
            plan_description,
            policy,
            parameters,
            steps,
            includes,
        },
    )
}

fn include() -> impl Strategy<Value = Include> {
    (step_id(), uuid(), any::<u32>(), object(), vec(step_id(), 0..2)).prop_map(
        |(id, template, version, arguments, depends_on)| Include {
            id,
            template: TemplateId::new(template),
            version,
            arguments,
            depends_on,
        },
    )
}

fn details() -> impl Strategy<Value = TemplateDetails> {
    (text(), text(), vec(text(), 0..3)).prop_map(|(name, description, tags)| TemplateDetails {
        name,
        description,
        tags,
    })
}

fn source() -> impl Strategy<Value = TemplateSource> {
    let hash = ContentHash::of(&[], &cairn_domain::plan::Policy::default());
    prop_oneof![
        uuid().prop_map(move |id| TemplateSource::Plan { plan: PlanId::new(id), content_hash: hash }),
        text().prop_map(|name| TemplateSource::Starter { name }),
        Just(TemplateSource::File),
        Just(TemplateSource::Written),
    ]
}

fn shares() -> impl Strategy<Value = Vec<Share>> {
    let with =
        prop_oneof![text().prop_map(SharedWith::Person), text().prop_map(SharedWith::Role), Just(SharedWith::Tenant)];
    vec((with, sample::select(&[Right::Use, Right::Edit][..])).prop_map(|(with, right)| Share { with, right }), 0..3)
}

/// One strategy for each type of event, in their order.
pub(crate) fn template_events() -> Vec<BoxedStrategy<TemplateEvent>> {
    vec![
        (details(), any_content(), source())
            .prop_map(|(details, content, source)| TemplateCreated { details, content, source }.into())
            .boxed(),
        (any::<u32>(), any_content(), source(), text(), of(any::<u32>()))
            .prop_map(|(version, content, source, note, restored)| {
                TemplateVersionAdded { version, content, source, note, restored }.into()
            })
            .boxed(),
        (details(), details()).prop_map(|(before, after)| TemplateDetailsEdited { before, after }.into()).boxed(),
        text().prop_map(|reason| TemplateRetired { reason }.into()).boxed(),
        Just(TemplateBroughtBack {}.into()).boxed(),
        (shares(), shares()).prop_map(|(before, after)| TemplateShared { before, after }.into()).boxed(),
        (any::<u32>(), text()).prop_map(|(version, note)| TemplatePreApproved { version, note }.into()).boxed(),
        text().prop_map(|reason| TemplatePreApprovalWithdrawn { reason }.into()).boxed(),
    ]
}

fn runnable() -> impl Strategy<Value = TemplateContent> {
    (plans::draft(1..4), 0..3_u8).prop_map(|(draft, which)| {
        let steps = check_steps(draft.steps, Catalogue::builtin()).expect("random drafts are valid");
        let details = PlanDetails { name: format!("Plan {which}"), ..PlanDetails::default() };
        TemplateContent::without_gaps(&Content { details, steps })
    })
}

fn command() -> impl Strategy<Value = TemplateCommand> {
    let written = TemplateSource::Written;
    let made = written.clone();
    prop_oneof![
        2 => (details(), runnable()).prop_map(move |(details, content)| {
            let details = TemplateDetails { name: format!("T{}", details.name), ..details };
            TemplateCommand::Create(Box::new(CreateTemplate { details, content, source: made.clone(), included: Included::new() }))
        }),
        3 => runnable().prop_map(move |content| TemplateCommand::AddVersion {
            own: TemplateId::new(uuid::Uuid::nil()), content: Box::new(content), source: written.clone(),
            note: String::new(), included: Included::new(),
        }),
        2 => (0..5_u32).prop_map(|version| TemplateCommand::Restore { version, note: String::new() }),
        1 => of(text()).prop_map(|name| TemplateCommand::EditDetails(DetailsPatch { name, ..DetailsPatch::default() })),
        1 => "[a-z ]{0,3}".prop_map(|reason| TemplateCommand::Retire { reason }),
        2 => Just(TemplateCommand::BringBack),
        1 => (0..4_u32).prop_map(|version| TemplateCommand::PreApprove { version, note: String::new() }),
        1 => "[a-z ]{0,3}".prop_map(|reason| TemplateCommand::WithdrawPreApproval { reason }),
        1 => shares().prop_map(|shares| TemplateCommand::Share { shares }),
    ]
}

proptest! {
    #![proptest_config(crate::cases(150))]

    #[test]
    fn versions_are_counted_without_gaps_and_never_change(commands in vec(command(), 1..14)) {
        let context = testing::context();
        let stamp = Stamp::from(&context);
        let (mut template, mut log) = (Template::default(), Vec::new());
        for command in commands {
            let before = template.clone();
            let events = TemplateDecider::decide(&template, command, &context).unwrap_or_default();
            for event in &events {
                TemplateDecider::evolve(&mut template, event, &stamp);
            }
            log.extend(events);
            prop_assert_eq!(&template.versions[..before.versions.len()], &before.versions[..]);
            let counted: Vec<u32> = template.versions.iter().map(|version| version.number).collect();
            prop_assert!(counted.iter().copied().eq(1..=u32::try_from(counted.len()).unwrap_or(u32::MAX)));
            for version in &template.versions {
                if let Some(earlier) = version.restored.and_then(|number| template.version(number)) {
                    prop_assert!(Arc::ptr_eq(&earlier.content, &version.content));
                }
            }
        }
        let mut folded = Template::default();
        for event in &log {
            TemplateDecider::evolve(&mut folded, event, &stamp);
        }
        prop_assert_eq!(folded, template);
    }
}
