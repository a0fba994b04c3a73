//! Finds the server for a verb, or opens the house in this process.

use std::net::{Ipv4Addr, SocketAddr};

use crate::{
    args::Common,
    client::Client,
    exit::Failure,
    settings::Settings,
    wiring::{self, House, OpenError, Served},
};

/// A connection for one verb; a house that was opened for it is closed with it.
pub(crate) struct Connection {
    pub(crate) client: Client,
    served: Option<Served>,
}

impl Connection {
    /// Uses the server that was named, or the one that holds the folder, or opens the folder here.
    pub(crate) async fn open(common: &Common) -> Result<Self, Failure> {
        if let Some(server) = &common.server {
            return Ok(Self { client: Client::new(server)?, served: None });
        }
        let mut settings = Settings::load(common)?;
        settings.allow_hosts(std::env::var("CAIRN_HTTP_ALLOW").ok().as_deref());
        match House::open(&settings).await {
            Ok(house) => {
                let bound = wiring::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
                let served = house.serve(bound).await?;
                Ok(Self { client: Client::new(&served.url())?, served: Some(served) })
            }
            Err(OpenError::InUse { address: Some(address), .. }) => {
                Ok(Self { client: Client::new(&address)?, served: None })
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Closes the house, if one was opened.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        match self.served {
            Some(served) => served.stop().await,
            None => Ok(()),
        }
    }
}
