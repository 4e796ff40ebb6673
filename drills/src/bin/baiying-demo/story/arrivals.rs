//! Simulated people answer while the board is watched and the duty desk decides on leave; then the count is closed.

use std::time::Duration;

use anyhow::Context as _;
use baiying_drills::responders::{RunOptions, Target, run};
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::watch_service_client::WatchServiceClient;
use baiying_proto::v1::{
    BoardFilter, CloseOrderRequest, Counts, DecideLeaveRequest, GetBoardRequest, ListLeaveRequest, WatchRequest,
};

use super::teller::Teller;
use super::{COMMANDER, COMPRESSION, minutes};
use crate::board::LiveBoard;

/// Ends when the time to arrive is over; says whether every board added up.
pub(super) async fn watch(teller: &mut Teller, api: &str, order: u32) -> anyhow::Result<bool> {
    teller.say(
        "5. 叫应、出发、报到（时间压缩 90 倍；█ 实到，▒ 在途）：",
        "5. Answers, departures, arrivals (90 times as fast; █ present ▒ en route):",
    );
    let options = RunOptions {
        compression: COMPRESSION,
        check_in_codes: teller.district.check_in_codes(),
        stop_after: Some(Duration::from_millis(minutes(95.0))),
        ..RunOptions::new(api, Target::Order(order))
    };
    let mut responders = tokio::spawn(async move { run(&options, None).await });
    let request = WatchRequest {
        filter: filter(order),
        resume_revision: 0,
        interval_ms: 200,
    };
    let mut watch = WatchServiceClient::new(teller.channel.clone())
        .watch(request)
        .await?
        .into_inner();
    let mut board = LiveBoard::new(teller.language);
    let mut all_added_up = true;
    let draw_every = if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        250
    } else {
        4000
    };
    let mut draw = tokio::time::interval(Duration::from_millis(draw_every));
    let mut leave = tokio::time::interval(Duration::from_millis(minutes(2.0)));
    let report = loop {
        tokio::select! {
            message = watch.message() => match message? {
                Some(message) => all_added_up &= board.take(message),
                None => anyhow::bail!("the watch ended"),
            },
            _ = draw.tick() => board.draw(),
            _ = leave.tick() => decide_leave(teller, order).await?,
            report = &mut responders => break report??,
        }
    };
    board.draw();
    teller.say(
        &format!(
            "   {} 人应答；回令延迟 p50 {:.0} ms、p99 {:.0} ms。",
            report.people, report.ack_latency.p50_ms, report.ack_latency.p99_ms
        ),
        &format!(
            "   {} people; answers took p50 {:.0} ms, p99 {:.0} ms.",
            report.people, report.ack_latency.p50_ms, report.ack_latency.p99_ms
        ),
    );
    Ok(all_added_up)
}

/// Closes the count and says how it came out.
pub(super) async fn close(teller: &mut Teller, order: u32) -> anyhow::Result<Counts> {
    let close = CloseOrderRequest {
        context: teller.context(COMMANDER),
        order_id: order,
    };
    OrderServiceClient::new(teller.channel.clone())
        .close_order(close)
        .await?;
    let request = GetBoardRequest {
        filter: filter(order),
        as_of: None,
    };
    let mut boards = WatchServiceClient::new(teller.channel.clone());
    let board = boards.get_board(request).await?.into_inner();
    let total = board.total.and_then(|total| total.counts);
    let total = total.context("the board has no total")?;
    teller.say(
        &format!(
            "   到位统计结束：实到 {}、请假 {}、缺席 {}；在途、待确认归零。",
            total.present, total.excused, total.absent
        ),
        &format!(
            "   The count is closed: present {}, excused {}, absent {}; nobody is en route or unconfirmed.",
            total.present, total.excused, total.absent
        ),
    );
    Ok(total)
}

fn filter(order: u32) -> Option<BoardFilter> {
    Some(BoardFilter {
        order_id: order,
        ..BoardFilter::default()
    })
}

/// The duty desk: illness and other duty are approved, the rest is not.
async fn decide_leave(teller: &mut Teller, order: u32) -> anyhow::Result<()> {
    let mut roster = RosterServiceClient::new(teller.channel.clone());
    let pending = ListLeaveRequest {
        status: "pending".to_owned(),
        order_id: order,
        page: None,
    };
    for leave in roster.list_leave(pending).await?.into_inner().leave {
        let approve = leave.reason == "medical" || leave.reason == "other-duty";
        let request = DecideLeaveRequest {
            context: teller.context("district:duty-desk"),
            leave_id: leave.leave_id,
            approve,
        };
        roster.decide_leave(request).await?;
    }
    Ok(())
}
