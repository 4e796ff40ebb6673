//! Corrective actions.

use baiying_core::event::Event;
use baiying_core::exercise::action::{ActionChange, ActionSpec};
use baiying_core::id::ActionId;
use baiying_proto::journal::v1 as pb;
use pb::action_changed::Change;
use pb::event::Kind;

use crate::event::EventError;
use crate::event::common::{date, id, optional_date, optional_id, required};

pub(in crate::event) fn encode_raised(action: ActionId, spec: &ActionSpec) -> Kind {
    let ActionSpec {
        run,
        issue,
        cause,
        measure,
        owner,
        due,
    } = spec;
    Kind::ActionRaised(pb::ActionRaised {
        action: action.0,
        run: run.0,
        issue: issue.to_string(),
        cause: cause.to_string(),
        measure: measure.to_string(),
        owner: owner.0,
        due: due.days(),
    })
}

pub(in crate::event) fn decode_raised(message: pb::ActionRaised) -> Result<Event, EventError> {
    let pb::ActionRaised {
        action,
        run,
        issue,
        cause,
        measure,
        owner,
        due,
    } = message;
    Ok(Event::ActionRaised {
        action: id("action.id", action)?,
        spec: ActionSpec {
            run: id("action.run", run)?,
            issue: issue.into(),
            cause: cause.into(),
            measure: measure.into(),
            owner: id("action.owner", owner)?,
            due: date("action.due", due)?,
        },
    })
}

pub(in crate::event) fn encode_changed(action: ActionId, change: &ActionChange) -> Kind {
    Kind::ActionChanged(pb::ActionChanged {
        action: action.0,
        change: Some(encode_change(change)),
    })
}

pub(in crate::event) fn decode_changed(message: pb::ActionChanged) -> Result<Event, EventError> {
    let pb::ActionChanged { action, change } = message;
    Ok(Event::ActionChanged {
        action: id("action.id", action)?,
        change: decode_change(required("action.change", change)?)?,
    })
}

fn encode_change(change: &ActionChange) -> Change {
    match change {
        ActionChange::Amended {
            cause,
            measure,
            owner,
            due,
            reason,
        } => Change::Amended(pb::ActionAmended {
            cause: cause.as_ref().map(ToString::to_string),
            measure: measure.as_ref().map(ToString::to_string),
            owner: owner.map(|owner| owner.0),
            due: due.map(|due| due.days()),
            reason: reason.to_string(),
        }),
        ActionChange::Reported { by, evidence } => Change::Reported(pb::ActionReported {
            by: by.0,
            evidence: evidence.to_string(),
        }),
        ActionChange::Verified { by, note } => Change::Verified(pb::ActionVerified {
            by: by.0,
            note: note.to_string(),
        }),
        ActionChange::Reopened { reason, due } => Change::Reopened(pb::ActionReopened {
            reason: reason.to_string(),
            due: due.map(|due| due.days()),
        }),
        ActionChange::Withdrawn { by, reason } => Change::Withdrawn(pb::ActionWithdrawn {
            by: by.0,
            reason: reason.to_string(),
        }),
    }
}

fn decode_change(change: Change) -> Result<ActionChange, EventError> {
    Ok(match change {
        Change::Amended(pb::ActionAmended {
            cause,
            measure,
            owner,
            due,
            reason,
        }) => ActionChange::Amended {
            cause: cause.map(Into::into),
            measure: measure.map(Into::into),
            owner: optional_id("action.owner", owner)?,
            due: optional_date("action.due", due)?,
            reason: reason.into(),
        },
        Change::Reported(pb::ActionReported { by, evidence }) => ActionChange::Reported {
            by: id("action.by", by)?,
            evidence: evidence.into(),
        },
        Change::Verified(pb::ActionVerified { by, note }) => ActionChange::Verified {
            by: id("action.by", by)?,
            note: note.into(),
        },
        Change::Reopened(pb::ActionReopened { reason, due }) => ActionChange::Reopened {
            reason: reason.into(),
            due: optional_date("action.due", due)?,
        },
        Change::Withdrawn(pb::ActionWithdrawn { by, reason }) => ActionChange::Withdrawn {
            by: id("action.by", by)?,
            reason: reason.into(),
        },
    })
}
