//! What the tests read: the crates as cargo lists them, and the lines of their sources.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

/// A crate of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build`, or nothing for what the product itself needs.
    kind: Option<String>,
}

impl Dependency {
    pub(crate) fn is_for_tests_only(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// The folder that holds the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All crates of the workspace.
pub(crate) fn packages() -> Vec<Package> {
    let listed = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(listed.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&listed.stderr));
    let metadata: Metadata = serde_json::from_slice(&listed.stdout).expect("cargo metadata prints JSON");
    metadata.packages
}

/// A source file, as a path from the root with forward slashes.
pub(crate) struct Source {
    pub(crate) path: String,
    text: String,
}

/// One line of code with its number, comments cut off.
pub(crate) struct Line<'a> {
    pub(crate) number: usize,
    pub(crate) code: &'a str,
}

impl Source {
    pub(crate) fn new(path: String, text: String) -> Self {
        Self { path, text }
    }

    /// Whether the file holds nothing but tests.
    fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|part| ["tests", "tests.rs", "testing.rs", "examples.rs", "benches"].contains(&part))
    }

    pub(crate) fn line_count(&self) -> usize {
        self.text.lines().count()
    }

    pub(crate) fn opens_with_its_purpose(&self) -> bool {
        self.text.starts_with("//!")
    }

    /// The lines of the product: no comments, and nothing from the module of tests on, which stands last in a file.
    pub(crate) fn code(&self) -> impl Iterator<Item = Line<'_>> {
        let lines: Vec<&str> = self.text.lines().collect();
        let begins_tests =
            |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{');
        let end = lines.windows(2).position(begins_tests).unwrap_or(lines.len());
        let kept = if self.is_test() { 0 } else { end };
        lines.into_iter().take(kept).enumerate().map(|(index, line)| Line {
            number: index + 1,
            code: line.split("//").next().unwrap_or_default().trim_end(),
        })
    }
}

/// All Rust sources below a folder.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut open = vec![root.join(folder)];
    while let Some(folder) = open.pop() {
        let listed = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in listed.map(|entry| entry.expect("the folder can be listed").path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                let is_ours = !name.starts_with('.') && !["target", "node_modules", "dist"].contains(&name.as_str());
                open.extend(is_ours.then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).expect("the walk stays below the root");
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                found.push(Source::new(inside.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Where one of `words` is named in the product's code below `folder`, except in files that `allowed` lets through.
pub(crate) fn named(folder: &str, words: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for source in sources(folder).iter().filter(|source| !allowed(&source.path)) {
        for line in source.code() {
            if let Some(word) = words.iter().find(|word| line.code.contains(*word)) {
                places.push(format!("{}:{} names {word}", source.path, line.number));
            }
        }
    }
    places
}

/// Fails with one line for each place.
#[track_caller]
pub(crate) fn nowhere(places: Vec<String>) {
    assert!(places.is_empty(), "\n  {}\n", places.join("\n  "));
}
