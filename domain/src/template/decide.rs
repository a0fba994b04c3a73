//! What happens when something is asked of a template: one function per verb.

use super::{
    CreateTemplate, DetailsPatch, Included, Right, Share, SharedWith, Template, TemplateBroughtBack, TemplateCommand,
    TemplateContent, TemplateCreated, TemplateDetails, TemplateDetailsEdited, TemplateEvent,
    TemplatePreApprovalWithdrawn, TemplatePreApproved, TemplateRefusal, TemplateRetired, TemplateShared,
    TemplateSource, TemplateVersionAdded, check_with,
};
use crate::{
    decider::{Context, Decider, Stamp},
    ids::TemplateId,
};

/// The decider of templates.
pub struct TemplateDecider;

type Decision = Result<Vec<TemplateEvent>, TemplateRefusal>;

const MAX_NAME_CHARS: usize = 200;
const MAX_DESCRIPTION_CHARS: usize = 20_000;
const MAX_TAGS: usize = 50;
const MAX_TAG_CHARS: usize = 60;
const MAX_NOTE_CHARS: usize = 2_000;
const MAX_SHARES: usize = 200;

impl Decider for TemplateDecider {
    type State = Template;
    type Command = TemplateCommand;
    type Event = TemplateEvent;
    type Refusal = TemplateRefusal;

    const CATEGORY: &'static str = "template";

    fn decide(template: &Template, command: TemplateCommand, context: &Context) -> Decision {
        if let TemplateCommand::Create(create) = command {
            return self::create(template, *create, context);
        }
        if !template.exists() {
            return Err(TemplateRefusal::NoSuchTemplate);
        }
        // by their roles people may do more: whoever knows them asks with what they give
        if template.right_of(&context.actor, &[]) != Some(Right::Edit) {
            return Err(TemplateRefusal::MayNotEdit);
        }
        match command {
            TemplateCommand::Create(_) => Err(TemplateRefusal::AlreadyExists),
            TemplateCommand::AddVersion { own, content, source, note, included } => {
                need_use(template)?;
                check_content(&content, &included, Some(own), context)?;
                next_version(template, *content, source, &note, None)
            }
            TemplateCommand::Restore { version, note } => restore(template, version, &note),
            TemplateCommand::EditDetails(patch) => edit_details(template, patch),
            TemplateCommand::Retire { reason } => retire(template, reason),
            TemplateCommand::BringBack => bring_back(template),
            TemplateCommand::PreApprove { version, note } => pre_approve(template, version, &note),
            TemplateCommand::WithdrawPreApproval { reason } => withdraw(template, reason),
            TemplateCommand::Share { shares } => share(template, shares, context),
        }
    }

    fn evolve(template: &mut Template, event: &TemplateEvent, stamp: &Stamp) {
        template.evolve(event, stamp);
    }
}

fn create(template: &Template, create: CreateTemplate, context: &Context) -> Decision {
    if template.exists() {
        return Err(TemplateRefusal::AlreadyExists);
    }
    let CreateTemplate { details, content, source, included } = create;
    let details = checked(details)?;
    check_content(&content, &included, None, context)?;
    Ok(vec![TemplateCreated { details, content, source }.into()])
}

fn restore(template: &Template, version: u32, note: &str) -> Decision {
    need_use(template)?;
    let newest = template.newest().map_or(0, |newest| newest.number);
    let Some(earlier) = template.version(version) else {
        return Err(TemplateRefusal::NoSuchVersion { version, newest });
    };
    next_version(template, earlier.content.as_ref().clone(), earlier.source.clone(), note, Some(version))
}

fn next_version(
    template: &Template,
    content: TemplateContent,
    source: TemplateSource,
    note: &str,
    restored: Option<u32>,
) -> Decision {
    need_note(note)?;
    let Some(newest) = template.newest().filter(|newest| *newest.content != content) else {
        return Ok(Vec::new());
    };
    let version = newest.number + 1;
    Ok(vec![TemplateVersionAdded { version, content, source, note: note.trim().to_owned(), restored }.into()])
}

fn edit_details(template: &Template, patch: DetailsPatch) -> Decision {
    let before = template.details.clone();
    let DetailsPatch { name, description, tags } = patch;
    let after = checked(TemplateDetails {
        name: name.unwrap_or_else(|| before.name.clone()),
        description: description.unwrap_or_else(|| before.description.clone()),
        tags: tags.unwrap_or_else(|| before.tags.clone()),
    })?;
    Ok(if before == after { Vec::new() } else { vec![TemplateDetailsEdited { before, after }.into()] })
}

fn retire(template: &Template, reason: String) -> Decision {
    need_use(template)?;
    need_reason(&reason)?;
    Ok(vec![TemplateRetired { reason }.into()])
}

fn bring_back(template: &Template) -> Decision {
    if template.retired.is_none() {
        return Err(TemplateRefusal::NotRetired);
    }
    Ok(vec![TemplateBroughtBack {}.into()])
}

fn pre_approve(template: &Template, version: u32, note: &str) -> Decision {
    need_use(template)?;
    if template.version(version).is_none() {
        let newest = template.newest().map_or(0, |newest| newest.number);
        return Err(TemplateRefusal::NoSuchVersion { version, newest });
    }
    if template.pre_approved.as_ref().is_some_and(|given| given.version == version) {
        return Ok(Vec::new());
    }
    need_note(note)?;
    Ok(vec![TemplatePreApproved { version, note: note.trim().to_owned() }.into()])
}

fn withdraw(template: &Template, reason: String) -> Decision {
    if template.pre_approved.is_none() {
        return Err(TemplateRefusal::NotPreApproved);
    }
    need_reason(&reason)?;
    Ok(vec![TemplatePreApprovalWithdrawn { reason }.into()])
}

fn share(template: &Template, mut shares: Vec<Share>, context: &Context) -> Decision {
    if template.owner.as_ref() != Some(&context.actor) {
        return Err(TemplateRefusal::NotTheOwner);
    }
    shares.sort_unstable();
    shares.dedup();
    let named_twice = shares.windows(2).any(|pair| pair[0].with == pair[1].with);
    let is_named = |share: &Share| match &share.with {
        SharedWith::Person(id) | SharedWith::Role(id) => !id.trim().is_empty() && id.len() <= 128,
        SharedWith::Tenant => true,
    };
    if named_twice || shares.len() > MAX_SHARES || !shares.iter().all(is_named) {
        return Err(TemplateRefusal::BadShares { limit: MAX_SHARES });
    }
    if shares == template.shares {
        return Ok(Vec::new());
    }
    Ok(vec![TemplateShared { before: template.shares.clone(), after: shares }.into()])
}

fn need_note(note: &str) -> Result<(), TemplateRefusal> {
    if note.chars().count() <= MAX_NOTE_CHARS {
        return Ok(());
    }
    let message = format!("a note has at most {MAX_NOTE_CHARS} characters");
    Err(TemplateRefusal::BadDetails { field: "note", message })
}

fn need_reason(reason: &str) -> Result<(), TemplateRefusal> {
    let given = !reason.trim().is_empty() && reason.chars().count() <= 2_000;
    if given { Ok(()) } else { Err(TemplateRefusal::ReasonMissing) }
}

fn need_use(template: &Template) -> Result<(), TemplateRefusal> {
    if template.retired.is_some() { Err(TemplateRefusal::Retired) } else { Ok(()) }
}

fn check_content(
    holding: &TemplateContent,
    included: &Included,
    own: Option<TemplateId>,
    context: &Context,
) -> Result<(), TemplateRefusal> {
    let problems = check_with(holding, included, own, &context.catalogue);
    if problems.is_empty() { Ok(()) } else { Err(TemplateRefusal::InvalidContent { problems }) }
}

fn checked(details: TemplateDetails) -> Result<TemplateDetails, TemplateRefusal> {
    let name = details.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
        return Err(TemplateRefusal::BadName { limit: MAX_NAME_CHARS });
    }
    if details.description.chars().count() > MAX_DESCRIPTION_CHARS {
        let message = format!("a description has at most {MAX_DESCRIPTION_CHARS} characters");
        return Err(TemplateRefusal::BadDetails { field: "description", message });
    }
    let mut tags: Vec<String> = Vec::new();
    for tag in details.tags.iter().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.len() > MAX_TAGS || tags.iter().any(|tag| tag.chars().count() > MAX_TAG_CHARS) {
        let message = format!("a template has at most {MAX_TAGS} tags, each of at most {MAX_TAG_CHARS} characters");
        return Err(TemplateRefusal::BadDetails { field: "tags", message });
    }
    Ok(TemplateDetails { name, description: details.description.trim().to_owned(), tags })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{actor::Actor, plan::ProblemCode, testing::given};

    fn content(title: &str) -> TemplateContent {
        serde_json::from_value(json!({
            "plan_name": "Launch {{params.what}}",
            "parameters": [{"name": "what", "required": true}],
            "steps": [{"id": "a", "title": title, "action_type": "idea.create", "params": {"title": "{{params.what}}"}}],
        }))
        .unwrap()
    }

    fn details(name: &str) -> TemplateDetails {
        TemplateDetails { name: name.into(), ..TemplateDetails::default() }
    }

    fn created() -> TemplateEvent {
        let (details, content) = (details("Launch"), content("one"));
        TemplateCreated { details, content, source: TemplateSource::Written }.into()
    }

    fn version(version: u32, title: &str, restored: Option<u32>) -> TemplateEvent {
        let content = content(title);
        TemplateVersionAdded { version, content, source: TemplateSource::Written, note: String::new(), restored }.into()
    }

    fn add(title: &str) -> TemplateCommand {
        let (content, note) = (Box::new(content(title)), String::new());
        let own = TemplateId::new(uuid::Uuid::nil());
        TemplateCommand::AddVersion { own, content, source: TemplateSource::Written, note, included: Included::new() }
    }

    fn restore(version: u32) -> TemplateCommand {
        TemplateCommand::Restore { version, note: String::new() }
    }

    fn retired() -> TemplateEvent {
        TemplateRetired { reason: "old".into() }.into()
    }

    #[test]
    fn a_template_is_made_with_its_first_version() {
        let details = TemplateDetails { tags: vec!["Launch".into(), " launch ".into()], ..details(" Launch ") };
        let source = TemplateSource::Written;
        let create = CreateTemplate { details, content: content("one"), source, included: Included::new() };
        let made = TemplateDetails { name: "Launch".into(), tags: vec!["launch".into()], ..TemplateDetails::default() };
        let event = TemplateCreated { details: made, content: content("one"), source: TemplateSource::Written };
        given::<TemplateDecider>([]).when(TemplateCommand::Create(Box::new(create))).then([event.into()]);
    }

    #[test]
    fn a_template_without_a_name_or_with_a_hole_in_it_is_refused() {
        let create = |details, content| {
            let source = TemplateSource::Written;
            let included = Included::new();
            TemplateCommand::Create(Box::new(CreateTemplate { details, content, source, included }))
        };
        given::<TemplateDecider>([])
            .when(create(details(" "), content("one")))
            .refused(&TemplateRefusal::BadName { limit: MAX_NAME_CHARS });
        let broken = TemplateContent { parameters: Vec::new(), ..content("one") };
        let outcome = given::<TemplateDecider>([]).when(create(details("x"), broken));
        let TemplateRefusal::InvalidContent { problems } = outcome.refusal() else { panic!("{}", outcome.refusal()) };
        assert!(problems.iter().all(|problem| problem.code == ProblemCode::UnknownParameter));
    }

    #[test]
    fn a_change_is_a_new_version_and_none_when_nothing_changes() {
        given::<TemplateDecider>([created()]).when(add("two")).then([version(2, "two", None)]);
        given::<TemplateDecider>([created()]).when(add("one")).nothing_happens();
    }

    #[test]
    fn restoring_makes_a_new_version_of_an_earlier_one() {
        let events = [created(), version(2, "two", None)];
        given::<TemplateDecider>(events.clone()).when(restore(1)).then([version(3, "one", Some(1))]);
        given::<TemplateDecider>(events.clone()).when(restore(2)).nothing_happens();
        given::<TemplateDecider>(events)
            .when(restore(3))
            .refused(&TemplateRefusal::NoSuchVersion { version: 3, newest: 2 });
    }

    #[test]
    fn what_is_retired_is_left_alone_until_it_is_brought_back() {
        let retire = |reason: &str| TemplateCommand::Retire { reason: reason.into() };
        given::<TemplateDecider>([created()]).when(retire("old")).then([retired()]);
        given::<TemplateDecider>([created()]).when(retire(" ")).refused(&TemplateRefusal::ReasonMissing);
        given::<TemplateDecider>([created(), retired()]).when(add("two")).refused(&TemplateRefusal::Retired);
        given::<TemplateDecider>([created(), retired()])
            .when(TemplateCommand::BringBack)
            .then([TemplateBroughtBack {}.into()]);
        given::<TemplateDecider>([created()]).when(TemplateCommand::BringBack).refused(&TemplateRefusal::NotRetired);
    }

    #[test]
    fn others_edit_it_only_when_it_is_shared_with_them_for_that() {
        let kim = || Actor::person("kim");
        given::<TemplateDecider>([created()]).by(kim()).when(add("two")).refused(&TemplateRefusal::MayNotEdit);
        let before = vec![Share { with: SharedWith::Tenant, right: Right::Use }];
        let after = vec![Share { with: SharedWith::Person("kim".into()), right: Right::Edit }];
        let shared: TemplateEvent = TemplateShared { before, after: after.clone() }.into();
        given::<TemplateDecider>([created()])
            .when(TemplateCommand::Share { shares: after.clone() })
            .then([shared.clone()]);
        given::<TemplateDecider>([created(), shared.clone()])
            .by(kim())
            .when(add("two"))
            .then([version(2, "two", None)]);
        given::<TemplateDecider>([created(), shared])
            .by(kim())
            .when(TemplateCommand::Share { shares: Vec::new() })
            .refused(&TemplateRefusal::NotTheOwner);
    }

    #[test]
    fn a_version_is_pre_approved_until_that_is_withdrawn() {
        let pre_approve = |version| TemplateCommand::PreApprove { version, note: String::new() };
        let withdraw = |reason: &str| TemplateCommand::WithdrawPreApproval { reason: reason.into() };
        let given_yes: TemplateEvent = TemplatePreApproved { version: 1, note: String::new() }.into();
        given::<TemplateDecider>([created()]).when(pre_approve(1)).then([given_yes.clone()]);
        given::<TemplateDecider>([created(), given_yes.clone()]).when(pre_approve(1)).nothing_happens();
        given::<TemplateDecider>([created()])
            .when(pre_approve(2))
            .refused(&TemplateRefusal::NoSuchVersion { version: 2, newest: 1 });
        given::<TemplateDecider>([created()])
            .by(Actor::person("kim"))
            .when(pre_approve(1))
            .refused(&TemplateRefusal::MayNotEdit);
        given::<TemplateDecider>([created()]).when(withdraw("old")).refused(&TemplateRefusal::NotPreApproved);
        given::<TemplateDecider>([created(), given_yes.clone()])
            .when(withdraw(" "))
            .refused(&TemplateRefusal::ReasonMissing);
        given::<TemplateDecider>([created(), given_yes])
            .when(withdraw("old"))
            .then([TemplatePreApprovalWithdrawn { reason: "old".into() }.into()]);
    }

    #[test]
    fn details_are_edited_field_by_field() {
        let patch = |name: &str| {
            TemplateCommand::EditDetails(DetailsPatch { name: Some(name.into()), ..DetailsPatch::default() })
        };
        let edited = TemplateDetailsEdited { before: details("Launch"), after: details("Start") };
        given::<TemplateDecider>([created()]).when(patch("Start")).then([edited.into()]);
        given::<TemplateDecider>([created()]).when(patch("Launch")).nothing_happens();
    }
}
