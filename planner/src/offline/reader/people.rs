//! Which people words mean: names, pronouns, groups, strangers.

use domain::workspace::Kind;

use super::{Reader, Stop, question_id, stranger_in, tokens_of, trimmed};
use crate::offline::{
    draft::{Step, Target, Thing},
    resolve::{Found, people_named, people_near, people_of_organisation},
    rows::Row,
    text::{Token, fold, join},
};

impl Reader<'_> {
    /// The people that the whole request names.
    pub(crate) fn people_in_request(&self) -> Vec<Thing> {
        self.people_in(&self.whole)
    }

    // ---- people ------------------------------------------------------------------------------------------------

    /// The people that words name; pronouns count. Names that nobody has are not in it.
    pub(crate) fn people_in(&self, tokens: &[Token]) -> Vec<Thing> {
        let mut people: Vec<Thing> = Vec::new();
        for named in people_named(&self.candidates(), tokens) {
            if let Found::One(person) = named.found
                && !people.contains(&person)
            {
                people.push(person);
            }
        }
        people
    }

    /// Asks who is meant when a text names somebody of whom there are several; says who it is when that is known.
    pub(crate) fn make_people_clear(&mut self, tokens: &[Token]) -> Result<(), Stop> {
        for named in people_named(&self.candidates(), tokens) {
            if let Found::Many(_) = named.found {
                let said = tokens[named.from..named.to].to_vec();
                let person = self.settle_person(named.found, &said)?;
                self.talk.names(&person);
            }
        }
        Ok(())
    }

    /// The people that words mean, or a question.
    pub(crate) fn people(&mut self, tokens: &[Token]) -> Result<Vec<Thing>, Stop> {
        let tokens = trimmed(tokens);
        let all_there = tokens.iter().any(|token| token.is_any("everyone everybody all"))
            && tokens.iter().any(|token| token.is_any("from at of"));
        if all_there && !people_of_organisation(&self.candidates(), tokens).is_empty() {
            return self.everyone(tokens);
        }
        let named = people_named(&self.candidates(), tokens);
        let mut people: Vec<Thing> = Vec::new();
        let mut taken = vec![false; tokens.len()];
        for found in named {
            taken[found.from..found.to].fill(true);
            let person = self.settle_person(found.found, &tokens[found.from..found.to])?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        let rest: Vec<Token> =
            tokens.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(token, _)| token.clone()).collect();
        if rest.iter().any(|token| token.is_any("me myself")) {
            people.push(Thing::me());
        }
        if people.is_empty()
            && let Some(pronoun) = rest
                .iter()
                .find(|token| token.is_any("him her he she them they his their both each himself herself two"))
        {
            return self.people_meant(pronoun);
        }
        if people.is_empty() && rest.iter().any(|token| token.is_any("everyone everybody team all colleagues staff")) {
            return self.everyone(&rest);
        }
        if people.is_empty() {
            return self.unknown_person(tokens).map(|person| vec![person]);
        }
        // a name that is not in the workspace, in a list with one that is
        let listed = tokens.iter().enumerate().find(|(at, token)| {
            let joins = |token: &Token| token.is_mark(",") || token.is_any("and or plus");
            let in_list = at.checked_sub(1).is_some_and(|before| joins(&tokens[before]))
                || (*at == 0 && tokens.get(1).is_some_and(joins));
            !taken[*at] && in_list && stranger_in(std::slice::from_ref(token)).is_some()
        });
        if let Some((at, _)) = listed
            && let Some(stranger) = stranger_in(&tokens[at..])
        {
            let person = self.unknown_person(&[stranger])?;
            if !people.contains(&person) {
                people.push(person);
            }
        }
        Ok(people)
    }

    /// The one person that words mean, or a question.
    pub(crate) fn person(&mut self, tokens: &[Token]) -> Result<Thing, Stop> {
        let people = self.people(tokens)?;
        people.into_iter().next().ok_or(Stop)
    }

    pub(super) fn settle_person(&mut self, found: Found, tokens: &[Token]) -> Result<Thing, Stop> {
        let said = join(tokens);
        let id = question_id("who", &said);
        match found {
            Found::Many(things) => {
                if let Some(thing) = self.chosen(&id, &things, &[Kind::Person]) {
                    return Ok(thing);
                }
                let choices = things.iter().map(|thing| self.choice(thing)).collect();
                Err(self.ask(id, format!("There is more than one {said}. Who is meant?"), choices))
            }
            Found::One(thing) => Ok(thing),
            Found::Near(_) | Found::Nothing => self.unknown_person(tokens),
        }
    }

    pub(super) fn people_meant(&mut self, pronoun: &Token) -> Result<Vec<Thing>, Stop> {
        let all = self.talk.all_of(&[Kind::Person]);
        if pronoun.is_any("them they both each two their") && all.len() > 1 {
            return Ok(all);
        }
        if let Some(person) = self.talk.last_person() {
            return Ok(vec![person.clone()]);
        }
        if let Some(person) = self.selected().filter(|thing| thing.kind == Kind::Person) {
            return Ok(vec![person]);
        }
        let id = format!("who-{}", pronoun.low);
        if let Some(person) = self.answered(&id, &[Kind::Person]) {
            return Ok(vec![person]);
        }
        let choices = self.labels(&[Kind::Person]);
        Err(self.ask(id, format!("Who is meant by “{}”?", pronoun.text), choices))
    }

    pub(super) fn everyone(&mut self, tokens: &[Token]) -> Result<Vec<Thing>, Stop> {
        let there = people_of_organisation(&self.candidates(), tokens);
        if !there.is_empty() {
            return Ok(there);
        }
        if let Some(project) = self.certainly(tokens, &[Kind::Project]) {
            let on_it = self.assigned_in(&project);
            if !on_it.is_empty() {
                return Ok(on_it);
            }
        }
        let spoken = self.talk.all_of(&[Kind::Person]);
        if spoken.len() > 1 {
            return Ok(spoken);
        }
        let id = "who-everyone".to_owned();
        if let Some(answer) = self.answer(&id) {
            let named = self.people_in(&tokens_of(&answer));
            if !named.is_empty() {
                return Ok(named);
            }
        }
        let choices = self.labels(&[Kind::Person]);
        Err(self.ask(id, "Who exactly is meant by everyone?", choices))
    }

    pub(super) fn assigned_in(&self, project: &Thing) -> Vec<Thing> {
        let Target::Entity(id) = &project.target else { return Vec::new() };
        let assignees: Vec<&String> = self
            .rows
            .iter()
            .filter(|row| row.project.as_ref() == Some(id))
            .filter_map(|row| row.assignee.as_ref())
            .collect();
        self.rows
            .iter()
            .filter(|row| row.kind == Kind::Person && assignees.contains(&&row.id))
            .map(Row::thing)
            .collect()
    }

    /// Somebody who is not in the workspace: by organisation, by an answer, or asked about.
    pub(super) fn unknown_person(&mut self, tokens: &[Token]) -> Result<Thing, Stop> {
        let by_place = people_of_organisation(&self.candidates(), tokens);
        if let [person] = by_place.as_slice() {
            self.assume(format!("{} is the person at that organisation.", person.label));
            return Ok(person.clone());
        }
        let name = stranger_in(tokens).map_or_else(|| join(trimmed(tokens)), |token| token.text);
        let id = question_id("who", &name);
        let add = format!("Add {name} as a new contact");
        if let Some(answer) = self.answer(&id) {
            if fold(&answer) == fold(&add) {
                let step = Step::new("person.create", format!("Add {name}")).text("name", &name);
                let person = self.push(step, Kind::Person, &name);
                self.talk.names(&person);
                return Ok(person);
            }
            if let Some(person) = self.answered(&id, &[Kind::Person]) {
                return Ok(person);
            }
        }
        let near = if by_place.is_empty() { people_near(&self.candidates(), &name) } else { by_place };
        let mut choices: Vec<String> = near.iter().map(|thing| self.choice(thing)).collect();
        let is_name = name.chars().next().is_some_and(char::is_uppercase);
        let text = if name.is_empty() || !is_name {
            choices = self.labels(&[Kind::Person]);
            "Who is meant?".to_owned()
        } else if choices.is_empty() {
            choices.push(add);
            format!("There is nobody called {name} in the workspace. Who is meant?")
        } else {
            choices.push(add);
            format!("There is nobody called {name} in the workspace. Did you mean one of these?")
        };
        Err(self.ask(id, text, choices))
    }
}
