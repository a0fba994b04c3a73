//! The dependency graph of a plan's steps: cycles, ancestors, dependents, an order in which everything comes after what
//! it depends on.
//!
//! Nodes are places in the plan's order, so that every tie is broken by what people see.

use std::collections::{HashMap, HashSet};

use petgraph::{Direction, algo::tarjan_scc, graphmap::DiGraphMap};

use crate::{ids::StepId, plan::StepSpec};

/// Steps and their dependencies; an edge leads from a step to one that depends on it.
pub struct StepGraph<'a> {
    ids: Vec<&'a StepId>,
    places: HashMap<&'a StepId, usize>,
    edges: DiGraphMap<usize, ()>,
}

impl<'a> StepGraph<'a> {
    /// Builds the graph. Dependencies on steps that are not there are left out; the check names them.
    pub fn of(steps: impl IntoIterator<Item = &'a StepSpec>) -> Self {
        let steps: Vec<&StepSpec> = steps.into_iter().collect();
        let ids: Vec<&StepId> = steps.iter().map(|step| &step.id).collect();
        let places: HashMap<&StepId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let mut edges = DiGraphMap::with_capacity(steps.len(), steps.len());
        for (place, step) in steps.iter().enumerate() {
            edges.add_node(place);
            for dependency in step.depends_on.iter().filter_map(|id| places.get(id)) {
                edges.add_edge(*dependency, place, ());
            }
        }
        Self { ids, places, edges }
    }

    /// One cycle, first step repeated at the end: `[a, b, a]`; `None` when there is none.
    pub fn cycle(&self) -> Option<Vec<StepId>> {
        let knot = tarjan_scc(&self.edges)
            .into_iter()
            .find(|component| component.len() > 1 || self.edges.contains_edge(component[0], component[0]))?;
        let inside: HashSet<usize> = knot.iter().copied().collect();
        let first = *knot.iter().min()?;
        // every node of a strongly connected component has a successor inside, so the walk must come back
        let mut path = vec![first];
        let mut seen = HashMap::from([(first, 0)]);
        loop {
            let last = path[path.len() - 1];
            let next = self.edges.neighbors(last).filter(|next| inside.contains(next)).min()?;
            if let Some(start) = seen.get(&next) {
                let mut cycle: Vec<StepId> = path[*start..].iter().map(|place| self.ids[*place].clone()).collect();
                cycle.push(self.ids[next].clone());
                return Some(cycle);
            }
            seen.insert(next, path.len());
            path.push(next);
        }
    }

    /// Whether `ancestor` comes before `step`, directly or through other steps.
    pub fn is_ancestor(&self, ancestor: &StepId, step: &StepId) -> bool {
        let (Some(&from), Some(&to)) = (self.places.get(ancestor), self.places.get(step)) else { return false };
        self.edges.contains_edge(from, to) || self.reach(to, Direction::Incoming).contains(&from)
    }

    /// The steps that depend on `step` directly, in the plan's order.
    pub fn dependents(&self, step: &StepId) -> Vec<StepId> {
        let Some(&place) = self.places.get(step) else { return Vec::new() };
        self.named(self.edges.neighbors(place))
    }

    /// The steps that depend on `step`, directly or through others, in the plan's order.
    pub fn descendants(&self, step: &StepId) -> Vec<StepId> {
        let Some(&place) = self.places.get(step) else { return Vec::new() };
        self.named(self.reach(place, Direction::Outgoing).into_iter())
    }

    /// All steps, each after what it depends on, ties in the plan's order (Kahn, 1962). Steps on a cycle are left out.
    pub fn order(&self) -> Vec<StepId> {
        let mut open: Vec<usize> = (0..self.ids.len())
            .map(|place| self.edges.neighbors_directed(place, Direction::Incoming).count())
            .collect();
        let mut ready: std::collections::BTreeSet<usize> =
            open.iter().enumerate().filter(|(_, count)| **count == 0).map(|(place, _)| place).collect();
        let mut order = Vec::with_capacity(self.ids.len());
        while let Some(place) = ready.pop_first() {
            order.push(self.ids[place].clone());
            for next in self.edges.neighbors(place) {
                open[next] -= 1;
                if open[next] == 0 {
                    ready.insert(next);
                }
            }
        }
        order
    }

    fn reach(&self, from: usize, direction: Direction) -> HashSet<usize> {
        let mut seen = HashSet::new();
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            open.extend(self.edges.neighbors_directed(place, direction).filter(|next| seen.insert(*next)));
        }
        seen.remove(&from);
        seen
    }

    fn named(&self, places: impl Iterator<Item = usize>) -> Vec<StepId> {
        let mut places: Vec<usize> = places.collect();
        places.sort_unstable();
        places.into_iter().map(|place| self.ids[place].clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn step(id: &str, depends_on: &[&str]) -> StepSpec {
        StepSpec {
            id: id.parse().unwrap(),
            title: id.into(),
            description: String::new(),
            action_type: "manual.step".into(),
            params: json!({"instructions": "x"}),
            depends_on: depends_on.iter().map(|id| id.parse().unwrap()).collect(),
            requires_approval: false,
            on_failure: None,
            retry: None,
            timeout_seconds: None,
        }
    }

    fn names(ids: &[StepId]) -> Vec<&str> {
        ids.iter().map(StepId::as_str).collect()
    }

    #[test]
    fn a_cycle_is_named_whole() {
        let steps = [step("a", &["d"]), step("b", &["a"]), step("c", &["b"]), step("d", &["b"])];
        let cycle = StepGraph::of(&steps).cycle().unwrap();
        assert_eq!(names(&cycle), ["a", "b", "d", "a"]);
    }

    #[test]
    fn a_step_that_depends_on_itself_is_a_cycle() {
        let steps = [step("a", &["a"])];
        assert_eq!(names(&StepGraph::of(&steps).cycle().unwrap()), ["a", "a"]);
    }

    #[test]
    fn a_diamond_has_no_cycle_and_keeps_the_plans_order() {
        let steps = [step("d", &["b", "c"]), step("c", &["a"]), step("b", &["a"]), step("a", &[])];
        let graph = StepGraph::of(&steps);
        assert_eq!(graph.cycle(), None);
        assert_eq!(names(&graph.order()), ["a", "c", "b", "d"]);
        assert_eq!(names(&graph.dependents(&"a".parse().unwrap())), ["c", "b"]);
        assert_eq!(names(&graph.descendants(&"a".parse().unwrap())), ["d", "c", "b"]);
        assert!(graph.is_ancestor(&"a".parse().unwrap(), &"d".parse().unwrap()));
        assert!(!graph.is_ancestor(&"d".parse().unwrap(), &"a".parse().unwrap()));
    }
}
