//! Feeds a district to a daemon over its import streams: units, people, teams, muster points, posts.

use std::future::Future;

use baiying_proto::v1::org_service_client::OrgServiceClient;
use baiying_proto::v1::post_service_client::PostServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::{
    CommandContext, ImportHeader, ImportMode, ImportMusterPointsRequest, ImportPeopleRequest, ImportPostsRequest,
    ImportReport, ImportTeamsRequest, ImportUnitsRequest, RowError,
};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Response, Status};

use crate::client::{ClientError, Connections};
use crate::synth::SynthData;

/// Rows in one message.
const ROWS_MAX: usize = 500;
/// Messages made ahead of the daemon.
const AHEAD: usize = 4;
/// Bad rows shown in an error.
const SHOWN: usize = 5;

/// What an import of one kind of rows came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Rows sent.
    pub rows: u64,
    /// Things new to the daemon.
    pub added: u32,
    /// Things it knew otherwise.
    pub changed: u32,
    /// Things it knew just so.
    pub unchanged: u32,
    /// Bad rows it left out.
    pub bad: u64,
    /// The state that shows it.
    pub revision: u64,
    /// From the first row to the answer, in milliseconds.
    pub ms: u64,
}

/// What the import of a district came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ImportSummary {
    /// Of units.
    pub units: Imported,
    /// Of people.
    pub people: Imported,
    /// Of teams: `rows` are members, the others teams.
    pub teams: Imported,
    /// Of muster points.
    pub muster_points: Imported,
    /// Of posts: `rows` are holdings, the others posts.
    pub posts: Imported,
}

/// Why a district was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The daemon was not reached or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Rows were bad, and nothing of their kind was taken.
    #[error("{what}: {count} bad rows, nothing was taken; the first: {first:?}")]
    BadRows {
        /// Which rows.
        what: &'static str,
        /// How many.
        count: usize,
        /// The first of them.
        first: Vec<RowError>,
    },
}

/// Imports all rows, in the order in which they refer to each other. Data that was spoilt on purpose is imported without its bad rows, all
/// other data whole or not at all. Repeating it with the same data changes nothing.
///
/// # Errors
/// If the daemon cannot be reached, refuses, or finds bad rows where there should be none.
pub async fn import_all(endpoint: &str, data: &SynthData, actor: &str) -> Result<ImportSummary, ImportError> {
    let channel = Connections::open(endpoint, 1).await?.first();
    let (mut org, mut roster, mut holders) = (
        OrgServiceClient::new(channel.clone()),
        RosterServiceClient::new(channel.clone()),
        PostServiceClient::new(channel),
    );
    let mode = if data.dirty.is_empty() {
        ImportMode::AllOrNothing
    } else {
        ImportMode::SkipBad
    };
    // The counts stand for the options: other options are other rows, which need other keys.
    let report = &data.report;
    let header = |what: &str| {
        let counts = format!("{}.{}.{}", report.units, report.people, report.dirty);
        let request_id = format!("synth-{what}-{:x}-{counts}", data.seed);
        Some(ImportHeader {
            context: Some(CommandContext {
                request_id,
                actor: actor.to_owned(),
            }),
            mode: mode.into(),
        })
    };
    let units = send(
        "units",
        &data.units,
        ImportUnitsRequest {
            header: header("u"),
            rows: Vec::new(),
        },
        |rows| ImportUnitsRequest { header: None, rows },
        async |rows| org.import_units(rows).await,
        |answer| answer.report,
    )
    .await?;
    let people = send(
        "people",
        &data.people,
        ImportPeopleRequest {
            header: header("p"),
            ..ImportPeopleRequest::default()
        },
        |rows| ImportPeopleRequest {
            rows,
            ..ImportPeopleRequest::default()
        },
        async |rows| roster.import_people(rows).await,
        |answer| answer.report,
    )
    .await?;
    let teams = send(
        "teams",
        &data.teams,
        ImportTeamsRequest {
            header: header("t"),
            rows: Vec::new(),
        },
        |rows| ImportTeamsRequest { header: None, rows },
        async |rows| roster.import_teams(rows).await,
        |answer| answer.report,
    )
    .await?;
    let muster_points = send(
        "muster points",
        &data.muster_points,
        ImportMusterPointsRequest {
            header: header("m"),
            rows: Vec::new(),
        },
        |rows| ImportMusterPointsRequest { header: None, rows },
        async |rows| org.import_muster_points(rows).await,
        |answer| answer.report,
    )
    .await?;
    let posts = send(
        "posts",
        &data.posts,
        ImportPostsRequest {
            header: header("h"),
            rows: Vec::new(),
        },
        |rows| ImportPostsRequest { header: None, rows },
        async |rows| holders.import_posts(rows).await,
        |answer| answer.report,
    )
    .await?;
    Ok(ImportSummary {
        units,
        people,
        teams,
        muster_points,
        posts,
    })
}

async fn send<Row: Clone, Message, Answer, Calling>(
    what: &'static str,
    rows: &[Row],
    first: Message,
    message: impl Fn(Vec<Row>) -> Message,
    call: impl FnOnce(ReceiverStream<Message>) -> Calling,
    report: impl FnOnce(Answer) -> Option<ImportReport>,
) -> Result<Imported, ImportError>
where
    Calling: Future<Output = Result<Response<Answer>, Status>>,
{
    let since = Instant::now();
    let (sender, receiver) = mpsc::channel(AHEAD);
    let feeding = async move {
        // A daemon that stops listening has answered: its answer says why.
        if sender.send(first).await.is_err() {
            return;
        }
        for rows in rows.chunks(ROWS_MAX) {
            if sender.send(message(rows.to_vec())).await.is_err() {
                return;
            }
        }
    };
    let ((), answer) = tokio::join!(feeding, call(ReceiverStream::new(receiver)));
    let answer = answer.map_err(ClientError::call(what))?.into_inner();
    let ImportReport {
        receipt,
        applied,
        added,
        changed,
        unchanged,
        bad,
    } = report(answer).unwrap_or_default();
    if !applied && !rows.is_empty() {
        let count = bad.len();
        return Err(ImportError::BadRows {
            what,
            count,
            first: bad.into_iter().take(SHOWN).collect(),
        });
    }
    Ok(Imported {
        rows: rows.len() as u64,
        added,
        changed,
        unchanged,
        bad: bad.len() as u64,
        revision: receipt.map_or(0, |receipt| receipt.revision),
        ms: u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}
