//! Looking names up, and refusing the addresses that a name must not lead to.
//!
//! The connection goes to the very addresses that were checked here, so a name cannot lead elsewhere between the check
//! and the connection (DNS rebinding).

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::allow::AllowList;

/// Looks up the addresses of a name.
#[async_trait]
pub trait Names: Send + Sync + 'static {
    /// All addresses of `name`, best first.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The names that the machine knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A name that leads only to addresses it must not lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddressRefused {
    pub(crate) name: String,
    pub(crate) addresses: Vec<IpAddr>,
}

impl fmt::Display for AddressRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<String> = self.addresses.iter().map(ToString::to_string).collect();
        write!(
            f,
            "{} leads to {}, which is not a public address; to allow that, put the address itself on the list of \
             allowed hosts, too",
            self.name,
            addresses.join(", ")
        )
    }
}

impl Error for AddressRefused {}

/// Looks names up for the client and lets only allowed addresses through.
pub(crate) struct CheckedNames {
    pub(crate) names: Arc<dyn Names>,
    pub(crate) allowed: Arc<AllowList>,
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, allowed) = (Arc::clone(&self.names), Arc::clone(&self.allowed));
        Box::pin(async move {
            let name = name.as_str().trim_end_matches('.').to_owned();
            let addresses = names.addresses(&name).await?;
            if addresses.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, format!("{name} has no address")).into());
            }
            let good: Vec<SocketAddr> = addresses
                .iter()
                .filter(|address| allowed.lets_name_lead_to(&name, **address))
                // the client puts the port in
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if good.is_empty() {
                return Err(AddressRefused { name, addresses }.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}
