//! Bad input over the wire: every refusal has a stable reason, and changes nothing.

use anyhow::Context as _;
use baiying_e2e::api::{context, desk, draft, fresh, lead, own};
use baiying_e2e::small::{self, CODE_OF_M1, unit};
use baiying_e2e::{Site, reason};
use baiying_proto::v1;
use baiying_proto::v1::deadline::When;
use ed25519_dalek::{Signer as _, SigningKey};
use prost::Message as _;
use tonic::{Code, Response, Status};

/// Who was asked for what, and what came of it.
#[derive(Default)]
pub(crate) struct Refusals(Vec<String>);

impl Refusals {
    pub(crate) fn expect<T>(&mut self, what: &str, expected: &str, answer: Result<Response<T>, Status>) {
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

    pub(crate) fn none(self) -> anyhow::Result<()> {
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

pub(crate) async fn revision(site: &Site) -> anyhow::Result<u64> {
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
            approval: small::approval(),
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
            approval: small::approval(),
            ..Default::default()
        };
        refusals.expect(what, expected, api.response().escalate_response(request).await);
    }
    let request = v1::DeEscalateResponseRequest {
        context: fresh(),
        response_id,
        level: 2,
        reason: "x".into(),
        approval: small::approval(),
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
        api.watch().get_board(v1::GetBoardRequest { filter, as_of: None }).await,
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
    let decide = |actor: &str, approve| v1::DecideLeaveRequest {
        context: Some(v1::CommandContext {
            actor: actor.into(),
            ..fresh().unwrap_or_default()
        }),
        leave_id,
        approve,
    };
    refusals.expect(
        "leave approved by who asked",
        "OWN_LEAVE",
        api.roster().decide_leave(decide("test:desk", true)).await,
    );
    api.roster().decide_leave(decide("test:superior", true)).await?;
    refusals.expect(
        "leave decided twice",
        "LEAVE_DECIDED",
        api.roster().decide_leave(decide("test:other", false)).await,
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
    let huge = issue(response_id, to_people(&[1]), draft(&"急".repeat((10 << 20) / 3)));
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
