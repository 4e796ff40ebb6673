//! One stream of acknowledgements (`FieldService.Report`), with a bounded number of them on the way.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::report_request::Report;
use baiying_proto::v1::reporter::Who;
use baiying_proto::v1::{AcknowledgeRequest, CommandContext, ReportRequest, Reporter};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, interval};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;

use super::acks::Acked;
use super::groups::{AckGroup, Reporting};
use crate::client::ClientError;

/// One order's acknowledgements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acknowledging {
    pub(crate) order_id: u32,
    pub(crate) version: u32,
    pub(crate) seed: u64,
}

impl Acknowledging {
    /// The request for the n-th group; n is its place among all, so that request ids are unique over all lanes.
    pub(crate) fn request(&self, number: usize, group: &AckGroup) -> AcknowledgeRequest {
        let Self {
            order_id,
            version,
            seed,
        } = *self;
        let (who, actor) = match group.reporting {
            Reporting::Lead(lead) => (Who::LeadId(lead), format!("drills:lead P{lead}")),
            Reporting::Own => (Who::Own(true), "drills:gateway".to_owned()),
        };
        AcknowledgeRequest {
            context: Some(CommandContext {
                request_id: format!("a{seed:x}.{order_id}.{version}.{number}.{}", group.people[0]),
                actor,
            }),
            order_id,
            version,
            reporter: Some(Reporter { who: Some(who) }),
            person_ids: group.people.clone(),
            all: false,
        }
    }
}

/// Sends groups over one stream, at most `window` unanswered; with a pace, one every so often and never sooner.
pub(crate) async fn acknowledge(
    channel: Channel,
    acknowledging: Acknowledging,
    groups: Vec<(usize, AckGroup)>,
    window: usize,
    every: Option<Duration>,
) -> Result<Acked, ClientError> {
    let window = window.max(1);
    let permits = Semaphore::new(window);
    let waiting: Mutex<BTreeMap<u64, Instant>> = Mutex::default();
    let (sender, receiver) = mpsc::channel(window);
    let sending = async {
        let sender = sender;
        let mut pace = every.filter(|every| !every.is_zero()).map(interval);
        for (number, group) in groups {
            if let Some(pace) = &mut pace {
                pace.tick().await;
            }
            // Given back by the answer.
            let Ok(permit) = permits.acquire().await else { break };
            permit.forget();
            let (tag, request) = (number as u64, acknowledging.request(number, &group));
            lock(&waiting).insert(tag, Instant::now());
            if sender
                .send(ReportRequest {
                    tag,
                    report: Some(Report::Acknowledge(request)),
                })
                .await
                .is_err()
            {
                // The stream is closed, and its answers say why.
                break;
            }
        }
        Ok(())
    };
    let hearing = async {
        let mut acked = Acked::default();
        let mut client = FieldServiceClient::new(channel);
        let answers = client
            .report(ReceiverStream::new(receiver))
            .await
            .map_err(ClientError::call("Report"))?;
        let mut answers = answers.into_inner();
        while let Some(answer) = answers.message().await.map_err(ClientError::call("Report"))? {
            permits.add_permits(1);
            let since = lock(&waiting).remove(&answer.tag);
            acked.hear(answer.applied, &answer.exceptions, &answer.refused_reason, since);
        }
        Ok(acked)
    };
    let ((), acked) = tokio::try_join!(sending, hearing)?;
    Ok(acked)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
