//! Launches, follow-ups, ideas that become projects, and undertakings that recipes know.

use domain::workspace::Kind;

use super::{
    Carrying,
    changing::plain_name,
    frame::{Frame, Part},
    making::Made,
};
use crate::offline::{
    draft::{Target, Thing},
    intents::{follow_up, idea_to_project},
    recipes::{LAUNCH, Particulars, UNDERTAKING, carry_out, recognise, recognise_loosely},
    rows::Row,
    text::{Token, is_function_word},
    wording::name_of,
};

impl Carrying<'_, '_> {
    pub(super) fn launch(&mut self, frame: &Frame) -> Made {
        if self.reader.undertaking.is_some() {
            return Ok(Some(Vec::new()));
        }
        // "put the Rose Walk project on hold" is no launch, however politely it is asked
        if frame.says("hold ice pause shelve suspend") && frame.has("project") {
            return self.set_status(frame);
        }
        // "set up 'Orchard Cinema' as a project with the milestones …", "plan four milestones on the Reading Room project"
        let launches = crate::offline::launch::is_spoken_of(&frame.tokens);
        let counted =
            frame.says("milestones") && (frame.has("count") || frame.says("two three four five six seven eight"));
        if !launches && (frame.all("milestone").count() > 1 || counted) {
            if !frame.has("project") && frame.has("name") {
                self.make_project(frame)?;
            }
            let own = Frame { intent: "project.milestones".into(), ..frame.clone() };
            return self.make_milestones(&own);
        }
        let recipes = self.recipes;
        let Some(recipe) = recipes.get(LAUNCH) else { return Ok(None) };
        // "a small bakery called Crumb & Co.", "launch checklist: community kitchen"
        let called =
            frame.all("name").find(|part| frame.before(part).is_some_and(|token| token.is_any("called named titled")));
        let generic = |part: &&Part| {
            part.tokens.iter().all(|token| token.is_any("a the new launch checklist plan list project steps"))
        };
        let telling = frame.all("name").find(|part| !generic(part)).filter(|_| frame.all("name").count() > 1);
        // "show the directors how we launch our hotline": what is launched goes before what else is named
        let begun = frame.all("name").find(|part| {
            let verbs = "launch open start begin introduce release";
            frame.before(part).is_some_and(|token| crate::offline::text::listed(&token.lemma, verbs))
        });
        let named = called.or(begun).or(telling).map(|part| part.tokens.clone());
        let said = named.or_else(|| {
            ["name", "project", "title", "topic"].iter().find_map(|role| frame.words(role)).map(<[Token]>::to_vec)
        });
        let name = said.as_deref().map(name_of).filter(|name| !name.is_empty());
        let points = frame.all("ref").next().is_some();
        // without a name, words that are said of launches alone
        let spoken = crate::offline::launch::is_spoken_of(&frame.tokens)
            || crate::offline::in_general::is_generic(&frame.tokens);
        if !spoken && name.is_none() && !points {
            return Ok(None);
        }
        // "get a decision from Ana by Thursday" names something and launches nothing
        let named_here = frame.parts.iter().any(|part| {
            matches!(part.role.as_str(), "name" | "project" | "title" | "topic")
                && (frame.from..frame.to).contains(&part.at)
        });
        if named_here && !spoken && !frame.tokens.iter().any(begins_something) {
            return Ok(None);
        }
        // "I like this one. Set it up as a project": the idea that is open
        let open = self.reader.selected().filter(|thing| thing.kind == Kind::Idea);
        if name.is_none() && points && open.is_some() && frame.says("project") {
            return self.idea_to_project(frame);
        }
        let known = name.as_ref().and_then(|name| {
            let words = crate::offline::rows::words(name);
            self.reader.rows.iter().find(|row| row.kind == Kind::Project && row.words == words).map(Row::thing)
        });
        let selected = self.reader.selected().filter(|thing| thing.kind == Kind::Project && name.is_none() && points);
        let spoken = self.reader.talk.project.clone().filter(|_| name.is_none() && points);
        let project = known.or(selected).or(spoken);
        let unnamed = name.is_none() && project.is_none();
        if unnamed {
            self.reader.assume("The request does not name the project: it can be renamed before it is approved.");
        }
        let particulars = Particulars {
            name: Some(name.unwrap_or_else(|| "Project launch".into())),
            project,
            ..Particulars::default()
        };
        let words = self.with_given_dates(frame);
        let made = carry_out(self.reader, recipe, &words, particulars)?;
        self.reader.unnamed_launch = unnamed;
        Ok(Some(vec![made]))
    }

    /// The words of a frame and the days that were told before it.
    fn with_given_dates(&self, frame: &Frame) -> Vec<Token> {
        let mut words = frame.tokens.clone();
        let told = frame.all("when").filter(|part| part.at < frame.from || part.at >= frame.to);
        words.extend(told.flat_map(|part| part.tokens.clone()));
        // "…, on 4 December" behind the wish, in a sentence of its own
        if !words.iter().any(|token| token.date().is_some())
            && let Some(next) =
                self.frames.get(self.at + 1).filter(|next| matches!(next.intent.as_str(), "also" | "given"))
        {
            words.extend(next.tokens.iter().filter(|token| token.date().is_some()).cloned());
        }
        words
    }

    pub(super) fn follow_up(&mut self, frame: &Frame) -> Made {
        let who: Vec<Token> = frame
            .parts
            .iter()
            .filter(|part| matches!(part.role.as_str(), "person" | "org" | "ref" | "me") && part.role != "me")
            .flat_map(|part| {
                let mut words = part.tokens.clone();
                words.push(Token::new("and", crate::offline::text::Kind::Word, false));
                words
            })
            .collect();
        let who = who.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default();
        let topic: Vec<Token> = ["topic", "body", "title"]
            .iter()
            .find_map(|role| frame.words(role))
            .map(<[Token]>::to_vec)
            .unwrap_or_default();
        let mut words = frame.tokens.clone();
        let told = frame.all("when").filter(|part| part.at < frame.from || part.at >= frame.to);
        words.extend(told.flat_map(|part| part.tokens.clone()));
        words.retain(|token| token.date().is_none());
        let inside = frame.tokens.iter().filter_map(|token| token.date().cloned());
        let all: Vec<_> = if frame.dates().is_empty() { inside.collect() } else { frame.dates() };
        words.extend(all.into_iter().map(|phrase| Token::new("then", crate::offline::text::Kind::Date(phrase), false)));
        let about_thing = frame
            .parts
            .iter()
            .find(|part| matches!(part.role.as_str(), "project" | "task" | "idea"))
            .map(|part| part.tokens.clone());
        let topic = if topic.is_empty() { about_thing.clone().unwrap_or_default() } else { topic };
        let who = if who.is_empty() { about_thing.unwrap_or_default() } else { who };
        let done = follow_up::follow_up(self.reader, &words, &who, topic)?;
        Ok(done.then(|| self.reader.talk.group.clone()))
    }

    pub(super) fn idea_to_project(&mut self, frame: &Frame) -> Made {
        let mut own = frame.clone();
        own.parts.retain(|part| matches!(part.role.as_str(), "idea" | "ref"));
        // a name that the reader took for something else
        if own.parts.is_empty() {
            own.parts.extend(
                frame
                    .parts
                    .iter()
                    .filter(|part| matches!(part.role.as_str(), "title" | "name" | "project" | "task" | "topic"))
                    .cloned(),
            );
        }
        // "I'd be most obliged": of no idea and no project
        if own.parts.is_empty() && !frame.says("project projects idea ideas it it's this that one go ahead") {
            return Ok(None);
        }
        if let Some(project) = self.of_its_own(frame, &own)? {
            return Ok(Some(vec![project]));
        }
        let mut ideas: Vec<Thing> = Vec::new();
        let named = own.parts.iter().any(|part| part.role != "ref");
        // "do the thing we talked about": no idea is meant for certain
        let open = self.reader.selected().filter(|thing| thing.kind == Kind::Idea);
        let speaks_of_it = frame.says("idea ideas project projects") || open.is_some() || named;
        if !speaks_of_it && self.reader.talk.last_of(&[Kind::Idea]).is_none() {
            return Ok(None);
        }
        for part in own.parts.clone() {
            if part.role == "ref" && named {
                continue;
            }
            // "what I have open here"
            let shown =
                part.role == "ref" && part.tokens.iter().any(|token| token.is_any("open here screen front selected"));
            if let Some(open) = open.clone().filter(|_| shown) {
                ideas.push(open);
                break;
            }
            for thing in self.meant(&part, &[Kind::Idea])? {
                if !ideas.contains(&thing) {
                    ideas.push(thing);
                }
            }
        }
        if ideas.is_empty() {
            ideas.push(self.reader.thing(&crate::offline::text::tokens("this idea"), &[Kind::Idea])?);
        }
        // "so file the idea away" is the contrary
        let stays = "keep keeps leave leaves stay stays remain remains hold around alive still open not don't dont without where intact untouched";
        let kept = frame
            .words("keep")
            .is_some_and(|words| !super::waiting::puts_away(words) && words.iter().any(|token| token.is_any(stays)))
            && !frame.words("keep").is_some_and(|words| words.iter().any(|token| token.is_any("got have switch")));
        let due = self.due(frame)?;
        let name = frame.words("newname").or_else(|| frame.words("name").filter(|_| frame.has("idea"))).map(plain_name);
        let mut made = Vec::new();
        for idea in ideas {
            if idea.target == Target::Me || idea_to_project::is_one_already(self.reader, &idea) {
                continue;
            }
            idea_to_project::becomes_project(self.reader, &idea, name.clone(), due, kept);
            made.extend(self.reader.undertaking.clone());
        }
        Ok(Some(made))
    }

    /// "The open day needs a project of its own", "'Mussel Festival' is a new project": there is no such idea, so the
    /// project is made.
    fn of_its_own(&mut self, frame: &Frame, own: &Frame) -> Result<Option<Thing>, crate::offline::reader::Stop> {
        // "'Open Studios' should be a project"
        let quoted = frame.tokens.first().is_some_and(|token| token.kind == crate::offline::text::Kind::Quoted)
            && frame.says("be becomes become");
        let fresh = quoted || frame.says("new own separate");
        let asked = frame.says("project projects") && fresh && !frame.says("idea ideas");
        let part = own.parts.iter().find(|part| !crate::offline::resolve::wanted_words(&part.tokens).is_empty());
        let Some(part) = part.filter(|_| asked).cloned() else { return Ok(None) };
        let kinds = [Kind::Idea, Kind::Project];
        if self.reader.certainly(&part.tokens, &kinds).is_some()
            || self.reader.pointed_at(&part.tokens, &kinds).is_some()
        {
            return Ok(None);
        }
        let name = name_of(&part.tokens);
        if name.is_empty() {
            return Ok(None);
        }
        let due = self.due(frame)?;
        let project = self.reader.make_project(&crate::offline::text::capitalised(&name), due, None);
        self.reader.talk.about(&project);
        Ok(Some(project))
    }

    pub(super) fn workflow(&mut self, frame: &Frame) -> Made {
        if self.reader.undertaking.is_some() {
            return Ok(Some(Vec::new()));
        }
        let mut words = self.with_given_dates(frame);
        let mut told: Vec<Token> = self.reader.told.concat();
        let recipes = self.recipes;
        let recipe = recognise(recipes, &words, true).or_else(|| {
            told.extend(words.iter().cloned());
            recognise(recipes, &told, true)
        });
        let topics: Vec<&[Token]> = frame.all("topic").map(|part| part.tokens.as_slice()).collect();
        let alone = !self
            .frames
            .iter()
            .enumerate()
            .any(|(at, other)| at != self.at && !super::AROUND.contains(&other.intent.as_str()));
        let recipe = recipe.or_else(|| recognise_loosely(recipes, &words, &topics).filter(|_| alone));
        let named = frame.parts.iter().any(|part| matches!(part.role.as_str(), "person" | "place" | "name" | "org"));
        let tells = |topic: &[Token]| topic.iter().filter(|token| !is_function_word(&token.low)).count() > 1;
        if let Some(recipe) = recipe {
            // what is known of the undertaking stands in its topic, or was told before: "sort out that trip"
            let told_before = frame.tokens.windows(2).any(|pair| {
                pair[0].is_any("that this")
                    && recognise_loosely(recipes, &pair[1..], &[]).is_some_and(|other| other.name == recipe.name)
            });
            match topics.as_slice() {
                [topic] if !named || tells(topic) && !frame.has("person") && !frame.has("place") => {
                    words = self.about_topic(words, topic);
                }
                _ if told_before && !self.reader.told.is_empty() && !named => {
                    words = self.about_topic(words, &crate::offline::text::tokens("that"));
                }
                _ => {}
            }
        }
        // "get everything in place for our new bookkeeper, Silvia Marchetti", "Femke Dijk starts as our gardener"
        let newcomer = frame.has("person")
            && frame.says("new starts starting joins joining begins beginning")
            && frame.says("place ready prepared prepare sorted sort arranged arrange set everything welcome as");
        let recipe = recipe.or_else(|| recipes.get("employee-onboarding").filter(|_| newcomer));
        // something large that no recipe knows has to be asked for as such
        let plans =
            frame.says("plan organise organize prepare arrange coordinate sort planning plans ready steps needed");
        let recipe = recipe.or_else(|| recipes.get(UNDERTAKING).filter(|_| plans));
        let Some(recipe) = recipe else { return Ok(None) };
        let name = frame.words("name").map(name_of).filter(|name| !name.is_empty() && recipe.name == LAUNCH);
        let who = frame.words("org").filter(|_| recipe.name == "customer-onboarding").map(crate::offline::text::join);
        let made = carry_out(self.reader, recipe, &words, Particulars { name, who, ..Particulars::default() })?;
        Ok(Some(vec![made]))
    }
}

impl Carrying<'_, '_> {
    /// The words that say what an undertaking is: those of its topic, where the wish does not begin with a verb of its
    /// own; "that trip" is what was told before.
    fn about_topic(&self, words: Vec<Token>, topic: &[Token]) -> Vec<Token> {
        let Some(first) = topic.first() else { return words };
        let points = first.is_any("that this these those") && !self.reader.told.is_empty();
        let verb = words.first().is_some_and(|token| {
            crate::offline::text::is_verb(&token.low) && !token.is_any("help need want is let's let")
        });
        if verb && !points {
            return words;
        }
        let mut said: Vec<Token> = if points { self.reader.told.concat() } else { Vec::new() };
        said.extend(topic.iter().filter(|_| !points || said.is_empty()).cloned().collect::<Vec<_>>());
        let dates =
            words.iter().filter(|token| token.date().is_some() && !said.iter().any(|own| own.text == token.text));
        let dates: Vec<Token> = dates.cloned().collect();
        said.extend(dates);
        said
    }
}

/// Whether words speak of a launch, and not only of a project with milestones.
pub(super) fn launches(frame: &Frame) -> bool {
    let milestone = |at: usize| frame.all("milestone").any(|part| (part.at..part.at + part.tokens.len()).contains(&at));
    let words: Vec<Token> =
        (frame.from..).zip(&frame.tokens).filter(|(at, _)| !milestone(*at)).map(|(_, token)| token.clone()).collect();
    crate::offline::launch::is_spoken_of(&words)
        || frame.has("admin")
        || words.iter().any(|token| token.is_any("admin administrative paperwork everything launch kick-off launching"))
}

/// Words by which something is begun: "get it off the ground", "opens in May", "all it takes to go live".
fn begins_something(token: &Token) -> bool {
    const BEGINS: &str = "\
        launch open start begin kick roll project plan milestone stage set prepare introduce release unveil premiere ship";
    token.is_any(
        "going rolling ground live public market rollout roll-out go-live kick-off kickoff opening underway running milestones stages phases checkpoints everything lot scratch motion ready",
    ) || crate::offline::text::listed(&token.lemma, BEGINS)
}
