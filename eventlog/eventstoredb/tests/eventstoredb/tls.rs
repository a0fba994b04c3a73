//! Connections that are encrypted, with a certificate of a private authority.

use std::sync::Arc;

use esdouble::{Double, Options};
use eventlog::EventLog;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::support::{append, log_at, until};

/// A server's configuration for `localhost`, and the certificate of the authority that vouches for it.
fn certificate() -> (ServerConfig, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".into()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // never the provider of the process: the client under test insists on setting that itself
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], key);
    let mut config = config.unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    (config, authority.pem())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_authority_is_trusted_when_its_certificate_is_named_and_only_then() {
    let (config, authority) = certificate();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    let double = Double::start(Options { tls: Some(Arc::new(config)), ..Options::default() }).await.unwrap();
    let place = format!("esdb://localhost:{}", double.address().port());
    let trusting = log_at(&format!("{place}?tlsCaFile={}", file.display()));
    append(&trusting, "plan-1", 1).await.expect("the certificate is trusted");
    let wary = log_at(&place);
    until("it is refused", || wary.obstacle().is_some_and(|obstacle| !obstacle.contains("no connection was made")))
        .await;
    let careless = log_at(&format!("{place}?tlsVerifyCert=false"));
    append(&careless, "plan-1", 1).await.expect("nothing is verified");
}
