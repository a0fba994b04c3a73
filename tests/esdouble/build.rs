//! Makes the messages and services of the protocol out of the files that come with the client's package.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context, ensure};

const FILES: [&str; 5] = ["streams.proto", "shared.proto", "status.proto", "serverfeatures.proto", "gossip.proto"];

fn main() -> anyhow::Result<()> {
    let folder = protocol()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = protox::compile(FILES, [&folder])?;
    tonic_build::configure()
        .bytes(["."])
        .build_client(true)
        .build_server(true)
        .include_file("protocol.rs")
        .compile_fds(files)?;
    Ok(())
}

/// The folder in which the package of the client keeps the protocol.
///
/// On a new machine only the packages of this platform are here, so cargo is asked for no others, and it may fetch
/// what a build of this crate alone left out.
fn protocol() -> anyhow::Result<PathBuf> {
    let cargo = env::var_os("CARGO").context("cargo runs this script")?;
    let platform = env::var("TARGET").context("cargo tells a script what it builds for")?;
    let listed = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &platform])
        .current_dir(env::var_os("CARGO_MANIFEST_DIR").context("cargo runs this script")?)
        .output()?;
    ensure!(listed.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&listed.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&listed.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo lists packages")?;
    let client = packages.iter().find(|package| package["name"] == "eventstore").context("the client is used here")?;
    let manifest = PathBuf::from(client["manifest_path"].as_str().context("a package has a manifest")?);
    Ok(manifest.parent().context("a manifest lies in a folder")?.join("protos"))
}
