//! Schedules: as they are asked for, and as they are shown.
//!
//! What players are not to know before is told only to those who conduct the runs: the director, the controllers, and who laid the schedule
//! down (E3; the core says who that is). Readers say who they are, as those who command do.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use baiying_core::calendar::{DayKind, DayKinds};
use baiying_core::exercise::AskedRun;
use baiying_core::exercise::scenario::{Notice, Scenario};
use baiying_core::exercise::schedule::{
    CatchUp, Occurrence, Outcome, Recurrence, Rule, Schedule, ScheduleExercise, ScheduleTo, Why,
};
use baiying_core::id::{ScheduleId, Timestamp};
use baiying_core::policy::Policy;
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::Status;

use super::{asked_staff, shown_staff};
use crate::api::convert::{boxes, parse, person_id};
use crate::api::refusal::{invalid, refusal};
use crate::engine::Refusal;

/// An occurrence that could not be started within this time is missed, if nothing else is said.
const LATENESS_MS: u64 = 2 * 3_600_000;
const ZONE: &str = "Asia/Shanghai";
const COMING: usize = 10;
const COMING_MAX: usize = 100;
const LIST: usize = 20;
const LIST_MAX: usize = 500;

pub(super) fn schedule_id(number: u32) -> Result<ScheduleId, Status> {
    if number == 0 {
        return Err(invalid("schedule_id", "schedule_id is missing"));
    }
    Ok(ScheduleId(number))
}

pub(super) fn asked(request: v1::ScheduleExerciseRequest) -> Result<ScheduleExercise, Status> {
    let v1::ScheduleExerciseRequest {
        context: _,
        scenario,
        unit_code,
        director_id,
        staff,
        simulated_unit_codes,
        rate,
        rule: asked,
        confirmation,
    } = request;
    let asked = asked.ok_or_else(|| invalid("rule", "rule is missing"))?;
    Ok(ScheduleExercise {
        asked: AskedRun {
            scenario: scenario.into(),
            unit: unit_code.into(),
            director: person_id("director_id", director_id)?,
            staff: asked_staff(staff)?,
            simulated: boxes(simulated_unit_codes),
            rate,
        },
        rule: rule(asked)?,
        confirmation: confirmation.into(),
    })
}

fn rule(rule: v1::ScheduleRule) -> Result<Rule, Status> {
    let v1::ScheduleRule {
        cron,
        once_unix_ms,
        zone,
        days,
        spread_ms,
        seed,
        catch_up,
        max_lateness_ms,
    } = rule;
    let recurrence = match (cron.trim(), once_unix_ms) {
        ("", 0) => return Err(invalid("rule", "either cron or once_unix_ms is needed")),
        ("", once) => Recurrence::Once(Timestamp::from_unix_ms(once)),
        (cron, 0) => Recurrence::Cron(cron.into()),
        (_, _) => return Err(invalid("rule", "cron and once_unix_ms exclude each other")),
    };
    let kinds = days.iter().map(|day| parse("rule.days", &DayKind::ALL, day));
    let kinds: DayKinds = kinds.collect::<Result<_, _>>()?;
    Ok(Rule {
        recurrence,
        zone: if zone.is_empty() { ZONE.into() } else { zone.into() },
        days: if days.is_empty() { DayKinds::ALL } else { kinds },
        spread_ms,
        seed,
        catch_up: match catch_up.as_str() {
            "" => CatchUp::Latest,
            word => parse("rule.catch_up", &CatchUp::ALL, word)?,
        },
        max_lateness_ms: max_lateness_ms.unwrap_or(LATENESS_MS),
    })
}

pub(super) fn change(request: v1::ChangeScheduleRequest) -> Result<(ScheduleId, ScheduleTo), Status> {
    let v1::ChangeScheduleRequest {
        context: _,
        schedule_id: schedule,
        action,
        nominal_unix_ms,
        to_unix_ms,
        reason,
    } = request;
    let nominal = (nominal_unix_ms != 0).then(|| Timestamp::from_unix_ms(nominal_unix_ms));
    let reason = reason.into();
    let to = match action.as_str() {
        "skip" => ScheduleTo::Skip { nominal, reason },
        "postpone" => {
            if to_unix_ms == 0 {
                return Err(invalid("to_unix_ms", "to_unix_ms is missing"));
            }
            let to = Timestamp::from_unix_ms(to_unix_ms);
            ScheduleTo::Postpone { nominal, to, reason }
        }
        "restore" => ScheduleTo::Restore {
            nominal: nominal.ok_or_else(|| invalid("nominal_unix_ms", "nominal_unix_ms is missing"))?,
        },
        "end" => ScheduleTo::End { reason },
        _ => {
            return Err(invalid(
                "action",
                format!("{action:?} is none of skip, postpone, restore, end"),
            ));
        }
    };
    Ok((schedule_id(schedule)?, to))
}

/// What somebody may see of schedules.
pub(super) struct View<'a> {
    pub(super) state: &'a State,
    pub(super) policy: &'a Policy,
    /// Who reads, in their own words.
    pub(super) reader: &'a str,
}

impl<'a> View<'a> {
    fn scenario(&self, schedule: &Schedule) -> Option<&'a Scenario> {
        let scenarios = &self.state.exercises.scenarios;
        let found = scenarios.in_force(&schedule.spec.scenario, self.policy);
        found.map(|(_, scenario)| &**scenario)
    }
    fn notice(&self, schedule: &Schedule) -> Notice {
        self.state.notice(schedule, self.policy)
    }
    /// Whether the reader conducts the runs.
    fn conducts(&self, schedule: &Schedule) -> bool {
        self.state.exercises.schedules.conducts(schedule, self.reader)
    }
    /// Whether the reader may know the instant at which it starts.
    fn sees_start(&self, schedule: &Schedule) -> bool {
        self.state.sees_all(schedule, self.reader, self.policy)
    }
    /// Whether the reader may not know that there will be one, of what, and when.
    pub(super) fn is_hidden(&self, schedule: &Schedule) -> bool {
        self.notice(schedule) == Notice::None && !self.conducts(schedule)
    }

    pub(super) fn line(&self, schedule: &Schedule) -> v1::ScheduleLine {
        let spec = &schedule.spec;
        let (ended_unix_ms, ended_by, ended_reason) = match &schedule.ended {
            Some((at, by, reason)) => (at.unix_ms(), by.0.to_string(), reason.to_string()),
            None => (0, String::new(), String::new()),
        };
        let is_hidden = self.is_hidden(schedule);
        let line = v1::ScheduleLine {
            schedule_id: schedule.id.0,
            notice: word::of(&Notice::ALL, self.notice(schedule)).to_owned(),
            director_id: spec.director.0,
            is_hidden,
            is_over: schedule.is_over(),
            actor: schedule.by.0.to_string(),
            laid_down_unix_ms: schedule.watermark.since.unix_ms(),
            ended_by,
            ended_unix_ms,
            // It is written by who knows what was to come, and may say so.
            ended_reason: if is_hidden { String::new() } else { ended_reason },
            settled: schedule.settled_count,
            ..v1::ScheduleLine::default()
        };
        if is_hidden {
            return line;
        }
        let unit = self.state.org.get(spec.unit);
        let scenario = self.scenario(schedule);
        v1::ScheduleLine {
            scenario: spec.scenario.to_string(),
            name: scenario.map_or_else(String::new, |scenario| scenario.name.to_string()),
            name_en: scenario.map_or_else(String::new, |scenario| scenario.name_en.to_string()),
            unit_code: unit.code.to_string(),
            unit_name: unit.name.to_string(),
            rule: Some(self.rule(schedule)),
            rate: spec.rate,
            next: schedule.next().map(|next| self.coming(schedule, next)),
            instead_of: spec.instead_of.map(|(instead_of, nominal)| v1::ScheduledOccurrence {
                schedule_id: instead_of.0,
                nominal_unix_ms: nominal.unix_ms(),
                zone: spec.rule.zone.to_string(),
                ..v1::ScheduledOccurrence::default()
            }),
            ..line
        }
    }

    fn rule(&self, schedule: &Schedule) -> v1::ScheduleRule {
        let Rule {
            recurrence,
            zone,
            days,
            spread_ms,
            seed,
            catch_up,
            max_lateness_ms,
        } = &schedule.spec.rule;
        let (cron, once_unix_ms) = match recurrence {
            Recurrence::Once(at) => (String::new(), at.unix_ms()),
            Recurrence::Cron(expression) => (expression.to_string(), 0),
        };
        let kinds = days.iter().map(|kind| word::of(&DayKind::ALL, kind).to_owned());
        v1::ScheduleRule {
            cron,
            once_unix_ms,
            zone: zone.to_string(),
            days: if *days == DayKinds::ALL {
                Vec::new()
            } else {
                kinds.collect()
            },
            spread_ms: *spread_ms,
            seed: if self.conducts(schedule) { *seed } else { 0 },
            catch_up: word::of(&CatchUp::ALL, *catch_up).to_owned(),
            max_lateness_ms: Some(*max_lateness_ms),
        }
    }

    fn occurrence(&self, schedule: &Schedule, occurrence: Occurrence) -> v1::ScheduledOccurrence {
        let unit = self.state.org.get(schedule.spec.unit);
        let skip = schedule.skipped.get(&occurrence.nominal);
        v1::ScheduledOccurrence {
            schedule_id: schedule.id.0,
            nominal_unix_ms: occurrence.nominal.unix_ms(),
            start_unix_ms: occurrence.start.unix_ms(),
            is_skipped: skip.is_some(),
            reason: skip.map_or_else(String::new, |skip| skip.reason.to_string()),
            instead_schedule_id: skip.and_then(|skip| skip.instead).map_or(0, |instead| instead.0),
            scenario: schedule.spec.scenario.to_string(),
            unit_code: unit.code.to_string(),
            unit_name: unit.name.to_string(),
            zone: schedule.spec.rule.zone.to_string(),
            ..v1::ScheduledOccurrence::default()
        }
    }

    /// One that comes. With partial notice it is known that there will be one, and not when exactly.
    fn coming(&self, schedule: &Schedule, occurrence: Occurrence) -> v1::ScheduledOccurrence {
        let mut shown = self.occurrence(schedule, occurrence);
        if !self.sees_start(schedule) {
            shown.start_unix_ms = 0;
        }
        shown
    }

    fn past(&self, schedule: &Schedule, (occurrence, outcome): &(Occurrence, Outcome)) -> v1::ScheduledOccurrence {
        let mut shown = self.occurrence(schedule, *occurrence);
        shown.outcome = match outcome {
            Outcome::Started(run) => {
                shown.exercise_id = run.0;
                let run = self.state.exercises.run(*run);
                shown.started_unix_ms = run.map_or(0, |run| run.began.unix_ms());
                "started"
            }
            Outcome::Missed(why) => word::of(&Why::ALL, *why),
            Outcome::RealResponse(response) => {
                shown.response_id = response.0;
                "real-response"
            }
            Outcome::Refused(problem) => {
                shown.problem = problem.to_string();
                "refused"
            }
        }
        .to_owned();
        shown
    }

    pub(super) fn whole(&self, schedule: &Schedule, coming: u32) -> v1::GetScheduleResponse {
        let is_hidden = self.is_hidden(schedule);
        let spec = &schedule.spec;
        let limit = at_most(coming, COMING, COMING_MAX);
        let ahead = schedule.coming(&self.state.calendar).take(limit);
        let simulated = spec.simulated.iter();
        // A run that was started is no secret any more; that one was missed still tells of the rule.
        let past = schedule.settled.iter().rev();
        let past = past.filter(|(_, outcome)| !is_hidden || matches!(outcome, Outcome::Started(_)));
        v1::GetScheduleResponse {
            schedule: Some(self.line(schedule)),
            staff: match is_hidden {
                true => Vec::new(),
                false => shown_staff(&spec.staff),
            },
            simulated_unit_codes: simulated
                .filter(|_| !is_hidden)
                .map(|unit| self.state.org.get(*unit).code.to_string())
                .collect(),
            coming: ahead
                .filter(|_| !is_hidden)
                .map(|occurrence| self.coming(schedule, occurrence))
                .collect(),
            past: past.map(|settled| self.past(schedule, settled)).collect(),
        }
    }

    /// What is started next, of all schedules: each is looked at only as far as it has something to say.
    pub(super) fn next(&self, limit: u32) -> v1::ListOccurrencesResponse {
        let limit = at_most(limit, LIST, LIST_MAX);
        let schedules = self.state.exercises.schedules.iter();
        let (hidden, open): (Vec<_>, Vec<_>) = schedules
            .filter(|schedule| schedule.next().is_some())
            .partition(|schedule| self.is_hidden(schedule));
        let calendar = &self.state.calendar;
        // In the order of what is shown: an instant that is kept from the reader must not follow from its place in the list either.
        let in_order = |index: usize, next: Occurrence| {
            let shown = if self.sees_start(open[index]) {
                next.start
            } else {
                next.nominal
            };
            Reverse((shown, index, next.nominal, next.start))
        };
        let firsts = open.iter().enumerate();
        let mut heads: BinaryHeap<_> = firsts
            .filter_map(|(index, schedule)| Some(in_order(index, schedule.next()?)))
            .collect();
        let mut begun = std::collections::BTreeMap::new();
        let mut occurrences = Vec::new();
        while occurrences.len() < limit
            && let Some(Reverse((_, index, nominal, start))) = heads.pop()
        {
            let schedule = open[index];
            occurrences.push(self.coming(schedule, Occurrence { nominal, start }));
            let rest = begun.entry(index).or_insert_with(|| schedule.coming(calendar).skip(1));
            if let Some(next) = rest.next() {
                heads.push(in_order(index, next));
            }
        }
        v1::ListOccurrencesResponse {
            occurrences,
            hidden: hidden.len() as u32,
        }
    }
}

fn at_most(asked: u32, default: usize, max: usize) -> usize {
    match asked as usize {
        0 => default,
        asked => asked.min(max),
    }
}

pub(super) fn found(state: &State, schedule: ScheduleId) -> Result<&Schedule, Status> {
    let found = state.exercises.schedules.get(schedule);
    found.ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownSchedule { schedule })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(max_lateness_ms: Option<u64>) -> u64 {
        let asked = v1::ScheduleRule {
            cron: "0 9 * * *".to_owned(),
            max_lateness_ms,
            ..v1::ScheduleRule::default()
        };
        rule(asked).expect("a rule").max_lateness_ms
    }

    #[test]
    fn only_a_lateness_that_is_not_said_is_the_usual_one() {
        assert_eq!(asked(None), LATENESS_MS);
        assert_eq!(asked(Some(60_000)), 60_000);
        // Refused as every other that is too short, and not taken for none.
        assert_eq!(asked(Some(0)), 0);
        let rule = v1::ScheduleRule {
            cron: "0 9 * * *".to_owned(),
            max_lateness_ms: Some(0),
            ..v1::ScheduleRule::default()
        };
        let faults =
            baiying_core::exercise::schedule::check(&super::rule(rule).expect("a rule"), Timestamp::from_unix_ms(0));
        let words: Vec<_> = faults.iter().map(|fault| fault.word()).collect();
        assert_eq!(words, ["lateness"]);
    }
}
