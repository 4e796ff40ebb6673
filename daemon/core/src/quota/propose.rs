//! Propose a team and its reserve. Pure: the same inputs and seed give the same people, with the reasons for each (R7).
//!
//! In this order: the leader or the deputy of the team before stays, then so much of that team as continuity asks for, then
//! whoever covers a skill that is still missing, then the best. Where people outside the Party may serve, Party members go first.
//! What counts against people for what they did lately is in `fairness.rs`. A proposal is for one team: of a unit with several, the
//! people of the others are left out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Unfit;
use super::count_policy::unit;
use super::eligible::{is_party, unfit_for};
use super::fairness::{recent_calls, recent_nights};
use super::line::{established_on_post, group, host, is_counted, required, staff};
use crate::calendar::Date;
use crate::id::{PersonId, TeamId, UnitId};
use crate::lot;
use crate::org::is_code;
use crate::people::{Category, Person, PoliticalStatus, Standing};
use crate::policy::TeamPolicy;
use crate::rejection::Rejection;
use crate::state::State;
use crate::team::{Team, TeamKind};
use crate::word;

/// Call-ups that count against somebody, at most.
const CALLS_MAX: u32 = 3;
/// Nights that count against somebody, at most.
const NIGHTS_MAX: u32 = 10;

/// Asks for a team that could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeTeam {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// The lot.
    pub seed: u64,
    /// How many; 0: as many as required.
    pub size: u32,
    /// Skills to cover; none: as the policy says.
    pub skills: Vec<Box<str>>,
    /// The day; none: today.
    pub date: Option<Date>,
    /// Code of the unit's team that it is for, or of one more; empty: the only one, or the first.
    pub team_code: Box<str>,
}

/// A team that could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Hash of everything it rests on and comes to.
    pub name: Box<str>,
    /// Whose team.
    pub unit: UnitId,
    /// What the team is called by.
    pub team_code: Box<str>,
    /// On which day.
    pub date: Date,
    /// How many are required: of a unit with several teams, the share of this one.
    pub required: u32,
    /// Leader, deputy, then members.
    pub team: Vec<Candidate>,
    /// Best first.
    pub reserve: Vec<Candidate>,
    /// Everybody else of the staff, with why not.
    pub others: Vec<Candidate>,
    /// Of the team before, how many stay, in percent; 100 if there was none.
    pub kept_percent: u32,
    /// Skills asked for that nobody eligible has.
    pub uncovered: Vec<Box<str>>,
}

/// Somebody considered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// What they would be; none: not chosen.
    pub role: Option<CandidateRole>,
    /// What spoke for and against, or why not at all.
    pub reasons: Vec<Reason>,
    /// Sum of the points.
    pub score: i32,
}

/// What somebody would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CandidateRole {
    /// 队长
    Leader,
    /// 副队长
    Deputy,
    /// 队员
    Member,
    /// 预备
    Reserve,
}

impl CandidateRole {
    /// Every role with the word for it.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Leader, "leader"),
        (Self::Deputy, "deputy"),
        (Self::Member, "member"),
        (Self::Reserve, "reserve"),
    ];
}

/// What a reason is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonKind {
    /// In the team already.
    Continuity,
    /// Of the Party.
    Party,
    /// Has a skill that is asked for; the detail says which.
    Skill,
    /// Older than should rather be.
    Age,
    /// Called up lately; the detail says how often.
    RecentCall,
    /// At a post by night lately; the detail says how often.
    RecentNight,
    /// The lot.
    Lot,
    /// Led the team before, and stays so that not everybody who led it changes.
    KeepsLead,
    /// Was taken so that enough of the team before stays.
    KeepsTeam,
    /// Was taken for a skill that was still missing; the detail says which.
    Covers,
    /// Ruled out; the detail is the word for why ([`Unfit`]).
    Excluded,
    /// Not on post; the detail is the word for the standing.
    NotOnPost,
}

impl ReasonKind {
    /// Every kind with the word for it.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::Continuity, "continuity"),
        (Self::Party, "party"),
        (Self::Skill, "skill"),
        (Self::Age, "age"),
        (Self::RecentCall, "recent-call"),
        (Self::RecentNight, "recent-night"),
        (Self::Lot, "lot"),
        (Self::KeepsLead, "keeps-lead"),
        (Self::KeepsTeam, "keeps-team"),
        (Self::Covers, "covers"),
        (Self::Excluded, "excluded"),
        (Self::NotOnPost, "not-on-post"),
    ];
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Of what.
    pub kind: ReasonKind,
    /// Points for it.
    pub points: i32,
    /// What it is about; may be empty.
    pub detail: Box<str>,
}

fn reason(kind: ReasonKind, points: i32, detail: &str) -> Reason {
    let detail = detail.into();
    Reason { kind, points, detail }
}

/// What people did lately.
struct Lately {
    calls: BTreeMap<PersonId, u32>,
    nights: BTreeMap<PersonId, u32>,
}

/// Somebody who can serve, with what orders them.
struct Eligible<'a> {
    person: &'a Person,
    reasons: Vec<Reason>,
    score: i32,
    lot: u64,
}

impl ProposeTeam {
    /// The proposal, on what is known now.
    ///
    /// # Errors
    /// When the unit has no team of its own, or nobody can serve.
    pub fn propose(&self, state: &State, policy: &TeamPolicy, today: Date) -> Result<Proposal, Rejection> {
        let unit_id = unit(state, &self.unit_code)?;
        let named = || self.unit_code.clone();
        if !is_counted(state, unit_id) {
            return Err(Rejection::UnitNotCounted { unit: named() });
        }
        if host(state, unit_id) != unit_id {
            let problem = "its people serve in a joint team; ask for the unit whose team that is";
            return Err(Rejection::JointTeam { unit: named(), problem });
        }
        let date = self.date.unwrap_or(today);
        let units = group(state, unit_id);
        let percent = |unit| state.quota.policy(unit).map_or(0, |policy| u32::from(policy.percent));
        let owed = units
            .iter()
            .map(|unit| required(established_on_post(state, *unit), percent(*unit)));
        let (team_code, before, required) = self.team(state, unit_id, owed.sum())?;
        let size = if self.size == 0 { required } else { self.size } as usize;
        let teams: BTreeSet<TeamId> = before.iter().map(|team| team.id).collect();
        let skills: BTreeSet<&str> = match self.skills.as_slice() {
            [] => policy.skills.iter().map(|skill| &**skill).collect(),
            asked => asked.iter().map(|skill| &**skill).collect(),
        };
        let people: Vec<&Person> = units.iter().flat_map(|unit| staff(state, *unit)).collect();
        let ids = people.iter().map(|person| person.id).collect();
        let lately = Lately {
            calls: recent_calls(state, policy, &ids, date),
            nights: recent_nights(state, policy, &ids, date),
        };
        let (mut eligible, mut others) = (Vec::new(), Vec::new());
        for person in people {
            match unfit_for(state, policy, person, &teams, date) {
                Some(unfit) => others.push(out(person, ReasonKind::Excluded, word::of(&Unfit::ALL, unfit))),
                None => eligible.push(self.weigh(state, policy, person, before, &skills, &lately, date)),
            }
        }
        if eligible.is_empty() || size == 0 {
            return Err(Rejection::NobodyEligible { unit: named() });
        }
        for unit in &units {
            let people = state
                .people
                .at_home(*unit)
                .iter()
                .filter_map(|id| state.people.get(*id));
            for person in people.filter(|it| it.category == Category::Staff && it.standing != Standing::OnPost) {
                let standing = word::of(&Standing::ALL, person.standing);
                others.push(out(person, ReasonKind::NotOnPost, standing));
            }
        }
        eligible.sort_by_key(|it| {
            (
                Reverse(is_party(it.person.political)),
                Reverse(it.score),
                it.lot,
                it.person.id,
            )
        });
        let has = |skill: &str| eligible.iter().any(|it| it.person.has_skill(skill));
        let uncovered = skills
            .iter()
            .filter(|skill| !has(skill))
            .map(|skill| (*skill).into())
            .collect();
        let chosen = choose(&eligible, before, &skills, size, policy);
        let (leader, deputy) = lead(&eligible, before, &chosen);
        let reserve_size = (size * policy.reserve_percent as usize).div_ceil(100);
        let (mut team, mut reserve) = (Vec::new(), Vec::new());
        for Eligible {
            person,
            mut reasons,
            score,
            lot: _,
        } in eligible
        {
            let id = person.id;
            let role = match chosen.get(&id) {
                Some(why) => {
                    reasons.extend(why.clone());
                    Some(match id {
                        id if id == leader => CandidateRole::Leader,
                        id if Some(id) == deputy => CandidateRole::Deputy,
                        _ => CandidateRole::Member,
                    })
                }
                None if reserve.len() < reserve_size => Some(CandidateRole::Reserve),
                None => None,
            };
            let candidate = Candidate {
                person: id,
                role,
                reasons,
                score,
            };
            match role {
                Some(CandidateRole::Reserve) => reserve.push(candidate),
                Some(_) => team.push(candidate),
                None => others.push(candidate),
            }
        }
        team.sort_by_key(|candidate| candidate.role);
        others.sort_by_key(|candidate| (Reverse(candidate.score), candidate.person));
        let kept_percent = before.map_or(100, |before| {
            let kept = before
                .members
                .iter()
                .filter(|person| chosen.contains_key(person))
                .count();
            (kept * 100 / before.members.len().max(1)) as u32
        });
        let mut proposal = Proposal {
            name: "".into(),
            unit: unit_id,
            team_code,
            date,
            required,
            team,
            reserve,
            others,
            kept_percent,
            uncovered,
        };
        proposal.name = self.name(&proposal, &skills, before.map(|before| before.id));
        Ok(proposal)
    }

    /// The team that it is for: its code, how it is now, and how many of those required are its share. Required is shared evenly
    /// among the unit's teams.
    fn team<'s>(
        &self,
        state: &'s State,
        unit: UnitId,
        required: u32,
    ) -> Result<(Box<str>, Option<&'s Team>, u32), Rejection> {
        let teams: Vec<&Team> = state.teams.agency_teams(unit).collect();
        let code: Box<str> = match (&*self.team_code, teams.as_slice()) {
            ("", []) => {
                let unit = &state.org.get(unit).code;
                format!("AG-{unit}").chars().take(32).collect::<String>().into()
            }
            ("", [only]) => only.code.clone(),
            ("", several) => {
                let codes: Vec<&str> = several.iter().map(|team| &*team.code).collect();
                return Err(Rejection::SeveralTeams {
                    unit: self.unit_code.clone(),
                    teams: codes.join(", ").into(),
                });
            }
            (code, _) => code.into(),
        };
        let before = match state.teams.by_code(&code) {
            Some(team) if team.kind == TeamKind::Agency && team.unit == unit => Some(team),
            None if is_code(&code) => None,
            Some(_) | None => return Err(Rejection::TeamCodeTaken { code }),
        };
        let teams = teams.len() + usize::from(before.is_none());
        Ok((
            code,
            before,
            required.div_ceil(u32::try_from(teams).unwrap_or(u32::MAX)),
        ))
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "everything that speaks for or against somebody"
    )]
    fn weigh<'a>(
        &self,
        state: &State,
        policy: &TeamPolicy,
        person: &'a Person,
        before: Option<&Team>,
        skills: &BTreeSet<&str>,
        lately: &Lately,
        date: Date,
    ) -> Eligible<'a> {
        let weights = &policy.weights;
        let mut reasons = Vec::new();
        if before.is_some_and(|before| before.members.contains(person.id)) {
            reasons.push(reason(ReasonKind::Continuity, weights.continuity, ""));
        }
        match person.political {
            PoliticalStatus::PartyMember => reasons.push(reason(ReasonKind::Party, weights.party, "")),
            PoliticalStatus::ProbationaryMember => reasons.push(reason(ReasonKind::Party, weights.probationary, "")),
            PoliticalStatus::LeagueMember | PoliticalStatus::Other => {}
        }
        for skill in skills.iter().filter(|skill| person.has_skill(skill)) {
            reasons.push(reason(ReasonKind::Skill, weights.skill, skill));
        }
        if state
            .people
            .personal(person.id)
            .age(date)
            .is_some_and(|age| age > policy.age_soft)
        {
            reasons.push(reason(ReasonKind::Age, weights.age, ""));
        }
        for (times, weight, most, kind) in [
            (
                lately.calls.get(&person.id),
                weights.recent_call,
                CALLS_MAX,
                ReasonKind::RecentCall,
            ),
            (
                lately.nights.get(&person.id),
                weights.night,
                NIGHTS_MAX,
                ReasonKind::RecentNight,
            ),
        ] {
            if let Some(times) = times {
                let points = weight.saturating_mul((*times).min(most) as i32);
                reasons.push(reason(kind, points, &times.to_string()));
            }
        }
        let lot = lot::draw(self.seed, &[u64::from(person.id.0)]);
        let points = (lot % (u64::from(weights.lot) + 1)) as i32;
        reasons.push(reason(ReasonKind::Lot, points, ""));
        let score = reasons.iter().fold(0_i32, |sum, it| sum.saturating_add(it.points));
        Eligible {
            person,
            reasons,
            score,
            lot,
        }
    }

    fn name(&self, proposal: &Proposal, skills: &BTreeSet<&str>, before: Option<TeamId>) -> Box<str> {
        let mut hash = lot::Hash::new();
        hash.text(&self.unit_code);
        hash.text(&proposal.team_code);
        for number in [
            self.seed,
            u64::from(self.size),
            u64::from(proposal.required),
            u64::from(before.map_or(0, |it| it.0)),
        ] {
            hash.number(number);
        }
        hash.text(&proposal.date.to_string());
        skills.iter().for_each(|skill| hash.text(skill));
        for part in [&proposal.team, &proposal.reserve, &proposal.others] {
            hash.number(part.len() as u64);
            for candidate in part {
                hash.number(u64::from(candidate.person.0));
                hash.text(candidate.role.map_or("", |role| word::of(&CandidateRole::ALL, role)));
                for Reason { kind, points, detail } in &candidate.reasons {
                    hash.text(word::of(&ReasonKind::ALL, *kind));
                    hash.number(i64::from(*points).cast_unsigned());
                    hash.text(detail);
                }
            }
        }
        hash.hex()
    }
}

/// Somebody who is not considered, and why not.
fn out(person: &Person, kind: ReasonKind, detail: &str) -> Candidate {
    Candidate {
        person: person.id,
        role: None,
        reasons: vec![reason(kind, 0, detail)],
        score: 0,
    }
}

/// Who is taken, and what for if not for their points; `eligible` is in order, best first.
fn choose(
    eligible: &[Eligible<'_>],
    before: Option<&Team>,
    skills: &BTreeSet<&str>,
    size: usize,
    policy: &TeamPolicy,
) -> BTreeMap<PersonId, Option<Reason>> {
    let mut chosen: BTreeMap<PersonId, Option<Reason>> = BTreeMap::new();
    if let Some(before) = before {
        let can_serve = |person: &PersonId| eligible.iter().any(|it| it.person.id == *person);
        let lead = [Some(before.leader), before.deputy]
            .into_iter()
            .flatten()
            .find(can_serve);
        if let Some(lead) = lead {
            chosen.insert(lead, Some(reason(ReasonKind::KeepsLead, 0, "")));
        }
        let to_keep = (before.members.len() * policy.continuity_percent as usize).div_ceil(100);
        let kept = eligible.iter().filter(|it| before.members.contains(it.person.id));
        for it in kept {
            if chosen.len() >= size.min(to_keep) {
                break;
            }
            chosen
                .entry(it.person.id)
                .or_insert_with(|| Some(reason(ReasonKind::KeepsTeam, 0, "")));
        }
    }
    let mut missing: BTreeSet<&str> = skills.clone();
    for it in eligible.iter().filter(|it| chosen.contains_key(&it.person.id)) {
        missing.retain(|skill| !it.person.has_skill(skill));
    }
    while chosen.len() < size && !missing.is_empty() {
        let covers = |it: &Eligible<'_>| missing.iter().filter(|skill| it.person.has_skill(skill)).count();
        let free = eligible.iter().filter(|it| !chosen.contains_key(&it.person.id));
        // The first of those who cover most: `max_by_key` would take the last.
        let Some(best) = free.rev().max_by_key(|it| covers(it)).filter(|it| covers(it) > 0) else {
            break;
        };
        let covered: Vec<&str> = missing
            .iter()
            .copied()
            .filter(|skill| best.person.has_skill(skill))
            .collect();
        missing.retain(|skill| !best.person.has_skill(skill));
        chosen.insert(best.person.id, Some(reason(ReasonKind::Covers, 0, &covered.join(" "))));
    }
    for it in eligible {
        if chosen.len() >= size {
            break;
        }
        chosen.entry(it.person.id).or_insert(None);
    }
    chosen
}

/// Leader and deputy of those who were chosen: as before as far as they are there, then the best.
fn lead(
    eligible: &[Eligible<'_>],
    before: Option<&Team>,
    chosen: &BTreeMap<PersonId, Option<Reason>>,
) -> (PersonId, Option<PersonId>) {
    let is_there = |person: &PersonId| chosen.contains_key(person);
    let old = before
        .into_iter()
        .flat_map(|before| [Some(before.leader), before.deputy])
        .flatten();
    let best = eligible.iter().map(|it| it.person.id);
    let mut all = old.chain(best).filter(is_there);
    let leader = all.next().expect("somebody was chosen");
    (leader, all.find(|person| *person != leader))
}
