//! A PostgreSQL server for tests: the one that is installed, started in a temporary folder, gone with the process.
//!
//! One server serves all tests of a process; each makes itself a schema or a database of its own. It listens on a socket
//! in the folder and nowhere else, so no port can be taken. `CAIRN_TEST_POSTGRES=postgres://…` names another server.
//! Its data is worth nothing: nothing is ever synced to disk.

use std::{
    env, fs, io,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// How long the server may take to start.
const START: Duration = Duration::from_mins(1);

/// Starts the server in `$1` on the folder `$2`, with further arguments; ends it when standard input ends, and removes its
/// folder.
const GUARD: &str = r#"
programs=$1 folder=$2; shift 2
"$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
    -c shared_buffers=64MB -c max_connections=200 -c jit=off -c log_min_messages=error "$@" \
    0</dev/null >"$folder/server.log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
cd / && rm -rf "$folder"
"#;

/// A server that runs as long as this process.
pub struct Server {
    url: String,
    /// Holds the pipe whose end ends the server.
    _guard: Option<Child>,
}

impl Server {
    /// The server of this process; `None`, and a line that says so, where PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER.get_or_init(Self::find).as_ref()
    }

    /// How to connect to it, as somebody who may do everything.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A name that nobody else in this process was given, for a schema or a database.
    pub fn fresh_name(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
    }

    fn find() -> Option<Self> {
        if let Some(url) = env::var("CAIRN_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
            return Some(Self { url, _guard: None });
        }
        let Some(programs) = programs() else {
            eprintln!(
                "NOT TESTED with PostgreSQL: it is not installed (Debian: apt-get install postgresql), and \
                 CAIRN_TEST_POSTGRES names no server"
            );
            return None;
        };
        Some(Self::start(&programs, |_| Ok(Vec::new())).expect("PostgreSQL is installed and can be started"))
    }

    /// A server of its own that speaks TLS on a port of this machine, with a certificate and its key in PEM form; and the
    /// port. `None` where PostgreSQL is not installed.
    pub fn with_tls(certificate: &str, key: &str) -> Option<(Self, u16)> {
        let programs = programs()?;
        let mut port = 0;
        let server = Self::start(&programs, |folder| {
            port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let (certificate_file, key_file) = (folder.join("tls.crt"), folder.join("tls.key"));
            fs::write(&certificate_file, certificate)?;
            fs::write(&key_file, key)?;
            fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600))?;
            let owner = owner()?;
            chown(&key_file, owner.map(|(user, _)| user), owner.map(|(_, group)| group))?;
            Ok(vec![
                "listen_addresses=127.0.0.1".to_owned(),
                format!("port={port}"),
                "ssl=on".to_owned(),
                format!("ssl_cert_file={}", certificate_file.display()),
                format!("ssl_key_file={}", key_file.display()),
            ])
        });
        Some((server.expect("PostgreSQL is installed and can be started"), port))
    }

    /// Starts a server in a folder of its own, with the settings that `more` gives for the folder.
    fn start(programs: &Path, more: impl FnOnce(&Path) -> io::Result<Vec<String>>) -> io::Result<Self> {
        let owner = owner()?;
        let folder = tempfile::Builder::new().prefix("cairn-pg-").tempdir()?.keep();
        chown(&folder, owner.map(|(user, _)| user), owner.map(|(_, group)| group))?;
        let mut make = Command::new(programs.join("initdb"));
        make.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D"]);
        let output = run_as(make.arg(folder.join("data")), owner).current_dir(&folder).output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("initdb: {}", String::from_utf8_lossy(&output.stderr))));
        }
        let more = more(&folder)?;
        let port = more.iter().find_map(|setting| setting.strip_prefix("port=")).unwrap_or("5432").to_owned();
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(programs).arg(&folder).current_dir(&folder);
        guard.args(more.iter().flat_map(|setting| ["-c", setting]));
        let guard = run_as(&mut guard, owner)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self {
            url: format!("postgres://postgres@/postgres?host={}&port={port}", folder.display()),
            _guard: Some(guard),
        };
        wait_until_ready(programs, &folder, &port)?;
        Ok(server)
    }
}

fn wait_until_ready(programs: &Path, folder: &Path, port: &str) -> io::Result<()> {
    let begin = Instant::now();
    loop {
        let mut ask = Command::new(programs.join("pg_isready"));
        if ask.args(["-q", "-p", port, "-h"]).arg(folder).status()?.success() {
            return Ok(());
        }
        if begin.elapsed() > START {
            let said = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
            return Err(io::Error::other(format!("the server does not answer: {said}")));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Where the programs of the newest installed server are.
fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    versions.sort();
    let on_path = || {
        let path = env::var_os("PATH")?;
        env::split_paths(&path).find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
    };
    versions.pop().map(|(_, programs)| programs).or_else(on_path)
}

/// Whom the server runs as: it refuses to be root.
fn owner() -> io::Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    // the folder of a process in /proc belongs to whoever runs it
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    ids("postgres")
        .or_else(|| ids("nobody"))
        .map(Some)
        .ok_or_else(|| io::Error::other("there is nobody to run the server as"))
}

fn run_as(command: &mut Command, owner: Option<(u32, u32)>) -> &mut Command {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}
