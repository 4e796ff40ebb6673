//! The public API as a client sees it, and the requests that most journeys make.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use baiying_proto::v1;
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use baiying_proto::v1::duty_service_client::DutyServiceClient;
use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::org_service_client::OrgServiceClient;
use baiying_proto::v1::post_service_client::PostServiceClient;
use baiying_proto::v1::readiness_service_client::ReadinessServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::team_service_client::TeamServiceClient;
use baiying_proto::v1::watch_service_client::WatchServiceClient;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt as _;

/// The API of a daemon. Connects when first used, and again when the daemon comes back.
#[derive(Debug, Clone)]
pub struct Api {
    channel: Channel,
}

/// The administration of a daemon.
#[derive(Debug, Clone)]
pub struct Admin {
    channel: Channel,
}

macro_rules! service {
    ($name:ident, $client:ident) => {
        /// This service.
        #[must_use]
        pub fn $name(&self) -> $client<Channel> {
            $client::new(self.channel.clone()).max_decoding_message_size(64 << 20)
        }
    };
}

fn lazy(url: &str) -> anyhow::Result<Channel> {
    Ok(Endpoint::from_shared(url.to_owned())?.tcp_nodelay(true).connect_lazy())
}

impl Api {
    /// At a URL.
    ///
    /// # Errors
    /// If it is none.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        Ok(Self { channel: lazy(url)? })
    }

    service!(org, OrgServiceClient);
    service!(roster, RosterServiceClient);
    service!(response, ResponseServiceClient);
    service!(order, OrderServiceClient);
    service!(field, FieldServiceClient);
    service!(watch, WatchServiceClient);
    service!(team, TeamServiceClient);
    service!(duty, DutyServiceClient);
    service!(readiness, ReadinessServiceClient);
    service!(post, PostServiceClient);

    /// Whoever acts as the district's commander approves what its deputy commander asks for.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub async fn approval(&self) -> Result<Option<v1::Approval>, Status> {
        let acting = async |post: &str| {
            let request = v1::ListPostsRequest {
                post: post.to_owned(),
                ..v1::ListPostsRequest::default()
            };
            let posts = self.post().list_posts(request).await?.into_inner().posts;
            Ok::<_, Status>(posts.first().map_or(0, |post| post.acting_id))
        };
        Ok(Some(v1::Approval {
            approved_by_id: acting("commander").await?,
            requested_by_id: acting("deputy-commander").await?,
        }))
    }

    /// Activates a flood response with a call-out.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub async fn activate(&self, level: u32, text: &str) -> Result<v1::ActivateResponseResponse, Status> {
        let request = v1::ActivateResponseRequest {
            context: fresh(),
            plan: "flood".to_owned(),
            level,
            reason: "test".to_owned(),
            order: Some(draft(text)),
            approval: self.approval().await?,
            ..v1::ActivateResponseRequest::default()
        };
        Ok(self.response().activate_response(request).await?.into_inner())
    }

    /// Acknowledges for one person, on their own word.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub async fn acknowledge(&self, order_id: u32, person_id: u32) -> Result<v1::AcknowledgeResponse, Status> {
        let request = v1::AcknowledgeRequest {
            context: fresh(),
            order_id,
            reporter: own(),
            person_ids: vec![person_id],
            ..v1::AcknowledgeRequest::default()
        };
        Ok(self.field().acknowledge(request).await?.into_inner())
    }

    /// The board of everything, after checking that each of its lines adds up.
    ///
    /// # Errors
    /// If the daemon refuses or a line does not add up.
    pub async fn board(&self) -> anyhow::Result<v1::GetBoardResponse> {
        let board = self
            .watch()
            .get_board(v1::GetBoardRequest::default())
            .await?
            .into_inner();
        for row in board.total.iter().chain(&board.rows) {
            anyhow::ensure!(adds_up(row.counts.as_ref()), "does not add up: {row:?}");
        }
        Ok(board)
    }

    /// The whole ledger of an order's current version.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub async fn ledger(&self, order_id: u32) -> Result<BTreeMap<u32, v1::Delivery>, Status> {
        let mut rows = BTreeMap::new();
        let mut page_token = String::new();
        loop {
            let page = Some(v1::PageRequest {
                page_size: 1000,
                page_token,
            });
            let request = v1::ListDeliveriesRequest {
                order_id,
                page,
                ..v1::ListDeliveriesRequest::default()
            };
            let answer = self.order().list_deliveries(request).await?.into_inner();
            rows.extend(answer.deliveries.into_iter().map(|row| (row.person_id, row)));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(rows);
            }
        }
    }
}

impl Admin {
    /// At a URL.
    ///
    /// # Errors
    /// If it is none.
    pub fn at(url: &str) -> anyhow::Result<Self> {
        Ok(Self { channel: lazy(url)? })
    }

    service!(client, AdminServiceClient);

    /// The status with the hash of the whole state.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub async fn status(&self) -> Result<v1::GetStatusResponse, Status> {
        Ok(self
            .client()
            .get_status(v1::GetStatusRequest { with_state_hash: true })
            .await?
            .into_inner())
    }
}

/// A context under a key that was not used before.
#[must_use]
pub fn fresh() -> Option<v1::CommandContext> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    context(&format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// A context under this key.
#[must_use]
pub fn context(request_id: &str) -> Option<v1::CommandContext> {
    Some(v1::CommandContext {
        request_id: request_id.to_owned(),
        actor: "test:desk".to_owned(),
    })
}

/// An order to the first muster point of the [`super::small`] district, without limits and ladder: nothing happens by itself.
#[must_use]
pub fn draft(text: &str) -> v1::OrderDraft {
    v1::OrderDraft {
        text: text.to_owned(),
        muster_points: vec!["M1".to_owned()],
        no_ladder: true,
        ..v1::OrderDraft::default()
    }
}

/// On each person's own word.
#[must_use]
pub fn own() -> Option<v1::Reporter> {
    Some(v1::Reporter {
        who: Some(v1::reporter::Who::Own(true)),
    })
}

/// On a lead's word.
#[must_use]
pub fn lead(person: u32) -> Option<v1::Reporter> {
    Some(v1::Reporter {
        who: Some(v1::reporter::Who::LeadId(person)),
    })
}

/// On a desk's word.
#[must_use]
pub fn desk() -> Option<v1::Reporter> {
    Some(v1::Reporter {
        who: Some(v1::reporter::Who::Desk(true)),
    })
}

/// The sum of DESIGN §2.
#[must_use]
pub fn adds_up(counts: Option<&v1::Counts>) -> bool {
    counts.is_some_and(|counts| {
        counts.due == counts.present + counts.en_route + counts.excused + counts.absent + counts.unconfirmed
    })
}

/// The stable reason of a refusal; the gRPC code in words if it has none.
#[must_use]
pub fn reason(status: &Status) -> String {
    status
        .get_details_error_info()
        .map_or_else(|| format!("{:?}", status.code()), |info| info.reason)
}

/// The daemon is away: the same request may go through later.
#[must_use]
pub fn is_away(status: &Status) -> bool {
    use tonic::Code;
    let broken = matches!(
        status.code(),
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Internal
    );
    broken
        && status
            .get_details_error_info()
            .is_none_or(|info| info.reason == "SHUTTING_DOWN")
}
