//! Orders as people read them.

use baiying_proto::v1 as pb;

use super::board;
use super::table::{Facts, Sheet};
use crate::i18n::{Lang, tr, word};
use crate::when;

/// One order: its last version in full, and the counts of every version.
pub(crate) fn show(lang: Lang, order: &pb::Order) -> String {
    let Some(last) = order.versions.last() else {
        return format!("O{}\n", order.order_id);
    };
    let ladder: Vec<_> = last
        .ladder
        .iter()
        .map(|step| {
            format!(
                "{} {}",
                when::duration(step.after_ms),
                word(lang, "target", &step.target)
            )
        })
        .collect();
    let sign_offs: Vec<_> = last
        .sign_offs
        .iter()
        .map(|name| {
            if last.signed.contains(name) {
                format!("{name} ✓")
            } else {
                name.clone()
            }
        })
        .collect();
    let points: Vec<_> = last.muster_point_ids.iter().map(|id| format!("M{id}")).collect();
    let facts = Facts::new(lang)
        .fact("order", format!("O{}", order.order_id))
        .fact("response", format!("R{}", order.response_id))
        .fact("version", last.version.to_string())
        .fact("status", word(lang, "status", &last.status))
        .fact("cancel_reason", &last.cancel_reason)
        .fact("text", &last.text)
        .fact("addressed_to", last.addressed_to.join(" "))
        .fact("muster_points", points.join(" "))
        .fact("duty", word(lang, "duty", &last.duty))
        .fact("issued_by", &last.issued_by)
        .fact("issued_at", when::local(last.issued_at_unix_ms))
        .fact(
            "ended_at",
            if last.ended_at_unix_ms == 0 {
                String::new()
            } else {
                when::local(last.ended_at_unix_ms)
            },
        )
        .fact("ack_deadline", when::local(last.ack_deadline_unix_ms))
        .fact("arrive_deadline", when::local(last.arrive_deadline_unix_ms))
        .fact("grace", when::duration(last.grace_ms))
        .fact("ladder", ladder.join(" → "))
        .fact("steps_done", last.steps_done.to_string())
        .fact("sign_offs", sign_offs.join(" "))
        .fact(
            "evidence",
            if last.evidence == 0 {
                String::new()
            } else {
                last.evidence.to_string()
            },
        );
    let rows: Vec<_> = order
        .versions
        .iter()
        .map(|version| (format!("v{}", version.version), version.total.unwrap_or_default()))
        .collect();
    facts.text() + &board::versions(lang, &rows)
}

/// Orders in short.
pub(crate) fn list(lang: Lang, orders: &[pb::Order]) -> String {
    let mut sheet = Sheet::new(
        lang,
        &[
            "order",
            "response",
            "version",
            "status",
            "issued_at",
            "arrive_deadline",
            "due",
            "present",
            "en_route",
            "excused",
            "absent",
            "unconfirmed",
            "text",
        ],
    )
    .numbers(6..12);
    for order in orders {
        let last = order.versions.last().cloned().unwrap_or_default();
        let total = last.total.unwrap_or_default();
        sheet.row([
            format!("O{}", order.order_id),
            format!("R{}", order.response_id),
            format!("v{}", last.version),
            word(lang, "status", &last.status),
            when::local(last.issued_at_unix_ms),
            when::local(last.arrive_deadline_unix_ms),
            total.due.to_string(),
            total.present.to_string(),
            total.en_route.to_string(),
            total.excused.to_string(),
            total.absent.to_string(),
            total.unconfirmed.to_string(),
            last.text.chars().take(40).collect(),
        ]);
    }
    sheet.text()
}

/// Rows of the ledger.
pub(crate) fn rows(lang: Lang, deliveries: &[pb::Delivery]) -> String {
    let mut sheet = Sheet::new(
        lang,
        &[
            "person",
            "name",
            "unit",
            "delivery",
            "bucket",
            "excuse",
            "acked_at",
            "departed_at",
            "arrived_at",
            "muster_point",
            "method",
            "remarks",
        ],
    );
    for row in deliveries {
        let mut remarks = Vec::new();
        if row.is_simulated {
            remarks.push(tr!(lang, "board.simulated"));
        }
        if row.late {
            remarks.push(tr!(lang, "column.late"));
        }
        if row.unreached {
            remarks.push(tr!(lang, "column.unreached"));
        }
        if row.leave_id != 0 {
            remarks.push(format!("L{}", row.leave_id));
        }
        if row.proxy_id != 0 {
            remarks.push(tr!(lang, "board.proxy", person = format!("P{}", row.proxy_id)));
        }
        if row.released_at_unix_ms != 0 {
            remarks.push(tr!(lang, "board.released"));
        }
        sheet.row([
            format!("P{}", row.person_id),
            row.masked_name.clone(),
            row.unit_code.clone(),
            word(lang, "delivery", &row.delivery),
            word(lang, "bucket", &row.bucket),
            word(lang, "excuse", &row.excuse),
            when::local_time(row.acked_at_unix_ms),
            when::local_time(row.departed_at_unix_ms),
            when::local_time(row.arrived_at_unix_ms),
            if row.muster_point_id == 0 {
                String::new()
            } else {
                format!("M{}", row.muster_point_id)
            },
            word(lang, "method", &row.method),
            remarks.join(" "),
        ]);
    }
    sheet.text()
}

/// What an issued order came to, in a sentence.
pub(crate) fn issued(lang: Lang, issued: &pb::Issued) -> String {
    issued_of(lang, issued, 1)
}

/// The same as one of so many that went out together.
pub(crate) fn issued_of(lang: Lang, issued: &pb::Issued, orders: usize) -> String {
    let mut text = if orders > 1 {
        tr!(
            lang,
            "done.issued_of_many",
            orders = orders,
            order = format!("O{}", issued.order_id),
            version = issued.version,
            due = issued.due,
            excused = issued.excused,
        )
    } else {
        tr!(
            lang,
            "done.issued",
            order = format!("O{}", issued.order_id),
            version = issued.version,
            due = issued.due,
            excused = issued.excused,
        )
    };
    if issued.preempted > 0 {
        text.push_str(&tr!(lang, "done.preempted", count = issued.preempted));
    }
    text + "\n"
}
