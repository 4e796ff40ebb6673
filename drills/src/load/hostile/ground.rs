//! Where it happens: a real daemon with a district, a response, and orders to leads.

use std::fmt::Write as _;
use std::net::SocketAddr;

use anyhow::Context as _;
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, Audience, CommandContext, GetStatusRequest, IssueOrderRequest, OrderDraft,
};
use tempfile::TempDir;
use tokio::time::Instant;
use tonic::transport::Channel;

use super::super::activate::some_muster_points;
use super::super::approval;
use super::super::fan_out::leads;
use super::super::import_all;
use crate::client::{Connections, of_district};
use crate::population::list_teams;
use crate::process::Daemon;
use crate::synth::SynthData;

/// What stands before the number of an order in its text.
const NUMBER: char = '#';

/// A daemon in the field.
pub(super) struct Ground {
    dir: TempDir,
    /// The daemon.
    pub(super) daemon: Daemon,
    config: String,
    commands: Channel,
    response_id: u32,
    muster_points: Vec<String>,
    /// Who leads a team, each once.
    pub(super) leads: Vec<u32>,
    filler: String,
    last: u32,
    /// Of the last order.
    pub(super) order_id: u32,
}

pub(super) fn context(id: &str) -> Option<CommandContext> {
    Some(CommandContext {
        request_id: format!("hostile-{id}"),
        actor: "drills:hostile".to_owned(),
    })
}

impl Ground {
    /// A daemon with these limits (keys of `[limits]`), at most so many open files, and this district.
    ///
    /// # Errors
    /// If it does not start or does not take the district.
    pub(super) async fn start(
        district: &SynthData,
        limits: &[(&str, u64)],
        files: Option<u32>,
    ) -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("baiying-hostile-").tempdir()?;
        let path = dir.path().join("baiyingd.toml");
        let mut text = "[limits]\n".to_owned();
        for (key, value) in limits {
            writeln!(text, "{key} = {value}")?;
        }
        std::fs::write(&path, text)?;
        let config = path.display().to_string();
        let data = dir.path().join("data");
        let arguments = ["--synthetic", "--config", &config];
        let daemon = match files {
            None => Daemon::start(&data, &arguments)?,
            Some(files) => Daemon::start_with_files(files, &data, &arguments)?,
        };
        import_all(&daemon.api, district, "hostile").await?;
        let commands = Connections::open(&daemon.api, 1).await?.first();
        let activate = ActivateResponseRequest {
            context: context("activate"),
            plan: "generic".to_owned(),
            event: "hostile".to_owned(),
            level: 4,
            reason: "drill".to_owned(),
            approval: Some(approval(&daemon.api).await?),
            ..ActivateResponseRequest::default()
        };
        let mut responses = ResponseServiceClient::new(commands.clone());
        let response_id = responses.activate_response(activate).await?.into_inner().response_id;
        let teams = list_teams(of_district(commands.clone())).await?;
        Ok(Self {
            muster_points: some_muster_points(&commands, &[]).await?,
            leads: leads(&teams, usize::MAX),
            dir,
            daemon,
            config,
            commands,
            response_id,
            filler: String::new(),
            last: 0,
            order_id: 0,
        })
    }

    /// Makes the orders' texts longer by so many bytes.
    #[must_use]
    pub(super) fn wordy(mut self, bytes: usize) -> Self {
        self.filler = "x".repeat(bytes);
        self
    }

    /// Where the API is.
    ///
    /// # Errors
    /// Never, as the daemon said where.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        self.daemon.addresses().0.parse().context("the daemon's address")
    }

    /// Issues the next order to every lead: its number, and when it was asked for.
    ///
    /// # Errors
    /// If the daemon refuses.
    pub(super) async fn issue(&mut self) -> anyhow::Result<(usize, Instant)> {
        self.last += 1;
        let number = self.last as usize;
        let request = IssueOrderRequest {
            context: context(&format!("order-{number}")),
            response_id: self.response_id,
            audience: Some(Audience {
                person_ids: self.leads.clone(),
                ..Audience::default()
            }),
            draft: Some(OrderDraft {
                text: format!("{}{NUMBER}{number}", self.filler),
                muster_points: self.muster_points.clone(),
                no_ladder: true,
                reassign: true,
                ..OrderDraft::default()
            }),
        };
        let asked = Instant::now();
        let answer = OrderServiceClient::new(self.commands.clone())
            .issue_order(request)
            .await?;
        self.order_id = answer.into_inner().issued.unwrap_or_default().order_id;
        Ok((number, asked))
    }

    /// Streams of leads that the daemon counts as open.
    ///
    /// # Errors
    /// If it does not say.
    pub(super) async fn live_streams(&self) -> anyhow::Result<u32> {
        let mut admin = AdminServiceClient::connect(self.daemon.admin.clone()).await?;
        let status = admin.get_status(GetStatusRequest::default()).await?;
        Ok(status.into_inner().field_streams)
    }

    /// kill -9, and a new daemon at the same addresses.
    ///
    /// # Errors
    /// If it does not start.
    pub(super) fn kill_and_start(&mut self) -> anyhow::Result<()> {
        self.daemon.kill();
        let (api, admin) = self.daemon.addresses();
        let (api, admin) = (api.to_owned(), admin.to_owned());
        let data = self.dir.path().join("data");
        self.daemon = Daemon::start_at(&data, (&api, &admin), &["--config", &self.config])?;
        Ok(())
    }
}

/// The number of an order by its text.
pub(super) fn number(text: &str) -> Option<usize> {
    text.rsplit_once(NUMBER)?.1.parse().ok()
}
