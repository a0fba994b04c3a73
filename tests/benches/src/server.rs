//! Runs the release binary for a measurement.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;

/// A running `cairn serve`; it is killed when the measurement is over.
pub(crate) struct Server {
    child: Child,
    /// `host:port`.
    pub address: String,
    /// From the start of the process to its first line.
    pub listening_after: Duration,
}

impl Server {
    /// Starts the binary that `CAIRN_BIN` names, or the release build beside this one.
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        let beside = std::env::current_exe()?.with_file_name("cairn");
        let binary = std::env::var_os("CAIRN_BIN").map_or(beside, Into::into);
        let begin = Instant::now();
        let mut child = Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .env("CAIRN_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started: build it first", binary.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("stdout is piped")?).read_line(&mut line)?;
        let listening_after = begin.elapsed();
        let address = line.trim().strip_prefix("listening on http://").context("no address")?.to_owned();
        Ok(Self { child, address, listening_after })
    }

    /// The resident memory of the process, in bytes.
    pub(crate) fn resident(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended by itself, which the measurement has noticed
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
