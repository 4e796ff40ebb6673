//! A daemon with a district in it, and what every section asks of it.

use std::path::PathBuf;

use baiying_drills::load::{AckGroup, AckOptions, AckResult, acks_streamed, approval, import_all};
use baiying_drills::process::Daemon;
use baiying_drills::synth::{District, SynthOptions, rows};
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, Audience, CommandContext, GetStatusRequest, IssueOrderRequest, OrderDraft,
    SupersedeOrderRequest, TerminateResponseRequest,
};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::report::{Report, Row, Unit};
use crate::scale::Scale;

/// A daemon with a district in it.
pub(crate) struct Site {
    pub(crate) daemon: Daemon,
    pub(crate) data: PathBuf,
    pub(crate) people: u32,
    _dir: TempDir,
}

/// A version of an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issued {
    pub(crate) order_id: u32,
    pub(crate) version: u32,
}

fn context(id: String) -> Option<CommandContext> {
    Some(CommandContext {
        request_id: format!("bench-{id}"),
        actor: "bench".to_owned(),
    })
}

fn draft() -> OrderDraft {
    OrderDraft {
        text: "集结点不变，请重新回令。".to_owned(),
        muster_points: vec!["M1".to_owned()],
        no_ladder: true,
        reassign: true,
        ..OrderDraft::default()
    }
}

impl Site {
    /// Starts a daemon and imports a share of Liaoning into it.
    pub(crate) async fn new(scale: &Scale, share: f64, report: &mut Report) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir_in(&scale.dir)?;
        let data = dir.path().join("data");
        eprintln!("bench: generating Liaoning (share {share})");
        let options = SynthOptions {
            scale: share,
            ..SynthOptions::default()
        };
        let district = rows(District::Liaoning, &options);
        let daemon = Daemon::start(&data, &["--tenant", "辽宁（虚构）", "--synthetic"])?;
        let imported = import_all(&daemon.api, &district, "bench").await?;
        let people = imported.people.added;
        report.push(
            Row::ours(
                "import",
                format!("import of {people} people, checked and durable"),
                Unit::Milliseconds,
                vec![imported.people.ms as f64],
            )
            .how("one ImportPeople stream, from the first row to the answer")
            .against("pg.copy", "PostgreSQL COPY, which checks nothing", None),
        );
        Ok(Self {
            daemon,
            data,
            people,
            _dir: dir,
        })
    }

    /// Starts the daemon again, gracefully.
    pub(crate) fn restart(&mut self) -> anyhow::Result<()> {
        self.daemon.stop()?;
        self.start()
    }

    /// Starts the daemon after its end.
    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        self.daemon = Daemon::start(&self.data, &[])?;
        Ok(())
    }

    /// Activates a response without an order.
    pub(crate) async fn response(&self, event: &str) -> anyhow::Result<u32> {
        let request = ActivateResponseRequest {
            context: context(format!("activate-{event}")),
            plan: "generic".to_owned(),
            event: event.to_owned(),
            level: 4,
            reason: "bench".to_owned(),
            approval: Some(approval(&self.daemon.api).await?),
            ..ActivateResponseRequest::default()
        };
        let mut client = ResponseServiceClient::connect(self.daemon.api.clone()).await?;
        Ok(client.activate_response(request).await?.into_inner().response_id)
    }

    /// Ends a response with its orders.
    pub(crate) async fn terminate(&self, response_id: u32) -> anyhow::Result<()> {
        let request = TerminateResponseRequest {
            context: context(format!("terminate-{response_id}")),
            response_id,
            reason: "bench".to_owned(),
        };
        let mut client = ResponseServiceClient::connect(self.daemon.api.clone()).await?;
        client.terminate_response(request).await?;
        Ok(())
    }

    /// Issues an order to some people; how long the answer took, in milliseconds.
    pub(crate) async fn issue(&self, response_id: u32, key: &str, people: Vec<u32>) -> anyhow::Result<(Issued, f64)> {
        let request = IssueOrderRequest {
            context: context(format!("issue-{response_id}-{key}")),
            response_id,
            audience: Some(Audience {
                person_ids: people,
                ..Audience::default()
            }),
            draft: Some(draft()),
        };
        let mut client = OrderServiceClient::connect(self.daemon.api.clone()).await?;
        let since = Instant::now();
        let issued = client
            .issue_order(request)
            .await?
            .into_inner()
            .issued
            .unwrap_or_default();
        let took_ms = since.elapsed().as_secs_f64() * 1000.0;
        let (order_id, version) = (issued.order_id, issued.version);
        Ok((Issued { order_id, version }, took_ms))
    }

    /// A new version of an order, which everybody is to acknowledge anew.
    pub(crate) async fn supersede(&self, order: Issued, key: &str) -> anyhow::Result<Issued> {
        let request = SupersedeOrderRequest {
            context: context(format!("supersede-{}-{key}", order.order_id)),
            order_id: order.order_id,
            audience: None,
            draft: Some(draft()),
        };
        let mut client = OrderServiceClient::connect(self.daemon.api.clone()).await?;
        let issued = client
            .supersede_order(request)
            .await?
            .into_inner()
            .issued
            .unwrap_or_default();
        Ok(Issued {
            order_id: order.order_id,
            version: issued.version,
        })
    }

    /// How many events the journal has.
    pub(crate) async fn revision(&self) -> anyhow::Result<u64> {
        let mut client = AdminServiceClient::connect(self.daemon.admin.clone()).await?;
        let status = client.get_status(GetStatusRequest::default()).await?;
        Ok(status.into_inner().revision)
    }

    /// The revision of the newest snapshot, from its name.
    pub(crate) fn newest_snapshot(&self) -> anyhow::Result<u64> {
        let mut newest = 0;
        for entry in std::fs::read_dir(self.data.join("snapshots"))? {
            let name = entry?.file_name();
            let revision = name.to_str().and_then(|name| name.strip_suffix(".snap")?.parse().ok());
            newest = newest.max(revision.unwrap_or(0));
        }
        Ok(newest)
    }

    pub(crate) fn acks(&self, order: Issued) -> AckOptions {
        AckOptions::new(&self.daemon.api, order.order_id, order.version)
    }

    /// Acknowledges over 8 streams, 64 reports under way on each.
    pub(crate) async fn acks_streamed(&self, order: Issued, groups: &[AckGroup]) -> anyhow::Result<AckResult> {
        clean(acks_streamed(&self.acks(order), groups).await?)
    }
}

/// Acknowledgements that were refused measure something else.
pub(crate) fn clean(result: AckResult) -> anyhow::Result<AckResult> {
    anyhow::ensure!(
        result.refused.is_empty(),
        "acknowledgements were refused: {:?}",
        result.refused
    );
    anyhow::ensure!(
        result.exceptions == 0,
        "{} acknowledgements were not taken",
        result.exceptions
    );
    Ok(result)
}

/// Takes groups of about so many people from the front.
pub(crate) fn split(groups: &[AckGroup], people: usize) -> (&[AckGroup], &[AckGroup]) {
    let mut sum = 0;
    let at = groups.iter().position(|group| {
        sum += group.people.len();
        sum > people
    });
    groups.split_at(at.unwrap_or(groups.len()))
}
