//! `cairn recipes`: how well-known undertakings are planned, built in and in the data folder.

use planner::offline::recipes::{Listed, Origin, Recipes};
use serde_json::{Value, json};

use crate::{
    args::{Common, RecipesVerb},
    exit::Failure,
    output::{self, Column},
    settings::Settings,
};

const COLUMNS: &[Column] =
    &[("recipe", "name"), ("for", "about"), ("milestones", "milestones"), ("tasks", "tasks"), ("from", "from")];

pub(super) fn run(common: &Common, verb: &RecipesVerb) -> Result<(), Failure> {
    let settings = Settings::load(common)?;
    let recipes = Recipes::with_folder(&settings.recipes()).map_err(anyhow::Error::from)?;
    match verb {
        RecipesVerb::List => {
            let items: Vec<Value> = recipes.listed().iter().map(described).collect();
            output::list(&items, COLUMNS, common.output);
            Ok(())
        }
        RecipesVerb::Show { name } => {
            let found = recipes.listed().iter().find(|listed| listed.recipe.name == *name);
            let Some(listed) = found else {
                return Err(Failure::not_found(format!(
                    "there is no recipe `{name}`; `cairn recipes list` has them all"
                )));
            };
            print!("{}", text(listed)?);
            Ok(())
        }
    }
}

fn described(listed: &Listed) -> Value {
    let recipe = &listed.recipe;
    let from = match &listed.origin {
        Origin::BuiltIn => "built in".to_owned(),
        Origin::File(path) => path.display().to_string(),
    };
    json!({
        "name": recipe.name,
        "about": recipe.about,
        "milestones": recipe.milestones.len(),
        "tasks": recipe.tasks.len(),
        "from": from,
    })
}

fn text(listed: &Listed) -> Result<String, Failure> {
    match &listed.origin {
        Origin::BuiltIn => Ok(Recipes::builtin_text(&listed.recipe.name).unwrap_or_default().to_owned()),
        Origin::File(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::refused(format!("{}: cannot be read: {error}", path.display()))),
    }
}
