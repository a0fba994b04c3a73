//! Takes the built page into the binary, or a placeholder that says how to build it.

use std::path::Path;

fn main() {
    let built = "../../web/dist";
    println!("cargo::rerun-if-changed={built}");
    println!("cargo::rerun-if-changed=placeholder");
    let is_built = Path::new(built).join("index.html").is_file();
    memory_serve::load_directory(if is_built { built } else { "placeholder" });
}
