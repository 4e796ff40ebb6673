//! Check in (报到).

use std::collections::BTreeMap;

use super::SKEW_MS;
use crate::command::{Context, ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{MusterPointId, OrderId, PersonId, Timestamp};
use crate::in_place::Claim;
use crate::order::{
    CheckInMethod, DutyClass, EVIDENCE_MAX, EvidenceReason, Excuse, FieldCommand, OrderVersion, Row, Verdict,
};
use crate::rejection::Rejection;
use crate::state::State;

/// Confirms that people reached a muster point.
///
/// Implies an acknowledgement, also of a version they have not read: they are there. A repeat changes nothing and succeeds; the
/// first arrival wins and a later one is kept as evidence (A2, A3). The journal's time counts, the device's is kept beside it and
/// decides whether somebody was late, if it can be true (A4). A check-in after the count was closed is evidence only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Where: id or code.
    pub muster_point: Box<str>,
    /// The code on the sheet at the place; needed on people's own word.
    pub check_in_code: Box<str>,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people in the order that are coming.
    pub all: bool,
    /// By the device's clock; none: now.
    pub observed_at: Option<i64>,
}

impl CheckIn {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            muster_point,
            check_in_code,
            people,
            all,
            observed_at,
        } = self;
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let point = state
            .muster_points
            .resolve(muster_point)
            .ok_or_else(|| Rejection::UnknownMusterPoint {
                muster_point: muster_point.clone(),
            })?;
        let method = match reporter {
            Reporter::Own => CheckInMethod::OwnCode,
            Reporter::Lead(_) => CheckInMethod::Lead,
            Reporter::Desk => CheckInMethod::Desk,
        };
        let proves_presence = method != CheckInMethod::OwnCode || *check_in_code == point.check_in_code;
        let window = state.in_place.of_order(*order).filter(|window| window.is_open());
        // Members who live in a village are there on the village's word: its desk's, or its confirmation of what they report.
        let claimed_in = window.filter(|_| method != CheckInMethod::Desk);
        let is_pending = |person| claimed_in.is_some_and(|window| window.pending(person).is_some());
        let people = command.people(state, current, |row| {
            row.arrived_at.is_none() && row.excuse.is_none() && row.declined.is_none() && !is_pending(row.person)
        })?;
        let observed_at = observed_at.map_or(context.at, Timestamp::from_unix_ms);
        let clock = clock_exception(observed_at, current, context.at);
        let seen = Seen {
            muster_point: point.id,
            method,
            proxy: reporter.proxy(),
            observed_at,
        };
        let mut noted: BTreeMap<EvidenceReason, Vec<PersonId>> = BTreeMap::new();
        let (applied, report) = FieldCommand::sort(&people, |person| {
            let row = match command.row(state, current, person) {
                Err(kind) => return Verdict::Refuse(kind),
                Ok(_) if !proves_presence => return Verdict::Refuse(ExceptionKind::WrongCode),
                Ok(row) => row,
            };
            match evidence_only(state, current, row, &seen, context.at) {
                Some((reason, kind)) => {
                    if seen.is_news(current, row) {
                        noted.entry(reason).or_default().push(person);
                    }
                    Verdict::Refuse(kind)
                }
                None if is_pending(person) => Verdict::Refuse(ExceptionKind::AlreadyDone),
                None if claimed_in.is_some() => Verdict::ApplyWith(clock.unwrap_or(ExceptionKind::AwaitsConfirmation)),
                None => clock.map_or(Verdict::Apply, Verdict::ApplyWith),
            }
        });
        let Seen {
            muster_point,
            method,
            proxy,
            observed_at,
        } = seen;
        let (order, version) = (*order, current.version);
        let mut events = Vec::new();
        if !applied.is_empty() {
            let people = applied;
            events.push(match claimed_in {
                Some(window) => Event::InPlaceReported {
                    window: window.opening.window,
                    order,
                    version,
                    people,
                    claim: Claim {
                        muster_point,
                        method,
                        proxy,
                        observed_at,
                    },
                },
                None => Event::CheckedIn {
                    order,
                    version,
                    people,
                    muster_point,
                    method,
                    proxy,
                    observed_at,
                },
            });
        }
        for (reason, people) in noted {
            let people = people.into_iter().collect();
            events.push(Event::CheckInNoted {
                order,
                version,
                people,
                muster_point,
                method,
                proxy,
                observed_at,
                reason,
            });
        }
        Ok(Decision::field(events, report))
    }
}

/// What a check-in says, for whomever.
pub(crate) struct Seen {
    pub(crate) muster_point: MusterPointId,
    pub(crate) method: CheckInMethod,
    pub(crate) proxy: Option<PersonId>,
    pub(crate) observed_at: Timestamp,
}

impl Seen {
    /// Whether it is to be kept: just this was not said of the person before, and there is room for it.
    fn is_news(&self, version: &OrderVersion, row: &Row) -> bool {
        let arrival = (self.muster_point, self.method, self.proxy);
        let noted = version.evidence.get(&row.person).map_or(&[][..], Vec::as_slice);
        let is_known = (row.arrival == Some(arrival) && row.observed_at == Some(self.observed_at))
            || noted.iter().any(|evidence| {
                (evidence.muster_point, evidence.method, evidence.proxy) == arrival
                    && evidence.observed_at == self.observed_at
            });
        !is_known && noted.len() < EVIDENCE_MAX
    }
}

/// Why a check-in does not count, if it does not.
pub(crate) fn evidence_only(
    state: &State,
    current: &OrderVersion,
    row: &Row,
    seen: &Seen,
    at: Timestamp,
) -> Option<(EvidenceReason, ExceptionKind)> {
    if row.arrived_at.is_some() {
        return Some((EvidenceReason::Later, ExceptionKind::AlreadyDone));
    }
    if !current.is_open() {
        return Some((EvidenceReason::AfterClose, ExceptionKind::OrderClosed));
    }
    if !current.spec.muster_points.contains(&seen.muster_point) {
        return Some((EvidenceReason::WrongSite, ExceptionKind::WrongSite));
    }
    if row.released_at.is_some() {
        return Some((EvidenceReason::NotDue, ExceptionKind::Released));
    }
    // Who is on leave and comes all the same is there; who is deployed elsewhere is not ours to count.
    // To their village people may come when the other duty, or the exemption, has ended.
    let is_free = state.duty(row.person).is_none();
    let is_in_place = current.spec.duty == DutyClass::InPlace;
    if is_in_place && state.in_place.is_exempt(row.person, at) {
        return Some((EvidenceReason::NotDue, ExceptionKind::Excused));
    }
    match row.excuse {
        None => None,
        Some(Excuse::Leave) if is_free => None,
        Some(Excuse::OtherDuty | Excuse::Exempt) if is_free && is_in_place => None,
        Some(Excuse::Leave | Excuse::OtherDuty | Excuse::OrderWithdrawn | Excuse::Exempt) => {
            Some((EvidenceReason::NotDue, ExceptionKind::Excused))
        }
    }
}

fn clock_exception(observed_at: Timestamp, current: &OrderVersion, now: Timestamp) -> Option<ExceptionKind> {
    if observed_at.ms_since(current.issued_at) < -SKEW_MS {
        Some(ExceptionKind::BeforeOrder)
    } else if observed_at.ms_since(now) > SKEW_MS {
        Some(ExceptionKind::InFuture)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::order::{Bucket, EVIDENCE_MAX};
    use crate::testing::{District, MINUTE, O1, O2, WEST, check_in, district, minute, people};

    fn reasons(district: &District, who: u32) -> Vec<EvidenceReason> {
        let noted = district.current(O1).evidence.get(&PersonId(who));
        noted.map_or_else(Vec::new, |noted| noted.iter().map(|evidence| evidence.reason).collect())
    }

    fn with(who: &[u32], change: impl FnOnce(&mut CheckIn)) -> Command {
        let mut command = check_in(O1, who.iter().copied());
        change(&mut command);
        Command::CheckIn(command)
    }

    #[test]
    fn a2_the_first_arrival_wins_and_later_ones_are_evidence() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .at(10)
            .check_in(O1, [1])
            .board(O1, [2, 1, 0, 0, 0, 1]);
        // Word for word the same.
        district
            .check_in(O1, [1])
            .changes_nothing()
            .reports(0, &[(1, ExceptionKind::AlreadyDone)]);
        district
            .at(12)
            .check_in(O1, [1])
            .reports(0, &[(1, ExceptionKind::AlreadyDone)]);
        district.accepts(with(&[1], |it| it.muster_point = WEST.into()));
        assert_eq!(district.row(O1, 1).arrived_at, Some(minute(10)));
        assert_eq!(reasons(&district, 1), [EvidenceReason::Later; 2]);
        district.board(O1, [2, 1, 0, 0, 0, 1]);
    }

    #[test]
    fn evidence_has_an_end_and_so_has_what_is_journaled_of_it() {
        let mut district = district();
        district.activate().issue([1]).check_in(O1, [1]);
        for later in 1..=EVIDENCE_MAX as i64 {
            district
                .at(later)
                .check_in(O1, [1])
                .then(|events| assert_eq!(events.len(), 1));
        }
        district.at(100).check_in(O1, [1]).changes_nothing();
        assert_eq!(reasons(&district, 1).len(), EVIDENCE_MAX);
    }

    #[test]
    fn a3_an_arrival_is_an_answer_also_to_a_version_not_read_and_after_a_decline() {
        let mut district = district();
        district.activate().issue(1..=2).decline(O1, 1).at(3).check_in(O1, [1]);
        let row = district.row(O1, 1);
        assert_eq!((row.acked_at, row.declined), (Some(minute(3)), None));
    }

    #[test]
    fn a4_the_journals_time_counts_and_the_devices_is_kept_and_believed_if_it_can_be_true() {
        let mut district = district();
        district.activate().at(5).issue(1..=6).at(45);
        let seen = |at: i64| move |it: &mut CheckIn| it.observed_at = Some(at);
        let minute_ms = |minutes| minute(minutes).unix_ms();
        district.accepts(with(&[1], seen(minute_ms(20)))).reports(1, &[]);
        district.accepts(with(&[2], seen(minute_ms(40)))).reports(1, &[]);
        // Off by the skew and no more.
        district
            .accepts(with(&[3], seen(minute_ms(5) - SKEW_MS)))
            .reports(1, &[]);
        district
            .accepts(with(&[4], seen(minute_ms(5) - SKEW_MS - 1)))
            .reports(1, &[(4, ExceptionKind::BeforeOrder)]);
        district
            .accepts(with(&[5], seen(i64::MAX)))
            .reports(1, &[(5, ExceptionKind::InFuture)]);
        district
            .accepts(with(&[6], seen(i64::MIN)))
            .reports(1, &[(6, ExceptionKind::BeforeOrder)]);
        let late: Vec<bool> = (1..=6).map(|who| district.row(O1, who).late).collect();
        assert_eq!(late, [false, true, false, true, true, true]);
        assert_eq!(district.row(O1, 1).arrived_at, Some(minute(45)));
        assert_eq!(district.row(O1, 6).observed_at.map(Timestamp::unix_ms), Some(i64::MIN));
        assert_eq!(district.current(O1).ledger.total().late, 4);
    }

    #[test]
    fn a5_a_leads_roll_call_says_so() {
        let mut district = district();
        let lead = PersonId(1);
        district.activate().issue(1..=9);
        district
            .accepts(with(&[3, 9], |it| it.reporter = Reporter::Lead(lead)))
            .reports(1, &[(9, ExceptionKind::NotLed)]);
        assert_eq!(
            district.row(O1, 3).arrival,
            Some((MusterPointId(1), CheckInMethod::Lead, Some(lead)))
        );
        district
            .accepts(with(&[], |it| (it.all, it.reporter) = (true, Reporter::Lead(lead))))
            .reports(5, &[]);
        district.board(O1, [9, 6, 0, 0, 0, 3]);
    }

    #[test]
    fn on_ones_own_word_the_places_code_is_needed() {
        let mut district = district();
        district.activate().issue(1..=2);
        let own = |code: &str, who| {
            with(&[who], |it| {
                (it.reporter, it.check_in_code) = (Reporter::Own, code.into())
            })
        };
        district.accepts(own("east-1111", 1)).reports(1, &[]);
        for wrong in ["", "west-2222"] {
            district
                .accepts(own(wrong, 2))
                .reports(0, &[(2, ExceptionKind::WrongCode)])
                .changes_nothing();
        }
    }

    #[test]
    fn a_place_the_order_does_not_name_is_evidence_only() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .accepts(with(&[1, 30], |it| it.muster_point = WEST.into()));
        district.reports(0, &[(1, ExceptionKind::WrongSite), (30, ExceptionKind::NotAddressed)]);
        district.counts(O1, 1, Bucket::Unconfirmed);
        assert_eq!(reasons(&district, 1), [EvidenceReason::WrongSite]);
        for nowhere in ["nowhere", "M0", "M3", ""] {
            let refused = Rejection::UnknownMusterPoint {
                muster_point: nowhere.into(),
            };
            district
                .when(with(&[1], |it| it.muster_point = nowhere.into()))
                .rejects(refused);
        }
        district
            .accepts(with(&[1], |it| it.muster_point = "M1".into()))
            .reports(1, &[]);
    }

    #[test]
    fn who_is_deployed_elsewhere_or_released_is_not_counted() {
        let mut district = district();
        district.activate().issue(1..=3).issue([1]).release(O1, [2]);
        let mut there = check_in(O2, [1]);
        there.observed_at = Some(minute(0).unix_ms() + MINUTE);
        district
            .accepts(Command::CheckIn(there))
            .reports(0, &[(1, ExceptionKind::Excused)]);
        district.check_in(O1, [2]).reports(0, &[(2, ExceptionKind::Released)]);
        district.board(O1, [3, 0, 0, 1, 0, 2]).duty(1, Some(O1)).duty(2, None);
        assert_eq!(reasons(&district, 2), [EvidenceReason::NotDue]);
        let nobody = CheckIn {
            people: people([]),
            ..check_in(O1, [])
        };
        district
            .when(Command::CheckIn(nobody))
            .rejects(Rejection::Missing { field: "person_ids" });
    }
}
