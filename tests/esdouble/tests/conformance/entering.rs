//! Who may come in, which node takes appends, and the calls that Cairn itself does not make.

use cairn_esdouble::{
    Call, Double, Fault, Options, User,
    protocol::event_store::client::{
        Empty, StreamIdentifier, Uuid as WireUuid,
        gossip::{gossip_client::GossipClient, member_info::VNodeState},
        server_features::server_features_client::ServerFeaturesClient,
        streams::{
            BatchAppendReq, batch_append_req, batch_append_resp, read_req::options::all_options::AllOption,
            streams_client::StreamsClient,
        },
        uuid::Value,
    },
    store::Expected,
};
use tonic::{
    Request,
    metadata::{MetadataMap, MetadataValue},
    transport::Endpoint,
};
use uuid::Uuid;

use crate::server::{Outcome, Server, of_all, which};

fn user(name: &str, is_admin: bool) -> User {
    User { name: name.into(), password: format!("{name}'s"), is_admin }
}

/// Reads the whole log as somebody, and gives what came of it.
async fn read_all_as(double: &Double, login: Option<(&str, &str)>) -> String {
    let channel = Endpoint::from_shared(format!("http://{}", double.address())).unwrap().connect().await.unwrap();
    let mut request = Request::new(cairn_esdouble::protocol::event_store::client::streams::ReadReq {
        options: Some(of_all(AllOption::Start(Empty {}))),
    });
    if let Some((user, password)) = login {
        let header = MetadataValue::try_from(cairn_esdouble::basic(user, password)).unwrap();
        request.metadata_mut().insert("authorization", header);
    }
    StreamsClient::new(channel).read(request).await.map_or_else(|status| which(&status), |_| "read".into())
}

#[tokio::test]
async fn the_whole_log_is_for_admins() {
    let users = vec![user("admin", true), user("reader", false)];
    let double = Double::start(Options { users, ..Options::default() }).await.unwrap();
    for (login, came) in [
        (Some(("admin", "admin's")), "read"),
        (Some(("reader", "reader's")), "access-denied"),
        (None, "access-denied"),
        (Some(("admin", "a guess")), "Unauthenticated"),
        (Some(("nobody", "nobody's")), "Unauthenticated"),
    ] {
        assert_eq!(read_all_as(&double, login).await, came, "{login:?}");
    }
}

#[tokio::test]
async fn a_follower_names_the_leader_to_whoever_insists_on_one() {
    let double = Double::start(Options { nodes: 3, ..Options::default() }).await.unwrap();
    double.lead(1);
    let address = double.addresses()[0];
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
    let mut request = Request::new(cairn_esdouble::protocol::event_store::client::streams::ReadReq {
        options: Some(of_all(AllOption::Start(Empty {}))),
    });
    request.metadata_mut().insert("requires-leader", MetadataValue::from_static("true"));
    let status = StreamsClient::new(channel.clone()).read(request).await.map(drop).unwrap_err();
    let trailer = |metadata: &MetadataMap, name: &str| metadata.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(which(&status), "not-leader");
    assert_eq!(trailer(status.metadata(), "leader-endpoint-port"), double.addresses()[1].port().to_string());

    let members = GossipClient::new(channel).read(Empty {}).await.unwrap().into_inner().members;
    let leaders: Vec<_> = members
        .iter()
        .filter(|member| member.state() == VNodeState::Leader)
        .filter_map(|member| member.http_end_point.as_ref().map(|end_point| end_point.port))
        .collect();
    assert_eq!((members.len(), leaders), (3, vec![u32::from(double.addresses()[1].port())]));
}

#[tokio::test]
async fn a_server_tells_anybody_what_it_can_and_which_version_it_is() {
    let server = Server::start().await;
    let Some(double) = &server.double else { return };
    let channel = Endpoint::from_shared(format!("http://{}", double.address())).unwrap().connect().await.unwrap();
    let mut features = ServerFeaturesClient::new(channel);
    let told = features.get_supported_methods(Empty {}).await.unwrap().into_inner();
    assert!(told.event_store_server_version.starts_with("24.10"), "{told:?}");
    assert!(told.methods.iter().any(|method| method.method_name == "batchappend"), "{told:?}");
    double.faults().once(Call::Features, Fault::Unavailable);
    let status = features.get_supported_methods(Empty {}).await.unwrap_err();
    assert_eq!(which(&status), "Unavailable");
}

#[tokio::test]
async fn appends_over_one_long_call_are_answered_one_by_one() {
    use batch_append_req::options::ExpectedStreamPosition as Wire;
    let server = Server::start().await;
    let stream = server.stream("batch");
    let question = |expected, correlation: u128| BatchAppendReq {
        correlation_id: Some(WireUuid { value: Some(Value::String(Uuid::from_u128(correlation).to_string())) }),
        options: Some(batch_append_req::Options {
            stream_identifier: Some(StreamIdentifier { stream_name: stream.clone().into() }),
            expected_stream_position: Some(expected),
            deadline_option: None,
        }),
        proposed_messages: vec![batch_append_req::ProposedMessage {
            id: Some(WireUuid { value: Some(Value::String(Uuid::now_v7().to_string())) }),
            metadata: [("type", "Tried"), ("content-type", "application/json")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..batch_append_req::ProposedMessage::default()
        }],
        is_final: true,
    };
    let questions = vec![question(Wire::NoStream(()), 1), question(Wire::StreamPosition(7), 2)];
    let request = server.request(tokio_stream::iter(questions));
    let mut answers = server.streams.clone().batch_append(request).await.unwrap().into_inner();
    let mut came = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        came.push(match answer.result {
            Some(batch_append_resp::Result::Success(_)) => "written".to_owned(),
            Some(batch_append_resp::Result::Error(error)) => error.message,
            None => "nothing".into(),
        });
    }
    assert_eq!(came, ["written", "WrongExpectedVersion"]);
    assert_eq!(server.append(&stream, Expected::Exact(0), &[Uuid::now_v7()]).await, Outcome::At(1));
}
