//! Leads' live streams: each lead receives the order and says that it is on their device.

use std::sync::Arc;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::{ReceiveRequest, ReportDeliveryRequest};
use tokio::sync::{Semaphore, mpsc, watch};
use tonic::transport::Channel;

use super::report::{Counters, count};
use super::requests::Builder;
use crate::client::{Backoff, is_transient};

/// A lead's stream.
pub(crate) struct Stream {
    pub(crate) lead: u32,
    pub(crate) channel: Channel,
    pub(crate) builder: Arc<Builder>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) backoff: Backoff,
    /// Bounds how many say at once that they have the order.
    pub(crate) permits: Arc<Semaphore>,
    /// Dropped once the order is here, or never will be.
    pub(crate) waits: Option<mpsc::Sender<()>>,
    /// Turns true at the end of the run.
    pub(crate) stop: watch::Receiver<bool>,
}

impl Stream {
    /// Receives until the run is over, over as many streams as it takes.
    pub(crate) async fn run(mut self) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.receive() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn receive(&mut self) {
        let mut cursor = 0;
        loop {
            let mut client = FieldServiceClient::new(self.channel.clone());
            match client
                .receive(ReceiveRequest {
                    lead_id: self.lead,
                    cursor,
                })
                .await
            {
                Err(status) if !is_transient(&status) => {
                    self.waits = None;
                    return;
                }
                Err(_) => {}
                Ok(orders) => {
                    let mut orders = orders.into_inner();
                    while let Ok(Some(message)) = orders.message().await {
                        self.backoff.reset();
                        cursor = message.cursor;
                        // An exercise has orders of the same numbers.
                        let is_ours = message.exercise_id == 0
                            && message
                                .order
                                .is_some_and(|order| order.order_id == self.builder.order_id);
                        if is_ours && self.waits.take().is_some() {
                            count(&self.counters.received, 1);
                            self.delivered().await;
                        }
                    }
                }
            }
            self.backoff.pause().await;
        }
    }

    async fn delivered(&mut self) {
        let Self {
            lead,
            channel,
            builder,
            permits,
            backoff,
            counters,
            ..
        } = self;
        let Ok(_permit) = permits.acquire().await else { return };
        let request = ReportDeliveryRequest {
            context: Some(builder.context(&format!("rcv{lead}"), format!("drills:lead P{lead}"))),
            order_id: builder.order_id,
            version: builder.version,
            lead_id: *lead,
            state: "delivered".to_owned(),
        };
        let mut client = FieldServiceClient::new(channel.clone());
        while let Err(status) = client.report_delivery(request.clone()).await {
            if !is_transient(&status) {
                return;
            }
            count(&counters.retries, 1);
            backoff.pause().await;
        }
    }
}
