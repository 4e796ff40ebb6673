//! `ExerciseService`.

mod action;
mod report;
mod schedule;
pub(super) mod scope;
mod show;

use std::sync::Arc;

use baiying_core::command::{Answer, Command};
use baiying_core::exercise::inject::{Observation, Verdict};
use baiying_core::exercise::run::{RemarkKind, Role};
use baiying_core::exercise::scenario::{Scenario, ScenarioProblem};
use baiying_core::exercise::schedule::ChangeSchedule;
use baiying_core::exercise::{
    AskedRun, ControlExercise, ImportScenario, InjectNow, ObserveInject, StartExercise, TurnTo,
};
use baiying_core::id::{ExerciseId, PersonId, ScheduleId, Timestamp};
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

pub(super) use show::ending_word;

use super::convert::{boxes, parse, person_id, receipt};
use super::page::Page;
use super::refusal::{invalid, refusal};
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use crate::engine::Refusal;
use crate::scenario_file;

/// Serves [`v1::exercise_service_server::ExerciseService`].
pub(super) struct ExerciseApi(pub(super) ApiContext);

/// The number of a run.
fn exercise_id(number: u32) -> Result<ExerciseId, Status> {
    if number == 0 {
        return Err(invalid("exercise_id", "exercise_id is missing"));
    }
    Ok(ExerciseId(number))
}

fn problem(file_name: &str, (line, problem): &(u32, ScenarioProblem)) -> v1::FileProblem {
    let ScenarioProblem { key, value, fault } = problem;
    v1::FileProblem {
        file_name: file_name.to_owned(),
        line: *line,
        key: key.to_string(),
        value: value.to_string(),
        problem: fault.word().to_owned(),
        detail: fault.detail(),
    }
}

/// What an import would come to.
fn dry_run(state: &State, scenario: &Scenario) -> v1::ImportScenarioResponse {
    let scenarios = &state.exercises.scenarios;
    let newest = scenarios.newest(&scenario.code);
    let (version, changed) = match newest {
        Some(newest) if *newest.scenario == *scenario => (newest.version, false),
        _ => (scenarios.next_version(&scenario.code), true),
    };
    v1::ImportScenarioResponse {
        receipt: None,
        code: scenario.code.to_string(),
        version,
        changed,
        problems: Vec::new(),
    }
}

/// Who conducts an exercise, as asked for.
fn asked_staff(staff: Vec<v1::ExerciseStaff>) -> Result<Vec<(Role, PersonId)>, Status> {
    let member = |row: v1::ExerciseStaff| {
        let role = parse("staff.role", &Role::ALL, &row.role)?;
        Ok((role, person_id("staff.person_id", row.person_id)?))
    };
    staff.into_iter().map(member).collect()
}

/// Who conducts an exercise, as shown.
fn shown_staff(staff: &[(Role, PersonId)]) -> Vec<v1::ExerciseStaff> {
    let member = |(role, person): &(Role, PersonId)| v1::ExerciseStaff {
        role: word::of(&Role::ALL, *role).to_owned(),
        person_id: person.0,
    };
    staff.iter().map(member).collect()
}

fn scheduled(answer: &Answer) -> Result<ScheduleId, Status> {
    let Answer::Schedule(schedule) = answer else {
        return Err(wrong_answer());
    };
    Ok(*schedule)
}

/// What takes longer than the state may be held: nobody waits for it but who asked.
async fn worked_out<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Status> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Status::internal("the score could not be made; please report this"))
}

impl ExerciseApi {
    /// The time, never before that of the state.
    fn now(&self, state: &State) -> Timestamp {
        let now = self.0.clock.now();
        state.at().map_or(now, |at| at.max(now))
    }
    /// What somebody may see of schedules.
    fn schedules<'a>(&'a self, state: &'a State, reader: &'a str) -> schedule::View<'a> {
        let policy = &self.0.policy;
        schedule::View { state, policy, reader }
    }
}

fn unknown(run: ExerciseId) -> Status {
    refusal(Refusal::Rejected(Rejection::UnknownExercise { run }))
}

#[tonic::async_trait]
impl v1::exercise_service_server::ExerciseService for ExerciseApi {
    async fn import_scenario(
        &self,
        request: Request<v1::ImportScenarioRequest>,
    ) -> Result<Response<v1::ImportScenarioResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("import-scenario", [&request]);
        let scenario = match scenario_file::read(&request.text) {
            Ok(scenario) => scenario,
            Err(problems) => {
                let file_name = &request.file_name;
                return Ok(Response::new(v1::ImportScenarioResponse {
                    problems: problems.iter().map(|found| problem(file_name, found)).collect(),
                    ..v1::ImportScenarioResponse::default()
                }));
            }
        };
        if request.dry_run {
            return Ok(Response::new(dry_run(&self.0.engine.read(), &scenario)));
        }
        let code = scenario.code.to_string();
        let imports = Command::ImportScenario(ImportScenario {
            scenario: Arc::new(scenario),
        });
        let reply = command(&self.0.engine, asked, digest, imports).await?;
        let Answer::Scenario { version, is_new } = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::ImportScenarioResponse {
            receipt: receipt(&reply),
            code,
            version,
            changed: is_new,
            problems: Vec::new(),
        }))
    }

    async fn list_scenarios(
        &self,
        request: Request<v1::ListScenariosRequest>,
    ) -> Result<Response<v1::ListScenariosResponse>, Status> {
        let page = Page::of(request.into_inner().page);
        let state = self.0.engine.read();
        let (scenarios, policy) = (&state.exercises.scenarios, &self.0.policy);
        let all = scenarios.all_codes(policy).into_iter();
        let rest = all.filter(|code| *code > page.after.as_str());
        let lines = rest.filter_map(|code| {
            let (version, scenario) = scenarios.in_force(code, policy)?;
            Some((code, show::scenario_line(version, scenario)))
        });
        let (scenarios, next_page_token) = page.take(lines);
        Ok(Response::new(v1::ListScenariosResponse {
            scenarios,
            next_page_token,
        }))
    }

    async fn get_scenario(
        &self,
        request: Request<v1::GetScenarioRequest>,
    ) -> Result<Response<v1::GetScenarioResponse>, Status> {
        let v1::GetScenarioRequest { code, version } = request.into_inner();
        let state = self.0.engine.read();
        let (scenarios, policy) = (&state.exercises.scenarios, &self.0.policy);
        let found = match version {
            None => scenarios.in_force(&code, policy),
            Some(version) => scenarios.version(&code, version, policy).map(|found| (version, found)),
        };
        let (version, scenario) = found.ok_or_else(|| {
            refusal(Refusal::Rejected(Rejection::UnknownScenario {
                scenario: code.as_str().into(),
                known: scenarios.all_codes(policy).join(", ").into(),
            }))
        })?;
        Ok(Response::new(v1::GetScenarioResponse {
            scenario: Some(show::scenario_line(version, scenario)),
            toml: scenario_file::write(scenario),
        }))
    }

    async fn start_exercise(
        &self,
        request: Request<v1::StartExerciseRequest>,
    ) -> Result<Response<v1::StartExerciseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("start-exercise", [&request]);
        let v1::StartExerciseRequest {
            context: _,
            scenario,
            unit_code,
            director_id,
            staff,
            simulated_unit_codes,
            rate,
            confirmation,
        } = request;
        let start = StartExercise {
            asked: AskedRun {
                scenario: scenario.into(),
                unit: unit_code.into(),
                director: person_id("director_id", director_id)?,
                staff: asked_staff(staff)?,
                simulated: boxes(simulated_unit_codes),
                rate,
            },
            confirmation: confirmation.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::StartExercise(start)).await?;
        let Answer::ExerciseStarted { run, order } = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::StartExerciseResponse {
            receipt: receipt(&reply),
            exercise_id: run.0,
            order_id: order.as_ref().map_or(0, |order| order.order.0),
            due: order.as_ref().map_or(0, |order| order.due),
            excused: order.as_ref().map_or(0, |order| order.excused),
        }))
    }

    async fn control_exercise(
        &self,
        request: Request<v1::ControlExerciseRequest>,
    ) -> Result<Response<v1::ControlExerciseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("control-exercise", [&request]);
        let v1::ControlExerciseRequest {
            context: _,
            exercise_id: run,
            action,
            text,
        } = request;
        let turn_to = match action.as_str() {
            "pause" => TurnTo::Pause,
            "resume" => TurnTo::Resume,
            "end" => TurnTo::End,
            "abort" => TurnTo::Abort(text.into()),
            remark => match RemarkKind::ALL.iter().find(|(_, word)| *word == remark) {
                Some((kind, _)) => TurnTo::Remark(*kind, text.into()),
                None => {
                    return Err(invalid(
                        "action",
                        format!("{action:?} is none of pause, resume, end, abort, problem, lesson, suggestion"),
                    ));
                }
            },
        };
        let run = exercise_id(run)?;
        let control = Command::ControlExercise(ControlExercise { run, turn_to });
        let reply = command(&self.0.engine, asked, digest, control).await?;
        Ok(Response::new(v1::ControlExerciseResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn put_inject(
        &self,
        request: Request<v1::PutInjectRequest>,
    ) -> Result<Response<v1::PutInjectResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("put-inject", [&request]);
        let (run, number) = (exercise_id(request.exercise_id)?, request.number);
        let inject = Command::InjectNow(InjectNow { run, number });
        let reply = command(&self.0.engine, asked, digest, inject).await?;
        Ok(Response::new(v1::PutInjectResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn observe_inject(
        &self,
        request: Request<v1::ObserveInjectRequest>,
    ) -> Result<Response<v1::ObserveInjectResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("observe-inject", [&request]);
        let v1::ObserveInjectRequest {
            context: _,
            exercise_id: run,
            number,
            verdict,
            note,
        } = request;
        let observe = ObserveInject {
            run: exercise_id(run)?,
            number,
            observation: Observation {
                verdict: parse("verdict", &Verdict::ALL, &verdict)?,
                note: note.into(),
            },
        };
        let reply = command(&self.0.engine, asked, digest, Command::ObserveInject(observe)).await?;
        Ok(Response::new(v1::ObserveInjectResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn list_exercises(
        &self,
        request: Request<v1::ListExercisesRequest>,
    ) -> Result<Response<v1::ListExercisesResponse>, Status> {
        let v1::ListExercisesRequest { only_running, page } = request.into_inner();
        let page = Page::of(page);
        let after = page.after_number()?;
        let (lines, next_page_token) = {
            let state = self.0.engine.read();
            let runs = state.exercises.runs().rev();
            let runs = runs.filter(|run| (after == 0 || run.id.0 < after) && !(only_running && run.is_over()));
            page.take(runs.map(|run| (run.id.0, (show::line(&state, run), show::to_score(run)))))
        };
        let rating = self.0.policy.drill.rating;
        let exercises = worked_out(move || {
            let scored = lines.into_iter().map(|(mut line, material)| {
                line.score = material.as_ref().and_then(|material| show::brief(material, &rating));
                line
            });
            scored.collect()
        });
        Ok(Response::new(v1::ListExercisesResponse {
            exercises: exercises.await?,
            next_page_token,
        }))
    }

    async fn get_exercise(
        &self,
        request: Request<v1::GetExerciseRequest>,
    ) -> Result<Response<v1::GetExerciseResponse>, Status> {
        let run = exercise_id(request.into_inner().exercise_id)?;
        let (mut shown, material, unrated) = {
            let state = self.0.engine.read();
            let found = state.exercises.run(run).ok_or_else(|| unknown(run))?;
            let shown = show::run(&state, found, self.now(&state));
            (shown, show::to_score(found), show::unrated(&found.phase))
        };
        if let Some(material) = material {
            let rating = self.0.policy.drill.rating;
            let score = worked_out(move || {
                let score = material.score(&rating);
                show::score_of(&score, &material.spec.scenario, unrated)
            });
            let score = score.await?;
            if let Some(line) = &mut shown.exercise {
                line.score = score.permille;
            }
            shown.score = Some(score);
        }
        Ok(Response::new(shown))
    }

    async fn get_exercise_report(
        &self,
        request: Request<v1::GetExerciseReportRequest>,
    ) -> Result<Response<v1::GetExerciseReportResponse>, Status> {
        let run = exercise_id(request.into_inner().exercise_id)?;
        let taken = {
            let state = self.0.engine.read();
            let found = state.exercises.run(run).ok_or_else(|| unknown(run))?;
            report::take(&state, found, (self.now(&state), &self.0.policy))
        };
        Ok(Response::new(worked_out(move || taken.told()).await?))
    }

    async fn schedule_exercise(
        &self,
        request: Request<v1::ScheduleExerciseRequest>,
    ) -> Result<Response<v1::ScheduleExerciseResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("schedule-exercise", [&request]);
        let reader = asked.actor.0.to_string();
        let schedule = Command::ScheduleExercise(schedule::asked(request)?);
        let reply = command(&self.0.engine, asked, digest, schedule).await?;
        let schedule = scheduled(&reply.answer)?;
        let state = self.0.engine.read();
        let line = schedule::found(&state, schedule).map(|found| self.schedules(&state, &reader).line(found))?;
        Ok(Response::new(v1::ScheduleExerciseResponse {
            receipt: receipt(&reply),
            schedule_id: schedule.0,
            next: line.next,
        }))
    }

    async fn change_schedule(
        &self,
        request: Request<v1::ChangeScheduleRequest>,
    ) -> Result<Response<v1::ChangeScheduleResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("change-schedule", [&request]);
        let (schedule, to) = schedule::change(request)?;
        let change = Command::ChangeSchedule(ChangeSchedule { schedule, to });
        let reply = command(&self.0.engine, asked, digest, change).await?;
        Ok(Response::new(v1::ChangeScheduleResponse {
            receipt: receipt(&reply),
            schedule_id: scheduled(&reply.answer)?.0,
        }))
    }

    async fn list_schedules(
        &self,
        request: Request<v1::ListSchedulesRequest>,
    ) -> Result<Response<v1::ListSchedulesResponse>, Status> {
        let v1::ListSchedulesRequest { reader, all, page } = request.into_inner();
        let page = Page::of(page);
        let after = page.after_number()?;
        let state = self.0.engine.read();
        let view = self.schedules(&state, &reader);
        let schedules = state.exercises.schedules.iter().rev();
        let wanted = schedules.filter(|schedule| (after == 0 || schedule.id.0 < after) && (all || !schedule.is_over()));
        let lines = wanted.map(|schedule| (schedule.id.0, view.line(schedule)));
        let (schedules, next_page_token) = page.take(lines);
        Ok(Response::new(v1::ListSchedulesResponse {
            schedules,
            next_page_token,
        }))
    }

    async fn get_schedule(
        &self,
        request: Request<v1::GetScheduleRequest>,
    ) -> Result<Response<v1::GetScheduleResponse>, Status> {
        let v1::GetScheduleRequest {
            schedule_id,
            reader,
            coming,
        } = request.into_inner();
        let schedule = schedule::schedule_id(schedule_id)?;
        let state = self.0.engine.read();
        let found = schedule::found(&state, schedule)?;
        Ok(Response::new(self.schedules(&state, &reader).whole(found, coming)))
    }

    async fn list_occurrences(
        &self,
        request: Request<v1::ListOccurrencesRequest>,
    ) -> Result<Response<v1::ListOccurrencesResponse>, Status> {
        let v1::ListOccurrencesRequest { reader, limit } = request.into_inner();
        let state = self.0.engine.read();
        Ok(Response::new(self.schedules(&state, &reader).next(limit)))
    }

    async fn raise_action(
        &self,
        request: Request<v1::RaiseActionRequest>,
    ) -> Result<Response<v1::RaiseActionResponse>, Status> {
        self.raise(request.into_inner()).await.map(Response::new)
    }

    async fn amend_action(
        &self,
        request: Request<v1::AmendActionRequest>,
    ) -> Result<Response<v1::AmendActionResponse>, Status> {
        self.amend(request.into_inner()).await.map(Response::new)
    }

    async fn report_action(
        &self,
        request: Request<v1::ReportActionRequest>,
    ) -> Result<Response<v1::ReportActionResponse>, Status> {
        self.report(request.into_inner()).await.map(Response::new)
    }

    async fn verify_action(
        &self,
        request: Request<v1::VerifyActionRequest>,
    ) -> Result<Response<v1::VerifyActionResponse>, Status> {
        self.verify(request.into_inner()).await.map(Response::new)
    }

    async fn reopen_action(
        &self,
        request: Request<v1::ReopenActionRequest>,
    ) -> Result<Response<v1::ReopenActionResponse>, Status> {
        self.reopen(request.into_inner()).await.map(Response::new)
    }

    async fn withdraw_action(
        &self,
        request: Request<v1::WithdrawActionRequest>,
    ) -> Result<Response<v1::WithdrawActionResponse>, Status> {
        self.withdraw(request.into_inner()).await.map(Response::new)
    }

    async fn list_actions(
        &self,
        request: Request<v1::ListActionsRequest>,
    ) -> Result<Response<v1::ListActionsResponse>, Status> {
        self.list(request.into_inner()).map(Response::new)
    }

    async fn get_action(
        &self,
        request: Request<v1::GetActionRequest>,
    ) -> Result<Response<v1::GetActionResponse>, Status> {
        self.show(request.into_inner().action_id).map(Response::new)
    }
}
