//! The command tree as ICS 203 (organization assignment list, 指挥岗位分配表) and ICS 207 (organization chart, 指挥体系图): pages to be
//! printed. The numbers of the boxes are those of the forms; those that plans say nothing about are left out.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::command::{acting, backup, commander, depth, role};
use super::page::{escaped, facts, table, whole};
use super::{json, json_command};
use crate::i18n::{Lang, fill, tr, word};
use crate::ids::level_text;
use crate::when;

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// ICS 203.
    Assignments,
    /// ICS 207.
    Chart,
}

impl Form {
    /// As the world calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Assignments => "ICS 203",
            Self::Chart => "ICS 207",
        }
    }
}

/// What the forms show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overlay {
    /// Units above first.
    pub(crate) tree: Vec<pb::CommandUnit>,
    /// The state that it is of.
    pub(crate) revision: u64,
    /// The responses whose commands stand in the tree.
    pub(crate) responses: Vec<pb::Response>,
    /// When that state last changed; 0 if there is no response.
    pub(crate) at_unix_ms: i64,
    /// When this was made.
    pub(crate) made_unix_ms: i64,
    /// Who made it.
    pub(crate) made_by: String,
}

/// The form as a page.
pub(crate) fn page(lang: Lang, form: Form, overlay: &Overlay) -> String {
    let (title, body) = match form {
        Form::Assignments => ("ics.assignments", assignments(lang, overlay)),
        Form::Chart => ("ics.chart", chart(lang, &overlay.tree)),
    };
    let title = format!("{} {}", form.name(), fill(lang, title, &[]));
    let foot = tr!(
        lang,
        "ics.foot",
        revision = overlay.revision,
        at = when::local(overlay.at_unix_ms),
        made = when::local(overlay.made_unix_ms)
    );
    let made_by = match form {
        Form::Assignments => "ics_203_made_by",
        Form::Chart => "ics_207_made_by",
    };
    let made_by = facts(lang, &[(made_by, overlay.made_by.clone())]);
    whole(
        lang,
        &title,
        &(head(lang, &overlay.responses) + &body + &made_by),
        &foot,
    )
}

/// Boxes 1 and 2: which incidents, and since when this organization stands.
fn head(lang: Lang, responses: &[pb::Response]) -> String {
    let names = responses.iter().map(|response| {
        let plan = word(lang, "plan", &response.plan);
        let level = level_text(lang, response.level);
        let aside = tr!(lang, "duty.aside", text = format!("{plan} {level}"));
        format!("R{} {}{aside}", response.response_id, response.event)
    });
    let periods = responses.iter().map(|response| {
        let since = response.history.last().map_or(0, |change| change.at_unix_ms);
        let ends = [response.terminated_at_unix_ms, response.lapses_at_unix_ms];
        let until = ends
            .into_iter()
            .find(|at| *at != 0)
            .map_or_else(String::new, when::local);
        format!("R{} {} → {until}", response.response_id, when::local(since))
            .trim_end()
            .to_owned()
    });
    facts(
        lang,
        &[
            ("ics_incident", names.collect::<Vec<_>>().join("\n")),
            ("ics_period", periods.collect::<Vec<_>>().join("\n")),
        ],
    )
}

/// ICS 203: command first, then who commands in the field, by the kind of unit.
fn assignments(lang: Lang, overlay: &Overlay) -> String {
    let tree = &overlay.tree;
    let (top, field): (Vec<_>, Vec<_>) = tree.iter().partition(|unit| depth(tree, unit) == 0);
    let mut body = section(lang, "ics.command", &list(lang, &top));
    let mut kinds: Vec<&str> = Vec::new();
    for unit in &field {
        if !kinds.contains(&unit.unit_kind.as_str()) {
            kinds.push(&unit.unit_kind);
        }
    }
    let mut parts = String::new();
    for kind in kinds {
        let of_kind: Vec<_> = field.iter().copied().filter(|unit| unit.unit_kind == kind).collect();
        let name = escaped(&word(lang, "unit", kind));
        parts.push_str(&format!("<h3>{name}</h3>\n{}", list(lang, &of_kind)));
    }
    if parts.is_empty() {
        parts = list(lang, &[]);
    }
    body.push_str(&section(lang, "ics.operations", &parts));
    body
}

fn section(lang: Lang, title: &str, body: &str) -> String {
    format!(
        "<section>\n<h2>{}</h2>\n{body}</section>\n",
        escaped(&fill(lang, title, &[]))
    )
}

fn list(lang: Lang, units: &[&pb::CommandUnit]) -> String {
    let rows = units.iter().flat_map(|unit| {
        unit.commands.iter().map(|node| {
            vec![
                unit.unit_name.clone(),
                unit.unit_code.clone(),
                format!("R{}", unit.response_id),
                role(lang, node),
                word(lang, "post", &node.post),
                commander(lang, node),
                backup(node),
                acting(lang, node),
            ]
        })
    });
    let columns = [
        "unit",
        "code",
        "response",
        "command_role",
        "post",
        "commanding",
        "backup",
        "acting_now",
    ];
    table(lang, &columns, &[], &rows.collect::<Vec<_>>())
}

/// ICS 207: lists in lists, so that it reads without lines too.
fn chart(lang: Lang, tree: &[pb::CommandUnit]) -> String {
    if tree.is_empty() {
        return table(lang, &[], &[], &[]);
    }
    let (mut html, mut open) = (String::new(), Vec::new());
    for unit in tree {
        let depth = depth(tree, unit);
        while open.last().is_some_and(|last| *last > depth) {
            html.push_str("</li>\n</ul>\n");
            open.pop();
        }
        if open.last() == Some(&depth) {
            html.push_str("</li>\n");
        } else {
            html.push_str(if open.is_empty() {
                "<ul class=\"chart\">\n"
            } else {
                "\n<ul>\n"
            });
            open.push(depth);
        }
        html.push_str(&format!("<li>{}", node(lang, unit)));
    }
    for _ in open {
        html.push_str("</li>\n</ul>\n");
    }
    section(lang, "ics.organization", &html)
}

/// One box of the chart.
fn node(lang: Lang, unit: &pb::CommandUnit) -> String {
    let about = format!(
        "{} · R{} {}",
        unit.unit_code,
        unit.response_id,
        level_text(lang, unit.level)
    );
    let name = escaped(&unit.unit_name);
    let mut html = format!("<div class=\"post\"><b>{name}</b> <small>{}</small>", escaped(&about));
    for node in &unit.commands {
        let class = if node.acting_id == 0 { " class=\"late\"" } else { "" };
        let mut who = commander(lang, node);
        if node.backup_id != 0 {
            who.push_str(&tr!(lang, "ics.backup", person = backup(node)));
        }
        if node.acting_id == 0 && node.commander_id != 0 {
            who.push(' ');
            who.push_str(&acting(lang, node));
        }
        let role = escaped(&role(lang, node));
        html.push_str(&format!(
            "<br><span{class}>{role}{}{}</span>",
            escaped(&tr!(lang, "ics.colon")),
            escaped(&who)
        ));
    }
    html + "</div>"
}

/// The form for programs.
pub(crate) fn document(form: Form, overlay: &Overlay) -> Value {
    let Overlay {
        tree,
        revision,
        responses,
        at_unix_ms,
        made_unix_ms,
        made_by,
    } = overlay;
    json!({ "form": form.name(), "revision": revision, "at_unix_ms": at_unix_ms, "made_unix_ms": made_unix_ms,
        "made_by": made_by, "responses": responses.iter().map(json::response).collect::<Vec<_>>(),
        "units": json_command::units(tree) })
}
