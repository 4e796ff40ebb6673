//! The history of a response for programs: language-free, people by id.

use serde_json::{Value, json};

use super::{History, NoShow, Point};
use crate::commands::branch::show::Record;
use crate::output::json_duty::list;
use crate::output::{json as documents, json_branch, json_command, json_in_place, json_reinforcement, situation};

/// The document. A function a section.
pub(crate) fn document(history: &History) -> Value {
    json!({
        "format": "baiying-after-action",
        "version": 1,
        "revision": history.revision,
        "at_unix_ms": history.at_unix_ms,
        "made_unix_ms": history.made_unix_ms,
        "response": documents::response(&history.response),
        "command_tree": json_command::units_by_id(&history.command_tree),
        "total": documents::counts(Some(&history.total())),
        "orders": history.orders.iter().map(documents::order).collect::<Vec<_>>(),
        "muster_curve": history.curve().iter().map(point).collect::<Vec<_>>(),
        "no_shows": no_shows(history),
        "branches": list(&history.branches, branch),
        "in_place_windows": list(&history.windows, json_in_place::window),
        "reinforcements": list(&history.reinforcements, json_reinforcement::request),
        "situation_reports": history.reports.iter().map(situation::report_json).collect::<Vec<_>>(),
        "situation_clocks": situation::response_clocks_json(&history.clocks),
        "timeline": history.timeline.iter().map(situation::item_json).collect::<Vec<_>>(),
    })
}

fn point(point: &Point) -> Value {
    let Point {
        at_unix_ms,
        acknowledged,
        arrived,
    } = point;
    json!({ "at_unix_ms": at_unix_ms, "acknowledged": acknowledged, "arrived": arrived })
}

fn branch(record: &Record) -> Value {
    let Record {
        head,
        members,
        activities,
    } = record;
    json_branch::record_by_id(head, members, activities)
}

fn no_shows(history: &History) -> Value {
    let counts = history.no_show_counts();
    let counts = counts.iter().map(|((bucket, reason, decided), people)| {
        json!({ "bucket": bucket, "reason": reason, "decided": decided, "people": people })
    });
    let people = history.no_shows.iter().map(|row| {
        let NoShow {
            order_id,
            bucket,
            reason,
            decided,
            person_id,
        } = row;
        json!({ "order_id": order_id, "person_id": person_id, "bucket": bucket, "reason": reason, "decided": decided })
    });
    json!({ "counts": counts.collect::<Vec<_>>(), "people": people.collect::<Vec<_>>() })
}
