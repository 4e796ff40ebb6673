//! From behaviour to requests: who reports what, when, on whose word. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::fact::{Fact, Kind, Refusal};
use super::offline::{self, Offline};
use super::script::{Action, By, Observed, Planned, Script};
use crate::behaviour::{Answer, BehaviourParameters, Method, Period, PersonBehaviour};
use crate::population::{LedTeam, Participant, Population};
use crate::seed::Seeds;

/// How long somebody at the wrong muster point takes to the right one.
const DETOUR: Duration = Duration::from_secs(10 * 60);
/// How long after the first a second scan follows.
const SECOND_SCAN: Duration = Duration::from_secs(20);
/// People in one request at most: far below 64 KiB.
const PEOPLE_MAX: usize = 500;

/// A muster point that people may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What users call it by.
    pub code: String,
    /// The code on the sheet; empty if unknown: then only leads and desks can report there.
    pub check_in_code: String,
    /// Whether the order names it.
    pub named: bool,
}

/// What a plan is made of.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// Who.
    pub population: &'a Population,
    /// Where. At least one that the order names, if anybody is to arrive.
    pub sites: &'a [Site],
    /// How they behave.
    pub behaviour: &'a BehaviourParameters,
    /// The same seed gives the same plan.
    pub seed: u64,
    /// Day or night.
    pub period: Period,
    /// Leads report what came in since the last time this often, in the model's time.
    pub lead_tick: Duration,
    /// Own reports in one request: 1 for a person's own phone, more for a gateway that gathers them for a `lead_tick`.
    pub own_batch: usize,
    /// It is for an exercise: no device is enrolled there, so a lead who had no network reports what happened meanwhile one by one, with
    /// its instants; and who has no code from the sheet reports at the desk.
    pub in_exercise: bool,
    /// Nobody is sent anywhere: they answer, and that is all.
    pub stays: bool,
}

/// Plans who reports what when.
#[must_use]
pub fn plan(input: &PlanInput<'_>) -> Script {
    let mut planner = Planner::new(input);
    for team in &input.population.teams {
        planner.team(team);
    }
    for person in &input.population.alone {
        planner.person(*person, None);
    }
    planner.finish()
}

struct Planner<'a> {
    input: &'a PlanInput<'a>,
    named: Vec<usize>,
    others: Vec<usize>,
    facts: Vec<Fact>,
    refusals: Vec<Refusal>,
    offline: BTreeMap<u32, Offline>,
    leads: BTreeSet<u32>,
    /// Who speaks for whom.
    led_by: BTreeMap<u32, u32>,
    silent: u32,
    no_shows: u32,
}

/// The lead as the team sees them.
#[derive(Clone, Copy)]
struct Lead {
    id: u32,
    /// From when on they speak for others.
    from: Duration,
    /// They have no network at the place.
    offline: bool,
}

impl<'a> Planner<'a> {
    fn new(input: &'a PlanInput<'a>) -> Self {
        let places = |named| {
            (0..input.sites.len())
                .filter(|site| input.sites[*site].named == named)
                .collect()
        };
        Self {
            input,
            named: places(true),
            others: places(false),
            facts: Vec::new(),
            refusals: Vec::new(),
            offline: BTreeMap::new(),
            leads: BTreeSet::new(),
            led_by: BTreeMap::new(),
            silent: 0,
            no_shows: 0,
        }
    }

    fn behaviour(&self, person: Participant) -> PersonBehaviour {
        let PlanInput {
            behaviour,
            seed,
            period,
            ..
        } = self.input;
        PersonBehaviour::sample(behaviour, *seed, *period, person.area, person.person_id)
    }

    /// The lead speaks for the team; if they do not come, the deputy does; else everybody for themselves.
    fn team(&mut self, team: &LedTeam) {
        let speaker = [team.lead, team.deputy].into_iter().find_map(|lead| {
            let person = team.people.iter().find(|person| person.person_id == lead)?;
            let behaviour = self.behaviour(*person);
            match behaviour.answer {
                Answer::Ack(from) if self.input.stays || !behaviour.no_show => Some((lead, from, behaviour)),
                Answer::Ack(_) | Answer::Decline(..) | Answer::Never => None,
            }
        });
        let lead = speaker.map(|(id, from, behaviour)| {
            self.leads.insert(id);
            // Who stays has a network all the while.
            let offline = behaviour.offline_for.filter(|_| !self.input.stays);
            if let Some(lasts) = offline {
                let from = from + behaviour.leaves_after;
                let until = from + behaviour.travel + lasts;
                self.offline.insert(
                    id,
                    Offline {
                        from,
                        until,
                        skew_ms: behaviour.clock_skew_ms,
                        twice: behaviour.double_scan,
                    },
                );
            }
            Lead {
                id,
                from,
                offline: offline.is_some(),
            }
        });
        for person in &team.people {
            if let Some(lead) = lead {
                self.led_by.insert(person.person_id, lead.id);
            }
            self.person(*person, lead);
        }
    }

    fn person(&mut self, person: Participant, lead: Option<Lead>) {
        let behaviour = self.behaviour(person);
        let by = lead.map_or(By::Own, |lead| By::Lead(lead.id));
        let heard = |after: Duration| lead.map_or(after, |lead| after.max(lead.from));
        let fact = |at, by, kind| Fact {
            at,
            by,
            kind,
            person: person.person_id,
            before: Duration::ZERO,
            skew_ms: 0,
            again: false,
        };
        let acked = match behaviour.answer {
            Answer::Never => {
                self.silent += 1;
                return;
            }
            Answer::Decline(after, reason) => {
                self.refusals.push(Refusal {
                    at: heard(after),
                    by,
                    person: person.person_id,
                    reason,
                });
                return;
            }
            Answer::Ack(after) => heard(after),
        };
        self.facts.push(fact(acked, by, Kind::Ack));
        if self.input.stays {
            return;
        }
        if behaviour.no_show {
            self.no_shows += 1;
            return;
        }
        let left = acked + behaviour.leaves_after;
        self.facts.push(fact(left, by, Kind::Depart));
        self.arrive(person, &behaviour, lead, left + behaviour.travel);
    }

    fn arrive(&mut self, person: Participant, behaviour: &PersonBehaviour, lead: Option<Lead>, mut arrived: Duration) {
        let Some(site) = self.site(&self.named, person.person_id) else {
            return;
        };
        let roll_call = |lead: Lead| lead.offline || behaviour.method == Method::RollCall;
        let by = match lead {
            Some(lead) if roll_call(lead) => By::Lead(lead.id),
            _ if behaviour.method == Method::Desk => By::Desk,
            _ if self.input.in_exercise && self.input.sites[site].check_in_code.is_empty() => By::Desk,
            _ => By::Own,
        };
        let mut report = |at, kind, before, again| {
            let skew_ms = if by == By::Own { behaviour.clock_skew_ms } else { 0 };
            self.facts.push(Fact {
                at,
                by,
                kind,
                person: person.person_id,
                before,
                skew_ms,
                again,
            });
        };
        let others = &self.others;
        if behaviour.wrong_site && !others.is_empty() {
            report(
                arrived,
                Kind::CheckIn(others[person.person_id as usize % others.len()]),
                Duration::ZERO,
                false,
            );
            arrived += DETOUR;
        }
        let before = match by {
            By::Own => behaviour.offline_for.unwrap_or_default(),
            By::Lead(_) | By::Desk => Duration::ZERO,
        };
        let at = arrived + before;
        report(at, Kind::CheckIn(site), before, false);
        if behaviour.double_scan {
            report(at + SECOND_SCAN, Kind::CheckIn(site), before, true);
        }
    }

    fn site(&self, sites: &[usize], person: u32) -> Option<usize> {
        use rand::RngExt as _;
        let count = sites.len().max(1);
        let index = Seeds::new(self.input.seed)
            .numbered("site", u64::from(person))
            .random_range(0..count);
        sites.get(index).copied()
    }

    fn finish(mut self) -> Script {
        let mut actions: Vec<(Duration, Action)> = self
            .refusals
            .iter()
            .map(|refusal| {
                let Refusal { at, by, person, reason } = *refusal;
                (at, Action::Decline { by, person, reason })
            })
            .collect();
        let batches = offline::batches(&mut self.facts, &self.offline, self.input.lead_tick);
        if self.input.in_exercise {
            actions.extend(batches.into_iter().flat_map(offline::one_by_one));
            self.offline.clear();
        } else {
            actions.extend(batches);
        }
        actions.extend(self.gather());
        // The sort is stable and what comes before it is in a fixed order, so numbers are the same every time.
        actions.sort_by_key(|(at, _)| *at);
        let planned = actions
            .into_iter()
            .enumerate()
            .map(|(number, (at, action))| {
                let first = action.first();
                let key = self.led_by.get(&first).copied().unwrap_or(first);
                Planned {
                    at,
                    number: number as u32,
                    key,
                    action,
                }
            })
            .collect();
        Script {
            planned,
            sites: self.input.sites.to_vec(),
            devices: self.offline.keys().copied().collect(),
            leads: self.leads.into_iter().collect(),
            silent: self.silent,
            no_shows: self.no_shows,
        }
    }

    /// Facts that go into one request: of one lead and tick, or as many own ones as a gateway takes.
    fn gather(&self) -> Vec<(Duration, Action)> {
        let PlanInput {
            lead_tick, own_batch, ..
        } = self.input;
        let mut groups: BTreeMap<(Duration, By, Kind, bool), Vec<u32>> = BTreeMap::new();
        let mut actions = Vec::new();
        for fact in &self.facts {
            let alone = fact.by == By::Desk || fact.skew_ms != 0 || !fact.before.is_zero();
            if alone || (fact.by == By::Own && *own_batch <= 1) {
                let observed = Observed {
                    before: fact.before,
                    skew_ms: fact.skew_ms,
                };
                actions.push((fact.at, action(fact.by, fact.kind, vec![fact.person], observed)));
            } else {
                let at = next_tick(fact.at, *lead_tick);
                groups
                    .entry((at, fact.by, fact.kind, fact.again))
                    .or_default()
                    .push(fact.person);
            }
        }
        for ((at, by, kind, _), people) in groups {
            let size = if by == By::Own {
                (*own_batch).clamp(1, PEOPLE_MAX)
            } else {
                PEOPLE_MAX
            };
            for people in people.chunks(size) {
                actions.push((at, action(by, kind, people.to_vec(), Observed::default())));
            }
        }
        actions
    }
}

fn action(by: By, kind: Kind, people: Vec<u32>, observed: Observed) -> Action {
    match kind {
        Kind::Ack => Action::Acknowledge { by, people },
        Kind::Depart => Action::Depart { by, people },
        Kind::CheckIn(site) => Action::CheckIn {
            by,
            site,
            people,
            observed,
        },
    }
}

/// The first whole tick that is not before a time.
pub(crate) fn next_tick(at: Duration, tick: Duration) -> Duration {
    if tick.is_zero() {
        return at;
    }
    let ticks = at.as_nanos().div_ceil(tick.as_nanos());
    tick.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
