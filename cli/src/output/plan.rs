//! Plans as people read them.

use baiying_proto::v1 as pb;

use super::table::{Facts, Sheet};
use crate::i18n::{Lang, find, tr, word};
use crate::ids::level_text;
use crate::{text, when};

/// What a plan is for, in words.
pub(crate) fn kind(lang: Lang, kind: &str) -> String {
    word(lang, "plan", kind)
}

/// A version; 0 is what ships.
pub(crate) fn version(lang: Lang, version: u32) -> String {
    match version {
        0 => tr!(lang, "plan.shipped"),
        version => format!("v{version}"),
    }
}

/// Everything that is wrong with a file, a line each: file, line, key, what.
pub(crate) fn problems(lang: Lang, file: &str, problems: &[pb::FileProblem]) -> String {
    let file = text::line(file);
    let mut out = tr!(lang, "plan.refused", file = file, count = problems.len()) + "\n";
    for problem in problems {
        let mut place = file.clone();
        if problem.line > 0 {
            place.push_str(&format!(":{}", problem.line));
        }
        if !problem.key.is_empty() {
            place.push_str(&format!(": {}", text::line(&problem.key)));
        }
        let what = tr!(lang, "plan.problem", place = place, what = what(lang, problem));
        out.push_str(&what);
        out.push('\n');
    }
    out
}

fn what(lang: Lang, problem: &pb::FileProblem) -> String {
    let key = format!("plan_problem.{}", problem.problem);
    let mut what = find(lang, &key).unwrap_or_else(|| text::line(&problem.problem));
    if !problem.value.is_empty() {
        what.push_str(&tr!(lang, "plan.value", value = text::quoted(&problem.value)));
    }
    let detail = match problem.problem.as_str() {
        "wrong-type" => word(lang, "plan_type", &problem.detail),
        _ => text::line(&problem.detail),
    };
    if !detail.is_empty() {
        let key = match problem.problem.as_str() {
            "not-one-of" | "unknown-key" | "unknown-placeholder" | "one-of-keys" => "plan.known",
            "too-long" => "plan.at_most",
            "wrong-type" => "plan.expected",
            "out-of-range" => "plan.range",
            _ => "problem.detail",
        };
        what.push_str(&crate::i18n::fill(lang, key, &[("detail", detail)]));
    }
    what
}

/// What a plan names and the district does not have.
pub(crate) fn warnings(lang: Lang, warnings: &[pb::PlanWarning]) -> String {
    let mut out = String::new();
    for warning in warnings {
        let value = match warning.warning.as_str() {
            "nobody-holds" => word(lang, "post", &warning.value),
            _ => text::line(&warning.value),
        };
        let key = format!("plan_warning.{}", warning.warning);
        let what = find(lang, &key).unwrap_or_else(|| text::line(&warning.warning));
        let key = match warning.key.as_str() {
            "" => String::new(),
            key => text::line(key) + ": ",
        };
        out.push_str(&tr!(lang, "plan.warning", key = key, what = what, value = value));
        out.push('\n');
    }
    out
}

/// A plan: what it is, who commands, what each level does.
pub(crate) fn text(lang: Lang, plan: &pb::GetPlanResponse) -> String {
    let head = plan.summary.clone().unwrap_or_default();
    let imported_at = when::local_if_any(head.imported_unix_ms);
    let mut out = Facts::new(lang)
        .fact("plan", kind(lang, &head.kind))
        .fact("name", &head.name)
        .fact("version", version(lang, head.version))
        .fact("basis", &head.basis)
        .fact("imported_by", &head.imported_by)
        .fact("imported_at", imported_at)
        .fact("provisional", when::duration(plan.provisional_ms))
        .text();
    out.push('\n');
    let mut sheet = Sheet::new(lang, &["command_role", "stands_at", "primary_post", "backup_post"]);
    for row in &plan.command {
        sheet.row([
            word(lang, "command_role", &row.role),
            word(lang, "unit", &row.at),
            word(lang, "post", &row.primary),
            word(lang, "post", &row.backup),
        ]);
    }
    out.push_str(&sheet.text());
    for row in &plan.levels {
        out.push('\n');
        out.push_str(&level(lang, row));
    }
    let warnings = warnings(lang, &plan.warnings);
    if !warnings.is_empty() {
        out.push('\n');
        out.push_str(&warnings);
    }
    out
}

fn level(lang: Lang, row: &pb::PlanLevel) -> String {
    let separator = tr!(lang, "duty.separator");
    let join = |words: Vec<String>| words.join(&separator);
    let yes = |flag: bool| tr!(lang, if flag { "plan.yes" } else { "plan.no" });
    let mut called: Vec<String> = row.teams.iter().map(|kind| word(lang, "team", kind)).collect();
    called.extend(row.on_duty.iter().map(|position| word(lang, "position", position)));
    if row.staff {
        called.push(tr!(lang, "plan.all_staff"));
    }
    if row.members {
        called.push(tr!(lang, "plan.members"));
    }
    let steps = row.ladder.iter().map(|step| {
        let target = word(lang, "target", &step.target);
        format!("{} {target}", when::duration(step.after_ms))
    });
    let of_policy = || tr!(lang, "plan.of_policy");
    let ladder = if row.ladder.is_empty() {
        of_policy()
    } else {
        join(steps.collect())
    };
    let (phone, written) = (when::duration(row.first_phone_ms), when::duration(row.first_written_ms));
    let daily = match row.daily_at.as_str() {
        "" => String::new(),
        at if row.zero_report => tr!(lang, "plan.daily_zero", at = at),
        at => at.to_owned(),
    };
    let authority = row.authority.iter().map(|post| word(lang, "post", post)).collect();
    Facts::new(lang)
        .fact("level", level_text(lang, row.level))
        .fact("calls_out", join(called))
        .fact("text", &row.text)
        .fact("acknowledge_within", when::duration(row.acknowledge_ms))
        .fact("arrive_within", when::duration(row.arrive_ms))
        .fact("grace", row.grace_ms.map_or_else(of_policy, when::duration))
        .fact("ladder", ladder)
        .fact("muster_points", join(row.muster_points.clone()))
        .fact("sign_offs", join(row.sign_offs.clone()))
        .fact(
            "first_report",
            tr!(lang, "plan.first_report", phone = phone, written = written),
        )
        .fact("follow_up", when::duration(row.follow_up_ms))
        .fact("daily_report", daily)
        .fact("in_place", row.in_place_ms.map_or_else(String::new, when::duration))
        .fact("authority", join(authority))
        .fact("second_person", yes(row.second_person))
        .text()
}
