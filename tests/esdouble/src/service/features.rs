//! What the server can do.

use tonic::{Request, Response, Status};

use super::Node;
use crate::{
    faults::Call,
    protocol::event_store::client::{
        Empty,
        server_features::{SupportedMethod, SupportedMethods, server_features_server::ServerFeatures},
    },
};

#[tonic::async_trait]
impl ServerFeatures for Node {
    async fn get_supported_methods(&self, _request: Request<Empty>) -> Result<Response<SupportedMethods>, Status> {
        // asked without a login, and of any node
        self.fault_alone(Call::Features).await?;
        let method = |name: &str| SupportedMethod {
            method_name: name.to_owned(),
            service_name: "event_store.client.streams.streams".into(),
            features: Vec::new(),
        };
        Ok(Response::new(SupportedMethods {
            methods: ["read", "append", "delete", "tombstone", "batchappend"].map(method).to_vec(),
            event_store_server_version: self.shared.options.version.text().to_owned(),
        }))
    }
}
