//! Events of temporary Party branches for auditors.

use baiying_core::branch::{BranchChange, BranchRole, BranchSpec, LeftReason, Officers};
use baiying_core::id::{BranchId, PersonSet};
use baiying_core::word;
use serde_json::{Value, json};

use super::people;
use crate::hex::hex;

/// Kind, what it concerns, how many people, facts.
type Parts = (&'static str, String, usize, Value);

pub(super) fn proposed(branch: BranchId, spec: &BranchSpec) -> Parts {
    let set: PersonSet = spec.people.iter().map(|joined| joined.person).collect();
    let detail = json!({
        "response": spec.response.to_string(), "unit": spec.site.unit.to_string(),
        "muster_point": spec.site.muster_point.map(|point| point.to_string()), "people": people(&set),
        "expected_days": spec.expected_days,
    });
    ("branch-proposed", branch.to_string(), set.len(), detail)
}

fn officers(officers: &Officers) -> Value {
    let deputy = officers.deputy.map(|person| person.to_string());
    let committee: Vec<_> = officers.committee.iter().map(ToString::to_string).collect();
    json!({ "secretary": officers.secretary.to_string(), "deputy": deputy, "committee": committee })
}

pub(super) fn changed(branch: BranchId, change: &BranchChange) -> Parts {
    let subject = branch.to_string();
    let part = |kind, count, detail| (kind, branch.to_string(), count, detail);
    match change {
        BranchChange::UnderReview { unit } => part("branch-under-review", 0, json!({ "unit": unit.to_string() })),
        BranchChange::Approved {
            unit,
            document,
            officers: named,
        } => {
            let detail = json!({ "unit": unit.to_string(), "document": &**document, "officers": officers(named) });
            part("branch-approved", 0, detail)
        }
        BranchChange::Activated => part("branch-activated", 0, json!({})),
        BranchChange::Rejected { unit, reason } => {
            let detail = json!({ "unit": unit.to_string(), "reason": &**reason });
            part("branch-rejected", 0, detail)
        }
        BranchChange::Withdrawn { reason } => part("branch-withdrawn", 0, json!({ "reason": &**reason })),
        BranchChange::Appointed {
            unit,
            document,
            officers: named,
        } => {
            let detail = json!({ "unit": unit.to_string(), "document": &**document, "officers": officers(named) });
            part("branch-officers-appointed", 0, detail)
        }
        BranchChange::Members { left, joined } => {
            let gone = left.iter().take(super::PEOPLE_SHOWN).map(|(person, reason)| {
                json!({ "person": person.to_string(), "reason": word::of(&LeftReason::ALL, *reason) })
            });
            let come = joined.iter().take(super::PEOPLE_SHOWN).map(|joined| {
                json!({ "person": joined.person.to_string(), "role": word::of(&BranchRole::ALL, joined.role) })
            });
            let detail = json!({ "left": gone.collect::<Vec<_>>(), "joined": come.collect::<Vec<_>>() });
            ("branch-members-changed", subject, left.len() + joined.len(), detail)
        }
        BranchChange::UnderStrength { full, until } => {
            let detail = json!({ "full": full, "until_unix_ms": until.unix_ms() });
            part("branch-under-strength", 0, detail)
        }
        BranchChange::StrengthOverdue => part("branch-strength-overdue", 0, json!({})),
        BranchChange::Recovered { full } => part("branch-recovered", 0, json!({ "full": full })),
        BranchChange::Merged { into, unit, document } => {
            let detail = json!({ "into": into.to_string(), "unit": unit.to_string(), "document": &**document });
            part("branch-merged", 0, detail)
        }
        BranchChange::Converted { unit, document } => {
            let detail = json!({ "unit": unit.to_string(), "document": &**document });
            part("branch-converted-to-group", 0, detail)
        }
        BranchChange::Logged { on, text: _ } => part("branch-activity-logged", 0, json!({ "on": on.to_string() })),
        BranchChange::Dissolving { reason } => part("branch-dissolving", 0, json!({ "reason": &**reason })),
        BranchChange::FeedbackIssued {
            unit,
            people: about,
            written_by,
            note: _,
        } => {
            let detail = json!({
                "unit": unit.to_string(), "people": people(about), "written_by": written_by.to_string(),
            });
            ("branch-feedback-issued", subject, about.len(), detail)
        }
        BranchChange::Sealed {
            digest,
            without_feedback,
        } => {
            let detail = json!({ "digest": hex(digest), "without_feedback": without_feedback.as_deref() });
            part("branch-sealed", 0, detail)
        }
    }
}
