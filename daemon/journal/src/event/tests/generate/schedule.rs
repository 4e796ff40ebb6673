//! Schedules of exercises.

use baiying_core::calendar::{DayKind, DayKinds};
use baiying_core::exercise::run::Role;
use baiying_core::exercise::scenario::Notice;
use baiying_core::exercise::schedule::{
    CatchUp, Occurrence, Outcome, Recurrence, Rule, ScheduleChange, ScheduleSpec, Why,
};

use super::*;

fn rule() -> impl Strategy<Value = Rule> {
    let recurrence = prop_oneof![at().prop_map(Recurrence::Once), text().prop_map(Recurrence::Cron)];
    let days = vec(one(&DayKind::ALL), 0..4);
    let times = (any::<u64>(), any::<u64>(), any::<u64>());
    (recurrence, text(), days, times, one(&CatchUp::ALL)).prop_map(
        |(recurrence, zone, days, (spread_ms, seed, max_lateness_ms), catch_up)| Rule {
            recurrence,
            zone,
            days: days.into_iter().collect(),
            spread_ms,
            seed,
            catch_up,
            max_lateness_ms,
        },
    )
}

fn id() -> impl Strategy<Value = ScheduleId> {
    num().prop_map(ScheduleId)
}

fn spec() -> impl Strategy<Value = ScheduleSpec> {
    let who = (
        unit(),
        person(),
        vec((one(&Role::ALL), person()), 0..4),
        vec(unit(), 0..3),
    );
    let instead_of = option::of((id(), at()));
    (text(), who, rule(), num(), (instead_of, option::of(one(&Notice::ALL)))).prop_map(
        |(scenario, (unit, director, staff, simulated), rule, rate, (instead_of, notice))| ScheduleSpec {
            scenario,
            unit,
            rule,
            director,
            staff,
            simulated,
            rate,
            instead_of,
            notice,
        },
    )
}

fn outcome() -> impl Strategy<Value = (Occurrence, Outcome)> {
    let outcome = prop_oneof![
        num().prop_map(|run| Outcome::Started(ExerciseId(run))),
        one(&Why::ALL).prop_map(Outcome::Missed),
        num().prop_map(|response| Outcome::RealResponse(ResponseId(response))),
        text().prop_map(Outcome::Refused),
    ];
    (at(), at(), outcome).prop_map(|(nominal, start, outcome)| (Occurrence { nominal, start }, outcome))
}

fn change() -> impl Strategy<Value = ScheduleChange> {
    prop_oneof![
        (at(), text(), option::of(id())).prop_map(|(nominal, reason, instead)| ScheduleChange::Skipped {
            nominal,
            reason,
            instead
        }),
        at().prop_map(|nominal| ScheduleChange::Restored { nominal }),
        text().prop_map(|reason| ScheduleChange::Ended { reason }),
        (vec(outcome(), 0..4), at()).prop_map(|(outcomes, until)| ScheduleChange::Settled { outcomes, until }),
    ]
}

/// Any event of these kinds.
pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        (id(), spec()).prop_map(|(schedule, spec)| Event::ExerciseScheduled {
            schedule,
            spec: Arc::new(spec)
        }),
        (id(), change()).prop_map(|(schedule, change)| Event::ScheduleChanged { schedule, change }),
    ]
}

/// Every rule, every change and every outcome.
pub(super) fn examples() -> Vec<Event> {
    let at = Timestamp::from_unix_ms(1_800_000_300_000);
    let start = at.plus_ms(5_000);
    let schedule = ScheduleId(2);
    let rules = CatchUp::ALL.iter().zip([
        Recurrence::Once(at),
        Recurrence::Cron("5 9 * * MON#2".into()),
        Recurrence::Cron("0 0 L * *".into()),
    ]);
    let laid_down = rules.map(|(&(catch_up, word), recurrence)| ScheduleSpec {
        scenario: word.into(),
        unit: UnitId(5),
        rule: Rule {
            recurrence,
            zone: "Asia/Shanghai".into(),
            days: DayKinds::ALL,
            spread_ms: 3_600_000,
            seed: 1 << 40,
            catch_up,
            max_lateness_ms: 7_200_000,
        },
        director: PersonId(3),
        staff: vec![(Role::Controller, PersonId(4))],
        simulated: vec![UnitId(6)],
        rate: 60,
        instead_of: Some((ScheduleId(1), at)),
        notice: None,
    });
    let laid_down = laid_down.map(|spec| Event::ExerciseScheduled {
        schedule,
        spec: Arc::new(spec),
    });
    let missed = Why::ALL.iter().map(|(why, _)| Outcome::Missed(*why));
    let outcomes = missed.chain([
        Outcome::Started(ExerciseId(3)),
        Outcome::RealResponse(ResponseId(4)),
        Outcome::Refused("nobody".into()),
    ]);
    let changes = [
        ScheduleChange::Skipped {
            nominal: at,
            reason: "汛期".into(),
            instead: Some(ScheduleId(3)),
        },
        ScheduleChange::Restored { nominal: at },
        ScheduleChange::Ended {
            reason: "另行安排".into(),
        },
        ScheduleChange::Settled {
            outcomes: outcomes
                .map(|outcome| (Occurrence { nominal: at, start }, outcome))
                .collect(),
            until: start,
        },
    ];
    let changed = changes.map(|change| Event::ScheduleChanged { schedule, change });
    laid_down.chain(changed).collect()
}

/// What was laid down since it is stored what players were to know then: every notice. What stands before was laid down earlier.
pub(super) fn noticed() -> Vec<Entry> {
    let at = Timestamp::from_unix_ms(1_800_000_300_000);
    let schedule = ScheduleId(2);
    let entry = |(notice, word): &(Notice, &str)| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:2".into()),
        request: Some(Answered {
            request_id: "req-1".into(),
            digest: 7,
            answer: Answer::Schedule(schedule),
        }),
        events: vec![Event::ExerciseScheduled {
            schedule,
            spec: Arc::new(ScheduleSpec {
                scenario: (*word).into(),
                unit: UnitId(5),
                rule: Rule {
                    recurrence: Recurrence::Once(at),
                    zone: "Asia/Shanghai".into(),
                    days: DayKinds::ALL,
                    spread_ms: 0,
                    seed: 7,
                    catch_up: CatchUp::Latest,
                    max_lateness_ms: 7_200_000,
                },
                director: PersonId(3),
                staff: Vec::new(),
                simulated: Vec::new(),
                rate: 1,
                instead_of: None,
                notice: Some(*notice),
            }),
        }],
    };
    Notice::ALL.iter().map(entry).collect()
}
