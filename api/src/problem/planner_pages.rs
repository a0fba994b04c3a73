//! The pages of codes that are in plans, not in answers: why a planner failed.

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        /// Name and page of each.
        const ALL: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../docs/errors/", $name, ".md")))),*];
    };
}

pages![
    "planner.crashed",
    "planner.cut-off",
    "planner.incomplete",
    "planner.invalid-answer",
    "planner.key-refused",
    "planner.not-configured",
    "planner.over-budget",
    "planner.provider-troubled",
    "planner.question-refused",
    "planner.rate-limited",
    "planner.timed-out",
    "planner.too-large",
    "planner.unreachable",
    "planner.unreadable",
    "planner.workspace-unavailable",
];

/// Title and page of a code.
pub(crate) fn find(name: &str) -> Option<(&'static str, &'static str)> {
    let (_, page) = ALL.iter().find(|(known, _)| *known == name)?;
    let title = page.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
    Some((title, page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_says_its_code() {
        for (name, page) in ALL {
            assert!(
                page.contains(&format!("`{name}`")) && find(name).is_some_and(|(title, _)| !title.is_empty()),
                "{name}"
            );
        }
    }
}
