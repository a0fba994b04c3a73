//! Learns the reader of the offline planner from the annotated requests in `planner/training`:
//! `cargo run --release -p cairn-planner --example train` writes the weights, `-- check` tells how well they would do. What is
//! written is the mean of the weights that were there and those that were learned; `-- afresh` writes what was learned alone,
//! and `-- FILE` takes what another training learned from the same data in the place of learning.

use std::{fs, io, path::Path, process::ExitCode};

use cairn_planner::offline::learned::{
    model::Model,
    train::{EFFORT, Source, cross_validate, fingerprint, malformed, train},
};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let check = arguments.next();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("training");
    let folder = std::env::var_os("TRAINING").map_or(folder.clone(), Into::into);
    match run(&folder, check.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path, check: Option<&str>) -> io::Result<()> {
    let mut sources = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files.iter().filter(|file| file.path().extension().is_some_and(|ending| ending == "txt")) {
        let name = file.file_name().to_string_lossy().into_owned();
        sources.push(Source { name, text: fs::read_to_string(file.path())? });
    }
    for line in malformed(&sources) {
        println!("{}:{}: {}", line.file, line.line, line.why);
    }
    if let Some("check" | "show") = check {
        let shown = check == Some("show");
        let told = cross_validate(&sources, EFFORT, |text, right, found| {
            if shown {
                println!("{}\n  right {right}\n  found {found}", text.replace('\n', " // "));
            }
        });
        for (name, quality) in told {
            println!("{name}: {quality}");
        }
    } else {
        let learned = check.filter(|word| *word != "afresh").map(Path::new);
        let mut model = match learned {
            Some(file) => read(file)?.ok_or_else(|| io::Error::other("that is no file of weights"))?,
            None => train(&sources, EFFORT),
        };
        if check != Some("afresh") {
            model = with_what_was_known(model, &folder.join("reader.weights"))?;
        }
        let bytes = model.to_bytes(fingerprint(&sources));
        fs::write(folder.join("reader.weights"), &bytes)?;
        println!("{} bytes", bytes.len());
    }
    Ok(())
}

/// How many weights are kept of a mean.
const MOST: usize = EFFORT.most / 2 * 3;

/// The mean of a model and the one in a file; the model alone when there is no file, or one with other labels.
fn with_what_was_known(model: Model, file: &Path) -> io::Result<Model> {
    if !file.exists() {
        return Ok(model);
    }
    let known = read(file)?;
    Ok(known.and_then(|known| model.mean(&known, MOST)).unwrap_or(model))
}

/// The model in a file; nothing when it holds none.
fn read(file: &Path) -> io::Result<Option<Model>> {
    Ok(Model::from_bytes(fs::read(file)?.leak()).map(|(model, _)| model))
}
