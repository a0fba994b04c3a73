//! Work for people: steps and tasks that somebody has to do, who does which of several, and what they look at.

use domain::workspace::Kind;

use super::{
    Carrying,
    frame::{Frame, Part},
    heads::{does_part, third_person, work_of},
    making::Made,
    sequels::{checks, looks_at_it, produces},
};
use crate::offline::{
    draft::{Step, Thing, shortened},
    make::TaskParts,
    reader::Stop,
    text::Token,
    wording::title_of,
};

impl Carrying<'_, '_> {
    pub(super) fn make_manual(&mut self, frame: &Frame) -> Made {
        let Some(mut part) = frame.first("title").or_else(|| frame.first("body")).cloned() else { return Ok(None) };
        part.tokens = work_of(frame, &part);
        let people = self.people(frame)?;
        let title = title_of(&third_person(&self.reader.spelled_out(&part.tokens)));
        let due = self.due(frame)?;
        // "draft the release, have Elke approve it": what is made before it is approved
        let made_before = matches!(self.last_intent.as_str(), "task.create" | "manual.step");
        let wanted: Vec<usize> = if made_before && looks_at_it(&part.tokens) {
            self.made.iter().filter_map(Thing::step).collect()
        } else {
            self.looked_at(frame, &part.tokens)
        };
        for person in &people {
            self.reader.talk.names(person);
        }
        // "Ann and Bert both have to read it": a step for each of them
        let each: Vec<Option<Thing>> =
            if people.is_empty() { vec![None] } else { people.into_iter().map(Some).collect() };
        let mut made: Vec<Thing> = Vec::new();
        for who in each {
            if due.is_some() {
                let task = TaskParts { title: title.clone(), due, assignee: who, ..TaskParts::default() };
                made.push(self.reader.make_task(&task));
                continue;
            }
            let step = Step::new("manual.step", shortened(&title, 120))
                .text("instructions", format!("{title}. Mark this as done when it is."))
                .maybe("assignee", who.as_ref());
            made.push(self.reader.push(step, Kind::Task, &title));
        }
        if due.is_none() {
            for (own, before) in
                made.iter().filter_map(Thing::step).flat_map(|own| wanted.iter().map(move |at| (own, *at)))
            {
                self.reader.draft.order(own, before);
            }
        }
        // "first Yolanda and after her the headmaster must approve it"
        let places: Vec<usize> = frame.all("person").map(|part| part.at).filter(|at| *at >= frame.from).collect();
        let between = match places.as_slice() {
            [first, .., last] => frame.tokens.get(first - frame.from..last - frame.from).unwrap_or_default(),
            _ => &[],
        };
        if made.len() > 1 && between.iter().any(|token| token.is_any("then after afterwards followed next before")) {
            crate::offline::intents::chain(self.reader, &made);
        }
        Ok(Some(made))
    }

    /// "each of them gets a task", "Ann and Bert both have to read it": the people who have one each.
    pub(super) fn each_of_them(&self, frame: &Frame, count: usize, people: &[Thing]) -> Vec<Thing> {
        if count == 1 && people.len() > 1 && frame.says("both each") {
            return people.to_vec();
        }
        let points = |part: &Part| part.tokens.iter().any(|token| token.is_any("each both"));
        let spoken = self.reader.talk.all_of(&[Kind::Person]);
        let lately = self.last_intent == "message.send" || self.made.iter().all(|thing| thing.kind == Kind::Person);
        let meant = people.is_empty() && frame.all("ref").any(points) && lately && spoken.len() > 1;
        if meant { spoken } else { Vec::new() }
    }

    /// What a task is called: "Ines hires the waiters" is to hire them, "the opening party" is no wish to open it.
    pub(super) fn wording_of(&self, frame: &Frame, part: &Part, entry: Vec<Token>, anybody: bool) -> String {
        if !(anybody || does_part(frame, part)) {
            let named = frame.before(part).filter(|token| token.is_any("the an a our their"));
            let entry: Vec<Token> = named.cloned().into_iter().chain(entry).collect();
            return title_of(&self.reader.spelled_out(&entry));
        }
        title_of(&third_person(&self.reader.spelled_out(&entry)))
    }

    /// "skip hire (Rashid), sorting (Petra) and the tip run (Rashid again)": the person of each, where each has one.
    pub(super) fn person_of_each(&mut self, frame: &Frame, titles: &[Part]) -> Result<Option<Vec<Thing>>, Stop> {
        let own: Vec<Part> = frame
            .parts
            .iter()
            .filter(|part| matches!(part.role.as_str(), "person" | "me") && (frame.from..frame.to).contains(&part.at))
            .cloned()
            .collect();
        if titles.len() < 2 || own.len() != titles.len() {
            return Ok(None);
        }
        let ahead = own[0].at < titles[0].at;
        let fits = own.iter().zip(titles).enumerate().all(|(index, (person, title))| {
            let next =
                if ahead { own.get(index + 1).map(|next| next.at) } else { titles.get(index + 1).map(|next| next.at) };
            let (first, second) = if ahead { (person.at, title.at) } else { (title.at, person.at) };
            first < second && next.is_none_or(|next| second < next)
        });
        if !fits {
            return Ok(None);
        }
        let mut people = Vec::with_capacity(own.len());
        for part in &own {
            let person = if part.role == "me" {
                Some(Thing::me())
            } else {
                self.reader.people(&part.tokens)?.into_iter().next()
            };
            people.extend(person);
        }
        Ok(Some(people).filter(|people| people.len() == titles.len()))
    }

    /// "Before the walls can be painted the cracks have to be filled": what is named first waits for the others.
    pub(super) fn first_waits(&mut self, frame: &Frame, made: &[Thing]) -> bool {
        let leads = frame.tokens.iter().find(|token| !token.is_any("and but so please"));
        let titles = frame.all("title").map(|part| part.at).min().unwrap_or(frame.to);
        let ahead = leads.is_some_and(|token| token.is_any("before")) && titles <= frame.from + 3;
        let steps: Vec<usize> = made.iter().filter_map(Thing::step).collect();
        let [later, others @ ..] = steps.as_slice() else { return false };
        if !ahead || others.is_empty() {
            return false;
        }
        for before in others {
            self.reader.draft.order(*later, *before);
        }
        true
    }

    /// The steps of the wish before that somebody now looks at: "write the quote, get Dennis to check the sums".
    pub(super) fn looked_at(&self, frame: &Frame, title: &[Token]) -> Vec<usize> {
        let before = self.frames[..self.at].iter().rev().find(|frame| !super::AROUND.contains(&frame.intent.as_str()));
        let near = before.is_some_and(|before| !self.starts[self.at] && before.to <= frame.from);
        let made = before.filter(|_| near).and_then(|before| before.words("title")).is_some_and(produces);
        if !checks(title) || !made {
            return Vec::new();
        }
        self.made.iter().filter(|thing| thing.kind == Kind::Task).filter_map(Thing::step).collect()
    }
}
