//! The model from what the daemon tells of a run: the same numbers under the names of the report. Nothing is counted here.

use baiying_proto::v1 as pb;

use super::model::{
    Action, Bar, Counts, CurvePoint, EarlierRun, Exercise, Figures, Inject, Model, Objective, Observation, Participant,
    Preemption, ReasonCount, Scenario, Staff, Target, Unit, UnitLine,
};

/// The model of a run.
pub(crate) fn model(report: pb::GetExerciseReportResponse, actions: Vec<pb::ActionLine>) -> Model {
    let pb::GetExerciseReportResponse {
        exercise,
        scenario,
        purpose,
        outline,
        content,
        reason,
        elapsed_ms,
        paused_ms,
        rate,
        staff,
        places,
        participants,
        score,
        asks_arrival,
        basis,
        unit_min,
        units,
        curve,
        acknowledgements,
        earlier,
        trend,
        injects,
        preemptions,
        remarks,
        escalations,
        first_notified_ms,
        last_notified_ms,
        zone,
        revision,
        made_unix_ms,
    } = report;
    let line = exercise.unwrap_or_default();
    let is_over = !line.ending.is_empty();
    let scenario = scenario.unwrap_or_default();
    let score = score.unwrap_or_default();
    let of_kind = |kind: &str| {
        let seen = remarks.iter().filter(|remark| remark.kind == kind);
        seen.map(|remark| observation(remark, &line, &staff)).collect()
    };
    Model {
        run: format!("Y{}", line.exercise_id),
        exercise: Exercise,
        window_ms: scenario.window_ms,
        scenario: Scenario {
            code: scenario.code,
            version: scenario.version,
            name: scenario.name,
            name_en: scenario.name_en,
            purpose,
            outline,
            kind: scenario.kind,
            content,
            notice: scenario.notice,
            plan: scenario.plan,
            level: scenario.level,
        },
        place: places.iter().map(place).collect::<Vec<_>>().join("、"),
        director: format!("P{}", line.director_id),
        problems: of_kind("problem"),
        lessons: of_kind("lesson"),
        suggestions: of_kind("suggestion"),
        staff: staff
            .iter()
            .map(|row| Staff {
                role: row.role.clone(),
                person: format!("P{}", row.person_id),
            })
            .collect(),
        zone,
        started_unix_ms: line.began_unix_ms,
        ended_unix_ms: line.ended_unix_ms,
        paused_ms,
        elapsed_ms,
        rate,
        ended_by: line.ending,
        end_reason: reason,
        revision,
        made_unix_ms,
        unit: Unit {
            code: line.unit_code,
            name: line.unit_name,
        },
        participants: participants.into_iter().map(participant).collect(),
        answers_only: !asks_arrival,
        basis,
        figures: Figures {
            all: counts(score.all),
            real: counts(score.real),
            simulated: counts(score.simulated),
        },
        ladder_steps: escalations,
        first_notified_ms,
        last_notified_ms,
        curve: drawn(curve),
        acknowledgements: bars(&acknowledgements, elapsed_ms),
        unit_min,
        units: units.into_iter().map(unit).collect(),
        objectives: (1..).zip(score.objectives).map(objective).collect(),
        score: score.permille,
        conclusion: score.conclusion,
        earlier: earlier.into_iter().map(before).collect(),
        trend,
        injects: injects.into_iter().map(|row| inject(row, is_over)).collect(),
        actions: actions.into_iter().map(action).collect(),
        preemptions: preemptions.into_iter().map(preemption).collect(),
    }
}

/// A corrective action; one that is late and not closed says so.
fn action(line: pb::ActionLine) -> Action {
    let pb::ActionLine {
        action_id,
        exercise_id: _,
        issue,
        cause,
        measure: _,
        owner_id,
        owner_unit_code,
        due_date,
        status,
        is_overdue,
        evidence,
        verified_by: _,
        raised_unix_ms: _,
    } = line;
    Action {
        id: format!("A{action_id}"),
        issue,
        cause,
        owner: format!("P{owner_id} {owner_unit_code}"),
        due: due_date,
        evidence,
        status: if is_overdue { "overdue".to_owned() } else { status },
    }
}

/// Its name; its code if it has none.
fn place(place: &pb::ExercisePlace) -> String {
    let pb::ExercisePlace { code, name } = place;
    if name.is_empty() { code.clone() } else { name.clone() }
}

fn participant(row: pb::ExerciseParticipant) -> Participant {
    let pb::ExerciseParticipant {
        unit_code,
        unit_name,
        teams,
        real,
        simulated,
    } = row;
    Participant {
        code: unit_code,
        name: unit_name,
        teams,
        real,
        simulated,
    }
}

fn reasons(rows: Vec<pb::ExerciseReason>) -> Vec<ReasonCount> {
    let rows = rows
        .into_iter()
        .map(|pb::ExerciseReason { reason, people }| ReasonCount { reason, people });
    rows.collect()
}

fn counts(figures: Option<pb::ExerciseFigures>) -> Counts {
    let pb::ExerciseFigures {
        called,
        excused: _,
        preempted,
        target,
        reached,
        acked,
        arrived,
        on_time,
        late,
        assembled_15,
        assembled_30,
        assembled_60,
        declined: _,
        take_overs,
        dead_numbers,
        escalations,
        ack_p50_ms,
        ack_p90_ms,
        ack_max_ms,
        departed,
        absent,
        excused_by,
        declined_by,
    } = figures.unwrap_or_default();
    Counts {
        called,
        excused: reasons(excused_by),
        preempted,
        target,
        reached,
        acknowledged: acked,
        declined: reasons(declined_by),
        ack_p50_ms,
        ack_p90_ms,
        ack_max_ms,
        departed,
        arrived,
        assembled_15,
        assembled_30,
        assembled_60,
        on_time,
        late,
        absent,
        take_overs,
        dead_numbers,
        escalations,
    }
}

/// The curve; none if nobody did anything.
fn drawn(points: Vec<pb::ExercisePoint>) -> Vec<CurvePoint> {
    let did = |point: &pb::ExercisePoint| point.acked.max(point.departed).max(point.arrived) > 0;
    if !points.iter().any(did) {
        return Vec::new();
    }
    let points = points.into_iter().map(|point| {
        let pb::ExercisePoint {
            at_ms,
            acked,
            departed,
            arrived,
        } = point;
        CurvePoint {
            at_ms,
            acknowledged: acked,
            departed,
            arrived,
        }
    });
    points.collect()
}

/// The bars up to the last one with somebody in it. One without an end is as long as the run was, or twice as long as it begins late.
fn bars(rows: &[pb::ExerciseBar], elapsed_ms: u64) -> Vec<Bar> {
    let last = rows.iter().rposition(|bar| bar.real + bar.simulated > 0);
    let rows = rows.iter().take(last.map_or(0, |last| last + 1)).map(|bar| {
        let pb::ExerciseBar {
            after_ms,
            until_ms,
            real,
            simulated,
        } = *bar;
        Bar {
            from_ms: after_ms,
            until_ms: until_ms.unwrap_or_else(|| elapsed_ms.max(after_ms.saturating_mul(2))),
            real,
            simulated,
        }
    });
    rows.collect()
}

fn unit(row: pb::ExerciseUnit) -> UnitLine {
    let pb::ExerciseUnit {
        rank,
        folded,
        unit_code,
        unit_name,
        is_simulated,
        figures,
        score,
    } = row;
    let counts = counts(figures);
    let (real, simulated) = if is_simulated {
        (0, counts.called)
    } else {
        (counts.called, 0)
    };
    UnitLine {
        rank,
        folded,
        code: unit_code,
        name: unit_name,
        real,
        simulated,
        target: counts.target,
        reached: counts.reached,
        acknowledged: counts.acknowledged,
        ack_p90_ms: counts.ack_p90_ms,
        arrived: counts.arrived,
        on_time: counts.on_time,
        late: counts.late,
        absent: counts.absent,
        score,
    }
}

fn objective((number, row): (u32, pb::ExerciseObjective)) -> Objective {
    use pb::exercise_objective::Target as Told;
    let pb::ExerciseObjective {
        name,
        name_en,
        metric,
        weight,
        value,
        rating,
        not_assessed,
        within_ms,
        target,
        met_permille,
    } = row;
    Objective {
        number,
        name,
        name_en,
        metric,
        within_ms: within_ms.unwrap_or_default(),
        target: match target {
            Some(Told::AtLeastPermille(share)) => Target::AtLeastPermille(share),
            Some(Told::AtMostPermille(share)) => Target::AtMostPermille(share),
            Some(Told::AtMostMs(ms)) => Target::AtMostMs(ms),
            None => Target::default(),
        },
        value,
        rating,
        not_assessed,
        weight,
        score: met_permille,
    }
}

fn before(row: pb::ExerciseEarlier) -> EarlierRun {
    let pb::ExerciseEarlier {
        exercise_id,
        version,
        began_unix_ms,
        figures,
        score,
        conclusion,
    } = row;
    let counts = counts(figures);
    EarlierRun {
        run: format!("Y{exercise_id}"),
        scenario_version: version,
        started_unix_ms: began_unix_ms,
        target: counts.target,
        acknowledged: counts.acknowledged,
        ack_p90_ms: counts.ack_p90_ms,
        arrived: counts.arrived,
        score,
        conclusion,
    }
}

fn inject(row: pb::ExerciseInject, is_over: bool) -> Inject {
    let pb::ExerciseInject {
        number,
        from,
        to,
        channel,
        text,
        expected,
        is_injected,
        injected_ms,
        verdict,
        took_ms,
        note,
        trigger,
        trigger_value,
        planned_ms,
        within_ms,
        objective,
        by_hand: _,
    } = row;
    Inject {
        number,
        trigger,
        trigger_value,
        planned_ms,
        actual_ms: is_injected.then_some(injected_ms),
        from,
        to,
        channel,
        text,
        expected,
        within_ms,
        verdict: match (is_injected, is_over) {
            (true, _) => verdict,
            (false, true) => "not-given".to_owned(),
            (false, false) => "waiting".to_owned(),
        },
        took_ms,
        note,
        objective,
    }
}

fn preemption(row: pb::ExercisePreemption) -> Preemption {
    let pb::ExercisePreemption {
        at_unix_ms,
        order_id,
        people,
    } = row;
    Preemption {
        at_unix_ms,
        order: format!("O{order_id}"),
        people,
    }
}

/// What was remarked, in the role of who did: known where they gave themselves as one of those who conduct it, such as P7.
fn observation(remark: &pb::ExerciseRemark, run: &pb::ExerciseLine, staff: &[pb::ExerciseStaff]) -> Observation {
    let person: Option<u32> = remark.actor.strip_prefix('P').and_then(|id| id.parse().ok());
    let of_staff = staff.iter().find(|row| Some(row.person_id) == person);
    let role = match of_staff {
        Some(row) => row.role.clone(),
        None if person == Some(run.director_id) => "director".to_owned(),
        None => String::new(),
    };
    Observation {
        text: remark.text.clone(),
        cause: String::new(),
        role,
    }
}
