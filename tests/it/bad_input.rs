//! Bad input, over the wire and through the command line: every refusal has a stable reason, and changes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baiying_e2e::api::{context, desk, draft, fresh, lead, own};
use baiying_e2e::small::{CODE_OF_M1, id_number, member, person, unit};
use baiying_e2e::{Api, Output, Site, reason, run};
use baiying_proto::v1;
use baiying_proto::v1::deadline::When;
use ed25519_dalek::{Signer as _, SigningKey};
use prost::Message as _;
use tonic::{Code, Response, Status};

/// Who was asked for what, and what came of it.
#[derive(Default)]
struct Refusals(Vec<String>);

impl Refusals {
    fn expect<T>(&mut self, what: &str, expected: &str, answer: Result<Response<T>, Status>) {
        match answer {
            Ok(_) => self
                .0
                .push(format!("{what}: {expected} was expected, and it was taken")),
            Err(status) if reason(&status) != expected => {
                self.0.push(format!(
                    "{what}: {expected} was expected: {} {status:?}",
                    reason(&status)
                ));
            }
            Err(status) if status.message().is_empty() => self.0.push(format!("{what}: {expected} says nothing")),
            Err(_) => {}
        }
    }

    fn none(self) -> anyhow::Result<()> {
        anyhow::ensure!(self.0.is_empty(), "{}", self.0.join("\n"));
        Ok(())
    }
}

fn issue(response_id: u32, audience: v1::Audience, draft: v1::OrderDraft) -> v1::IssueOrderRequest {
    v1::IssueOrderRequest {
        context: fresh(),
        response_id,
        audience: Some(audience),
        draft: Some(draft),
    }
}

fn to_people(person_ids: &[u32]) -> v1::Audience {
    v1::Audience {
        person_ids: person_ids.to_vec(),
        ..v1::Audience::default()
    }
}

fn within(ms: u64) -> Option<v1::Deadline> {
    Some(v1::Deadline {
        when: Some(When::WithinMs(ms)),
    })
}

async fn revision(site: &Site) -> anyhow::Result<u64> {
    Ok(site
        .admin()?
        .client()
        .get_status(v1::GetStatusRequest::default())
        .await?
        .into_inner()
        .revision)
}

#[tokio::test]
async fn orders_and_responses_are_refused_with_a_reason() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let response_id = api.activate(3, "请立即回令").await?.response_id;
    let before = revision(&site).await?;
    let mut refusals = Refusals::default();
    let text = || draft("紧急集结");

    let mut no_context = issue(response_id, to_people(&[1]), text());
    no_context.context = None;
    refusals.expect(
        "no context",
        "INVALID_ARGUMENT",
        api.order().issue_order(no_context).await,
    );
    for (what, request_id, actor) in [
        ("no request id", "", "x"),
        ("no actor", "x", ""),
        ("a long request id", &*"x".repeat(65), "x"),
        ("a control character", "x\u{1b}[0m", "x"),
        ("a batch's request id", "batch:1:1", "x"),
    ] {
        let mut request = issue(response_id, to_people(&[1]), text());
        request.context = Some(v1::CommandContext {
            request_id: request_id.into(),
            actor: actor.into(),
        });
        refusals.expect(what, "INVALID_ARGUMENT", api.order().issue_order(request).await);
    }
    let units = |code: &str| v1::Audience {
        unit_codes: vec![code.into()],
        ..v1::Audience::default()
    };
    let teams = |team: &str| v1::Audience {
        teams: vec![team.into()],
        ..v1::Audience::default()
    };
    let drafts = |change: &dyn Fn(&mut v1::OrderDraft)| {
        let mut draft = text();
        change(&mut draft);
        issue(response_id, to_people(&[1]), draft)
    };
    let step = |after_ms, target: &str| v1::LadderStep {
        after_ms,
        target: target.into(),
    };
    let orders = [
        (
            "an unknown unit",
            "UNKNOWN_UNIT",
            issue(response_id, units("999999"), text()),
        ),
        (
            "an unknown team",
            "UNKNOWN_TEAM",
            issue(response_id, teams("T99"), text()),
        ),
        (
            "an unknown person",
            "UNKNOWN_PERSON",
            issue(response_id, to_people(&[1, 999]), text()),
        ),
        (
            "nobody",
            "EMPTY_AUDIENCE",
            issue(response_id, v1::Audience::default(), text()),
        ),
        (
            "a unit where nobody is",
            "EMPTY_AUDIENCE",
            issue(response_id, units("440608106201"), text()),
        ),
        (
            "an unknown response",
            "UNKNOWN_RESPONSE",
            issue(99, to_people(&[1]), text()),
        ),
        ("no response", "INVALID_ARGUMENT", issue(0, to_people(&[1]), text())),
        (
            "an unknown muster point",
            "UNKNOWN_MUSTER_POINT",
            drafts(&|draft| draft.muster_points = vec!["M99".into()]),
        ),
        (
            "no muster point",
            "NO_MUSTER_POINT",
            drafts(&|draft| draft.muster_points.clear()),
        ),
        ("no text", "MISSING_FIELD", drafts(&|draft| draft.text.clear())),
        (
            "a long text",
            "TOO_LONG",
            drafts(&|draft| draft.text = "急".repeat(700)),
        ),
        (
            "a deadline in the past",
            "DEADLINE_PAST",
            drafts(&|draft| {
                draft.acknowledge = Some(v1::Deadline {
                    when: Some(When::AtUnixMs(1_000)),
                });
            }),
        ),
        (
            "no time at all",
            "DEADLINE_PAST",
            drafts(&|draft| draft.arrive = within(0)),
        ),
        (
            "a deadline without a time",
            "INVALID_ARGUMENT",
            drafts(&|draft| draft.arrive = Some(v1::Deadline::default())),
        ),
        (
            "deadlines that cross",
            "DEADLINES_CROSS",
            drafts(&|draft| {
                (draft.acknowledge, draft.arrive) = (within(60_000), within(30_000));
            }),
        ),
        (
            "a ladder that goes down",
            "BAD_LADDER",
            drafts(&|draft| {
                (draft.no_ladder, draft.ladder) = (false, vec![step(60_000, "superior"), step(120_000, "repeat")]);
            }),
        ),
        (
            "an unknown step",
            "INVALID_ARGUMENT",
            drafts(&|draft| draft.ladder = vec![step(1, "mayor")]),
        ),
        (
            "an unknown duty",
            "INVALID_ARGUMENT",
            drafts(&|draft| draft.duty = "holiday".into()),
        ),
    ];
    for (what, expected, request) in orders {
        refusals.expect(what, expected, api.order().issue_order(request).await);
    }
    let activate = |change: &dyn Fn(&mut v1::ActivateResponseRequest)| {
        let mut request = v1::ActivateResponseRequest {
            context: fresh(),
            plan: "typhoon".into(),
            level: 3,
            reason: "test".into(),
            ..v1::ActivateResponseRequest::default()
        };
        change(&mut request);
        request
    };
    let responses = [
        (
            "an unknown plan",
            "UNKNOWN_PLAN",
            activate(&|request| request.plan = "picnic".into()),
        ),
        ("level 5", "UNKNOWN_LEVEL", activate(&|request| request.level = 5)),
        ("level 0", "UNKNOWN_LEVEL", activate(&|request| request.level = 0)),
        (
            "a second flood",
            "RESPONSE_ACTIVE",
            activate(&|request| request.plan = "flood".into()),
        ),
        (
            "an unknown jurisdiction",
            "UNKNOWN_UNIT",
            activate(&|request| request.jurisdiction_code = "1".into()),
        ),
        (
            "a foreign scope",
            "SCOPE_OUTSIDE_JURISDICTION",
            activate(&|request| {
                (request.jurisdiction_code, request.scope_codes) = ("440608001".into(), vec!["440608106".into()]);
            }),
        ),
    ];
    for (what, expected, request) in responses {
        refusals.expect(what, expected, api.response().activate_response(request).await);
    }
    let change = |level, reason: &str| (response_id, level, reason.to_owned());
    for (what, expected, (response_id, level, reason)) in [
        ("escalation downwards", "NOT_AN_ESCALATION", change(4, "x")),
        ("escalation without a reason", "MISSING_FIELD", change(2, "")),
    ] {
        let context = fresh();
        let request = v1::EscalateResponseRequest {
            context,
            response_id,
            level,
            reason,
            ..Default::default()
        };
        refusals.expect(what, expected, api.response().escalate_response(request).await);
    }
    let request = v1::DeEscalateResponseRequest {
        context: fresh(),
        response_id,
        level: 2,
        reason: "x".into(),
        ..Default::default()
    };
    refusals.expect(
        "de-escalation upwards",
        "NOT_A_DE_ESCALATION",
        api.response().de_escalate_response(request).await,
    );
    let request = v1::TerminateResponseRequest {
        context: fresh(),
        response_id,
        reason: String::new(),
    };
    refusals.expect(
        "the end with people out",
        "DEPLOYMENTS_OPEN",
        api.response().terminate_response(request).await,
    );
    let request = v1::CancelOrderRequest {
        context: fresh(),
        order_id: 1,
        reason: String::new(),
    };
    refusals.expect(
        "a cancellation without a reason",
        "MISSING_FIELD",
        api.order().cancel_order(request).await,
    );
    let request = v1::CancelOrderRequest {
        context: fresh(),
        order_id: 99,
        reason: "x".into(),
    };
    refusals.expect(
        "cancelling an unknown order",
        "UNKNOWN_ORDER",
        api.order().cancel_order(request).await,
    );
    let request = v1::SignOffRequest {
        context: fresh(),
        order_id: 1,
        name: "mayor".into(),
    };
    refusals.expect(
        "an unknown sign-off",
        "UNKNOWN_SIGN_OFF",
        api.order().sign_off(request).await,
    );
    let list = v1::ListDeliveriesRequest {
        order_id: 1,
        bucket: "lost".into(),
        ..Default::default()
    };
    refusals.expect(
        "an unknown bucket",
        "INVALID_ARGUMENT",
        api.order().list_deliveries(list).await,
    );
    let page = Some(v1::PageRequest {
        page_size: 1,
        page_token: "x".into(),
    });
    refusals.expect(
        "a token nobody gave",
        "INVALID_ARGUMENT",
        api.order()
            .list_orders(v1::ListOrdersRequest {
                page,
                ..Default::default()
            })
            .await,
    );
    let filter = Some(v1::BoardFilter {
        unit_code: "999".into(),
        ..Default::default()
    });
    refusals.expect(
        "a board of nowhere",
        "UNKNOWN_UNIT",
        api.watch().get_board(v1::GetBoardRequest { filter }).await,
    );
    anyhow::ensure!(revision(&site).await? == before, "a refusal changed something");
    refusals.none()
}

#[tokio::test]
async fn reports_from_the_field_are_refused_with_a_reason() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let answer = api.activate(3, "请立即回令").await?;
    let order_id = answer.order.unwrap_or_default().order_id;
    let before = revision(&site).await?;
    let mut refusals = Refusals::default();

    let ack = |reporter, person_ids: &[u32], version, order_id| v1::AcknowledgeRequest {
        context: fresh(),
        order_id,
        version,
        reporter,
        person_ids: person_ids.to_vec(),
        all: false,
    };
    for (what, expected, request) in [
        (
            "by somebody not addressed",
            "NOT_ADDRESSED",
            ack(own(), &[11], 0, order_id),
        ),
        ("by nobody known", "UNKNOWN_PERSON", ack(own(), &[999], 0, order_id)),
        (
            "for people of another lead",
            "LEADS_NOBODY",
            ack(lead(13), &[1], 0, order_id),
        ),
        (
            "by a lead nobody knows",
            "LEADS_NOBODY",
            ack(lead(999), &[1], 0, order_id),
        ),
        (
            "of an order that is not there",
            "UNKNOWN_ORDER",
            ack(own(), &[1], 0, 99),
        ),
        (
            "of a version that is not there",
            "UNKNOWN_ORDER_VERSION",
            ack(own(), &[1], 7, order_id),
        ),
        ("on nobody's word", "INVALID_ARGUMENT", ack(None, &[1], 0, order_id)),
        ("by person 0", "INVALID_ARGUMENT", ack(own(), &[0], 0, order_id)),
    ] {
        refusals.expect(
            &format!("an ack {what}"),
            expected,
            api.field().acknowledge(request).await,
        );
    }
    let check_in = |reporter, muster_point: &str, check_in_code: &str, person: u32| v1::CheckInRequest {
        context: fresh(),
        order_id,
        reporter,
        muster_point: muster_point.into(),
        check_in_code: check_in_code.into(),
        person_ids: vec![person],
        ..Default::default()
    };
    for (what, expected, request) in [
        ("with a wrong code", "WRONG_CODE", check_in(own(), "M1", "GUESS", 1)),
        ("without a code", "WRONG_CODE", check_in(own(), "M1", "", 1)),
        (
            "with another place's code",
            "WRONG_CODE",
            check_in(own(), "M1", "MINGCHENG1", 1),
        ),
        (
            "at an unknown place",
            "UNKNOWN_MUSTER_POINT",
            check_in(desk(), "M77", "", 1),
        ),
        ("nowhere", "INVALID_ARGUMENT", check_in(desk(), "", "", 1)),
        (
            "of somebody not addressed",
            "NOT_ADDRESSED",
            check_in(desk(), "M1", "", 40),
        ),
    ] {
        refusals.expect(
            &format!("a check-in {what}"),
            expected,
            api.field().check_in(request).await,
        );
    }
    for (lead_id, expected) in [(999, "UNKNOWN_PERSON"), (0, "INVALID_ARGUMENT")] {
        let answer = api.field().receive(v1::ReceiveRequest { lead_id, cursor: 0 }).await;
        let code = answer.as_ref().err().map(Status::code);
        anyhow::ensure!(
            lead_id == 0 || code == Some(Code::NotFound),
            "a stranger's stream: {code:?}"
        );
        refusals.expect("a stranger's stream", expected, answer);
    }
    let ahead = v1::ReceiveRequest {
        lead_id: 1,
        cursor: 1_000_000,
    };
    refusals.expect(
        "a cursor from the future",
        "INVALID_ARGUMENT",
        api.field().receive(ahead).await,
    );
    let decline = |person_id, reason: &str| v1::DeclineRequest {
        context: fresh(),
        order_id,
        reporter: own(),
        person_id,
        reason: reason.into(),
        ..Default::default()
    };
    refusals.expect(
        "a decline for no known reason",
        "INVALID_ARGUMENT",
        api.field().decline(decline(1, "tired")).await,
    );
    refusals.expect(
        "a decline by a stranger",
        "NOT_ADDRESSED",
        api.field().decline(decline(40, "medical")).await,
    );
    anyhow::ensure!(revision(&site).await? == before, "a refusal changed something");

    // At another place than the order names: refused, and kept as evidence (A2).
    refusals.expect(
        "a check-in elsewhere",
        "WRONG_SITE",
        api.field().check_in(check_in(desk(), "M2", "", 1)).await,
    );
    anyhow::ensure!(revision(&site).await? == before + 1, "the evidence is kept");
    api.field().check_in(check_in(own(), "M1", CODE_OF_M1, 1)).await?;
    refusals.expect(
        "a decline after the arrival",
        "ALREADY_ARRIVED",
        api.field().decline(decline(1, "medical")).await,
    );
    let leave_id = api.field().decline(decline(2, "medical")).await?.into_inner().leave_id;
    let decide = |actor: &str| v1::DecideLeaveRequest {
        context: Some(v1::CommandContext {
            actor: actor.into(),
            ..fresh().unwrap_or_default()
        }),
        leave_id,
        approve: true,
    };
    refusals.expect(
        "leave approved by who asked",
        "OWN_LEAVE",
        api.roster().decide_leave(decide("test:desk")).await,
    );
    api.roster().decide_leave(decide("test:superior")).await?;
    refusals.expect(
        "leave decided twice",
        "LEAVE_DECIDED",
        api.roster().decide_leave(decide("test:other")).await,
    );
    refusals.expect(
        "an ack on leave",
        "PERSON_EXCUSED",
        api.field().acknowledge(ack(own(), &[2], 0, order_id)).await,
    );

    // The same key for something else; and for the same.
    let mut first = ack(own(), &[3], 0, order_id);
    first.context = context("the-same-key");
    let answer = api.field().acknowledge(first.clone()).await?.into_inner();
    let again = api.field().acknowledge(first.clone()).await?.into_inner();
    anyhow::ensure!(
        again.receipt.is_some_and(|receipt| receipt.repeated) && again.applied == answer.applied,
        "{again:?}"
    );
    first.person_ids = vec![4];
    refusals.expect(
        "a key used for something else",
        "REQUEST_ID_REUSED",
        api.field().acknowledge(first).await,
    );

    let close = || v1::CloseOrderRequest {
        context: fresh(),
        order_id,
    };
    api.order().close_order(close()).await?;
    refusals.expect(
        "closing a closed order",
        "ORDER_NOT_OPEN",
        api.order().close_order(close()).await,
    );
    refusals.expect(
        "an ack of a closed order",
        "ORDER_NOT_OPEN",
        api.field().acknowledge(ack(own(), &[5], 0, order_id)).await,
    );
    let reason = "解除".to_owned();
    let request = v1::TerminateResponseRequest {
        context: fresh(),
        response_id: 1,
        reason,
    };
    api.response().terminate_response(request).await?;
    let late = issue(1, to_people(&[1]), draft("晚了"));
    refusals.expect(
        "an order after the end",
        "RESPONSE_TERMINATED",
        api.order().issue_order(late).await,
    );
    refusals.none()
}

#[tokio::test]
async fn batches_are_checked_before_they_count() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    let mut refusals = Refusals::default();
    let key = SigningKey::from_bytes(&[7; 32]);
    let enroll = |lead_id, public_key: Vec<u8>| v1::EnrollDeviceRequest {
        context: fresh(),
        lead_id,
        public_key: public_key.into(),
    };
    refusals.expect(
        "a short key",
        "INVALID_ARGUMENT",
        api.field().enroll_device(enroll(1, vec![1; 31])).await,
    );
    let public = key.verifying_key().to_bytes().to_vec();
    refusals.expect(
        "a device of nobody",
        "UNKNOWN_PERSON",
        api.field().enroll_device(enroll(999, public.clone())).await,
    );
    let device = api.field().enroll_device(enroll(1, public.clone())).await?.into_inner();
    anyhow::ensure!(device.next_sequence == 1, "{device:?}");
    refusals.expect(
        "another's key",
        "DEVICE_ENROLLED",
        api.field().enroll_device(enroll(13, public)).await,
    );

    let item = |kind: &str, person_ids: &[u32], at: i64| v1::OfflineItem {
        kind: kind.into(),
        order_id,
        muster_point: "M1".into(),
        person_ids: person_ids.to_vec(),
        observed_at_unix_ms: at,
        ..Default::default()
    };
    let batch = |device_id, sequence, items: Vec<v1::OfflineItem>| {
        let batch = v1::OfflineBatch {
            device_id,
            sequence,
            items,
        }
        .encode_to_vec();
        let signature = key.sign(&batch).to_bytes().to_vec();
        v1::SubmitBatchRequest {
            batch: batch.into(),
            signature: signature.into(),
        }
    };
    let now = site.admin()?.status().await?.at_unix_ms;
    let good = || {
        batch(
            device.device_id,
            1,
            vec![item("check-in", &[1, 2], now), item("acknowledge", &[999], now)],
        )
    };
    let mut forged = good();
    forged.signature = vec![0; 64].into();
    refusals.expect(
        "a forged batch",
        "WRONG_SIGNATURE",
        api.field().submit_batch(forged).await,
    );
    let garbage = v1::SubmitBatchRequest {
        batch: vec![0xff; 9].into(),
        signature: vec![0; 64].into(),
    };
    refusals.expect("garbage", "INVALID_ARGUMENT", api.field().submit_batch(garbage).await);
    refusals.expect(
        "an unknown device",
        "UNKNOWN_DEVICE",
        api.field().submit_batch(batch(99, 1, Vec::new())).await,
    );
    let early = batch(device.device_id, 3, vec![item("acknowledge", &[1], now)]);
    refusals.expect("a gap", "BATCH_GAP", api.field().submit_batch(early).await);
    let odd = batch(device.device_id, 1, vec![item("dance", &[1], now)]);
    refusals.expect(
        "an unknown kind",
        "INVALID_ARGUMENT",
        api.field().submit_batch(odd).await,
    );

    let first = api.field().submit_batch(good()).await?.into_inner();
    anyhow::ensure!(
        first.results[0].applied == 2 && first.results[1].exceptions.len() == 1,
        "{first:?}"
    );
    let again = api.field().submit_batch(good()).await?.into_inner();
    let repeated = again.receipt.is_some_and(|receipt| receipt.repeated);
    anyhow::ensure!(
        repeated && again.results == first.results,
        "a batch sent twice counts once: {again:?}"
    );
    let other = batch(device.device_id, 1, vec![item("check-in", &[3], now)]);
    refusals.expect(
        "another batch 1",
        "BATCH_CHANGED",
        api.field().submit_batch(other).await,
    );
    let counts = api
        .board()
        .await?
        .total
        .and_then(|total| total.counts)
        .unwrap_or_default();
    anyhow::ensure!(counts.present == 2, "{counts:?}");
    refusals.none()
}

#[tokio::test]
async fn large_messages_are_refused_and_the_daemon_goes_on() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let response_id = api.activate(3, "请立即回令").await?.response_id;
    let before = revision(&site).await?;
    let huge = issue(response_id, to_people(&[1]), draft(&"急".repeat(10 << 20 / 3)));
    let large_list = v1::AcknowledgeRequest {
        context: fresh(),
        order_id: 1,
        reporter: own(),
        person_ids: (1..100_000).collect(),
        ..Default::default()
    };
    let huge_row = v1::ImportUnitsRequest {
        header: Some(v1::ImportHeader {
            context: fresh(),
            mode: 0,
        }),
        rows: vec![unit(2, "1", &"x".repeat(10 << 20), "", "town")],
    };
    let answers = [
        api.order().issue_order(huge).await.err(),
        api.field().acknowledge(large_list).await.err(),
        api.org().import_units(tokio_stream::iter([huge_row])).await.err(),
    ];
    for status in answers {
        let status = status.context("a message of 10 MB was taken")?;
        let codes = [Code::OutOfRange, Code::ResourceExhausted];
        anyhow::ensure!(codes.contains(&status.code()), "{status:?}");
        anyhow::ensure!(
            status.message().contains("limit") || status.message().contains("too large"),
            "{status:?}"
        );
    }
    anyhow::ensure!(revision(&site).await? == before && api.acknowledge(1, 1).await?.applied == 1);
    Ok(())
}

async fn import_units(api: &Api, mode: v1::ImportMode, rows: Vec<v1::UnitRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: mode.into(),
    };
    let messages = [
        v1::ImportUnitsRequest {
            header: Some(header),
            rows: Vec::new(),
        },
        v1::ImportUnitsRequest { header: None, rows },
    ];
    Ok(api
        .org()
        .import_units(tokio_stream::iter(messages))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

async fn import_people(api: &Api, rows: Vec<v1::PersonRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: v1::ImportMode::SkipBad.into(),
    };
    let message = v1::ImportPeopleRequest {
        header: Some(header),
        rows,
    };
    Ok(api
        .roster()
        .import_people(tokio_stream::iter([message]))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

async fn import_teams(api: &Api, rows: Vec<v1::TeamMemberRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: v1::ImportMode::SkipBad.into(),
    };
    let message = v1::ImportTeamsRequest {
        header: Some(header),
        rows,
    };
    Ok(api
        .roster()
        .import_teams(tokio_stream::iter([message]))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

fn problems(report: &v1::ImportReport) -> Vec<(u32, &str, &str)> {
    report
        .bad
        .iter()
        .map(|bad| (bad.row, bad.field.as_str(), bad.problem.as_str()))
        .collect()
}

#[tokio::test]
async fn every_bad_row_of_an_import_is_named() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let rows = vec![
        unit(2, "A", "甲", "B", "town"),
        unit(3, "B", "乙", "C", "town"),
        unit(4, "C", "丙", "A", "town"),
        unit(5, "D", "丁", "nowhere", "town"),
        unit(6, "E", "戊", "440608", "planet"),
        unit(7, "F", "", "440608", "town"),
        unit(8, "G", "庚", "440608", "town"),
        unit(9, "G", "辛", "440608", "town"),
        // Under its own grid: a cycle through what is known already.
        unit(10, "440608001", "荷城街道", "440608001201-G1", "town"),
        unit(11, "", "壬", "440608", "town"),
    ];
    let refused = import_units(&api, v1::ImportMode::AllOrNothing, rows.clone()).await?;
    anyhow::ensure!(!refused.applied && refused.bad.len() >= 9, "{refused:#?}");
    let taken = import_units(&api, v1::ImportMode::SkipBad, rows).await?;
    let expected = [
        (2, "parent_code", "cycle"),
        (3, "parent_code", "cycle"),
        (4, "parent_code", "cycle"),
        (5, "parent_code", "unknown-unit"),
        (6, "kind", "invalid"),
        (7, "name", "missing"),
        (9, "code", "duplicate"),
        (10, "parent_code", "cycle"),
        (11, "code", "missing"),
    ];
    anyhow::ensure!(
        problems(&taken) == expected && taken.applied && taken.added == 1,
        "{taken:#?}"
    );
    anyhow::ensure!(
        problems(&refused) == expected,
        "the same rows are bad in both modes: {refused:#?}"
    );

    let mut wrong_digit = person(4, 103, "440608-A01", "staff");
    let last = if wrong_digit.id_number.ends_with('1') { "2" } else { "1" };
    wrong_digit.id_number.replace_range(17.., last);
    let rows = vec![
        person(2, 101, "440608-A01", "staff"),
        person(3, 101, "440608-A02", "staff"),
        wrong_digit,
        person(5, 104, "440608-A99", "staff"),
        person(6, 105, "440608-A01", "wizard"),
        v1::PersonRow {
            name: String::new(),
            ..person(7, 106, "440608-A01", "staff")
        },
    ];
    let report = import_people(&api, rows).await?;
    let expected = [
        (3, "id_number", "duplicate"),
        (4, "id_number", "invalid"),
        (5, "unit_code", "unknown-unit"),
        (6, "category", "invalid"),
        (7, "name", "missing"),
    ];
    anyhow::ensure!(problems(&report) == expected && report.added == 1, "{report:#?}");
    anyhow::ensure!(report.bad[0].other_row == 2, "{report:#?}");
    let shown = format!("{report:?}");
    anyhow::ensure!(!shown.contains(&id_number(101)), "a report shows an ID number");

    let row = |row, team: &str, role: &str, person: &str| member(row, team, "support", "440608001", role, person);
    let report = import_teams(
        &api,
        vec![
            row(2, "X1", "leader", "P1"),
            row(3, "X1", "deputy", "P1"),
            row(4, "X2", "member", "P2"),
            row(5, "X3", "leader", "P3"),
            row(6, "X3", "leader", "P4"),
            row(7, "X4", "leader", "P999"),
            row(8, "X5", "leader", "P5"),
            row(9, "X5", "member", "P6"),
        ],
    )
    .await?;
    let bad: BTreeSet<&str> = report.bad.iter().map(|bad| bad.problem.as_str()).collect();
    for problem in ["leader-is-deputy", "no-leader", "second-of-role", "unknown-person"] {
        anyhow::ensure!(bad.contains(problem), "{problem}: {report:#?}");
    }
    anyhow::ensure!(report.added == 1 && report.applied, "{report:#?}");
    let header = v1::ImportUnitsRequest::default();
    let status = api
        .org()
        .import_units(tokio_stream::iter([header]))
        .await
        .err()
        .context("no header")?;
    anyhow::ensure!(reason(&status) == "INVALID_ARGUMENT", "{status:?}");
    Ok(())
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<String> {
    let path = dir.join(name);
    fs::write(&path, bytes)?;
    Ok(path.to_string_lossy().into_owned())
}

#[tokio::test]
async fn files_in_gbk_with_a_bom_or_cut_off() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let (cli, dir) = (site.cli(), site.dir.path());
    let row = |number: u32, name: &str| format!("{},{name},13900000000,440608-A01,在编在岗\n", id_number(number));
    let header = "身份证号,姓名,联系电话,单位代码,人员类别\n";
    let text = |first: u32| (first..first + 20).fold(header.to_owned(), |text, number| text + &row(number, "欧阳测试"));

    let (gbk, _, _) = encoding_rs::GBK.encode(&text(200)).clone();
    let file = write(dir, "gbk.csv", &gbk)?;
    let output = cli.run(&["--output", "json", "person", "import", &file])?;
    anyhow::ensure!(output.code == 0 && output.json()?["added"] == 20, "{output:?}");
    anyhow::ensure!(output.stderr.contains("GB"), "the encoding is told: {output:?}");
    let bom = [&b"\xef\xbb\xbf"[..], text(300).as_bytes()].concat();
    let file = write(dir, "bom.csv", &bom)?;
    anyhow::ensure!(cli.ok(&["person", "import", &file])?["added"] == 20);
    // The names arrived whole: the list shows the first character only.
    let people = cli.ok(&["person", "list", "--unit", "440608-A01"])?;
    anyhow::ensure!(people.to_string().contains("欧"), "{people}");

    let whole = text(400);
    let refused = |name: &str, bytes: &[u8], told: &str| -> anyhow::Result<Output> {
        let file = write(dir, name, bytes)?;
        let output = cli.run(&["--output", "json", "person", "import", &file])?;
        let shown = format!("{}{}", output.stdout, output.stderr);
        anyhow::ensure!(
            output.code == 3 && shown.contains(told),
            "{name}: {told:?} with exit code 3 was expected: {output:?}"
        );
        Ok(output)
    };
    let cut = whole.rfind(",440608-A01").context("a last row")?;
    refused("cut.csv", &whole.as_bytes()[..cut], "cut.csv")?;
    let in_character = whole.rfind("测试").context("a name")? + 1;
    refused("half.csv", &whole.as_bytes()[..in_character], "half.csv")?;
    let quoted = whole.replacen("欧阳测试,", "\"欧阳测试,", 1);
    refused("quotes.csv", quoted.as_bytes(), "quotes.csv")?;
    refused("empty.csv", b"", "empty.csv")?;
    refused("no-rows.csv", header.as_bytes(), "no-rows.csv")?;
    refused("columns.csv", "姓名,电话\n张三,1\n".as_bytes(), "columns.csv")?;
    refused(
        "zip.csv",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xff\xfe\x00\x01",
        "zip.csv",
    )?;
    refused("nowhere/../missing.csv", b"", "missing.csv").err();
    // Nothing of any of them was taken.
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 48 + 40);
    Ok(())
}

#[tokio::test]
async fn dirty_rows_are_skipped_or_stop_the_import_as_asked() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), site.dir.path().join("files"));
    let out = dir.to_string_lossy().into_owned();
    let synth = run(
        "baiyingd",
        &["synth", "gaoming", "--out", &out, "--dirty", "0.02", "--seed", "5"],
        &[],
    )?;
    anyhow::ensure!(synth.code == 0, "{synth:?}");
    let report = synth.json()?;
    let count = |key: &str| report[key].as_u64().unwrap_or_default();
    anyhow::ensure!(count("dirty") > 100, "{report}");
    let dirty: BTreeSet<u64> = fs::read_to_string(dir.join("DIRTY.csv"))?
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap_or_default().parse())
        .collect::<Result<_, _>>()?;
    anyhow::ensure!(dirty.len() as u64 == count("dirty"), "{report}");
    cli.ok(&["org", "import", &format!("{out}/divisions.csv")])?;

    let people = format!("{out}/people.csv");
    let named = |answer: &serde_json::Value| -> BTreeSet<u64> {
        answer["bad"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|bad| bad["row"].as_u64())
            .collect()
    };
    for all_or_nothing in [
        &["person", "import", &people][..],
        &["person", "import", "--all-or-nothing", &people],
    ] {
        let answer = cli.json(3, all_or_nothing)?;
        anyhow::ensure!(
            answer["applied"] == false && named(&answer) == dirty,
            "{}",
            missing(&named(&answer), &dirty)
        );
    }
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 0, "all or nothing took something");
    let file = format!("{out}/report.csv");
    let answer = cli.json(3, &["person", "import", "--skip-bad", "--report", &file, &people])?;
    anyhow::ensure!(
        answer["applied"] == true && named(&answer) == dirty,
        "{}",
        missing(&named(&answer), &dirty)
    );
    anyhow::ensure!(
        answer["added"] == count("people") - count("dirty"),
        "{} of {report}",
        answer["added"]
    );
    anyhow::ensure!(
        fs::read_to_string(&file)?.lines().count() == dirty.len() + 1,
        "the report has every bad row"
    );
    anyhow::ensure!(cli.ok(&["status"])?["people"] == count("people") - count("dirty"));
    // Teams only name people whose rows were good.
    cli.ok(&["team", "import", &format!("{out}/teams.csv")])?;
    Ok(())
}

fn missing(named: &BTreeSet<u64>, dirty: &BTreeSet<u64>) -> String {
    let few = |set: Vec<&u64>| set.into_iter().take(5).copied().collect::<Vec<_>>();
    let (not_named, not_dirty) = (
        few(dirty.difference(named).collect()),
        few(named.difference(dirty).collect()),
    );
    format!(
        "{} rows are bad, {} are named; not named {not_named:?}, not dirty {not_dirty:?}",
        dirty.len(),
        named.len()
    )
}

#[tokio::test]
async fn the_command_line_tells_what_is_wrong() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let (cli, dir) = (site.cli(), site.dir.path());
    let file = write(
        dir,
        "cycle.csv",
        "code,name,parent_code,kind\nA,甲,B,town\nB,乙,A,town\n".as_bytes(),
    )?;
    let answer = cli.json(3, &["org", "import", &file])?;
    anyhow::ensure!(
        answer["applied"] == false && answer["bad"][0]["problem"] == "cycle",
        "{answer}"
    );
    let teams = "team_code,team_name,kind,unit_code,role,person\nX,X队,support,440608001,leader,P1\nX,X队,support,440608001,deputy,P1\n";
    let file = write(dir, "teams.csv", teams.as_bytes())?;
    let answer = cli.json(3, &["team", "import", &file])?;
    anyhow::ensure!(answer["bad"].to_string().contains("leader-is-deputy"), "{answer}");

    cli.ok(&["response", "activate", "--plan", "flood", "--level", "3"])?;
    let issue = |who: &[&str], more: &[&str]| {
        let base = ["order", "issue", "--response", "R1", "--text", "紧急集结"];
        [&base[..], who, more]
            .concat()
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    for (reason, who, more) in [
        ("UNKNOWN_UNIT", ["--unit", "999"], ["--muster", "M1"]),
        ("UNKNOWN_TEAM", ["--team", "T99"], ["--muster", "M1"]),
        ("UNKNOWN_PERSON", ["--person", "P999"], ["--muster", "M1"]),
        ("UNKNOWN_MUSTER_POINT", ["--person", "P1"], ["--muster", "M99"]),
        ("EMPTY_AUDIENCE", ["--unit", "440608106201"], ["--muster", "M1"]),
    ] {
        let words = issue(&who, &more);
        let told = cli.refused(reason, &words.iter().map(String::as_str).collect::<Vec<_>>())?;
        anyhow::ensure!(
            told.contains(who[1]) || told.contains(more[1]) || reason == "EMPTY_AUDIENCE",
            "{told}"
        );
    }
    let late = issue(
        &["--person", "P1"],
        &["--muster", "M1", "--ack-by", "2020-01-01T00:00:00+08:00"],
    );
    cli.refused("DEADLINE_PAST", &late.iter().map(String::as_str).collect::<Vec<_>>())?;
    let nobody = issue(&[], &["--muster", "M1"]);
    let output = cli.run(&nobody.iter().map(String::as_str).collect::<Vec<_>>())?;
    anyhow::ensure!(
        output.code == 2,
        "an order to nobody is a wrong command line: {output:?}"
    );
    cli.ok(&[
        "order",
        "issue",
        "--response",
        "R1",
        "--text",
        "集结",
        "--team",
        "T1",
        "--muster",
        "M1",
        "--no-ladder",
    ])?;
    cli.refused("NOT_ADDRESSED", &["field", "ack", "O1", "--person", "P40", "--own"])?;
    cli.refused(
        "WRONG_CODE",
        &[
            "field", "check-in", "O1", "--muster", "M1", "--person", "P1", "--own", "--code", "GUESS",
        ],
    )?;
    cli.refused("UNKNOWN_ORDER", &["order", "show", "O99"])?;
    cli.refused("UNKNOWN_PERSON", &["field", "receive", "--lead", "P999", "--once"])?;
    cli.ok(&["--request-id", "k1", "field", "ack", "O1", "--person", "P1", "--own"])?;
    cli.refused(
        "REQUEST_ID_REUSED",
        &["--request-id", "k1", "field", "ack", "O1", "--person", "P2", "--own"],
    )?;
    let output = cli.run(&["field", "ack", "O1"])?;
    anyhow::ensure!(output.code == 2, "{output:?}");
    Ok(())
}
