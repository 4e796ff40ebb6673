//! Both listeners' services, with every limit set and none left to a default (`deploy/docs/limits.md` says why each).

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use baiying_core::calendar::Date;
use baiying_core::id::Timestamp;
use baiying_core::policy::Policy;
use baiying_proto::v1;
use tokio::sync::{mpsc, watch};
use tonic::Status;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic_health::pb::health_server::{Health, HealthServer};
use tower::layer::util::{Identity, Stack};

use super::admin::AdminApi;
use super::attempts::Attempts;
use super::branch::BranchApi;
use super::command::CommandApi;
use super::duty::DutyApi;
use super::exercise::ExerciseApi;
use super::exercise::scope::ExerciseLayer;
use super::field::FieldApi;
use super::in_place::InPlaceApi;
use super::order::OrderApi;
use super::org::OrgApi;
use super::patience::PatienceLayer;
use super::plan::PlanApi;
use super::post::PostApi;
use super::readiness::ReadinessApi;
use super::reinforcement::ReinforcementApi;
use super::response::ResponseApi;
use super::roster::RosterApi;
use super::situation::SituationApi;
use super::team::TeamApi;
use super::watch::WatchApi;
use crate::clock::SharedClock;
use crate::config::LimitsConfig;
use crate::engine::EngineHandle;

/// What every service of the API has at hand.
#[derive(Clone)]
pub struct ApiContext {
    /// The engine.
    pub engine: EngineHandle,
    /// Records what was sent over streams.
    pub attempts: Attempts,
    /// Streams of field leads that are open.
    pub field_streams: Arc<AtomicUsize>,
    /// Changes when the daemon stops.
    pub stopping: watch::Receiver<bool>,
    /// Rows of one import.
    pub import_rows: usize,
    /// What the engine decides by; here for what is computed and changes nothing.
    pub policy: Arc<Policy>,
    /// What time it is.
    pub clock: SharedClock,
    /// How long a lead's stream may be behind.
    pub stalled_stream: Duration,
}

impl ApiContext {
    /// The day that it is where units are.
    pub(super) fn today(&self) -> Date {
        self.policy.team.zone.date(self.clock.now())
    }
    /// Ready when the daemon stops.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.stopping.clone();
        async move {
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }
}

/// What administration has at hand.
#[derive(Clone)]
pub struct AdminContext {
    /// As the API.
    pub api: ApiContext,
    /// When the daemon started.
    pub started_at: Timestamp,
    /// Where snapshots are.
    pub snapshot_dir: PathBuf,
}

/// Where messages go in, where they come out, and the place that is kept.
type Ends<T> = (mpsc::Sender<T>, mpsc::Receiver<T>, mpsc::OwnedPermit<T>);

/// A stream of so many messages under way, and one place more, kept for the reason of its end: it is said without waiting.
pub(super) fn stream_of<T>(messages: usize) -> Result<Ends<T>, Status> {
    let (sender, receiver) = mpsc::channel(messages + 1);
    let last = sender.clone().try_reserve_owned();
    let last = last.map_err(|_| Status::internal("a new channel has no room; please report this"))?;
    Ok((sender, receiver, last))
}

/// Streams that a client may have opened and reset before they were looked at: the rapid reset attack (CVE-2023-44487).
const PENDING_RESETS: usize = 20;
/// Resets a client may provoke. tonic takes this limit away unless it is told one (RUSTSEC-2024-0003).
const PROVOKED_RESETS: usize = 1024;

/// Around every service: which exercise a call is for, and how long it may take.
type Layers = Stack<ExerciseLayer, Stack<PatienceLayer, Identity>>;

fn server(limits: &LimitsConfig, exercises: ExerciseLayer) -> Server<Layers> {
    Server::builder()
        .layer(PatienceLayer::new(limits))
        .layer(exercises)
        .http2_max_pending_accept_reset_streams(Some(PENDING_RESETS))
        .http2_max_local_error_reset_streams(Some(PROVOKED_RESETS))
        .max_concurrent_streams(limits.streams_per_connection)
        .initial_stream_window_size(limits.stream_window_bytes)
        .initial_connection_window_size(limits.connection_window_bytes)
        .http2_max_header_list_size(limits.header_bytes)
        .http2_keepalive_interval(Some(Duration::from_millis(limits.keepalive_ms)))
        .http2_keepalive_timeout(Some(Duration::from_millis(limits.keepalive_timeout_ms)))
        .tcp_nodelay(true)
}

/// The API.
pub fn api_router(context: &ApiContext, limits: &LimitsConfig) -> Router<Layers> {
    let exercises = ExerciseLayer::of(context, limits);
    server(limits, exercises).add_routes(api_routes(context, limits))
}

/// The API's services without a listener: the fuzzers hand them requests without a network between.
pub fn api_routes(context: &ApiContext, limits: &LimitsConfig) -> Routes {
    use v1::branch_service_server::BranchServiceServer;
    use v1::command_service_server::CommandServiceServer;
    use v1::duty_service_server::DutyServiceServer;
    use v1::exercise_service_server::ExerciseServiceServer;
    use v1::field_service_server::FieldServiceServer;
    use v1::in_place_service_server::InPlaceServiceServer;
    use v1::order_service_server::OrderServiceServer;
    use v1::org_service_server::OrgServiceServer;
    use v1::plan_service_server::PlanServiceServer;
    use v1::post_service_server::PostServiceServer;
    use v1::readiness_service_server::ReadinessServiceServer;
    use v1::reinforcement_service_server::ReinforcementServiceServer;
    use v1::response_service_server::ResponseServiceServer;
    use v1::roster_service_server::RosterServiceServer;
    use v1::situation_service_server::SituationServiceServer;
    use v1::team_service_server::TeamServiceServer;
    use v1::watch_service_server::WatchServiceServer;
    let (taken, sent) = (limits.message_bytes, limits.sent_message_bytes);
    macro_rules! limited {
        ($service:expr, $taken:expr) => {
            $service
                .max_decoding_message_size($taken)
                .max_encoding_message_size(sent)
        };
    }
    Routes::new(limited!(OrgServiceServer::new(OrgApi(context.clone())), taken))
        .add_service(limited!(RosterServiceServer::new(RosterApi(context.clone())), taken))
        .add_service(limited!(DutyServiceServer::new(DutyApi(context.clone())), taken))
        .add_service(limited!(
            ResponseServiceServer::new(ResponseApi(context.clone())),
            taken
        ))
        .add_service(limited!(OrderServiceServer::new(OrderApi(context.clone())), taken))
        .add_service(limited!(
            FieldServiceServer::new(FieldApi(context.clone())),
            limits.field_message_bytes
        ))
        .add_service(limited!(WatchServiceServer::new(WatchApi(context.clone())), taken))
        .add_service(limited!(TeamServiceServer::new(TeamApi(context.clone())), taken))
        .add_service(limited!(InPlaceServiceServer::new(InPlaceApi(context.clone())), taken))
        .add_service(limited!(
            ReadinessServiceServer::new(ReadinessApi::new(context.clone())),
            limits.field_message_bytes
        ))
        .add_service(limited!(CommandServiceServer::new(CommandApi(context.clone())), taken))
        .add_service(limited!(PlanServiceServer::new(PlanApi(context.clone())), taken))
        .add_service(limited!(PostServiceServer::new(PostApi(context.clone())), taken))
        .add_service(limited!(
            SituationServiceServer::new(SituationApi(context.clone())),
            taken
        ))
        .add_service(limited!(BranchServiceServer::new(BranchApi(context.clone())), taken))
        .add_service(limited!(
            ReinforcementServiceServer::new(ReinforcementApi(context.clone())),
            taken
        ))
        .add_service(limited!(
            ExerciseServiceServer::new(ExerciseApi(context.clone())),
            taken
        ))
}

/// Administration, health and reflection.
///
/// # Errors
/// When the embedded descriptors cannot be read: a defect of the build.
pub fn admin_router(
    context: AdminContext,
    limits: &LimitsConfig,
    health: HealthServer<impl Health>,
) -> anyhow::Result<Router<Layers>> {
    use v1::admin_service_server::AdminServiceServer;
    let sent = limits.sent_message_bytes;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()?
        .max_decoding_message_size(limits.field_message_bytes)
        .max_encoding_message_size(sent);
    // Python's reflection client and older grpcurl speak the version before.
    let reflection_v1alpha = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1alpha()?
        .max_decoding_message_size(limits.field_message_bytes)
        .max_encoding_message_size(sent);
    let admin = AdminServiceServer::new(AdminApi(context))
        .max_decoding_message_size(limits.field_message_bytes)
        .max_encoding_message_size(sent);
    let health = health
        .max_decoding_message_size(limits.field_message_bytes)
        .max_encoding_message_size(sent);
    Ok(server(limits, ExerciseLayer::none())
        .add_service(admin)
        .add_service(health)
        .add_service(reflection)
        .add_service(reflection_v1alpha))
}
