//! Start a run of a scenario (演练启动).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::PREFIX;
use super::act::in_world;
use super::elsewhere::Outside;
use super::honest;
use super::run::{Role, RunSpec, simulates_unit};
use super::scenario::{Scenario, ScenarioAudience, ScenarioOrder};
use super::world::World;
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, ResponseId, UnitId};
use crate::order::audience::Address;
use crate::order::{Deadline, DutyClass, Excuse, issue_to};
use crate::plan::CallOut;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::{Asked, OrderDraft, TemplateOrders};
use crate::state::State;

/// Starts a run, by hand. The confirmation is another than for the real thing: what starts an exercise cannot start a response, and what
/// starts a response cannot start an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartExercise {
    /// What runs, where, and who conducts it.
    pub asked: AskedRun,
    /// `演练` or `exercise`, and the scenario's code, such as `演练 night-call-out`.
    pub confirmation: Box<str>,
}

/// What is to run, as it is asked for: by hand now, or by a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedRun {
    /// Code of the scenario.
    pub scenario: Box<str>,
    /// Where: a unit's code; empty: the root.
    pub unit: Box<str>,
    /// Who directs it (总导演).
    pub director: PersonId,
    /// Who else conducts it.
    pub staff: Vec<(Role, PersonId)>,
    /// Codes of units whose people are simulated.
    pub simulated: Vec<Box<str>>,
    /// How fast exercise time passes, 1 to [`RATE_MAX`]; 0: as time does.
    pub rate: u32,
}

/// Exercise time passes at most so many times as fast: an hour in 6 seconds.
pub const RATE_MAX: u32 = 600;
/// Exercises that go on at a time: as many as a year's schedule of a province could bring up at once.
pub const RUNNING_MAX: usize = 20_000;

impl StartExercise {
    /// What is to be confirmed to start this scenario.
    pub fn phrase(scenario: &str) -> String {
        format!("演练 {scenario}")
    }

    /// Whether a scenario is confirmed by these words.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn confirmed(scenario: &str, words: &str) -> Result<(), Rejection> {
        let phrase = Self::phrase(scenario);
        if words == phrase || words == format!("exercise {scenario}") {
            return Ok(());
        }
        Err(Rejection::ExerciseNotConfirmed { phrase: phrase.into() })
    }

    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { asked, confirmation } = self;
        let (version, scenario) = scenario(state, policy, &asked.scenario)?;
        Self::confirmed(&asked.scenario, confirmation)?;
        let Setting {
            unit,
            director,
            staff,
            simulated,
            rate,
        } = Setting::of(state, asked)?;
        let spec = RunSpec {
            scenario: Arc::clone(scenario),
            version,
            unit,
            director,
            staff,
            simulated,
            rate,
            scheduled: None,
        };
        begin(state, context, policy, spec)
    }
}

/// The version of a scenario that is in force.
///
/// # Errors
/// There is no such scenario.
pub(super) fn scenario<'a>(
    state: &'a State,
    policy: &'a Policy,
    code: &str,
) -> Result<(u32, &'a Arc<Scenario>), Rejection> {
    let scenarios = &state.exercises.scenarios;
    scenarios
        .in_force(code, policy)
        .ok_or_else(|| Rejection::UnknownScenario {
            scenario: code.into(),
            known: scenarios.all_codes(policy).join(", ").into(),
        })
}

/// Where something runs and who conducts it, with everything that was named found.
pub(super) struct Setting {
    pub(super) unit: UnitId,
    pub(super) director: PersonId,
    pub(super) staff: Vec<(Role, PersonId)>,
    pub(super) simulated: Vec<UnitId>,
    pub(super) rate: u32,
}

impl Setting {
    /// # Errors
    /// Something that there is not was named, or exercise time cannot pass so fast.
    pub(super) fn of(state: &State, asked: &AskedRun) -> Result<Self, Rejection> {
        let AskedRun {
            scenario: _,
            unit,
            director,
            staff,
            simulated,
            rate,
        } = asked;
        let unit = match &**unit {
            "" => state.org.root().ok_or(Rejection::EmptyScope)?.id,
            code => by_code(state, code)?,
        };
        let simulated = simulated.iter().map(|code| by_code(state, code));
        let mut simulated: Vec<UnitId> = simulated.collect::<Result<_, _>>()?;
        simulated.sort_unstable();
        simulated.dedup();
        for (_, person) in staff {
            known(state, *person)?;
        }
        let rate = (*rate).max(1);
        if rate > RATE_MAX {
            return Err(Rejection::ExerciseRate { rate, max: RATE_MAX });
        }
        if rate > 1 && !simulates_unit(&simulated, state, unit) {
            return Err(Rejection::HurriedWithPeople { rate });
        }
        Ok(Self {
            unit,
            director: known(state, *director)?,
            staff: staff.clone(),
            simulated,
            rate,
        })
    }
}

fn by_code(state: &State, code: &str) -> Result<UnitId, Rejection> {
    let unit = state.org.by_code(code);
    unit.map(|unit| unit.id)
        .ok_or_else(|| Rejection::UnknownUnit { code: code.into() })
}

fn known(state: &State, person: PersonId) -> Result<PersonId, Rejection> {
    state
        .people
        .get(person)
        .map(|_| person)
        .ok_or(Rejection::UnknownPerson { person })
}

/// What starting a run comes to: the run, the response in its world, and the order that calls people out.
pub(super) fn begin(state: &State, context: &Context, policy: &Policy, spec: RunSpec) -> Result<Decision, Rejection> {
    let run = state.exercises.next_id();
    let is_same = |other: &&super::Run| *other.spec.scenario.code == *spec.scenario.code;
    if let Some(other) = state.exercises.running_in(spec.unit).find(is_same) {
        return Err(Rejection::ExerciseRunning { run: other.id });
    }
    if state.exercises.running_count() >= RUNNING_MAX {
        return Err(Rejection::TooManyExercises {
            max: RUNNING_MAX as u32,
        });
    }
    // Asked again: since a schedule was laid down, units may have moved.
    if spec.rate > 1 && !spec.simulates_unit(state, spec.unit) {
        return Err(Rejection::HurriedWithPeople { rate: spec.rate });
    }
    let spec = Arc::new(spec);
    let started = Event::ExerciseStarted {
        run,
        spec: Arc::clone(&spec),
    };
    let mut world = World::begin(run, &spec.simulated, state, context.at);
    let mut events = vec![started];
    let activated = crate::response::activate_in_exercise(
        world.state(),
        context,
        policy,
        &asked(state, &spec),
        spec.director,
        template(&spec.scenario).as_ref(),
    )?;
    let revision = state.revision();
    let activated = Outside::of(state, (run, &spec), world.state()).excuse(Decision::done(activated));
    let mut inside = activated.events;
    for event in &inside {
        world.apply(event, context.at, revision, &context.actor);
    }
    let mut issued = None;
    if let Some(order) = &spec.scenario.order {
        let decision = call(world.state(), context, policy, &spec, order)?;
        let decision = Outside::of(state, (run, &spec), world.state()).excuse(decision);
        if let Answer::Issued(answer) = decision.answer {
            issued = Some(answer);
        }
        inside.extend(decision.events);
    }
    honest::denies_nothing(&inside)?;
    somebody_can_come(state, &spec, &inside)?;
    events.extend(inside.into_iter().map(|event| in_world(run, event)));
    Ok(Decision::new(events, Answer::ExerciseStarted { run, order: issued }))
}

/// Somebody is called who is not excused; or nobody is called at all, which is for the scenario to say.
///
/// # Errors
/// Everybody is on leave, exempt, has a real duty, or takes part in another exercise.
fn somebody_can_come(state: &State, spec: &RunSpec, events: &[Event]) -> Result<(), Rejection> {
    let mut all: BTreeMap<PersonId, Excuse> = BTreeMap::new();
    for event in events {
        let Event::OrderIssued { audience, excused, .. } = event else {
            continue;
        };
        for person in audience.iter() {
            match excused.iter().find(|(_, people)| people.contains(person)) {
                Some((excuse, _)) => all.insert(person, *excuse),
                None => return Ok(()),
            };
        }
    }
    if all.is_empty() {
        return Ok(());
    }
    let (mut on_leave, mut exempt, mut in_exercises, mut real_duty) = (0, 0, 0, 0);
    for (person, excuse) in &all {
        let plays = |other: &super::Run| !other.spec.simulates(state, *person);
        let count = match excuse {
            Excuse::Leave => &mut on_leave,
            Excuse::Exempt => &mut exempt,
            Excuse::OtherDuty | Excuse::OrderWithdrawn => {
                let is_real = state.duty(*person).is_some() && !spec.simulates(state, *person);
                match !is_real && state.exercises.played_by(*person).any(plays) {
                    true => &mut in_exercises,
                    false => &mut real_duty,
                }
            }
        };
        *count += 1;
    }
    Err(Rejection::EverybodyExcused {
        called: all.len() as u32,
        on_leave,
        exempt,
        in_exercises,
        real_duty,
    })
}

fn asked(state: &State, spec: &RunSpec) -> Asked {
    let Scenario { name, plan, level, .. } = &*spec.scenario;
    Asked {
        // Where none is exercised, it is answered by the general one.
        plan: match &**plan {
            "" => "generic".into(),
            _named => plan.clone(),
        },
        event: format!("{PREFIX}{name}").into(),
        jurisdiction: state.org.get(spec.unit).code.clone(),
        level: level.number(),
        scope: Vec::new(),
        reason: PREFIX.into(),
        basis: "".into(),
    }
}

/// The plan's own orders go out where the scenario has none and calls people.
fn template(scenario: &Scenario) -> Option<TemplateOrders> {
    let calls = scenario.audience != ScenarioAudience::default();
    (scenario.order.is_none() && calls).then(TemplateOrders::default)
}

/// The order of the scenario, to its audience.
fn call(
    world: &State,
    context: &Context,
    policy: &Policy,
    spec: &RunSpec,
    order: &ScenarioOrder,
) -> Result<Decision, Rejection> {
    let ScenarioAudience {
        teams,
        on_duty,
        staff,
        members,
    } = &spec.scenario.audience;
    let unit = spec.unit;
    let of_kind = world
        .teams
        .iter()
        .filter(|team| teams.contains(&team.kind) && world.org.is_within(team.unit, unit));
    let teams: Vec<Address> = of_kind.map(|team| Address::Team(team.id)).collect();
    let others = CallOut {
        teams: Vec::new(),
        on_duty: on_duty.clone(),
        staff: *staff,
        members: *members,
    };
    let others = world.call_out(&others, unit, &[unit], context.at);
    let addressed = teams.into_iter().chain(others.iter().map(Address::Person)).collect();
    let ScenarioOrder {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points,
    } = order;
    let draft = OrderDraft {
        text: text.clone(),
        muster_points: match muster_points.as_slice() {
            [] => points_of(world, unit),
            given => given.to_vec(),
        },
        acknowledge: Deadline::WithinMs(*acknowledge_ms),
        arrive: arrive_ms.map_or(Deadline::None, Deadline::WithinMs),
        grace_ms: *grace_ms,
        ladder: Vec::new(),
        no_ladder: false,
        duty: Some(DutyClass::AgencyTeam),
        sign_offs: Vec::new(),
        reassign: false,
    };
    issue_to(world, context, policy, ResponseId::from_index(0), addressed, &draft)
}

/// Every muster point of a unit; where it has none, those of the unit above it.
pub(crate) fn points_of(world: &State, unit: UnitId) -> Vec<Box<str>> {
    let within = |above: UnitId| -> Vec<Box<str>> {
        let points = world.muster_points.iter();
        let mut points: Vec<_> = points.filter(|point| world.org.is_within(point.unit, above)).collect();
        points.truncate(POINTS_MAX);
        points.into_iter().map(|point| point.code.clone()).collect()
    };
    let mut path = world.org.path(unit).map(within);
    path.find(|points| !points.is_empty()).unwrap_or_default()
}

/// Muster points that an order of an exercise names by itself.
const POINTS_MAX: usize = 50;
