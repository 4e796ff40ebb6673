//! Bad input about teams, duty and spot checks over the wire: every refusal has a stable reason, and changes nothing.

use anyhow::Context as _;
use baiying_core::calendar::Zone;
use baiying_core::id::Timestamp;
use baiying_drills::load::import_all;
use baiying_e2e::api::fresh;
use baiying_e2e::small::{self, ROOT, id_number, person, unit};
use baiying_e2e::{Api, Site};
use baiying_proto::v1;

use crate::bad_input::{Refusals, revision};

/// An agency of twelve who are too old and not of the Party: nobody can serve.
const A01: &str = "440608-A01";
/// An agency of 25, of whom the thirteen youngest can serve.
const A02: &str = "440608-A02";
/// A village: the 20 % rule does not apply to it.
const VILLAGE: &str = "440608001201";
const HOUR: i64 = 3_600_000;

fn by(actor: &str) -> Option<v1::CommandContext> {
    Some(v1::CommandContext {
        actor: actor.into(),
        ..fresh().unwrap_or_default()
    })
}

fn header() -> Option<v1::ImportHeader> {
    Some(v1::ImportHeader {
        context: fresh(),
        mode: v1::ImportMode::AllOrNothing.into(),
    })
}

/// The small district, with thirteen Party members more in A02: P49 to P61, of whom P61 has no phone.
async fn district() -> anyhow::Result<Site> {
    let site = Site::on_duty_from_midnight()?;
    import_all(&site.daemon.api, &small::district(), "test").await?;
    // Born in 1990: those of the small district are too old for any team.
    let rows = (1..=13).map(|number| v1::PersonRow {
        phone: if number == 13 {
            String::new()
        } else {
            format!("1380000{number:04}")
        },
        political: "party-member".into(),
        ..person(number, 40_000 + number, A02, "staff")
    });
    let request = v1::ImportPeopleRequest {
        header: header(),
        rows: rows.collect(),
        ..v1::ImportPeopleRequest::default()
    };
    let api = site.api()?;
    let report = api.roster().import_people(tokio_stream::iter([request])).await?;
    let report = report.into_inner().report.unwrap_or_default();
    anyhow::ensure!(report.applied && report.added == 13, "{report:?}");
    let request = v1::ImportUnitsRequest {
        header: header(),
        rows: vec![unit(2, "440608-A03", "区志办", ROOT, "agency")],
    };
    api.org().import_units(tokio_stream::iter([request])).await?;
    Ok(site)
}

#[tokio::test]
async fn teams_and_quotas_are_refused_with_a_reason() -> anyhow::Result<()> {
    let site = district().await?;
    let api = site.api()?;
    let exclude = |person_id, reason: &str, until_date: &str, approved_by: &str| v1::ExcludeRequest {
        context: fresh(),
        person_id,
        reason: reason.into(),
        from_date: "2026-06-01".into(),
        until_date: until_date.into(),
        approved_by: approved_by.into(),
    };
    let excluded = api.team().exclude(exclude(14, "medical", "", "test:superior")).await?;
    let propose = |unit_code: &str, size| v1::ProposeTeamRequest {
        unit_code: unit_code.into(),
        seed: 7,
        size,
        ..v1::ProposeTeamRequest::default()
    };
    let seen = api.team().propose_team(propose(A02, 0)).await?.into_inner();
    anyhow::ensure!(
        excluded.into_inner().exclusion_id == 1 && seen.required == 5,
        "{seen:?}"
    );
    let before = revision(&site).await?;
    let mut refusals = Refusals::default();

    let policy = |unit_code: &str, percent, joint_with_code: &str, basis: &str| v1::SetCountPolicyRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        percent,
        counted: true,
        joint_with_code: joint_with_code.into(),
        basis: basis.into(),
    };
    for (what, expected, request) in [
        (
            "less than the law",
            "PERCENT_OUT_OF_RANGE",
            policy(A01, 19, "", "会议纪要"),
        ),
        (
            "more than all",
            "PERCENT_OUT_OF_RANGE",
            policy(A01, 101, "", "会议纪要"),
        ),
        (
            "far more",
            "PERCENT_OUT_OF_RANGE",
            policy(A01, u32::MAX, "", "会议纪要"),
        ),
        ("no basis", "MISSING_FIELD", policy(A01, 25, "", " ")),
        ("a long basis", "TOO_LONG", policy(A01, 25, "", &"长".repeat(200))),
        ("an unknown unit", "UNKNOWN_UNIT", policy("999", 25, "", "x")),
        ("a joint team with itself", "JOINT_TEAM", policy(A01, 20, A01, "x")),
        ("a joint team of twelve", "JOINT_TEAM", policy(A01, 20, A02, "x")),
        (
            "a joint team of a village",
            "JOINT_TEAM",
            policy("440608-A03", 20, VILLAGE, "x"),
        ),
        (
            "a joint team of nobody",
            "UNKNOWN_UNIT",
            policy("440608-A03", 20, "999", "x"),
        ),
    ] {
        refusals.expect(what, expected, api.team().set_count_policy(request).await);
    }
    for (what, expected, request) in [
        ("a stranger", "UNKNOWN_PERSON", exclude(999, "medical", "", "x:y")),
        ("nobody", "INVALID_ARGUMENT", exclude(0, "medical", "", "x:y")),
        ("an unknown reason", "INVALID_ARGUMENT", exclude(15, "tired", "", "x:y")),
        ("an illness", "INVALID_ARGUMENT", exclude(15, "高血压", "", "x:y")),
        (
            "days that go back",
            "BAD_DATES",
            exclude(15, "leave", "2026-05-31", "x:y"),
        ),
        (
            "no such day",
            "INVALID_ARGUMENT",
            exclude(15, "leave", "2026-02-30", "x:y"),
        ),
        ("no approver", "MISSING_FIELD", exclude(15, "leave", "", " ")),
        ("their own word", "OWN_APPROVAL", exclude(15, "leave", "", "P15")),
        ("their own name", "OWN_APPROVAL", exclude(15, "leave", "", "测试15")),
        (
            "twice",
            "EXCLUSION_OVERLAPS",
            exclude(14, "medical", "2026-07-01", "x:y"),
        ),
    ] {
        refusals.expect(
            &format!("exclusion: {what}"),
            expected,
            api.team().exclude(request).await,
        );
    }
    let request = v1::EndExclusionRequest {
        context: fresh(),
        exclusion_id: 99,
    };
    refusals.expect(
        "the end of no exclusion",
        "UNKNOWN_EXCLUSION",
        api.team().end_exclusion(request).await,
    );
    let waive = |unit_code: &str, reason: &str, until_date: &str, approved_by: &str| v1::GrantWaiverRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        reason: reason.into(),
        until_date: until_date.into(),
        approved_by: approved_by.into(),
    };
    for (what, expected, request) in [
        (
            "of a village",
            "UNIT_NOT_COUNTED",
            waive(VILLAGE, "x", "2099-01-01", "x:y"),
        ),
        ("for no reason", "MISSING_FIELD", waive(A01, "", "2099-01-01", "x:y")),
        (
            "by who asks",
            "OWN_APPROVAL",
            waive(A01, "x", "2099-01-01", "test:desk"),
        ),
        ("that is over", "BAD_DATES", waive(A01, "x", "2020-01-01", "x:y")),
        ("for ever", "BAD_DATES", waive(A01, "x", "2199-01-01", "x:y")),
        ("without an end", "INVALID_ARGUMENT", waive(A01, "x", "", "x:y")),
    ] {
        refusals.expect(
            &format!("a waiver {what}"),
            expected,
            api.team().grant_waiver(request).await,
        );
    }
    let request = v1::RevokeWaiverRequest {
        context: fresh(),
        unit_code: A01.into(),
    };
    refusals.expect(
        "no waiver taken back",
        "NO_WAIVER",
        api.team().revoke_waiver(request).await,
    );
    for (what, expected, request) in [
        ("a village's", "UNIT_NOT_COUNTED", propose(VILLAGE, 0)),
        ("one without the Party", "NOBODY_ELIGIBLE", propose(A01, 0)),
        ("of a unit without staff", "NOBODY_ELIGIBLE", propose("440608-A03", 0)),
        ("of nowhere", "UNKNOWN_UNIT", propose("999", 0)),
    ] {
        refusals.expect(
            &format!("a team, {what}"),
            expected,
            api.team().propose_team(request).await,
        );
    }
    let approve = |request, proposal: &str| v1::ApproveTeamRequest {
        context: fresh(),
        request: Some(request),
        proposal: proposal.into(),
    };
    let named = |team_code: &str| v1::ProposeTeamRequest {
        team_code: team_code.into(),
        ..propose(A02, 0)
    };
    for (what, expected, request) in [
        (
            "another size",
            "PROPOSAL_STALE",
            approve(propose(A02, 4), &seen.proposal),
        ),
        ("no name", "MISSING_FIELD", approve(propose(A02, 0), "")),
        (
            "another team's code",
            "TEAM_CODE_TAKEN",
            approve(named("T-S01"), &seen.proposal),
        ),
        (
            "a code that is none",
            "TEAM_CODE_TAKEN",
            approve(named("a b"), &seen.proposal),
        ),
    ] {
        refusals.expect(
            &format!("approved: {what}"),
            expected,
            api.team().approve_team(request).await,
        );
    }
    let unmask = |person_ids: &[u32], purpose: &str, approved_by: &str| v1::UnmaskRequest {
        context: fresh(),
        person_ids: person_ids.to_vec(),
        purpose: purpose.into(),
        approved_by: approved_by.into(),
    };
    for (what, expected, request) in [
        ("for nothing", "MISSING_FIELD", unmask(&[1], " ", "")),
        (
            "of several, by who asks",
            "OWN_APPROVAL",
            unmask(&[1, 2], "点名", "test:desk"),
        ),
        ("of several, by nobody", "MISSING_FIELD", unmask(&[1, 2], "点名", "")),
        ("of nobody", "MISSING_FIELD", unmask(&[], "点名", "")),
        ("of a stranger", "UNKNOWN_PERSON", unmask(&[999], "点名", "")),
    ] {
        refusals.expect(
            &format!("unmasked {what}"),
            expected,
            api.roster().unmask(request).await,
        );
    }
    for (what, expected, person_ids) in [
        ("that is not there", "NO_PHONE", vec![61]),
        ("of nobody", "MISSING_FIELD", vec![]),
        ("of a stranger", "UNKNOWN_PERSON", vec![999]),
    ] {
        let request = v1::VerifyPhonesRequest {
            context: fresh(),
            person_ids,
        };
        refusals.expect(
            &format!("a number {what}"),
            expected,
            api.roster().verify_phones(request).await,
        );
    }
    let same = revision(&site).await? == before;
    refusals.none()?;
    anyhow::ensure!(same, "a refusal changed something");
    Ok(())
}

/// Two crews of A01 take turns, day by day from today on: P1 leads P2 and P3, P4 leads P5 and P6. Returns the daemon's time.
async fn rostered(api: &Api) -> anyhow::Result<i64> {
    let now = api
        .duty()
        .on_duty(v1::OnDutyRequest::default())
        .await?
        .into_inner()
        .at_unix_ms;
    let today = Zone::shanghai().date(Timestamp::from_unix_ms(now));
    let rows = (1..=6).map(|number| v1::DutyRow {
        row: number + 1,
        unit_code: A01.into(),
        pattern: "whole-day".into(),
        from_date: today.to_string(),
        position: if number % 3 == 1 { "lead" } else { "officer" }.into(),
        turn: 1 + (number - 1) / 3,
        every: "shift".into(),
        person: id_number(number),
        ..v1::DutyRow::default()
    });
    let request = v1::ImportRostersRequest {
        header: header(),
        rows: rows.collect(),
        dry_run: false,
    };
    let answer = api.duty().import_rosters(tokio_stream::iter([request])).await?;
    let report = answer.into_inner().report.unwrap_or_default();
    anyhow::ensure!(report.applied && report.added == 1, "{report:?}");
    Ok(now)
}

/// Lead and officers of A01 at an instant.
async fn crew(api: &Api, at_unix_ms: i64) -> anyhow::Result<(u32, Vec<u32>)> {
    let request = v1::OnDutyRequest {
        unit_code: A01.into(),
        at_unix_ms,
    };
    let units = api.duty().on_duty(request).await?.into_inner().units;
    let holders = units.into_iter().next().context("no unit")?.holders;
    let of = |position: &str| {
        let on = holders.iter().filter(|holder| holder.position == position);
        on.map(|holder| holder.person_id).collect::<Vec<_>>()
    };
    Ok((of("lead").first().copied().unwrap_or(0), of("officer")))
}

#[tokio::test]
async fn duty_is_refused_with_a_reason() -> anyhow::Result<()> {
    let site = district().await?;
    let api = site.api()?;
    let now = rostered(&api).await?;
    // The next shift, which begins within a day; and one that can be swapped in time.
    let (soon, far) = (now + 24 * HOUR, now + 72 * HOUR);
    let ((soon_lead, _), (lead, officers)) = (crew(&api, soon).await?, crew(&api, far).await?);
    let [first, second] = officers[..] else {
        anyhow::bail!("two officers were expected: {officers:?}")
    };
    let shift = |unit_code: &str, position: &str, at_unix_ms| {
        Some(v1::ShiftRef {
            unit_code: unit_code.into(),
            position: position.into(),
            at_unix_ms,
        })
    };
    let request_swap = |person_id, gives, with_person_id, takes| v1::RequestSwapRequest {
        context: fresh(),
        person_id,
        gives,
        with_person_id,
        takes,
        reason: "有事".into(),
    };
    // P10 and P11 are in no crew. One swap in time, one too late.
    let asked = api
        .duty()
        .request_swap(request_swap(lead, shift(A01, "lead", far), 10, None))
        .await?;
    let late = request_swap(soon_lead, shift(A01, "lead", soon), 11, None);
    let late = api.duty().request_swap(late).await?.into_inner().swap_id;
    let swap_id = asked.into_inner().swap_id;
    let consent = |swap_id, person_id, consent| v1::ConsentSwapRequest {
        context: fresh(),
        swap_id,
        person_id,
        consent,
    };
    api.duty().consent_swap(consent(late, 11, true)).await?;
    let before = revision(&site).await?;
    let mut refusals = Refusals::default();

    let stand_in = |unit_code: &str, person_id, instead_of, from, until| v1::SetStandInRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        position: "officer".into(),
        person_id,
        instead_of,
        from_unix_ms: from,
        until_unix_ms: until,
        reason: "住院".into(),
    };
    for (what, expected, request) in [
        ("without a roster", "NO_ROSTER", stand_in(A02, 10, 0, now, far)),
        ("nowhere", "UNKNOWN_UNIT", stand_in("999", 10, 0, now, far)),
        ("who is unknown", "UNKNOWN_PERSON", stand_in(A01, 999, 0, now, far)),
        ("for oneself", "SAME_PERSON", stand_in(A01, first, first, now, far)),
        ("backwards", "DUTY_INTERVAL", stand_in(A01, 10, 0, far, now)),
        (
            "for a year",
            "DUTY_INTERVAL",
            stand_in(A01, 10, 0, now, now + 366 * 24 * HOUR),
        ),
        (
            "yesterday",
            "DUTY_PAST",
            stand_in(A01, 10, 0, now - 26 * HOUR, now - 25 * HOUR),
        ),
        ("for who is not on", "NOT_ROSTERED", stand_in(A01, 10, 12, now, far)),
    ] {
        refusals.expect(
            &format!("a stand-in {what}"),
            expected,
            api.duty().set_stand_in(request).await,
        );
    }
    let mut king = stand_in(A01, 10, 0, now, far);
    king.position = "king".into();
    refusals.expect("a position", "INVALID_ARGUMENT", api.duty().set_stand_in(king).await);
    let request = v1::EndStandInRequest {
        context: fresh(),
        stand_in_id: 99,
    };
    refusals.expect(
        "no stand-in",
        "UNKNOWN_STAND_IN",
        api.duty().end_stand_in(request).await,
    );
    let request = v1::SetBackupRequest {
        context: fresh(),
        unit_code: A01.into(),
        post: "值守".into(),
        a_person_id: 1,
        b_person_id: 1,
    };
    refusals.expect("A and B in one", "SAME_PERSON", api.duty().set_backup(request).await);

    let officer = |at| shift(A01, "officer", at);
    for (what, expected, request) in [
        (
            "with oneself",
            "SAME_PERSON",
            request_swap(first, officer(far), first, None),
        ),
        (
            "of somebody else's shift",
            "NOT_ROSTERED",
            request_swap(10, officer(far), first, None),
        ),
        (
            "without a roster",
            "NO_ROSTER",
            request_swap(13, shift(A02, "lead", far), 14, None),
        ),
        (
            "with who is on then",
            "DOUBLE_BOOKED",
            request_swap(first, officer(far), second, None),
        ),
        ("of no shift", "INVALID_ARGUMENT", request_swap(first, None, 10, None)),
    ] {
        refusals.expect(
            &format!("a swap {what}"),
            expected,
            api.duty().request_swap(request).await,
        );
    }
    let (running, _) = crew(&api, now + 1_000).await?;
    refusals.expect(
        "a swap of the shift that runs",
        "DUTY_PAST",
        api.duty()
            .request_swap(request_swap(running, shift(A01, "lead", now + 1_000), 10, None))
            .await,
    );
    for (what, expected, request) in [
        ("of nobody's swap", "UNKNOWN_SWAP", consent(99, 10, true)),
        ("by somebody else", "NOT_SWAP_PARTNER", consent(swap_id, 12, true)),
        ("taken back", "SWAP_STATUS", consent(late, 11, false)),
    ] {
        refusals.expect(
            &format!("consent {what}"),
            expected,
            api.duty().consent_swap(request).await,
        );
    }
    let decide = |context, swap_id| v1::DecideSwapRequest {
        context,
        swap_id,
        approve: true,
        emergency: false,
    };
    for (what, expected, request) in [
        ("of nothing", "UNKNOWN_SWAP", decide(fresh(), 99)),
        ("before the other agreed", "SWAP_STATUS", decide(fresh(), swap_id)),
        ("by one of the two", "OWN_SWAP", decide(by("lead:P10"), swap_id)),
        ("at the last minute", "SWAP_TOO_LATE", decide(fresh(), late)),
    ] {
        refusals.expect(
            &format!("approval {what}"),
            expected,
            api.duty().decide_swap(request).await,
        );
    }
    let sign_in = |unit_code: &str, person_id| v1::SignInRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        person_id,
    };
    let sign_out = |person_id| v1::SignOutRequest {
        context: fresh(),
        unit_code: A01.into(),
        person_id,
    };
    for (what, expected, request) in [
        ("by who is not on", "NOT_ROSTERED", sign_in(A01, 12)),
        ("without a roster", "NO_ROSTER", sign_in(A02, 13)),
        ("by a stranger", "UNKNOWN_PERSON", sign_in(A01, 999)),
    ] {
        refusals.expect(
            &format!("signed in {what}"),
            expected,
            api.duty().sign_in(request).await,
        );
    }
    refusals.expect(
        "signed out of nothing",
        "NOT_SIGNED_IN",
        api.duty().sign_out(sign_out(12)).await,
    );
    let same = revision(&site).await? == before;

    // Who has the post keeps it until the relief is there (D5).
    let (on, _) = crew(&api, 0).await?;
    api.duty().sign_in(sign_in(A01, on)).await?;
    refusals.expect(
        "left before the relief",
        "RELIEF_MISSING",
        api.duty().sign_out(sign_out(on)).await,
    );
    refusals.none()?;
    anyhow::ensure!(same, "a refusal changed something");
    Ok(())
}

#[tokio::test]
async fn spot_checks_are_refused_with_a_reason() -> anyhow::Result<()> {
    let site = district().await?;
    let api = site.api()?;
    let now = rostered(&api).await?;
    let record = |unit_code: &str, method: &str, asked: i64, answered: i64, person_id| v1::RecordSpotCheckRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        method: method.into(),
        asked_unix_ms: asked,
        answered_unix_ms: answered,
        person_id,
        on_post: true,
        note: String::new(),
    };
    let made = api
        .readiness()
        .record_spot_check(record(A01, "phone", now - HOUR, 0, 0))
        .await?
        .into_inner();
    anyhow::ensure!(made.result == "no-answer", "{made:?}");
    let plan = |unit_code: &str, from: i64, until: i64| v1::PlanSpotChecksRequest {
        context: fresh(),
        unit_code: unit_code.into(),
        sample: 0,
        from_unix_ms: from,
        until_unix_ms: until,
        seed: 1,
    };
    let planned = api
        .readiness()
        .plan_spot_checks(plan(ROOT, now + 9 * HOUR, 0))
        .await?
        .into_inner();
    let [planned] = planned.spot_check_ids[..] else {
        anyhow::bail!("one check was expected: {planned:?}")
    };
    let before = revision(&site).await?;
    let mut refusals = Refusals::default();
    for (what, expected, request) in [
        (
            "where nobody keeps duty",
            "NO_DUTY_ROSTER",
            plan(A02, now + HOUR, now + 2 * HOUR),
        ),
        ("nowhere", "UNKNOWN_UNIT", plan("999", now + HOUR, 0)),
        ("backwards", "SPOT_CHECK_WINDOW", plan(A01, now + 2 * HOUR, now + HOUR)),
        ("in the past", "SPOT_CHECK_WINDOW", plan(A01, now - HOUR, now + HOUR)),
        (
            "some day this year",
            "SPOT_CHECK_WINDOW",
            plan(A01, now + HOUR, now + 365 * 24 * HOUR),
        ),
    ] {
        refusals.expect(
            &format!("planned {what}"),
            expected,
            api.readiness().plan_spot_checks(request).await,
        );
    }
    for (what, expected, request) in [
        (
            "answered before asked",
            "SPOT_CHECK_TIMES",
            record(A01, "phone", now - HOUR, now - 2 * HOUR, 1),
        ),
        (
            "asked tomorrow",
            "SPOT_CHECK_TIMES",
            record(A01, "phone", now + 24 * HOUR, 0, 0),
        ),
        ("never asked", "SPOT_CHECK_TIMES", record(A01, "phone", 0, 0, 0)),
        ("by smoke", "INVALID_ARGUMENT", record(A01, "smoke", now - HOUR, 0, 0)),
        (
            "over the stream",
            "INVALID_ARGUMENT",
            record(A01, "stream", now - HOUR, 0, 0),
        ),
        (
            "by a stranger",
            "UNKNOWN_PERSON",
            record(A01, "visit", now - HOUR, now - HOUR, 999),
        ),
        ("nowhere", "UNKNOWN_UNIT", record("999", "visit", now - HOUR, 0, 0)),
    ] {
        refusals.expect(
            &format!("recorded {what}"),
            expected,
            api.readiness().record_spot_check(request).await,
        );
    }
    let answer = |spot_check_id, person_id| v1::AnswerSpotCheckRequest {
        context: fresh(),
        spot_check_id,
        person_id,
        on_post: true,
        note: String::new(),
    };
    for (what, expected, request) in [
        ("no check", "UNKNOWN_SPOT_CHECK", answer(99, 1)),
        // What is to come cannot be found out by trying.
        ("one to come", "UNKNOWN_SPOT_CHECK", answer(planned, 1)),
        ("one that is over", "SPOT_CHECK_CLOSED", answer(made.spot_check_id, 1)),
        ("by a stranger", "UNKNOWN_PERSON", answer(made.spot_check_id, 999)),
    ] {
        refusals.expect(
            &format!("answered {what}"),
            expected,
            api.readiness().answer_spot_check(request).await,
        );
    }
    for (what, expected, spot_check_id) in [
        ("no check", "UNKNOWN_SPOT_CHECK", 99),
        ("one that is over", "SPOT_CHECK_CLOSED", made.spot_check_id),
    ] {
        let request = v1::CancelSpotCheckRequest {
            context: fresh(),
            spot_check_id,
        };
        refusals.expect(
            &format!("taken back: {what}"),
            expected,
            api.readiness().cancel_spot_check(request).await,
        );
    }
    let same = revision(&site).await? == before;
    refusals.none()?;
    anyhow::ensure!(same, "a refusal changed something");
    Ok(())
}
