//! The files in `docs/deploy` say nothing that the binary, or each other, does not know. Containers are not started here.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use yaml_rust2::{Yaml, YamlLoader};

use crate::support::{PATIENCE, Server, binary, chain, folder};

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploy")
}

fn read(file: &str) -> String {
    fs::read_to_string(deploy().join(file)).expect(file)
}

fn help() -> String {
    let output = Command::new(binary()).args(["serve", "--help"]).output().expect("the binary runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The words of a text that begin so and go on with these letters.
fn words(text: &str, begin: &str, goes_on: impl Fn(char) -> bool) -> BTreeSet<String> {
    let ends = |rest: &str| rest.find(|c: char| !goes_on(c)).unwrap_or(rest.len());
    text.match_indices(begin)
        .map(|(at, _)| text[at..at + begin.len() + ends(&text[at + begin.len()..])].to_owned())
        .collect()
}

fn compose() -> Yaml {
    YamlLoader::load_from_str(&read("compose.yaml")).expect("YAML").remove(0)
}

/// What a service says, also where it says it by another one (`<<`).
fn said<'a>(service: &'a Yaml, name: &str) -> &'a Yaml {
    let own = &service[name];
    if own.is_badvalue() { &service["<<"][name] } else { own }
}

/// The names in a list or in the keys of a map.
fn names(of: &Yaml) -> Vec<String> {
    let listed = of.as_vec().into_iter().flatten().filter_map(Yaml::as_str);
    let keys = of.as_hash().into_iter().flatten().filter_map(|(key, _)| key.as_str());
    listed.chain(keys).map(str::to_owned).collect()
}

#[test]
fn every_flag_and_variable_that_is_named_is_known() {
    let help = help();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    // those of the compose file itself
    let own = ["CAIRN_IMAGE"];
    let mut named = 0;
    for file in ["Dockerfile", "compose.yaml", "README.md"] {
        for variable in words(&read(file), "CAIRN_", is_name) {
            assert!(help.contains(&variable) || own.contains(&variable.as_str()), "{file}: {variable}");
            named += 1;
        }
    }
    assert!(named > 15, "{named} were found");
    let services = compose()["services"].clone();
    for node in ["cairn-1", "cairn-2"] {
        let command = names(said(&services[node], "command"));
        assert_eq!(command.first().map(String::as_str), Some("serve"), "{command:?}");
        for flag in command.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag.as_str()), "{flag}");
        }
        for role in command.last().expect("roles").split(',') {
            assert!(help.contains(role), "{role}");
        }
    }
}

#[test]
fn what_services_name_is_there() {
    let compose = compose();
    let services = compose["services"].as_hash().expect("services");
    let is_service = |name: &str| !compose["services"][name].is_badvalue();
    for needed in ["eventstore-1", "eventstore-2", "eventstore-3", "postgres", "cairn-1", "cairn-2", "proxy"] {
        assert!(is_service(needed), "{needed}");
    }
    for (name, service) in services {
        for other in names(said(service, "depends_on")) {
            assert!(is_service(&other), "{name:?} depends on {other}");
        }
        if let Some(other) = said(service, "network_mode").as_str().and_then(|mode| mode.strip_prefix("service:")) {
            assert!(is_service(other), "{name:?} shares the network of {other}");
        }
        for (kind, list) in [("networks", "networks"), ("secrets", "secrets")] {
            for used in names(said(service, list)) {
                assert!(!compose[kind][used.as_str()].is_badvalue(), "{name:?} uses the {kind} {used}");
            }
        }
        for volume in names(said(service, "volumes")) {
            let source = volume.split(':').next().expect("a source");
            match source.strip_prefix("./") {
                // what the person who starts it puts there
                Some("secrets") => {}
                Some(file) => assert!(deploy().join(file).is_file(), "{name:?} mounts {file}"),
                None => assert!(!compose["volumes"][source].is_badvalue(), "{name:?} mounts {source}"),
            }
        }
    }
    let proxy = read("proxy.conf");
    for node in ["cairn-1", "cairn-2"] {
        assert!(proxy.contains(&format!("server {node}:8080")), "the proxy knows {node}");
    }
}

/// What the image asks, as the container runs it, with the server's port.
fn health_check(port: &str) -> Option<i32> {
    let file = read("Dockerfile");
    let (_, check) = file.split_once("CMD [\"bash\", ").expect("a health check");
    let (check, _) = check.split_once('\n').expect("a line");
    let words: Vec<String> = serde_json::from_str(&format!("[{check}")).expect("a JSON list");
    let words = words.iter().map(|word| word.replace("7400", port));
    Command::new("bash").args(words).stderr(std::process::Stdio::null()).status().expect("bash runs").code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_health_check_of_the_image_asks_whether_the_server_is_ready() {
    let data = folder();
    let server = Server::start(data.path());
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let ready = async {
        while health_check(&port) != Some(0) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.expect("it is ready");
    assert_eq!(server.terminate(), Some(0));
    assert_ne!(health_check(&port), Some(0), "nobody is there any more");
}

/// The two proxies, as the files say it, but for names, ports and places; they end when this is dropped.
struct Proxies(Vec<std::process::Child>);

impl Drop for Proxies {
    fn drop(&mut self) {
        for proxy in &mut self.0 {
            // it may have ended by itself
            let _ = proxy.kill();
            let _ = proxy.wait();
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_made_and_watched_through_the_proxies_and_a_foreign_page_is_refused() {
    if Command::new("nginx").arg("-v").output().is_err() {
        eprintln!("NOT TESTED: nginx is not installed (Debian: apt-get install nginx-light)");
        return;
    }
    let (data, place) = (folder(), folder());
    let server = Server::start(data.path());
    let node = server.url.rsplit(':').next().unwrap();
    let (door, proxy) = (free_port().to_string(), free_port().to_string());
    let secrets = place.path().join("secrets");
    fs::create_dir(&secrets).unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(secrets.join("tls.crt"), made.cert.pem()).unwrap();
    fs::write(secrets.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    fs::write(secrets.join("users"), "ada:{PLAIN}secret\n").unwrap();
    let here = |file: &str| {
        let text = read(file)
            .replace("listen 8080", &format!("listen 127.0.0.1:{door}"))
            .replace("listen 8443", &format!("listen 127.0.0.1:{proxy}"))
            .replace("cairn-1:8080", &format!("127.0.0.1:{door}"))
            .replace("cairn-2:8080", &format!("127.0.0.1:{door}"))
            .replace("127.0.0.1:7400", &format!("127.0.0.1:{node}"))
            .replace("/etc/nginx/secrets", secrets.to_str().unwrap())
            .replace("pid /tmp", &format!("pid {}", place.path().display()))
            .replace("http {", "http { client_body_temp_path body; proxy_temp_path proxied; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;");
        let path = place.path().join(file);
        fs::write(&path, format!("daemon off; master_process off;\n{text}")).unwrap();
        path
    };
    let mut running = Proxies(Vec::new());
    for file in ["door.conf", "proxy.conf"] {
        let nginx = |more: &[&str]| {
            let mut command = Command::new("nginx");
            command.args(more).arg("-p").arg(place.path()).arg("-c").arg(here(file)).args(["-e", "stderr"]);
            command
        };
        let checked = nginx(&["-t"]).output().unwrap();
        assert!(checked.status.success(), "{file}: {}", String::from_utf8_lossy(&checked.stderr));
        running.0.push(nginx(&[]).spawn().unwrap());
    }
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let http = reqwest::Client::builder().no_proxy().add_root_certificate(trusted).build().unwrap();
    let url = format!("https://localhost:{proxy}");
    let up = async {
        while http.get(&url).send().await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, up).await.expect("the proxies answer");
    assert_eq!(http.get(format!("{url}/api/v1/me")).send().await.unwrap().status(), 401, "who are you?");
    let ask = |path: &str| http.get(format!("{url}{path}")).basic_auth("ada", Some("secret"));
    assert_eq!(ask("/metrics").send().await.unwrap().status(), 404);
    let mut live = ask("/api/v1/live").send().await.unwrap();
    assert_eq!(live.status(), 200);
    let write = |origin: &str| {
        let post = http.post(format!("{url}/api/v1/plans")).basic_auth("ada", Some("secret"));
        post.header("origin", origin).json(&chain("Through the door", 2))
    };
    assert_eq!(write("https://evil.example").send().await.unwrap().status(), 403);
    let made = write(&url).send().await.unwrap();
    assert_eq!(made.status(), 202, "{}", made.text().await.unwrap());
    let told = async {
        let mut text = String::new();
        while !text.contains("PlanCreated") {
            text.push_str(&String::from_utf8_lossy(&live.chunk().await.unwrap().expect("the stream is open")));
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("it is told at once");
    drop(running);
    assert_eq!(server.terminate(), Some(0));
}
