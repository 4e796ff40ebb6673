//! `PlanService`.

use std::sync::Arc;

use baiying_core::command::{Answer, Command};
use baiying_core::duty::Position;
use baiying_core::order::StepTarget;
use baiying_core::org::UnitKind;
use baiying_core::plan::{
    CallOut, CommandRow, ImportPlan, LevelPlan, OrderTemplate, Plan, PlanProblem, PlanVersion, PlanWarning,
    ReportClocks, warnings,
};
use baiying_core::team::TeamKind;
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::receipt;
use super::page::Page;
use super::refusal::refusal;
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;
use crate::plan_file;

/// Serves [`v1::plan_service_server::PlanService`].
pub(super) struct PlanApi(pub(super) ApiContext);

fn problem(file_name: &str, (line, problem): &(u32, PlanProblem)) -> v1::FileProblem {
    let PlanProblem { key, value, fault } = problem;
    v1::FileProblem {
        file_name: file_name.to_owned(),
        line: *line,
        key: key.to_string(),
        value: value.to_string(),
        problem: fault.word().to_owned(),
        detail: fault.detail(),
    }
}

fn warning(warning: &PlanWarning) -> v1::PlanWarning {
    let (word, key, value) = match warning {
        PlanWarning::UnknownMusterPoint { key, code } => ("unknown-muster-point", &**key, code),
        PlanWarning::NobodyHolds { post } => ("nobody-holds", "", post),
    };
    v1::PlanWarning {
        warning: word.to_owned(),
        key: key.to_owned(),
        value: value.to_string(),
    }
}

/// A version in short; what ships was imported by nobody.
fn summary(version: u32, plan: &Plan, imported: Option<&PlanVersion>) -> v1::PlanSummary {
    v1::PlanSummary {
        kind: plan.kind.to_string(),
        name: plan.name.to_string(),
        basis: plan.basis.to_string(),
        version,
        imported_by: imported.map_or_else(String::new, |row| row.by.0.to_string()),
        imported_unix_ms: imported.map_or(0, |row| row.at.unix_ms()),
    }
}

fn summary_of(state: &State, version: u32, plan: &Plan) -> v1::PlanSummary {
    let mut imported = state.plans.versions(&plan.kind).iter();
    summary(version, plan, imported.find(|row| row.version == version))
}

fn texts(texts: &[Box<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

fn words<T: Copy + PartialEq>(table: &[(T, &'static str)], kinds: &[T]) -> Vec<String> {
    kinds.iter().map(|kind| word::of(table, *kind).to_owned()).collect()
}

fn command_row(row: &CommandRow) -> v1::PlanCommandRow {
    let CommandRow {
        role,
        at,
        primary,
        backup,
    } = row;
    v1::PlanCommandRow {
        role: role.to_string(),
        at: word::of(&UnitKind::ALL, *at).to_owned(),
        primary: primary.to_string(),
        backup: backup.as_ref().map_or_else(String::new, ToString::to_string),
    }
}

fn level(plan: &Plan, row: &LevelPlan) -> v1::PlanLevel {
    let LevelPlan {
        level,
        call_out: CallOut {
            teams,
            on_duty,
            staff,
            members,
        },
        order:
            OrderTemplate {
                text,
                acknowledge_ms,
                arrive_ms,
                grace_ms,
                ladder,
                muster_points,
                sign_offs,
            },
        reports:
            ReportClocks {
                first_phone_ms,
                first_written_ms,
                follow_up_ms,
                daily_at,
                zero_report,
            },
        in_place_ms,
        authority,
    } = row;
    let step = |(after_ms, target): &(u64, StepTarget)| v1::PlanStep {
        after_ms: *after_ms,
        target: word::of(&StepTarget::ALL, *target).to_owned(),
    };
    v1::PlanLevel {
        level: level.number(),
        teams: words(&TeamKind::ALL, teams),
        on_duty: words(&Position::ALL, on_duty),
        staff: *staff,
        members: *members,
        text: text.to_string(),
        acknowledge_ms: *acknowledge_ms,
        arrive_ms: *arrive_ms,
        grace_ms: *grace_ms,
        ladder: ladder.iter().map(step).collect(),
        muster_points: texts(muster_points),
        sign_offs: texts(sign_offs),
        first_phone_ms: *first_phone_ms,
        first_written_ms: *first_written_ms,
        follow_up_ms: *follow_up_ms,
        daily_at: daily_at.map_or_else(String::new, |minute| minute.to_string()),
        zero_report: *zero_report,
        in_place_ms: *in_place_ms,
        authority: texts(&authority.posts),
        second_person: plan.needs_second_person(*level),
    }
}

impl PlanApi {
    /// What an import would come to.
    fn dry_run(&self, plan: &Plan) -> v1::ImportPlanResponse {
        let state = self.0.engine.read();
        let newest = state.plans.newest(&plan.kind);
        let (version, changed) = match newest {
            Some(newest) if *newest.plan == *plan => (newest.version, false),
            Some(newest) => (newest.version.saturating_add(1), true),
            None => (1, true),
        };
        v1::ImportPlanResponse {
            receipt: None,
            kind: plan.kind.to_string(),
            version,
            changed,
            problems: Vec::new(),
            warnings: warnings(&state, plan).iter().map(warning).collect(),
        }
    }

    fn unknown(&self, state: &State, kind: &str) -> Status {
        refusal(Refusal::Rejected(Rejection::UnknownPlan {
            plan: kind.into(),
            known: state.plan_kinds(&self.0.policy).join(", ").into(),
        }))
    }
}

#[tonic::async_trait]
impl v1::plan_service_server::PlanService for PlanApi {
    async fn import_plan(
        &self,
        request: Request<v1::ImportPlanRequest>,
    ) -> Result<Response<v1::ImportPlanResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("import-plan", [&request]);
        let v1::ImportPlanRequest {
            context: _,
            file_name,
            text,
            dry_run,
        } = request;
        let plan = match plan_file::read(&text) {
            Ok(plan) => plan,
            Err(problems) => {
                return Ok(Response::new(v1::ImportPlanResponse {
                    problems: problems.iter().map(|found| problem(&file_name, found)).collect(),
                    ..v1::ImportPlanResponse::default()
                }));
            }
        };
        if dry_run {
            return Ok(Response::new(self.dry_run(&plan)));
        }
        let imports = Command::ImportPlan(ImportPlan { plan: Arc::new(plan) });
        let reply = command(&self.0.engine, asked, digest, imports).await?;
        let Answer::Plan(report) = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ImportPlanResponse {
            receipt: receipt(&reply),
            kind: report.kind.to_string(),
            version: report.version,
            changed: report.changed,
            problems: Vec::new(),
            warnings: report.warnings.iter().map(warning).collect(),
        }))
    }

    async fn list_plans(
        &self,
        request: Request<v1::ListPlansRequest>,
    ) -> Result<Response<v1::ListPlansResponse>, Status> {
        let v1::ListPlansRequest { kind, page } = request.into_inner();
        let page = Page::of(page);
        let state = self.0.engine.read();
        let policy = &self.0.policy;
        let (plans, next_page_token) = if kind.is_empty() {
            let kinds = state.plan_kinds(policy).into_iter();
            let plans = kinds.filter(|kind| **kind > *page.after).filter_map(|kind| {
                let (version, plan) = state.plan(kind, policy)?;
                Some((kind.to_owned(), summary_of(&state, version, plan)))
            });
            page.take(plans)
        } else {
            if state.plan(&kind, policy).is_none() {
                return Err(self.unknown(&state, &kind));
            }
            // Versions count from 0, and a page starts after a number: so the token is one more.
            let after = page.after_number()?;
            let shipped = policy.plans.get(&*kind).map(|plan| summary(0, plan, None));
            let imported = state.plans.versions(&kind).iter();
            let imported = imported.map(|row| summary(row.version, &row.plan, Some(row)));
            let all = shipped.into_iter().chain(imported);
            let numbered = all.map(|shown| (shown.version.saturating_add(1), shown));
            page.take(numbered.filter(|(number, _)| *number > after))
        };
        Ok(Response::new(v1::ListPlansResponse { plans, next_page_token }))
    }

    async fn get_plan(&self, request: Request<v1::GetPlanRequest>) -> Result<Response<v1::GetPlanResponse>, Status> {
        let v1::GetPlanRequest { kind, version } = request.into_inner();
        let state = self.0.engine.read();
        let policy = &self.0.policy;
        let (newest, in_force) = state.plan(&kind, policy).ok_or_else(|| self.unknown(&state, &kind))?;
        let (version, plan) = match version {
            None => (newest, in_force),
            Some(version) => {
                let plan = state.plan_version(&kind, version, policy).ok_or_else(|| {
                    refusal(Refusal::Rejected(Rejection::UnknownPlanVersion {
                        plan: kind.as_str().into(),
                        version,
                        newest,
                    }))
                })?;
                (version, plan)
            }
        };
        Ok(Response::new(v1::GetPlanResponse {
            summary: Some(summary_of(&state, version, plan)),
            provisional_ms: plan.provisional_ms,
            command: plan.command.iter().map(command_row).collect(),
            levels: plan.levels.iter().map(|row| level(plan, row)).collect(),
            warnings: warnings(&state, plan).iter().map(warning).collect(),
        }))
    }
}
