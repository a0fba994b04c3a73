//! Recipes: how well-known undertakings go, as data files that people can read and add to.
//!
//! A recipe says how it is recognised, what it needs from the request, and which milestones and tasks it has, dated by
//! their distance from the day of the undertaking. `planner/recipes/README.md` tells the format.

mod carry_out;
mod file;
mod loosely;
mod recognise;
mod subject;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

pub(crate) use carry_out::{Particulars, carry_out};
use file::line_of;
pub use file::{Recipe, RecipeError};
pub(crate) use loosely::recognise_loosely;
pub(crate) use recognise::recognise;

/// The recipes that come with Cairn, by file.
const BUILTIN: &[(&str, &str)] = &[
    ("launch.json", include_str!("../../../recipes/launch.json")),
    ("employee-onboarding.json", include_str!("../../../recipes/employee-onboarding.json")),
    ("customer-onboarding.json", include_str!("../../../recipes/customer-onboarding.json")),
    ("offboarding.json", include_str!("../../../recipes/offboarding.json")),
    ("event.json", include_str!("../../../recipes/event.json")),
    ("trip.json", include_str!("../../../recipes/trip.json")),
    ("release.json", include_str!("../../../recipes/release.json")),
    ("report.json", include_str!("../../../recipes/report.json")),
    ("hiring.json", include_str!("../../../recipes/hiring.json")),
    ("moving.json", include_str!("../../../recipes/moving.json")),
    ("weekly-review.json", include_str!("../../../recipes/weekly-review.json")),
    ("webinar.json", include_str!("../../../recipes/webinar.json")),
    ("closing-the-books.json", include_str!("../../../recipes/closing-the-books.json")),
    ("post-mortem.json", include_str!("../../../recipes/post-mortem.json")),
    ("marketing-campaign.json", include_str!("../../../recipes/marketing-campaign.json")),
    ("training.json", include_str!("../../../recipes/training.json")),
    ("survey.json", include_str!("../../../recipes/survey.json")),
    ("audit.json", include_str!("../../../recipes/audit.json")),
    ("stocktake.json", include_str!("../../../recipes/stocktake.json")),
    ("supplier-selection.json", include_str!("../../../recipes/supplier-selection.json")),
    ("newsletter.json", include_str!("../../../recipes/newsletter.json")),
    ("meeting.json", include_str!("../../../recipes/meeting.json")),
    ("handover.json", include_str!("../../../recipes/handover.json")),
    ("renovation.json", include_str!("../../../recipes/renovation.json")),
    ("undertaking.json", include_str!("../../../recipes/undertaking.json")),
];

/// The name of the recipe for project launches.
pub(crate) const LAUNCH: &str = "launch";
/// The name of the recipe for what no other recipe knows.
pub(crate) const UNDERTAKING: &str = "undertaking";

/// These are known by more than words of their own.
const ALWAYS_KNOWN: [&str; 2] = [LAUNCH, UNDERTAKING];

/// Where a recipe comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with Cairn.
    BuiltIn,
    /// A file of somebody's own.
    File(PathBuf),
}

/// A recipe with where it comes from.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The recipe.
    pub recipe: Arc<Recipe>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A set of recipes. Somebody's own come before those that are built in, and take the place of those with their name.
#[derive(Clone, Debug, Default)]
pub struct Recipes {
    all: Vec<Listed>,
}

impl Recipes {
    /// The recipes that come with Cairn.
    pub fn builtin() -> &'static Self {
        static RECIPES: LazyLock<Recipes> = LazyLock::new(|| {
            let mut recipes = Recipes::default();
            for (file, text) in BUILTIN {
                let recipe = Recipe::read(file, text).expect("the built-in recipes are well-formed");
                recipes.all.push(Listed { recipe: Arc::new(recipe), origin: Origin::BuiltIn });
            }
            recipes
        });
        &RECIPES
    }

    /// The recipes of a folder, every `*.json` file in it, before the built-in ones. There need not be such a folder.
    ///
    /// # Errors
    /// The first file, in the order of their names, that cannot be read or is no recipe.
    pub fn with_folder(folder: &Path) -> Result<Self, RecipeError> {
        let mut own: Vec<Listed> = Vec::new();
        for path in recipe_files(folder)? {
            let file = path.display().to_string();
            let unreadable =
                |cause: std::io::Error| RecipeError::Unreadable { file: file.clone(), cause: cause.to_string() };
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            let recipe = Recipe::read(&file, &text)?;
            if !recipe.can_be_found() && !ALWAYS_KNOWN.contains(&recipe.name.as_str()) {
                return Err(RecipeError::NeverFound { file });
            }
            if let Some(Origin::File(other)) =
                own.iter().find(|other| other.recipe.name == recipe.name).map(|other| &other.origin)
            {
                let line = line_of(&text, "name", &recipe.name, 0);
                return Err(RecipeError::NameTaken {
                    file,
                    line,
                    name: recipe.name,
                    other: other.display().to_string(),
                });
            }
            own.push(Listed { recipe: Arc::new(recipe), origin: Origin::File(path) });
        }
        let builtin = Self::builtin().all.iter();
        let kept: Vec<Listed> =
            builtin.filter(|listed| !own.iter().any(|mine| mine.recipe.name == listed.recipe.name)).cloned().collect();
        own.extend(kept);
        Ok(Self { all: own })
    }

    /// All recipes; of those that fit a request equally well, the first is taken.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Recipe>> {
        self.all.iter().map(|listed| &listed.recipe)
    }

    /// All recipes, with where they come from.
    pub fn listed(&self) -> &[Listed] {
        &self.all
    }

    /// The recipe of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Recipe>> {
        self.iter().find(|recipe| recipe.name == name)
    }

    /// The text of a built-in recipe, to begin one's own with.
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(file, _)| file.strip_suffix(".json") == Some(name)).map(|(_, text)| *text)
    }
}

/// The recipe files of a folder, in the order of their names.
fn recipe_files(folder: &Path) -> Result<Vec<PathBuf>, RecipeError> {
    let unreadable = |cause: std::io::Error| RecipeError::Unreadable {
        file: folder.display().to_string(),
        cause: cause.to_string(),
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(unreadable(other)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for one test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("cairn-recipes-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str, text: &str) -> &Self {
            std::fs::write(self.0.join(name), text).unwrap();
            self
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let removed = std::fs::remove_dir_all(&self.0);
            assert!(removed.is_ok() || std::thread::panicking(), "{removed:?}");
        }
    }

    const BREWING: &str =
        r#"{"name": "brewing", "recognise": {"phrases": ["brew"]}, "tasks": [{"id": "mash", "title": "Mash"}]}"#;

    #[test]
    fn the_built_in_recipes_can_be_read_and_have_work_in_them() {
        for recipe in Recipes::builtin().iter() {
            assert!(recipe.tasks.len() >= 4, "{} has {} tasks", recipe.name, recipe.tasks.len());
            assert!(recipe.can_be_found() || ALWAYS_KNOWN.contains(&recipe.name.as_str()), "{}", recipe.name);
            assert!(Recipes::builtin_text(&recipe.name).is_some(), "{} is in a file of another name", recipe.name);
        }
    }

    #[test]
    fn a_folder_adds_recipes_and_takes_the_place_of_built_in_ones() {
        let folder = Folder::new("adds");
        folder.file("brewing.json", BREWING).file("trip.json", &BREWING.replace("\"brewing\"", "\"trip\""));
        let recipes = Recipes::with_folder(&folder.0).unwrap();
        assert_eq!(recipes.get("brewing").map(|recipe| recipe.tasks.len()), Some(1));
        assert_eq!(recipes.get("trip").map(|recipe| recipe.tasks.len()), Some(1));
        assert_eq!(recipes.listed()[0].origin, Origin::File(folder.0.join("brewing.json")));
        assert_eq!(recipes.iter().count(), Recipes::builtin().iter().count() + 1);
    }

    #[test]
    fn a_broken_file_names_itself_and_the_line() {
        let folder = Folder::new("broken");
        folder.file("broken.json", "{\"name\": \"x\",\n \"tasks\": [}");
        let file = folder.0.join("broken.json").display().to_string();
        let message = Recipes::with_folder(&folder.0).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{file}:2:12: expected value")), "{message}");
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let folder = Folder::new("twice");
        folder.file("a.json", BREWING).file("b.json", BREWING);
        let error = Recipes::with_folder(&folder.0).unwrap_err();
        assert!(matches!(error, RecipeError::NameTaken { line: 1, ref name, .. } if name == "brewing"), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_adds_nothing() {
        let recipes = Recipes::with_folder(Path::new("/nowhere/recipes")).unwrap();
        assert_eq!(recipes.iter().count(), Recipes::builtin().iter().count());
    }
}
