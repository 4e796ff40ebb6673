//! On whose word something is reported, about whom, and where it is kept while the daemon is out of reach.

use std::path::PathBuf;

use baiying_proto::v1 as pb;
use clap::ArgGroup;

use crate::error::CliError;
use crate::ids;
use crate::offline::Queue;

/// On whose word.
#[derive(Debug, Clone, clap::Args)]
#[command(group = ArgGroup::new("reporter").required(true).args(["lead", "own", "desk"]))]
pub(crate) struct ReporterArgs {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    pub(crate) lead: Option<u32>,
    #[arg(long)]
    pub(crate) own: bool,
    #[arg(long)]
    pub(crate) desk: bool,
}

impl ReporterArgs {
    /// As the wire has it.
    pub(crate) fn reporter(&self) -> pb::Reporter {
        use pb::reporter::Who;
        let who = match self.lead {
            Some(lead) => Who::LeadId(lead),
            None if self.own => Who::Own(true),
            None => Who::Desk(true),
        };
        pb::Reporter { who: Some(who) }
    }
}

/// About whom.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct WhoArgs {
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    pub(crate) person: Vec<u32>,
}

/// Where leads' queues are.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct QueueArgs {
    #[arg(long, value_name = "DIR", env = "BAIYING_QUEUE")]
    pub(crate) queue: Option<PathBuf>,
}

impl QueueArgs {
    /// The directory of all queues.
    pub(crate) fn base(&self) -> Result<PathBuf, CliError> {
        match &self.queue {
            Some(queue) if !queue.as_os_str().is_empty() => Ok(queue.clone()),
            _ => Ok(Queue::default_base()?),
        }
    }

    /// The leads asked for: one, or all that have a queue.
    pub(crate) fn leads(&self, lead: Option<u32>) -> Result<Vec<u32>, CliError> {
        match lead {
            Some(lead) => Ok(vec![lead]),
            None => Ok(Queue::leads(&self.base()?)?),
        }
    }
}

/// Keeps it without trying the daemon.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OfflineArgs {
    #[command(flatten)]
    pub(crate) queue: QueueArgs,
    #[arg(long)]
    pub(crate) offline: bool,
}
