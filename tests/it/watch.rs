//! Streams: the board as it changes, and orders as leads receive them.

use baiying_e2e::api::{adds_up, draft, fresh, lead};
use baiying_e2e::small::{self, CALLED_OUT};
use baiying_e2e::{Api, Site, reason, wait};
use baiying_proto::v1;
use tonic::{Code, Streaming};

async fn watch(api: &Api, resume_revision: u64, interval_ms: u32) -> anyhow::Result<Streaming<v1::WatchResponse>> {
    let request = v1::WatchRequest {
        filter: None,
        resume_revision,
        interval_ms,
    };
    Ok(api.watch().watch(request).await?.into_inner())
}

async fn next<T>(what: &str, stream: &mut Streaming<T>) -> anyhow::Result<T> {
    wait::within(what, stream.message())
        .await??
        .ok_or_else(|| anyhow::anyhow!("the stream ended: {what}"))
}

async fn receive(api: &Api, lead_id: u32, cursor: u64) -> anyhow::Result<Streaming<v1::ReceiveResponse>> {
    Ok(api
        .field()
        .receive(v1::ReceiveRequest { lead_id, cursor })
        .await?
        .into_inner())
}

/// The next message with an order; the one that says that a stream is up to date is passed over.
async fn next_order(what: &str, stream: &mut Streaming<v1::ReceiveResponse>) -> anyhow::Result<v1::ReceiveResponse> {
    loop {
        let message = next(what, stream).await?;
        if message.order.is_some() {
            return Ok(message);
        }
    }
}

fn total(message: &v1::WatchResponse) -> v1::Counts {
    message
        .total
        .as_ref()
        .and_then(|total| total.counts)
        .unwrap_or_default()
}

#[tokio::test]
async fn a_board_is_a_snapshot_then_deltas() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let mut stream = watch(&api, 0, 20).await?;
    let first = next("the snapshot", &mut stream).await?;
    anyhow::ensure!(
        first.snapshot && total(&first).due == 0 && first.orders.is_empty(),
        "{first:?}"
    );
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    let issued = next("the order", &mut stream).await?;
    anyhow::ensure!(
        total(&issued).due == CALLED_OUT && issued.revision > first.revision,
        "{issued:?}"
    );
    let answer = api.acknowledge(order_id, 1).await?;
    let delta = next("the delta", &mut stream).await?;
    anyhow::ensure!(
        !delta.snapshot && total(&delta).en_route == 1 && delta.conflated == 1,
        "{delta:?}"
    );
    anyhow::ensure!(
        answer.receipt.is_some_and(|receipt| receipt.revision == delta.revision),
        "{answer:?} {delta:?}"
    );
    anyhow::ensure!(
        delta.rows.len() == 1 && delta.rows[0].unit_code == "440608-A01",
        "{delta:?}"
    );
    anyhow::ensure!(
        adds_up(delta.rows[0].counts.as_ref()) && delta.orders.len() == 1,
        "{delta:?}"
    );

    // The line breaks; things happen; the reader goes on from where it was.
    drop(stream);
    for person in [2, 13, 25] {
        api.acknowledge(order_id, person).await?;
    }
    let mut stream = watch(&api, delta.revision, 20).await?;
    let resumed = next("the delta after resuming", &mut stream).await?;
    anyhow::ensure!(
        !resumed.snapshot && resumed.conflated == 3 && total(&resumed).en_route == 4,
        "{resumed:?}"
    );
    anyhow::ensure!(resumed.rows.len() == 3, "{resumed:?}");
    let ahead = watch(&api, resumed.revision + 1_000, 20)
        .await
        .err()
        .and_then(|error| error.downcast::<tonic::Status>().ok());
    anyhow::ensure!(
        ahead.is_some_and(|status| status.code() == Code::InvalidArgument),
        "a revision that is not there"
    );
    Ok(())
}

/// Lines that a board no longer has are gone for those who were watching and for those who were away.
#[tokio::test]
async fn lines_that_are_gone_are_gone_for_every_reader() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let activated = api.activate(3, "请立即回令").await?;
    let order_id = activated.order.unwrap_or_default().order_id;
    let mut stream = watch(&api, 0, 20).await?;
    let all = next("the snapshot", &mut stream).await?;
    anyhow::ensure!(all.rows.len() == 3, "{all:?}");
    let supersede = v1::SupersedeOrderRequest {
        context: fresh(),
        order_id,
        audience: Some(v1::Audience {
            unit_codes: vec!["440608-A01".to_owned()],
            ..v1::Audience::default()
        }),
        draft: Some(draft("只要一个单位")),
    };
    api.order().supersede_order(supersede).await?;
    let fewer = next("the new version", &mut stream).await?;
    anyhow::ensure!(fewer.snapshot && fewer.rows.len() == 1, "while watching: {fewer:?}");
    let mut away = next("the same, after being away", &mut watch(&api, all.revision, 20).await?).await?;
    anyhow::ensure!(away.snapshot && away.rows == fewer.rows, "while away: {away:?}");
    drop(stream);
    let terminate = v1::TerminateResponseRequest {
        context: fresh(),
        response_id: activated.response_id,
        reason: "解除".to_owned(),
    };
    api.response().terminate_response(terminate).await?;
    away = next("nothing left", &mut watch(&api, fewer.revision, 20).await?).await?;
    anyhow::ensure!(away.snapshot && away.rows.is_empty(), "after the end: {away:?}");
    Ok(())
}

#[tokio::test]
async fn a_slow_reader_is_told_what_was_conflated_and_slows_nobody() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    // These never read at all; each on a connection of its own.
    let mut sleepers = Vec::new();
    for _ in 0..5 {
        let own = site.api()?;
        sleepers.push((watch(&own, 0, 20).await?, receive(&own, 1, 0).await?));
    }
    let own = site.api()?;
    let mut slow = watch(&own, 0, 1_000).await?;
    let first = next("the snapshot", &mut slow).await?;
    let mut quick = watch(&api, 0, 20).await?;
    let mut last = 0;
    for person in (1..=10).chain(13..=22).chain(25..=34) {
        last = api
            .acknowledge(order_id, person)
            .await?
            .receipt
            .unwrap_or_default()
            .revision;
    }
    loop {
        let message = next("the quick reader's last delta", &mut quick).await?;
        if message.revision >= last {
            anyhow::ensure!(total(&message).acked == CALLED_OUT, "{message:?}");
            break;
        }
    }
    let (mut revision, mut conflated, mut most) = (first.revision, 0, 0);
    while revision < last {
        let message = next("the slow reader's delta", &mut slow).await?;
        anyhow::ensure!(!message.snapshot && message.revision > revision, "{message:?}");
        (revision, conflated, most) = (
            message.revision,
            conflated + message.conflated,
            most.max(message.conflated),
        );
    }
    anyhow::ensure!(most > 1, "thirty changes within a second, and none was conflated");
    anyhow::ensure!(
        conflated == revision - first.revision,
        "{conflated} events told of {}",
        revision - first.revision
    );
    Ok(())
}

#[tokio::test]
async fn a_lead_receives_orders_new_versions_and_cancellations() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let api = site.api()?;
    let mut stream = receive(&api, 1, 0).await?;
    let nothing = next("that there is nothing", &mut stream).await?;
    anyhow::ensure!(nothing.order.is_none() && nothing.cursor > 0, "{nothing:?}");

    let order_id = api.activate(3, "第一版").await?.order.unwrap_or_default().order_id;
    let issued = next_order("the order", &mut stream).await?;
    let order = issued.order.clone().unwrap_or_default();
    anyhow::ensure!(
        (order.order_id, order.version, order.status.as_str()) == (order_id, 1, "open"),
        "{order:?}"
    );
    anyhow::ensure!(
        order.text == "第一版" && order.people.len() == 10 && order.muster_points[0].muster_point_id == 1,
        "{order:?}"
    );
    anyhow::ensure!(order.people[0].name == "测试1", "a lead knows their people: {order:?}");

    let supersede = v1::SupersedeOrderRequest {
        context: fresh(),
        order_id,
        audience: None,
        draft: Some(draft("第二版")),
    };
    api.order().supersede_order(supersede).await?;
    let second = next_order("the new version", &mut stream).await?;
    let order = second.order.unwrap_or_default();
    anyhow::ensure!((order.version, order.text.as_str()) == (2, "第二版"), "{order:?}");

    // Another device of the lead's, which saw the first version only, goes on from its cursor: one message, and what it stands for.
    let mut resumed = receive(&api, 1, issued.cursor).await?;
    let message = next("what happened since the cursor", &mut resumed).await?;
    anyhow::ensure!(message.order.is_some_and(|order| order.version == 2), "the new version");
    let message = next("that this was all", &mut resumed).await?;
    anyhow::ensure!(
        message.order.is_none() && message.cursor >= second.cursor,
        "{message:?}"
    );
    let mut behind = receive(&api, 1, nothing.cursor).await?;
    let message = next("what happened since the beginning", &mut behind).await?;
    anyhow::ensure!(
        message.conflated == 1 && message.order.is_some_and(|order| order.version == 2),
        "one version was skipped"
    );
    // The deputy leads as well; who leads nobody hears nothing of it.
    let deputy = next("the deputy's order", &mut receive(&api, 2, 0).await?).await?.order;
    anyhow::ensure!(deputy.is_some_and(|order| order.people.len() == 10));

    let cancel = v1::CancelOrderRequest {
        context: fresh(),
        order_id,
        reason: "警报解除".to_owned(),
    };
    api.order().cancel_order(cancel).await?;
    for stream in [&mut stream, &mut resumed, &mut behind] {
        let order = next_order("the cancellation", stream).await?.order.unwrap_or_default();
        anyhow::ensure!(
            order.status == "cancelled" && order.cancel_reason == "警报解除",
            "{order:?}"
        );
    }

    let mut board = watch(&api, 0, 20).await?;
    next("the snapshot", &mut board).await?;
    let stopped = tokio::task::spawn_blocking(move || site.daemon.stop().map(|status| (site, status)));
    for what in ["stream", "resumed", "behind"] {
        let stream = match what {
            "stream" => &mut stream,
            "resumed" => &mut resumed,
            _ => &mut behind,
        };
        let status = wait::within(what, stream.message()).await?.err();
        anyhow::ensure!(
            status.as_ref().is_some_and(|status| status.code() == Code::Unavailable),
            "{what}: {status:?}"
        );
        anyhow::ensure!(
            status.is_some_and(|status| reason(&status) == "SHUTTING_DOWN"),
            "{what}"
        );
    }
    let status = loop {
        if let Err(status) = wait::within("the board", board.message()).await? {
            break status;
        }
    };
    anyhow::ensure!(
        status.code() == Code::Unavailable && reason(&status) == "SHUTTING_DOWN",
        "{status:?}"
    );
    let (mut site, status) = wait::within("a graceful stop", stopped).await???;
    anyhow::ensure!(status.success(), "{status}");

    // And from the last cursor on, with the daemon that took its place.
    site.restart()?;
    let api = site.api()?;
    let message = next("nothing new", &mut receive(&api, 1, second.cursor).await?).await?;
    anyhow::ensure!(
        message.order.is_some_and(|order| order.status == "cancelled"),
        "the cancellation came after that cursor"
    );
    Ok(())
}

/// A connection may break between any two messages: the cursor of each goes on exactly behind it.
#[tokio::test]
async fn a_stream_cut_between_two_orders_goes_on_with_the_second() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let activated = api.activate(3, "第1号").await?;
    let mut orders = vec![activated.order.unwrap_or_default().order_id];
    for number in 2..=4 {
        let request = v1::IssueOrderRequest {
            context: fresh(),
            response_id: activated.response_id,
            audience: Some(v1::Audience {
                person_ids: vec![1],
                ..v1::Audience::default()
            }),
            draft: Some(v1::OrderDraft {
                reassign: true,
                ..draft(&format!("第{number}号"))
            }),
        };
        let answer = api.order().issue_order(request).await?.into_inner();
        orders.push(answer.issued.unwrap_or_default().order_id);
    }
    // One message, and gone; then on from its cursor, with another connection.
    let (mut cursor, mut seen) = (0, Vec::new());
    while seen.len() < orders.len() {
        let message = next("an order", &mut receive(&api, 1, cursor).await?).await?;
        let order = message
            .order
            .ok_or_else(|| anyhow::anyhow!("after {seen:?} of {orders:?} the stream says that was all"))?;
        seen.push(order.order_id);
        cursor = message.cursor;
    }
    anyhow::ensure!(seen == orders, "{seen:?}");
    // One event that ends all of them: each end is told, however often the stream is cut.
    let request = v1::TerminateResponseRequest {
        context: fresh(),
        response_id: activated.response_id,
        reason: "解除".to_owned(),
    };
    api.response().terminate_response(request).await?;
    let mut all = receive(&api, 1, cursor).await?;
    let mut ended = Vec::new();
    for _ in &orders {
        ended.push(next_order("an end", &mut all).await?);
    }
    for (index, message) in ended.iter().enumerate().take(orders.len() - 1) {
        let mut resumed = receive(&api, 1, message.cursor).await?;
        let rest = next("the rest", &mut resumed).await?.order;
        anyhow::ensure!(
            rest.is_some(),
            "cut after {} of {} ends, the others are lost",
            index + 1,
            orders.len()
        );
    }
    Ok(())
}

/// A new version for others withdraws the order from those whom it leaves out: their leads are told so, live or later.
#[tokio::test]
async fn a_lead_whose_people_are_left_out_is_told_that_the_order_is_withdrawn() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let order_id = api.activate(3, "第一版").await?.order.unwrap_or_default().order_id;
    let mut live = receive(&api, 13, 0).await?;
    let first = next_order("the order", &mut live).await?;
    let supersede = |unit: &str, text: &str| v1::SupersedeOrderRequest {
        context: fresh(),
        order_id,
        audience: Some(v1::Audience {
            unit_codes: vec![unit.to_owned()],
            ..v1::Audience::default()
        }),
        draft: Some(draft(text)),
    };
    api.order().supersede_order(supersede("440608-A01", "第二版")).await?;
    let mut late = receive(&api, 13, first.cursor).await?;
    for stream in [&mut live, &mut late] {
        let message = next_order("that it is withdrawn", stream).await?;
        let order = message.order.clone().unwrap_or_default();
        anyhow::ensure!(
            (order.version, order.status.as_str(), order.people.len()) == (1, "superseded", 10),
            "{order:?}"
        );
        anyhow::ensure!(message.cursor > first.cursor, "{message:?}");
        let rest = next("that this was all", &mut receive(&api, 13, message.cursor).await?).await?;
        anyhow::ensure!(rest.order.is_none(), "told twice: {rest:?}");
    }
    let new = next("nothing for a new device", &mut receive(&api, 13, 0).await?).await?;
    anyhow::ensure!(new.order.is_none(), "{new:?}");
    let cli = site.cli();
    let cursor = first.cursor.to_string();
    let shown = cli.run(&["field", "receive", "--lead", "P13", "--once", "--cursor", &cursor])?;
    anyhow::ensure!(
        shown.code == 0 && shown.stdout.contains("withdrawn from your people"),
        "{shown:?}"
    );
    // And back again: the newest version that concerns them.
    api.order().supersede_order(supersede("440608-A02", "第三版")).await?;
    let order = next_order("the third version", &mut live)
        .await?
        .order
        .unwrap_or_default();
    anyhow::ensure!((order.version, order.status.as_str()) == (3, "open"), "{order:?}");
    Ok(())
}

/// An order that its ladder repeated comes after a newer one that was not: neither is lost when the stream is cut between them.
#[tokio::test]
async fn a_repeated_order_and_a_newer_one_survive_a_cut_between_them() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let mut live = receive(&api, 1, 0).await?;
    let start = next("that there is nothing", &mut live).await?.cursor;
    let request = v1::ActivateResponseRequest {
        context: fresh(),
        plan: "flood".to_owned(),
        level: 3,
        reason: "test".to_owned(),
        approval: small::approval(),
        order: Some(v1::OrderDraft {
            no_ladder: false,
            ladder: vec![v1::LadderStep {
                after_ms: 1_500,
                target: "team-leader".to_owned(),
            }],
            ..draft("第一号")
        }),
        ..v1::ActivateResponseRequest::default()
    };
    let activated = api.response().activate_response(request).await?.into_inner();
    let repeated = activated.order.unwrap_or_default().order_id;
    let request = v1::IssueOrderRequest {
        context: fresh(),
        response_id: activated.response_id,
        audience: Some(v1::Audience {
            person_ids: vec![2],
            ..v1::Audience::default()
        }),
        draft: Some(v1::OrderDraft {
            reassign: true,
            ..draft("第二号")
        }),
    };
    let newer = api.order().issue_order(request).await?.into_inner();
    let newer = newer.issued.unwrap_or_default().order_id;
    loop {
        let order = next_order("the repeat", &mut live).await?.order.unwrap_or_default();
        if order.order_id == repeated && order.escalations > 0 {
            break;
        }
    }
    // Away since the start: one message and a cut. Meanwhile everybody answers, so that nothing is repeated any more.
    let mut seen = Vec::new();
    let first = next("an order", &mut receive(&api, 1, start).await?).await?;
    seen.extend(first.order.map(|order| order.order_id));
    let everybody = v1::AcknowledgeRequest {
        context: fresh(),
        order_id: repeated,
        reporter: lead(1),
        all: true,
        ..v1::AcknowledgeRequest::default()
    };
    let answer = api.field().acknowledge(everybody).await?.into_inner();
    anyhow::ensure!(answer.applied >= 9, "{answer:?}");
    let mut rest = receive(&api, 1, first.cursor).await?;
    while let Some(order) = next("the rest", &mut rest).await?.order {
        seen.push(order.order_id);
    }
    anyhow::ensure!(
        seen.contains(&repeated) && seen.contains(&newer),
        "{repeated} and {newer}: {seen:?}"
    );
    Ok(())
}
