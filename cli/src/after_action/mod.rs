//! The after-action report (复盘): the whole history of a response, for programs and for people.
//!
//! What is fetched is here; `json.rs` and `html.rs` write it, a function a section, so that another part of a response (its
//! command tree, its branches) adds a field here and a function there.

pub(crate) mod chart;
mod front;
pub(crate) mod html;
pub(crate) mod json;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::client::Client;
use crate::commands::branch::{self, show::Record};
use crate::commands::{call, command, in_place, pages, reinforcement, report, response as responses};
use crate::error::CliError;
use crate::{clock, ids};

/// Where somebody counts who did not come.
const NOT_COME: [&str; 3] = ["absent", "excused", "unconfirmed"];

/// Somebody who did not come to an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NoShow {
    /// Which order.
    pub(crate) order_id: u32,
    /// absent, excused or unconfirmed.
    pub(crate) bucket: String,
    /// What they said, as a word; empty: nothing.
    pub(crate) reason: String,
    /// pending, approved or denied; empty if they did not ask.
    pub(crate) decided: String,
    /// Who, by id only.
    pub(crate) person_id: u32,
}

/// Everything that is known of a response.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The response with its levels.
    pub(crate) response: pb::Response,
    /// The state that it is of.
    pub(crate) revision: u64,
    /// When that state last changed.
    pub(crate) at_unix_ms: i64,
    /// When this was made.
    pub(crate) made_unix_ms: i64,
    /// What happened, in order.
    pub(crate) timeline: Vec<pb::TimelineItem>,
    /// Its orders with all their versions.
    pub(crate) orders: Vec<pb::Order>,
    /// Who did not come to the last version of each.
    pub(crate) no_shows: Vec<NoShow>,
    /// Situation reports.
    pub(crate) reports: Vec<pb::SituationReport>,
    /// Their clocks and what was missed.
    pub(crate) clocks: pb::ResponseClocks,
    /// Who commands where; of a response that is over, just before it ended.
    pub(crate) command_tree: Vec<pb::CommandUnit>,
    /// Its branches with their whole records.
    pub(crate) branches: Vec<Record>,
    /// The villages' windows.
    pub(crate) windows: Vec<pb::InPlaceWindow>,
    /// Requests for reinforcement.
    pub(crate) reinforcements: Vec<pb::Reinforcement>,
}

impl History {
    /// Asks the daemon for it.
    pub(crate) async fn fetch(app: &App, client: &Client, response_id: u32) -> Result<Self, CliError> {
        let all = pages::Limit { limit: 0 };
        let request = pb::GetResponseRequest {
            response_id,
            as_of: None,
        };
        let answer = app.query(call!(client, response.get_response, request)).await?;
        let response = answer.response.unwrap_or_default();
        let which = command::tree::Which {
            response_id,
            as_of: before_its_end(&response),
            ..command::tree::Which::default()
        };
        let (command_tree, _) = command::tree::fetch(app, client, &which, &all).await?;
        let timeline = responses::timeline::fetch(app, client, response_id, false, &all).await?;
        let orders = pages::all(&all, async |page| {
            let request = pb::ListOrdersRequest {
                response_id,
                open_only: false,
                page: Some(page),
                as_of: None,
            };
            let answer = app.query(call!(client, order.list_orders, request)).await?;
            Ok((answer.orders, answer.next_page_token))
        })
        .await?;
        let mut no_shows = Vec::new();
        for order in &orders {
            no_shows.extend(not_come(app, client, order.order_id).await?);
        }
        let reports = report::list::fetch(app, client, response_id, &all).await?;
        let request = pb::ListClocksRequest { response_id };
        let clocks = app.query(call!(client, situation.list_clocks, request)).await?;
        let branches = branches(app, client, response_id).await?;
        let which = pb::ListWindowsRequest {
            response_id,
            ..pb::ListWindowsRequest::default()
        };
        let windows = in_place::windows::fetch(app, client, &which, &all).await?;
        let which = pb::ListReinforcementsRequest {
            response_id,
            ..pb::ListReinforcementsRequest::default()
        };
        let reinforcements = reinforcement::list::fetch(app, client, &which, &all).await?;
        Ok(Self {
            response,
            revision: answer.revision,
            at_unix_ms: answer.at_unix_ms,
            made_unix_ms: clock::now_unix_ms(),
            timeline,
            orders,
            no_shows,
            reports,
            clocks: clocks.responses.into_iter().next().unwrap_or_default(),
            command_tree,
            branches,
            windows,
            reinforcements,
        })
    }

    /// People who did not come, counted by where they count, what they said and how that was decided.
    pub(crate) fn no_show_counts(&self) -> BTreeMap<(&str, &str, &str), u32> {
        let mut counts = BTreeMap::new();
        for row in &self.no_shows {
            *counts
                .entry((row.bucket.as_str(), row.reason.as_str(), row.decided.as_str()))
                .or_insert(0) += 1;
        }
        counts
    }

    /// The muster curve: how many had answered, and arrived, by each minute in which one more did. A person counts once in each
    /// order that called them.
    pub(crate) fn curve(&self) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        let (mut acknowledged, mut arrived) = (0, 0);
        for item in &self.timeline {
            match item.kind.as_str() {
                "acknowledged" => acknowledged += item.people,
                "checked-in" => arrived += item.people,
                _ => continue,
            }
            let point = Point {
                at_unix_ms: item.at_unix_ms,
                acknowledged,
                arrived,
            };
            match points.last_mut() {
                Some(last) if last.at_unix_ms == item.at_unix_ms => *last = point,
                _ => points.push(point),
            }
        }
        points
    }

    /// What the response is called.
    pub(crate) fn name(&self) -> String {
        format!("R{} {}", self.response.response_id, self.response.event)
    }

    /// The counts of all orders, each in its last version.
    pub(crate) fn total(&self) -> pb::Counts {
        let mut sum = pb::Counts::default();
        let last = self.orders.iter().filter_map(|order| order.versions.last()?.total);
        for counts in last {
            sum.due += counts.due;
            sum.present += counts.present;
            sum.en_route += counts.en_route;
            sum.excused += counts.excused;
            sum.absent += counts.absent;
            sum.unconfirmed += counts.unconfirmed;
            sum.acked += counts.acked;
            sum.late += counts.late;
            sum.unreached += counts.unreached;
        }
        sum
    }
}

/// One point of the muster curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// When.
    pub(crate) at_unix_ms: i64,
    /// Acknowledgements until then.
    pub(crate) acknowledged: u32,
    /// Arrivals until then.
    pub(crate) arrived: u32,
}

/// The last state in which a response that is over was in force.
fn before_its_end(response: &pb::Response) -> Option<pb::AsOf> {
    let when = match response.terminated_at_unix_ms {
        0 => return None,
        at => pb::as_of::When::AtUnixMs(at - 1),
    };
    Some(pb::AsOf { when: Some(when) })
}

async fn branches(app: &App, client: &Client, response_id: u32) -> Result<Vec<Record>, CliError> {
    let which = pb::ListBranchesRequest {
        response_id,
        ..pb::ListBranchesRequest::default()
    };
    let mut records = Vec::new();
    for branch in branch::list::fetch(app, client, &which, &pages::Limit { limit: 0 }).await? {
        records.push(branch::show::fetch(app, client, branch.branch_id).await?);
    }
    Ok(records)
}

async fn not_come(app: &App, client: &Client, order_id: u32) -> Result<Vec<NoShow>, CliError> {
    let all = pages::Limit { limit: 0 };
    let leave = pages::all(&all, async |page| {
        let request = pb::ListLeaveRequest {
            status: String::new(),
            order_id,
            page: Some(page),
        };
        let answer = app.query(call!(client, roster.list_leave, request)).await?;
        Ok((answer.leave, answer.next_page_token))
    })
    .await?;
    let said: BTreeMap<u32, &pb::Leave> = leave.iter().map(|leave| (leave.leave_id, leave)).collect();
    let mut rows = Vec::new();
    for bucket in NOT_COME {
        let found = pages::all(&all, async |page| {
            let request = pb::ListDeliveriesRequest {
                order_id,
                version: 0,
                unit_code: String::new(),
                bucket: bucket.to_owned(),
                page: Some(page),
            };
            let answer = app.query(call!(client, order.list_deliveries, request)).await?;
            Ok((answer.deliveries, answer.next_page_token))
        })
        .await?;
        rows.extend(found.into_iter().map(|row| {
            let leave = said.get(&row.leave_id);
            NoShow {
                order_id,
                bucket: bucket.to_owned(),
                reason: leave.map_or_else(|| row.excuse.clone(), |leave| leave.reason.clone()),
                decided: leave.map_or_else(String::new, |leave| leave.status.clone()),
                person_id: row.person_id,
            }
        }));
    }
    Ok(rows)
}

/// The level of a response, in words.
pub(crate) fn level(lang: crate::i18n::Lang, level: u32) -> String {
    ids::level_text(lang, level)
}
