//! "The rota waits for the other two", "it mustn't start until Marlow has signed": what waits for what, where the request
//! says so in a clause of its own. It is heeded when all steps are there, and only where both sides are among them.

use serde_json::Value;

use super::{
    draft::Step,
    reader::Reader,
    rows::words,
    text::{Kind, Token, base_form, from_gerund, is_function_word, listed, number_word, tokens},
};

/// Which side comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// The subject waits for the object.
    After,
    /// The object waits for the subject.
    Before,
}

/// Puts the steps that the request speaks of in the order that its clauses state.
pub(super) fn heed(reader: &mut Reader<'_>, whole: &[Token]) {
    if reader.draft.steps.len() < 2 || reader.recipe.is_some() {
        return;
    }
    for (later, earlier) in stated(&Work::of(&reader.draft.steps), whole) {
        reader.draft.order(later, earlier);
    }
}

/// Which steps wait for which others: the later one first.
fn stated(work: &Work<'_>, whole: &[Token]) -> Vec<(usize, usize)> {
    let mut orders = Vec::new();
    let mut order = |relation: Relation, subject: &[usize], object: &[usize]| {
        for (one, other) in subject.iter().flat_map(|one| object.iter().map(move |other| (*one, *other))) {
            orders.push(if relation == Relation::After { (one, other) } else { (other, one) });
        }
    };
    let mut spoken: Vec<usize> = Vec::new();
    let bounds = clauses(whole);
    for (index, (from, to)) in bounds.iter().copied().enumerate() {
        let clause = &whole[from..to];
        let Some((subject_end, relation, object_at)) = statement(clause) else {
            let named = work.each_named(clause);
            spoken = if named.is_empty() { spoken } else { named };
            continue;
        };
        let subject = subject_of(work, whole, from, &clause[..subject_end]);
        // "and a fourth that needs all three of them: lay the table"
        let subject = if subject.is_empty() && whole.get(to).is_some_and(|mark| mark.is_mark(":")) {
            let next = bounds.get(index + 1).map_or(&[][..], |(from, to)| &whole[*from..*to]);
            work.named(next).into_iter().collect()
        } else {
            subject
        };
        let [first, ..] = subject.as_slice() else { continue };
        // "the second waits for the first, and the third for the second": the verb is not said again
        let said = &clause[object_at..];
        let (said, more) = gapped(said).map_or((said, None), |(said, one, other)| (said, Some((one, other))));
        if let Some((one, other)) = more {
            let subject = subject_of(work, whole, from, one);
            order(relation, &subject, &object_of(work, other, &subject, &[]));
        }
        let mut object = object_of(work, said, &subject, &spoken);
        object.retain(|other| !subject.contains(other));
        order(relation, &subject, &object);
        spoken = vec![*first];
    }
    orders
}

/// "the first and the third for the second": the object of the verb, and a subject and an object without it.
fn gapped(said: &[Token]) -> Option<(&[Token], &[Token], &[Token])> {
    let and = said.iter().position(|token| token.is_any("and"))?;
    let on = and + said[and..].iter().position(|token| token.is_any("for on"))?;
    (and > 0 && on > and + 1 && on + 1 < said.len()).then(|| (&said[..and], &said[and + 1..on], &said[on + 1..]))
}

/// Where the clauses are: parted by marks, line ends and a few words.
fn clauses(whole: &[Token]) -> Vec<(usize, usize)> {
    let parts = |token: &Token| {
        matches!(token.kind, Kind::Punct | Kind::Break) && token.text != "'" || token.is_any("but while whereas")
    };
    let mut found = Vec::new();
    let mut from = 0;
    for at in 0..=whole.len() {
        let two =
            || whole.get(at).is_some_and(|token| token.is_any("and")) && two_statements(&whole[from..], at - from);
        if whole.get(at).is_none_or(parts) || two() {
            if at > from {
                found.push((from, at));
            }
            from = at + 1;
        }
    }
    with_appositions(&found, whole)
}

/// "the application, mine, needs both": what only says whose it is belongs to the clause around it.
fn with_appositions(found: &[(usize, usize)], whole: &[Token]) -> Vec<(usize, usize)> {
    let commas = |from: usize, to: usize| {
        from > 0 && whole[from - 1].is_mark(",") && whole.get(to).is_some_and(|token| token.is_mark(","))
    };
    let says_owner = |clause: &[Token]| {
        clause.len() <= 4 && clause.last().is_some_and(|token| token.is_any("mine task job 's ours"))
    };
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(found.len());
    let mut goes_on = false;
    for (from, to) in found.iter().copied() {
        let aside = commas(from, to) && says_owner(&whole[from..to]) && !joined.is_empty();
        match joined.last_mut() {
            Some(last) if aside || goes_on => last.1 = to,
            _ => joined.push((from, to)),
        }
        goes_on = aside;
    }
    joined
}

/// "you can't edit before it's cut and you can't send before it's edited": what stands on both sides of the "and" says
/// what waits for what.
fn two_statements(rest: &[Token], and: usize) -> bool {
    let end =
        rest[and + 1..].iter().position(|token| matches!(token.kind, Kind::Punct | Kind::Break) && token.text != "'");
    let behind = &rest[and + 1..end.map_or(rest.len(), |end| and + 1 + end)];
    let verb =
        behind.iter().take(7).any(|token| token.lemma == "wait" || token.is_any("before until till unless once"));
    verb && statement(&rest[..and]).is_some() && statement(behind).is_some()
}

const NOT: &str = "not cant dont doesnt wont don't doesn't won't never neither nor nothing no cannot can't mustn't needn't isn't aren't shouldn't none";
const HAPPENS: &str = "come comes coming go goes going happen happens happening start starts started begin begins begun \
    done run runs place placed finished sent follow follows be out ready";

/// A clause that puts one thing behind or before another: where its subject ends, and where its object begins.
fn statement(clause: &[Token]) -> Option<(usize, Relation, usize)> {
    let is =
        |at: usize, words: &str| clause.get(at).is_some_and(|token| token.kind == Kind::Word && token.is_any(words));
    let says = |from: usize, to: usize, words: &str| (from..to).any(|at| is(at, words));
    for at in 0..clause.len() {
        let refused = || says(at.saturating_sub(6), at, NOT);
        let happens = || says(at.saturating_sub(3), at, HAPPENS);
        let waits = clause[at].kind == Kind::Word && clause[at].lemma == "wait" && is(at + 1, "for on until till upon");
        let depends = is(at, "depend depends depending build builds rest rests rely relies hinge hinges")
            && is(at + 1, "on upon");
        if waits || depends {
            return (!refused()).then_some((at, Relation::After, at + 2));
        }
        let only_steps = |rest: &[Token]| {
            let counts = |token: &Token| {
                is_function_word(&token.low)
                    || number_word(&token.low).is_some()
                    || token.is_any("done finished ready first tasks steps jobs others complete completed")
            };
            rest.iter().all(counts)
                && rest.iter().any(|token| token.is_any("both all them others two three four those"))
        };
        // "needs both and is due on Friday"
        let more =
            clause[at + 1..].windows(2).position(|pair| pair[0].is_any("and") && pair[1].is_any("is has must should"));
        let needed = &clause[at + 1..more.map_or(clause.len(), |more| at + 1 + more)];
        if is(at, "needs need requires require") && at > 0 && !refused() && only_steps(needed) {
            return Some((at, Relation::After, at + 1));
        }
        let only = || says(at.saturating_sub(8), at, "only");
        if is(at, "until till unless before") && at > 1 && refused() {
            return Some((at, Relation::After, at + 1));
        }
        let begins = || at > 0 && is(at - 1, "start starts begin begins started begun");
        if is(at, "after once when") && at > 0 && (only() || is(at, "after") && happens() || begins()) {
            return Some((at, Relation::After, at + 1));
        }
        if is(at, "before")
            && happens()
            && !refused()
            && says(0, at, "must has have should needs need comes goes happens ought")
        {
            return Some((at, Relation::Before, at + 1));
        }
    }
    None
}

/// Words that say nothing of which step is meant.
const IDLE: &str = "task tasks step steps job jobs work start starts started begin begins begun happen happens done finished \
    complete completed ready through place wait waits waiting come comes goes need needs taken order orders other others \
    only then not cant dont wont mustn't can't cannot shouldn't ta thanks please cheers";

fn content(said: &[Token]) -> Vec<Vec<String>> {
    said.iter()
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Number))
        .filter(|token| !is_function_word(&token.low) && !token.is_any(IDLE) && number_word(&token.low).is_none())
        .map(|token| {
            let mut forms = words(&token.text);
            forms.push(token.lemma.clone());
            forms.extend(from_gerund(&token.low));
            forms
        })
        .collect()
}

/// Steps, and the words that they are spoken of by.
struct Work<'a> {
    steps: &'a [Step],
    words: Vec<Vec<String>>,
}

impl<'a> Work<'a> {
    fn of(steps: &'a [Step]) -> Self {
        Self { steps, words: steps.iter().map(own_words).collect() }
    }

    /// The one step that most of the words speak of.
    fn named(&self, said: &[Token]) -> Option<usize> {
        let said = content(said);
        let hits = |own: &Vec<String>| {
            let says = |forms: &&Vec<String>| forms.iter().any(|form| own.iter().any(|own| alike(own, form)));
            said.iter().filter(says).count()
        };
        let scores: Vec<usize> = self.words.iter().map(hits).collect();
        let best = scores.iter().copied().max().filter(|best| *best > 0 && best * 3 >= said.len())?;
        let mut found = (0..scores.len()).filter(|at| scores[*at] == best);
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// "Stripping and ordering": the step of each, where each names one.
    fn each_named(&self, said: &[Token]) -> Vec<usize> {
        let parts = said.split(|token| token.is_any("and or plus")).filter(|part| !part.is_empty());
        let all: Option<Vec<usize>> = parts.map(|part| self.named(part)).collect();
        let mut all = all.unwrap_or_default();
        all.dedup();
        all
    }

    /// The steps that are work for somebody.
    fn to_do(&self) -> Vec<usize> {
        let work = |at: &usize| listed(self.steps[*at].action, "task.create manual.step");
        (0..self.steps.len()).filter(work).collect()
    }
}

/// The words of a step, in their base forms as well.
fn own_words(step: &Step) -> Vec<String> {
    let texts = step.params.values().filter_map(Value::as_str);
    let people =
        ["assignee", "to"].into_iter().filter_map(|field| step.pointed(field)).map(|thing| thing.label.as_str());
    let said: Vec<Token> = texts.chain(people).flat_map(tokens).collect();
    let mut own: Vec<String> = said.iter().map(|token| token.low.clone()).collect();
    own.extend(said.iter().filter_map(|token| base_form(&token.low)).map(str::to_owned));
    own
}

fn alike(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    super::rows::same_word(one, other) || common >= 5 && common + 5 > one.len().max(other.len())
}

/// "the last of these", "the first two": the steps that are meant by their place among all work.
fn counted(work: &Work<'_>, said: &[Token]) -> Option<Vec<usize>> {
    const NTH: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "last"];
    let nth = said.iter().position(|token| NTH.contains(&token.low.as_str()))?;
    let rest: Vec<Token> =
        said.iter().enumerate().filter(|(at, _)| *at != nth).map(|(_, token)| token.clone()).collect();
    let to_do = work.to_do();
    if !content(&rest).is_empty() || to_do.len() < 2 {
        return None;
    }
    let several = said.get(nth + 1).and_then(|token| number_word(&token.low)).filter(|count| *count > 1);
    let several = usize::try_from(several.unwrap_or(1)).ok().filter(|several| *several <= to_do.len())?;
    let last = said[nth].is_any("last");
    let place = NTH.iter().position(|nth_word| said[nth].low == *nth_word)?;
    let from = if last { to_do.len() - several } else { place };
    to_do.get(from..from + several).map(<[usize]>::to_vec)
}

/// Whether a clause says of steps that are there already which of them waits for which.
pub(super) fn tells(reader: &Reader<'_>, clause: &[Token]) -> bool {
    let work = Work::of(&reader.draft.steps);
    clauses(clause).into_iter().any(|(from, to)| {
        let clause = &clause[from..to];
        let Some((end, _, at)) = statement(clause) else { return false };
        let subject = subject_of(&work, clause, 0, &clause[..end]);
        !subject.is_empty() && !object_of(&work, &clause[at..], &subject, &[]).is_empty()
    })
}

fn subject_of(work: &Work<'_>, whole: &[Token], from: usize, said: &[Token]) -> Vec<usize> {
    if let Some(counted) = counted(work, said) {
        return counted;
    }
    let pronoun = said.iter().rposition(|token| token.is_any("it which that this"));
    if content(said).is_empty() || pronoun.is_some_and(|at| content(&said[at..]).is_empty()) {
        let Some(at) = pronoun else { return Vec::new() };
        // the step that the words just before speak of
        let near = if said[at].is_any("which that") { at } else { 14 };
        let before = whole[..from + at].iter().rev().take(near);
        return before.into_iter().find_map(|token| work.named(std::slice::from_ref(token))).into_iter().collect();
    }
    let each = work.each_named(said);
    if !each.is_empty() {
        return each;
    }
    let last = said.rsplit(|token| token.is_any("and or")).next().unwrap_or(said);
    work.named(last).or_else(|| work.named(said)).into_iter().collect()
}

fn object_of(work: &Work<'_>, said: &[Token], subject: &[usize], spoken: &[usize]) -> Vec<usize> {
    let says = |words: &str| said.iter().any(|token| token.is_any(words));
    if let Some(counted) = counted(work, said) {
        return counted;
    }
    // "until she has said yes": the work of the one who was to do some last
    let answers =
        |token: &Token| token.is_any("said yes okay ok given approval agreed approved happy checked signed off");
    let somebody =
        says("she he") && said.iter().all(|token| is_function_word(&token.low) || answers(token) || token.is_any(IDLE));
    if somebody && !said.is_empty() {
        let first = subject.iter().min().copied().unwrap_or(0);
        let assigned = |at: &usize| work.steps[*at].pointed("assignee").is_some();
        return (0..first).rev().find(|at| assigned(at)).into_iter().collect();
    }
    if !content(said).is_empty() {
        let each = work.each_named(said);
        return if each.is_empty() { work.named(said).into_iter().collect() } else { each };
    }
    let mut others = work.to_do();
    others.retain(|at| !subject.contains(at));
    if says("both all them others two three four those these everything") {
        let two = says("both two") || said.iter().any(|token| number_word(&token.low) == Some(2));
        let spoken: Vec<usize> = spoken.iter().copied().filter(|at| !subject.contains(at)).collect();
        if spoken.len() > 1 && says("both those these them two") {
            return spoken;
        }
        let before: Vec<usize> = others.iter().copied().filter(|at| subject.iter().all(|own| at < own)).collect();
        let before = if before.is_empty() { others } else { before };
        return if two { before[before.len().saturating_sub(2)..].to_vec() } else { before };
    }
    if says("it that this") {
        let mut before = others.iter().copied().filter(|at| subject.iter().all(|own| at < own));
        return before.next_back().or_else(|| others.first().copied()).into_iter().collect();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::offline::text::join;

    #[rstest]
    #[case("The rota waits for the other two", Some("The rota < the other two"))]
    #[case("laying has to wait for both", Some("laying has to < both"))]
    #[case("it mustn't start until Marlow has signed", Some("it mustn't start < Marlow has signed"))]
    #[case(
        "the rules are not to be started before the shelves are found",
        Some("the rules are not to be started < the shelves are found")
    )]
    #[case("the polish can only go on once the varnish is dry", Some("the polish can only go on < the varnish is dry"))]
    #[case("which has to happen before that", Some("which has to happen > that"))]
    #[case("a fourth that needs all three of them", Some("a fourth that < all three of them"))]
    #[case("The last of these depends on both of the others", Some("The last of these < both of the others"))]
    #[case("don't message it to Bert until she has said yes", Some("don't message it to Bert < she has said yes"))]
    #[case("both reports build on the survey", Some("both reports < the survey"))]
    #[case("neither has to wait for the other", None)]
    #[case("they don't depend on each other", None)]
    #[case("Ruth needs both keys", None)]
    #[case("call Ana before the concert", None)]
    fn statements_of_order_are_found(#[case] text: &str, #[case] wanted: Option<&str>) {
        let clause = tokens(text);
        let found = statement(&clause).map(|(end, relation, at)| {
            let sign = if relation == Relation::After { "<" } else { ">" };
            format!("{} {sign} {}", join(&clause[..end]), join(&clause[at..]))
        });
        assert_eq!(found.as_deref(), wanted);
    }
}
