//! Several things at once: "everything in Riverside that is still open", "all of Gustav's open tasks", "the overdue ones".

use chrono::NaiveDate;
use domain::workspace::Kind;

use crate::offline::{
    dates::{Role, When},
    draft::{Target, Thing},
    read::split_list,
    reader::{Reader, Stop},
    resolve::people_named,
    rows::{Row, content_words, same_word},
    slots::patterns,
    text::{Kind as TokenKind, Token, is_function_word, join},
};

/// What things must have in common.
#[derive(Clone, Debug, Default)]
struct Filter {
    kind: Option<Kind>,
    project: Option<String>,
    assignee: Option<String>,
    mine: bool,
    unassigned: bool,
    open: Option<bool>,
    status: Option<String>,
    overdue: bool,
    due_from: Option<NaiveDate>,
    due_to: Option<NaiveDate>,
    words: Vec<String>,
    tag: Option<String>,
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.project.is_none()
            && self.assignee.is_none()
            && !self.mine
            && !self.unassigned
            && self.status.is_none()
            && !self.overdue
            && self.due_to.is_none()
            && self.due_from.is_none()
            && self.words.is_empty()
            && self.tag.is_none()
            && self.open != Some(false)
    }

    fn admits(&self, row: &Row, today: NaiveDate) -> bool {
        let due = row.due.as_deref().and_then(|due| due.get(..10)).and_then(|due| due.parse::<NaiveDate>().ok());
        self.kind.is_none_or(|kind| row.kind == kind)
            && self.project.as_ref().is_none_or(|project| row.project.as_ref() == Some(project))
            && self.assignee.as_ref().is_none_or(|person| row.assignee.as_ref() == Some(person))
            && (!self.mine || row.assignee.as_deref() == Some("me"))
            && (!self.unassigned || row.assignee.is_none())
            && self.open.is_none_or(|open| row.is_closed() != open)
            && self.status.as_ref().is_none_or(|status| row.status.replace(['_', '-'], " ") == *status)
            && (!self.overdue || due.is_some_and(|due| due < today) && !row.is_closed())
            && self.due_from.is_none_or(|from| due.is_some_and(|due| due >= from))
            && self.due_to.is_none_or(|to| due.is_some_and(|due| due <= to))
            && self.words.iter().all(|word| row.words.iter().any(|own| same_word(own, word)))
            && self.tag.as_ref().is_none_or(|tag| row.tags.contains(tag))
    }
}

patterns!(WHOSE: "assigned|belonging|given to {who}", "{who} 's", "that|which {who} has|have|owns", "owned by {who}", "on {who} 's plate|list|desk", "of {who}");

/// Whether the words speak of several things by what they have in common.
pub(crate) fn is_selection(tokens: &[Token]) -> bool {
    let Some(first) = tokens.iter().find(|token| token.kind != TokenKind::Punct) else { return false };
    let plural = tokens.iter().any(|token| {
        token.kind == TokenKind::Word
            && token.is_any("tasks to-dos projects ideas everything whatever all anything ones items")
    });
    let quoted = tokens.iter().any(|token| token.kind == TokenKind::Quoted && !token.plain);
    let every = first.is_any("all every everything each any anything whatever what");
    let described = tokens.iter().any(|token| {
        token.is_any("open overdue unfinished remaining outstanding pending done completed finished unassigned late unstarted inactive")
    });
    let possessive = tokens.iter().any(|token| token.low == "'s" || token.is_any("my his her their"));
    !quoted && (every && (plural || tokens.len() > 1) || plural && (described || possessive))
}

impl Reader<'_> {
    /// The things that a description fits; nothing when the words are no description, an empty list when none fits.
    /// `open_only` leaves out what is done unless the words ask for it.
    pub(crate) fn select(
        &mut self,
        tokens: &[Token],
        default: Kind,
        open_only: bool,
    ) -> Result<Option<(Vec<Thing>, bool)>, Stop> {
        if !is_selection(tokens) {
            return Ok(None);
        }
        if let Some((from, excepted)) = self.excepted(tokens, default)
            && let Some((things, filtered)) = self.select(&tokens[..from], default, open_only)?
        {
            let kept = things.into_iter().filter(|thing| !excepted.contains(thing)).collect();
            return Ok(Some((kept, filtered)));
        }
        let mut rest = tokens.to_vec();
        let filter = self.filter(&mut rest, default, open_only)?;
        // "all of them", "each": what the plan itself just made
        let pronoun = rest.iter().any(|token| token.is_any("them these those three two four"));
        if filter.is_empty() && (pronoun || rest.len() <= 1) && self.talk.group.len() > 1 {
            return Ok(Some((self.talk.group.clone(), true)));
        }
        // "all of it" is what this plan makes, never all that there is
        let vague =
            tokens.iter().all(|token| token.is_any("all everything each of it them that this these those the lot"));
        if filter.is_empty() && vague {
            let made = self.talk.all_of(&[default]).into_iter().filter(|thing| thing.step().is_some()).collect();
            return Ok(Some((made, true)));
        }
        let today = self.calendar.today;
        let things = self.rows.iter().filter(|row| filter.admits(row, today)).map(Row::thing).collect();
        Ok(Some((things, !filter.is_empty())))
    }

    /// "… except the banners one": where it begins, and what is left out.
    fn excepted(&self, tokens: &[Token], kind: Kind) -> Option<(usize, Vec<Thing>)> {
        patterns!(EXCEPT: "except|excepting|excluding|minus for? {rest}", "apart|aside|other from|than {rest}", "but|and|, not {rest}", "but {rest}", "without {rest}");
        let found = EXCEPT.iter().find_map(|pattern| pattern.find(tokens).filter(|found| found.matched.start > 0))?;
        let behind = &tokens[found.range("rest")?.start..];
        let whole = self.certainly(behind, &[kind]).map(|thing| vec![thing]);
        let things = whole.or_else(|| split_list(behind).iter().map(|part| self.certainly(part, &[kind])).collect())?;
        Some((found.matched.start, things))
    }

    fn filter(&mut self, rest: &mut Vec<Token>, default: Kind, open_only: bool) -> Result<Filter, Stop> {
        let says =
            |rest: &[Token], words: &str| rest.iter().any(|token| token.kind == TokenKind::Word && token.is_any(words));
        let kind = if says(rest, "tasks task to-dos to-do") {
            Kind::Task
        } else if says(rest, "ideas idea") {
            Kind::Idea
        } else if says(rest, "projects") {
            Kind::Project
        } else {
            default
        };
        let mut filter = Filter { kind: Some(kind), ..Filter::default() };
        if kind != Kind::Project
            && let Some(project) = self.project_slot(rest)?
        {
            filter.project = entity(&project);
        }
        if filter.project.is_none() && kind == Kind::Task {
            let words: Vec<String> = rest.iter().flat_map(|token| crate::offline::rows::words(&token.text)).collect();
            let named = self.rows.iter().filter(|row| row.kind == Kind::Project).find(|row| {
                !row.words.is_empty() && words.windows(row.words.len()).any(|window| window == row.words.as_slice())
            });
            filter.project = named.map(|row| row.id.clone());
        }
        // "all its open tasks"
        if filter.project.is_none() && kind == Kind::Task && says(rest, "its") {
            filter.project = self.talk.last_of(&[Kind::Project]).and_then(entity);
        }
        if says(rest, "unassigned") || says(rest, "nobody") {
            filter.unassigned = true;
        }
        if says(rest, "overdue late") {
            filter.overdue = true;
        }
        let done = says(rest, "done completed finished closed complete");
        // "all her open tasks are done": open now
        if done && !says(rest, "not isn't aren't n't open unfinished outstanding remaining") {
            filter.open = Some(false);
        } else if says(rest, "open unfinished remaining outstanding pending undone left still not incomplete unstarted")
            || open_only
        {
            filter.open = Some(true);
        }
        if says(rest, "hold") {
            filter.status = Some("on hold".into());
        } else if let Some(status) = rest.iter().find(|token| token.is_any("blocked active inactive paused waiting")) {
            filter.status = Some(status.low.clone());
        }
        self.whose(rest, &mut filter)?;
        self.when_due(rest, &mut filter)?;
        filter.tag = tag(rest);
        if let Some(at) =
            rest.iter().position(|token| token.is_any("about mentioning containing called regarding concerning"))
        {
            filter.words =
                content_words(&join(&rest[at + 1..])).into_iter().filter(|word| !is_function_word(word)).collect();
        }
        Ok(filter)
    }

    fn whose(&mut self, rest: &[Token], filter: &mut Filter) -> Result<(), Stop> {
        if rest.iter().any(|token| token.is_any("my mine"))
            || rest.windows(2).any(|pair| pair[0].is_any("to") && pair[1].is_any("me"))
        {
            filter.mine = self.rows.iter().any(|row| row.assignee.as_deref() == Some("me"));
            return Ok(());
        }
        let named = people_named(&self.candidates(), rest);
        if let Some(found) = named.first() {
            let who = rest[found.from..found.to].to_vec();
            filter.assignee = entity(&self.person(&who)?);
            return Ok(());
        }
        let pronoun = rest.iter().find(|token| token.is_any("his her him their he she")).cloned();
        if let Some(pronoun) = pronoun {
            filter.assignee = entity(&self.person(&[pronoun])?);
            return Ok(());
        }
        if let Some(found) = WHOSE.iter().take(2).find_map(|pattern| pattern.find(rest)) {
            let who: Vec<Token> = found
                .get("who", rest)
                .iter()
                .filter(|token| token.is_capitalised() && !token.is_any("all every"))
                .cloned()
                .collect();
            if !who.is_empty() {
                filter.assignee = entity(&self.person(&who)?);
            }
        }
        Ok(())
    }

    fn when_due(&mut self, rest: &[Token], filter: &mut Filter) -> Result<(), Stop> {
        let Some(phrase) = rest.iter().find_map(Token::date).cloned() else { return Ok(()) };
        let until = match &phrase.when {
            When::At(moment) => moment.until,
            When::Shifted { .. } | When::Each { .. } | When::Impossible => None,
        };
        let Some((day, _)) = self.moment(&phrase)? else { return Ok(()) };
        match phrase.role {
            Role::Before => filter.due_to = day.pred_opt(),
            Role::By | Role::Until => filter.due_to = Some(until.unwrap_or(day)),
            Role::After => filter.due_from = day.succ_opt(),
            Role::From => filter.due_from = Some(day),
            Role::On | Role::Due => (filter.due_from, filter.due_to) = (Some(day), Some(until.unwrap_or(day))),
        }
        Ok(())
    }

    /// One or several things: a description, a list, or one name.
    pub(crate) fn things(&mut self, tokens: &[Token], kinds: &[Kind], open_only: bool) -> Result<Vec<Thing>, Stop> {
        let default = kinds.first().copied().unwrap_or(Kind::Task);
        if let Some((things, _)) = self.select(tokens, default, open_only)? {
            let fitting: Vec<Thing> = things.into_iter().filter(|thing| kinds.contains(&thing.kind)).collect();
            if fitting.is_empty() {
                let said = join(tokens);
                return Err(self.ask(
                    "which-things".into(),
                    format!("Nothing in the workspace fits “{said}”. Which ones do you mean?"),
                    self.labels(kinds),
                ));
            }
            return Ok(fitting);
        }
        let group = tokens.iter().any(|token| token.is_any("them both these those all")) && tokens.len() <= 4;
        if group && self.talk.group.len() > 1 && self.talk.group.iter().all(|thing| kinds.contains(&thing.kind)) {
            return Ok(self.talk.group.clone());
        }
        // a name may hold an "and" itself
        let whole = self.certainly(tokens, kinds);
        let parts = split_list(tokens);
        if let Some(thing) =
            whole.filter(|_| parts.len() < 2 || !tokens.iter().any(|token| token.kind == TokenKind::Quoted))
        {
            return Ok(vec![thing]);
        }
        if parts.len() < 2 {
            return Ok(vec![self.thing(tokens, kinds)?]);
        }
        let mut things = Vec::new();
        for part in parts {
            let thing = self.thing(&part, kinds)?;
            if !things.contains(&thing) {
                things.push(thing);
            }
        }
        Ok(things)
    }
}

fn tag(rest: &[Token]) -> Option<String> {
    let at = rest.iter().position(|token| token.is_any("tagged tag labelled labeled"))?;
    let tag = rest[at + 1..].iter().find(|token| !is_function_word(&token.low))?;
    Some(crate::offline::text::fold(&tag.text))
}

fn entity(thing: &Thing) -> Option<String> {
    match &thing.target {
        Target::Entity(id) => Some(id.clone()),
        Target::Me => Some("me".into()),
        Target::Step(_) => None,
    }
}
