//! Which nodes there are.

use std::time::{SystemTime, UNIX_EPOCH};

use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Node;
use crate::{
    faults::Call,
    protocol::event_store::client::{
        Empty, Uuid as WireUuid,
        gossip::{ClusterInfo, EndPoint, MemberInfo, gossip_server::Gossip, member_info::VNodeState},
        uuid::Value,
    },
};

#[tonic::async_trait]
impl Gossip for Node {
    async fn read(&self, _request: Request<Empty>) -> Result<Response<ClusterInfo>, Status> {
        self.fault_alone(Call::Gossip).await?;
        let leader = self.shared.cluster.leader();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let members = self.shared.cluster.addresses.iter().enumerate().map(|(index, address)| {
            let state = if index == leader { VNodeState::Leader } else { VNodeState::Follower };
            let id = Uuid::from_u128(u128::from(address.port()));
            MemberInfo {
                instance_id: Some(WireUuid { value: Some(Value::String(id.to_string())) }),
                time_stamp: i64::try_from(now.as_nanos() / 100).unwrap_or(i64::MAX),
                state: state.into(),
                is_alive: true,
                http_end_point: Some(EndPoint { address: address.ip().to_string(), port: address.port().into() }),
            }
        });
        Ok(Response::new(ClusterInfo { members: members.collect() }))
    }
}
