//! The documents name what is there.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::house::{nowhere, root};

/// The documents for people, as paths from the root.
fn documents() -> Vec<PathBuf> {
    let in_folder = |folder: &str| {
        let listed = fs::read_dir(root().join(folder)).expect("the folder of documents can be listed");
        let folder = folder.to_owned();
        listed.map(move |entry| Path::new(&folder).join(entry.expect("an entry").file_name()))
    };
    let all = in_folder("")
        .chain(in_folder("docs/decisions"))
        .chain(in_folder("docs/errors"))
        .chain(in_folder("tests/golden"));
    all.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The targets of `[…](target)` that are files of ours.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with('#'))
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        let folder = document.parent().unwrap_or(Path::new(""));
        for link in links(&text(&document)) {
            if !root().join(folder).join(link).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    nowhere(broken);
}

#[test]
fn lists_of_pages_name_every_page() {
    for folder in ["docs/decisions", "docs/errors"] {
        let index = text(&Path::new(folder).join("README.md"));
        let listed: BTreeSet<String> = links(&index).map(str::to_owned).collect();
        let pages = documents().into_iter().filter(|path| path.parent() == Some(Path::new(folder)));
        let names = pages.filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
        let there: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
        let gaps = there.difference(&listed).map(|page| format!("{folder}/README.md does not list {page}"));
        nowhere(gaps.collect());
    }
}

/// Parts of a path in the documents that stand for many, or for one that does not exist yet.
const PATTERNS: [char; 4] = ['<', '*', '{', '…'];

/// Whether a text between backticks reads like a file or folder of ours: no spaces, and one of the top folders first.
fn is_path(quoted: &str) -> bool {
    const FOLDERS: [&str; 12] = [
        "domain",
        "eventlog",
        "audit",
        "commands",
        "projections",
        "planner",
        "execution",
        "api",
        "cli",
        "migrations",
        "tests",
        "docs",
    ];
    let first = quoted.split('/').next().unwrap_or_default();
    quoted.contains('/') && !quoted.contains([' ', ':']) && !quoted.contains(PATTERNS) && FOLDERS.contains(&first)
}

#[test]
fn files_that_the_documents_name_exist() {
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "tests/golden/README.md"] {
        let text = text(Path::new(document));
        for quoted in text.split('`').skip(1).step_by(2).filter(|quoted| is_path(quoted)) {
            // `eventlog/sqlite/writer` is how people say `eventlog/sqlite/src/writer`
            let (krate, inside) = quoted.split_once('/').unwrap_or((quoted, ""));
            let (deeper, rest) = inside.split_once('/').unwrap_or((inside, ""));
            let said = [quoted.to_owned(), format!("{krate}/src/{inside}"), format!("{krate}/{deeper}/src/{rest}")];
            if !said.iter().any(|path| root().join(path).exists()) {
                missing.push(format!("{document}: {quoted}"));
            }
        }
    }
    nowhere(missing);
}
