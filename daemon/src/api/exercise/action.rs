//! Corrective actions (整改项): asked for, and shown.

use baiying_core::calendar::Date;
use baiying_core::command::{Answer, Command};
use baiying_core::exercise::action::{Action, ActionChange, ActionSpec, ActionStatus, ActionStep};
use baiying_core::exercise::{AmendAction, RaiseAction, ReopenAction, ReportAction, VerifyAction, WithdrawAction};
use baiying_core::id::{ActionId, PersonId};
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::Status;

use super::{ExerciseApi, exercise_id};
use crate::api::convert::{date, optional_date, parse_optional, person_id, receipt};
use crate::api::org::within;
use crate::api::page::Page;
use crate::api::refusal::{invalid, refusal};
use crate::api::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;

fn action_id(number: u32) -> Result<ActionId, Status> {
    if number == 0 {
        return Err(invalid("action_id", "action_id is missing"));
    }
    Ok(ActionId(number))
}

fn optional_person(number: u32) -> Option<PersonId> {
    (number > 0).then_some(PersonId(number))
}

fn shown_date(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

fn line(state: &State, action: &Action, today: Date) -> v1::ActionLine {
    let spec = &action.spec;
    let owner = state.people.get(spec.owner);
    v1::ActionLine {
        action_id: action.id.0,
        exercise_id: spec.run.0,
        issue: spec.issue.to_string(),
        cause: spec.cause.to_string(),
        measure: spec.measure.to_string(),
        owner_id: spec.owner.0,
        owner_unit_code: owner.map_or_else(String::new, |owner| state.org.get(owner.home_unit).code.to_string()),
        due_date: spec.due.to_string(),
        status: word::of(&ActionStatus::ALL, action.status).to_owned(),
        is_overdue: action.is_overdue(today),
        evidence: action
            .reported()
            .map_or_else(String::new, |(_, evidence)| evidence.to_owned()),
        verified_by: action.verified().map_or(0, |by| by.0),
        raised_unix_ms: action.raised.1.unix_ms(),
    }
}

fn step(step: &ActionStep) -> v1::ActionStep {
    let mut shown = v1::ActionStep {
        at_unix_ms: step.at.unix_ms(),
        actor: step.by.0.to_string(),
        change: step.change.word().to_owned(),
        ..v1::ActionStep::default()
    };
    match &step.change {
        ActionChange::Amended {
            cause,
            measure,
            owner,
            due,
            reason,
        } => {
            shown.cause = cause.as_ref().map(ToString::to_string);
            shown.measure = measure.as_ref().map(ToString::to_string);
            shown.owner_id = owner.map_or(0, |owner| owner.0);
            shown.due_date = shown_date(*due);
            shown.text = reason.to_string();
        }
        ActionChange::Reopened { reason, due } => {
            shown.due_date = shown_date(*due);
            shown.text = reason.to_string();
        }
        ActionChange::Reported { by, evidence: text }
        | ActionChange::Verified { by, note: text }
        | ActionChange::Withdrawn { by, reason: text } => {
            shown.person_id = by.0;
            shown.text = text.to_string();
        }
    }
    shown
}

impl ExerciseApi {
    pub(super) async fn raise(&self, mut request: v1::RaiseActionRequest) -> Result<v1::RaiseActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("raise-action", [&request]);
        let v1::RaiseActionRequest {
            context: _,
            exercise_id: run,
            issue,
            cause,
            measure,
            owner_id,
            due_date,
        } = request;
        let spec = ActionSpec {
            run: exercise_id(run)?,
            issue: issue.into(),
            cause: cause.into(),
            measure: measure.into(),
            owner: person_id("owner_id", owner_id)?,
            due: date("due_date", &due_date)?,
        };
        let raises = Command::RaiseAction(RaiseAction { spec });
        let reply = command(&self.0.engine, asked, digest, raises).await?;
        let Answer::Action(action) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(v1::RaiseActionResponse {
            receipt: receipt(&reply),
            action_id: action.0,
        })
    }

    pub(super) async fn amend(&self, mut request: v1::AmendActionRequest) -> Result<v1::AmendActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("amend-action", [&request]);
        let v1::AmendActionRequest {
            context: _,
            action_id: action,
            cause,
            measure,
            owner_id,
            due_date,
            reason,
        } = request;
        let amends = Command::AmendAction(AmendAction {
            action: action_id(action)?,
            cause: cause.map(Into::into),
            measure: measure.map(Into::into),
            owner: optional_person(owner_id),
            due: optional_date("due_date", &due_date)?,
            reason: reason.into(),
        });
        let reply = command(&self.0.engine, asked, digest, amends).await?;
        let receipt = receipt(&reply);
        Ok(v1::AmendActionResponse { receipt })
    }

    pub(super) async fn report(
        &self,
        mut request: v1::ReportActionRequest,
    ) -> Result<v1::ReportActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("report-action", [&request]);
        let reports = Command::ReportAction(ReportAction {
            action: action_id(request.action_id)?,
            by: optional_person(request.person_id),
            evidence: request.evidence.into(),
        });
        let reply = command(&self.0.engine, asked, digest, reports).await?;
        let receipt = receipt(&reply);
        Ok(v1::ReportActionResponse { receipt })
    }

    pub(super) async fn verify(
        &self,
        mut request: v1::VerifyActionRequest,
    ) -> Result<v1::VerifyActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("verify-action", [&request]);
        let verifies = Command::VerifyAction(VerifyAction {
            action: action_id(request.action_id)?,
            by: person_id("person_id", request.person_id)?,
            note: request.note.into(),
        });
        let reply = command(&self.0.engine, asked, digest, verifies).await?;
        let receipt = receipt(&reply);
        Ok(v1::VerifyActionResponse { receipt })
    }

    pub(super) async fn reopen(
        &self,
        mut request: v1::ReopenActionRequest,
    ) -> Result<v1::ReopenActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("reopen-action", [&request]);
        let reopens = Command::ReopenAction(ReopenAction {
            action: action_id(request.action_id)?,
            reason: request.reason.into(),
            due: optional_date("due_date", &request.due_date)?,
        });
        let reply = command(&self.0.engine, asked, digest, reopens).await?;
        let receipt = receipt(&reply);
        Ok(v1::ReopenActionResponse { receipt })
    }

    pub(super) async fn withdraw(
        &self,
        mut request: v1::WithdrawActionRequest,
    ) -> Result<v1::WithdrawActionResponse, Status> {
        let asked = asked(request.context.take())?;
        let digest = digest("withdraw-action", [&request]);
        let withdraws = Command::WithdrawAction(WithdrawAction {
            action: action_id(request.action_id)?,
            by: person_id("person_id", request.person_id)?,
            reason: request.reason.into(),
        });
        let reply = command(&self.0.engine, asked, digest, withdraws).await?;
        let receipt = receipt(&reply);
        Ok(v1::WithdrawActionResponse { receipt })
    }

    pub(super) fn list(&self, request: v1::ListActionsRequest) -> Result<v1::ListActionsResponse, Status> {
        let v1::ListActionsRequest {
            exercise_id: run,
            owner_id,
            unit_code,
            status,
            only_overdue,
            page,
        } = request;
        let status = parse_optional("status", &ActionStatus::ALL, &status)?;
        let page = Page::of(page);
        let after = page.after_number()?;
        let today = self.0.today();
        let state = self.0.engine.read();
        let unit = within(&state, &unit_code)?;
        let is_within = |action: &Action| {
            let owner = state.people.get(action.spec.owner);
            unit.is_none_or(|unit| owner.is_some_and(|owner| state.org.is_within(owner.home_unit, unit)))
        };
        let actions = state.exercises.actions.iter().skip(after as usize).filter(|action| {
            (run == 0 || action.spec.run.0 == run)
                && (owner_id == 0 || action.spec.owner.0 == owner_id)
                && status.is_none_or(|status| action.status == status)
                && (!only_overdue || action.is_overdue(today))
                && is_within(action)
        });
        let (actions, next_page_token) = page.take(actions.map(|action| (action.id.0, line(&state, action, today))));
        Ok(v1::ListActionsResponse {
            actions,
            next_page_token,
        })
    }

    pub(super) fn show(&self, action: u32) -> Result<v1::GetActionResponse, Status> {
        let action = action_id(action)?;
        let today = self.0.today();
        let state = self.0.engine.read();
        let found = state.exercises.actions.get(action);
        let found = found.ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownAction { action })))?;
        Ok(v1::GetActionResponse {
            action: Some(line(&state, found, today)),
            raised_by: found.raised.0.0.to_string(),
            first_owner_id: found.first.owner.0,
            first_due_date: found.first.due.to_string(),
            steps: found.steps.iter().map(step).collect(),
        })
    }
}
