//! `ReadinessService`.

mod drills;

use std::collections::BTreeMap;

use baiying_core::State;
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{SpotCheckId, Timestamp, UnitId};
use baiying_core::policy::Policy;
use baiying_core::readiness::{Gap, GapKind, evaluate, looked_at, overdue};
use baiying_core::spot_check::{
    AnswerSpotCheck, CancelSpotCheck, Method, Phase, PlanSpotChecks, RecordSpotCheck, SpotCheck, SpotCheckResult,
};
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use drills::{Drills, Past};

use super::convert::{parse, parse_optional, person_id, receipt, unix_ms};
use super::org::within;
use super::page::Page;
use super::refusal::invalid;
use super::server::ApiContext;
use super::submit::{asked, command, digest, submit, wrong_answer};
use crate::engine::Priority;

/// Serves [`v1::readiness_service_server::ReadinessService`].
pub(super) struct ReadinessApi(ApiContext, Drills);

impl ReadinessApi {
    pub(super) fn new(context: ApiContext) -> Self {
        Self(context, Drills::default())
    }
}

/// Where a check stands, as one word.
pub(super) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Planned => "planned",
        Phase::Asked => "asked",
        Phase::Ended(result) => word::of(&SpotCheckResult::ALL, result),
        Phase::Cancelled => "cancelled",
    }
}

const STATUSES: [&str; 8] = [
    "planned",
    "asked",
    "pass",
    "late",
    "no-answer",
    "wrong-person",
    "off-post",
    "cancelled",
];

fn shown_gap(gap: &Gap, since: Option<Timestamp>) -> v1::ReadinessGap {
    v1::ReadinessGap {
        kind: word::of(&GapKind::ALL, gap.kind).to_owned(),
        serious: gap.kind.is_serious(),
        count: gap.count,
        from_unix_ms: unix_ms(gap.from),
        since_unix_ms: unix_ms(since),
    }
}

fn shown_unit(state: &State, unit: UnitId, gaps: &[Gap]) -> v1::UnitReadiness {
    let known = state.readiness.open();
    let last = state.spot_checks.last_of(unit);
    let asked = last.and_then(|(check, _)| check.asked.as_ref());
    v1::UnitReadiness {
        unit_code: state.org.get(unit).code.to_string(),
        gaps: gaps
            .iter()
            .map(|gap| shown_gap(gap, known.get(&(unit, gap.kind)).copied()))
            .collect(),
        last_spot_check_unix_ms: unix_ms(asked.map(|asked| asked.at)),
        last_spot_check_result: last
            .map_or("", |(_, result)| word::of(&SpotCheckResult::ALL, result))
            .to_owned(),
    }
}

fn shown_check(state: &State, check: &SpotCheck) -> v1::SpotCheck {
    let asked = check.asked.as_ref();
    let answer = check.answer();
    v1::SpotCheck {
        spot_check_id: check.plan.id.0,
        unit_code: state.org.get(check.plan.unit).code.to_string(),
        method: word::of(&Method::ALL, check.method).to_owned(),
        from_unix_ms: check.plan.from.unix_ms(),
        until_unix_ms: check.plan.until.unix_ms(),
        asked_unix_ms: unix_ms(asked.map(|asked| asked.at)),
        rostered_person_ids: asked
            .map_or_else(Vec::new, |asked| asked.rostered.iter().map(|person| person.0).collect()),
        answered_unix_ms: unix_ms(answer.map(|answer| answer.at)),
        answered_by: answer.and_then(|answer| answer.person).map_or(0, |person| person.0),
        status: phase_word(check.phase).to_owned(),
        note: answer.map_or_else(String::new, |answer| answer.note.to_string()),
        planned_by: check.by.0.to_string(),
    }
}

fn shown_gaps(state: &State, gaps: &[(UnitId, GapKind)]) -> Vec<v1::UnitGap> {
    let gap = |(unit, kind): &(UnitId, GapKind)| v1::UnitGap {
        unit_code: state.org.get(*unit).code.to_string(),
        kind: word::of(&GapKind::ALL, *kind).to_owned(),
    };
    gaps.iter().map(gap).collect()
}

fn spot_check_id(id: u32) -> Result<SpotCheckId, Status> {
    match id {
        0 => Err(invalid("spot_check_id", "spot_check_id is missing")),
        id => Ok(SpotCheckId(id)),
    }
}

/// A reply about one check: its id and how it came out.
fn outcome(reply: &Reply) -> Result<(u32, String), Status> {
    let Answer::SpotCheck(check, result) = &reply.answer else {
        return Err(wrong_answer());
    };
    Ok((check.0, word::of(&SpotCheckResult::ALL, *result).to_owned()))
}

/// What is asked about.
struct Asked {
    /// The unit that was named, else the root; none: there is none.
    scope: Option<UnitId>,
    /// Units that are looked at, by code.
    units: Vec<(String, UnitId)>,
}

impl Asked {
    fn of(state: &State, within: Option<UnitId>, policy: &Policy) -> Self {
        let units = looked_at(state, policy).filter(|unit| is_meant(state, within, *unit));
        let mut units: Vec<_> = units.map(|unit| (state.org.get(unit).code.to_string(), unit)).collect();
        units.sort_unstable();
        Self {
            scope: within.or_else(|| state.org.root().map(|root| root.id)),
            units,
        }
    }
}

fn is_meant(state: &State, within: Option<UnitId>, unit: UnitId) -> bool {
    within.is_none_or(|within| state.org.is_within(unit, within))
}

/// Corrective actions that are not closed, and those of them that are late, of owners of these units.
fn actions(state: &State, within: Option<UnitId>, now: Timestamp, policy: &Policy) -> (u32, u32) {
    let today = policy.team.zone.date(now);
    let (mut open, mut overdue) = (0, 0);
    for action in state.exercises.actions.iter() {
        let owner = state.people.get(action.spec.owner);
        if action.status.is_pending() && owner.is_some_and(|owner| is_meant(state, within, owner.home_unit)) {
            open += 1;
            overdue += u32::from(action.is_overdue(today));
        }
    }
    (open, overdue)
}

/// What is missing; without what drills say.
fn missing(state: &State, within: Option<UnitId>, now: Timestamp, policy: &Policy) -> v1::ReadinessResponse {
    let found: BTreeMap<UnitId, Vec<Gap>> = evaluate(state, now, policy);
    let looked_at = looked_at(state, policy)
        .filter(|unit| is_meant(state, within, *unit))
        .count();
    let mut units: Vec<_> = found
        .iter()
        .filter(|(unit, gaps)| is_meant(state, within, **unit) && !gaps.is_empty())
        .collect();
    let worst = |gaps: &[Gap]| gaps.iter().map(|gap| gap.kind).min();
    units.sort_by_key(|(unit, gaps)| (worst(gaps), state.org.get(**unit).code.clone()));
    let (open_actions, overdue_actions) = actions(state, within, now, policy);
    v1::ReadinessResponse {
        at_unix_ms: now.unix_ms(),
        ready: looked_at.saturating_sub(units.len()) as u32,
        looked_at: looked_at as u32,
        units: units
            .into_iter()
            .map(|(unit, gaps)| shown_unit(state, *unit, gaps))
            .collect(),
        evaluated_unix_ms: unix_ms(state.readiness.evaluated_at()),
        due_unix_ms: unix_ms(overdue(state, now, policy)),
        last_exercise_unix_ms: 0,
        drills: Vec::new(),
        forecast: None,
        open_actions,
        overdue_actions,
    }
}

#[tonic::async_trait]
impl v1::readiness_service_server::ReadinessService for ReadinessApi {
    async fn readiness(
        &self,
        request: Request<v1::ReadinessRequest>,
    ) -> Result<Response<v1::ReadinessResponse>, Status> {
        let v1::ReadinessRequest { unit_code } = request.into_inner();
        let (now, policy) = (self.0.clock.now(), &self.0.policy);
        let (mut answer, asked, past) = {
            let state = self.0.engine.read();
            let within = within(&state, &unit_code)?;
            let past = Past::of(&state, now, policy);
            (
                missing(&state, within, now, policy),
                Asked::of(&state, within, policy),
                past,
            )
        };
        let found = self.1.of(past, policy).await?;
        let scope = asked.scope.and_then(|unit| found.get(&unit));
        answer.last_exercise_unix_ms = scope.map_or(0, |found| found.last.ended.unix_ms());
        answer.forecast = Some(drills::forecast(scope, policy));
        let of_unit = |(code, unit): (String, UnitId)| drills::shown(code, found.get(&unit), policy);
        answer.drills = asked.units.into_iter().map(of_unit).collect();
        Ok(Response::new(answer))
    }

    async fn list_evaluations(
        &self,
        request: Request<v1::ListEvaluationsRequest>,
    ) -> Result<Response<v1::ListEvaluationsResponse>, Status> {
        let page = Page::of(request.into_inner().page);
        let after = page.after_number()?;
        let state = self.0.engine.read();
        let evaluations = (1..).zip(state.readiness.evaluations()).skip(after as usize);
        let (evaluations, next_page_token) = page.take(evaluations.map(|(id, evaluation)| {
            let shown = v1::Evaluation {
                evaluation_id: id,
                at_unix_ms: evaluation.at.unix_ms(),
                came_up: shown_gaps(&state, &evaluation.came_up),
                mended: shown_gaps(&state, &evaluation.mended),
            };
            (id, shown)
        }));
        Ok(Response::new(v1::ListEvaluationsResponse {
            evaluations,
            next_page_token,
        }))
    }

    async fn plan_spot_checks(
        &self,
        request: Request<v1::PlanSpotChecksRequest>,
    ) -> Result<Response<v1::PlanSpotChecksResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("plan-spot-checks", [&request]);
        let v1::PlanSpotChecksRequest {
            context: _,
            unit_code,
            sample,
            from_unix_ms,
            until_unix_ms,
            seed,
        } = request;
        let plans = Command::PlanSpotChecks(PlanSpotChecks {
            unit_code: unit_code.into(),
            sample,
            from: from_unix_ms,
            until: until_unix_ms,
            seed,
        });
        let reply = command(&self.0.engine, asked, digest, plans).await?;
        let Answer::SpotChecks(checks) = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::PlanSpotChecksResponse {
            receipt: receipt(&reply),
            spot_check_ids: checks.iter().map(|check| check.0).collect(),
        }))
    }

    async fn answer_spot_check(
        &self,
        request: Request<v1::AnswerSpotCheckRequest>,
    ) -> Result<Response<v1::AnswerSpotCheckResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("answer-spot-check", [&request]);
        let v1::AnswerSpotCheckRequest {
            context: _,
            spot_check_id: check,
            person_id: person,
            on_post,
            note,
        } = request;
        let answers = Command::AnswerSpotCheck(AnswerSpotCheck {
            check: spot_check_id(check)?,
            person: person_id("person_id", person)?,
            on_post,
            note: note.into(),
        });
        let reply = submit(&self.0.engine, Priority::Field, asked, digest, answers).await?;
        let (_, result) = outcome(&reply)?;
        Ok(Response::new(v1::AnswerSpotCheckResponse {
            receipt: receipt(&reply),
            result,
        }))
    }

    async fn record_spot_check(
        &self,
        request: Request<v1::RecordSpotCheckRequest>,
    ) -> Result<Response<v1::RecordSpotCheckResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("record-spot-check", [&request]);
        let v1::RecordSpotCheckRequest {
            context: _,
            unit_code,
            method,
            asked_unix_ms,
            answered_unix_ms,
            person_id: person,
            on_post,
            note,
        } = request;
        let method = parse("method", &Method::ALL, &method)?;
        if method == Method::Stream {
            return Err(invalid(
                "method",
                "method is phone, video or visit: what is asked over the stream is planned",
            ));
        }
        let records = Command::RecordSpotCheck(RecordSpotCheck {
            unit_code: unit_code.into(),
            method,
            asked: asked_unix_ms,
            answered: answered_unix_ms,
            person: match person {
                0 => None,
                person => Some(person_id("person_id", person)?),
            },
            on_post,
            note: note.into(),
        });
        let reply = command(&self.0.engine, asked, digest, records).await?;
        let (spot_check_id, result) = outcome(&reply)?;
        Ok(Response::new(v1::RecordSpotCheckResponse {
            receipt: receipt(&reply),
            spot_check_id,
            result,
        }))
    }

    async fn cancel_spot_check(
        &self,
        request: Request<v1::CancelSpotCheckRequest>,
    ) -> Result<Response<v1::CancelSpotCheckResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("cancel-spot-check", [&request]);
        let cancels = Command::CancelSpotCheck(CancelSpotCheck {
            check: spot_check_id(request.spot_check_id)?,
        });
        let reply = command(&self.0.engine, asked, digest, cancels).await?;
        Ok(Response::new(v1::CancelSpotCheckResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn list_spot_checks(
        &self,
        request: Request<v1::ListSpotChecksRequest>,
    ) -> Result<Response<v1::ListSpotChecksResponse>, Status> {
        let v1::ListSpotChecksRequest {
            unit_code,
            status,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = page.after_number()?;
        let status = parse_optional("status", &STATUSES.map(|status| (status, status)), &status)?;
        let state = self.0.engine.read();
        let within = within(&state, &unit_code)?;
        let checks = state.spot_checks.iter().skip(after as usize).filter(|check| {
            within.is_none_or(|within| state.org.is_within(check.plan.unit, within))
                && status.is_none_or(|status| phase_word(check.phase) == status)
        });
        let (spot_checks, next_page_token) =
            page.take(checks.map(|check| (check.plan.id.0, shown_check(&state, check))));
        Ok(Response::new(v1::ListSpotChecksResponse {
            spot_checks,
            next_page_token,
        }))
    }
}
