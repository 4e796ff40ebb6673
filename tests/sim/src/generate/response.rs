//! Responses: asked for, approved, turned down, started provisionally, confirmed, changed, handed over, ended; by those who may, and
//! by others.

use baiying_core::command::Command;
use baiying_core::command_post::HandOver;
use baiying_core::id::{PersonId, ResponseId, Timestamp};
use baiying_core::response::{
    ActivateResponse, Approval, ApproveResponse, Asked, ChangeLevel, ConfirmResponse, OrderDraft, Phase,
    RejectResponse, RequestResponse, Response, TemplateOrders, TerminateResponse,
};

use super::{Draw, centre};

/// A response begins: activated, asked for, or started provisionally.
pub(super) fn begin(draw: &mut Draw<'_>) -> Command {
    let asked = asked(draw);
    match draw.dice.below(10) {
        0 | 1 => {
            let requested_by = draw.person();
            Command::RequestResponse(RequestResponse { asked, requested_by })
        }
        way => {
            let (order, template) = orders(draw);
            Command::ActivateResponse(ActivateResponse {
                asked,
                approval: approval(draw),
                provisional: way == 2 || way == 3,
                order,
                template,
            })
        }
    }
}

/// Something is decided on a response that is there.
pub(super) fn go_on(draw: &mut Draw<'_>) -> Command {
    // Mostly what is to be decided next, if there is anything.
    let waits = |row: &&Response| row.phase == Phase::Requested;
    let waiting = draw
        .dice
        .any(draw.state.responses.iter().filter(waits).map(|row| row.id));
    let starts = |row: &&Response| row.is_active() && matches!(row.phase, Phase::Provisional { .. });
    let started = draw
        .dice
        .any(draw.state.responses.iter().filter(starts).map(|row| row.id));
    let some = |is_there: bool, weight: u32| if is_there { weight } else { 1 };
    let weights = [
        some(waiting.is_some(), 8),
        some(waiting.is_some(), 2),
        some(started.is_some(), 8),
        4,
        3,
        3,
    ];
    match draw.dice.weighted(&weights) {
        0 => {
            let response = waiting.filter(|_| !draw.is_wrong()).unwrap_or_else(|| one(draw));
            let (order, template) = orders(draw);
            Command::ApproveResponse(ApproveResponse {
                response,
                approved_by: approver(draw),
                order,
                template,
            })
        }
        1 => {
            let response = waiting.filter(|_| !draw.is_wrong()).unwrap_or_else(|| one(draw));
            let (by, reason) = (draw.person(), draw.text("no rain"));
            Command::RejectResponse(RejectResponse { response, by, reason })
        }
        2 => {
            let response = started.filter(|_| !draw.is_wrong()).unwrap_or_else(|| one(draw));
            let approved_by = approver(draw);
            Command::ConfirmResponse(ConfirmResponse { response, approved_by })
        }
        3 => change_level(draw),
        4 => hand_over(draw),
        _ => {
            let reason = if draw.dice.percent(50) { "" } else { "the water is down" }.into();
            let response = one(draw);
            Command::TerminateResponse(TerminateResponse { response, reason })
        }
    }
}

/// A response, mostly one in force.
pub(super) fn one(draw: &mut Draw<'_>) -> ResponseId {
    if draw.is_wrong() {
        return ResponseId(*draw.dice.one(&[0, 99]));
    }
    let active = draw.state.responses.iter().filter(|response| response.is_active());
    let active = draw.dice.any(active.map(|response| response.id));
    let any = draw.dice.any(draw.state.responses.iter().map(|response| response.id));
    active
        .filter(|_| draw.dice.percent(90))
        .or(any)
        .unwrap_or(ResponseId(1))
}

/// Whoever acts in a post of the district, or somebody else.
fn holder(draw: &mut Draw<'_>, post: &str) -> PersonId {
    let root = draw.state.org.root().map(|unit| unit.id);
    let now = Timestamp::from_unix_ms(draw.now);
    let acting = root.and_then(|unit| draw.state.post_holder(unit, post, now));
    let acting = acting.map(|(person, _)| person).filter(|_| !draw.is_wrong());
    acting.unwrap_or_else(|| draw.person())
}

fn approver(draw: &mut Draw<'_>) -> PersonId {
    let post = if draw.dice.percent(75) {
        "commander"
    } else {
        "deputy-commander"
    };
    holder(draw, post)
}

fn approval(draw: &mut Draw<'_>) -> Approval {
    let requested_by = match draw.dice.below(10) {
        0 => None,
        1 => Some(approver(draw)),
        2 => Some(draw.person()),
        _ => Some(holder(draw, "deputy-commander")),
    };
    let approved_by = if draw.is_wrong() { None } else { Some(approver(draw)) };
    Approval {
        requested_by,
        approved_by,
    }
}

/// An order to everybody called out, the plan's own orders, or none; both are refused.
fn orders(draw: &mut Draw<'_>) -> (Option<OrderDraft>, Option<TemplateOrders>) {
    let order = draw.dice.percent(35).then(|| centre::draft(draw));
    let has_template = if order.is_some() {
        draw.is_wrong()
    } else {
        draw.dice.percent(60)
    };
    (order, has_template.then(|| template(draw)))
}

fn template(draw: &mut Draw<'_>) -> TemplateOrders {
    let points = if draw.is_wrong() { 0 } else { draw.dice.between(1, 2) };
    TemplateOrders {
        muster_points: (0..points).map(|_| draw.point()).collect(),
    }
}

fn asked(draw: &mut Draw<'_>) -> Asked {
    let plan = if draw.is_wrong() {
        "no-plan"
    } else {
        draw.dice.one(&["flood", "typhoon", "epidemic"])
    }
    .into();
    let event: Box<str> = (*draw.dice.one(&["", "east", "west"])).into();
    let mut open = draw.state.responses.iter().filter(|row| !row.has_ended());
    let is_answered = open.any(|row| row.spec.event == event);
    let event = if is_answered && draw.dice.percent(85) {
        format!("event {}", draw.state.responses.iter().count()).into()
    } else {
        event
    };
    let jurisdiction = if draw.is_wrong() { "X9" } else { "" }.into();
    let level = if draw.is_wrong() {
        9
    } else {
        draw.dice.between(1, 4) as u32
    };
    let scope = (0..draw.dice.below(3)).map(|_| draw.unit()).collect();
    Asked {
        plan,
        event,
        jurisdiction,
        level,
        scope,
        reason: draw.text("landfall"),
        basis: "".into(),
    }
}

fn change_level(draw: &mut Draw<'_>) -> Command {
    let (response, up) = (one(draw), draw.dice.percent(50));
    let scope = (0..draw.dice.below(2)).map(|_| draw.unit()).collect();
    Command::ChangeLevel(ChangeLevel {
        response,
        up,
        level: draw.dice.between(1, 4) as u32,
        scope,
        reason: draw.text("the water rises"),
        basis: "".into(),
        approval: approval(draw),
        template: draw.dice.percent(40).then(|| template(draw)),
    })
}

/// A command changes hands: mostly a node that stands, to its backup or to anybody.
fn hand_over(draw: &mut Draw<'_>) -> Command {
    let response = one(draw);
    let row = draw.state.responses.get(response);
    let nodes = row.into_iter().flat_map(|row| &row.commands);
    let node = draw.dice.any(nodes).filter(|_| !draw.is_wrong());
    let unit_code = node.map(|node| draw.state.org.get(node.unit).code.clone());
    let unit_code = unit_code.unwrap_or_else(|| draw.unit());
    let role = node.map(|node| node.role.clone()).filter(|_| draw.dice.percent(70));
    let backup = node.and_then(|node| node.backup).filter(|_| draw.dice.percent(40));
    Command::HandOver(HandOver {
        response,
        unit_code,
        role: role.unwrap_or_default(),
        to: backup.unwrap_or_else(|| draw.person()),
        reason: draw.text("relief"),
    })
}
