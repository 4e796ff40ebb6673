//! Who may decide on a response, and who commands in it.

use baiying_core::command_post::Command;
use baiying_core::response::Authorization;

use super::*;

/// How many kinds of event there are here.
pub(super) const KINDS: usize = 7;

fn command() -> impl Strategy<Value = Command> {
    (unit(), text(), text(), option::of(person()), option::of(person())).prop_map(
        |(unit, role, post, commander, backup)| Command {
            unit,
            role,
            post,
            commander,
            backup,
        },
    )
}

fn authorization() -> impl Strategy<Value = Authorization> {
    (num(), level(), option::of(person()), person(), text(), at()).prop_map(
        |(version, level, requested_by, approved_by, post, at)| Authorization {
            version,
            level,
            requested_by,
            approved_by,
            post,
            at,
        },
    )
}

fn asked() -> impl Strategy<Value = ResponseSpec> {
    let texts = (text(), text(), text(), text());
    (texts, any::<u32>(), unit(), level(), vec(unit(), 0..3)).prop_map(
        |((event, plan, reason, basis), plan_version, jurisdiction, level, scope)| ResponseSpec {
            event,
            plan,
            plan_version,
            jurisdiction,
            level,
            scope,
            reason,
            basis,
        },
    )
}

fn response() -> impl Strategy<Value = ResponseId> {
    num().prop_map(ResponseId)
}

pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        (response(), asked(), person()).prop_map(|(response, spec, requested_by)| Event::ResponseRequested {
            response,
            spec,
            requested_by,
        }),
        (response(), person(), text()).prop_map(|(response, by, reason)| Event::ResponseRejected {
            response,
            by,
            reason,
        }),
        (response(), authorization()).prop_map(|(response, authorization)| Event::LevelAuthorized {
            response,
            authorization,
        }),
        (response(), at()).prop_map(|(response, until)| Event::ProvisionallyStarted { response, until }),
        response().prop_map(|response| Event::ResponseLapsed { response }),
        (response(), any::<u64>(), vec(command(), 0..4)).prop_map(|(response, roster, commands)| {
            Event::CommandSet {
                response,
                roster: Revision(roster),
                commands,
            }
        }),
        (response(), command(), person(), text()).prop_map(|(response, command, commander, reason)| {
            Event::CommandHandedOver {
                response,
                unit: command.unit,
                role: command.role,
                commander,
                backup: command.backup,
                reason,
            }
        }),
    ]
}

/// Fixed events, whose bytes are kept.
pub(super) fn examples() -> Vec<Entry> {
    let response = ResponseId(3);
    let command = |commander| Command {
        unit: UnitId(4),
        role: "town-commander".into(),
        post: "town-secretary".into(),
        commander,
        backup: Some(PersonId(26)),
    };
    let events = vec![
        Event::ResponseRequested {
            response,
            spec: ResponseSpec {
                event: "typhoon 12".into(),
                plan: "typhoon".into(),
                plan_version: 2,
                jurisdiction: UnitId(1),
                level: Level::II,
                scope: vec![UnitId(4)],
                reason: "landfall".into(),
                basis: "No. 7".into(),
            },
            requested_by: PersonId(30),
        },
        Event::ResponseRejected {
            response,
            by: PersonId(29),
            reason: "no rain".into(),
        },
        Event::LevelAuthorized {
            response,
            authorization: Authorization {
                version: 1,
                level: Level::II,
                requested_by: Some(PersonId(30)),
                approved_by: PersonId(29),
                post: "commander".into(),
                at: Timestamp::from_unix_ms(1_800_000_000_000),
            },
        },
        Event::ProvisionallyStarted {
            response,
            until: Timestamp::from_unix_ms(1_800_001_800_000),
        },
        Event::ResponseLapsed { response },
        Event::CommandSet {
            response,
            roster: Revision(77),
            commands: vec![command(Some(PersonId(25))), command(None)],
        },
        Event::CommandHandedOver {
            response,
            unit: UnitId(4),
            role: "town-commander".into(),
            commander: PersonId(26),
            backup: Some(PersonId(25)),
            reason: "ill".into(),
        },
    ];
    let entry = |event| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:1".into()),
        request: None,
        events: vec![event],
    };
    events.into_iter().map(entry).collect()
}
