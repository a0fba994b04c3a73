//! TLS to a real server, with a certificate that is made for the test.

use std::path::Path;

use pgserver::Server;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::{Login, PostgresModels, Settings, link};

/// An authority, and a server with a certificate of it for a name.
struct Place {
    authority: String,
    port: u16,
    _server: Server,
}

/// `None` where PostgreSQL is not installed.
fn place(name: &str) -> Option<Place> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let (server, port) = Server::with_tls(&certificate.pem(), &key.serialize_pem())?;
    Some(Place { authority: authority.pem(), port, _server: server })
}

impl Place {
    fn settings(&self, parameters: &str) -> Settings {
        let connection = format!("postgres://postgres@localhost:{}/postgres?{parameters}", self.port);
        Settings::parse(&connection, Login::default()).unwrap()
    }
}

fn kept(folder: &Path, authority: &str) -> String {
    let file = folder.join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Whether a connection is encrypted; what is wrong when there is none.
async fn is_encrypted(settings: &Settings) -> Result<bool, String> {
    let client = link::connect(settings, settings.schema()).await.map_err(|error| error.to_string())?;
    let row = client.query_one("select ssl from pg_stat_ssl where pid = pg_backend_pid()", &[]).await.unwrap();
    Ok(row.get(0))
}

#[tokio::test]
async fn a_server_is_trusted_when_its_authority_is_named_and_only_then() {
    let Some(place) = place("localhost") else { return };
    let folder = tempfile::tempdir().unwrap();
    let authority = kept(folder.path(), &place.authority);
    for mode in ["require", "verify-ca", "verify-full"] {
        let trusting = place.settings(&format!("sslmode={mode}&sslrootcert={authority}"));
        assert_eq!(is_encrypted(&trusting).await, Ok(true), "{mode}");
        let wary = is_encrypted(&place.settings(&format!("sslmode={mode}"))).await.unwrap_err();
        assert!(wary.contains("certificate"), "{mode}: {wary}");
    }
    let plain = place.settings("sslmode=disable");
    assert_eq!(is_encrypted(&plain).await, Ok(false), "the server would take it");
    // read models as well, with their migrations and their pool
    let models = place.settings(&format!("sslmode=verify-full&sslrootcert={authority}"));
    tokio::task::spawn_blocking(move || drop(PostgresModels::open(models).unwrap())).await.unwrap();
}

#[tokio::test]
async fn a_server_with_another_name_is_refused() {
    let Some(place) = place("elsewhere.example") else { return };
    let folder = tempfile::tempdir().unwrap();
    let authority = kept(folder.path(), &place.authority);
    let refused = is_encrypted(&place.settings(&format!("sslmode=verify-full&sslrootcert={authority}"))).await;
    assert!(refused.unwrap_err().contains("certificate"));
}
