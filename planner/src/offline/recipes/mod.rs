//! Recipes: how well-known undertakings go, as data files that people can read and add to.
//!
//! A recipe says how it is recognised, what it needs from the request, and which milestones and tasks it has, dated by
//! their distance from the day of the undertaking. `planner/recipes/README.md` tells the format.

mod carry_out;
mod file;
mod recognise;

use std::{
    path::Path,
    sync::{Arc, LazyLock},
};

pub(crate) use carry_out::{Particulars, carry_out};
pub use file::{Recipe, RecipeError};
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

/// A set of recipes; a later one of the same name takes the place of an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Recipes {
    all: Vec<Arc<Recipe>>,
}

impl Recipes {
    /// The recipes that come with Cairn.
    pub fn builtin() -> &'static Self {
        static RECIPES: LazyLock<Recipes> = LazyLock::new(|| {
            let mut recipes = Recipes::default();
            for (file, text) in BUILTIN {
                let recipe = Recipe::read(file, text).expect("the built-in recipes are well-formed");
                recipes.add(recipe);
            }
            recipes
        });
        &RECIPES
    }

    /// The built-in recipes with those of a folder: every `*.json` file in it, in the order of their names.
    ///
    /// # Errors
    /// The first file that cannot be read or is no recipe.
    pub fn with_folder(folder: &Path) -> Result<Self, RecipeError> {
        let mut recipes = Self::builtin().clone();
        let unreadable = |cause: std::io::Error| RecipeError::Unreadable {
            file: folder.display().to_string(),
            cause: cause.to_string(),
        };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
        files.sort();
        for path in files {
            let file = path.display().to_string();
            let text = std::fs::read_to_string(&path)
                .map_err(|cause| RecipeError::Unreadable { file: file.clone(), cause: cause.to_string() })?;
            recipes.add(Recipe::read(&file, &text)?);
        }
        Ok(recipes)
    }

    fn add(&mut self, recipe: Recipe) {
        self.all.retain(|known| known.name != recipe.name);
        self.all.push(Arc::new(recipe));
    }

    /// All recipes, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Recipe>> {
        self.all.iter()
    }

    /// The recipe of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Recipe>> {
        self.all.iter().find(|recipe| recipe.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_built_in_recipes_can_be_read_and_have_work_in_them() {
        for recipe in Recipes::builtin().iter() {
            assert!(recipe.tasks.len() >= 4, "{} has {} tasks", recipe.name, recipe.tasks.len());
        }
    }

    #[test]
    fn a_folder_adds_recipes_and_takes_the_place_of_built_in_ones() {
        let folder = std::env::temp_dir().join(format!("cairn-recipes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut file = std::fs::File::create(folder.join("brewing.json")).unwrap();
        write!(
            file,
            r#"{{"name": "brewing", "recognise": {{"phrases": ["brew"]}}, "tasks": [{{"id": "mash", "title": "Mash the malt"}}]}}"#
        )
        .unwrap();
        let recipes = Recipes::with_folder(&folder).unwrap();
        assert!(recipes.get("brewing").is_some());
        assert!(recipes.get("trip").is_some());
        std::fs::write(folder.join("broken.json"), "{").unwrap();
        assert!(matches!(Recipes::with_folder(&folder), Err(RecipeError::Malformed { .. })));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
