//! The command centre: orders, releases, imports, and what it asks of responses; and who approves leave.

use baiying_core::command::Command;
use baiying_core::event::Tenant;
use baiying_core::id::{LeaveId, OrderId, Timestamp};
use baiying_core::leave::{DecideLeave, LeaveVerdict};
use baiying_core::order::{
    AddressList, CancelOrder, CloseOrder, Deadline, DutyClass, IssueOrder, Release, SignOff, StepTarget, SupersedeOrder,
};
use baiying_core::response::OrderDraft;

use super::{Draw, response, roster};

const MINUTE: u64 = 60_000;

/// What a command centre asks for.
pub(crate) fn centre(draw: &mut Draw<'_>) -> Command {
    let is_quiet = !draw.state.responses.iter().any(|response| response.is_active());
    if is_quiet && draw.dice.percent(70) {
        return response::begin(draw);
    }
    match draw.dice.weighted(&[6, 8, 5, 12, 5, 2, 2, 1, 4, 1]) {
        0 => response::begin(draw),
        1 => {
            let (response, audience, draft) = (response::one(draw), audience(draw), draft(draw));
            Command::IssueOrder(IssueOrder {
                response,
                audience,
                draft,
            })
        }
        2 => {
            let audience = draw.dice.percent(40).then(|| audience(draw));
            let (order, draft) = (draw.order(), draft(draw));
            Command::SupersedeOrder(SupersedeOrder { order, audience, draft })
        }
        3 => response::go_on(draw),
        4 => release(draw),
        5 => {
            let (order, reason) = (draw.order(), draw.text("not needed"));
            Command::CancelOrder(CancelOrder { order, reason })
        }
        6 => Command::CloseOrder(CloseOrder { order: draw.order() }),
        7 => sign_off(draw),
        8 => roster::import(draw),
        _ => Command::InitializeTenant(tenant("another")),
    }
}

/// Whose data a world's journal holds.
pub(crate) fn tenant(name: &str) -> Tenant {
    Tenant {
        name: name.into(),
        synthetic: true,
        identity_salt: [7; 32],
    }
}

fn audience(draw: &mut Draw<'_>) -> AddressList {
    let mut list = AddressList::default();
    match draw.dice.below(6) {
        0 => list.units.push(draw.unit()),
        1 | 2 => {
            let most = if draw.dice.percent(90) { 2 } else { 9 };
            let number = draw.dice.between(1, most);
            list.teams.push(format!("TEAM{number}").into());
        }
        3 => list.call_out = true,
        _ => list.people = (0..draw.dice.between(1, 6)).map(|_| draw.person()).collect(),
    }
    if draw.is_wrong() {
        return AddressList::default();
    }
    list
}

fn deadline(draw: &mut Draw<'_>, longest: i64) -> Deadline {
    match draw.dice.below(12) {
        0 => Deadline::None,
        1 => Deadline::At(Timestamp::from_unix_ms(
            draw.now + draw.dice.between(-5, longest) * MINUTE as i64,
        )),
        2 if draw.is_wrong() => Deadline::WithinMs(*draw.dice.one(&[0, u64::MAX])),
        _ => Deadline::WithinMs(draw.dice.between(1, longest).unsigned_abs() * MINUTE),
    }
}

pub(super) fn draft(draw: &mut Draw<'_>) -> OrderDraft {
    let steps = [
        (MINUTE, StepTarget::Repeat),
        (2 * MINUTE, StepTarget::TeamLeader),
        (4 * MINUTE, StepTarget::Deputy),
        (7 * MINUTE, StepTarget::Superior),
    ];
    let mut ladder: Vec<_> = steps.into_iter().filter(|_| draw.dice.percent(60)).collect();
    if draw.is_wrong() {
        ladder.reverse();
    }
    let fewest = if draw.is_wrong() { 0 } else { 1 };
    let points = draw.dice.between(fewest, 2);
    OrderDraft {
        text: draw.text("to the dyke"),
        muster_points: (0..points).map(|_| draw.point()).collect(),
        acknowledge: deadline(draw, 15),
        arrive: deadline(draw, 90),
        grace_ms: draw.dice.percent(70).then(|| draw.dice.below(20) * MINUTE),
        ladder,
        no_ladder: draw.dice.percent(30),
        duty: draw.dice.percent(60).then(|| draw.dice.one(&DutyClass::ALL).0),
        sign_offs: if draw.dice.percent(25) {
            vec!["logistics".into()]
        } else {
            Vec::new()
        },
        reassign: draw.dice.percent(30),
    }
}

fn release(draw: &mut Draw<'_>) -> Command {
    let order = draw.order();
    let (people, all) = (draw.people(order, None), draw.dice.percent(30));
    Command::Release(Release { order, people, all })
}

fn sign_off(draw: &mut Draw<'_>) -> Command {
    let asks = |order: &&baiying_core::order::Order| !order.current().spec.sign_offs.is_empty();
    let order = draw
        .dice
        .any(draw.state.orders.iter().filter(asks).map(|order| order.id));
    let name = if draw.is_wrong() { "nobody" } else { "logistics" }.into();
    let order = order.unwrap_or_else(|| OrderId(draw.dice.between(1, 3) as u32));
    Command::SignOff(SignOff { order, name })
}

/// Who decides on leave.
pub(crate) fn approver(draw: &mut Draw<'_>) -> Command {
    let waiting = draw.state.leave.iter().filter(|leave| leave.decided.is_none());
    let waiting = draw
        .dice
        .any(waiting.map(|leave| leave.id))
        .filter(|_| draw.dice.percent(85));
    let leave = waiting.unwrap_or_else(|| LeaveId(draw.dice.below(8) as u32));
    let verdict = *draw
        .dice
        .one(&[LeaveVerdict::Approved, LeaveVerdict::Approved, LeaveVerdict::Denied]);
    Command::DecideLeave(DecideLeave { leave, verdict })
}
