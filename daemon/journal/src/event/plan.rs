//! Plans and posts.

use std::sync::Arc;

use baiying_core::calendar::Minute;
use baiying_core::duty::Position;
use baiying_core::event::Event;
use baiying_core::id::{PersonId, UnitId};
use baiying_core::order::StepTarget;
use baiying_core::org::UnitKind;
use baiying_core::plan::{
    Authority, CallOut, CommandRow, LevelPlan, OrderTemplate, Plan, PlanReport, PlanWarning, ReportClocks,
};
use baiying_core::post::Holders;
use baiying_core::response::Level;
use baiying_core::team::TeamKind;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, optional_id, required, version};

pub(super) fn texts(texts: &[Box<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

pub(super) fn boxed(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(Into::into).collect()
}

pub(super) fn words<T: Word + Copy>(words: &[T]) -> Vec<i32> {
    words.iter().map(|word| word.to_wire()).collect()
}

pub(super) fn read_words<T: Word>(field: &'static str, words: Vec<i32>) -> Result<Vec<T>, EventError> {
    words.into_iter().map(|word| T::from_wire(field, word)).collect()
}

pub(super) fn encode_imported(version: u32, plan: &Plan) -> Kind {
    let Plan {
        kind,
        name,
        basis,
        provisional_ms,
        command,
        levels,
    } = plan;
    let row = |row: &CommandRow| {
        let CommandRow {
            role,
            at,
            primary,
            backup,
        } = row;
        pb::CommandRow {
            role: role.to_string(),
            at: at.to_wire(),
            primary: primary.to_string(),
            backup: backup.as_ref().map(ToString::to_string),
        }
    };
    Kind::PlanImported(pb::PlanImported {
        version,
        plan: Some(pb::Plan {
            kind: kind.to_string(),
            name: name.to_string(),
            basis: basis.to_string(),
            provisional_ms: *provisional_ms,
            command: command.iter().map(row).collect(),
            levels: levels.iter().map(encode_level).collect(),
        }),
    })
}

fn encode_level(row: &LevelPlan) -> pb::LevelPlan {
    let LevelPlan {
        level,
        call_out: CallOut {
            teams,
            on_duty,
            staff,
            members,
        },
        order,
        reports:
            ReportClocks {
                first_phone_ms,
                first_written_ms,
                follow_up_ms,
                daily_at,
                zero_report,
            },
        in_place_ms,
        authority: Authority { posts, second_person },
    } = row;
    pb::LevelPlan {
        level: level.to_wire(),
        call_out: Some(pb::PlanCallOut {
            teams: words(teams),
            on_duty: words(on_duty),
            staff: *staff,
            members: *members,
        }),
        order: Some(encode_order(order)),
        reports: Some(pb::ReportClocks {
            first_phone_ms: *first_phone_ms,
            first_written_ms: *first_written_ms,
            follow_up_ms: *follow_up_ms,
            daily_at: daily_at.map(|minute| u32::from(minute.minutes())),
            zero_report: *zero_report,
        }),
        in_place_ms: *in_place_ms,
        authority: texts(posts),
        second_person: *second_person,
    }
}

fn encode_order(order: &OrderTemplate) -> pb::OrderTemplate {
    let OrderTemplate {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        ladder,
        muster_points,
        sign_offs,
    } = order;
    let step = |(after_ms, target): &(u64, StepTarget)| pb::TemplateStep {
        after_ms: *after_ms,
        target: target.to_wire(),
    };
    pb::OrderTemplate {
        text: text.to_string(),
        acknowledge_ms: *acknowledge_ms,
        arrive_ms: *arrive_ms,
        grace_ms: *grace_ms,
        ladder: ladder.iter().map(step).collect(),
        muster_points: texts(muster_points),
        sign_offs: texts(sign_offs),
    }
}

pub(super) fn decode_imported(message: pb::PlanImported) -> Result<Event, EventError> {
    let pb::PlanImported { version: number, plan } = message;
    let pb::Plan {
        kind,
        name,
        basis,
        provisional_ms,
        command,
        levels,
    } = required("plan.plan", plan)?;
    let row = |row: pb::CommandRow| {
        let pb::CommandRow {
            role,
            at,
            primary,
            backup,
        } = row;
        Ok(CommandRow {
            role: role.into(),
            at: UnitKind::from_wire("plan.at", at)?,
            primary: primary.into(),
            backup: backup.map(Into::into),
        })
    };
    let plan = Plan {
        kind: kind.into(),
        name: name.into(),
        basis: basis.into(),
        provisional_ms,
        command: command.into_iter().map(row).collect::<Result<_, EventError>>()?,
        levels: levels.into_iter().map(decode_level).collect::<Result<_, _>>()?,
    };
    Ok(Event::PlanImported {
        version: version("plan.version", number)?,
        plan: Arc::new(plan),
    })
}

fn decode_level(message: pb::LevelPlan) -> Result<LevelPlan, EventError> {
    let pb::LevelPlan {
        level,
        call_out,
        order,
        reports,
        in_place_ms,
        authority,
        second_person,
    } = message;
    let pb::PlanCallOut {
        teams,
        on_duty,
        staff,
        members,
    } = required("plan.call_out", call_out)?;
    let pb::ReportClocks {
        first_phone_ms,
        first_written_ms,
        follow_up_ms,
        daily_at,
        zero_report,
    } = required("plan.reports", reports)?;
    Ok(LevelPlan {
        level: Level::from_wire("plan.level", level)?,
        call_out: CallOut {
            teams: read_words::<TeamKind>("plan.teams", teams)?,
            on_duty: read_words::<Position>("plan.on_duty", on_duty)?,
            staff,
            members,
        },
        order: decode_order(required("plan.order", order)?)?,
        reports: ReportClocks {
            first_phone_ms,
            first_written_ms,
            follow_up_ms,
            daily_at: daily_at.map(minute).transpose()?,
            zero_report,
        },
        in_place_ms,
        authority: Authority {
            posts: boxed(authority),
            second_person,
        },
    })
}

fn minute(minutes: u32) -> Result<Minute, EventError> {
    let invalid = EventError::Invalid {
        field: "plan.daily_at",
        problem: "a time after the end of the day",
    };
    let minute = u16::try_from(minutes).map(Minute::new);
    minute
        .ok()
        .filter(|minute| u32::from(minute.minutes()) == minutes)
        .ok_or(invalid)
}

fn decode_order(message: pb::OrderTemplate) -> Result<OrderTemplate, EventError> {
    let pb::OrderTemplate {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        ladder,
        muster_points,
        sign_offs,
    } = message;
    let step = |pb::TemplateStep { after_ms, target }| Ok((after_ms, StepTarget::from_wire("plan.target", target)?));
    Ok(OrderTemplate {
        text: text.into(),
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        ladder: ladder.into_iter().map(step).collect::<Result<_, EventError>>()?,
        muster_points: boxed(muster_points),
        sign_offs: boxed(sign_offs),
    })
}

pub(super) fn encode_filled(unit: UnitId, post: &str, holders: Holders) -> Kind {
    let Holders { primary, backup } = holders;
    let number = |person: Option<PersonId>| person.map(|person| person.0);
    Kind::PostFilled(pb::PostFilled {
        unit: unit.0,
        post: post.to_owned(),
        primary: number(primary),
        backup: number(backup),
    })
}

pub(super) fn decode_filled(message: pb::PostFilled) -> Result<Event, EventError> {
    let pb::PostFilled {
        unit,
        post,
        primary,
        backup,
    } = message;
    Ok(Event::PostFilled {
        unit: id("post.unit", unit)?,
        post: post.into(),
        holders: Holders {
            primary: optional_id("post.primary", primary)?,
            backup: optional_id("post.backup", backup)?,
        },
    })
}

pub(super) fn encode_report(report: &PlanReport) -> pb::PlanReport {
    let PlanReport {
        kind,
        version,
        changed,
        warnings,
    } = report;
    let warning = |warning: &PlanWarning| {
        use pb::PlanWarningKind as Wire;
        let (kind, key, value) = match warning {
            PlanWarning::UnknownMusterPoint { key, code } => (Wire::UnknownMusterPoint, &**key, code),
            PlanWarning::NobodyHolds { post } => (Wire::NobodyHolds, "", post),
        };
        pb::PlanWarning {
            kind: kind as i32,
            key: key.to_owned(),
            value: value.to_string(),
        }
    };
    pb::PlanReport {
        kind: kind.to_string(),
        version: *version,
        changed: *changed,
        warnings: warnings.iter().map(warning).collect(),
    }
}

pub(super) fn decode_report(message: pb::PlanReport) -> Result<PlanReport, EventError> {
    let pb::PlanReport {
        kind,
        version: number,
        changed,
        warnings,
    } = message;
    let warning = |pb::PlanWarning { kind, key, value }| {
        use pb::PlanWarningKind as Wire;
        let field = "plan.warning";
        match Wire::try_from(kind) {
            Ok(Wire::UnknownMusterPoint) => Ok(PlanWarning::UnknownMusterPoint {
                key: key.into(),
                code: value.into(),
            }),
            Ok(Wire::NobodyHolds) => Ok(PlanWarning::NobodyHolds { post: value.into() }),
            Ok(Wire::Unspecified) => Err(EventError::Missing { field }),
            Err(_) => Err(EventError::Unknown { field, value: kind }),
        }
    };
    Ok(PlanReport {
        kind: kind.into(),
        version: version("plan.version", number)?,
        changed,
        warnings: warnings.into_iter().map(warning).collect::<Result<_, _>>()?,
    })
}
