//! Tests of scores: tables worked out by hand, and laws. Here: the facts and the scenario that they are made from.

mod against;
mod by_unit;
mod drawn;
mod experienced;
mod foretold;
mod laws;
mod summed;

use super::*;
use crate::exercise::objective::{Metric, Objective, Target};
use crate::exercise::scenario::{
    Content, ExerciseKind, Expectation, Inject, Notice, ScenarioAudience, ScenarioOrder, Trigger,
};
use crate::id::{PersonId, UnitId};
use crate::leave::LeaveReason;
use crate::order::Excuse;
use crate::response::Level;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;

/// Somebody whom the order reached, and who did nothing.
fn called(person: u32) -> Fact {
    Fact {
        person: PersonId(person),
        unit: UnitId(1),
        order: OrderId(1),
        is_simulated: false,
        is_reached: true,
        is_dead_number: false,
        is_backup: false,
        steps: 0,
        acked_ms: None,
        departed_ms: None,
        arrived_ms: None,
        is_late: false,
        declined: None,
        excuse: None,
        is_preempted: false,
    }
}

fn acked(person: u32, seconds: u64) -> Fact {
    Fact {
        acked_ms: Some(seconds * SECOND),
        ..called(person)
    }
}

fn arrived(person: u32, seconds: u64, minutes: u64) -> Fact {
    Fact {
        departed_ms: Some((seconds + 60) * SECOND),
        arrived_ms: Some(minutes * MINUTE),
        ..acked(person, seconds)
    }
}

fn declined(person: u32, reason: LeaveReason) -> Fact {
    Fact {
        declined: Some(reason),
        ..called(person)
    }
}

fn excused(person: u32, excuse: Excuse) -> Fact {
    Fact {
        excuse: Some(excuse),
        ..called(person)
    }
}

fn preempted(person: u32) -> Fact {
    Fact {
        is_preempted: true,
        ..acked(person, 5)
    }
}

fn simulated(fact: Fact) -> Fact {
    Fact {
        is_simulated: true,
        ..fact
    }
}

fn of_unit(unit: u32, fact: Fact) -> Fact {
    Fact {
        unit: UnitId(unit),
        ..fact
    }
}

fn under(order: u32, fact: Fact) -> Fact {
    Fact {
        order: OrderId(order),
        ..fact
    }
}

/// Twenty people who did all that people do.
fn twenty() -> Vec<Fact> {
    let arrivals = [5, 10, 15, 16, 20, 30, 31, 45, 60, 61];
    let mut facts: Vec<Fact> = (1..)
        .zip(arrivals)
        .map(|(person, minutes)| Fact {
            is_late: minutes > 45,
            ..arrived(person, u64::from(person) * 10, minutes)
        })
        .collect();
    facts.extend([
        acked(11, 200),
        Fact {
            departed_ms: Some(400 * SECOND),
            ..acked(12, 300)
        },
        declined(13, LeaveReason::Medical),
        Fact {
            acked_ms: Some(50 * SECOND),
            ..declined(14, LeaveReason::OtherDuty)
        },
        Fact { steps: 3, ..called(15) },
        Fact {
            is_reached: false,
            is_dead_number: true,
            steps: 4,
            ..called(16)
        },
        excused(17, Excuse::Leave),
        excused(18, Excuse::Exempt),
        preempted(19),
        Fact {
            is_backup: true,
            steps: 1,
            ..arrived(20, 30, 12)
        },
    ]);
    facts
}

fn objective(metric: Metric, target: Target) -> Objective {
    Objective {
        name: "目标".into(),
        name_en: "".into(),
        metric,
        target,
        weight: 10,
    }
}

fn inject(number: u32, objective: u32) -> Inject {
    Inject {
        number,
        trigger: Trigger::ByHand,
        from: "市气象台".into(),
        to: "all".into(),
        channel: "电话".into(),
        text: "风力加大".into(),
        expected: "提升响应".into(),
        expects: Expectation::Observed,
        within_ms: None,
        objective,
        controller: "导调组".into(),
    }
}

fn outcome(number: u32, verdict: Verdict) -> InjectOutcome {
    InjectOutcome {
        number,
        injected_ms: Some(MINUTE),
        verdict,
        took_ms: None,
        note: "".into(),
    }
}

/// The ten objectives on people.
fn objectives() -> Vec<Objective> {
    vec![
        objective(Metric::Reached, Target::AtLeast(950)),
        objective(Metric::Acknowledged, Target::AtLeast(800)),
        objective(Metric::AcknowledgedWithin(MINUTE), Target::AtLeast(900)),
        objective(Metric::AcknowledgeP50, Target::AtMost(MINUTE)),
        objective(Metric::AcknowledgeP90, Target::AtMost(5 * MINUTE)),
        objective(Metric::AcknowledgeMax, Target::AtMost(10 * MINUTE)),
        objective(Metric::AssembledWithin(30 * MINUTE), Target::AtLeast(500)),
        objective(Metric::Arrived, Target::AtLeast(600)),
        objective(Metric::OnTime, Target::AtLeast(900)),
        objective(Metric::Declined, Target::AtMost(50)),
    ]
}

fn scenario(objectives: Vec<Objective>, injects: Vec<Inject>) -> Scenario {
    Scenario {
        code: "night-muster".into(),
        name: "夜间集结".into(),
        name_en: "".into(),
        purpose: "".into(),
        outline: "".into(),
        kind: ExerciseKind::Muster,
        content: Content::Single,
        notice: Notice::None,
        plan: "typhoon".into(),
        level: Level::II,
        audience: ScenarioAudience::default(),
        order: Some(ScenarioOrder {
            text: "集结".into(),
            acknowledge_ms: 5 * MINUTE,
            arrive_ms: Some(45 * MINUTE),
            grace_ms: None,
            muster_points: Vec::new(),
        }),
        window_ms: 120 * MINUTE,
        ends_when_complete: true,
        objectives,
        injects,
        unit_min: 3,
        behaviour: "".into(),
    }
}

fn run_of<'r>(
    scenario: &'r Scenario,
    facts: &'r [Fact],
    injects: &'r [InjectOutcome],
    open: &'r BTreeSet<(OrderId, PersonId)>,
) -> Run<'r> {
    let order = scenario.order.as_ref();
    Run {
        scenario,
        facts,
        injects,
        totals: Totals {
            asks_arrival: order.is_some_and(|order| order.arrive_ms.is_some()),
            ..Totals::default()
        },
        uncalled: Uncalled::default(),
        open,
    }
}

fn scored(scenario: &Scenario, facts: &[Fact], injects: &[InjectOutcome]) -> Score {
    let nobody = BTreeSet::new();
    score(&run_of(scenario, facts, injects, &nobody), &RatingPolicy::default())
}

fn figures_of(facts: &[Fact]) -> Figures {
    Crowd::of(&players(facts)).figures
}
