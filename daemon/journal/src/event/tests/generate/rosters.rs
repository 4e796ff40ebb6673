//! Rosters, the 20 % rule, disclosures.

use baiying_core::calendar::Date;
use baiying_core::quota::{CountPolicy, Exclusion, QuotaStatus, Unfit, UnitLine, Waiver};

use super::*;

fn date() -> impl Strategy<Value = Date> {
    prop_oneof![Just(20_000), any::<i32>()].prop_map(Date::from_days)
}

fn line() -> impl Strategy<Value = UnitLine> {
    (
        (
            unit(),
            any::<u8>(),
            any::<[u32; 9]>(),
            one(&QuotaStatus::ALL),
            any::<[u32; 4]>(),
        ),
        vec((one(&Unfit::ALL), any::<u32>()), 0..3),
        option::of(date()),
        option::of((date(), actor())),
        option::of(unit()),
    )
        .prop_map(
            |((unit, percent, numbers, status, ages), excluded, confirmed, waiver, joint_with)| {
                let [
                    established,
                    required,
                    eligible,
                    selected,
                    unfit,
                    shortfall,
                    party,
                    verified,
                    _,
                ] = numbers;
                UnitLine {
                    unit,
                    established,
                    percent,
                    required,
                    eligible,
                    selected,
                    unfit,
                    shortfall,
                    status,
                    party,
                    verified,
                    ages,
                    excluded,
                    confirmed,
                    waiver,
                    joint_with,
                }
            },
        )
}

fn full_person() -> impl Strategy<Value = Event> {
    let facts = (
        unit(),
        option::of(unit()),
        one(&Standing::ALL),
        vec(text(), 0..3),
        any::<[u8; 32]>(),
    );
    (person(), facts, text(), text()).prop_map(|(id, facts, department, post)| {
        let (home_unit, seconded_to, standing, skills, key) = facts;
        Event::PersonRecorded {
            person: Person {
                id,
                key: PersonKey(key),
                home_unit,
                residence: None,
                category: Category::Staff,
                political: PoliticalStatus::Other,
                standing,
                seconded_to,
                skills,
            },
            personal: Arc::new(Personal {
                department,
                post,
                ..Personal::default()
            }),
        }
    })
}

/// Any event of these kinds.
pub(super) fn any_event() -> impl Strategy<Value = Event> {
    let exclusion = || num().prop_map(ExclusionId);
    prop_oneof![
        full_person(),
        people().prop_map(|people| Event::PhonesVerified { people }),
        (vec(unit(), 0..4), date()).prop_map(|(units, date)| Event::RosterConfirmed { units, date }),
        (people(), text(), option::of(actor())).prop_map(|(people, purpose, approved_by)| Event::PersonalDataShown {
            people,
            purpose,
            approved_by
        }),
        (unit(), any::<u8>(), any::<bool>(), option::of(unit()), text()).prop_map(
            |(unit, percent, counted, joint_with, basis)| Event::CountPolicySet {
                unit,
                policy: CountPolicy {
                    percent,
                    counted,
                    joint_with,
                    basis
                }
            }
        ),
        (
            exclusion(),
            person(),
            one(&Unfit::ALL),
            date(),
            option::of(date()),
            actor()
        )
            .prop_map(
                |(id, person, reason, from, until, approved_by)| Event::PersonExcluded(Exclusion {
                    id,
                    person,
                    reason,
                    from,
                    until,
                    approved_by
                })
            ),
        (exclusion(), date()).prop_map(|(exclusion, until)| Event::ExclusionEnded { exclusion, until }),
        (unit(), date(), date(), text(), actor()).prop_map(|(unit, from, until, reason, approved_by)| {
            Event::WaiverGranted {
                unit,
                waiver: Waiver {
                    from,
                    until,
                    reason,
                    approved_by,
                },
            }
        }),
        unit().prop_map(|unit| Event::WaiverRevoked { unit }),
        (date(), at(), vec(line(), 0..3)).prop_map(|(date, next, lines)| Event::QuotaEvaluated { date, next, lines }),
        (unit(), any::<[u32; 3]>()).prop_map(|(unit, [required, selected, shortfall])| Event::TeamShort {
            unit,
            required,
            selected,
            shortfall
        }),
        unit().prop_map(|unit| Event::TeamShortEnded { unit }),
        (num(), any::<u64>(), text(), date()).prop_map(|(team, seed, proposal, date)| Event::TeamChosen {
            team: TeamId(team),
            seed,
            proposal,
            date
        }),
    ]
}

/// One event of each kind, with every field set to something that is not its default.
pub(super) fn examples() -> Vec<Event> {
    let people: PersonSet = [3, 4, 5].into_iter().map(PersonId).collect();
    let date = Date::from_days(20_779);
    let unit = UnitId(5);
    let exclusion = ExclusionId(2);
    let approved_by = Actor("desk:2".into());
    let person = Person {
        id: PersonId(3),
        key: PersonKey([0x11; 32]),
        home_unit: unit,
        residence: Some(UnitId(8)),
        category: Category::Staff,
        political: PoliticalStatus::PartyMember,
        standing: Standing::SecondedOut,
        seconded_to: Some(UnitId(9)),
        skills: vec!["boat".into(), "医护".into()],
    };
    let personal = Personal {
        name: "张三".into(),
        phone: "13800000000".into(),
        id_number: "990101199003071237".into(),
        address: "某村1号".into(),
        department: "办公室".into(),
        post: "科员".into(),
    };
    let line = UnitLine {
        unit,
        established: 37,
        percent: 20,
        required: 8,
        eligible: 30,
        selected: 7,
        unfit: 2,
        shortfall: 1,
        status: QuotaStatus::Waived,
        party: 6,
        verified: 5,
        ages: [1, 2, 3, 1],
        excluded: vec![(Unfit::OverAge, 4), (Unfit::KeyPost, 3)],
        confirmed: Some(date),
        waiver: Some((date, approved_by.clone())),
        joint_with: Some(UnitId(6)),
    };
    vec![
        Event::PersonRecorded {
            person,
            personal: Arc::new(personal),
        },
        Event::PhonesVerified { people: people.clone() },
        Event::RosterConfirmed {
            units: vec![unit, UnitId(6)],
            date,
        },
        Event::PersonalDataShown {
            people,
            purpose: "核对电话".into(),
            approved_by: Some(approved_by.clone()),
        },
        Event::CountPolicySet {
            unit,
            policy: CountPolicy {
                percent: 25,
                counted: true,
                joint_with: Some(UnitId(6)),
                basis: "区委办〔2026〕3号".into(),
            },
        },
        Event::PersonExcluded(Exclusion {
            id: exclusion,
            person: PersonId(3),
            reason: Unfit::Carer,
            from: date,
            until: Some(date.plus_days(30)),
            approved_by: approved_by.clone(),
        }),
        Event::ExclusionEnded { exclusion, until: date },
        Event::WaiverGranted {
            unit,
            waiver: Waiver {
                from: date,
                until: date.plus_days(90),
                reason: "机构改革".into(),
                approved_by,
            },
        },
        Event::WaiverRevoked { unit },
        Event::QuotaEvaluated {
            date,
            next: Timestamp::from_unix_ms(1_760_000_000_000),
            lines: vec![line],
        },
        Event::TeamShort {
            unit,
            required: 8,
            selected: 7,
            shortfall: 1,
        },
        Event::TeamShortEnded { unit },
        Event::TeamChosen {
            team: TeamId(6),
            seed: 0x0102_0304,
            proposal: "85944171f73967e8".into(),
            date,
        },
    ]
}
